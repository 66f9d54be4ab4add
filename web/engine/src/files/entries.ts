/** Entries of the origin private file system, and what browsers say of them. */
import { FileError, Status } from './mailbox.js';

export const enum Kind {
    File,
    Folder,
}

export interface HandleOptions {
    mode: 'readwrite-unsafe';
}
export type Handle = FileSystemSyncAccessHandle & { readonly mode?: string };
interface Movable {
    move(folder: FileSystemDirectoryHandle, name: string): Promise<void>;
}

function reasonOf(error: unknown): FileError {
    if (error instanceof FileError) return error;
    const name = error instanceof Error || error instanceof DOMException ? error.name : '';
    switch (name) {
        case 'NotFoundError':
        case 'TypeMismatchError':
            return new FileError(Status.NotFound, 'no such file or folder');
        case 'QuotaExceededError':
            return new FileError(Status.Full, "the browser's storage for this site is full");
        case 'NoModificationAllowedError':
            return new FileError(Status.Io, 'it is in use in another tab');
        case 'InvalidModificationError':
            return new FileError(Status.Exists, 'the folder is not empty');
        default:
            return new FileError(Status.Io, error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    }
}

/** As failures that a thread can be told. */
export async function told<T>(work: () => Promise<T>): Promise<T> {
    try {
        return await work();
    } catch (error) {
        throw reasonOf(error);
    }
}

export function split(path: string): string[] {
    const parts = path.split('/').filter((part) => part !== '' && part !== '.');
    if (parts.includes('..')) throw new FileError(Status.Io, 'there is no ".." here');
    return parts.slice(1); // without the root's name
}

const COPY_PIECE = 4 << 20;

async function copy(from: File, to: Handle): Promise<void> {
    try {
        for (let at = 0; at < from.size; at += COPY_PIECE)
            to.write(new Uint8Array(await from.slice(at, at + COPY_PIECE).arrayBuffer()), { at });
        to.truncate(from.size);
        to.flush();
    } finally {
        to.close();
    }
}

/** What has the name, null for nothing. */
export async function kindOf(folder: FileSystemDirectoryHandle, name: string): Promise<Kind | null> {
    try {
        await folder.getFileHandle(name);
        return Kind.File;
    } catch (error) {
        const reason = error instanceof DOMException ? error.name : '';
        if (reason === 'TypeMismatchError') return Kind.Folder;
        if (reason === 'NotFoundError') return null;
        if (error instanceof TypeError) throw new FileError(Status.Invalid, 'the browser allows no such name');
        throw error;
    }
}


type Access = (entry: FileSystemFileHandle) => Promise<Handle>;

export function canMove(entry: FileSystemFileHandle): boolean {
    return (entry as unknown as Partial<Movable>).move !== undefined;
}

/** Give an entry another name or place; where `canMove` says so. */
export async function moveEntry(entry: FileSystemFileHandle, folder: FileSystemDirectoryHandle, name: string): Promise<void> {
    await (entry as unknown as Movable).move(folder, name);
}

export async function moveFile(
    folder: FileSystemDirectoryHandle,
    name: string,
    targetFolder: FileSystemDirectoryHandle,
    targetName: string,
    access: Access,
): Promise<void> {
    const entry = await folder.getFileHandle(name);
    if (canMove(entry)) return moveEntry(entry, targetFolder, targetName);
    const target = await targetFolder.getFileHandle(targetName, { create: true });
    await copy(await entry.getFile(), await access(target));
    await folder.removeEntry(name);
}

export async function moveFolder(
    from: FileSystemDirectoryHandle,
    targetFolder: FileSystemDirectoryHandle,
    targetName: string,
    access: Access,
): Promise<void> {
    const target = await targetFolder.getDirectoryHandle(targetName, { create: true });
    for await (const [name, entry] of from.entries()) {
        if (entry.kind === 'directory') await moveFolder(entry as FileSystemDirectoryHandle, target, name, access);
        else await moveFile(from, name, target, name, access);
    }
}

/** Whether a folder is not there (any more), as is found by asking for it anew. */
export async function isMissing(path: string): Promise<boolean> {
    try {
        let folder = await navigator.storage.getDirectory();
        for (const part of split(path)) folder = await folder.getDirectoryHandle(part);
        return false;
    } catch (error) {
        return error instanceof DOMException && error.name === 'NotFoundError';
    }
}
