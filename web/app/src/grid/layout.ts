/**
 * Where rows and columns lie. Browsers lay out no more than some 30 million pixels, so that tables that are taller scroll
 * over a spacer of at most `TALLEST`: movements smaller than the viewport count one to one, larger ones in proportion.
 */
const TALLEST = 8_000_000;
const PAST = 24; // room behind the last column and row

export const HEAD = 44;

export class Layout {
    rowHeight = 28;
    rows = 0;
    gutter = 64;
    /** Of the viewport, and of what is scrolled away; `top` counts true pixels of rows. */
    width = 0;
    height = 0;
    top = 0;
    left = 0;
    private lefts = new Float64Array(1);

    setColumns(widths: readonly number[]): void {
        this.lefts = new Float64Array(widths.length + 1);
        for (let i = 0; i < widths.length; i++) this.lefts[i + 1] = this.lefts[i]! + widths[i]!;
    }

    get columns(): number {
        return this.lefts.length - 1;
    }
    get totalWidth(): number {
        return this.lefts[this.columns]! + this.gutter + PAST;
    }
    private get tall(): number {
        return this.rows * this.rowHeight + PAST;
    }
    get spacer(): number {
        return Math.min(this.tall, TALLEST) + HEAD;
    }
    get mostTop(): number {
        return Math.max(0, this.tall - (this.height - HEAD));
    }
    /** True pixels for each pixel of the bar. */
    private get factor(): number {
        return this.mostTop / Math.max(1, this.spacer - this.height);
    }
    get barTop(): number {
        return Math.round(this.top / Math.max(this.factor, 1e-9));
    }

    /** The bar moved from one place to another. */
    follow(from: number, to: number): void {
        const delta = to - from;
        this.top = Math.abs(delta) < this.height ? this.top + delta : to * this.factor;
        if (to <= 0) this.top = 0;
        else if (to >= this.spacer - this.height - 1) this.top = this.mostTop;
        this.top = Math.min(this.mostTop, Math.max(0, this.top));
    }

    /** Of a column's left edge in the viewport. */
    x(column: number): number {
        return Math.round(this.lefts[column]! - this.left) + this.gutter;
    }
    offset(column: number): number {
        return this.lefts[column]!;
    }
    columnWidth(column: number): number {
        return this.lefts[column + 1]! - this.lefts[column]!;
    }
    y(row: number): number {
        return Math.round(HEAD + row * this.rowHeight - this.top);
    }

    /** The column at a place of the plane (not of the viewport). */
    private columnAtOffset(offset: number): number {
        let low = 0;
        let high = this.columns;
        while (low < high) {
            const middle = (low + high) >> 1;
            if (this.lefts[middle + 1]! <= offset) low = middle + 1;
            else high = middle;
        }
        return low;
    }
    /** -1 in the gutter, `columns` behind the last. */
    columnAt(x: number): number {
        return x < this.gutter ? -1 : this.columnAtOffset(x - this.gutter + this.left);
    }
    /** -1 in the head, `rows` below the last. */
    rowAt(y: number): number {
        return y < HEAD ? -1 : Math.min(this.rows, Math.floor((y - HEAD + this.top) / this.rowHeight));
    }

    /** What is in view: first and one past the last. */
    get inView(): { row: number; rowEnd: number; column: number; columnEnd: number } {
        const row = Math.floor(this.top / this.rowHeight);
        const count = Math.ceil(Math.max(0, this.height - HEAD) / this.rowHeight) + 1;
        const column = this.columnAtOffset(this.left);
        const columnEnd = Math.min(this.columns, this.columnAtOffset(this.left + this.width - this.gutter) + 1);
        return { row, rowEnd: Math.min(this.rows, row + count), column, columnEnd };
    }
    get rowsOfPage(): number {
        return Math.max(1, Math.floor((this.height - HEAD) / this.rowHeight) - 1);
    }

    /** Scroll no further than needed for a cell to be in view. */
    reveal(row: number, column: number): void {
        const above = row * this.rowHeight;
        const below = above + this.rowHeight - (this.height - HEAD);
        if (this.top > above) this.top = above;
        else if (this.top < below) this.top = Math.min(this.mostTop, below);
        const before = this.lefts[column] ?? 0;
        const behind = (this.lefts[column + 1] ?? before) - (this.width - this.gutter);
        if (this.left > before) this.left = before;
        else if (this.left < behind) this.left = Math.min(before, behind);
    }
}
