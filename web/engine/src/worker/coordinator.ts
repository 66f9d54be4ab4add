/**
 * The coordinator: starts the engine and its files worker, hands requests in and answers out. It computes nothing and
 * waits for nothing, so that new threads, which only it can ask for, are never held up.
 */
import type { FromCoordinator, StartMessage, ToCoordinator } from '../protocol.js';
import type { FilesReady, FilesRequest, FilesServing } from './files.js';
import { SpawnedWorker } from './spawned.js';

/** What Emscripten's glue gives us of the engine. */
interface Engine {
    _tarn_wasm_start(): number;
    _tarn_wasm_allocate(size: number): number;
    _tarn_wasm_request(id: number, json: number, jsonSize: number, data: number, dataSize: number): void;
    _tarn_wasm_cancel(id: number): void;
    _tarn_wasm_release(address: number): void;
    _tarn_opfs_mailbox(): number;
}
type Receive = (instance: WebAssembly.Instance, module: WebAssembly.Module) => void;
declare const createTarn: (options: object) => Promise<Engine>;

const PAGE = 65536;
const INITIAL_PAGES = (64 << 20) / PAGE; // as it was linked

/** As much address space as asked for and as this browser gives; the memory itself grows as it is used. */
function makeMemory(most: number): WebAssembly.Memory {
    const wanted = Math.max(INITIAL_PAGES, Math.min(65536, Math.floor(most / PAGE)));
    for (const maximum of [wanted, 49152, 32768]) {
        if (maximum > wanted) continue;
        try {
            return new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum, shared: true });
        } catch {
            continue; // a machine with little address space
        }
    }
    return new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: 16384, shared: true });
}

class Coordinator {
    private memory: WebAssembly.Memory | null = null;
    private files: SpawnedWorker | null = null;
    /** For the next message of the files worker. */
    private hear: ((message: FilesReady | FilesServing) => void) | null = null;
    private engine: Engine | null = null;
    private ended = false;

    private tell(message: FromCoordinator, transfer: Transferable[] = []): void {
        self.postMessage(message, { transfer });
    }

    lost(why: string): void {
        if (this.ended) return;
        this.ended = true;
        this.tell({ type: 'lost', why });
    }

    async start(message: StartMessage): Promise<void> {
        const memory = makeMemory(message.most);
        this.memory = memory;
        this.files = new SpawnedWorker(message.engine, { name: 'tarn-files' });
        this.files.onmessage = ({ data }: MessageEvent<FilesReady | FilesServing>) => this.hear?.(data);
        const ready = this.answer<FilesReady>();
        this.tellFiles({ type: 'probe', storage: message.storage });
        const engine = await this.instantiate(message, memory);
        const { reason, shared } = await ready;
        const serving = this.answer<FilesServing>();
        this.tellFiles({ type: 'serve', memory, mailbox: engine._tarn_opfs_mailbox() });
        await serving;
        this.engine = engine;
        if (engine._tarn_wasm_start() !== 0) throw new Error('it has no memory to start with');
        this.tell({ type: 'started', reason, shared });
    }

    private instantiate(message: StartMessage, memory: WebAssembly.Memory): Promise<Engine> {
        return new Promise((resolve, reject) => {
            createTarn({
                wasmMemory: memory,
                tarnPoolSize: message.pool,
                mainScriptUrlOrBlob: message.engine,
                locateFile: () => message.engine, // of its threads' workers, the only file that it asks for
                instantiateWasm: (imports: WebAssembly.Imports, receive: Receive) => {
                    WebAssembly.instantiate(message.module, imports).then(
                        (instance) => receive(instance, message.module),
                        reject,
                    );
                    return {};
                },
                print: (line: string) => console.log(line),
                printErr: (line: string) => console.warn(line),
                onAbort: (why: unknown) => this.lost(`the engine stopped: ${String(why)}`),
                tarnRespond: (id: number, json: number, jsonSize: number, data: number, dataSize: number) =>
                    this.respond(id, json, jsonSize, data, dataSize),
            }).then(resolve, reject);
        });
    }

    /** The next message of the files worker. */
    private answer<T extends FilesReady | FilesServing>(): Promise<T> {
        return new Promise((resolve) => {
            this.hear = (message) => resolve(message as T);
        });
    }

    private tellFiles(message: FilesRequest): void {
        this.files?.postMessage(message);
    }

    /** Copy out of the engine's memory, which cannot be transferred. */
    private take(address: number, size: number): Uint8Array<ArrayBuffer> {
        return new Uint8Array(new Uint8Array(this.memory!.buffer, address >>> 0, size >>> 0));
    }

    private respond(id: number, json: number, jsonSize: number, data: number, dataSize: number): void {
        const text = new TextDecoder().decode(this.take(json, jsonSize));
        const bytes = data === 0 ? null : this.take(data, dataSize);
        this.engine!._tarn_wasm_release(json);
        if (data !== 0) this.engine!._tarn_wasm_release(data);
        this.tell({ type: 'response', id, json: text, data: bytes }, bytes === null ? [] : [bytes.buffer]);
    }

    private put(bytes: Uint8Array): number {
        const address = this.engine!._tarn_wasm_allocate(Math.max(bytes.length, 1)) >>> 0;
        if (address === 0) return 0;
        new Uint8Array(this.memory!.buffer, address, bytes.length).set(bytes);
        return address;
    }

    private request(id: number, json: string, data: Uint8Array | null): void {
        const text = new TextEncoder().encode(json);
        const jsonAddress = this.put(text);
        const dataAddress = data === null ? 0 : this.put(data);
        if (jsonAddress === 0 || (data !== null && dataAddress === 0)) {
            if (jsonAddress !== 0) this.engine!._tarn_wasm_release(jsonAddress);
            const refusal = { ok: false, code: 'TARN_E_MEMORY', message: 'the engine has no memory left for this request' };
            this.tell({ type: 'response', id, json: JSON.stringify(refusal), data: null });
            return;
        }
        this.engine!._tarn_wasm_request(id, jsonAddress, text.length, dataAddress, data?.length ?? 0);
    }

    receive(message: ToCoordinator): void {
        switch (message.type) {
            case 'start':
                this.start(message).catch((error: unknown) => this.lost(String(error)));
                break;
            case 'request':
                this.request(message.id, message.json, message.data);
                break;
            case 'cancel':
                this.engine!._tarn_wasm_cancel(message.id);
                break;
            case 'memory':
                message.port.postMessage(this.memory!.buffer.byteLength);
                break;
            case 'fits':
                this.files?.postMessage(message, [message.port]);
                break;
            default:
                this.tellFiles(message);
        }
    }
}

export function startCoordinator(): void {
    Object.assign(self, { Worker: SpawnedWorker });
    const coordinator = new Coordinator();
    self.addEventListener('error', (event) => coordinator.lost(`the engine failed: ${event.message}`));
    self.addEventListener('unhandledrejection', (event) => coordinator.lost(`the engine failed: ${String(event.reason)}`));
    self.onmessage = ({ data }: MessageEvent<ToCoordinator>) => {
        try {
            coordinator.receive(data);
        } catch (error) {
            coordinator.lost(`the engine failed: ${String(error)}`);
        }
    };
}
