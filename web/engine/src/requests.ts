/** Every request and its answer. Printed by `tarn help --requests typescript`; `make docs` renews it. */

/** Beside every request. */
export interface Control {
    signal?: AbortSignal | null | undefined;
}

/** Bytes that go with a request. */
export interface Given {
    data?: Uint8Array | null | undefined;
}

/** Bytes that come with an answer: rows as an Arrow IPC stream, or a file. */
export interface WithBytes {
    data: Uint8Array<ArrayBuffer>;
}

export interface PerhapsBytes {
    data: Uint8Array<ArrayBuffer> | null;
}

/** A workspace's sizes and counts. */
export interface WorkspaceStatus {
    /** Where it is. */
    directory: string;
    /** Whether nothing can be changed. */
    readOnly: boolean;
    /** Something to hear about opening it. */
    notice: string | null;
    /** Of its files. */
    formatVersion: number;
    /** That there are. */
    tables: number;
    /** That can be brought back. */
    droppedTables: number;
    /** Of all tables. */
    versions: number;
    /** In the journal. */
    records: number;
    /** Columns' pieces that are stored. */
    batches: number;
    /** Files that they are in. */
    segments: number;
    /** Among the batches: what many edits make of a column, kept ready. */
    folds: number;
    /** Everything in the folder. */
    bytesTotal: number;
    /** Of that, data. */
    bytesSegments: number;
    /** Of that, the journal. */
    bytesJournal: number;
    /** Of that, the index. */
    bytesIndex: number;
    /** That work is done on. */
    threads: number;
    /** Of the engine; 0: as the machine has it. */
    memoryLimit: number;
    /** The library's version. */
    tarn: string;
    /** The version of DuckDB. */
    engine: string;
}

export interface RefreshAnswer {
    /** Whether there was anything. */
    changed: boolean;
}

/** A table. */
export interface TableInfo {
    /** Its name. */
    name: string;
    /** Of this version. */
    rows: number;
    /** Of this version. */
    columns: number;
    /** The version that this is about: the head unless another one was asked for. */
    version: number;
    /** The highest number of a version. */
    newest: number;
    /** Whether there is a version before the head. */
    canUndo: boolean;
    /** Whether there is one behind it. */
    canRedo: boolean;
    /** Whether it was dropped, and can be brought back. */
    dropped: boolean;
    /** When it was made. */
    created: string;
    /** When it was changed last. */
    changed: string;
}

export interface TablesAnswer {
    /** By name. */
    tables: TableInfo[];
}

/** A column. */
export interface ColumnInfo {
    /** Its name. */
    name: string;
    /** As SQL has it: "BIGINT" …. */
    type: string;
    /** As Arrow has it: "int64", "timestamp[us, UTC]" …. */
    arrow: string;
}

export interface SchemaAnswer {
    /** The table. */
    table: TableInfo;
    /** In their order. */
    columns: ColumnInfo[];
}

/** Rows, which are in the bytes. */
export interface Rows {
    /** In the bytes. */
    rows: number;
}

/** A condition over a row. */
export interface Condition {
    /** The column. */
    column?: string | undefined;
    /** How it compares. */
    is?: '=' | '!=' | '<' | '<=' | '>' | '>=' | 'between' | 'in' | 'not in' | 'contains' | 'starts' | 'ends' | 'matches' | 'null' | 'not null' | 'empty' | 'blank' | 'invisible' | undefined;
    /** With what; a list for between, in and not in. */
    value?: (string | number | bigint | boolean | null)[] | string | undefined;
    /** Of texts. */
    ignoreCase?: boolean | undefined;
    /** Instead of these: a list of conditions of which one must hold. */
    any?: unknown | undefined;
}

/** One column to sort by. */
export interface ViewSort {
    /** The column. */
    column: string;
    /** From the greatest to the least; nulls come last either way. */
    descending?: boolean | undefined;
}

/** Rows filtered and sorted. */
export interface ViewInfo {
    /** Its number. */
    view: number;
    /** The table. */
    table: string;
    /** That it is of, whatever becomes of the table. */
    version: number;
    /** That it has. */
    rows: number;
    /** That the version has. */
    of: number;
    /** Of memory that it takes. */
    resultBytes: number;
}

export interface RenameAnswer {
    /** What it is called now. */
    table: string;
    /** What it was called before. */
    before: string;
}

export interface DropAnswer {
    /** The table. */
    table: string;
    /** Whether it is dropped now. */
    dropped: boolean;
}

/** What became of a file. */
export interface ImportResult {
    /** The table. */
    table: string;
    /** Its version before; null: there was none. */
    before: number | null;
    /** Its version now. */
    version: number;
    /** False: nothing differed, and no version was made. */
    changed: boolean;
    /** Null: not known. */
    rowsChanged: number | null;
    /** Null: not known. */
    cellsChanged: number | null;
    /** Of the table now; null: not known. */
    rows: number | null;
    /** How long it took. */
    durationUs: number | null;
    /** For people: "removed 1,204 rows". */
    message: string | null;
    /** Where the file is; null: it was in the bytes. */
    path: string | null;
    /** What the file was read as. */
    format: string;
    /** Of its text. */
    encoding: string | null;
    /** Of its text. */
    delimiter: string | null;
    /** The line that had the names; 0: none. */
    headerRow: number;
    /** Of the table. */
    columns: ColumnInfo[];
    /** For people: ragged lines with their numbers, renamed columns …. */
    warnings: string[];
}

/** A file that was written. */
export interface ExportInfo {
    /** Where the file is; null: it is in the bytes. */
    path: string | null;
    /** Its format. */
    format: string;
    /** In it. */
    rows: number;
    /** In it. */
    columns: number;
    /** Its size. */
    bytes: number;
    /** How long it took. */
    durationUs: number;
    /** What the file could not hold exactly as it was. */
    warnings: string[];
}

export interface SqlAnswer {
    /** In the bytes. */
    rows: number;
    /** Whether there are more than the limit let through. */
    more: boolean;
}

/** What one step of a recipe's run did. */
export interface StepChange {
    /** Its number, from 1 on. */
    step: number;
    /** Its command. */
    command: string;
    /** Whether anything differed. */
    changed: boolean;
    /** Null: not known. */
    rowsChanged: number | null;
    /** Null: not known. */
    cellsChanged: number | null;
    /** What the command says. */
    message: string | null;
}

/** What a change did to a table. */
export interface Change {
    /** The table. */
    table: string;
    /** Its version before; null: there was none. */
    before: number | null;
    /** Its version now. */
    version: number;
    /** False: nothing differed, and no version was made. */
    changed: boolean;
    /** Null: not known. */
    rowsChanged: number | null;
    /** Null: not known. */
    cellsChanged: number | null;
    /** Of the table now; null: not known. */
    rows: number | null;
    /** How long it took. */
    durationUs: number | null;
    /** For people: "removed 1,204 rows". */
    message: string | null;
    /** Of a recipe's run: what each step did. */
    steps?: StepChange[] | undefined;
}

/** A table that is only passing through. */
export interface Registered {
    /** What queries call it. */
    name: string;
    /** That it has. */
    rows: number;
    /** That it has. */
    columns: number;
}

export interface RegisteredTablesAnswer {
    /** All of them. */
    tables: Registered[];
}

export interface RegisteredAnswer {
    /** That it has. */
    rows: number;
}

export interface DeregisterAnswer {
    /** Whether it was there. */
    removed: boolean;
}

export interface CommandParameter {
    /** Its name. */
    name: string;
    /** Text, sql, value, integer, number, boolean, choice, column, name or row. */
    type: string;
    /** Whether it must be given. */
    required: boolean;
    /** Whether it may be a list. */
    repeated: boolean;
    /** What it means. */
    description: string;
    /** What stands for it when it is not given. */
    default?: string | undefined;
    /** What it may be. */
    choices?: string[] | undefined;
    /** The least that it may be. */
    minimum?: number | undefined;
    /** The most that it may be. */
    maximum?: number | undefined;
    /** Whether the audit log does not tell it. */
    secret?: boolean | undefined;
    /** Which columns: text, number, boolean, date, time, other. */
    columnTypes?: string[] | undefined;
}

/** A command of the registry. */
export interface Command {
    /** Its name. */
    name: string;
    /** For a menu. */
    title: string;
    /** What it does. */
    description: string;
    /** What it belongs to. */
    family: string;
    /** How it works, and so what it costs. */
    kind: string;
    /** Whether it can be previewed. */
    preview: boolean;
    /** Whether it can tell which value became which. */
    keyMap: boolean;
    /** In their order. */
    parameters: CommandParameter[];
}

export interface CommandsAnswer {
    /** Family by family. */
    commands: Command[];
}

/** Which value became which: columns column, original, replacement. */
export interface KeyMap {
    /** Where it is; null: in the bytes. */
    path: string | null;
    /** Its format. */
    format: string;
    /** In it. */
    values: number;
}

export interface KeyedChange {
    /** What was done. */
    change: Change;
    /** The map. */
    keyMap: KeyMap;
}

/** A changed cell. */
export interface CellChange {
    /** The row's id. */
    row: number;
    /** The column. */
    column: string;
    /** The value before. */
    before: string | null;
    /** The value after. */
    after: string | null;
}

/** What a command would do. */
export interface PreviewAnswer {
    /** Of commands that change cells: the first that would change. */
    cells: CellChange[];
    /** Of commands that change rows or columns as a whole: "would remove 1,204 rows"; the bytes have the first of them. */
    message: string | null;
    /** Which rows the bytes have. */
    shown: 'removed' | 'added' | 'result' | 'changes' | 'conflicts' | null;
    /** Of the table; null where only cells change. */
    rowsBefore: number | null;
    /** Of the table. */
    rowsAfter: number | null;
    /** Whether there is no more to show than this. */
    complete: boolean;
}

export interface Spelling {
    /** The text. */
    value: string;
    /** That have it. */
    rows: number;
}

/** Spellings that probably mean the same. */
export interface Cluster {
    /** What most of its rows have. */
    suggestion: string;
    /** That have one of its spellings. */
    rows: number;
    /** Its spellings, the most frequent first. */
    values: Spelling[];
}

export interface ClustersAnswer {
    /** Different texts in the column. */
    values: number;
    /** All that were found. */
    clusters: number;
    /** Those with most rows first. */
    list: Cluster[];
}

export interface ComparedColumn {
    /** The column. */
    column: string;
    /** How its values are compared. */
    compare: string;
}

export interface MatchedRow {
    /** Its id, as the command merge takes it. */
    row: number;
    /** Of the columns that were compared, in their order. */
    values: (string | null)[];
}

export interface MatchedPair {
    /** Two ids. */
    rows: number[];
    /** Of both, from 0 to 1. */
    similarity: number;
    /** Of the columns that were compared, in their order; null: one has no value. */
    similarities: (number | null)[];
}

/** Rows that are probably the same. */
export interface MatchGroup {
    /** Its rows. */
    rows: MatchedRow[];
    /** Of them that are alike. */
    pairs: MatchedPair[];
}

export interface Matches {
    /** Of the version. */
    tableRows: number;
    /** All that were found, listed or not. */
    groups: number;
    /** In them. */
    rows: number;
    /** That are alike. */
    pairs: number;
    /** Pairs that were compared at all. */
    compared: number;
    /** From which on they count as alike. */
    threshold: number;
    /** How it was chosen what is compared. */
    block: string;
    /** By which column. */
    on: string | null;
    /** What was not compared, and why. */
    note: string | null;
    /** That were compared. */
    columns: ComparedColumn[];
    /** The groups. */
    list: MatchGroup[];
}

/** A version, and what made it. */
export interface LogEntry {
    /** Its number. */
    version: number;
    /** What it was made of; null: nothing. */
    parent: number | null;
    /** When it was made; null, as what follows: the record of it is gone. */
    time: string | null;
    /** Who made it. */
    user: string | null;
    /** Import, command, edit …. */
    kind: string | null;
    /** By which command. */
    command: string | null;
    /** With which parameters. */
    parameters: Record<string, unknown> | null;
    /** Null: not known. */
    rowsChanged: number | null;
    /** Null: not known. */
    cellsChanged: number | null;
    /** That it has. */
    rows: number | null;
    /** That it has. */
    columns: number | null;
    /** How long it took. */
    durationUs: number | null;
    /** Whether people see it. */
    head: boolean;
    /** Whether undo and redo come to it. */
    onLine: boolean;
    /** Whether it is the end of that line. */
    tip: boolean;
    /** Whether its data is there. */
    reachable: boolean;
}

export interface LogAnswer {
    /** The newest first. */
    versions: LogEntry[];
}

/** The whole tree of a table's versions. */
export interface Timeline {
    /** The table. */
    table: string;
    /** The version that people see. */
    head: number;
    /** The end of the line that undo and redo go along. */
    tip: number;
    /** The highest number of a version. */
    newest: number;
    /** Whether there is a version before the head. */
    canUndo: boolean;
    /** Whether there is one behind it. */
    canRedo: boolean;
    /** All of them, the oldest first. */
    versions: LogEntry[];
}

export interface DiffSide {
    /** The table, or a file's path. */
    table: string;
    /** Its version; null: it is a file. */
    version: number | null;
    /** That it has. */
    rows: number;
    /** By key: rows whose key has a null. */
    nullKeys?: number | undefined;
    /** By key: rows whose key several rows of that side have. */
    duplicateKeys?: number | undefined;
}

export interface DiffCounts {
    /** Rows that are only after. */
    added: number;
    /** Rows that are only before. */
    removed: number;
    /** Rows that differ. */
    modified: number;
}

export interface DiffColumn {
    /** What it is called after, else before. */
    name: string;
    /** What became of it; null: nothing. */
    change: 'added' | 'removed' | 'renamed' | 'retyped' | null;
    /** What it is called before. */
    before: string | null;
    /** What it is called after. */
    after: string | null;
    /** Its type before. */
    typeBefore: string | null;
    /** Its type after. */
    typeAfter: string | null;
    /** Whether it tells rows apart. */
    key: boolean;
    /** Whether both are compared on request. */
    mapped: boolean;
    /** Text here and a number there, or the like. */
    comparedAsText: boolean;
    /** Whether it is not compared. */
    leftOut: boolean;
    /** Rows in which it differs. */
    modified: number;
}

/** What differs, counted. */
export interface DiffInfo {
    /** The comparison's number. */
    diff: number;
    /** Whether anything does: a row, a column, the order. */
    differs: boolean;
    /** One side. */
    before: DiffSide;
    /** The other. */
    after: DiffSide;
    /** Columns that tell rows apart; null: compared by row number. */
    keys: string[] | null;
    /** Whether they were not asked for. */
    keyChosen: boolean;
    /** How many differ. */
    rows: DiffCounts;
    /** Rows whose key has a null, or is there several times. */
    unmatched: number;
    /** Rows that are elsewhere in the order. */
    moved: number;
    /** That differ in modified rows. */
    cells: number;
    /** Whether the order of rows does. */
    orderDiffers: boolean;
    /** Of memory that the comparison takes. */
    resultBytes: number;
    /** Those after in their order, then those that were removed. */
    columns: DiffColumn[];
}

/** A value that became another one. */
export interface ValueChange {
    /** The value before. */
    before: string | null;
    /** The value after. */
    after: string | null;
    /** How often. */
    count: number;
}

export interface DiffValues {
    /** The most frequent first. */
    values: ValueChange[];
    /** Pairs of values. */
    different: number;
    /** False: there were too many different ones to count them all. */
    complete: boolean;
}

export interface BlindChange {
    /** What became of it. */
    change: 'added' | 'removed' | 'modified';
    /** Its number where that side is a table. */
    rowBefore: number | null;
    /** Its number where that side is a table. */
    rowAfter: number | null;
    /** In which it differs. */
    columns: string[];
}

/** What differs, without a value. */
export interface BlindDiff {
    /** Whether anything does: a row, a column, the order. */
    differs: boolean;
    /** One side. */
    before: DiffSide;
    /** The other. */
    after: DiffSide;
    /** Columns that tell rows apart; null: compared by row number. */
    keys: string[] | null;
    /** Whether they were not asked for. */
    keyChosen: boolean;
    /** How many differ. */
    rows: DiffCounts;
    /** Rows whose key has a null, or is there several times. */
    unmatched: number;
    /** Rows that are elsewhere in the order. */
    moved: number;
    /** That differ in modified rows. */
    cells: number;
    /** Whether the order of rows does. */
    orderDiffers: boolean;
    /** Of memory that the comparison takes. */
    resultBytes: number;
    /** Those after in their order, then those that were removed. */
    columns: DiffColumn[];
    /** The first of them, in no order that means anything. */
    changes: BlindChange[];
}

export interface AuditTable {
    /** What it was called then. */
    table: string;
    /** Its version before; null: there was none. */
    before: number | null;
    /** Its version after; null: there is none. */
    version: number | null;
}

/** An event of the audit log. */
export interface AuditEvent {
    /** From 1 on. */
    number: number;
    /** When it happened. */
    time: string;
    /** Who did it. */
    user: string;
    /** Import, command, edit, undo, redo, checkout, export, gc …. */
    event: string;
    /** By which command. */
    command: string | null;
    /** That it is about. */
    tables: AuditTable[];
    /** With which parameters; secrets are ***. */
    parameters: Record<string, unknown> | null;
    /** Of the edit of one cell: the value before. */
    old?: string | null | undefined;
    /** Of the edit of one cell: the value after. */
    new?: string | null | undefined;
    /** Null: not known. */
    rowsChanged: number | null;
    /** Null: not known. */
    cellsChanged: number | null;
    /** How long it took. */
    durationUs: number | null;
    /** The SHA-256 of the event before. */
    previous: string;
    /** Its own. */
    hash: string;
}

export interface AuditAnswer {
    /** By rising number. */
    events: AuditEvent[];
}

export interface DetailCell {
    /** The column. */
    column: string;
    /** The value before. */
    before: string | null;
    /** The value after. */
    after: string | null;
}

export interface DetailRow {
    /** Its id. */
    row: number;
    /** What became of it. */
    change: 'changed' | 'added' | 'removed';
    /** Those that changed; all of a row that was added or removed. */
    cells: DetailCell[];
}

/** What an event did, row by row. */
export interface AuditDetail {
    /** Its number. */
    event: number;
    /** The table. */
    table: string;
    /** Its version before. */
    before: number | null;
    /** Its version after. */
    version: number;
    /** Why there is no detail any more. */
    gone: string | null;
    /** What happened to columns and to the order of rows. */
    notes: string[];
    /** By id. */
    rows: DetailRow[];
    /** Whether there are no more rows than these. */
    complete: boolean;
}

/** The last event of the audit log: kept elsewhere, it shows whether the log was rewritten. */
export interface AuditTip {
    /** Of the last event; 0: there is none. */
    number: number;
    /** Its SHA-256. */
    hash: string;
}

export interface AuditVerified {
    /** True; a chain that does not hold is a failure, TARN_E_CORRUPT. */
    holds: boolean;
    /** That were checked. */
    events: number;
    /** The last of them. */
    tip: AuditTip;
}

export interface AuditExport {
    /** Where the file is; null: it is in the bytes. */
    path: string | null;
    /** Its format. */
    format: string;
    /** In it. */
    events: number;
}

export interface AuditLimit {
    /** How many events are kept; 0: all. */
    keep: number;
}

export interface RecipeInfo {
    /** Its name. */
    name: string;
    /** What it is for. */
    description: string | null;
    /** How many it has. */
    steps: number;
    /** Of its steps. */
    commands: string;
    /** For how many parameters it asks when it is run. */
    asks: number;
}

export interface RecipesAnswer {
    /** By name. */
    recipes: RecipeInfo[];
}

export interface RecipeName {
    /** The recipe's name. */
    name: string;
}

export interface RecipeAnswer {
    /** As docs/recipes.md describes it. */
    recipe: Record<string, unknown>;
}

export interface RecipeCheck {
    /** True; what does not fit is a failure. */
    fits: boolean;
}

/** A request that is not answered yet. */
export interface Job {
    /** Its number. */
    job: number;
    /** What was asked for. */
    op: string;
    /** By whom; null: as the workspace was opened. */
    user: string | null;
    /** Whether it has begun. */
    state: 'running' | 'waiting';
    /** Since it was asked for. */
    elapsedUs: number;
    /** What it is doing. */
    phase: string | null;
    /** Of what follows. */
    unit: string | null;
    /** So much. */
    done: number;
    /** Of so much; 0: not known. */
    total: number;
}

export interface JobsAnswer {
    /** Those that run, then those that wait. */
    jobs: Job[];
}

export interface JobCancelAnswer {
    /** False: there is no such job any more. */
    cancelled: boolean;
}

export interface ListenAnswer {
    /** Whether events are told from now on. */
    listening: boolean;
}

export interface VerifyProblem {
    /** What is wrong. */
    what: string;
    /** What it is about. */
    affects: string | null;
    /** Whether it was set aside or made good. */
    repaired: boolean;
}

export interface VerifyAnswer {
    /** Whether there is no problem. */
    sound: boolean;
    /** That were checked. */
    records: number;
    /** That were checked. */
    versions: number;
    /** That were checked. */
    batches: number;
    /** That were checked. */
    segments: number;
    /** That were checked. */
    bytes: number;
    /** What was found. */
    problems: VerifyProblem[];
}

export interface GcAnswer {
    /** Whether nothing was removed. */
    dryRun: boolean;
    /** That go. */
    versions: number;
    /** That go. */
    tables: number;
    /** That go. */
    batches: number;
    /** Given back. */
    bytes: number;
    /** To be given back when nobody reads them any more. */
    bytesWaiting: number;
}

export interface FreezeAnswer {
    /** The table. */
    table: string;
    /** That were rewritten; 0: there was nothing to do. */
    batches: number;
    /** That those took. */
    bytesBefore: number;
    /** That they take now. */
    bytesAfter: number;
    /** How long it took. */
    durationUs: number;
}

export interface MigrationAnswer {
    /** Whether everything was taken over. */
    complete: boolean;
    /** An earlier run did it: nothing was left to do. */
    already: boolean;
    /** That have the rows they should have. */
    tablesImported: number;
    /** Of the audit details. */
    auditEventsRestored: number;
    /** What it is called now; null: it was removed. */
    folder: string | null;
    /** What went wrong. */
    problems: string[];
}

/** What `open` takes. */
export interface OpenParameters {
    /** The folder that it is, or is to be, in. */
    directory: string;
    /** Set aside what is damaged before; else false. */
    repair?: boolean | undefined;
    /** Never waits for the writer; else false. */
    readOnly?: boolean | undefined;
    /** 0: one per processor. */
    threads?: number | undefined;
    /** For the engine; 0: as the machine has it. */
    memoryLimit?: number | undefined;
    /** Decoded data that is kept; 0: as the machine has it. */
    cacheBytes?: number | undefined;
    /** Of new data. */
    compression?: 'none' | 'lz4' | 'zstd' | undefined;
    /** For the audit log; the account's name unless given. */
    user?: string | undefined;
}

/** What `clear` takes. */
export interface ClearParameters {
    /** "clear DIRECTORY", which the refusal tells. */
    token?: string | undefined;
    /** Never waits for the writer; else false. */
    readOnly?: boolean | undefined;
    /** 0: one per processor. */
    threads?: number | undefined;
    /** For the engine; 0: as the machine has it. */
    memoryLimit?: number | undefined;
    /** Decoded data that is kept; 0: as the machine has it. */
    cacheBytes?: number | undefined;
    /** Of new data. */
    compression?: 'none' | 'lz4' | 'zstd' | undefined;
    /** For the audit log; the account's name unless given. */
    user?: string | undefined;
}

/** What `tables` takes. */
export interface TablesParameters {
    /** Also those that can be brought back; else false. */
    dropped?: boolean | undefined;
}

/** What `schema` takes. */
export interface SchemaParameters {
    /** A table, or a version of it: orders, orders@3, orders~1. */
    table: string;
}

/** What `page` takes. */
export interface PageParameters {
    /** A table, or a version of it: orders, orders@3, orders~1. */
    table: string;
    /** How many to pass over; else 0. */
    offset?: number | undefined;
    /** How many at most; else 100. */
    count?: number | undefined;
    /** Which columns; all unless given. */
    columns?: string[] | string | undefined;
    /** A first column _tarn_id with the rows' ids, which the command edit takes; else false. */
    ids?: boolean | undefined;
    /** What the bytes are to be; else "arrow-stream". */
    format?: 'arrow-stream' | 'arrow' | 'csv' | 'tsv' | 'json' | 'ndjson' | 'parquet' | undefined;
}

/** What `view` takes. */
export interface ViewParameters {
    /** A table, or a version of it: orders, orders@3, orders~1. */
    table: string;
    /** An SQL condition over the row. */
    where?: string | undefined;
    /** Conditions that must hold, all of them, besides `where`. */
    filter?: Condition[] | string | undefined;
    /** The first counts most; equal rows stay as they are. */
    sort?: ViewSort[] | string | undefined;
}

/** What `viewPage` takes. */
export interface ViewPageParameters {
    /** The view's number. */
    view: number;
    /** How many to pass over; else 0. */
    offset?: number | undefined;
    /** How many at most; else 100. */
    count?: number | undefined;
    /** Which columns; all unless given. */
    columns?: string[] | string | undefined;
    /** A first column _tarn_id with the rows' ids, which the command edit takes; else false. */
    ids?: boolean | undefined;
    /** What the bytes are to be; else "arrow-stream". */
    format?: 'arrow-stream' | 'arrow' | 'csv' | 'tsv' | 'json' | 'ndjson' | 'parquet' | undefined;
}

/** What `viewRelease` takes. */
export interface ViewReleaseParameters {
    /** The view's number. */
    view: number;
}

/** What `rename` takes. */
export interface RenameParameters {
    /** The table. */
    table: string;
    /** What it is to be called. */
    name: string;
    /** The version that the change is meant for: TARN_E_CONFLICT when the table has another one by now. */
    ifVersion?: number | undefined;
}

/** What `drop` takes. */
export interface DropParameters {
    /** The table. */
    table: string;
    /** The version that the change is meant for: TARN_E_CONFLICT when the table has another one by now. */
    ifVersion?: number | undefined;
}

/** What `undrop` takes. */
export interface UndropParameters {
    /** The table. */
    table: string;
}

/** What `import` takes. */
export interface ImportParameters {
    /** Where the file is; without: it is in the bytes. */
    path?: string | undefined;
    /** What the file is called, "orders.csv"; else as its path, or as the table. */
    name?: string | undefined;
    /** The table; else called as the file. */
    table?: string | undefined;
    /** What to do about a table that has the name; else "fail". */
    ifExists?: 'fail' | 'replace' | 'append' | undefined;
    /** The version that the change is meant for: TARN_E_CONFLICT when the table has another one by now. */
    ifVersion?: number | undefined;
    /** Else by content, then by name. */
    format?: 'csv' | 'tsv' | 'json' | 'ndjson' | 'parquet' | 'arrow' | 'xlsx' | 'ods' | 'sav' | 'por' | 'dta' | 'sas7bdat' | 'xpt' | undefined;
    /** Of workbooks: a sheet's name, or its number from 1. */
    sheet?: string | undefined;
    /** Of JSON: keys that lead to the records ("data.items"); else found. */
    records?: string | undefined;
    /** One character or several; else detected. */
    delimiter?: string | undefined;
    /** One character; else detected. */
    quote?: string | undefined;
    /** The character that makes the one behind it a plain one. */
    escape?: string | undefined;
    /** What lines begin with that are left out; "": none are. */
    comment?: string | undefined;
    /** "," or ".": what numbers have before their fraction. */
    decimal?: string | undefined;
    /** "5,10,3": characters of each column of lines without delimiters. */
    widths?: string | undefined;
    /** Lines left out at the beginning. */
    skip?: number | undefined;
    /** Lines left out at the end; 0: notes are detected; -1: none. */
    skipFooter?: number | undefined;
    /** Any label of the WHATWG's Encoding Standard, or a code page; else detected. */
    encoding?: string | undefined;
    /** The line that has the names; 0: detected; -1: there is none. */
    headerRow?: number | undefined;
    /** How many lines make up the names; 0: detected. */
    headerRows?: number | undefined;
    /** Detect no types; else false. */
    allText?: boolean | undefined;
    /** Of columns, by SQL's names, instead of what is detected: {"zip": "VARCHAR"}. */
    types?: Record<string, unknown> | undefined;
    /** Texts that mean null besides the empty field. */
    nullText?: string[] | string | undefined;
    /** Of SPSS, Stata, SAS: codes, not the texts of their value labels; else false. */
    keepCodes?: boolean | undefined;
}

/** What `export` takes. */
export interface ExportParameters {
    /** A table, or a version of it: orders, orders@3, orders~1. */
    table: string;
    /** Where the file goes; without: into the bytes. */
    path?: string | undefined;
    /** Else by the path's ending; csv for bytes. */
    format?: 'csv' | 'tsv' | 'json' | 'ndjson' | 'parquet' | 'arrow' | 'arrow-stream' | 'xlsx' | 'sav' | 'dta' | undefined;
    /** Refuse when the file is there; else false. */
    noClobber?: boolean | undefined;
    /** Of Parquet and Arrow. */
    compression?: 'none' | 'snappy' | 'lz4' | 'zstd' | undefined;
    /** Of csv. */
    delimiter?: string | undefined;
    /** Csv, tsv: without the columns' names; else false. */
    noHeader?: boolean | undefined;
    /** Csv, tsv: a mark by which Excel knows UTF-8; else false. */
    byteOrderMark?: boolean | undefined;
    /** Csv, tsv: lines end in CR LF; else false. */
    crlf?: boolean | undefined;
    /** Csv, tsv: every cell but nulls is quoted; else false. */
    quoteAll?: boolean | undefined;
    /** Csv, tsv: "." or ",". */
    decimal?: string | undefined;
    /** Csv, tsv: UTF-8 unless given. */
    encoding?: string | undefined;
    /** Characters that the encoding has not become "?"; else false. */
    replaceUnencodable?: boolean | undefined;
    /** Csv, tsv: what nulls are written as. */
    nullText?: string | undefined;
    /** Csv, tsv: text that a spreadsheet would take for a formula has ' before it; else false. */
    safeForSpreadsheets?: boolean | undefined;
}

/** What `exportSql` takes. */
export interface ExportSqlParameters {
    /** One statement that reads. */
    sql: string;
    /** Where the file goes; without: into the bytes. */
    path?: string | undefined;
    /** Else by the path's ending; csv for bytes. */
    format?: 'csv' | 'tsv' | 'json' | 'ndjson' | 'parquet' | 'arrow' | 'arrow-stream' | 'xlsx' | 'sav' | 'dta' | undefined;
    /** Refuse when the file is there; else false. */
    noClobber?: boolean | undefined;
    /** Of Parquet and Arrow. */
    compression?: 'none' | 'snappy' | 'lz4' | 'zstd' | undefined;
    /** Of csv. */
    delimiter?: string | undefined;
    /** Csv, tsv: without the columns' names; else false. */
    noHeader?: boolean | undefined;
    /** Csv, tsv: a mark by which Excel knows UTF-8; else false. */
    byteOrderMark?: boolean | undefined;
    /** Csv, tsv: lines end in CR LF; else false. */
    crlf?: boolean | undefined;
    /** Csv, tsv: every cell but nulls is quoted; else false. */
    quoteAll?: boolean | undefined;
    /** Csv, tsv: "." or ",". */
    decimal?: string | undefined;
    /** Csv, tsv: UTF-8 unless given. */
    encoding?: string | undefined;
    /** Characters that the encoding has not become "?"; else false. */
    replaceUnencodable?: boolean | undefined;
    /** Csv, tsv: what nulls are written as. */
    nullText?: string | undefined;
    /** Csv, tsv: text that a spreadsheet would take for a formula has ' before it; else false. */
    safeForSpreadsheets?: boolean | undefined;
}

/** What `sql` takes. */
export interface SqlParameters {
    /** One statement that reads. */
    sql: string;
    /** Values for ?, or $1 …: each is what a literal in its place would be. */
    params?: (string | number | bigint | boolean | null)[] | undefined;
    /** How many rows at most. */
    limit?: number | undefined;
    /** What the bytes are to be; else "arrow-stream". */
    format?: 'arrow-stream' | 'arrow' | 'csv' | 'tsv' | 'json' | 'ndjson' | 'parquet' | undefined;
}

/** What `sqlInto` takes. */
export interface SqlIntoParameters {
    /** One statement that reads. */
    sql: string;
    /** The table. */
    table: string;
    /** What to do about a table that has the name; else "fail". */
    ifExists?: 'fail' | 'replace' | 'append' | undefined;
    /** The version that the change is meant for: TARN_E_CONFLICT when the table has another one by now. */
    ifVersion?: number | undefined;
}

/** What `registerTable` takes. */
export interface RegisterTableParameters {
    /** What queries call it. */
    name: string;
}

/** What `executeAndRegister` takes. */
export interface ExecuteAndRegisterParameters {
    /** The query. */
    sql: string;
    /** What queries call its result. */
    name: string;
}

/** What `deregisterTable` takes. */
export interface DeregisterTableParameters {
    /** What queries call it. */
    name: string;
}

/** What `apply` takes. */
export interface ApplyParameters {
    /** The table. */
    table: string;
    /** A command of the registry. */
    command: string;
    /** The command's, as `commands` tells them: texts, numbers, true, false, lists of them; else {}. */
    parameters?: Record<string, unknown> | undefined;
    /** The version that the change is meant for: TARN_E_CONFLICT when the table has another one by now. */
    ifVersion?: number | undefined;
}

/** What `applyWithKeyMap` takes. */
export interface ApplyWithKeyMapParameters {
    /** The table. */
    table: string;
    /** A command of the registry. */
    command: string;
    /** The command's, as `commands` tells them: texts, numbers, true, false, lists of them; else {}. */
    parameters?: Record<string, unknown> | undefined;
    /** A new file that only its owner may read; without: into the bytes. */
    path?: string | undefined;
    /** Of the map; else "csv". */
    format?: 'csv' | 'tsv' | 'json' | 'ndjson' | 'parquet' | 'arrow' | 'arrow-stream' | 'xlsx' | 'sav' | 'dta' | undefined;
    /** The version that the change is meant for: TARN_E_CONFLICT when the table has another one by now. */
    ifVersion?: number | undefined;
}

/** What `preview` takes. */
export interface PreviewParameters {
    /** The table. */
    table: string;
    /** A command of the registry. */
    command: string;
    /** The command's, as `commands` tells them: texts, numbers, true, false, lists of them; else {}. */
    parameters?: Record<string, unknown> | undefined;
    /** How many cells or rows at most; else 100. */
    limit?: number | undefined;
}

/** What `clusters` takes. */
export interface ClustersParameters {
    /** A table, or a version of it: orders, orders@3, orders~1. */
    table: string;
    /** A column of text. */
    column: string;
    /** As the command standardize has it: fingerprint, ngram, metaphone, levenshtein …; else "fingerprint". */
    method?: string | undefined;
    /** Of methods that measure: how alike; 0: as the method has it; else 0. */
    threshold?: number | undefined;
    /** How many clusters to list; all unless given. */
    limit?: number | undefined;
}

/** What `match` takes. */
export interface MatchParameters {
    /** A table, or a version of it: orders, orders@3, orders~1. */
    table: string;
    /** As of the command merge: column, weight, compare, block, on, threshold. */
    parameters: Record<string, unknown>;
    /** How many groups to list; all unless given. */
    limit?: number | undefined;
}

/** What `undo` takes. */
export interface UndoParameters {
    /** The table. */
    table: string;
    /** How many; else 1. */
    steps?: number | undefined;
    /** The version that the change is meant for: TARN_E_CONFLICT when the table has another one by now. */
    ifVersion?: number | undefined;
}

/** What `redo` takes. */
export interface RedoParameters {
    /** The table. */
    table: string;
    /** How many; else 1. */
    steps?: number | undefined;
    /** The version that the change is meant for: TARN_E_CONFLICT when the table has another one by now. */
    ifVersion?: number | undefined;
}

/** What `checkout` takes. */
export interface CheckoutParameters {
    /** The version: orders@3. */
    version: string;
    /** The version that the change is meant for: TARN_E_CONFLICT when the table has another one by now. */
    ifVersion?: number | undefined;
}

/** What `log` takes. */
export interface LogParameters {
    /** The table. */
    table: string;
}

/** What `timeline` takes. */
export interface TimelineParameters {
    /** The table. */
    table: string;
}

/** What `diff` takes. */
export interface DiffParameters {
    /** A table, or a version of it. */
    before: string;
    /** Another; without: of orders@3 the head, of orders the version before its head. */
    after?: string | undefined;
    /** Columns that tell rows apart; else row numbers, or a column that is chosen. */
    keys?: string[] | string | undefined;
    /** In texts, keys included; else false. */
    ignoreCase?: boolean | undefined;
    /** White space at both ends of texts, keys included; else false. */
    ignoreSpace?: boolean | undefined;
    /** Columns that are not compared. */
    leaveOut?: string[] | string | undefined;
    /** Columns that belong together: the one before to the one after. */
    map?: Record<string, unknown> | undefined;
    /** Numbers that are no further apart are the same; else 0. */
    tolerance?: number | undefined;
    /** Note also rows that only moved, or only have values in added columns; else false. */
    complete?: boolean | undefined;
}

/** What `diffPage` takes. */
export interface DiffPageParameters {
    /** The comparison's number. */
    diff: number;
    /** How many to pass over; else 0. */
    offset?: number | undefined;
    /** How many at most; else 100. */
    count?: number | undefined;
    /** Which changes; all unless given (moved, filled: of complete comparisons). */
    kinds?: ('added' | 'removed' | 'modified' | 'unmatched' | 'moved' | 'filled')[] | string | undefined;
    /** Only modified rows in which this column differs. */
    column?: string | undefined;
    /** What the bytes are to be; else "arrow-stream". */
    format?: 'arrow-stream' | 'arrow' | 'csv' | 'tsv' | 'json' | 'ndjson' | 'parquet' | undefined;
}

/** What `diffValues` takes. */
export interface DiffValuesParameters {
    /** The comparison's number. */
    diff: number;
    /** A column of the comparison. */
    column: string;
    /** How many at most; else 10. */
    limit?: number | undefined;
}

/** What `diffExport` takes. */
export interface DiffExportParameters {
    /** The comparison's number. */
    diff: number;
    /** Where the file goes; without: into the bytes. */
    path?: string | undefined;
    /** Of the file; else "csv". */
    format?: 'csv' | 'tsv' | 'json' | 'ndjson' | 'parquet' | 'arrow' | 'arrow-stream' | 'xlsx' | 'sav' | 'dta' | undefined;
    /** How many to pass over; else 0. */
    offset?: number | undefined;
    /** How many at most; all unless given. */
    count?: number | undefined;
    /** Which changes; all unless given (moved, filled: of complete comparisons). */
    kinds?: ('added' | 'removed' | 'modified' | 'unmatched' | 'moved' | 'filled')[] | string | undefined;
    /** Only modified rows in which this column differs. */
    column?: string | undefined;
}

/** What `diffRelease` takes. */
export interface DiffReleaseParameters {
    /** The comparison's number. */
    diff: number;
}

/** What `blindDigests` takes. */
export interface BlindDigestsParameters {
    /** A table, or a version of it: orders, orders@3, orders~1. */
    table: string;
    /** What both sides know; nothing of it is kept. */
    secret: string;
    /** Columns that tell rows apart; else row numbers, or a column that is chosen. */
    keys?: string[] | string | undefined;
    /** In texts, keys included; else false. */
    ignoreCase?: boolean | undefined;
    /** White space at both ends of texts, keys included; else false. */
    ignoreSpace?: boolean | undefined;
    /** Columns that are not compared. */
    leaveOut?: string[] | string | undefined;
    /** Columns that belong together: the one before to the one after. */
    map?: Record<string, unknown> | undefined;
    /** Where the file goes; without: into the bytes. */
    path?: string | undefined;
}

/** What `blindCompare` takes. */
export interface BlindCompareParameters {
    /** A table, or a version of it. */
    before: string;
    /** Another one; else a file of digests. */
    after?: string | undefined;
    /** A file of digests; without: it is in the bytes. */
    path?: string | undefined;
    /** What both sides know; nothing of it is kept. */
    secret?: string | undefined;
    /** Columns that tell rows apart; else row numbers, or a column that is chosen. */
    keys?: string[] | string | undefined;
    /** In texts, keys included; else false. */
    ignoreCase?: boolean | undefined;
    /** White space at both ends of texts, keys included; else false. */
    ignoreSpace?: boolean | undefined;
    /** Columns that are not compared. */
    leaveOut?: string[] | string | undefined;
    /** Columns that belong together: the one before to the one after. */
    map?: Record<string, unknown> | undefined;
    /** How many changes to list; else 20. */
    limit?: number | undefined;
}

/** What `audit` takes. */
export interface AuditParameters {
    /** Only events about this table, also a dropped one. */
    table?: string | undefined;
    /** Only events with a lower number; 0: any; else 0. */
    before?: number | undefined;
    /** The newest so many of those; 0: all; else 0. */
    limit?: number | undefined;
}

/** What `auditDetail` takes. */
export interface AuditDetailParameters {
    /** Its number. */
    event: number;
    /** Which of its tables; the first unless given. */
    table?: string | undefined;
    /** How many rows at most; else 1000. */
    limit?: number | undefined;
}

/** What `auditVerify` takes. */
export interface AuditVerifyParameters {
    /** NUMBER:HASH of an event that must be in the chain. */
    tip?: string | undefined;
}

/** What `auditExport` takes. */
export interface AuditExportParameters {
    /** Only events about this table, also a dropped one. */
    table?: string | undefined;
    /** Only events with a lower number; 0: any; else 0. */
    before?: number | undefined;
    /** The newest so many of those; 0: all; else 0. */
    limit?: number | undefined;
    /** Html: to be printed, or saved as PDF by a browser; else "csv". */
    format?: 'csv' | 'text' | 'html' | undefined;
    /** Where the file goes; without: into the bytes. */
    path?: string | undefined;
}

/** What `auditSetLimit` takes. */
export interface AuditSetLimitParameters {
    /** How many events to keep from now on; 0: all. */
    keep: number;
}

/** What `recipeSave` takes. */
export interface RecipeSaveParameters {
    /** The recipe's name. */
    name: string;
    /** The commands that lead to it: "orders", "orders@5", "orders@2..@5". */
    range: string;
    /** In place of one that has the name; else false. */
    replace?: boolean | undefined;
}

/** What `recipeGet` takes. */
export interface RecipeGetParameters {
    /** The recipe's name. */
    name: string;
}

/** What `recipePut` takes. */
export interface RecipePutParameters {
    /** The recipe's name. */
    name: string;
    /** An object, or the text of one. */
    recipe: unknown;
    /** In place of one that has the name; else false. */
    replace?: boolean | undefined;
}

/** What `recipeDrop` takes. */
export interface RecipeDropParameters {
    /** The recipe's name. */
    name: string;
}

/** What `recipeRun` takes. */
export interface RecipeRunParameters {
    /** The recipe's name. */
    name: string;
    /** The table. */
    table: string;
    /** Columns: the recipe's name to the table's. */
    map?: Record<string, unknown> | undefined;
    /** Parameters that it asks for: "secret", or "3.secret" for that of step 3. */
    answers?: Record<string, unknown> | undefined;
    /** A version for each step, not one for all; else false. */
    eachStep?: boolean | undefined;
    /** The version that the change is meant for: TARN_E_CONFLICT when the table has another one by now. */
    ifVersion?: number | undefined;
}

/** What `recipeCheck` takes. */
export interface RecipeCheckParameters {
    /** The recipe's name. */
    name: string;
    /** The table. */
    table: string;
    /** Columns: the recipe's name to the table's. */
    map?: Record<string, unknown> | undefined;
    /** Parameters that it asks for: "secret", or "3.secret" for that of step 3. */
    answers?: Record<string, unknown> | undefined;
    /** A version for each step, not one for all; else false. */
    eachStep?: boolean | undefined;
    /** The version that the change is meant for: TARN_E_CONFLICT when the table has another one by now. */
    ifVersion?: number | undefined;
}

/** What `jobCancel` takes. */
export interface JobCancelParameters {
    /** Its number. */
    job: number;
}

/** What `listen` takes. */
export interface ListenParameters {
    /** False: no more; else true. */
    on?: boolean | undefined;
}

/** What `verify` takes. */
export interface VerifyParameters {
    /** Set aside what is damaged; changes wait meanwhile; else false. */
    repair?: boolean | undefined;
}

/** What `gc` takes. */
export interface GcParameters {
    /** Only say what would go; else false. */
    dryRun?: boolean | undefined;
    /** Of each table, the newest so many of its line; 0: all of it. */
    keepVersions?: number | undefined;
    /** And what was made since then, from 1970 on. */
    keepSince?: number | undefined;
}

/** What `freeze` takes. */
export interface FreezeParameters {
    /** The table. */
    table: string;
    /** The version that the change is meant for: TARN_E_CONFLICT when the table has another one by now. */
    ifVersion?: number | undefined;
}

/** What `thaw` takes. */
export interface ThawParameters {
    /** The table. */
    table: string;
    /** The version that the change is meant for: TARN_E_CONFLICT when the table has another one by now. */
    ifVersion?: number | undefined;
}

/** What `migrate` takes. */
export interface MigrateParameters {
    /** The folder. */
    directory: string;
    /** Remove it when all is taken over, instead of renaming it; else false. */
    remove?: boolean | undefined;
}

/** A method for each operation, over whatever carries a request to where it is answered. */
export abstract class Requests {
    /** Send a request, and give its answer with the bytes as `data` in it. */
    protected abstract ask(op: string, parameters: object, control: Control & Given): Promise<object>;

    /** Open a workspace, and make it when there is none; another one that is open is closed. */
    open(parameters: OpenParameters, control: Control = {}): Promise<WorkspaceStatus> {
        return this.ask('open', parameters, control) as Promise<WorkspaceStatus>;
    }

    /** Close the workspace. What was committed stays. */
    close(control: Control = {}): Promise<object> {
        return this.ask('close', {}, control) as Promise<object>;
    }

    /** Remove everything for good, and open an empty workspace in its place. */
    clear(parameters: ClearParameters = {}, control: Control = {}): Promise<WorkspaceStatus> {
        return this.ask('clear', parameters, control) as Promise<WorkspaceStatus>;
    }

    /** The workspace's sizes and counts. */
    status(control: Control = {}): Promise<WorkspaceStatus> {
        return this.ask('status', {}, control) as Promise<WorkspaceStatus>;
    }

    /** Of a workspace that is only read: take in what others committed. */
    refresh(control: Control = {}): Promise<RefreshAnswer> {
        return this.ask('refresh', {}, control) as Promise<RefreshAnswer>;
    }

    /** All tables. */
    tables(parameters: TablesParameters = {}, control: Control = {}): Promise<TablesAnswer> {
        return this.ask('tables', parameters, control) as Promise<TablesAnswer>;
    }

    /** A table and its columns; the bytes have the schema and no rows. */
    schema(parameters: SchemaParameters, control: Control = {}): Promise<SchemaAnswer & WithBytes> {
        return this.ask('schema', parameters, control) as Promise<SchemaAnswer & WithBytes>;
    }

    /** Rows as people see them. Overtakes whatever else runs. */
    page(parameters: PageParameters, control: Control = {}): Promise<Rows & WithBytes> {
        return this.ask('page', parameters, control) as Promise<Rows & WithBytes>;
    }

    /** Filter and sort without making a version. The view stays open under a number until viewRelease. */
    view(parameters: ViewParameters, control: Control = {}): Promise<ViewInfo> {
        return this.ask('view', parameters, control) as Promise<ViewInfo>;
    }

    /** Rows of a view. Overtakes whatever else runs. */
    viewPage(parameters: ViewPageParameters, control: Control = {}): Promise<Rows & WithBytes> {
        return this.ask('viewPage', parameters, control) as Promise<Rows & WithBytes>;
    }

    /** Close a view. */
    viewRelease(parameters: ViewReleaseParameters, control: Control = {}): Promise<object> {
        return this.ask('viewRelease', parameters, control) as Promise<object>;
    }

    /** Call a table something else. */
    rename(parameters: RenameParameters, control: Control = {}): Promise<RenameAnswer> {
        return this.ask('rename', parameters, control) as Promise<RenameAnswer>;
    }

    /** Drop a table. It can be brought back until gc. */
    drop(parameters: DropParameters, control: Control = {}): Promise<DropAnswer> {
        return this.ask('drop', parameters, control) as Promise<DropAnswer>;
    }

    /** Bring back the table of that name that was dropped last. */
    undrop(parameters: UndropParameters, control: Control = {}): Promise<DropAnswer> {
        return this.ask('undrop', parameters, control) as Promise<DropAnswer>;
    }

    /** Import a file as a table: one undoable, all-or-nothing step. What is not said is detected. */
    import(parameters: ImportParameters = {}, control: Control & Given = {}): Promise<ImportResult> {
        return this.ask('import', parameters, control) as Promise<ImportResult>;
    }

    /** A version as a file, which appears complete or not at all. */
    export(parameters: ExportParameters, control: Control = {}): Promise<ExportInfo & WithBytes> {
        return this.ask('export', parameters, control) as Promise<ExportInfo & WithBytes>;
    }

    /** A query's result as a file. */
    exportSql(parameters: ExportSqlParameters, control: Control = {}): Promise<ExportInfo & WithBytes> {
        return this.ask('exportSql', parameters, control) as Promise<ExportInfo & WithBytes>;
    }

    /** Run a query over the workspace's tables and what is registered. */
    sql(parameters: SqlParameters, control: Control = {}): Promise<SqlAnswer & WithBytes> {
        return this.ask('sql', parameters, control) as Promise<SqlAnswer & WithBytes>;
    }

    /** Keep a query's result as a table. */
    sqlInto(parameters: SqlIntoParameters, control: Control = {}): Promise<Change> {
        return this.ask('sqlInto', parameters, control) as Promise<Change>;
    }

    /** What is registered. */
    registered(control: Control = {}): Promise<RegisteredTablesAnswer> {
        return this.ask('registered', {}, control) as Promise<RegisteredTablesAnswer>;
    }

    /** Register an Arrow IPC stream or file for queries only; one of that name is replaced. It has no versions and is in no journal. */
    registerTable(parameters: RegisterTableParameters, control: Control & Given = {}): Promise<RegisteredAnswer> {
        return this.ask('registerTable', parameters, control) as Promise<RegisteredAnswer>;
    }

    /** Register a query's result. */
    executeAndRegister(parameters: ExecuteAndRegisterParameters, control: Control = {}): Promise<RegisteredAnswer> {
        return this.ask('executeAndRegister', parameters, control) as Promise<RegisteredAnswer>;
    }

    /** Take away what was registered under a name. */
    deregisterTable(parameters: DeregisterTableParameters, control: Control = {}): Promise<DeregisterAnswer> {
        return this.ask('deregisterTable', parameters, control) as Promise<DeregisterAnswer>;
    }

    /** Take away all that was registered. */
    reset(control: Control = {}): Promise<object> {
        return this.ask('reset', {}, control) as Promise<object>;
    }

    /** Everything that changes data, with its parameters. */
    commands(control: Control = {}): Promise<CommandsAnswer> {
        return this.ask('commands', {}, control) as Promise<CommandsAnswer>;
    }

    /** Change a table by a command, as one version. */
    apply(parameters: ApplyParameters, control: Control = {}): Promise<Change> {
        return this.ask('apply', parameters, control) as Promise<Change>;
    }

    /** Change a table by a command that hides personal values, and write which value became which. The workspace keeps nothing of that. */
    applyWithKeyMap(parameters: ApplyWithKeyMapParameters, control: Control = {}): Promise<KeyedChange & WithBytes> {
        return this.ask('applyWithKeyMap', parameters, control) as Promise<KeyedChange & WithBytes>;
    }

    /** The first that a command would change, without changing anything. */
    preview(parameters: PreviewParameters, control: Control = {}): Promise<PreviewAnswer & PerhapsBytes> {
        return this.ask('preview', parameters, control) as Promise<PreviewAnswer & PerhapsBytes>;
    }

    /** Spellings of a column that probably mean the same. */
    clusters(parameters: ClustersParameters, control: Control = {}): Promise<ClustersAnswer> {
        return this.ask('clusters', parameters, control) as Promise<ClustersAnswer>;
    }

    /** Rows that are probably the same; the command merge makes one of them. */
    match(parameters: MatchParameters, control: Control = {}): Promise<Matches> {
        return this.ask('match', parameters, control) as Promise<Matches>;
    }

    /** Go back along the table's line of versions. */
    undo(parameters: UndoParameters, control: Control = {}): Promise<Change> {
        return this.ask('undo', parameters, control) as Promise<Change>;
    }

    /** Go forward again along the table's line of versions. */
    redo(parameters: RedoParameters, control: Control = {}): Promise<Change> {
        return this.ask('redo', parameters, control) as Promise<Change>;
    }

    /** Make any version the one that people see. */
    checkout(parameters: CheckoutParameters, control: Control = {}): Promise<Change> {
        return this.ask('checkout', parameters, control) as Promise<Change>;
    }

    /** A table's versions whose data is there. */
    log(parameters: LogParameters, control: Control = {}): Promise<LogAnswer> {
        return this.ask('log', parameters, control) as Promise<LogAnswer>;
    }

    /** The whole tree of a table's versions. */
    timeline(parameters: TimelineParameters, control: Control = {}): Promise<Timeline> {
        return this.ask('timeline', parameters, control) as Promise<Timeline>;
    }

    /** Compare two versions or tables. The comparison stays open under a number until diffRelease. */
    diff(parameters: DiffParameters, control: Control = {}): Promise<DiffInfo> {
        return this.ask('diff', parameters, control) as Promise<DiffInfo>;
    }

    /** Changes: the columns change, row_before, row_after, columns, before.NAME, after.NAME. */
    diffPage(parameters: DiffPageParameters, control: Control = {}): Promise<Rows & WithBytes> {
        return this.ask('diffPage', parameters, control) as Promise<Rows & WithBytes>;
    }

    /** What values of a column became which. */
    diffValues(parameters: DiffValuesParameters, control: Control = {}): Promise<DiffValues> {
        return this.ask('diffValues', parameters, control) as Promise<DiffValues>;
    }

    /** The changes as a file. */
    diffExport(parameters: DiffExportParameters, control: Control = {}): Promise<ExportInfo & WithBytes> {
        return this.ask('diffExport', parameters, control) as Promise<ExportInfo & WithBytes>;
    }

    /** Close a comparison. */
    diffRelease(parameters: DiffReleaseParameters, control: Control = {}): Promise<object> {
        return this.ask('diffRelease', parameters, control) as Promise<object>;
    }

    /** A version as digests: an Arrow file that tells nobody a value, to be compared with another one. */
    blindDigests(parameters: BlindDigestsParameters, control: Control = {}): Promise<ExportInfo & WithBytes> {
        return this.ask('blindDigests', parameters, control) as Promise<ExportInfo & WithBytes>;
    }

    /** Compare a version with a file of digests, or another version: how much differs, and never a value. */
    blindCompare(parameters: BlindCompareParameters, control: Control & Given = {}): Promise<BlindDiff> {
        return this.ask('blindCompare', parameters, control) as Promise<BlindDiff>;
    }

    /** Who did what, and when. */
    audit(parameters: AuditParameters = {}, control: Control = {}): Promise<AuditAnswer> {
        return this.ask('audit', parameters, control) as Promise<AuditAnswer>;
    }

    /** What an event did to the rows of a table. */
    auditDetail(parameters: AuditDetailParameters, control: Control = {}): Promise<AuditDetail> {
        return this.ask('auditDetail', parameters, control) as Promise<AuditDetail>;
    }

    /** The last event: kept elsewhere, it shows whether the log was rewritten. */
    auditTip(control: Control = {}): Promise<AuditTip> {
        return this.ask('auditTip', {}, control) as Promise<AuditTip>;
    }

    /** Compute the chain of hashes again. */
    auditVerify(parameters: AuditVerifyParameters = {}, control: Control = {}): Promise<AuditVerified> {
        return this.ask('auditVerify', parameters, control) as Promise<AuditVerified>;
    }

    /** The audit log, or a table's, as a file. */
    auditExport(parameters: AuditExportParameters = {}, control: Control = {}): Promise<AuditExport & WithBytes> {
        return this.ask('auditExport', parameters, control) as Promise<AuditExport & WithBytes>;
    }

    /** How many events are kept. */
    auditLimit(control: Control = {}): Promise<AuditLimit> {
        return this.ask('auditLimit', {}, control) as Promise<AuditLimit>;
    }

    /** Keep only the newest events from now on. */
    auditSetLimit(parameters: AuditSetLimitParameters, control: Control = {}): Promise<AuditLimit> {
        return this.ask('auditSetLimit', parameters, control) as Promise<AuditLimit>;
    }

    /** All recipes. */
    recipes(control: Control = {}): Promise<RecipesAnswer> {
        return this.ask('recipes', {}, control) as Promise<RecipesAnswer>;
    }

    /** Keep commands of a table's history as a recipe. */
    recipeSave(parameters: RecipeSaveParameters, control: Control = {}): Promise<RecipeName> {
        return this.ask('recipeSave', parameters, control) as Promise<RecipeName>;
    }

    /** A recipe. */
    recipeGet(parameters: RecipeGetParameters, control: Control = {}): Promise<RecipeAnswer> {
        return this.ask('recipeGet', parameters, control) as Promise<RecipeAnswer>;
    }

    /** Keep a recipe that was written or edited. */
    recipePut(parameters: RecipePutParameters, control: Control = {}): Promise<RecipeName> {
        return this.ask('recipePut', parameters, control) as Promise<RecipeName>;
    }

    /** Remove a recipe. */
    recipeDrop(parameters: RecipeDropParameters, control: Control = {}): Promise<RecipeName> {
        return this.ask('recipeDrop', parameters, control) as Promise<RecipeName>;
    }

    /** Run a recipe on a table: wholly, or not at all. */
    recipeRun(parameters: RecipeRunParameters, control: Control = {}): Promise<Change> {
        return this.ask('recipeRun', parameters, control) as Promise<Change>;
    }

    /** Does a recipe fit a table? Changes nothing. */
    recipeCheck(parameters: RecipeCheckParameters, control: Control = {}): Promise<RecipeCheck> {
        return this.ask('recipeCheck', parameters, control) as Promise<RecipeCheck>;
    }

    /** One's own requests that are not answered yet; an owner's: everybody's. */
    jobs(control: Control = {}): Promise<JobsAnswer> {
        return this.ask('jobs', {}, control) as Promise<JobsAnswer>;
    }

    /** Ask for a request to stop; what it would have changed is as it was. */
    jobCancel(parameters: JobCancelParameters, control: Control = {}): Promise<JobCancelAnswer> {
        return this.ask('jobCancel', parameters, control) as Promise<JobCancelAnswer>;
    }

    /** Hear of new versions (table, version, command, user) and of the end of one's own long requests. */
    listen(parameters: ListenParameters = {}, control: Control = {}): Promise<ListenAnswer> {
        return this.ask('listen', parameters, control) as Promise<ListenAnswer>;
    }

    /** Read and check all that is stored. */
    verify(parameters: VerifyParameters = {}, control: Control = {}): Promise<VerifyAnswer> {
        return this.ask('verify', parameters, control) as Promise<VerifyAnswer>;
    }

    /** Remove versions that no line reaches, dropped tables, and their data. */
    gc(parameters: GcParameters = {}, control: Control = {}): Promise<GcAnswer> {
        return this.ask('gc', parameters, control) as Promise<GcAnswer>;
    }

    /** Rewrite a table's data in its densest form. No version changes. */
    freeze(parameters: FreezeParameters, control: Control = {}): Promise<FreezeAnswer> {
        return this.ask('freeze', parameters, control) as Promise<FreezeAnswer>;
    }

    /** Rewrite a table's data without compression. No version changes. */
    thaw(parameters: ThawParameters, control: Control = {}): Promise<FreezeAnswer> {
        return this.ask('thaw', parameters, control) as Promise<FreezeAnswer>;
    }

    /** Take over a folder of the earlier layout. */
    migrate(parameters: MigrateParameters, control: Control = {}): Promise<MigrationAnswer> {
        return this.ask('migrate', parameters, control) as Promise<MigrationAnswer>;
    }
}
