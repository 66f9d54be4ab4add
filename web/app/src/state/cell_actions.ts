/** What is done with the selected block: copied, cleared, filled, pasted over, or handed to a command. */
import { copyRows } from '../grid/clipboard';
import type { Block } from '../grid/selection';
import type { RowSource } from '../data/source';
import { words } from '../words';
import type { App } from './app.svelte';

const MOST_COPIED = 2_000_000;
/** Rows whose ids go into one command. */
const MOST_ROWS = 1_000_000;

const indexes = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** Ids as the commands take them: with ranges. */
export function idRanges(ids: readonly bigint[]): string {
    const sorted = [...ids].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const parts: string[] = [];
    for (let i = 0; i < sorted.length; ) {
        let end = i;
        while (end + 1 < sorted.length && sorted[end + 1] === sorted[end]! + 1n) end++;
        parts.push(end === i ? String(sorted[i]) : `${sorted[i]}-${sorted[end]}`);
        i = end + 1;
    }
    return parts.join(',');
}

/** A value in an SQL condition. */
export function literal(value: string): string {
    return `'${value.replaceAll("'", "''")}'`;
}
export function identifier(name: string): string {
    return `"${name.replaceAll('"', '""')}"`;
}

export class CellActions {
    constructor(private readonly app: App) {}

    private names({ left, right }: Block): string[] {
        return indexes(left, right).map((column) => this.app.table!.columns[column]!.name);
    }

    private ids({ top, bottom }: Block, signal?: AbortSignal): Promise<bigint[]> {
        if (bottom - top >= MOST_ROWS) throw new Error(words.cells.tooMany(MOST_ROWS));
        return this.app.table!.source.ids(top, bottom + 1, signal);
    }

    async copy(source: RowSource, block: Block): Promise<void> {
        const { app } = this;
        const rows = block.bottom - block.top + 1;
        const columns = indexes(block.left, block.right);
        try {
            if (rows * columns.length > MOST_COPIED) throw new Error(words.cells.tooMany(MOST_COPIED));
            await app.jobs.run(words.cells.copying, ({ signal }) => copyRows(source.fetch(block.top, block.bottom + 1, columns, signal)));
            app.notices.done(words.cells.copied(rows, columns.length));
        } catch (error) {
            app.notices.failed(words.cells.copyFailed, error);
        }
    }

    /** All rows are said without their ids. */
    private async rowsOf(block: Block, signal?: AbortSignal): Promise<{ rows?: string }> {
        const isAll = block.top === 0 && block.bottom === this.app.table!.rows - 1;
        return isAll ? {} : { rows: idRanges(await this.ids(block, signal)) };
    }

    async clear(block: Block): Promise<void> {
        const { app } = this;
        if (!app.canChange) return;
        const { name } = app.table!;
        const column = this.names(block);
        await app.change(words.cells.clearing, words.cells.clearFailed, async (control) =>
            app.client.apply(name, 'clear', { column, ...(await this.rowsOf(block)) }, control),
        );
    }

    async deleteRows(block: Block): Promise<void> {
        const { app } = this;
        const { name } = app.table!;
        await app.change(words.cells.menu.deleteRows, words.commands.failed(words.cells.menu.deleteRows), async (control) => {
            const rows = idRanges(await this.ids(block));
            return app.client.apply(name, 'delete', { rows }, control);
        });
    }

    /** The first row's values into those below. */
    async fillDown(block: Block): Promise<void> {
        const { app } = this;
        const table = app.table!;
        if (!app.canChange || block.top === block.bottom) return;
        await app.change(words.cells.filling, words.cells.fillFailed, async (control) => {
            const columns = indexes(block.left, block.right);
            const [ids, [values]] = await Promise.all([this.ids(block), table.source.fetch(block.top, block.top + 1, columns)]);
            const cells = ids.slice(1).flatMap((id) => columns.map((column, i) => ({ row: Number(id), column: table.columns[column]!.name, value: values![i]! })));
            return app.client.apply(table.name, 'edit-many', { cells: JSON.stringify(cells) }, control);
        });
    }

    askToPaste(text: string, row: number, column: number): void {
        const { app } = this;
        if (!app.canChange) return;
        const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
        const isOne = lines.length === 1 && !text.includes('\t');
        if (isOne) void app.edit(row, column, lines[0]!).catch((error: unknown) => app.notices.failed(words.cells.pasteFailed, error));
        else app.pasting = { text, row, column, rows: lines.length, columns: lines[0]!.split('\t').length };
    }

    async paste(): Promise<void> {
        const { app } = this;
        const { pasting, table } = app;
        if (pasting === null || table === null) return;
        app.pasting = null;
        await app.change(words.cells.pasting, words.cells.pasteFailed, async (control) => {
            const [id] = await table.source.ids(pasting.row, pasting.row + 1);
            return app.client.apply(table.name, 'edit-many', { block: pasting.text, row: id!, column: table.columns[pasting.column]!.name }, control);
        });
    }

    /** A condition that only rows with the active cell's value fulfil. */
    conditionOfCell(): string {
        const { table, row, column } = this.app;
        const name = identifier(table!.columns[column]!.name);
        const value = table!.source.text(row, column);
        return value === null || value === undefined ? `${name} IS NULL` : `${name} = ${literal(value)}`;
    }
}
