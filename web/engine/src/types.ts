/** What goes in and out of the engine. Times are ISO 8601 in UTC; `…Us` are microseconds. */

import type { PreviewAnswer } from './requests.js';

export type * from './history_types.js';
/** As the library declares them. */
export type {
    CellChange,
    Change,
    Cluster,
    ColumnInfo,
    Command,
    CommandParameter,
    ImportResult,
    MatchGroup,
    Matches,
    RecipeInfo,
    StepChange,
    TableInfo,
} from './requests.js';

/** How far a long call is. `total` is 0 and `remainingUs` -1 when not known. */
export interface Progress {
    phase: string;
    unit: string;
    done: number;
    total: number;
    elapsedUs: number;
    /** Units per second. */
    rate: number;
    remainingUs: number;
}

/** Every call takes these. */
export interface CallControl {
    signal?: AbortSignal | null | undefined;
    onProgress?: ((progress: Progress) => void) | null | undefined;
}

/** A value for a parameter of a query (`?`, or `$1`): what a literal in its place would be. */
export type QueryValue = string | number | bigint | boolean | null;

export interface QueryOptions extends CallControl {
    /** One for each parameter, in their order. */
    params?: readonly QueryValue[];
}

export type IfExists = 'fail' | 'replace' | 'append';
export type FileFormat = 'csv' | 'tsv' | 'json' | 'ndjson' | 'parquet' | 'arrow' | 'arrow-stream' | 'xlsx';

/** Everything that is not given is detected. */
export interface ImportOptions extends CallControl {
    /** The table's name; else made from the file's. */
    table?: string;
    /** The file's name, for a Blob or bytes that have none. */
    name?: string;
    format?: FileFormat;
    ifExists?: IfExists;
    sheet?: string;
    /** JSON: keys that lead to the records ("data.items"); else found. */
    records?: string;
    /** One character or several. */
    delimiter?: string;
    quote?: string;
    /** The character that makes the one behind it a plain one. */
    escape?: string;
    /** What lines begin with that are left out; '': none are. */
    comment?: string;
    /** ',' or '.': numbers have it before their fraction, and may have thousands parted. */
    decimal?: string;
    /** '5,10,3': characters of each column of lines without delimiters. */
    widths?: string;
    /** Lines left out at the beginning, and at the end (0: notes below the table are detected; -1: none). */
    skip?: number;
    skipFooter?: number;
    encoding?: string;
    /** -1: there is none. */
    headerRow?: number;
    headerRows?: number;
    allText?: boolean;
    /** Of columns, with SQL's names: { zip: 'VARCHAR' }. */
    types?: Record<string, string>;
    nullText?: string | string[];
    /** SPSS, Stata, SAS: codes instead of the texts of their value labels. */
    keepCodes?: boolean;
}

export interface ExportOptions extends CallControl {
    format?: FileFormat;
    delimiter?: string;
    noHeader?: boolean;
    /** These are for csv and tsv. Excel knows UTF-8 by the mark. */
    byteOrderMark?: boolean;
    crlf?: boolean;
    quoteAll?: boolean;
    /** '.' or ','; with a comma the delimiter is a semicolon unless given. */
    decimal?: string;
    encoding?: string;
    /** Characters that the encoding has not become '?', instead of an error. */
    replaceUnencodable?: boolean;
    nullText?: string;
    /** Text that a spreadsheet would run as a formula has an apostrophe before it. */
    safeForSpreadsheets?: boolean;
    compression?: 'zstd' | 'snappy' | 'lz4' | 'none';
}

export interface ExportResult {
    bytes: Uint8Array<ArrayBuffer>;
    rows: number;
    columns: number;
    format: string;
    /** What the file could not hold exactly as it was. */
    warnings: string[];
}

export interface PageOptions extends CallControl {
    offset?: number;
    count?: number;
    columns?: string[];
    /** A first column `_tarn_id` with the rows' ids, which the command `edit` takes. */
    ids?: boolean;
}

/** Rows as an Arrow IPC stream. */
export interface Rows {
    ipc: Uint8Array<ArrayBuffer>;
    rows: number;
}

/** A 64-bit integer may be given as it came: as a BigInt. */
export type ParameterValue = string | number | bigint | boolean | (string | number | bigint | boolean)[];
export type Parameters = Record<string, ParameterValue | null | undefined>;

/** What a command would do, with the rows that it is about, where it is about whole rows or columns. */
export interface Preview extends PreviewAnswer {
    ipc: Uint8Array<ArrayBuffer> | null;
}

export interface RecipePut extends CallControl {
    replace?: boolean;
}

export interface RecipeRun extends CallControl {
    map?: Record<string, string>;
    answers?: Record<string, string>;
    eachStep?: boolean;
}

export type Comparison = 'auto' | 'jaro-winkler' | 'levenshtein' | 'ngram' | 'words' | 'exact' | 'number';

export interface MatchOptions extends CallControl {
    /** How much each column counts, in their order. */
    weights?: number[];
    /** One for all columns, or one for each. */
    compare?: Comparison | Comparison[];
    /** Which rows are compared at all. */
    block?: 'auto' | 'none' | 'first-letter' | 'fingerprint' | 'metaphone' | 'ngram';
    /** The column for `block`; else the first. */
    on?: string;
    /** From 0 to 1; 0.85 unless given. */
    threshold?: number;
    /** The most groups to list. */
    limit?: number;
}

export interface Status {
    /** "loading" before the engine is there, "lost" until it is there again. */
    state: 'idle' | 'loading' | 'ready' | 'lost' | 'closed';
    backend: 'opfs' | 'memory';
    /** False: everything is gone when the page closes; `reason` says why. */
    persistent: boolean;
    reason: string | null;
    /** Another tab writes; this one follows, and takes over when that one closes. */
    readOnly: boolean;
    /** Of this workspace. */
    bytesStored: number;
    /** Of the whole site; 0 when the browser does not say. */
    usage: number;
    quota: number;
    percentUsed: number;
    nearLimit: boolean;
    threads: number;
    /** Bytes of WebAssembly's memory. */
    memory: number;
    capabilities: {
        crossOriginIsolated: boolean;
        opfs: boolean;
        /** Several tabs can have one file open. */
        sharedHandles: boolean;
        webLocks: boolean;
        waitAsync: boolean;
    };
}

export interface EngineEvents {
    /** The workspace has new versions, made here or in another tab. */
    change: { remote: boolean };
    /** The engine ended, and starts again on the same workspace. */
    lost: { message: string };
    /** The site's data were removed while the engine was open. What was read can still be had with `sql` and `page`;
     *  nothing can be changed (TARN_E_ERASED) until the page is loaded again. */
    erased: { message: string };
    /** The engine's download, while it goes on. `total` is 0 when the server does not say, or compresses it. */
    loading: { loaded: number; total: number };
    /** It is there (again). */
    ready: Record<string, never>;
    /** This tab writes now, or not any more. */
    role: { readOnly: boolean };
    /** 80 % of what the site may store is used, told once until it is less. Freeze and gc give space back. */
    quota: { usage: number; quota: number; percentUsed: number };
}
