/** A comparison as rows for a grid: each row is one that differs, its cells as they are now with what they were. */
import type { Comparison, DiffKind } from '../client/client';
import { kindOfSql, readTable, type Table } from './arrow';
import { Pages } from './pages';
import { Plain, type GridColumn, type Mark } from './source';

const ROWS = 200;
const FETCHED = 5_000;

const signs: Record<string, Mark> = { added: 'added', removed: 'removed', modified: 'changed', moved: 'moved', unmatched: 'moved', filled: 'moved' };

interface Sides {
    before: number;
    after: number;
}

export class ChangeSource extends Plain {
    readonly columns: readonly GridColumn[];
    private readonly pages: Pages;
    private readonly names: { before: string | null; after: string | null }[];

    constructor(
        private readonly comparison: Comparison,
        readonly rows: number,
        private readonly filter: { kinds: DiffKind[]; column?: string },
        onError: (error: unknown) => void,
        notes: Record<string, string>,
    ) {
        super();
        const { columns } = comparison.info;
        this.columns = columns.map(({ name, typeAfter, typeBefore, change, key }) => {
            const type = typeAfter ?? typeBefore ?? '';
            const note = change !== null ? (notes[change] ?? change) : key ? notes['key'] : undefined;
            return { name, type, kind: kindOfSql(type), ...(note === undefined ? {} : { note }) };
        });
        this.names = columns.map(({ before, after }) => ({ before, after }));
        this.pages = new Pages(
            async (page, signal) => readTable(await comparison.page({ ...filter, offset: page * ROWS, count: ROWS, signal })),
            () => this.onArrive(),
            onError,
        );
    }

    /** Where a column's values are in a page, before and after; -1: it is not on that side. */
    private sides(page: Table, column: number): Sides {
        const { before, after } = this.names[column]!;
        const find = (side: string, name: string | null): number => (name === null ? -1 : page.names.indexOf(`${side}.${name}`));
        return { before: find('before', before), after: find('after', after) };
    }

    private value(page: Table, column: number, row: number): string | null {
        return column < 0 ? null : page.columns[column]!.text(row);
    }

    private at<R>(row: number, column: number, give: (page: Table, sides: Sides, at: number, kind: string) => R): R | undefined {
        const page = this.pages.get(Math.floor(row / ROWS));
        if (page === undefined) return undefined;
        const at = row % ROWS;
        if (at >= page.rows) return undefined;
        return give(page, this.sides(page, column), at, page.columns[0]!.text(at) ?? '');
    }

    text(row: number, column: number): string | null | undefined {
        return this.at(row, column, (page, sides, at, kind) => this.value(page, kind === 'removed' || sides.after < 0 ? sides.before : sides.after, at));
    }

    override mark(row: number, column: number): Mark {
        const mark = this.at(row, column, (page, sides, at, kind): Mark => {
            if (kind === 'added' || kind === 'removed') return kind;
            if (sides.before < 0 || sides.after < 0) return '';
            return this.value(page, sides.before, at) === this.value(page, sides.after, at) ? '' : 'changed';
        });
        return mark ?? '';
    }

    override before(row: number, column: number): string | null {
        return this.at(row, column, (page, sides, at) => this.value(page, sides.before, at)) ?? null;
    }

    override sign(row: number): Mark {
        return this.at(row, 0, (_page, _sides, _at, kind) => signs[kind] ?? '') ?? '';
    }

    /** The row's number in the newer one; of a removed row, in the older. */
    override label(row: number): string {
        const label = this.at(row, 0, (page, _sides, at) => {
            const number = (name: string): string | null => {
                const column = page.names.indexOf(name);
                return column < 0 ? null : page.columns[column]!.text(at);
            };
            return number('row_after') ?? number('row_before') ?? '';
        });
        return label === undefined || label === '' ? '' : (Number(label) + 1).toLocaleString();
    }

    async fetch(from: number, to: number, columns: number[], signal?: AbortSignal): Promise<(string | null)[][]> {
        const rows: (string | null)[][] = [];
        for (let offset = from; offset < to; offset += FETCHED) {
            const page = readTable(await this.comparison.page({ ...this.filter, offset, count: Math.min(FETCHED, to - offset), signal }));
            for (let row = 0; row < page.rows; row++) rows.push(columns.map((column) => this.value(page, this.sides(page, column).after, row)));
        }
        return rows;
    }

    close(): void {
        this.pages.close();
    }
}
