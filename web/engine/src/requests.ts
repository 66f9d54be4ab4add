/** Every request and its answer. Printed by `tarn help --requests typescript`; `make docs` renews it. */

/** Beside every request. */
export interface Control {
    signal?: AbortSignal | null | undefined;
}

/** Bytes that go with a request. */
export interface Given {
    bytes?: Uint8Array | null | undefined;
}

/** Bytes that come with an answer: rows as an Arrow IPC stream, or a file. */
export interface WithBytes {
    bytes: Uint8Array<ArrayBuffer>;
}

export interface PerhapsBytes {
    bytes: Uint8Array<ArrayBuffer> | null;
}

/** A workspace's sizes and counts. */
export interface WorkspaceStatus {
    /** where it is. */
    directory: string;
    /** whether nothing can be changed. */
    readOnly: boolean;
    /** something to hear about opening it. */
    notice: string | null;
    /** of its files. */
    formatVersion: number;
    /** that there are. */
    tables: number;
    /** that can be brought back. */
    droppedTables: number;
    /** of all tables. */
    versions: number;
    /** in the journal. */
    records: number;
    /** columns' pieces that are stored. */
    batches: number;
    /** files that they are in. */
    segments: number;
    /** among the batches: what many edits make of a column, kept ready. */
    folds: number;
    /** everything in the folder. */
    bytesTotal: number;
    /** of that, data. */
    bytesSegments: number;
    /** of that, the journal. */
    bytesJournal: number;
    /** of that, the index. */
    bytesIndex: number;
    /** that work is done on. */
    threads: number;
    /** of the engine; 0: as the machine has it. */
    memoryLimit: number;
    /** the library's version. */
    tarn: string;
    /** the version of DuckDB. */
    engine: string;
}

export interface RefreshAnswer {
    /** whether there was anything. */
    changed: boolean;
}

/** A table. */
export interface TableInfo {
    /** its name. */
    name: string;
    /** of this version. */
    rows: number;
    /** of this version. */
    columns: number;
    /** the version that this is about: the head unless another one was asked for. */
    version: number;
    /** the highest number of a version. */
    newest: number;
    /** whether there is a version before the head. */
    canUndo: boolean;
    /** whether there is one behind it. */
    canRedo: boolean;
    /** whether it was dropped, and can be brought back. */
    dropped: boolean;
    /** when it was made. */
    created: string;
    /** when it was changed last. */
    changed: string;
}

export interface TablesAnswer {
    /** by name. */
    tables: TableInfo[];
}

/** A column. */
export interface ColumnInfo {
    /** its name. */
    name: string;
    /** as SQL has it: "BIGINT" …. */
    type: string;
    /** as Arrow has it: "int64", "timestamp[us, UTC]" …. */
    arrow: string;
}

export interface SchemaAnswer {
    /** the table. */
    table: TableInfo;
    /** in their order. */
    columns: ColumnInfo[];
}

/** Rows, which are in the bytes. */
export interface Rows {
    /** in the bytes. */
    rows: number;
}

export interface RenameAnswer {
    /** what it is called now. */
    table: string;
    /** what it was called before. */
    before: string;
}

export interface DropAnswer {
    /** the table. */
    table: string;
    /** whether it is dropped now. */
    dropped: boolean;
}

/** What became of a file. */
export interface ImportResult {
    /** the table. */
    table: string;
    /** its version before; null: there was none. */
    before: number | null;
    /** its version now. */
    version: number;
    /** false: nothing differed, and no version was made. */
    changed: boolean;
    /** null: not known. */
    rowsChanged: number | null;
    /** null: not known. */
    cellsChanged: number | null;
    /** of the table now; null: not known. */
    rows: number | null;
    /** how long it took. */
    durationUs: number | null;
    /** for people. */
    message: string | null;
    /** where the file is; null: it was in the bytes. */
    path: string | null;
    /** what the file was read as. */
    format: string;
    /** of its text. */
    encoding: string | null;
    /** of its text. */
    delimiter: string | null;
    /** the line that had the names; 0: none. */
    headerRow: number;
    /** of the table. */
    columns: ColumnInfo[];
    /** for people: ragged lines with their numbers, renamed columns …. */
    warnings: string[];
}

/** A file that was written. */
export interface ExportInfo {
    /** where the file is; null: it is in the bytes. */
    path: string | null;
    /** its format. */
    format: string;
    /** in it. */
    rows: number;
    /** in it. */
    columns: number;
    /** its size. */
    bytes: number;
    /** how long it took. */
    durationUs: number;
    /** what the file could not hold exactly as it was. */
    warnings: string[];
}

export interface SqlAnswer {
    /** in the bytes. */
    rows: number;
    /** whether there are more than the limit let through. */
    more: boolean;
}

/** What one step of a recipe's run did. */
export interface StepChange {
    /** its number, from 1 on. */
    step: number;
    /** its command. */
    command: string;
    /** whether anything differed. */
    changed: boolean;
    /** null: not known. */
    rowsChanged: number | null;
    /** null: not known. */
    cellsChanged: number | null;
    /** what the command says. */
    message: string | null;
}

/** What a change did to a table. */
export interface Change {
    /** the table. */
    table: string;
    /** its version before; null: there was none. */
    before: number | null;
    /** its version now. */
    version: number;
    /** false: nothing differed, and no version was made. */
    changed: boolean;
    /** null: not known. */
    rowsChanged: number | null;
    /** null: not known. */
    cellsChanged: number | null;
    /** of the table now; null: not known. */
    rows: number | null;
    /** how long it took. */
    durationUs: number | null;
    /** for people: "removed 1,204 rows". */
    message: string | null;
    /** of a recipe's run: what each step did. */
    steps?: StepChange[] | undefined;
}

/** A table that is only passing through. */
export interface Registered {
    /** what queries call it. */
    name: string;
    /** that it has. */
    rows: number;
    /** that it has. */
    columns: number;
}

export interface RegisteredTablesAnswer {
    /** all of them. */
    tables: Registered[];
}

export interface RegisteredAnswer {
    /** that it has. */
    rows: number;
}

export interface DeregisterAnswer {
    /** whether it was there. */
    removed: boolean;
}

export interface CommandParameter {
    /** its name. */
    name: string;
    /** text, sql, value, integer, number, boolean, choice, column, name or row. */
    type: string;
    /** whether it must be given. */
    required: boolean;
    /** whether it may be a list. */
    repeated: boolean;
    /** what it means. */
    description: string;
    /** what stands for it when it is not given. */
    default?: string | undefined;
    /** what it may be. */
    choices?: string[] | undefined;
    /** the least that it may be. */
    minimum?: number | undefined;
    /** the most that it may be. */
    maximum?: number | undefined;
    /** whether the audit log does not tell it. */
    secret?: boolean | undefined;
    /** which columns: text, number, boolean, date, time, other. */
    columnTypes?: string[] | undefined;
}

/** A command of the registry. */
export interface Command {
    /** its name. */
    name: string;
    /** for a menu. */
    title: string;
    /** what it does. */
    description: string;
    /** what it belongs to. */
    family: string;
    /** how it works, and so what it costs. */
    kind: string;
    /** whether it can be previewed. */
    preview: boolean;
    /** whether it can tell which value became which. */
    keyMap: boolean;
    /** in their order. */
    parameters: CommandParameter[];
}

export interface CommandsAnswer {
    /** family by family. */
    commands: Command[];
}

/** Which value became which: columns column, original, replacement. */
export interface KeyMap {
    /** where it is; null: in the bytes. */
    path: string | null;
    /** its format. */
    format: string;
    /** in it. */
    values: number;
}

export interface KeyedChange {
    /** what was done. */
    change: Change;
    /** the map. */
    keyMap: KeyMap;
}

/** A changed cell. */
export interface CellChange {
    /** the row's id. */
    row: number;
    /** the column. */
    column: string;
    /** the value before. */
    before: string | null;
    /** the value after. */
    after: string | null;
}

/** What a command would do. */
export interface PreviewAnswer {
    /** of commands that change cells: the first that would change. */
    cells: CellChange[];
    /** of commands that change rows or columns as a whole: "would remove 1,204 rows"; the bytes have the first of them. */
    message: string | null;
    /** which rows the bytes have. */
    shown: 'removed' | 'added' | 'result' | 'changes' | 'conflicts' | null;
    /** of the table; null where only cells change. */
    rowsBefore: number | null;
    /** of the table. */
    rowsAfter: number | null;
    /** whether there is no more to show than this. */
    complete: boolean;
}

export interface Spelling {
    /** the text. */
    value: string;
    /** that have it. */
    rows: number;
}

/** Spellings that probably mean the same. */
export interface Cluster {
    /** what most of its rows have. */
    suggestion: string;
    /** that have one of its spellings. */
    rows: number;
    /** its spellings, the most frequent first. */
    values: Spelling[];
}

export interface ClustersAnswer {
    /** different texts in the column. */
    values: number;
    /** all that were found. */
    clusters: number;
    /** those with most rows first. */
    list: Cluster[];
}

export interface ComparedColumn {
    /** the column. */
    column: string;
    /** how its values are compared. */
    compare: string;
}

export interface MatchedRow {
    /** its id, as the command merge takes it. */
    row: number;
    /** of the columns that were compared, in their order. */
    values: (string | null)[] | null;
}

export interface MatchedPair {
    /** two ids. */
    rows: number[];
    /** of both, from 0 to 1. */
    similarity: number;
    /** of the columns that were compared, in their order; null: one has no value. */
    similarities: (number | null)[] | null;
}

/** Rows that are probably the same. */
export interface MatchGroup {
    /** its rows. */
    rows: MatchedRow[];
    /** of them that are alike. */
    pairs: MatchedPair[];
}

export interface Matches {
    /** of the version. */
    tableRows: number;
    /** all that were found, listed or not. */
    groups: number;
    /** in them. */
    rows: number;
    /** that are alike. */
    pairs: number;
    /** pairs that were compared at all. */
    compared: number;
    /** from which on they count as alike. */
    threshold: number;
    /** how it was chosen what is compared. */
    block: string;
    /** by which column. */
    on: string | null;
    /** what was not compared, and why. */
    note: string | null;
    /** that were compared. */
    columns: ComparedColumn[];
    /** the groups. */
    list: MatchGroup[];
}

/** A version, and what made it. */
export interface LogEntry {
    /** its number. */
    version: number;
    /** what it was made of; null: nothing. */
    parent: number | null;
    /** when it was made; null, as what follows: the record of it is gone. */
    time: string | null;
    /** who made it. */
    user: string | null;
    /** import, command, edit …. */
    kind: string | null;
    /** by which command. */
    command: string | null;
    /** with which parameters. */
    parameters: Record<string, unknown> | null;
    /** null: not known. */
    rowsChanged: number | null;
    /** null: not known. */
    cellsChanged: number | null;
    /** that it has. */
    rows: number | null;
    /** that it has. */
    columns: number | null;
    /** how long it took. */
    durationUs: number | null;
    /** whether people see it. */
    head: boolean;
    /** whether undo and redo come to it. */
    onLine: boolean;
    /** whether it is the end of that line. */
    tip: boolean;
    /** whether its data is there. */
    reachable: boolean;
}

export interface LogAnswer {
    /** the newest first. */
    versions: LogEntry[];
}

/** The whole tree of a table's versions. */
export interface Timeline {
    /** the table. */
    table: string;
    /** the version that people see. */
    head: number;
    /** the end of the line that undo and redo go along. */
    tip: number;
    /** the highest number of a version. */
    newest: number;
    /** whether there is a version before the head. */
    canUndo: boolean;
    /** whether there is one behind it. */
    canRedo: boolean;
    /** all of them, the oldest first. */
    versions: LogEntry[];
}

export interface DiffSide {
    /** the table, or a file's path. */
    table: string;
    /** its version; null: it is a file. */
    version: number | null;
    /** that it has. */
    rows: number;
    /** by key: rows whose key has a null. */
    nullKeys?: number | undefined;
    /** by key: rows whose key several rows of that side have. */
    duplicateKeys?: number | undefined;
}

export interface DiffCounts {
    /** rows that are only after. */
    added: number;
    /** rows that are only before. */
    removed: number;
    /** rows that differ. */
    modified: number;
}

export interface DiffColumn {
    /** what it is called after, else before. */
    name: string;
    /** what became of it; null: nothing. */
    change: 'added' | 'removed' | 'renamed' | 'retyped' | null;
    /** what it is called before. */
    before: string | null;
    /** what it is called after. */
    after: string | null;
    /** its type before. */
    typeBefore: string | null;
    /** its type after. */
    typeAfter: string | null;
    /** whether it tells rows apart. */
    key: boolean;
    /** whether both are compared on request. */
    mapped: boolean;
    /** text here and a number there, or the like. */
    comparedAsText: boolean;
    /** whether it is not compared. */
    leftOut: boolean;
    /** rows in which it differs. */
    modified: number;
}

/** What differs, counted. */
export interface DiffInfo {
    /** the comparison's number. */
    diff: number;
    /** whether anything does: a row, a column, the order. */
    differs: boolean;
    /** one side. */
    before: DiffSide;
    /** the other. */
    after: DiffSide;
    /** columns that tell rows apart; null: compared by row number. */
    keys: (string | null)[] | null;
    /** whether they were not asked for. */
    keyChosen: boolean;
    /** how many differ. */
    rows: DiffCounts;
    /** rows whose key has a null, or is there several times. */
    unmatched: number;
    /** rows that are elsewhere in the order. */
    moved: number;
    /** that differ in modified rows. */
    cells: number;
    /** whether the order of rows does. */
    orderDiffers: boolean;
    /** of memory that the comparison takes. */
    resultBytes: number;
    /** those after in their order, then those that were removed. */
    columns: DiffColumn[];
}

/** A value that became another one. */
export interface ValueChange {
    /** the value before. */
    before: string | null;
    /** the value after. */
    after: string | null;
    /** how often. */
    count: number;
}

export interface DiffValues {
    /** the most frequent first. */
    values: ValueChange[];
    /** pairs of values. */
    different: number;
    /** false: there were too many different ones to count them all. */
    complete: boolean;
}

export interface BlindChange {
    /** what became of it. */
    change: 'added' | 'removed' | 'modified';
    /** its number where that side is a table. */
    rowBefore: number | null;
    /** its number where that side is a table. */
    rowAfter: number | null;
    /** in which it differs. */
    columns: string[];
}

/** What differs, without a value. */
export interface BlindDiff {
    /** whether anything does: a row, a column, the order. */
    differs: boolean;
    /** one side. */
    before: DiffSide;
    /** the other. */
    after: DiffSide;
    /** columns that tell rows apart; null: compared by row number. */
    keys: (string | null)[] | null;
    /** whether they were not asked for. */
    keyChosen: boolean;
    /** how many differ. */
    rows: DiffCounts;
    /** rows whose key has a null, or is there several times. */
    unmatched: number;
    /** rows that are elsewhere in the order. */
    moved: number;
    /** that differ in modified rows. */
    cells: number;
    /** whether the order of rows does. */
    orderDiffers: boolean;
    /** of memory that the comparison takes. */
    resultBytes: number;
    /** those after in their order, then those that were removed. */
    columns: DiffColumn[];
    /** the first of them, in no order that means anything. */
    changes: BlindChange[];
}

export interface AuditTable {
    /** what it was called then. */
    table: string;
    /** its version before; null: there was none. */
    before: number | null;
    /** its version after; null: there is none. */
    version: number | null;
}

/** An event of the audit log. */
export interface AuditEvent {
    /** from 1 on. */
    number: number;
    /** when it happened. */
    time: string;
    /** who did it. */
    user: string;
    /** import, command, edit, undo, redo, checkout, export, gc …. */
    event: string;
    /** by which command. */
    command: string | null;
    /** that it is about. */
    tables: AuditTable[];
    /** with which parameters; secrets are ***. */
    parameters: Record<string, unknown> | null;
    /** of the edit of one cell: the value before. */
    old?: string | null | undefined;
    /** of the edit of one cell: the value after. */
    new?: string | null | undefined;
    /** null: not known. */
    rowsChanged: number | null;
    /** null: not known. */
    cellsChanged: number | null;
    /** how long it took. */
    durationUs: number | null;
    /** the SHA-256 of the event before. */
    previous: string;
    /** its own. */
    hash: string;
}

export interface AuditAnswer {
    /** by rising number. */
    events: AuditEvent[];
}

export interface DetailCell {
    /** the column. */
    column: string;
    /** the value before. */
    before: string | null;
    /** the value after. */
    after: string | null;
}

export interface DetailRow {
    /** its id. */
    row: number;
    /** what became of it. */
    change: 'changed' | 'added' | 'removed';
    /** those that changed; all of a row that was added or removed. */
    cells: DetailCell[];
}

/** What an event did, row by row. */
export interface AuditDetail {
    /** its number. */
    event: number;
    /** the table. */
    table: string;
    /** its version before. */
    before: number | null;
    /** its version after. */
    version: number;
    /** why there is no detail any more. */
    gone: string | null;
    /** what happened to columns and to the order of rows. */
    notes: string[];
    /** by id. */
    rows: DetailRow[];
    /** whether there are no more rows than these. */
    complete: boolean;
}

/** The last event of the audit log: kept elsewhere, it shows whether the log was rewritten. */
export interface AuditTip {
    /** of the last event; 0: there is none. */
    number: number;
    /** its SHA-256. */
    hash: string;
}

export interface AuditVerified {
    /** true; a chain that does not hold is a failure, TARN_E_CORRUPT. */
    holds: boolean;
    /** that were checked. */
    events: number;
    /** the last of them. */
    tip: AuditTip;
}

export interface AuditExport {
    /** where the file is; null: it is in the bytes. */
    path: string | null;
    /** its format. */
    format: string;
    /** in it. */
    events: number;
}

export interface AuditLimit {
    /** how many events are kept; 0: all. */
    keep: number;
}

export interface RecipeInfo {
    /** its name. */
    name: string;
    /** what it is for. */
    description: string | null;
    /** how many it has. */
    steps: number;
    /** of its steps. */
    commands: string;
    /** for how many parameters it asks when it is run. */
    asks: number;
}

export interface RecipesAnswer {
    /** by name. */
    recipes: RecipeInfo[];
}

export interface RecipeName {
    /** the recipe's name. */
    name: string;
}

export interface RecipeAnswer {
    /** as docs/recipes.md describes it. */
    recipe: Record<string, unknown>;
}

export interface RecipeCheck {
    /** true; what does not fit is a failure. */
    fits: boolean;
}

export interface VerifyProblem {
    /** what is wrong. */
    what: string;
    /** what it is about. */
    affects: string | null;
    /** whether it was set aside or made good. */
    repaired: boolean;
}

export interface VerifyAnswer {
    /** whether there is no problem. */
    sound: boolean;
    /** that were checked. */
    records: number;
    /** that were checked. */
    versions: number;
    /** that were checked. */
    batches: number;
    /** that were checked. */
    segments: number;
    /** that were checked. */
    bytes: number;
    /** what was found. */
    problems: VerifyProblem[];
}

export interface GcAnswer {
    /** whether nothing was removed. */
    dryRun: boolean;
    /** that go. */
    versions: number;
    /** that go. */
    tables: number;
    /** that go. */
    batches: number;
    /** given back. */
    bytes: number;
    /** to be given back when nobody reads them any more. */
    bytesWaiting: number;
}

export interface FreezeAnswer {
    /** the table. */
    table: string;
    /** that were rewritten; 0: there was nothing to do. */
    batches: number;
    /** that those took. */
    bytesBefore: number;
    /** that they take now. */
    bytesAfter: number;
    /** how long it took. */
    durationUs: number;
}

export interface MigrationAnswer {
    /** whether everything was taken over. */
    complete: boolean;
    /** an earlier run did it: nothing was left to do. */
    already: boolean;
    /** that have the rows they should have. */
    tablesImported: number;
    /** of the audit details. */
    auditEventsRestored: number;
    /** what it is called now; null: it was removed. */
    folder: string | null;
    /** what went wrong. */
    problems: string[];
}

/** What `open` takes. */
export interface OpenParameters {
    /** the folder that it is, or is to be, in. */
    directory: string;
    /** set aside what is damaged before; else false. */
    repair?: boolean | undefined;
    /** never waits for the writer; else false. */
    readOnly?: boolean | undefined;
    /** 0: one per processor. */
    threads?: number | undefined;
    /** for the engine; 0: as the machine has it. */
    memoryLimit?: number | undefined;
    /** decoded data that is kept; 0: as the machine has it. */
    cacheBytes?: number | undefined;
    /** of new data. */
    compression?: 'none' | 'lz4' | 'zstd' | undefined;
    /** for the audit log; the account's name unless given. */
    user?: string | undefined;
}

/** What `clear` takes. */
export interface ClearParameters {
    /** "clear DIRECTORY", which the refusal tells. */
    token?: string | undefined;
    /** never waits for the writer; else false. */
    readOnly?: boolean | undefined;
    /** 0: one per processor. */
    threads?: number | undefined;
    /** for the engine; 0: as the machine has it. */
    memoryLimit?: number | undefined;
    /** decoded data that is kept; 0: as the machine has it. */
    cacheBytes?: number | undefined;
    /** of new data. */
    compression?: 'none' | 'lz4' | 'zstd' | undefined;
    /** for the audit log; the account's name unless given. */
    user?: string | undefined;
}

/** What `tables` takes. */
export interface TablesParameters {
    /** also those that can be brought back; else false. */
    dropped?: boolean | undefined;
}

/** What `schema` takes. */
export interface SchemaParameters {
    /** a table, or a version of it: orders, orders@3, orders~1. */
    table: string;
}

/** What `page` takes. */
export interface PageParameters {
    /** a table, or a version of it: orders, orders@3, orders~1. */
    table: string;
    /** how many to pass over; else 0. */
    offset?: number | undefined;
    /** how many at most; else 100. */
    count?: number | undefined;
    /** which columns; all unless given. */
    columns?: string[] | string | undefined;
    /** a first column _tarn_id with the rows' ids, which the command edit takes; else false. */
    ids?: boolean | undefined;
    /** what the bytes are to be; else "arrow-stream". */
    format?: 'arrow-stream' | 'arrow' | 'csv' | 'tsv' | 'json' | 'ndjson' | 'parquet' | undefined;
}

/** What `rename` takes. */
export interface RenameParameters {
    /** the table. */
    table: string;
    /** what it is to be called. */
    name: string;
    /** the version that the change is meant for: TARN_E_CONFLICT when the table has another one by now. */
    ifVersion?: number | undefined;
}

/** What `drop` takes. */
export interface DropParameters {
    /** the table. */
    table: string;
    /** the version that the change is meant for: TARN_E_CONFLICT when the table has another one by now. */
    ifVersion?: number | undefined;
}

/** What `undrop` takes. */
export interface UndropParameters {
    /** the table. */
    table: string;
}

/** What `import` takes. */
export interface ImportParameters {
    /** where the file is; without: it is in the bytes. */
    path?: string | undefined;
    /** of bytes: what their file is called, "orders.csv"; else as the table. */
    name?: string | undefined;
    /** the table; else called as the file. */
    table?: string | undefined;
    /** what to do about a table that has the name; else "fail". */
    ifExists?: 'fail' | 'replace' | 'append' | undefined;
    /** the version that the change is meant for: TARN_E_CONFLICT when the table has another one by now. */
    ifVersion?: number | undefined;
    /** else by content, then by name. */
    format?: 'csv' | 'tsv' | 'json' | 'ndjson' | 'parquet' | 'arrow' | 'xlsx' | 'ods' | 'sav' | 'por' | 'dta' | 'sas7bdat' | 'xpt' | undefined;
    /** of workbooks: a sheet's name, or its number from 1. */
    sheet?: string | undefined;
    /** of JSON: keys that lead to the records ("data.items"); else found. */
    records?: string | undefined;
    /** one character or several; else detected. */
    delimiter?: string | undefined;
    /** one character; else detected. */
    quote?: string | undefined;
    /** the character that makes the one behind it a plain one. */
    escape?: string | undefined;
    /** what lines begin with that are left out; "": none are. */
    comment?: string | undefined;
    /** "," or ".": what numbers have before their fraction. */
    decimal?: string | undefined;
    /** "5,10,3": characters of each column of lines without delimiters. */
    widths?: string | undefined;
    /** lines left out at the beginning. */
    skip?: number | undefined;
    /** lines left out at the end; 0: notes are detected; -1: none. */
    skipFooter?: number | undefined;
    /** any label of the WHATWG's Encoding Standard, or a code page; else detected. */
    encoding?: string | undefined;
    /** the line that has the names; 0: detected; -1: there is none. */
    headerRow?: number | undefined;
    /** how many lines make up the names; 0: detected. */
    headerRows?: number | undefined;
    /** detect no types; else false. */
    allText?: boolean | undefined;
    /** of columns, by SQL's names, instead of what is detected: {"zip": "VARCHAR"}. */
    types?: Record<string, unknown> | undefined;
    /** texts that mean null besides the empty field. */
    nullText?: string[] | string | undefined;
    /** of SPSS, Stata, SAS: codes, not the texts of their value labels; else false. */
    keepCodes?: boolean | undefined;
}

/** What `export` takes. */
export interface ExportParameters {
    /** a table, or a version of it: orders, orders@3, orders~1. */
    table: string;
    /** where the file goes; without: into the bytes. */
    path?: string | undefined;
    /** else by the path's ending; csv for bytes. */
    format?: 'csv' | 'tsv' | 'json' | 'ndjson' | 'parquet' | 'arrow' | 'arrow-stream' | 'xlsx' | 'sav' | 'dta' | undefined;
    /** refuse when the file is there; else false. */
    noClobber?: boolean | undefined;
    /** of Parquet and Arrow. */
    compression?: 'none' | 'snappy' | 'lz4' | 'zstd' | undefined;
    /** of csv. */
    delimiter?: string | undefined;
    /** csv, tsv: without the columns' names; else false. */
    noHeader?: boolean | undefined;
    /** csv, tsv: a mark by which Excel knows UTF-8; else false. */
    byteOrderMark?: boolean | undefined;
    /** csv, tsv: lines end in CR LF; else false. */
    crlf?: boolean | undefined;
    /** csv, tsv: every cell but nulls is quoted; else false. */
    quoteAll?: boolean | undefined;
    /** csv, tsv: "." or ",". */
    decimal?: string | undefined;
    /** csv, tsv: UTF-8 unless given. */
    encoding?: string | undefined;
    /** characters that the encoding has not become "?"; else false. */
    replaceUnencodable?: boolean | undefined;
    /** csv, tsv: what nulls are written as. */
    nullText?: string | undefined;
    /** csv, tsv: text that a spreadsheet would take for a formula has ' before it; else false. */
    safeForSpreadsheets?: boolean | undefined;
}

/** What `exportSql` takes. */
export interface ExportSqlParameters {
    /** one statement that reads. */
    sql: string;
    /** where the file goes; without: into the bytes. */
    path?: string | undefined;
    /** else by the path's ending; csv for bytes. */
    format?: 'csv' | 'tsv' | 'json' | 'ndjson' | 'parquet' | 'arrow' | 'arrow-stream' | 'xlsx' | 'sav' | 'dta' | undefined;
    /** refuse when the file is there; else false. */
    noClobber?: boolean | undefined;
    /** of Parquet and Arrow. */
    compression?: 'none' | 'snappy' | 'lz4' | 'zstd' | undefined;
    /** of csv. */
    delimiter?: string | undefined;
    /** csv, tsv: without the columns' names; else false. */
    noHeader?: boolean | undefined;
    /** csv, tsv: a mark by which Excel knows UTF-8; else false. */
    byteOrderMark?: boolean | undefined;
    /** csv, tsv: lines end in CR LF; else false. */
    crlf?: boolean | undefined;
    /** csv, tsv: every cell but nulls is quoted; else false. */
    quoteAll?: boolean | undefined;
    /** csv, tsv: "." or ",". */
    decimal?: string | undefined;
    /** csv, tsv: UTF-8 unless given. */
    encoding?: string | undefined;
    /** characters that the encoding has not become "?"; else false. */
    replaceUnencodable?: boolean | undefined;
    /** csv, tsv: what nulls are written as. */
    nullText?: string | undefined;
    /** csv, tsv: text that a spreadsheet would take for a formula has ' before it; else false. */
    safeForSpreadsheets?: boolean | undefined;
}

/** What `sql` takes. */
export interface SqlParameters {
    /** one statement that reads. */
    sql: string;
    /** values for ?, or $1 …: each is what a literal in its place would be. */
    params?: (string | number | bigint | boolean | null)[] | undefined;
    /** how many rows at most. */
    limit?: number | undefined;
    /** what the bytes are to be; else "arrow-stream". */
    format?: 'arrow-stream' | 'arrow' | 'csv' | 'tsv' | 'json' | 'ndjson' | 'parquet' | undefined;
}

/** What `sqlInto` takes. */
export interface SqlIntoParameters {
    /** one statement that reads. */
    sql: string;
    /** the table. */
    table: string;
    /** what to do about a table that has the name; else "fail". */
    ifExists?: 'fail' | 'replace' | 'append' | undefined;
    /** the version that the change is meant for: TARN_E_CONFLICT when the table has another one by now. */
    ifVersion?: number | undefined;
}

/** What `registerTable` takes. */
export interface RegisterTableParameters {
    /** what queries call it. */
    name: string;
}

/** What `executeAndRegister` takes. */
export interface ExecuteAndRegisterParameters {
    /** the query. */
    sql: string;
    /** what queries call its result. */
    name: string;
}

/** What `deregisterTable` takes. */
export interface DeregisterTableParameters {
    /** what queries call it. */
    name: string;
}

/** What `apply` takes. */
export interface ApplyParameters {
    /** the table. */
    table: string;
    /** a command of the registry. */
    command: string;
    /** the command's, as `commands` tells them: texts, numbers, true, false, lists of them; else {}. */
    parameters?: Record<string, unknown> | undefined;
    /** the version that the change is meant for: TARN_E_CONFLICT when the table has another one by now. */
    ifVersion?: number | undefined;
}

/** What `applyWithKeyMap` takes. */
export interface ApplyWithKeyMapParameters {
    /** the table. */
    table: string;
    /** a command of the registry. */
    command: string;
    /** the command's, as `commands` tells them: texts, numbers, true, false, lists of them; else {}. */
    parameters?: Record<string, unknown> | undefined;
    /** a new file that only its owner may read; without: into the bytes. */
    path?: string | undefined;
    /** of the map; else "csv". */
    format?: 'csv' | 'tsv' | 'json' | 'ndjson' | 'parquet' | 'arrow' | 'arrow-stream' | 'xlsx' | 'sav' | 'dta' | undefined;
    /** the version that the change is meant for: TARN_E_CONFLICT when the table has another one by now. */
    ifVersion?: number | undefined;
}

/** What `preview` takes. */
export interface PreviewParameters {
    /** the table. */
    table: string;
    /** a command of the registry. */
    command: string;
    /** the command's, as `commands` tells them: texts, numbers, true, false, lists of them; else {}. */
    parameters?: Record<string, unknown> | undefined;
    /** how many cells or rows at most; else 100. */
    limit?: number | undefined;
}

/** What `clusters` takes. */
export interface ClustersParameters {
    /** a table, or a version of it: orders, orders@3, orders~1. */
    table: string;
    /** a column of text. */
    column: string;
    /** as the command standardize has it: fingerprint, ngram, metaphone, levenshtein …; else "fingerprint". */
    method?: string | undefined;
    /** of methods that measure: how alike; 0: as the method has it; else 0. */
    threshold?: number | undefined;
    /** how many clusters to list; all unless given. */
    limit?: number | undefined;
}

/** What `match` takes. */
export interface MatchParameters {
    /** a table, or a version of it: orders, orders@3, orders~1. */
    table: string;
    /** as of the command merge: column, weight, compare, block, on, threshold. */
    parameters: Record<string, unknown>;
    /** how many groups to list; all unless given. */
    limit?: number | undefined;
}

/** What `undo` takes. */
export interface UndoParameters {
    /** the table. */
    table: string;
    /** how many; else 1. */
    steps?: number | undefined;
    /** the version that the change is meant for: TARN_E_CONFLICT when the table has another one by now. */
    ifVersion?: number | undefined;
}

/** What `redo` takes. */
export interface RedoParameters {
    /** the table. */
    table: string;
    /** how many; else 1. */
    steps?: number | undefined;
    /** the version that the change is meant for: TARN_E_CONFLICT when the table has another one by now. */
    ifVersion?: number | undefined;
}

/** What `checkout` takes. */
export interface CheckoutParameters {
    /** the version: orders@3. */
    version: string;
    /** the version that the change is meant for: TARN_E_CONFLICT when the table has another one by now. */
    ifVersion?: number | undefined;
}

/** What `log` takes. */
export interface LogParameters {
    /** the table. */
    table: string;
}

/** What `timeline` takes. */
export interface TimelineParameters {
    /** the table. */
    table: string;
}

/** What `diff` takes. */
export interface DiffParameters {
    /** a table, or a version of it. */
    before: string;
    /** another; without: of orders@3 the head, of orders the version before its head. */
    after?: string | undefined;
    /** columns that tell rows apart; else row numbers, or a column that is chosen. */
    keys?: string[] | string | undefined;
    /** in texts, keys included; else false. */
    ignoreCase?: boolean | undefined;
    /** white space at both ends of texts, keys included; else false. */
    ignoreSpace?: boolean | undefined;
    /** columns that are not compared. */
    leaveOut?: string[] | string | undefined;
    /** columns that belong together: the one before to the one after. */
    map?: Record<string, unknown> | undefined;
    /** numbers that are no further apart are the same; else 0. */
    tolerance?: number | undefined;
    /** note also rows that only moved, or only have values in added columns; else false. */
    complete?: boolean | undefined;
}

/** What `diffPage` takes. */
export interface DiffPageParameters {
    /** the comparison's number. */
    diff: number;
    /** how many to pass over; else 0. */
    offset?: number | undefined;
    /** how many at most; else 100. */
    count?: number | undefined;
    /** which changes; all unless given (moved, filled: of complete comparisons). */
    kinds?: ('added' | 'removed' | 'modified' | 'unmatched' | 'moved' | 'filled')[] | string | undefined;
    /** only modified rows in which this column differs. */
    column?: string | undefined;
    /** what the bytes are to be; else "arrow-stream". */
    format?: 'arrow-stream' | 'arrow' | 'csv' | 'tsv' | 'json' | 'ndjson' | 'parquet' | undefined;
}

/** What `diffValues` takes. */
export interface DiffValuesParameters {
    /** the comparison's number. */
    diff: number;
    /** a column of the comparison. */
    column: string;
    /** how many at most; else 10. */
    limit?: number | undefined;
}

/** What `diffExport` takes. */
export interface DiffExportParameters {
    /** the comparison's number. */
    diff: number;
    /** where the file goes; without: into the bytes. */
    path?: string | undefined;
    /** of the file; else "csv". */
    format?: 'csv' | 'tsv' | 'json' | 'ndjson' | 'parquet' | 'arrow' | 'arrow-stream' | 'xlsx' | 'sav' | 'dta' | undefined;
    /** how many to pass over; else 0. */
    offset?: number | undefined;
    /** how many at most; all unless given. */
    count?: number | undefined;
    /** which changes; all unless given (moved, filled: of complete comparisons). */
    kinds?: ('added' | 'removed' | 'modified' | 'unmatched' | 'moved' | 'filled')[] | string | undefined;
    /** only modified rows in which this column differs. */
    column?: string | undefined;
}

/** What `diffRelease` takes. */
export interface DiffReleaseParameters {
    /** the comparison's number. */
    diff: number;
}

/** What `blindDigests` takes. */
export interface BlindDigestsParameters {
    /** a table, or a version of it: orders, orders@3, orders~1. */
    table: string;
    /** what both sides know; nothing of it is kept. */
    secret: string;
    /** columns that tell rows apart; else row numbers, or a column that is chosen. */
    keys?: string[] | string | undefined;
    /** in texts, keys included; else false. */
    ignoreCase?: boolean | undefined;
    /** white space at both ends of texts, keys included; else false. */
    ignoreSpace?: boolean | undefined;
    /** columns that are not compared. */
    leaveOut?: string[] | string | undefined;
    /** columns that belong together: the one before to the one after. */
    map?: Record<string, unknown> | undefined;
    /** where the file goes; without: into the bytes. */
    path?: string | undefined;
}

/** What `blindCompare` takes. */
export interface BlindCompareParameters {
    /** a table, or a version of it. */
    before: string;
    /** another one; else a file of digests. */
    after?: string | undefined;
    /** a file of digests; without: it is in the bytes. */
    path?: string | undefined;
    /** what both sides know; nothing of it is kept. */
    secret?: string | undefined;
    /** columns that tell rows apart; else row numbers, or a column that is chosen. */
    keys?: string[] | string | undefined;
    /** in texts, keys included; else false. */
    ignoreCase?: boolean | undefined;
    /** white space at both ends of texts, keys included; else false. */
    ignoreSpace?: boolean | undefined;
    /** columns that are not compared. */
    leaveOut?: string[] | string | undefined;
    /** columns that belong together: the one before to the one after. */
    map?: Record<string, unknown> | undefined;
    /** how many changes to list; else 20. */
    limit?: number | undefined;
}

/** What `audit` takes. */
export interface AuditParameters {
    /** only events about this table, also a dropped one. */
    table?: string | undefined;
    /** only events with a lower number; 0: any; else 0. */
    before?: number | undefined;
    /** the newest so many of those; 0: all; else 0. */
    limit?: number | undefined;
}

/** What `auditDetail` takes. */
export interface AuditDetailParameters {
    /** its number. */
    event: number;
    /** which of its tables; the first unless given. */
    table?: string | undefined;
    /** how many rows at most; else 1000. */
    limit?: number | undefined;
}

/** What `auditVerify` takes. */
export interface AuditVerifyParameters {
    /** NUMBER:HASH of an event that must be in the chain. */
    tip?: string | undefined;
}

/** What `auditExport` takes. */
export interface AuditExportParameters {
    /** only events about this table, also a dropped one. */
    table?: string | undefined;
    /** only events with a lower number; 0: any; else 0. */
    before?: number | undefined;
    /** the newest so many of those; 0: all; else 0. */
    limit?: number | undefined;
    /** html: to be printed, or saved as PDF by a browser; else "csv". */
    format?: 'csv' | 'text' | 'html' | undefined;
    /** where the file goes; without: into the bytes. */
    path?: string | undefined;
}

/** What `auditSetLimit` takes. */
export interface AuditSetLimitParameters {
    /** how many events to keep from now on; 0: all. */
    keep: number;
}

/** What `recipeSave` takes. */
export interface RecipeSaveParameters {
    /** the recipe's name. */
    name: string;
    /** the commands that lead to it: "orders", "orders@5", "orders@2..@5". */
    range: string;
    /** in place of one that has the name; else false. */
    replace?: boolean | undefined;
}

/** What `recipeGet` takes. */
export interface RecipeGetParameters {
    /** the recipe's name. */
    name: string;
}

/** What `recipePut` takes. */
export interface RecipePutParameters {
    /** the recipe's name. */
    name: string;
    /** an object, or the text of one. */
    recipe: unknown;
    /** in place of one that has the name; else false. */
    replace?: boolean | undefined;
}

/** What `recipeDrop` takes. */
export interface RecipeDropParameters {
    /** the recipe's name. */
    name: string;
}

/** What `recipeRun` takes. */
export interface RecipeRunParameters {
    /** the recipe's name. */
    name: string;
    /** the table. */
    table: string;
    /** columns: the recipe's name to the table's. */
    map?: Record<string, unknown> | undefined;
    /** parameters that it asks for: "secret", or "3.secret" for that of step 3. */
    answers?: Record<string, unknown> | undefined;
    /** a version for each step, not one for all; else false. */
    eachStep?: boolean | undefined;
    /** the version that the change is meant for: TARN_E_CONFLICT when the table has another one by now. */
    ifVersion?: number | undefined;
}

/** What `recipeCheck` takes. */
export interface RecipeCheckParameters {
    /** the recipe's name. */
    name: string;
    /** the table. */
    table: string;
    /** columns: the recipe's name to the table's. */
    map?: Record<string, unknown> | undefined;
    /** parameters that it asks for: "secret", or "3.secret" for that of step 3. */
    answers?: Record<string, unknown> | undefined;
    /** a version for each step, not one for all; else false. */
    eachStep?: boolean | undefined;
    /** the version that the change is meant for: TARN_E_CONFLICT when the table has another one by now. */
    ifVersion?: number | undefined;
}

/** What `verify` takes. */
export interface VerifyParameters {
    /** set aside what is damaged; changes wait meanwhile; else false. */
    repair?: boolean | undefined;
}

/** What `gc` takes. */
export interface GcParameters {
    /** only say what would go; else false. */
    dryRun?: boolean | undefined;
    /** of each table, the newest so many of its line; 0: all of it. */
    keepVersions?: number | undefined;
    /** and what was made since then, from 1970 on. */
    keepSince?: number | undefined;
}

/** What `freeze` takes. */
export interface FreezeParameters {
    /** the table. */
    table: string;
    /** the version that the change is meant for: TARN_E_CONFLICT when the table has another one by now. */
    ifVersion?: number | undefined;
}

/** What `thaw` takes. */
export interface ThawParameters {
    /** the table. */
    table: string;
    /** the version that the change is meant for: TARN_E_CONFLICT when the table has another one by now. */
    ifVersion?: number | undefined;
}

/** What `migrate` takes. */
export interface MigrateParameters {
    /** the folder. */
    directory: string;
    /** remove it when all is taken over, instead of renaming it; else false. */
    remove?: boolean | undefined;
}

/** A method for each operation, over whatever carries a request to where it is answered. */
export abstract class Requests {
    /** Send a request, and give its answer with `bytes` in it. */
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
