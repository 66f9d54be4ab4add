/**
 * A table of any size. Cells are drawn on one canvas; heads, the editor and what screen readers read are elements.
 * Prepared for one source at a time, which `show` replaces.
 */
import type { RowSource } from '../data/source';
import { Editor, type Then } from './editor';
import { Heads } from './heads';
import { actionOf, moves, type Action, type Move } from './keys';
import { HEAD, Layout } from './layout';
import { Mirror, type MirrorWords } from './mirror';
import { Painter } from './paint';
import { listenToPointer } from './pointer';
import { Selection, type Block } from './selection';
import { visibleText } from './glyphs';
import { Widths } from './widths';

const QUIET_MS = 120;

export interface GridPlace {
    top: number;
    left: number;
    row: number;
    column: number;
}

export interface GridEvents {
    /** The selection moved. */
    selected?(row: number, column: number, block: Block): void;
    /** May this cell be edited? Then it is kept, or rejected with what is wrong. */
    canEdit?(): boolean;
    /** Is a character the page's own key? */
    isPages?(key: string): boolean;
    edit?(row: number, column: number, value: string | null): Promise<void>;
    clear?(block: Block): void;
    copy?(block: Block): void;
    fillDown?(block: Block): void;
    paste?(text: string, row: number, column: number): void;
    goTo?(): void;
    menu?(x: number, y: number, where: 'cell' | 'row' | 'column'): void;
    resized?(column: number, width: number): void;
    opened?(row: number, column: number): void;
}

export class Grid {
    readonly layout = new Layout();
    readonly selection = new Selection();
    private readonly view = document.createElement('div');
    private readonly space = document.createElement('div');
    private readonly canvas = document.createElement('canvas');
    private readonly editor = new Editor();
    private readonly painter: Painter;
    private readonly heads: Heads;
    private readonly mirror: Mirror;
    private readonly observer = new ResizeObserver(() => this.resize());
    private source: RowSource | null = null;
    private order: number[] = [];
    private readonly widths: Widths;
    private barAt = 0;
    private barIsOurs = false;
    private scheduled = false;
    private quiet = 0;

    constructor(
        readonly box: HTMLElement,
        private readonly events: GridEvents,
        words: MirrorWords,
    ) {
        box.classList.add('grid');
        box.tabIndex = 0;
        box.setAttribute('role', 'grid');
        box.setAttribute('aria-multiselectable', 'true');
        this.space.className = 'grid-space';
        this.view.className = 'grid-view';
        this.canvas.setAttribute('aria-hidden', 'true');
        this.painter = new Painter(this.canvas, box, this.layout, this.selection);
        this.heads = new Heads(this.layout, this.selection, {
            resize: (column, width, done) => this.resizeColumn(column, width, done),
            fit: (column) => this.source !== null && this.resizeColumn(column, this.widths.fitting(this.source, this.order, column, 800), true),
        });
        this.widths = new Widths(this.layout, this.painter);
        this.mirror = new Mirror(box, this.layout, this.selection, words);
        this.view.append(this.canvas, this.heads.box, this.mirror.box, this.editor.box);
        this.space.append(this.view);
        box.append(this.space);
        this.listen();
        this.observer.observe(box);
    }

    // ---- what is shown ----

    /** `keepPlace`: it is the same table after a change. Widths that were chosen are given by the columns' numbers. */
    show(source: RowSource, options: { keepPlace?: boolean; widths?: Map<number, number> } = {}): void {
        if (this.source !== null) this.source.onArrive = () => undefined;
        const sameColumns = options.keepPlace === true && this.source?.columns.length === source.columns.length;
        this.source = source;
        source.onArrive = () => this.arrived();
        this.order = source.columns.map((_, i) => i);
        this.widths.begin(source, sameColumns, options.widths ?? new Map());
        this.layout.setColumns(this.widths.list);
        this.layout.rows = source.rows;
        this.layout.gutter = Math.max(56, 28 + source.label(Math.max(0, source.rows - 1)).length * 8);
        this.selection.resize(source.rows, source.columns.length);
        if (options.keepPlace !== true) {
            this.layout.top = this.layout.left = 0;
            this.selection.moveTo(0, 0);
            this.editor.close('stay');
        }
        this.heads.clear();
        this.resize();
        if (this.widths.fitNew(source, this.order)) this.relayout();
        this.rest();
        this.announce();
    }

    /** Row height, colours or font changed. */
    restyle(rowHeight: number): void {
        const row = this.layout.top / this.layout.rowHeight;
        this.layout.rowHeight = rowHeight;
        this.layout.top = row * rowHeight;
        this.painter.readTheme();
        this.resize();
    }

    redraw(): void {
        this.schedule();
        this.rest();
    }

    destroy(): void {
        this.observer.disconnect();
        clearTimeout(this.quiet);
        if (this.source !== null) this.source.onArrive = () => undefined;
    }

    focus(): void {
        this.box.focus({ preventScroll: true });
    }

    /** Open the active cell's editor. */
    editActive(): void {
        this.edit(null);
    }

    /** What is scrolled to and which cell is active, for coming back to it. */
    get place(): GridPlace {
        return { top: this.layout.top, left: this.layout.left, ...this.selection.active };
    }
    set place({ top, left, row, column }: GridPlace) {
        this.layout.top = Math.min(top, this.layout.mostTop);
        this.layout.left = left;
        this.selection.moveTo(row, column);
        this.writeBar();
        this.announce();
    }

    select(row: number, column: number): void {
        this.selection.moveTo(row, column);
        this.follow();
    }

    private relayout(): void {
        this.layout.setColumns(this.widths.list);
        this.resize();
    }

    /** Columns in view get the room that their values need now. */
    widen(): void {
        if (this.source !== null && this.widths.widen(this.source, this.order)) this.relayout();
    }

    private resizeColumn(column: number, width: number, done: boolean): void {
        const set = this.widths.set(column, width);
        this.relayout();
        if (done) this.events.resized?.(this.order[column]!, set);
    }

    private arrived(): void {
        if (this.source !== null && this.widths.fitNew(this.source, this.order)) this.relayout();
        this.redraw();
    }

    // ---- drawing ----

    private resize(): void {
        const { box, layout } = this;
        layout.width = box.clientWidth;
        layout.height = box.clientHeight;
        this.space.style.width = `${layout.totalWidth}px`;
        this.space.style.height = `${layout.spacer}px`;
        this.view.style.width = `${layout.width}px`;
        this.view.style.height = `${layout.height}px`;
        this.painter.resize(layout.width, layout.height);
        layout.top = Math.min(layout.top, layout.mostTop);
        this.writeBar();
        this.draw(); // at once, since a resized canvas is blank
    }

    private schedule(): void {
        if (this.scheduled) return;
        this.scheduled = true;
        requestAnimationFrame(() => {
            this.scheduled = false;
            this.draw();
        });
    }

    private draw(): void {
        if (this.source === null || this.layout.height === 0) return;
        this.painter.draw(this.source, this.order, document.activeElement === this.box || this.editor.isOpen);
        this.heads.draw(this.source.columns, this.order);
        if (this.editor.isOpen) this.placeEditor();
    }

    /** When nothing moves for a moment: anchor the bar anew, and tell screen readers what is in view. */
    private rest(): void {
        clearTimeout(this.quiet);
        this.quiet = window.setTimeout(() => {
            this.writeBar();
            if (this.source !== null) this.mirror.renew(this.source, this.order);
        }, QUIET_MS);
    }

    private writeBar(): void {
        const { box, layout } = this;
        if (box.scrollTop !== layout.barTop) {
            this.barIsOurs = true;
            box.scrollTop = layout.barTop;
        }
        if (box.scrollLeft !== layout.left) {
            this.barIsOurs = true;
            box.scrollLeft = layout.left;
        }
        this.barAt = box.scrollTop;
        this.schedule();
    }

    private scrolled(): void {
        const { box, layout } = this;
        layout.left = box.scrollLeft;
        if (!this.barIsOurs) layout.follow(this.barAt, box.scrollTop);
        this.barIsOurs = false;
        this.barAt = box.scrollTop;
        this.redraw();
    }

    // ---- selecting ----

    private follow(extend = false): void {
        const { row, column } = extend ? this.selection.end : this.selection.active;
        this.layout.reveal(row, column);
        this.writeBar();
        this.schedule();
        if (this.source !== null) this.mirror.follow(this.source, this.order);
        this.rest();
        this.announce();
    }

    private announce(): void {
        const { row, column } = this.selection.active;
        this.events.selected?.(row, this.order[column] ?? 0, this.selection.block);
    }

    private move(to: Move, extend: boolean): void {
        const { selection, layout } = this;
        const { row, column } = moves[to](extend ? selection.end : selection.active, layout.rowsOfPage);
        if (extend) selection.extendTo(row, column);
        else selection.moveTo(row, column);
        this.follow(extend);
    }

    // ---- keys and pointers ----

    private listen(): void {
        const { box } = this;
        box.addEventListener('scroll', () => this.scrolled(), { passive: true });
        box.addEventListener('keydown', (event) => this.key(event));
        listenToPointer(box, this.layout, this.selection, {
            size: () => ({ rows: this.source?.rows ?? 0, columns: this.order.length }),
            followed: (extend) => this.follow(extend),
            took: () => {
                this.announce();
                this.redraw();
            },
            open: (row, column) => (this.events.canEdit?.() === true ? this.edit(null) : this.events.opened?.(row, this.order[column]!)),
            menu: (x, y, where) => {
                if (this.editor.isOpen || this.events.menu === undefined) return false;
                this.events.menu(x, y, where);
                return true;
            },
        });
        box.addEventListener('focus', () => this.redraw());
        box.addEventListener('blur', () => this.schedule());
        box.addEventListener('paste', (event) => this.paste(event));
        document.fonts?.addEventListener('loadingdone', () => {
            this.painter.readTheme();
            this.schedule();
        });
    }

    private key(event: KeyboardEvent): void {
        if (event.target !== this.box || this.source === null || event.defaultPrevented) return;
        if (event.key === 'Tab' && !event.ctrlKey && !event.altKey) {
            if (this.leaves(event.shiftKey)) return;
            event.preventDefault();
            this.act({ do: 'step', by: event.shiftKey ? -1 : 1, downFirst: false });
            return;
        }
        const action = actionOf(event);
        if (action === null) return;
        if (action.do === 'edit' && (this.events.canEdit?.() !== true || (action.with !== null && this.events.isPages?.(action.with) === true))) return;
        event.preventDefault();
        this.act(action);
    }

    /** Tab at the row's end leaves the grid, so that nobody is caught in it. */
    private leaves(backwards: boolean): boolean {
        if (!this.selection.isOne) return false;
        return backwards ? this.selection.active.column === 0 : this.selection.active.column === this.order.length - 1;
    }

    private act(action: Action): void {
        const { selection, events } = this;
        switch (action.do) {
            case 'move':
                return this.move(action.to, action.extend);
            case 'step':
                selection.step(action.by, action.downFirst);
                return this.follow();
            case 'edit':
                return this.edit(action.with);
            case 'rows':
                selection.takeRows();
                return this.follow();
            case 'columns':
                selection.takeColumns();
                return this.follow();
            case 'all':
                selection.takeAll();
                this.announce();
                return this.redraw();
            case 'goTo':
                return events.goTo?.();
            case 'menu':
                return this.keyMenu();
            default:
                return events[action.do]?.(selection.block);
        }
    }

    private keyMenu(): void {
        const { row, column } = this.selection.active;
        const bounds = this.box.getBoundingClientRect();
        this.events.menu?.(bounds.left + this.layout.x(column) + 8, bounds.top + this.layout.y(row) + this.layout.rowHeight, 'cell');
    }

    private paste(event: ClipboardEvent): void {
        const text = event.clipboardData?.getData('text/plain') ?? '';
        if (text === '' || this.events.paste === undefined || this.editor.isOpen) return;
        event.preventDefault();
        const { top, left } = this.selection.block;
        this.events.paste(text, top, this.order[left]!);
    }

    // ---- editing ----

    private placeEditor(): void {
        const { layout, selection } = this;
        const { row, column } = selection.active;
        this.editor.place(layout.x(column) - 1, Math.max(HEAD, layout.y(row)) - 1, layout.columnWidth(column) + 1, layout.rowHeight + 1);
    }

    private edit(typed: string | null): void {
        const { source, selection, layout } = this;
        if (source === null || this.events.edit === undefined || source.rows === 0) return;
        const { row, column } = selection.active;
        const value = source.text(row, this.order[column]!);
        if (value === undefined) return;
        layout.reveal(row, column);
        this.writeBar();
        const name = visibleText(source.columns[this.order[column]!]!.name);
        this.editor.open(`${name}, ${source.label(row)}`, value ?? '', typed, {
            commit: (text) => this.events.edit!(row, this.order[column]!, text),
            closed: (then) => this.edited(then),
        });
        this.placeEditor();
    }

    private edited(then: Then): void {
        if (then === 'away') {
            this.schedule();
            return;
        }
        if (then !== 'stay') this.selection.step(then === 'down' || then === 'right' ? 1 : -1, then === 'down' || then === 'up');
        this.focus();
        this.follow();
    }
}
