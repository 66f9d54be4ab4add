/** Draws the cells in view on a canvas, anew each frame. */
import type { Mark, RowSource } from '../data/source';
import { unusualPieces, type Piece } from './glyphs';
import { HEAD, type Layout } from './layout';
import type { Selection } from './selection';

const PADDING = 8;
const MOST_FITS = 20_000;
const EMPTY = '“ ”';

interface Ink {
    ground: string;
    panel: string;
    line: string;
    text: string;
    faint: string;
    sign: string;
    accent: string;
    chosen: string;
    chosenHead: string;
    changed: string;
    changedTint: string;
    added: string;
    addedTint: string;
    removed: string;
    removedTint: string;
    font: string;
    italic: string;
    small: string;
}

export class Painter {
    private readonly context: CanvasRenderingContext2D;
    private ink!: Ink;
    /** Texts that were cut to a width, by the width. */
    private readonly fits = new Map<number, Map<string, string>>();
    private fitted = 0;
    private readonly pieced = new Map<string, Piece[] | null>();

    constructor(
        private readonly canvas: HTMLCanvasElement,
        private readonly box: HTMLElement,
        private readonly layout: Layout,
        private readonly selection: Selection,
    ) {
        this.context = canvas.getContext('2d', { alpha: false })!;
        this.readTheme();
    }

    readTheme(): void {
        const style = getComputedStyle(this.box);
        const value = (name: string): string => style.getPropertyValue(name).trim();
        const family = value('--data-font') || style.fontFamily;
        this.ink = {
            ground: value('--ground'), panel: value('--panel'), line: value('--line'), text: value('--text'), faint: value('--text-3'),
            sign: value('--removed'), accent: value('--accent'), chosen: value('--chosen'), chosenHead: value('--accent-tint'),
            changed: value('--changed'), changedTint: value('--changed-tint'), added: value('--added'), addedTint: value('--added-tint'),
            removed: value('--removed'), removedTint: value('--removed-tint'),
            font: `13px ${family}`, italic: `italic 12px ${family}`, small: `600 9px ${family}`,
        };
        this.fits.clear();
    }

    resize(width: number, height: number): void {
        const scale = devicePixelRatio;
        this.canvas.width = Math.round(width * scale);
        this.canvas.height = Math.round(height * scale);
        this.canvas.style.width = `${width}px`;
        this.canvas.style.height = `${height}px`;
    }

    /** The width that a text would take, for columns that fit their values. */
    measure(text: string): number {
        this.context.font = this.ink.font;
        return this.context.measureText(text).width;
    }

    draw(source: RowSource, order: readonly number[], hasFocus: boolean): void {
        const { context, layout, ink } = this;
        const scale = devicePixelRatio;
        context.setTransform(scale, 0, 0, scale, 0, 0);
        context.fillStyle = ink.ground;
        context.fillRect(0, 0, layout.width, layout.height);
        context.font = ink.font;
        context.textBaseline = 'middle';
        const view = layout.inView;
        const block = this.selection.block;
        for (let column = view.column; column < view.columnEnd; column++) {
            const x = layout.x(column);
            const width = layout.columnWidth(column);
            const kind = source.columns[order[column]!]!.kind;
            const right = kind === 'integer' || kind === 'number';
            const inBlock = column >= block.left && column <= block.right && !this.selection.isOne;
            context.save();
            context.beginPath();
            context.rect(x, HEAD, width - 1, layout.height);
            context.clip();
            for (let row = view.row; row < view.rowEnd; row++) {
                const y = layout.y(row);
                const mark = source.mark(row, order[column]!);
                if (mark !== '') this.tint(mark, x, y, width, column === view.column);
                if (inBlock && row >= block.top && row <= block.bottom) this.fill(ink.chosen, x, y, width, layout.rowHeight);
                this.cell(source, row, order[column]!, mark, x, y, width, right);
            }
            context.restore();
        }
        this.lines(view.row, view.rowEnd, view.column, view.columnEnd);
        this.numbers(source, view.row, view.rowEnd);
        this.frame(hasFocus);
    }

    private fill(style: string, x: number, y: number, width: number, height: number): void {
        this.context.fillStyle = style;
        this.context.fillRect(x, y, width, height);
    }

    /** Never by colour alone: a bar at the left (of a row as a whole at its left only); of what is only planned, dashed; of what is removed, hatched. */
    private tint(mark: Mark, x: number, y: number, width: number, isFirst: boolean): void {
        const { ink, layout } = this;
        const [tint, bar] =
            mark === 'added' ? [ink.addedTint, ink.added] : mark === 'removed' ? [ink.removedTint, ink.removed] : [ink.changedTint, ink.changed];
        if (mark === 'moved') return;
        this.fill(tint, x, y, width, layout.rowHeight);
        if (mark === 'removed') this.hatch(bar, x, y, width);
        if (mark === 'will') for (let dash = 2; dash < layout.rowHeight - 3; dash += 6) this.fill(bar, x, y + dash, 3, 4);
        else if (mark === 'changed' || isFirst) this.fill(bar, x, y, 3, layout.rowHeight - 1);
    }

    private hatch(style: string, x: number, y: number, width: number): void {
        const { context, layout } = this;
        context.save();
        context.globalAlpha = 0.16;
        context.strokeStyle = style;
        context.lineWidth = 1;
        context.beginPath();
        context.rect(x, y, width, layout.rowHeight);
        context.clip();
        context.beginPath();
        for (let at = x - layout.rowHeight; at < x + width; at += 8) {
            context.moveTo(at, y + layout.rowHeight);
            context.lineTo(at + layout.rowHeight, y);
        }
        context.stroke();
        context.restore();
    }

    private cell(source: RowSource, row: number, column: number, mark: Mark, x: number, y: number, width: number, right: boolean): void {
        const { context, ink, layout } = this;
        const text = source.text(row, column);
        const middle = y + layout.rowHeight / 2;
        if (text === undefined) {
            this.fill(ink.line, x + PADDING, middle - 3, Math.max(8, Math.min(width - 2 * PADDING, 40 + ((row * 37 + column * 61) % 48))), 6);
            return;
        }
        if (mark === 'changed' || mark === 'will') {
            this.change(source.before(row, column), text, x, middle, width);
            return;
        }
        context.textAlign = right ? 'right' : 'left';
        const room = width - 2 * PADDING;
        this.value(text, right ? x + width - PADDING : x + PADDING, middle, room, mark === 'removed' ? ink.removed : ink.text);
        if (mark !== 'removed') return;
        const ended = this.valueWidth(text, room);
        this.fill(ink.removed, right ? x + width - PADDING - ended : x + PADDING, Math.round(middle), ended, 1);
    }

    /** The old value struck through, then the new one. */
    private change(before: string | null, after: string | null, x: number, middle: number, width: number): void {
        const { context, ink } = this;
        context.textAlign = 'left';
        const room = width - 2 * PADDING - 8;
        const wanted = after === null ? 24 : Math.min(room * 0.6, context.measureText(after.slice(0, 200)).width);
        const oldRoom = Math.max(24, room - wanted);
        const old = this.valueWidth(before, oldRoom);
        this.value(before, x + PADDING, middle, oldRoom, ink.faint);
        this.fill(ink.faint, x + PADDING, Math.round(middle), old, 1);
        this.value(after, x + PADDING + old + 8, middle, Math.max(16, room - old), ink.changed);
    }

    private value(text: string | null, at: number, middle: number, room: number, style: string): void {
        const { context, ink } = this;
        if (text === null || text === '') {
            context.font = ink.italic;
            context.fillStyle = ink.faint;
            context.fillText(text === null ? 'null' : EMPTY, at, middle + 1);
            context.font = ink.font;
            return;
        }
        const pieces = this.piecesOf(text);
        if (pieces !== null) {
            this.pieces(pieces, at, middle, room, style);
            return;
        }
        context.fillStyle = style;
        context.fillText(this.fit(text, room), at, middle + 1);
    }

    private piecesOf(text: string): Piece[] | null {
        const known = this.pieced.get(text);
        if (known !== undefined) return known;
        if (this.pieced.size > MOST_FITS) this.pieced.clear();
        const pieces = unusualPieces(text);
        this.pieced.set(text, pieces);
        return pieces;
    }

    /** The width that `value` takes. */
    private valueWidth(text: string | null, room: number): number {
        const { context, ink } = this;
        const pieces = text === null || text === '' ? null : this.piecesOf(text);
        if (pieces !== null) return Math.min(room, this.pieceWidths(pieces).reduce((sum, width) => sum + width, 0));
        context.font = text === null || text === '' ? ink.italic : ink.font;
        const width = context.measureText(text === null ? 'null' : text === '' ? EMPTY : this.fit(text, room)).width;
        context.font = ink.font;
        return width;
    }

    private pieceWidths(pieces: Piece[]): number[] {
        const { context, ink } = this;
        const widths = pieces.map(({ text, what }) => {
            context.font = what === 'code' ? ink.small : ink.font;
            return context.measureText(text).width + (what === 'code' ? 6 : 0);
        });
        context.font = ink.font;
        return widths;
    }

    private pieces(pieces: Piece[], at: number, middle: number, room: number, style: string): void {
        const { context, ink } = this;
        const widths = this.pieceWidths(pieces);
        const total = widths.reduce((sum, width) => sum + width, 0);
        const toRight = context.textAlign === 'right';
        context.textAlign = 'left';
        let x = toRight ? at - Math.min(total, room) : at;
        const end = x + room;
        pieces.forEach(({ text, what }, i) => {
            if (x >= end) return;
            context.font = what === 'code' ? ink.small : ink.font;
            context.fillStyle = what === '' ? style : ink.sign;
            if (what === 'code') {
                context.strokeStyle = ink.sign;
                context.strokeRect(x + 1.5, Math.round(middle) - 6.5, widths[i]! - 3, 13);
                context.fillText(text, x + 3, middle + 0.5);
            } else context.fillText(this.fit(text, end - x), x, middle + 1);
            x += widths[i]!;
        });
        context.font = ink.font;
        if (toRight) context.textAlign = 'right';
    }

    /** With an ellipsis where it is too long; worked out once. */
    private fit(text: string, room: number): string {
        if (text.length * 14 < room) return text;
        const width = Math.round(room);
        const known = this.fits.get(width)?.get(text);
        return known ?? this.cut(text, width);
    }

    private cut(text: string, room: number): string {
        const { context } = this;
        const start = text.length > 200 ? text.slice(0, 200) : text;
        let shown = start;
        if (start.length < text.length || context.measureText(start).width > room) {
            let low = 0;
            let high = start.length;
            while (low < high) {
                const middle = (low + high + 1) >> 1;
                if (context.measureText(`${start.slice(0, middle)}…`).width <= room) low = middle;
                else high = middle - 1;
            }
            shown = `${start.slice(0, low)}…`;
        }
        if (++this.fitted > MOST_FITS) {
            this.fits.clear();
            this.fitted = 0;
        }
        const ofWidth = this.fits.get(room) ?? new Map<string, string>();
        this.fits.set(room, ofWidth.set(text, shown));
        return shown;
    }

    private lines(row: number, rowEnd: number, column: number, columnEnd: number): void {
        const { layout, ink } = this;
        const bottom = Math.min(layout.height, layout.y(rowEnd));
        const right = Math.min(layout.width, columnEnd > 0 ? layout.x(columnEnd) : layout.gutter);
        for (let i = row; i < rowEnd; i++) this.fill(ink.line, 0, layout.y(i + 1) - 1, right, 1);
        for (let i = column; i < columnEnd; i++) this.fill(ink.line, layout.x(i + 1) - 1, HEAD, 1, bottom - HEAD);
    }

    private numbers(source: RowSource, row: number, rowEnd: number): void {
        const { context, layout, ink, selection } = this;
        const { top, bottom } = selection.block;
        this.fill(ink.panel, 0, HEAD, layout.gutter, layout.height);
        context.textAlign = 'right';
        for (let i = row; i < rowEnd; i++) {
            const y = layout.y(i);
            const chosen = i >= top && i <= bottom;
            if (chosen) this.fill(ink.chosenHead, 0, y, layout.gutter, layout.rowHeight);
            const sign = source.sign(i);
            context.fillStyle = chosen ? ink.accent : ink.faint;
            context.font = ink.font;
            context.fillText(source.label(i), layout.gutter - PADDING, y + layout.rowHeight / 2 + 1);
            if (sign !== '') this.sign(sign, y);
            this.fill(ink.line, 0, y + layout.rowHeight - 1, layout.gutter, 1);
        }
        this.fill(ink.line, layout.gutter - 1, HEAD, 1, layout.height);
    }

    private sign(mark: Mark, y: number): void {
        const { context, layout, ink } = this;
        const [text, style] =
            mark === 'added' ? ['+', ink.added] : mark === 'removed' ? ['−', ink.removed] : mark === 'moved' ? ['↕', ink.faint] : ['~', ink.changed];
        context.fillStyle = style;
        context.textAlign = 'left';
        context.font = `600 ${ink.font}`;
        context.fillText(text, PADDING, y + layout.rowHeight / 2 + 1);
        context.textAlign = 'right';
    }

    /** Around the block, and around the active cell. */
    private frame(hasFocus: boolean): void {
        const { context, layout, ink, selection } = this;
        if (layout.columns === 0 || layout.rows === 0) return;
        context.save();
        context.beginPath();
        context.rect(layout.gutter - 1, HEAD - 1, layout.width, layout.height);
        context.clip();
        context.strokeStyle = ink.accent;
        if (!selection.isOne) {
            const { top, bottom, left, right } = selection.block;
            context.lineWidth = 1;
            const x = layout.x(left);
            const y = Math.max(-10, layout.y(top));
            context.strokeRect(x - 0.5, y - 0.5, layout.x(right + 1) - x, Math.min(layout.height + 20, layout.y(bottom + 1)) - y);
        }
        const { row, column } = selection.active;
        context.lineWidth = hasFocus ? 2 : 1;
        const inset = hasFocus ? 0 : 0.5;
        context.strokeRect(layout.x(column) - inset, layout.y(row) - inset, layout.columnWidth(column) - 1 + inset, layout.rowHeight - 1 + inset);
        context.restore();
    }
}
