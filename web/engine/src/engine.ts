import { untilAborted } from './connection.js';
import { TarnError } from './errors.js';
import { isIsolated } from './isolation.js';
import { findEarlierLayouts } from './migration.js';
import { EXPORT_OPTIONS, IMPORT_OPTIONS } from './option_names.js';
import { divide } from './options.js';
import { Passing } from './passing.js';
import { toFile, type Source } from './sources.js';
import type { Bytes } from './calls.js';
import type * as T from './types.js';

/**
 * Tarn in this page. The first call starts the engine and opens the workspace; `open` does nothing else. Results are
 * promises; failures are `TarnError`s with the C library's codes. A cancelled call changes nothing.
 *
 * Versions are named by text: `orders` (the head), `orders@3`, `orders~2`.
 */
export class TarnEngine extends Passing {
    private nextFile = 1;
    private clearToken: string | null = null;

    // ---- the workspace ----

    /** A signal that comes while the engine is started ends the waiting; the engine is there for the next call. */
    async open(options: T.CallControl = {}): Promise<T.Status> {
        await this.ready(divide('open', options)[1]);
        void this.quotaWatch.look();
        return this.status(options);
    }

    async status(options: T.CallControl = {}): Promise<T.Status> {
        const { signal } = divide('status', options)[1];
        return untilAborted(signal, 'cancelled; nothing was changed', () => this.look(options));
    }

    private async look(options: T.CallControl): Promise<T.Status> {
        const { life } = this;
        const quota = await this.quotaWatch.estimate();
        await life.checkStorage();
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
        return (await this.read('status', {}, divide('info', options)[1])).json;
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
        return (await navigator.storage?.persist?.().catch(() => false)) ?? false;
    }

    /**
     * Write in this tab although another one has that role: when it is frozen, as browsers do to tabs that nobody looks at. That
     * tab is asked; it loses the role when it does not answer for ten seconds, and follows when it wakes. TARN_E_LOCKED: it answers.
     */
    async takeOver(options: T.CallControl = {}): Promise<void> {
        const { signal } = divide('takeOver', options)[1];
        await untilAborted(signal, 'no longer waited for; the role may be taken over all the same', () => this.life.relieve());
    }

    /** End the engine. What was committed stays; calls after this fail. */
    async close(options: T.CallControl = {}): Promise<void> {
        const { signal } = divide('close', options)[1];
        return untilAborted(signal, 'no longer waited for; the engine closes all the same', () => this.life.close());
    }

    // ---- tables ----

    async tables(options: { dropped?: boolean } & T.CallControl = {}): Promise<T.TableInfo[]> {
        const [args, control] = divide('tables', options, ['dropped']);
        return (await this.read('tables', args, control)).json['tables'] as T.TableInfo[];
    }

    async schema(version: string, options: T.CallControl = {}): Promise<T.ColumnInfo[]> {
        return (await this.read('schema', { table: version }, divide('schema', options)[1])).json['columns'] as T.ColumnInfo[];
    }

    /** Rows as people see them. Overtakes whatever else runs. */
    async page(version: string, options: T.PageOptions = {}): Promise<T.Rows> {
        const [args, control] = divide('page', options, ['offset', 'count', 'columns', 'ids']);
        const { json, data } = await this.read('page', { table: version, offset: 0, count: 100, ...args }, control);
        return { ipc: data as Bytes, rows: json['rows'] as number };
    }

    async rename(table: string, name: string, options: T.CallControl = {}): Promise<void> {
        await this.change('rename', { table, name }, divide('rename', options)[1]);
    }

    /** It comes back with `undrop`, until gc. */
    async drop(table: string, options: T.CallControl = {}): Promise<void> {
        await this.change('drop', { table }, divide('drop', options)[1]);
    }

    async undrop(table: string, options: T.CallControl = {}): Promise<void> {
        await this.change('undrop', { table }, divide('undrop', options)[1]);
    }

    // ---- SQL ----

    /** Values go beside the query, never into its text: `sql('SELECT * FROM t WHERE city = ?', { params: [city] })`. */
    async sql(query: string, options: T.QueryOptions = {}): Promise<T.Rows> {
        const [args, control] = divide('sql', options, ['params']);
        const { json, data } = await this.read('sql', { sql: query, ...args }, control);
        return { ipc: data as Bytes, rows: json['rows'] as number };
    }

    /** Keep a query's result as a table. */
    async sqlInto(query: string, table: string, options: { ifExists?: T.IfExists } & T.CallControl = {}): Promise<T.Change> {
        const [args, control] = divide('sqlInto', options, ['ifExists']);
        return this.changeTable('sqlInto', { sql: query, table, ...args }, control);
    }

    // ---- files ----

    /** A file is read in slices, never copied whole. What only comes in one piece (a Response, a stream) is taken in first,
     *  and is imported when it is there. */
    async import(file: Source, options: T.ImportOptions = {}): Promise<T.ImportResult> {
        const [{ name, ...args }, control] = divide('import', options, IMPORT_OPTIONS);
        const found = toFile('import', file); // not waited for where it is there: changes are made in the order of the calls
        const given = found instanceof Promise ? await untilAborted(control.signal, 'cancelled; nothing was changed', () => found) : found;
        const called = String(name ?? given.name ?? args.table ?? 'table').replaceAll('/', '_');
        const path = `/mnt/${this.nextFile++}/${/^\.{0,2}$/.test(called) ? 'table' : called}`;
        const { json } = await this.change('import', { path, name: called, ...args }, { ...control, file: { path, blob: given.blob } });
        return json as unknown as T.ImportResult;
    }

    /** A version (`orders`, `orders@3`) as a file's bytes. */
    async export(version: string, options: T.ExportOptions = {}): Promise<T.ExportResult> {
        return this.exportFrom('export', { table: version }, options);
    }

    async exportSql(query: string, options: T.ExportOptions = {}): Promise<T.ExportResult> {
        return this.exportFrom('exportSql', { sql: query }, options);
    }

    private async exportFrom(call: string, source: object, options: T.ExportOptions): Promise<T.ExportResult> {
        const [args, control] = divide(call, options, EXPORT_OPTIONS);
        const { json, data } = await this.read(call, { ...source, format: 'csv', ...args }, control);
        const { rows, columns, format, warnings } = json as unknown as T.ExportResult;
        return { bytes: data as Bytes, rows, columns, format, warnings };
    }

    // ---- housekeeping ----

    /** Read and check all that is stored. */
    async verify(options: T.CallControl = {}): Promise<Record<string, unknown>> {
        return (await this.read('verify', {}, divide('verify', options)[1])).json;
    }

    async gc(options: { dryRun?: boolean; keepVersions?: number; keepSince?: number } & T.CallControl = {}): Promise<Record<string, unknown>> {
        const [args, control] = divide('gc', options, ['dryRun', 'keepVersions', 'keepSince']);
        return (await this.change('gc', args, control)).json;
    }

    /** Rewrite a table's data in its densest form, or back. No version changes. */
    async freeze(table: string, options: T.CallControl = {}): Promise<Record<string, unknown>> {
        return (await this.change('freeze', { table }, divide('freeze', options)[1])).json;
    }

    async thaw(table: string, options: T.CallControl = {}): Promise<Record<string, unknown>> {
        return (await this.change('thaw', { table }, divide('thaw', options)[1])).json;
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
        await this.change('clear', { token: `clear ${this.life.directory}`, ...this.life.openOptions }, divide('clear', options)[1]);
    }

    /** Folders of the earlier layout in this origin's storage that can be taken over with `migrate`. */
    async migratable(): Promise<string[]> {
        return findEarlierLayouts();
    }

    /** Take over a folder of the earlier layout, as `migratable` named it. */
    async migrate(folder: string, options: { remove?: boolean } & T.CallControl = {}): Promise<Record<string, unknown>> {
        const [args, control] = divide('migrate', options, ['remove']);
        const call = { directory: `/opfs/${folder}`, ...args };
        return (await this.change('migrate', call, control)).json;
    }
}
