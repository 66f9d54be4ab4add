import { untilAborted, type Answer, type CallOptions, type Connection } from './connection.js';
import { TarnDiff } from './diff.js';
import { TarnError } from './errors.js';
import { findEarlierLayouts } from './migration.js';
import { whileCommitting } from './leaving.js';
import { Lifecycle, type TarnOptions } from './lifecycle.js';
import { QuotaWatch } from './quota.js';
import { isIsolated } from './isolation.js';
import type * as T from './types.js';

type Bytes = Uint8Array<ArrayBuffer>;
type Listener<K extends keyof T.EngineEvents> = (detail: T.EngineEvents[K]) => void;

/** Arguments for the engine, and what is the loader's own. */
function divide<O extends T.CallControl>(options: O): [Omit<O, 'signal' | 'onProgress'>, CallOptions] {
    const { signal, onProgress, ...args } = options;
    return [args, { signal, onProgress }];
}

/** Bytes that can be transferred: those given stay the caller's unless they fill their buffer. */
function transferable(bytes: Uint8Array | ArrayBuffer): Uint8Array {
    if (bytes instanceof ArrayBuffer) return new Uint8Array(bytes);
    const whole = bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer;
    return whole ? bytes : bytes.slice();
}

/**
 * Tarn in this page. The first call starts the engine and opens the workspace; `open` does nothing else. Results are
 * promises; failures are `TarnError`s with the C library's codes. A cancelled call changes nothing.
 *
 * Versions are named by text: `orders` (the head), `orders@3`, `orders~2`.
 */
export class TarnEngine {
    private readonly life: Lifecycle;
    private readonly listeners = new Map<string, Set<(detail: never) => void>>();
    private readonly quotaWatch = new QuotaWatch(
        async (bytes) => {
            const { current, persistent, readOnly } = this.life;
            return current === null || !persistent || readOnly || current.fits(bytes);
        },
        ({ usage, quota, percentUsed }) => this.emit('quota', { usage, quota, percentUsed }),
    );
    private nextMount = 1;
    private clearToken: string | null = null;

    constructor(options: TarnOptions = {}) {
        this.life = new Lifecycle(
            options,
            (event, detail) => this.emit(event, detail),
            (event) => (this.listeners.get(event)?.size ?? 0) > 0,
        );
    }

    // ---- events ----

    /** Gives a function that takes the listener off again. */
    on<K extends keyof T.EngineEvents>(event: K, listener: Listener<K>): () => void {
        const all = this.listeners.get(event) ?? new Set();
        this.listeners.set(event, all);
        all.add(listener as (detail: never) => void);
        return () => all.delete(listener as (detail: never) => void);
    }

    private emit<K extends keyof T.EngineEvents>(event: K, detail: T.EngineEvents[K]): void {
        for (const listener of this.listeners.get(event) ?? []) (listener as Listener<K>)(detail);
    }

    // ---- calling ----

    private ready({ signal }: CallOptions): Promise<Connection> {
        return untilAborted(signal, 'cancelled while the engine was started, which goes on', () => this.life.ready());
    }

    private readonly read = async (op: string, args: object, options: CallOptions = {}): Promise<Answer> => {
        const connection = await this.ready(options);
        const answer = await connection.call(op, args, { ...options, reads: true });
        this.life.answered();
        return answer;
    };

    /** Something that may commit. */
    private async change(op: string, args: object, options: CallOptions = {}): Promise<Answer> {
        const connection = await this.ready(options);
        const answer = await whileCommitting(() => connection.call(op, args, options)).catch((error: TarnError) => {
            if (error.code === 'TARN_E_FULL') void this.quotaWatch.full();
            throw error;
        });
        this.life.committed();
        void this.quotaWatch.look();
        return answer;
    }

    private async changeTable(op: string, args: object, options: CallOptions = {}): Promise<T.Change> {
        return (await this.change(op, args, options)).json as unknown as T.Change;
    }

    // ---- the workspace ----

    /** A signal that comes while the engine is started ends the waiting; the engine is there for the next call. */
    async open(options: T.CallControl = {}): Promise<T.Status> {
        await this.ready(options);
        void this.quotaWatch.look();
        return this.status(options);
    }

    async status(options: T.CallControl = {}): Promise<T.Status> {
        return untilAborted(options.signal, 'cancelled; nothing was changed', () => this.look(options));
    }

    private async look(options: T.CallControl): Promise<T.Status> {
        const { life } = this;
        const quota = await this.quotaWatch.estimate();
        const info = life.state === 'ready' ? await this.info(options).catch(() => null) : null;
        return {
            state: life.state,
            backend: life.persistent ? 'opfs' : 'memory',
            persistent: life.persistent,
            reason: life.reason,
            readOnly: life.readOnly,
            bytesStored: Number(info?.['bytesTotal'] ?? 0),
            ...quota,
            threads: life.threads,
            memory: info === null ? 0 : ((await life.current?.memory()) ?? 0),
            capabilities: {
                crossOriginIsolated: isIsolated(),
                opfs: navigator.storage?.getDirectory !== undefined,
                sharedHandles: life.current?.shared ?? false,
                webLocks: navigator.locks !== undefined,
                waitAsync: 'waitAsync' in Atomics,
            },
        };
    }

    /** Sizes and counts of the workspace, as the library has them. */
    async info(options: T.CallControl = {}): Promise<Record<string, unknown>> {
        return (await this.read('status', {}, options)).json;
    }

    /** What opening had to tell: a last change that was interrupted while it was written, and was dropped. */
    get notice(): string | null {
        return this.life.notice;
    }

    get readOnly(): boolean {
        return this.life.readOnly;
    }

    async storageEstimate(): Promise<{ usage: number; quota: number; percentUsed: number; nearLimit: boolean }> {
        return this.quotaWatch.estimate();
    }

    /** Ask the browser not to throw the site's data away when space gets scarce. */
    async requestPersistence(): Promise<boolean> {
        return (await navigator.storage?.persist?.()) ?? false;
    }

    /** End the engine. What was committed stays; calls after this fail. */
    close({ signal }: T.CallControl = {}): Promise<void> {
        return untilAborted(signal, 'no longer waited for; the engine closes all the same', () => this.life.close());
    }

    // ---- tables ----

    async tables(options: { dropped?: boolean } & T.CallControl = {}): Promise<T.TableInfo[]> {
        const [args, control] = divide(options);
        return (await this.read('tables', args, control)).json['tables'] as T.TableInfo[];
    }

    async schema(version: string, options: T.CallControl = {}): Promise<T.ColumnInfo[]> {
        return (await this.read('schema', { table: version }, options)).json['columns'] as T.ColumnInfo[];
    }

    /** Rows as people see them. Overtakes whatever else runs. */
    async page(version: string, options: T.PageOptions = {}): Promise<T.Rows> {
        const [args, control] = divide(options);
        const { json, data } = await this.read('page', { table: version, offset: 0, count: 100, ...args }, control);
        return { ipc: data as Bytes, rows: json['rows'] as number };
    }

    async rename(table: string, name: string, options: T.CallControl = {}): Promise<void> {
        await this.change('rename', { table, name }, options);
    }

    /** It comes back with `undrop`, until gc. */
    async drop(table: string, options: T.CallControl = {}): Promise<void> {
        await this.change('drop', { table }, options);
    }

    async undrop(table: string, options: T.CallControl = {}): Promise<void> {
        await this.change('undrop', { table }, options);
    }

    // ---- SQL ----

    async sql(query: string, options: T.CallControl = {}): Promise<T.Rows> {
        const [, control] = divide(options);
        const { json, data } = await this.read('sql', { sql: query }, control);
        return { ipc: data as Bytes, rows: json['rows'] as number };
    }

    /** Keep a query's result as a table. */
    async sqlInto(query: string, table: string, options: { ifExists?: T.IfExists } & T.CallControl = {}): Promise<T.Change> {
        const [args, control] = divide(options);
        return this.changeTable('sqlInto', { sql: query, table, ...args }, control);
    }

    // ---- files ----

    /** A file is read in slices, never copied whole. */
    async import(file: Blob | Uint8Array | ArrayBuffer, options: T.ImportOptions = {}): Promise<T.ImportResult> {
        const [{ name, ...args }, control] = divide(options);
        const blob = file instanceof Blob ? file : new Blob([file as BlobPart]);
        const called = name ?? (file instanceof File ? file.name : (args.table ?? 'table'));
        const path = `/mnt/${this.nextMount++}/${called.replaceAll('/', '_') || 'table'}`;
        const connection = await this.life.ready();
        connection.mount(path, blob);
        try {
            return (await this.change('import', { path, ...args }, control)).json as unknown as T.ImportResult;
        } finally {
            connection.unmount(path);
        }
    }

    /** A version (`orders`, `orders@3`) as a file's bytes. */
    async export(version: string, options: T.ExportOptions = {}): Promise<T.ExportResult> {
        return this.exportFrom({ table: version }, options);
    }

    async exportSql(query: string, options: T.ExportOptions = {}): Promise<T.ExportResult> {
        return this.exportFrom({ sql: query }, options);
    }

    private async exportFrom(source: object, options: T.ExportOptions): Promise<T.ExportResult> {
        const [args, control] = divide(options);
        const { json, data } = await this.read('export', { ...source, format: 'csv', ...args }, control);
        const { rows, columns, format } = json as unknown as T.ExportResult;
        return { bytes: data as Bytes, rows, columns, format };
    }

    // ---- commands and history ----

    async commands(options: T.CallControl = {}): Promise<T.Command[]> {
        return (await this.read('commands', {}, options)).json['commands'] as T.Command[];
    }

    apply(table: string, command: string, parameters: T.Parameters = {}, options: T.CallControl = {}): Promise<T.Change> {
        return this.changeTable('apply', { table, command, parameters }, options);
    }

    async preview(
        table: string,
        command: string,
        parameters: T.Parameters = {},
        options: { limit?: number } & T.CallControl = {},
    ): Promise<T.Preview> {
        const [args, control] = divide(options);
        const { json, data } = await this.read('preview', { table, command, parameters, limit: 100, ...args }, control);
        return { ...(json as unknown as T.Preview), ipc: data as Bytes | null };
    }

    undo(table: string, steps = 1, options: T.CallControl = {}): Promise<T.Change> {
        return this.changeTable('undo', { table, steps }, options);
    }

    redo(table: string, steps = 1, options: T.CallControl = {}): Promise<T.Change> {
        return this.changeTable('redo', { table, steps }, options);
    }

    /** Make any version the head. */
    checkout(version: string, options: T.CallControl = {}): Promise<T.Change> {
        return this.changeTable('checkout', { version }, options);
    }

    async log(table: string, options: T.CallControl = {}): Promise<T.LogEntry[]> {
        return (await this.read('log', { table }, options)).json['versions'] as T.LogEntry[];
    }

    /** The whole tree of a table's versions. */
    async timeline(table: string, options: T.CallControl = {}): Promise<T.Timeline> {
        return (await this.read('timeline', { table }, options)).json as unknown as T.Timeline;
    }

    async audit(options: { table?: string; before?: number; limit?: number } & T.CallControl = {}): Promise<T.AuditEvent[]> {
        const [args, control] = divide(options);
        return (await this.read('audit', args, control)).json['events'] as T.AuditEvent[];
    }

    /** The last event: kept elsewhere, it shows later whether the log was rewritten. */
    async auditTip(options: T.CallControl = {}): Promise<T.AuditTip> {
        return (await this.read('auditTip', {}, options)).json as unknown as T.AuditTip;
    }

    /** Compute the chain of hashes again; with a tip that was kept, also whether that event is still in it. */
    async auditVerify(
        tip?: T.AuditTip,
        options: T.CallControl = {},
    ): Promise<{ holds: boolean; events: number; tip: T.AuditTip }> {
        const text = tip === undefined ? undefined : `${tip.number}:${tip.hash}`;
        return (await this.read('auditVerify', { tip: text }, options)).json as unknown as {
            holds: boolean;
            events: number;
            tip: T.AuditTip;
        };
    }

    /** What an event did to the rows of a table. */
    async auditDetail(
        event: number,
        options: { table?: string; limit?: number } & T.CallControl = {},
    ): Promise<T.AuditDetail> {
        const [args, control] = divide(options);
        const { json } = await this.read('auditDetail', { event, limit: 100, ...args }, control);
        return json as unknown as T.AuditDetail;
    }

    /** The whole audit log, or a table's, as a file's bytes. */
    async auditExport(
        options: { table?: string; format?: 'csv' | 'text' | 'html' } & T.CallControl = {},
    ): Promise<Bytes> {
        const [args, control] = divide(options);
        return (await this.read('auditExport', { format: 'csv', ...args }, control)).data as Bytes;
    }

    // ---- differences ----

    /** `after` left out: a version is compared with the head, a table's head with the version before it. */
    async diff(before: string, after?: string, options: T.DiffOptions = {}): Promise<TarnDiff> {
        const [args, control] = divide(options);
        const { json } = await this.read('diff', { before, after, ...args }, control);
        return new TarnDiff(this.read, json['diff'] as number, json as unknown as T.DiffInfo);
    }

    // ---- recipes ----

    readonly recipes = {
        /** Keep the commands that lead to `range` ("orders", "orders@2..@5"). */
        save: async (name: string, range: string, options: T.RecipePut = {}): Promise<void> => {
            const [args, control] = divide(options);
            await this.change('recipeSave', { name, range, ...args }, control);
        },
        get: async (name: string, options: T.CallControl = {}): Promise<Record<string, unknown>> =>
            (await this.read('recipeGet', { name }, options)).json['recipe'] as Record<string, unknown>,
        put: async (name: string, recipe: object, options: T.RecipePut = {}): Promise<void> => {
            const [args, control] = divide(options);
            await this.change('recipePut', { name, recipe, ...args }, control);
        },
        drop: async (name: string, options: T.CallControl = {}): Promise<void> => {
            await this.change('recipeDrop', { name }, options);
        },
        list: async (options: T.CallControl = {}): Promise<T.RecipeInfo[]> =>
            (await this.read('recipes', {}, options)).json['recipes'] as T.RecipeInfo[],
        apply: (name: string, table: string, options: T.RecipeRun = {}): Promise<T.Change> => {
            const [args, control] = divide(options);
            return this.changeTable('recipeRun', { name, table, ...args }, control);
        },
        /** Does it fit? Changes nothing. */
        check: async (name: string, table: string, options: T.RecipeRun = {}): Promise<void> => {
            const [args, control] = divide(options);
            await this.read('recipeCheck', { name, table, ...args }, control);
        },
    };

    // ---- columns' values ----

    /** Spellings that probably mean the same; see the command `standardize`. */
    async clusters(
        version: string,
        column: string,
        options: { method?: string; threshold?: number } & T.CallControl = {},
    ): Promise<T.Cluster[]> {
        const [args, control] = divide(options);
        const call = { table: version, column, method: 'fingerprint', ...args };
        return (await this.read('clusters', call, control)).json['list'] as T.Cluster[];
    }

    /** Rows that are probably the same; the command `merge` makes one of those that are chosen. */
    async match(version: string, columns: string[], options: T.MatchOptions = {}): Promise<T.Matches> {
        const [{ weights, limit, ...how }, control] = divide(options);
        const call = { table: version, parameters: { column: columns, weight: weights, ...how }, limit };
        return (await this.read('match', call, control)).json as unknown as T.Matches;
    }

    // ---- housekeeping ----

    /** Read and check all that is stored. */
    async verify(options: T.CallControl = {}): Promise<Record<string, unknown>> {
        return (await this.read('verify', {}, options)).json;
    }

    async gc(options: { dryRun?: boolean; keepVersions?: number; keepSince?: number } & T.CallControl = {}): Promise<Record<string, unknown>> {
        const [args, control] = divide(options);
        return (await this.change('gc', args, control)).json;
    }

    /** Rewrite a table's data in its densest form, or back. No version changes. */
    async freeze(table: string, options: T.CallControl = {}): Promise<Record<string, unknown>> {
        return (await this.change('freeze', { table }, options)).json;
    }

    async thaw(table: string, options: T.CallControl = {}): Promise<Record<string, unknown>> {
        return (await this.change('thaw', { table }, options)).json;
    }

    /** A token for `clear`, good once. Ask the person before. */
    prepareClear(): string {
        this.clearToken = crypto.randomUUID();
        return this.clearToken;
    }

    /** Remove everything in the workspace, histories and audit log included. Nothing brings it back. */
    async clear(token: string, options: T.CallControl = {}): Promise<void> {
        if (this.clearToken === null || token !== this.clearToken)
            throw new TarnError('TARN_E_INVALID', 'clear needs a fresh token of prepareClear(), which is good once');
        this.clearToken = null;
        await this.change('clear', { token: `clear ${this.life.directory}`, ...this.life.openOptions }, options);
    }

    /** Folders of the earlier layout in this origin's storage that can be taken over with `migrate`. */
    async migratable(): Promise<string[]> {
        return findEarlierLayouts();
    }

    /** Take over a folder of the earlier layout, as `migratable` named it. */
    async migrate(folder: string, options: { remove?: boolean } & T.CallControl = {}): Promise<Record<string, unknown>> {
        const [args, control] = divide(options);
        const call = { directory: `/opfs/${folder}`, ...args };
        return (await this.change('migrate', call, control)).json;
    }

    // ---- data that is only passing through ----

    /** Register an Arrow IPC stream or file under a name, for queries only; one of that name is replaced. Gives its rows. */
    async registerTable(name: string, ipc: Uint8Array | ArrayBuffer, options: T.CallControl = {}): Promise<number> {
        const control = { ...divide(options)[1], data: transferable(ipc) };
        return (await this.read('registerTable', { name }, control)).json['rows'] as number;
    }

    /** Run a query over registered tables and those of the workspace; an Arrow IPC stream. */
    async executeSql(query: string, options: T.CallControl = {}): Promise<Bytes> {
        const [, control] = divide(options);
        return (await this.read('executeSql', { sql: query }, control)).data as Bytes;
    }

    /** Register a query's result. Gives its rows. */
    async executeAndRegister(query: string, name: string, options: T.CallControl = {}): Promise<number> {
        const [, control] = divide(options);
        return (await this.read('executeAndRegister', { sql: query, name }, control)).json['rows'] as number;
    }

    /** What is registered. */
    async registered(options: T.CallControl = {}): Promise<{ name: string; rows: number; columns: number }[]> {
        const { json } = await this.read('registered', {}, options);
        return json['tables'] as { name: string; rows: number; columns: number }[];
    }

    async deregisterTable(name: string, options: T.CallControl = {}): Promise<void> {
        await this.read('deregisterTable', { name }, options);
    }

    /** Deregister all. */
    async reset(options: T.CallControl = {}): Promise<void> {
        await this.read('reset', {}, options);
    }
}
