/** Files that were dropped on the page: read in slices, where their bytes are wanted, and never copied whole. */
import { FileError, Status } from './mailbox.js';

export class DroppedFiles {
    private readonly files = new Map<string, Blob>();
    private readonly reader = new FileReaderSync();

    /** Serve a file as /mnt/<number>/<name>. */
    mount(path: string, file: Blob): void {
        this.files.set(path, file);
    }

    unmount(path: string): void {
        this.files.delete(path);
    }

    find(path: string): Blob {
        const file = this.files.get(path);
        if (file === undefined) throw new FileError(Status.NotFound, 'no such file');
        return file;
    }

    read(file: Blob, offset: number, into: Uint8Array): number {
        const slice = file.slice(offset, offset + into.length);
        if (slice.size === 0) return 0;
        try {
            const bytes = new Uint8Array(this.reader.readAsArrayBuffer(slice));
            into.set(bytes);
            return bytes.length;
        } catch {
            throw new FileError(Status.Io, 'the file cannot be read any more: it was changed or removed, choose it again');
        }
    }
}
