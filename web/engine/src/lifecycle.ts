/**
 * The life of an engine on one workspace: started on first use, opened as writer or follower, started again when it was
 * lost, made the writer when the tab that was has gone.
 */
import { Connection } from './connection.js';
import { TarnError } from './errors.js';
import { requireIsolation } from './isolation.js';
import { LEASE_MS, lockName } from './files/locks.js';
import { checkNames } from './options.js';
import { Tabs } from './tabs.js';
import type { Assets } from './assets.js';
import type { EngineEvents, Status } from './types.js';

export interface TarnOptions {
    /** Workspaces of one origin are told apart by name: letters, digits, `-`, `_` and `.`. */
    workspace?: string;
    /** "compatibility": one thread. Else what `?mode=` of the page says, else as many as the machine has, up to four. */
    mode?: 'auto' | 'compatibility';
    threads?: number;
    /** Bytes that queries may take; three quarters of the engine's memory unless given. */
    memoryLimit?: number;
    /** Bytes that the engine's memory may grow to; 4 GB, which is all that there can be, unless given. Tables may be larger. */
    engineMemory?: number;
    /** "memory": keep nothing. */
    storage?: 'auto' | 'memory';
    /** For the audit log. */
    user?: string;
    /** Repair the workspace before it is opened: what is damaged is set aside, what can be computed anew is. */
    repair?: boolean;
    /** Where the engine's files are, when they are not beside this module. */
    assets?: Assets;
}

const MOST_MEMORY = 4 * 2 ** 30;
export const DEFAULT_MEMORY_LIMIT = 3 * 2 ** 30;
const MOST_THREADS = 4;
/** How often in a row an engine may be lost before it answered anything. */
const MOST_RESTARTS = 3;

export function threadCount(options: TarnOptions): number {
    const asked = new URLSearchParams(globalThis.location?.search ?? '').get('mode');
    if ((options.mode ?? asked) === 'compatibility') return 1;
    return Math.max(1, options.threads ?? Math.min(navigator.hardwareConcurrency || 2, MOST_THREADS));
}

const OPTIONS = ['workspace', 'mode', 'threads', 'memoryLimit', 'engineMemory', 'storage', 'user', 'repair', 'assets'] as const satisfies readonly (keyof TarnOptions)[];

function checkOptions(options: TarnOptions): void {
    const invalid = (message: string): TarnError => new TarnError('TARN_E_INVALID', message);
    checkNames('TarnEngine', options, OPTIONS);
    checkNames('assets', options.assets ?? {}, ['engine', 'wasm']);
    const choices = { mode: ['auto', 'compatibility'], storage: ['auto', 'memory'] };
    for (const [name, known] of Object.entries(choices)) {
        const value = options[name as keyof typeof choices];
        if (value !== undefined && !known.includes(value)) throw invalid(`'${name}' may be '${known.join("' or '")}', not '${String(value)}'`);
    }
    for (const name of ['threads', 'memoryLimit', 'engineMemory'] as const) {
        const value: unknown = options[name];
        if (value !== undefined && (typeof value !== 'number' || !(value > 0))) throw invalid(`'${name}' must be a number greater than 0`);
    }
}

/** A tab that writes and does not answer for so long may be relieved of it. */
const FROZEN_MS = 10_000;
/** By then a tab that was relieved knows of it, or asks before it writes: see files/locks.ts. */
const GRACE_MS = 2 * LEASE_MS;

/** What a change fails with when the storage was removed beneath it. */
const WITHOUT_STORAGE: readonly string[] = ['TARN_E_IO', 'TARN_E_NOT_FOUND', 'TARN_E_CORRUPT', 'TARN_E_FULL', 'TARN_E_INTERNAL'];

/** Engines of this page that are just closing, by workspace: those that come after wait for them, so that the workspace is
 *  handed over in order. */
const closing = new Map<string, Set<Promise<void>>>();

async function closedBefore(workspace: string): Promise<void> {
    await Promise.all(closing.get(workspace) ?? []);
}

type Emit = <K extends keyof EngineEvents>(event: K, detail: EngineEvents[K]) => void;

export class Lifecycle {
    state: Status['state'] = 'idle';
    readOnly = false;
    persistent = false;
    reason: string | null = null;
    notice: string | null = null;
    readonly threads: number;
    readonly workspace: string;
    private starting: Promise<Connection> | null = null;
    private connection: Connection | null = null;
    /** Begun, and without a workspace yet. */
    private unopened: Connection | null = null;
    private ending: Promise<void> | null = null;
    /** Set once the site's data were found to be gone. */
    private erased: TarnError | null = null;
    private tabs: Tabs | null = null;
    private restarts = 0;

    constructor(
        private readonly options: TarnOptions,
        private readonly emit: Emit,
        private readonly hears: (event: keyof EngineEvents) => boolean,
    ) {
        checkOptions(options);
        this.workspace = options.workspace ?? 'tarn';
        if (typeof this.workspace !== 'string' || !/^[\w-][\w.-]{0,99}$/.test(this.workspace))
            throw new TarnError('TARN_E_INVALID', `'${this.workspace}' cannot name a workspace: use letters, digits, - and _`);
        this.threads = threadCount(options);
    }

    private get isClosed(): boolean {
        return this.state === 'closed';
    }

    get current(): Connection | null {
        return this.connection;
    }

    /** The engine with its workspace open. A start that failed is tried again by the next call. */
    ready(): Promise<Connection> {
        if (this.state === 'closed') return Promise.reject(new TarnError('TARN_E_CLOSED', 'the engine was closed'));
        if (this.starting === null) {
            const starting = this.start();
            this.starting = starting;
            starting.catch(() => {
                if (this.starting === starting) this.starting = null;
            });
        }
        return this.starting;
    }

    private async start(): Promise<Connection> {
        requireIsolation();
        if (this.state !== 'lost') this.state = 'loading';
        let connection: Connection | null = null;
        try {
            connection = await Connection.start({
                assets: this.options.assets ?? {},
                pool: 2 * this.threads + 3, // its own threads, the library's, and the query engine's
                storage: this.options.storage !== 'memory',
                most: this.mostMemory,
                onLoading: this.hears('loading') ? (progress) => this.emit('loading', progress) : undefined,
                onMade: (made) => (this.unopened = made),
                onLost: (error) => this.lost(error),
            });
            this.unopened = null;
            this.connection = connection;
            this.reason = connection.reason ?? this.erased?.message ?? null;
            this.persistent = this.reason === null;
            await this.openWorkspace(connection);
        } catch (error) {
            if (!this.isClosed) this.state = 'idle';
            this.connection = null;
            this.unopened = null;
            connection?.end(new TarnError('TARN_E_CLOSED', 'the workspace could not be opened'));
            throw error;
        }
        if (this.isClosed) {
            connection.end(new TarnError('TARN_E_CLOSED', 'the engine was closed'));
            throw new TarnError('TARN_E_CLOSED', 'the engine was closed');
        }
        this.state = 'ready';
        this.emit('ready', {});
        return connection;
    }

    private async openWorkspace(connection: Connection): Promise<void> {
        await closedBefore(this.workspace);
        if (this.persistent && this.tabs === null) {
            const tabs = new Tabs(this.workspace, { onCommit: () => void this.follow(), onRelieved: () => this.relieved() });
            this.tabs = tabs;
            this.readOnly = !(await tabs.tryToWrite());
            if (this.readOnly) tabs.waitToWrite(() => void this.takeOver());
        }
        await this.openAs(connection, this.readOnly);
    }

    private get mostMemory(): number {
        return this.options.engineMemory ?? MOST_MEMORY;
    }

    /** Where the workspace lies in the engine's tree of files. */
    get directory(): string {
        return `/${this.persistent ? 'opfs' : 'memory'}/${this.workspace}`;
    }

    /** What the library is told whenever it opens the workspace. */
    get openOptions(): { threads: number; memoryLimit: number; cacheBytes: number; user: string | undefined } {
        return {
            threads: this.threads,
            memoryLimit: this.options.memoryLimit ?? Math.min(DEFAULT_MEMORY_LIMIT, Math.floor(this.mostMemory * 0.75)),
            cacheBytes: Math.min(64 * 2 ** 20, Math.floor(this.mostMemory / 16)),
            user: this.options.user,
        };
    }

    private async openAs(connection: Connection, readOnly: boolean): Promise<void> {
        const args = { directory: this.directory, readOnly, repair: this.options.repair === true, ...this.openOptions };
        for (let attempt = 0; ; attempt++) {
            try {
                const { json } = await connection.call('open', args);
                this.notice = (json['notice'] as string | null | undefined) ?? null;
                return;
            } catch (error) {
                const code = error instanceof TarnError ? error.code : null;
                // The tab before is just closing; or it has only begun to make the workspace.
                const passing = code === 'TARN_E_LOCKED' || (readOnly && code === 'TARN_E_NOT_FOUND');
                if (!passing || !this.persistent || attempt === 20) throw error;
                if (code === 'TARN_E_LOCKED') await this.lockIsFree();
                else await new Promise((resolve) => setTimeout(resolve, 100));
            }
        }
    }

    /** Resolves when nobody holds the store's own lock. */
    private async lockIsFree(): Promise<void> {
        await navigator.locks.request(this.storeLock, { mode: 'shared' }, () => undefined);
    }

    private get storeLock(): string {
        return lockName(`${this.directory}/.tarn/lock`);
    }

    /** Another tab committed: take it in. */
    private async follow(): Promise<void> {
        if (!this.readOnly || this.state !== 'ready') return;
        try {
            const connection = await this.ready();
            const { json } = await connection.call('refresh', {}, { reads: true });
            if (json['changed'] === true) this.emit('change', { remote: true });
        } catch {
            await this.checkStorage(); // else the next commit is another chance
        }
    }

    private async takeOver(): Promise<void> {
        this.readOnly = false;
        const starting = this.starting;
        if (starting === null || this.state === 'closed') return; // whoever starts next does so as the writer
        const switched = (async (): Promise<Connection> => {
            const connection = await starting;
            await connection.call('close', {});
            await this.openAs(connection, false);
            return connection;
        })();
        this.starting = switched; // calls from here on wait for it
        try {
            await switched;
            this.emit('role', { readOnly: false });
            this.emit('change', { remote: true });
        } catch {
            this.connection?.end(new TarnError('TARN_E_CLOSED', 'the workspace could not be opened for writing'));
            this.connection = null;
            if (this.starting === switched) this.starting = null; // the next call begins anew
        }
    }

    /** Take the place of the tab that writes, when that one does not answer. */
    async relieve(): Promise<void> {
        await this.ready();
        const { tabs } = this;
        if (!this.readOnly || tabs === null) return;
        if (await tabs.writerAnswers(FROZEN_MS))
            throw new TarnError('TARN_E_LOCKED', 'the tab that writes answers: close it, and this one takes over by itself');
        if (!this.readOnly || this.isClosed) return; // it has gone meanwhile
        await tabs.steal();
        await navigator.locks.request(this.storeLock, { steal: true }, () => undefined);
        await new Promise((resolve) => setTimeout(resolve, GRACE_MS));
        await this.takeOver();
    }

    /** Another tab took over while this one did not answer: it follows from here on. */
    private relieved(): void {
        if (this.isClosed) return;
        this.tabs?.leave();
        this.tabs = null;
        this.connection?.end(
            new TarnError('TARN_E_READ_ONLY', 'another tab writes now, which took over while this one did not answer; what was committed before is safe'),
        );
        this.connection = null;
        this.starting = null;
        this.state = 'lost';
        this.readOnly = true;
        this.emit('role', { readOnly: true });
        this.ready().catch(() => undefined); // else with the next call
    }

    /** A change was made here. */
    committed(): void {
        this.restarts = 0;
        this.tabs?.committed();
        this.emit('change', { remote: false });
    }

    private lost(error: TarnError): void {
        if (this.state === 'closed') return;
        this.connection = null;
        this.starting = null;
        this.state = 'lost';
        this.emit('lost', { message: error.message });
        if (this.restarts++ < MOST_RESTARTS) this.ready().catch(() => undefined); // else with the next call
    }

    /** It answered: what was lost before does not count any more. */
    answered(): void {
        this.restarts = 0;
    }

    /** Whoever is to write next in this page has its turn before a change is refused. */
    async settleRole(): Promise<void> {
        if (!this.readOnly || this.state !== 'ready' || !closing.has(this.workspace)) return;
        await closedBefore(this.workspace);
        await this.tabs?.settle();
    }

    // ---- storage that was removed ----

    /** Nothing is answered that is not safe. */
    requireStorage(): void {
        if (this.erased !== null && this.state !== 'closed') throw this.erased;
    }

    /** The error of a change that failed: that the storage is gone, when it is. */
    async explain(error: TarnError): Promise<TarnError> {
        if (!WITHOUT_STORAGE.includes(error.code)) return error;
        await this.checkStorage();
        return this.erased ?? error;
    }

    /** Notice when what was stored is there no more. */
    async checkStorage(): Promise<void> {
        if (!this.persistent || this.erased !== null || this.state !== 'ready') return;
        const gone = await this.connection?.erased(`${this.directory}/.tarn`).catch(() => false);
        if (gone !== true || this.erased !== null) return;
        this.erased = new TarnError(
            'TARN_E_ERASED',
            "the site's data were removed while the engine was open, so nothing can be kept any more: take out what " +
                'is still wanted with sql() or page(), then load the page again',
        );
        this.persistent = false;
        this.reason = this.erased.message;
        this.emit('erased', { message: this.erased.message });
    }

    close(): Promise<void> {
        if (this.ending !== null) return this.ending;
        const all = closing.get(this.workspace) ?? new Set();
        const ending = this.end().finally(() => {
            all.delete(ending);
            if (all.size === 0 && closing.get(this.workspace) === all) closing.delete(this.workspace);
        });
        this.ending = ending;
        closing.set(this.workspace, all.add(ending));
        return ending;
    }

    private async end(): Promise<void> {
        const error = new TarnError('TARN_E_CLOSED', 'the engine was closed');
        const { starting } = this;
        this.state = 'closed';
        this.unopened?.end(error); // a start that nobody waits for any more
        const connection = await starting?.catch(() => null);
        await connection?.call('close', {}).catch(() => undefined);
        connection?.end(error);
        this.connection = null;
        this.tabs?.leave();
    }
}
