/** The files worker: owns the handles of the origin private file system and the dropped files. */
import { Mailbox } from '../files/mailbox.js';
import { OpfsFiles } from '../files/opfs.js';
import { FileServer } from '../files/server.js';

export type FilesRequest =
    | { type: 'probe'; storage: boolean }
    | { type: 'serve'; memory: WebAssembly.Memory; mailbox: number }
    | { type: 'fits'; bytes: number; port: MessagePort }
    | { type: 'erased'; path: string; port: MessagePort }
    /** Answered through the port when it is there. */
    | { type: 'mount'; path: string; blob: Blob; port: MessagePort }
    | { type: 'unmount'; path: string };

/** Sent for `serve`, once threads may ask. */
export interface FilesServing {
    type: 'serving';
}

/** Sent for `probe`. `reason`: why nothing is kept when this page closes; null when it is. `shared`: other tabs can open the same files. */
export interface FilesReady {
    type: 'ready';
    reason: string | null;
    shared: boolean;
}

async function probe(opfs: OpfsFiles): Promise<string | null> {
    if (navigator.storage?.getDirectory === undefined)
        return 'this browser has no private file system for pages (OPFS)';
    if (navigator.locks === undefined) return 'this browser has no Web Locks, without which two tabs could write at once';
    try {
        await opfs.probe();
        return null;
    } catch (error) {
        // Full is not absent: what is stored can be read, and be removed.
        if (error instanceof DOMException && error.name === 'QuotaExceededError') return null;
        const why = error instanceof Error ? error.message : String(error);
        return `this browser does not let the page keep files (${why}); private windows often forbid it`;
    }
}

export function startFiles(): void {
    const opfs = new OpfsFiles();
    const server = new FileServer(opfs);
    self.onmessage = async ({ data }: MessageEvent<FilesRequest>) => {
        switch (data.type) {
            case 'mount':
                server.dropped.mount(data.path, data.blob);
                data.port.postMessage(null);
                break;
            case 'erased':
                data.port.postMessage(await opfs.isGone(data.path));
                break;
            case 'unmount':
                server.dropped.unmount(data.path);
                break;
            case 'fits':
                data.port.postMessage(await opfs.fits(data.bytes).catch(() => true));
                break;
            case 'probe': {
                const reason = data.storage ? await probe(opfs) : 'the page asked for memory only';
                const ready: FilesReady = { type: 'ready', reason, shared: opfs.shared === true };
                self.postMessage(ready);
                break;
            }
            case 'serve': {
                const mailbox = new Mailbox(data.memory, data.mailbox);
                self.postMessage({ type: 'serving' }); // not before: threads that asked now would get no answer
                await server.run(mailbox);
            }
        }
    };
}
