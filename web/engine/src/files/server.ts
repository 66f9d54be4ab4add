/** Carries out what threads ask for. Reads and writes are answered at once; what the browser only does with a promise is
 *  begun, and others are served meanwhile. */
import { DroppedFiles } from './dropped.js';
import { HeldLock } from './locks.js';
import { FileError, Mail, Mailbox, Operation, Status } from './mailbox.js';
import { Kind, told } from './entries.js';
import { Mode, OpfsFiles, type OpenFile } from './opfs.js';

interface Opened {
    file: OpenFile | null; // null: a dropped file
    blob: Blob | null;
    path: string;
    lock: HeldLock | null;
}

/** What must not happen once another tab writes. */
const CHANGES: ReadonlySet<Operation> = new Set([Operation.Write, Operation.Truncate, Operation.Sync, Operation.Make, Operation.Remove, Operation.Rename]);

export class FileServer {
    readonly dropped = new DroppedFiles();
    private readonly handles = new Map<number, Opened>();
    /** Locks under which this worker writes. */
    private readonly exclusive = new Set<HeldLock>();
    private nextHandle = 1;
    private underWay = 0;

    constructor(private readonly opfs: OpfsFiles) {}

    /** Serve for ever. */
    async run(mailbox: Mailbox): Promise<never> {
        for (;;) {
            for (const mail of mailbox.take()) this.serve(mail);
            await mailbox.wait(() => this.underWay > 0);
        }
    }

    private serve(mail: Mail): void {
        try {
            if (this.serveAtOnce(mail)) {
                mail.answer(Status.Ok);
                return;
            }
        } catch (error) {
            answerFailure(mail, error);
            return;
        }
        this.underWay++;
        told(() => this.serveLater(mail))
            .then(
                () => mail.answer(Status.Ok),
                (error: unknown) => answerFailure(mail, error),
            )
            .finally(() => this.underWay--);
    }

    private opened(mail: Mail): Opened {
        const found = this.handles.get(mail.file);
        if (found === undefined) throw new FileError(Status.Internal, 'there is no such open file');
        return found;
    }

    /** What needs no promise; false for the rest. */
    private serveAtOnce(mail: Mail): boolean {
        switch (mail.operation) {
            case Operation.Read: {
                const { file, blob } = this.opened(mail);
                const got = blob
                    ? this.dropped.read(blob, mail.offset, mail.data)
                    : this.opfs.read(file!, mail.offset, mail.data);
                if (got === null) return false;
                mail.got = got;
                return true;
            }
            case Operation.Write:
                if (!this.mayWrite()) return false;
                this.opfs.write(this.owned(mail), mail.offset, mail.data);
                return true;
            case Operation.Size: {
                const { file, blob } = this.opened(mail);
                const size = blob ? blob.size : this.opfs.size(file!);
                if (size === null) return false;
                mail.value = size;
                return true;
            }
            case Operation.Truncate:
                if (!this.mayWrite()) return false;
                this.opfs.truncate(this.owned(mail), mail.offset);
                return true;
            default:
                return false;
        }
    }

    private owned(mail: Mail): OpenFile {
        const { file } = this.opened(mail);
        if (file === null) throw new FileError(Status.Io, 'it was opened for reading');
        return file;
    }

    /** Whether the locks that are held here are known to be held still. */
    private mayWrite(): boolean {
        for (const lock of this.exclusive) if (!lock.isFresh) return false;
        return true;
    }

    private async confirmLocks(): Promise<void> {
        for (const lock of this.exclusive) await lock.confirm();
    }

    private async serveLater(mail: Mail): Promise<void> {
        if (CHANGES.has(mail.operation)) await this.confirmLocks();
        switch (mail.operation) {
            case Operation.Open:
                return this.open(mail);
            case Operation.Close:
                return this.close(mail);
            case Operation.Lock:
                return this.lock(mail);
            case Operation.Unlock:
                return this.unlock(this.opened(mail));
            case Operation.Write:
                return this.opfs.write(this.owned(mail), mail.offset, mail.data);
            case Operation.Truncate:
                return this.opfs.truncate(this.owned(mail), mail.offset);
            case Operation.Sync:
                return this.opfs.sync(this.owned(mail));
            case Operation.Read:
                mail.got = await this.opfs.readSnapshot(this.owned(mail), mail.offset, mail.data);
                return;
            case Operation.Size:
                mail.value = await this.opfs.sizeSnapshot(this.owned(mail));
                return;
            case Operation.Stat:
                return this.stat(mail);
            case Operation.List:
                return this.list(mail);
            case Operation.Make:
                return this.opfs.make(onOpfs(mail.path));
            case Operation.Remove:
                return this.opfs.remove(onOpfs(mail.path));
            case Operation.Rename:
                return this.opfs.rename(onOpfs(mail.path), onOpfs(mail.target));
            case Operation.SyncNames:
                return this.opfs.syncNames(mail.path);
            case Operation.FreeSpace:
                mail.value = await this.opfs.freeSpace(mail.path);
                return;
            default:
                throw new FileError(Status.Internal, `no operation ${mail.operation}`);
        }
    }

    private async open(mail: Mail): Promise<void> {
        const { path, mode } = mail;
        const opened: Opened = { file: null, blob: null, path, lock: null };
        if (isDropped(path)) {
            if (mode !== Mode.Read) throw new FileError(Status.Io, 'a dropped file can only be read');
            opened.blob = this.dropped.find(path);
        } else {
            opened.file = await this.opfs.openFile(path, mode);
        }
        mail.file = this.nextHandle;
        this.handles.set(this.nextHandle++, opened);
    }

    private async close(mail: Mail): Promise<void> {
        const opened = this.opened(mail);
        this.handles.delete(mail.file);
        await this.unlock(opened);
        if (opened.file !== null) await this.opfs.closeFile(opened.file);
    }

    private async lock(mail: Mail): Promise<void> {
        const opened = this.opened(mail);
        await this.unlock(opened);
        const mode = mail.mode === 1 ? 'exclusive' : 'shared';
        opened.lock = await HeldLock.take(opened.path, mode);
        if (mode === 'exclusive') this.exclusive.add(opened.lock);
    }

    private async unlock(opened: Opened): Promise<void> {
        const { lock } = opened;
        opened.lock = null;
        if (lock === null) return;
        this.exclusive.delete(lock);
        await lock.drop();
    }

    private async stat(mail: Mail): Promise<void> {
        if (isDropped(mail.path)) {
            mail.mode = Kind.File;
            mail.value = this.dropped.find(mail.path).size;
            return;
        }
        const { kind, size } = await this.opfs.stat(mail.path);
        mail.mode = kind;
        mail.value = size;
    }

    private async list(mail: Mail): Promise<void> {
        const entries = await this.opfs.list(onOpfs(mail.path));
        const encoder = new TextEncoder();
        const named = entries.map((entry) => ({ ...entry, bytes: encoder.encode(entry.name) }));
        const needed = named.reduce((sum, entry) => sum + 16 + entry.bytes.length, 0);
        mail.value = needed;
        if (needed > mail.size) return;
        const { data } = mail;
        const view = new DataView(data.buffer, data.byteOffset, data.length);
        let at = 0;
        for (const { kind, size, bytes } of named) {
            view.setUint32(at, kind, true);
            view.setBigUint64(at + 4, BigInt(size), true);
            view.setUint32(at + 12, bytes.length, true);
            data.set(bytes, at + 16);
            at += 16 + bytes.length;
        }
        mail.got = needed;
    }
}

function isDropped(path: string): boolean {
    return path.startsWith('/mnt/');
}

function onOpfs(path: string): string {
    if (isDropped(path)) throw new FileError(Status.Io, 'dropped files can only be read');
    return path;
}

function answerFailure(mail: Mail, error: unknown): void {
    if (error instanceof FileError) mail.answer(error.status, error.message);
    else if (error instanceof DOMException && error.name === 'QuotaExceededError')
        mail.answer(Status.Full, "the browser's storage for this site is full");
    else mail.answer(Status.Io, String(error));
}
