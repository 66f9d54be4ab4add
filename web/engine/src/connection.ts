/** One running engine: its workers, the calls that wait for it, and its end. */
import { engineScript, loadModule, type Assets, type OnLoading } from './assets.js';
import { scriptRefused } from './environment.js';
import { TarnError, type TarnErrorCode } from './errors.js';
import { tell } from './events.js';
import { camelize, snakeNames } from './names.js';
import { toJson } from './options.js';
import type { FromCoordinator, MountedFile, ToCoordinator } from './protocol.js';
import type { Progress } from './types.js';

export interface Answer {
    json: Record<string, unknown>;
    data: Uint8Array | null;
}

export interface CallOptions {
    data?: Uint8Array | null;
    /** A file of the page, offered under a path while the call runs. */
    file?: MountedFile | null;
    signal?: AbortSignal | undefined;
    onProgress?: ((progress: Progress) => void) | undefined;
    /** A call that only reads: when it is cancelled nobody has to wait for the engine's word. */
    reads?: boolean;
}

interface Pending {
    resolve(answer: Answer): void;
    reject(error: TarnError): void;
    onProgress: ((progress: Progress) => void) | undefined;
    settle(): void;
}

export interface ConnectionOptions {
    assets: Assets;
    pool: number;
    storage: boolean;
    /** Bytes that the engine's memory may grow to. */
    most: number;
    onLoading: OnLoading | undefined;
    /** Called at once: its `end` ends the start as well. */
    onMade(connection: Connection): void;
    /** Called once, unless `end` was called before. */
    onLost(error: TarnError): void;
}

/** For calls whose result does not matter any more, an answer this late is not waited for. */
const CANCEL_PATIENCE_MS = 30;

export function cancelled(message = 'cancelled; nothing was changed'): TarnError {
    return new TarnError('TARN_E_CANCELLED', message);
}

/** Wait for work that is not this call's alone until the signal comes; the work then goes on, which the message tells. */
export function untilAborted<T>(signal: AbortSignal | undefined, message: string, work: () => Promise<T>): Promise<T> {
    if (signal === undefined) return work();
    if (signal.aborted) return Promise.reject(cancelled());
    return new Promise((resolve, reject) => {
        const onAbort = (): void => reject(cancelled(message));
        signal.addEventListener('abort', onAbort, { once: true });
        void work()
            .then(resolve, reject)
            .finally(() => signal.removeEventListener('abort', onAbort));
    });
}

export class Connection {
    private readonly pending = new Map<number, Pending>();
    /** Of questions to the workers. */
    private readonly unanswered = new Set<(error: TarnError) => void>();
    private nextId = 1;
    private ended: TarnError | null = null;
    /** Why nothing is kept; null when it is. */
    reason: string | null = null;
    shared = false;

    /** What the coordinator asked for; see worker/spawned.ts. */
    private readonly spawned = new Map<number, Worker>();

    private constructor(
        private readonly worker: Worker,
        /** Its script: the address, and as workers are made of it. */
        private readonly engine: string,
        private readonly script: string,
        private readonly onLost: (error: TarnError) => void,
    ) {}

    static async start(options: ConnectionOptions): Promise<Connection> {
        const { url: engine, script } = engineScript(options.assets);
        let worker: Worker;
        try {
            worker = new Worker(script, { name: 'tarn-coordinator' });
        } catch (cause) {
            throw scriptRefused(engine, cause);
        }
        const connection = new Connection(worker, engine, script, options.onLost);
        options.onMade(connection);
        try {
            // Attached before anything is awaited, so that no message and no failure is missed.
            const started = connection.listen();
            const loading = loadModule(options.assets, options.onLoading);
            const module = await Promise.race([loading, started as Promise<never>]); // which may only fail until then
            const { pool, storage, most } = options;
            connection.post({ type: 'start', module, engine, pool, storage, most });
            await started;
            return connection;
        } catch (error) {
            connection.end(new TarnError('TARN_E_CLOSED', 'the engine did not start'));
            throw error;
        }
    }

    private listen(): Promise<void> {
        return new Promise((resolve, reject) => {
            let started = false;
            this.unanswered.add(reject);
            const fail = (why: string): void => {
                if (started) this.lose(why);
                else reject(new TarnError('TARN_E_LOAD', `the engine could not be started: ${why}`));
            };
            this.worker.onerror = (event) => {
                event.preventDefault();
                fail(event.message || `${this.engine} could not be fetched as a script of this origin: it must be there, as JavaScript, with the page's two headers`);
            };
            this.worker.onmessageerror = () => fail('a message could not be read');
            this.worker.onmessage = ({ data }: MessageEvent<FromCoordinator>) => {
                switch (data.type) {
                    case 'started':
                        started = true;
                        this.unanswered.delete(reject);
                        this.reason = data.reason;
                        this.shared = data.shared;
                        resolve();
                        break;
                    case 'response':
                        this.answer(data.id, data.json, data.data);
                        break;
                    case 'spawn':
                        this.spawn(data.number, data.name, data.port, fail);
                        break;
                    case 'terminate':
                        this.spawned.get(data.number)?.terminate();
                        this.spawned.delete(data.number);
                        break;
                    case 'lost':
                        fail(data.why);
                }
            };
        });
    }

    private spawn(number: number, name: string, port: MessagePort, fail: (why: string) => void): void {
        if (this.ended !== null) return;
        try {
            const worker = new Worker(this.script, { name });
            worker.onerror = (event) => {
                event.preventDefault();
                fail(event.message || `${this.engine} could not be fetched once more`);
            };
            worker.postMessage(null, [port]);
            this.spawned.set(number, worker);
        } catch (error) {
            fail(`no worker can be made: ${String(error)}`);
        }
    }

    private post(message: ToCoordinator, transfer: Transferable[] = []): void {
        this.worker.postMessage(message, transfer);
    }

    private answer(id: number, text: string, data: Uint8Array | null): void {
        const call = this.pending.get(id);
        if (call === undefined) return; // nobody waits any more
        const json = camelize(JSON.parse(text)) as Record<string, unknown>;
        if (json['progress'] !== undefined) {
            tell(call.onProgress, json['progress'] as Progress);
            return;
        }
        this.pending.delete(id);
        call.settle();
        if (json['ok'] === true) call.resolve({ json, data });
        else call.reject(new TarnError(json['code'] as TarnErrorCode, String(json['message'])));
    }

    call(op: string, args: object, options: CallOptions = {}): Promise<Answer> {
        const { signal, data = null, file = null } = options;
        return new Promise((resolve, reject) => {
            if (this.ended !== null) {
                reject(this.ended);
                return;
            }
            if (signal?.aborted === true) {
                reject(cancelled());
                return;
            }
            const json = toJson({ op, ...snakeNames(args) }); // may throw, which the promise is told
            const id = this.nextId++;
            const onAbort = (): void => this.cancel(id, options.reads === true);
            signal?.addEventListener('abort', onAbort, { once: true });
            this.pending.set(id, {
                resolve,
                reject,
                onProgress: options.onProgress,
                settle: () => {
                    signal?.removeEventListener('abort', onAbort);
                    if (file !== null) this.post({ type: 'unmount', path: file.path });
                },
            });
            this.post({ type: 'request', id, json, data, file }, data === null ? [] : [data.buffer as ArrayBuffer]);
        });
    }

    private cancel(id: number, reads: boolean): void {
        this.post({ type: 'cancel', id });
        if (!reads) return; // a change may have been made already: only the engine knows
        setTimeout(() => {
            const call = this.pending.get(id);
            this.pending.delete(id);
            call?.settle();
            call?.reject(cancelled());
        }, CANCEL_PATIENCE_MS);
    }

    private ask<T>(question: (port: MessagePort) => ToCoordinator): Promise<T> {
        const { port1, port2 } = new MessageChannel();
        return new Promise((resolve, reject) => {
            if (this.ended !== null) {
                reject(this.ended);
                return;
            }
            this.unanswered.add(reject);
            port1.onmessage = ({ data }: MessageEvent<T>) => {
                port1.close();
                this.unanswered.delete(reject);
                resolve(data);
            };
            this.post(question(port2), [port2]);
        });
    }

    /** Whether so many bytes more could be stored. */
    fits(bytes: number): Promise<boolean> {
        return this.ask((port) => ({ type: 'fits', bytes, port }));
    }

    /** Whether what lay at the path is there no more. */
    erased(path: string): Promise<boolean> {
        return this.ask((port) => ({ type: 'erased', path, port }));
    }

    /** Bytes of the engine's memory. The page keeps no hold of it: browsers would count it once more. */
    memory(): Promise<number> {
        return this.ask((port) => ({ type: 'memory', port }));
    }

    private lose(why: string): void {
        if (this.ended !== null) return;
        const error = new TarnError(
            'TARN_E_ENGINE_LOST',
            `the engine ended (${why}); what was committed is safe, and it starts again by itself`,
        );
        this.end(error);
        this.onLost(error);
    }

    /** End the workers; whoever waits gets `error`. */
    end(error: TarnError): void {
        this.ended ??= error;
        this.worker.terminate();
        for (const worker of this.spawned.values()) worker.terminate();
        this.spawned.clear();
        for (const call of this.pending.values()) {
            call.settle();
            call.reject(error);
        }
        this.pending.clear();
        for (const reject of this.unanswered) reject(error);
        this.unanswered.clear();
    }
}
