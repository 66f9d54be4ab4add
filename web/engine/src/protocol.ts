/** What the page and the coordinator, the engine's first worker, say to each other. */

export interface StartMessage {
    type: 'start';
    module: WebAssembly.Module;
    /** This script's URL, as Emscripten's glue wants to know it. */
    engine: string;
    /** How many threads to have ready. */
    pool: number;
    storage: boolean;
    /** Bytes that the memory may grow to. */
    most: number;
}
export interface MountedFile {
    path: string;
    blob: Blob;
}

export type ToCoordinator =
    | StartMessage
    /** `file`: to be found at the path while the request runs. */
    | { type: 'request'; id: number; json: string; data: Uint8Array | null; file: MountedFile | null }
    | { type: 'cancel'; id: number }
    | { type: 'fits'; bytes: number; port: MessagePort }
    | { type: 'memory'; port: MessagePort }
    | { type: 'erased'; path: string; port: MessagePort }
    | { type: 'unmount'; path: string };

export type FromCoordinator =
    | { type: 'started'; reason: string | null; shared: boolean }
    | { type: 'response'; id: number; json: string; data: Uint8Array | null }
    /** Make a worker of that name, whose first message brings it the port. */
    | { type: 'spawn'; number: number; name: string; port: MessagePort }
    | { type: 'terminate'; number: number }
    | { type: 'lost'; why: string };
