/**
 * The coordinator: starts the engine and its files worker, hands requests in and answers out. It computes nothing and
 * waits for nothing, so that new threads, which only it can ask for, are never held up.
 */
import type { FromCoordinator, MountedFile, StartMessage, ToCoordinator } from '../protocol.js';
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

type Request = Extract<ToCoordinator, { type: 'request' }>;

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
    /** Requests that wait for a file to be offered, and how far they are. */
    private held = 0;
    private inOrder: Promise<void> = Promise.resolve();
    private readonly withdrawn = new Set<number>();

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

    private tellFiles(message: FilesRequest, transfer: Transferable[] = []): void {
        this.files?.postMessage(message, transfer);
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

    /** Where the request's file has to be offered first, it waits for that, and all that come after wait behind it: so
     *  requests reach the engine in the order in which they were made, and each finds its file. */
    private request(message: Request): void {
        if (this.held === 0 && message.file == null) {
            this.begin(message);
            return;
        }
        this.held++;
        const offered = message.file == null ? undefined : this.offer(message.file);
        this.inOrder = this.inOrder.then(async () => {
            await offered;
            this.held--;
            this.begin(message);
            if (this.withdrawn.has(message.id)) this.engine!._tarn_wasm_cancel(message.id);
            if (this.held === 0) this.withdrawn.clear();
        });
    }

    /** Resolves when the files worker has it. */
    private offer({ path, blob }: MountedFile): Promise<void> {
        const { port1, port2 } = new MessageChannel();
        return new Promise((resolve) => {
            port1.onmessage = () => {
                port1.close();
                resolve();
            };
            this.tellFiles({ type: 'mount', path, blob, port: port2 }, [port2]);
        });
    }

    private cancel(id: number): void {
        if (this.held > 0) this.withdrawn.add(id); // it may not have begun
        this.engine!._tarn_wasm_cancel(id);
    }

    private begin({ id, json, data }: Request): void {
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
                this.request(message);
                break;
            case 'cancel':
                this.cancel(message.id);
                break;
            case 'memory':
                message.port.postMessage(this.memory!.buffer.byteLength);
                break;
            case 'fits':
            case 'erased':
                this.tellFiles(message, [message.port]);
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
