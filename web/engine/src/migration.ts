/** Looks for folders of the earlier layout (metadata.json beside a folder `tables`) at the top of the origin's storage. */

import { storageRoot } from './environment.js';

async function succeeds(look: () => Promise<unknown>): Promise<boolean> {
    try {
        await look();
        return true;
    } catch {
        return false;
    }
}

export async function findEarlierLayouts(): Promise<string[]> {
    const found: string[] = [];
    const root = await storageRoot();
    for await (const [name, entry] of root.entries()) {
        if (entry.kind !== 'directory' || /_(migrated|backup_failed_migration)(-\d+)?$/.test(name)) continue;
        const folder = entry as FileSystemDirectoryHandle;
        const metadata = await succeeds(() => folder.getFileHandle('metadata.json'));
        if (metadata && (await succeeds(() => folder.getDirectoryHandle('tables')))) found.push(name);
    }
    return found;
}
