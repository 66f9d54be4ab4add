/**
 * What the page asks of Tarn, wherever that runs: in a worker of this tab, or at a server. Components know nothing else.
 * Names of operations and their options are the engine's own, so that a host is a thin layer.
 */
import type * as T from 'tarn-engine';
import type { DiffPageOptions, DiffValues } from 'tarn-engine';

export type {
    Change, CellChange, ColumnInfo, Command, DiffInfo, DiffOptions, ExportOptions, ExportResult, FileFormat, ImportOptions,
    ImportResult, LogEntry, Parameters, Preview, Progress, TableInfo, Timeline, AuditEvent, AuditTip, AuditDetail, RecipeInfo,
} from 'tarn-engine';
export type { DiffKind, DiffPageOptions, DiffValues } from 'tarn-engine';

export type Bytes = Uint8Array<ArrayBuffer>;
export type Control = T.CallControl;

/** Where tables lie and what the machine gives. */
export interface HostStatus {
    host: 'tab' | 'server';
    state: T.Status['state'];
    persistent: boolean;
    /** Why nothing is kept; null when it is. */
    reason: string | null;
    readOnly: boolean;
    threads: number;
    /** Bytes: of the tables, of all that the site or the disk has for them, and what may be used (0: not known). */
    stored: number;
    used: number;
    quota: number;
    memory: number;
}

export interface ClientEvents {
    /** Tables have new versions; `remote`: made elsewhere. */
    change: { remote: boolean };
    loading: { loaded: number; total: number };
    ready: Record<string, never>;
    lost: { message: string };
    erased: { message: string };
    role: { readOnly: boolean };
    quota: { used: number; quota: number; percent: number };
}

/** A comparison, kept where Tarn runs until it is closed. */
export interface Comparison {
    readonly info: T.DiffInfo;
    page(options?: DiffPageOptions): Promise<Bytes>;
    values(column: string, most?: number, options?: Control): Promise<DiffValues>;
    export(options?: DiffPageOptions & { format?: T.FileFormat }): Promise<Bytes>;
    close(): Promise<void>;
}

export interface TarnClient {
    /** What opening had to tell: a last change that was interrupted and dropped. */
    open(options?: Control): Promise<string | null>;
    status(): Promise<HostStatus>;
    /** Ask that what is stored is not thrown away when space gets scarce. */
    keep(): Promise<boolean>;
    takeOver(options?: Control): Promise<void>;
    close(): Promise<void>;
    on<K extends keyof ClientEvents>(event: K, listener: (detail: ClientEvents[K]) => void): () => void;

    tables(options?: { dropped?: boolean } & Control): Promise<T.TableInfo[]>;
    schema(version: string, options?: Control): Promise<T.ColumnInfo[]>;
    page(version: string, options?: T.PageOptions): Promise<Bytes>;
    rename(table: string, name: string, options?: Control): Promise<void>;
    drop(table: string, options?: Control): Promise<void>;
    undrop(table: string, options?: Control): Promise<void>;

    commands(options?: Control): Promise<T.Command[]>;
    apply(table: string, command: string, parameters: T.Parameters, options?: Control): Promise<T.Change>;
    preview(table: string, command: string, parameters: T.Parameters, options?: { limit?: number } & Control): Promise<T.Preview>;
    undo(table: string, steps?: number, options?: Control): Promise<T.Change>;
    redo(table: string, steps?: number, options?: Control): Promise<T.Change>;
    checkout(version: string, options?: Control): Promise<T.Change>;
    timeline(table: string, options?: Control): Promise<T.Timeline>;
    diff(before: string, after: string, options?: T.DiffOptions): Promise<Comparison>;

    sql(query: string, options?: T.QueryOptions): Promise<{ ipc: Bytes; rows: number }>;
    sqlInto(query: string, table: string, options?: { ifExists?: T.IfExists } & Control): Promise<T.Change>;
    import(file: File, options?: T.ImportOptions): Promise<T.ImportResult>;
    export(version: string, options?: T.ExportOptions): Promise<T.ExportResult>;
    exportSql(query: string, options?: T.ExportOptions): Promise<T.ExportResult>;
}

/** A failure that names what happened by a code of Tarn's. */
export function codeOf(error: unknown): string | null {
    const code = (error as { code?: unknown } | null)?.code;
    return typeof code === 'string' && code.startsWith('TARN_E_') ? code : null;
}

/** What a failure says, without the command's name, which stands beside it. */
export function reasonOf(error: unknown): string {
    const message = error instanceof Error ? error.message : String(error);
    return message.replace(/^[a-z]+(-[a-z]+)*: /, '');
}

export function isCancelled(error: unknown): boolean {
    return codeOf(error) === 'TARN_E_CANCELLED' || (error instanceof DOMException && error.name === 'AbortError');
}
