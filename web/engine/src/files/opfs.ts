/**
 * Files of the origin private file system, each through one synchronous access handle of this worker however often it is
 * open here.
 *
 * Handles are asked for as "readwrite-unsafe", which lets several tabs have one file open: the store's own locks say who
 * writes. Browsers without that mode give exclusive handles; then files opened for reading are read through snapshots
 * (`getFile`), which need no handle and so work beside the writer in another tab.
 */
import { canMove, isMissing, Kind, kindOf, moveEntry, moveFile, moveFolder, split, type Handle, type HandleOptions } from './entries.js';
import { FileError, Status } from './mailbox.js';
import { exclusively } from './locks.js';

export const enum Mode {
    Read,
    Write,
    Create,
    CreateNew,
}
/** Names of files that were removed while they were open. */
const REMOVED = '.tarn-removed-';

/** An open file of this worker, shared by all who opened its path. */
class OpenFile {
    handle: Handle | null = null; // null: read through snapshots
    snapshot: File | null = null;
    users = 0;
    removed = false;
    name: string;
    constructor(
        readonly path: string,
        readonly folder: FileSystemDirectoryHandle,
        public entry: FileSystemFileHandle,
    ) {
        this.name = entry.name;
    }
}

export class OpfsFiles {
    private root: FileSystemDirectoryHandle | null = null;
    private readonly folders = new Map<string, FileSystemDirectoryHandle>();
    private readonly open = new Map<string, OpenFile>();
    /** Names of one path change one after the other. */
    private readonly turns = new Map<string, Promise<unknown>>();
    private removedCount = 0;
    /** A file was gone although nobody removed it here. */
    private gone = false;
    /** Several tabs may have one file open; null: not tried yet. */
    shared: boolean | null = null;

    /** Make sure that the browser really has what is needed, and find out which modes it has. */
    async probe(): Promise<void> {
        this.root = await navigator.storage.getDirectory();
        const name = `.tarn-probe-${Math.random().toString(36).slice(2)}`;
        const entry = await this.root.getFileHandle(name, { create: true });
        try {
            const handle = await this.access(entry);
            try {
                this.shared = handle.mode === 'readwrite-unsafe';
                // A full quota fails from here on, when the modes are known.
                if (handle.write(new Uint8Array([1, 2, 3])) !== 3) throw new Error('a written byte was lost');
                handle.flush();
            } finally {
                handle.close();
            }
        } finally {
            await this.root.removeEntry(name);
        }
    }

    /** Whether so many bytes more could be stored: tried, since browsers do not tell. Takes no space when it is done. */
    async fits(bytes: number): Promise<boolean> {
        const folder = await this.folder([]);
        const name = `.tarn-probe-${Math.random().toString(36).slice(2)}`;
        const handle = await this.access(await folder.getFileHandle(name, { create: true }));
        try {
            handle.truncate(bytes);
            handle.truncate(0); // before anything else of this page can be stored
            return true;
        } catch {
            return false;
        } finally {
            handle.close();
            await folder.removeEntry(name);
        }
    }

    private access(entry: FileSystemFileHandle): Promise<Handle> {
        const create = entry.createSyncAccessHandle as (options: HandleOptions) => Promise<Handle>;
        return create.call(entry, { mode: 'readwrite-unsafe' });
    }

    private async folder(parts: string[]): Promise<FileSystemDirectoryHandle> {
        const key = parts.join('/');
        const known = this.folders.get(key);
        if (known !== undefined) return known;
        if (parts.length === 0) return (this.root ??= await navigator.storage.getDirectory());
        const parent = await this.folder(parts.slice(0, -1));
        const found = await parent.getDirectoryHandle(parts[parts.length - 1]!);
        this.folders.set(key, found);
        return found;
    }

    private async parent(path: string): Promise<[FileSystemDirectoryHandle, string]> {
        const parts = split(path);
        const name = parts.pop();
        if (name === undefined) throw new FileError(Status.Io, 'it is the root');
        return [await this.folder(parts), name];
    }

    private inTurn<T>(path: string, work: () => Promise<T>): Promise<T> {
        const before = this.turns.get(path) ?? Promise.resolve();
        const mine = before.then(work, work);
        const settled = mine.then(
            () => undefined,
            () => undefined,
        );
        this.turns.set(path, settled);
        void settled.then(() => {
            if (this.turns.get(path) === settled) this.turns.delete(path);
        });
        return mine;
    }

    // ---- files ----

    async openFile(path: string, mode: Mode): Promise<OpenFile> {
        const key = split(path).join('/');
        return this.inTurn(key, async () => {
            const present = this.open.get(key);
            if (present !== undefined && !present.removed) {
                if (mode === Mode.CreateNew) throw new FileError(Status.Exists, 'the name is taken');
                if (present.handle === null && mode !== Mode.Read)
                    present.handle = await this.accessUnlessTaken(present.entry);
                present.users++;
                return present;
            }
            if (present !== undefined) {
                if (mode === Mode.Read || mode === Mode.Write) throw new FileError(Status.NotFound, 'no such file');
                await this.moveAway(key, present);
            }
            const file =
                mode === Mode.CreateNew
                    ? await exclusively(path, () => this.openEntry(path, mode))
                    : await this.openEntry(path, mode);
            file.users = 1;
            this.open.set(key, file);
            return file;
        });
    }

    private async openEntry(path: string, mode: Mode): Promise<OpenFile> {
        const [folder, name] = await this.parent(path);
        const exists = await kindOf(folder, name);
        if (exists !== null && mode === Mode.CreateNew) throw new FileError(Status.Exists, 'the name is taken');
        if (exists === Kind.Folder) throw new FileError(Status.Invalid, 'it is a folder, not a file');
        if (exists === null && (mode === Mode.Read || mode === Mode.Write))
            throw new FileError(Status.NotFound, 'no such file');
        const entry = await folder.getFileHandle(name, { create: exists === null });
        const file = new OpenFile(path, folder, entry);
        if (this.shared === true || mode !== Mode.Read) file.handle = await this.accessUnlessTaken(entry);
        if (file.handle === null) file.snapshot = await entry.getFile();
        return file;
    }

    /** null: another tab has it, and handles are exclusive here. It can still be read, and be found to be locked. */
    private async accessUnlessTaken(entry: FileSystemFileHandle): Promise<Handle | null> {
        try {
            return await this.access(entry);
        } catch (error) {
            if (error instanceof DOMException && error.name === 'NoModificationAllowedError') return null;
            throw error;
        }
    }

    async closeFile(file: OpenFile): Promise<void> {
        const key = split(file.path).join('/');
        return this.inTurn(key, async () => {
            if (--file.users > 0) return;
            file.handle?.close();
            file.handle = null;
            if (this.open.get(key) === file) this.open.delete(key);
            if (file.removed) await file.folder.removeEntry(file.name).catch(() => undefined); // swept another time
        });
    }

    /** Reads without waiting; null when it takes `readSnapshot`. */
    read(file: OpenFile, offset: number, into: Uint8Array): number | null {
        if (file.handle === null) return null;
        let done = 0;
        while (done < into.length) {
            const got = file.handle.read(into.subarray(done), { at: offset + done });
            if (got === 0) break;
            done += got;
        }
        return done;
    }

    async readSnapshot(file: OpenFile, offset: number, into: Uint8Array): Promise<number> {
        for (let attempt = 0; ; attempt++) {
            if (file.snapshot === null || offset + into.length > file.snapshot.size || attempt > 0)
                file.snapshot = await file.entry.getFile(); // it may have grown
            try {
                const bytes = await file.snapshot.slice(offset, offset + into.length).arrayBuffer();
                into.set(new Uint8Array(bytes));
                return bytes.byteLength;
            } catch (error) {
                if (attempt === 3) throw error; // each time it was written to meanwhile
            }
        }
    }

    write(file: OpenFile, offset: number, from: Uint8Array): void {
        const handle = writable(file);
        let done = 0;
        while (done < from.length) {
            const put = handle.write(from.subarray(done), { at: offset + done });
            if (put === 0) throw new FileError(Status.Full, "the browser's storage for this site is full");
            done += put;
        }
    }

    truncate(file: OpenFile, size: number): void {
        writable(file).truncate(size);
    }

    /** Also makes sure that the file is still there: when a site's data are removed, files that are open can be written to as
     *  before, and are lost with the page. */
    async sync(file: OpenFile): Promise<void> {
        if (file.handle === null) return;
        const found = file.removed ? undefined : this.find(file); // the browser looks while this worker flushes
        found?.catch(() => undefined); // if flushing fails
        file.handle.flush();
        await found;
    }

    private async find(file: OpenFile): Promise<void> {
        try {
            await file.folder.getFileHandle(file.name);
        } catch (error) {
            if (!(error instanceof DOMException && error.name === 'NotFoundError')) throw error;
            this.gone = true;
            throw new FileError(Status.Io, "it was removed with the site's data");
        }
    }

    /** Whether the workspace's folder was removed from outside. */
    async isGone(path: string): Promise<boolean> {
        return this.gone || isMissing(path);
    }

    size(file: OpenFile): number | null {
        return file.handle?.getSize() ?? null;
    }

    async sizeSnapshot(file: OpenFile): Promise<number> {
        return (file.snapshot = await file.entry.getFile()).size;
    }

    // ---- names ----

    async stat(path: string): Promise<{ kind: Kind; size: number }> {
        const parts = split(path);
        if (parts.length === 0) return { kind: Kind.Folder, size: 0 };
        const present = this.open.get(parts.join('/'));
        if (present?.removed === true) throw new FileError(Status.NotFound, 'no such file or folder');
        if (present?.handle) return { kind: Kind.File, size: present.handle.getSize() };
        const [folder, name] = await this.parent(path);
        const kind = await kindOf(folder, name);
        if (kind === null) throw new FileError(Status.NotFound, 'no such file or folder');
        if (kind === Kind.Folder) return { kind, size: 0 };
        return { kind, size: (await (await folder.getFileHandle(name)).getFile()).size };
    }

    async list(path: string): Promise<{ name: string; kind: Kind; size: number }[]> {
        const parts = split(path);
        const folder = await this.folder(parts);
        const found: Promise<{ name: string; kind: Kind; size: number } | null>[] = [];
        for await (const [name, entry] of folder.entries()) {
            if (name.startsWith(REMOVED)) void this.sweep(folder, name);
            else found.push(this.look([...parts, name].join('/'), name, entry));
        }
        return (await Promise.all(found)).filter((entry) => entry !== null);
    }

    private async look(
        key: string,
        name: string,
        entry: FileSystemHandle,
    ): Promise<{ name: string; kind: Kind; size: number } | null> {
        if (entry.kind === 'directory') return { name, kind: Kind.Folder, size: 0 };
        const present = this.open.get(key);
        if (present?.removed === true) return null;
        if (present?.handle) return { name, kind: Kind.File, size: present.handle.getSize() };
        try {
            return { name, kind: Kind.File, size: (await (entry as FileSystemFileHandle).getFile()).size };
        } catch {
            return null; // it went away meanwhile
        }
    }

    /** What a tab that ended left behind; another tab's is in use and stays. */
    private async sweep(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
        for (const file of this.open.values()) if (file.name === name && file.folder === folder) return;
        await folder.removeEntry(name).catch(() => undefined);
    }

    async make(path: string): Promise<void> {
        await exclusively(path, async () => {
            const [folder, name] = await this.parent(path);
            if ((await kindOf(folder, name)) !== null) throw new FileError(Status.Exists, 'the name is taken');
            await folder.getDirectoryHandle(name, { create: true });
        });
    }

    async remove(path: string): Promise<void> {
        const key = split(path).join('/');
        await this.inTurn(key, async () => {
            const present = this.open.get(key);
            if (present !== undefined) {
                if (present.removed) throw new FileError(Status.NotFound, 'no such file or folder');
                present.removed = true; // gone when it is closed; nobody here sees it any more
                return;
            }
            const [folder, name] = await this.parent(path);
            if ((await kindOf(folder, name)) === Kind.Folder) await this.clearRemoved(split(path));
            await folder.removeEntry(name);
            this.forgetFolders(key);
        });
    }

    /** A folder whose only files are removed ones counts as empty. */
    private async clearRemoved(parts: string[]): Promise<void> {
        const folder = await this.folder(parts);
        for await (const name of folder.keys())
            if (name.startsWith(REMOVED)) await folder.removeEntry(name).catch(() => undefined);
    }

    private forgetFolders(key: string): void {
        for (const known of this.folders.keys())
            if (known === key || known.startsWith(`${key}/`)) this.folders.delete(known);
    }

    /** Give the name of a removed file that is still open here to another file. */
    private async moveAway(key: string, file: OpenFile): Promise<void> {
        if (!canMove(file.entry))
            throw new FileError(Status.Io, 'a file of that name was removed and is still being read, try again');
        const name = `${REMOVED}${Date.now().toString(36)}-${this.removedCount++}`;
        file.handle?.close();
        await moveEntry(file.entry, file.folder, name);
        file.entry = await file.folder.getFileHandle(name);
        file.name = name;
        if (file.handle !== null) file.handle = await this.access(file.entry);
        else file.snapshot = await file.entry.getFile();
        this.open.delete(key);
        this.open.set(`${key}\0${name}`, file); // so that it is not swept
    }

    async rename(from: string, to: string): Promise<void> {
        const fromKey = split(from).join('/');
        const toKey = split(to).join('/');
        const [folder, name] = await this.parent(from);
        const kind = await kindOf(folder, name);
        if (kind === null) throw new FileError(Status.NotFound, 'no such file or folder');
        const [targetFolder, targetName] = await this.parent(to);
        const taken = await kindOf(targetFolder, targetName);
        if (fromKey === toKey) return;
        if (toKey.startsWith(`${fromKey}/`)) throw new FileError(Status.Io, 'a folder cannot be moved into itself');
        if (taken !== null && !(taken === Kind.File && kind === Kind.File))
            throw new FileError(Status.Exists, 'the name is taken');
        for (const key of this.open.keys())
            if (key === fromKey || key === toKey || key.startsWith(`${fromKey}/`))
                throw new FileError(Status.Io, 'it is open');
        if (kind === Kind.File) await moveFile(folder, name, targetFolder, targetName, (at) => this.access(at));
        else await moveFolder(await this.folder(split(from)), targetFolder, targetName, (at) => this.access(at));
        if (kind === Kind.Folder) await folder.removeEntry(name, { recursive: true });
        this.forgetFolders(fromKey);
    }

    async syncNames(path: string): Promise<void> {
        await this.folder(split(path)); // browsers keep names durable by themselves, and offer nothing to wait for it
    }

    async freeSpace(path: string): Promise<number> {
        await this.stat(path);
        const { quota, usage } = await navigator.storage.estimate();
        return quota === undefined ? Number.MAX_SAFE_INTEGER : Math.max(0, quota - (usage ?? 0));
    }
}

function writable(file: OpenFile): Handle {
    if (file.handle === null) throw new FileError(Status.Io, 'it is in use in another tab');
    return file.handle;
}

export type { OpenFile };
