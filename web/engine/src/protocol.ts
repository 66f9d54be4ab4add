/** What the page and the coordinator, the engine's first worker, say to each other. */

export interface StartMessage {
    type: 'start';
    module: WebAssembly.Module;
    /** This script's URL, for the further workers. */
    engine: string;
    /** How many threads to have ready. */
    pool: number;
    storage: boolean;
}
export type ToCoordinator =
    | StartMessage
    | { type: 'request'; id: number; json: string; data: Uint8Array | null }
    | { type: 'cancel'; id: number }
    | { type: 'fits'; bytes: number; port: MessagePort }
    | { type: 'memory'; port: MessagePort }
    | { type: 'mount'; path: string; file: Blob }
    | { type: 'unmount'; path: string };

export type FromCoordinator =
    | { type: 'started'; reason: string | null; shared: boolean }
    | { type: 'response'; id: number; json: string; data: Uint8Array | null }
    | { type: 'lost'; why: string };
