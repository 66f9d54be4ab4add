/**
 * What is in view, as rows and cells for assistive technology, which sees nothing on a canvas. Renewed when scrolling
 * rests; the active cell is always among them, and the grid names it as its active descendant.
 */
import { plainType } from '../data/arrow';
import type { RowSource } from '../data/source';
import { visibleText } from './glyphs';
import type { Layout } from './layout';
import type { Selection } from './selection';

let made = 0;

export interface MirrorWords {
    empty: string;
    loading: string;
    row: string;
    /** Of a cell that differs. */
    changed(before: string, after: string): string;
    added: string;
    removed: string;
}

export class Mirror {
    readonly box = document.createElement('div');
    private readonly prefix = `cell-${++made}`;
    private active: HTMLElement | null = null;

    constructor(
        private readonly grid: HTMLElement,
        private readonly layout: Layout,
        private readonly selection: Selection,
        private readonly words: MirrorWords,
    ) {
        this.box.className = 'grid-mirror';
        this.box.setAttribute('role', 'rowgroup');
    }

    /** After the active cell moved: name it, made anew only when it is not there. */
    follow(source: RowSource, order: readonly number[]): void {
        const { row, column } = this.selection.active;
        if (document.getElementById(this.idOf(row, column)) === null) this.renew(source, order);
        else this.name();
    }

    private idOf(row: number, column: number): string {
        return `${this.prefix}-${row}-${column}`;
    }

    private name(): void {
        const { row, column } = this.selection.active;
        const cell = document.getElementById(this.idOf(row, column));
        this.active?.setAttribute('aria-selected', 'false');
        this.active = cell;
        cell?.setAttribute('aria-selected', 'true');
        if (cell === null) this.grid.removeAttribute('aria-activedescendant');
        else this.grid.setAttribute('aria-activedescendant', cell.id);
    }

    renew(source: RowSource, order: readonly number[]): void {
        const { layout } = this;
        this.grid.setAttribute('aria-rowcount', String(source.rows + 1));
        this.grid.setAttribute('aria-colcount', String(order.length + 1));
        const view = layout.inView;
        const rows: HTMLElement[] = [this.heads(source, order, view.column, view.columnEnd)];
        for (let row = view.row; row < view.rowEnd; row++) rows.push(this.row(source, order, row, view.column, view.columnEnd));
        this.box.replaceChildren(...rows);
        this.name();
    }

    private heads(source: RowSource, order: readonly number[], from: number, to: number): HTMLElement {
        const row = part('row');
        row.setAttribute('aria-rowindex', '1');
        const corner = part('columnheader', this.words.row);
        corner.setAttribute('aria-colindex', '1');
        row.append(corner);
        for (let column = from; column < to; column++) {
            const { name, type } = source.columns[order[column]!]!;
            const head = part('columnheader', `${visibleText(name)} ${plainType(type)}`);
            head.setAttribute('aria-colindex', String(column + 2));
            row.append(head);
        }
        return row;
    }

    private row(source: RowSource, order: readonly number[], row: number, from: number, to: number): HTMLElement {
        const made = part('row');
        made.setAttribute('aria-rowindex', String(row + 2));
        const head = part('rowheader', source.label(row));
        head.setAttribute('aria-colindex', '1');
        made.append(head);
        for (let column = from; column < to; column++) {
            const cell = part('gridcell', this.text(source, row, order[column]!));
            cell.id = this.idOf(row, column);
            cell.setAttribute('aria-colindex', String(column + 2));
            made.append(cell);
        }
        return made;
    }

    private text(source: RowSource, row: number, column: number): string {
        const { words } = this;
        const say = (value: string | null): string => (value === null ? 'null' : value === '' ? words.empty : visibleText(value));
        const text = source.text(row, column);
        if (text === undefined) return words.loading;
        const mark = source.mark(row, column);
        if (mark === 'changed' || mark === 'will') return words.changed(say(source.before(row, column)), say(text));
        return mark === 'added' ? `${words.added} ${say(text)}` : mark === 'removed' ? `${words.removed} ${say(text)}` : say(text);
    }
}

function part(role: string, text = ''): HTMLElement {
    const made = document.createElement('div');
    made.setAttribute('role', role);
    if (text !== '') made.textContent = text;
    return made;
}
