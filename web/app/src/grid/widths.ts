/** How wide columns are: as somebody set them, else as their names and the values in view need. */
import { plainType } from '../data/arrow';
import type { GridColumn, RowSource } from '../data/source';
import { visibleText } from './glyphs';
import type { Layout } from './layout';
import type { Painter } from './paint';

export const LEAST_WIDTH = 48;
const WIDEST = 320;
const SAMPLED = 60;

export class Widths {
    list: number[] = [];
    private given = new Map<number, number>();
    /** Those that had the width of their values once. */
    private readonly fitted = new Set<number>();

    constructor(
        private readonly layout: Layout,
        private readonly painter: Painter,
    ) {}

    /** `keep`: the columns are those that were shown before. `given`: what somebody set. */
    begin(source: RowSource, keep: boolean, given: Map<number, number>): void {
        this.given = new Map(given);
        if (!keep) this.fitted.clear();
        this.list = source.columns.map((column, i) => given.get(i) ?? (keep ? this.list[i]! : this.startWidth(column)));
    }

    set(column: number, width: number): number {
        const set = Math.max(LEAST_WIDTH, Math.round(width));
        this.list[column] = set;
        this.given.set(column, set);
        return set;
    }

    /** Room for the name beside its sign, and for what is said below it. */
    private startWidth({ name, type, note }: GridColumn): number {
        const head = this.painter.measure(visibleText(name)) * 1.08 + 46;
        const below = this.painter.measure(note ?? plainType(type)) * 0.86 + 20;
        return Math.round(Math.min(WIDEST, Math.max(72, head, below)));
    }

    private valueWidth(source: RowSource, row: number, column: number): number {
        const text = source.text(row, column);
        if (text === undefined) return 0;
        const measure = (value: string | null): number => this.painter.measure(value === null ? 'null' : visibleText(value.slice(0, 300)));
        const mark = source.mark(row, column);
        const before = mark === 'changed' || mark === 'will' ? measure(source.before(row, column)) + 14 : 0;
        return before + measure(text) + 20;
    }

    /** The width that a column's values in view and its name need. */
    fitting(source: RowSource, order: readonly number[], column: number, most: number): number {
        const { row } = this.layout.inView;
        let width = this.startWidth(source.columns[order[column]!]!);
        for (let i = row; i < Math.min(source.rows, row + SAMPLED); i++) width = Math.max(width, this.valueWidth(source, i, order[column]!));
        return Math.round(Math.min(most, width));
    }

    /** Columns in view that are too narrow for their values; true when one changed. */
    widen(source: RowSource, order: readonly number[]): boolean {
        const { column, columnEnd } = this.layout.inView;
        let changed = false;
        for (let i = column; i < columnEnd; i++) {
            if (this.given.has(i)) continue;
            const width = Math.max(this.list[i]!, this.fitting(source, order, i, WIDEST));
            changed ||= width !== this.list[i];
            this.list[i] = width;
        }
        return changed;
    }

    /** Once a column's first values are there, it gets their width; true when one changed. */
    fitNew(source: RowSource, order: readonly number[]): boolean {
        const { row, column, columnEnd } = this.layout.inView;
        let isNew = false;
        for (let i = column; i < columnEnd; i++) {
            if (this.fitted.has(i) || source.text(row, order[i]!) === undefined) continue;
            this.fitted.add(i);
            isNew = true;
        }
        return isNew && this.widen(source, order);
    }
}
