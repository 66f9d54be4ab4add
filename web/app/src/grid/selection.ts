/** The active cell, and the block of cells around it that is selected. */

export interface Block {
    top: number;
    bottom: number;
    left: number;
    right: number;
}

interface Place {
    row: number;
    column: number;
}

export class Selection {
    /** The active cell: where typing goes. */
    active: Place = { row: 0, column: 0 };
    /** Corners of the block: the one that stays, and the one that moves. */
    private from: Place = { row: 0, column: 0 };
    private to: Place = { row: 0, column: 0 };
    /** Rows or columns as a whole: the block follows the table's size. */
    whole: '' | 'rows' | 'columns' | 'all' = '';
    private rows = 0;
    private columns = 0;

    resize(rows: number, columns: number): void {
        this.rows = rows;
        this.columns = columns;
        for (const name of ['active', 'from', 'to'] as const) this[name] = this.within(this[name].row, this[name].column);
    }

    private within(row: number, column: number): Place {
        const limit = (index: number, count: number): number => Math.max(0, Math.min(count - 1, index));
        return { row: limit(row, this.rows), column: limit(column, this.columns) };
    }

    get block(): Block {
        const { from, to, whole } = this;
        const allRows = whole === 'columns' || whole === 'all';
        const allColumns = whole === 'rows' || whole === 'all';
        return {
            top: allRows ? 0 : Math.min(from.row, to.row),
            bottom: allRows ? this.rows - 1 : Math.max(from.row, to.row),
            left: allColumns ? 0 : Math.min(from.column, to.column),
            right: allColumns ? this.columns - 1 : Math.max(from.column, to.column),
        };
    }

    get isOne(): boolean {
        return this.whole === '' && this.from.row === this.to.row && this.from.column === this.to.column;
    }

    /** The block's corner that moves. */
    get end(): Place {
        return this.to;
    }

    moveTo(row: number, column: number): void {
        this.whole = '';
        this.active = this.from = this.to = this.within(row, column);
    }

    extendTo(row: number, column: number): void {
        if (this.whole === 'all') this.whole = '';
        this.to = this.within(row, column);
    }

    /** The next cell as Enter (down first) and Tab (right first) go in spreadsheets: within the block, else in the table. */
    step(by: 1 | -1, downFirst: boolean): void {
        const { row, column } = this.active;
        if (this.isOne || this.whole !== '') {
            this.moveTo(downFirst ? row + by : row, downFirst ? column : column + by);
            return;
        }
        const { top, bottom, left, right } = this.block;
        const width = right - left + 1;
        const height = bottom - top + 1;
        const place = downFirst ? (column - left) * height + (row - top) : (row - top) * width + (column - left);
        const next = (place + by + width * height) % (width * height);
        this.active = downFirst
            ? { row: top + (next % height), column: left + Math.floor(next / height) }
            : { row: top + Math.floor(next / width), column: left + (next % width) };
    }

    takeRows(): void {
        this.whole = this.whole === 'columns' || this.whole === 'all' ? 'all' : 'rows';
    }
    takeColumns(): void {
        this.whole = this.whole === 'rows' || this.whole === 'all' ? 'all' : 'columns';
    }
    takeAll(): void {
        this.whole = 'all';
    }
}
