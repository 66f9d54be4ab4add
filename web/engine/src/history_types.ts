/** What is told of versions, events and differences. */
import type { CallControl } from './types.js';

export interface LogEntry {
    version: number;
    parent: number | null;
    /** null, as what follows: the record of it is gone. */
    time: string | null;
    user: string | null;
    kind: string | null;
    command: string | null;
    parameters: Record<string, unknown> | null;
    rowsChanged: number | null;
    cellsChanged: number | null;
    rows: number | null;
    columns: number | null;
    durationUs: number | null;
    head: boolean;
    tip: boolean;
    /** Reachable by undo and redo from the head. */
    onLine: boolean;
    reachable: boolean;
}

export interface Timeline {
    table: string;
    head: number;
    tip: number;
    newest: number;
    canUndo: boolean;
    canRedo: boolean;
    versions: LogEntry[];
}

export interface AuditEvent {
    number: number;
    time: string;
    user: string;
    event: string;
    command: string | null;
    parameters: Record<string, unknown> | null;
    rowsChanged: number | null;
    cellsChanged: number | null;
    durationUs: number | null;
    tables: { name: string; before: number | null; version: number | null }[];
    /** Of the edit of one cell. */
    old?: string | null;
    new?: string | null;
    previous: string;
    hash: string;
}

export interface AuditTip {
    number: number;
    hash: string;
}

export interface AuditDetail {
    event: number;
    table: string;
    before: number | null;
    version: number;
    /** Why there is no detail any more. */
    gone: string | null;
    notes: string[];
    rows: { row: number; change: 'changed' | 'added' | 'removed'; cells: { column: string; before: string | null; after: string | null }[] }[];
    complete: boolean;
}

export interface DiffOptions extends CallControl {
    keys?: string[];
    ignoreCase?: boolean;
    ignoreSpace?: boolean;
    /** Numbers that are no further apart are the same. */
    tolerance?: number;
    leaveOut?: string[];
    /** Columns that belong together although their names differ: { before: 'after' }. */
    map?: Record<string, string>;
    /** Note also rows that only moved, or that only have values in added columns. */
    complete?: boolean;
}

export interface DiffColumn {
    name: string;
    change: 'added' | 'removed' | 'renamed' | 'retyped' | null;
    before: string | null;
    after: string | null;
    typeBefore: string | null;
    typeAfter: string | null;
    key: boolean;
    /** On request. */
    mapped: boolean;
    /** Text here and a number there, or the like. */
    comparedAsText: boolean;
    leftOut: boolean;
    /** Modified rows in which it differs. */
    modified: number;
}

export interface DiffInfo {
    differs: boolean;
    before: { table: string; version: number; rows: number };
    after: { table: string; version: number; rows: number };
    /** null: compared row by row, by number. */
    key: string[] | null;
    keyChosen: boolean;
    rows: { added: number; removed: number; modified: number };
    unmatched: number;
    cells: number;
    moved: number;
    orderDiffers: boolean;
    columns: DiffColumn[];
}
