/** A table of any size: only the cells in view exist, and only the pages around them are fetched. */
import type { Column, Rows } from './values.js';

const ROW = 28;
const HEAD = 42;
const WIDTH = 150;
const NUMBERS = 76;
const PAGE = 200;
const PAGES_KEPT = 30;
/** Browsers lay out no more than some 30 million pixels: taller tables scroll by proportion. */
const TALLEST = 8_000_000;

export interface Source {
    rows: number;
    fetch(offset: number, count: number): Promise<Rows>;
    /** The first column is the rows' ids: not shown, and given to `edit`. */
    ids: boolean;
    edit?(column: string, id: string, value: string | null): Promise<void>;
}

function element(className: string, text = ''): HTMLDivElement {
    const made = document.createElement('div');
    made.className = className;
    made.textContent = text;
    return made;
}

export class Grid {
    private source: Source | null = null;
    private columns: Column[] = [];
    private readonly pages = new Map<number, Rows | 'coming'>();
    private readonly space = element('space');
    private drawn: HTMLElement[] = [];
    private editor: HTMLInputElement | null = null;
    private scheduled = false;
    private generation = 0;

    constructor(
        private readonly box: HTMLElement,
        private readonly onError: (error: unknown) => void,
    ) {
        box.append(this.space);
        box.addEventListener('scroll', () => this.schedule());
        box.addEventListener('dblclick', (event) => this.edit(event));
        new ResizeObserver(() => this.schedule()).observe(box);
    }

    /** Show something else, or the same anew; `keepPlace` leaves it scrolled as it is. */
    async show(source: Source | null, keepPlace = false): Promise<void> {
        const generation = ++this.generation;
        const first = this.firstRow();
        const fetched = source === null ? null : await source.fetch(keepPlace ? pageOf(first) * PAGE : 0, PAGE);
        if (generation !== this.generation) return; // something else is shown by now
        this.source = source;
        this.pages.clear();
        this.columns = fetched?.columns.slice(source?.ids === true ? 1 : 0) ?? [];
        if (fetched !== null) this.pages.set(keepPlace ? pageOf(first) : 0, fetched);
        this.space.style.width = `${NUMBERS + this.columns.length * WIDTH}px`;
        this.space.style.height = `${Math.min(HEAD + (source?.rows ?? 0) * ROW, TALLEST)}px`;
        if (!keepPlace) {
            this.editor?.blur();
            this.box.scrollTo(0, 0);
        }
        this.draw();
    }

    private schedule(): void {
        if (this.scheduled) return;
        this.scheduled = true;
        requestAnimationFrame(() => {
            this.scheduled = false;
            this.draw();
        });
    }

    private get visibleRows(): number {
        return Math.ceil((this.box.clientHeight - HEAD) / ROW) + 1;
    }

    private firstRow(): number {
        const rows = this.source?.rows ?? 0;
        const way = this.space.offsetHeight - this.box.clientHeight;
        if (HEAD + rows * ROW <= TALLEST) return Math.floor(this.box.scrollTop / ROW);
        return way > 0 ? Math.floor((this.box.scrollTop / way) * Math.max(0, rows - this.visibleRows + 2)) : 0;
    }

    private page(row: number): Rows | null {
        const number = pageOf(row);
        const known = this.pages.get(number);
        if (known !== undefined && known !== 'coming') return known;
        if (known === undefined && this.source !== null) {
            this.pages.set(number, 'coming');
            const { generation } = this;
            this.source.fetch(number * PAGE, PAGE).then(
                (rows) => {
                    if (generation !== this.generation) return;
                    this.pages.delete(number);
                    this.pages.set(number, rows);
                    for (const old of this.pages.keys()) if (this.pages.size > PAGES_KEPT) this.pages.delete(old);
                    this.schedule();
                },
                (error: unknown) => {
                    if (generation === this.generation) this.onError(error);
                },
            );
        }
        return null;
    }

    private put(cell: HTMLElement, left: number, top: number, width: number): void {
        cell.style.cssText = `transform: translate(${left}px, ${top}px); width: ${width}px`;
        this.drawn.push(cell);
    }

    private draw(): void {
        for (const old of this.drawn) old.remove();
        this.drawn = [];
        if (this.source !== null) this.drawCells(this.source);
        const all = document.createDocumentFragment();
        all.append(...this.drawn);
        this.box.insertBefore(all, this.editor); // which stays as it is, with what was typed so far
    }

    private drawCells(source: Source): void {
        const { scrollLeft, scrollTop, clientWidth } = this.box;
        const first = this.firstRow();
        const firstColumn = Math.floor(scrollLeft / WIDTH);
        const lastColumn = Math.min(this.columns.length, firstColumn + Math.ceil(clientWidth / WIDTH) + 1);
        const shift = HEAD + source.rows * ROW <= TALLEST ? first * ROW - scrollTop : 0;
        const skipped = source.ids ? 1 : 0;
        for (let row = first; row < Math.min(source.rows, first + this.visibleRows); row++) {
            const page = this.page(row);
            const top = scrollTop + HEAD + shift + (row - first) * ROW;
            this.put(element('cell number', (row + 1).toLocaleString('en')), scrollLeft, top, NUMBERS);
            for (let c = firstColumn; c < lastColumn; c++) {
                const text = page?.text(row % PAGE, c + skipped);
                const cell = element('cell', text ?? (text === null ? 'null' : '·'));
                if (text === null) cell.classList.add('null');
                if (this.columns[c]!.right) cell.classList.add('right');
                if (text != null) cell.title = text.slice(0, 1000);
                cell.dataset['row'] = String(row);
                cell.dataset['column'] = String(c);
                this.put(cell, NUMBERS + c * WIDTH, top, WIDTH);
            }
        }
        for (let c = firstColumn; c < lastColumn; c++) {
            const head = element('head', this.columns[c]!.name);
            head.title = this.columns[c]!.name;
            head.append(Object.assign(document.createElement('small'), { textContent: this.columns[c]!.type }));
            this.put(head, NUMBERS + c * WIDTH, scrollTop, WIDTH);
        }
        this.put(element('head number', '#'), scrollLeft, scrollTop, NUMBERS);
    }

    private edit(event: MouseEvent): void {
        const cell = (event.target as HTMLElement).closest<HTMLElement>('.cell[data-row]');
        const { source } = this;
        if (cell === null || source?.edit === undefined) return;
        const row = Number(cell.dataset['row']);
        const column = Number(cell.dataset['column']);
        const page = this.page(row);
        const id = page?.text(row % PAGE, 0);
        if (page === null || id == null) return;
        const before = page.text(row % PAGE, column + 1);
        const input = Object.assign(document.createElement('input'), { className: 'editor', value: before ?? '' });
        input.style.cssText = cell.style.cssText;
        this.box.append(input);
        this.editor = input;
        input.select();
        let done = false;
        const finish = (save: boolean): void => {
            if (done) return;
            done = true;
            const { value } = input;
            if (this.editor === input) this.editor = null;
            input.remove();
            this.box.focus();
            if (!save || value === (before ?? '')) return;
            source.edit!(this.columns[column]!.name, id, value).catch(this.onError);
        };
        input.addEventListener('blur', () => finish(true));
        input.addEventListener('keydown', (key) => {
            if (key.key === 'Enter') finish(true);
            if (key.key === 'Escape') finish(false);
        });
    }
}

function pageOf(row: number): number {
    return Math.floor(row / PAGE);
}
