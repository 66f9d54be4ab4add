/** A version of a table as rows for a grid. Versions never change, so that what was fetched stays true. */
import type { ColumnInfo, TarnClient } from '../client/client';
import { kindOfSql, readTable, type Table } from './arrow';
import { Pages } from './pages';
import { Plain, type GridColumn, type Mark } from './source';

const ROWS = 256;
const COLUMNS = 24;
const FETCHED = 20_000;

/** What a command would do to cells, by row id. */
export interface Planned {
    cells: Map<string, { before: string | null; after: string | null }>;
}

export function cellKey(id: bigint | number, column: string): string {
    return `${id}|${column}`;
}

export class VersionSource extends Plain {
    readonly columns: readonly GridColumn[];
    private readonly pages: Pages;
    private readonly blocks: number;
    planned: Planned | null = null;

    constructor(
        private readonly client: TarnClient,
        readonly version: string,
        readonly rows: number,
        columns: readonly ColumnInfo[],
        onError: (error: unknown) => void,
    ) {
        super();
        this.columns = columns.map(({ name, type }) => ({ name, type, kind: kindOfSql(type) }));
        this.blocks = Math.max(1, Math.ceil(this.columns.length / COLUMNS));
        this.pages = new Pages(
            (key, signal) => this.bring(key, signal),
            () => this.onArrive(),
            onError,
        );
    }

    private names(block: number): string[] {
        return this.columns.slice(block * COLUMNS, (block + 1) * COLUMNS).map((column) => column.name);
    }

    private async bring(key: number, signal: AbortSignal): Promise<Table> {
        const page = Math.floor(key / this.blocks);
        const columns = this.names(key % this.blocks);
        return readTable(await this.client.page(this.version, { offset: page * ROWS, count: ROWS, columns, ids: true, signal }));
    }

    private page(row: number, column: number): Table | undefined {
        return this.pages.get(Math.floor(row / ROWS) * this.blocks + Math.floor(column / COLUMNS));
    }

    /** The first column of a page is the rows' ids. */
    text(row: number, column: number): string | null | undefined {
        const page = this.page(row, column);
        if (page === undefined) return undefined;
        const at = row % ROWS;
        const planned = this.plan(page, at, column);
        return planned !== undefined ? planned.after : (page.columns[1 + (column % COLUMNS)]?.text(at) ?? null);
    }

    private plan(page: Table, at: number, column: number): { before: string | null; after: string | null } | undefined {
        if (this.planned === null) return undefined;
        return this.planned.cells.get(cellKey(BigInt(page.columns[0]!.text(at)!), this.columns[column]!.name));
    }

    override mark(row: number, column: number): Mark {
        if (this.planned === null) return '';
        const page = this.page(row, column);
        return page !== undefined && this.plan(page, row % ROWS, column) !== undefined ? 'will' : '';
    }

    override before(row: number, column: number): string | null {
        const page = this.page(row, column);
        return page === undefined ? null : (this.plan(page, row % ROWS, column)?.before ?? null);
    }

    override id(row: number): bigint | null {
        const page = this.pages.peek(Math.floor(row / ROWS) * this.blocks) ?? this.page(row, 0);
        const id = page?.columns[0]?.text(row % ROWS);
        return id === null || id === undefined ? null : BigInt(id);
    }

    async fetch(from: number, to: number, columns: number[], signal?: AbortSignal): Promise<(string | null)[][]> {
        const rows: (string | null)[][] = [];
        const names = columns.map((column) => this.columns[column]!.name);
        for (let at = from; at < to; at += FETCHED) {
            const table = readTable(await this.client.page(this.version, { offset: at, count: Math.min(FETCHED, to - at), columns: names, signal }));
            for (let row = 0; row < table.rows; row++) rows.push(table.columns.map((column) => column.text(row)));
        }
        return rows;
    }

    /** Ids of rows, wherever they are. */
    async ids(from: number, to: number, signal?: AbortSignal): Promise<bigint[]> {
        const first = this.columns[0]?.name;
        const columns = first === undefined ? [] : [first];
        const table = readTable(await this.client.page(this.version, { offset: from, count: to - from, columns, ids: true, signal }));
        return Array.from({ length: table.rows }, (_, row) => BigInt(table.columns[0]!.text(row)!));
    }

    close(): void {
        this.pages.close();
    }
}
