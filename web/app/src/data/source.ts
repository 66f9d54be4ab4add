/** What a grid shows: rows of any number, of which only those in view are there. */
import type { Kind } from './arrow';

export interface GridColumn {
    name: string;
    /** As SQL calls it. */
    type: string;
    kind: Kind;
    /** What is said below the name beside the type. */
    note?: string;
}

/** How a cell differs from what it was, or would: '' not at all. */
export type Mark = '' | 'changed' | 'added' | 'removed' | 'moved' | 'will';

export interface RowSource {
    readonly rows: number;
    readonly columns: readonly GridColumn[];
    /** null: null; undefined: not there yet, and asked for. */
    text(row: number, column: number): string | null | undefined;
    mark(row: number, column: number): Mark;
    /** Of a cell that is marked as changed or about to be: the value it had. */
    before(row: number, column: number): string | null;
    /** What stands before the row: its number; and '+', '−', '~' or '↕' of one that differs. */
    label(row: number): string;
    sign(row: number): Mark;
    /** The row's lasting id; null: not there yet, or it has none. */
    id(row: number): bigint | null;
    /** Called when something arrived. */
    onArrive: () => void;
    /** Rows and columns as a whole, for copying. */
    fetch(from: number, to: number, columns: number[], signal?: AbortSignal): Promise<(string | null)[][]>;
}

/** The parts that most sources have alike. */
export abstract class Plain implements RowSource {
    abstract readonly rows: number;
    abstract readonly columns: readonly GridColumn[];
    onArrive: () => void = () => undefined;
    abstract text(row: number, column: number): string | null | undefined;
    abstract fetch(from: number, to: number, columns: number[], signal?: AbortSignal): Promise<(string | null)[][]>;
    mark(_row: number, _column: number): Mark {
        return '';
    }
    before(_row: number, _column: number): string | null {
        return null;
    }
    label(row: number): string {
        return (row + 1).toLocaleString();
    }
    sign(_row: number): Mark {
        return '';
    }
    id(_row: number): bigint | null {
        return null;
    }
}
