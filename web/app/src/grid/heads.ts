/** The heads of columns in view: name and type; a click selects, a drag of the edge resizes, a double click fits. */
import { plainType } from '../data/arrow';
import type { GridColumn } from '../data/source';
import { visibleText } from './glyphs';
import type { Layout } from './layout';
import type { Selection } from './selection';
import { LEAST_WIDTH } from './widths';

const glyphs: Record<GridColumn['kind'], string> = { text: 'T', integer: '1', number: '.5', date: '◷', time: '◷', boolean: '◐', other: '{ }' };

export interface HeadEvents {
    resize(column: number, width: number, done: boolean): void;
    fit(column: number): void;
}

export class Heads {
    readonly box = document.createElement('div');
    private readonly plane = document.createElement('div');
    private readonly made = new Map<number, HTMLElement>();

    constructor(
        private readonly layout: Layout,
        private readonly selection: Selection,
        private readonly events: HeadEvents,
    ) {
        this.box.className = 'grid-heads';
        this.box.setAttribute('aria-hidden', 'true'); // read from the mirror
        this.plane.className = 'grid-heads-plane';
        this.box.append(this.plane);
        this.box.addEventListener('pointerdown', (event) => this.startResize(event));
        this.box.addEventListener('dblclick', (event) => {
            const column = edgeOf(event);
            if (column !== null) this.events.fit(column);
        });
    }

    clear(): void {
        this.plane.replaceChildren();
        this.made.clear();
    }

    draw(columns: readonly GridColumn[], order: readonly number[]): void {
        const { layout, selection } = this;
        const { column: first, columnEnd: end } = layout.inView;
        const { left, right } = selection.block;
        this.box.style.paddingInlineStart = `${layout.gutter}px`;
        this.plane.style.transform = `translateX(${-layout.left}px)`;
        for (const [column, head] of this.made) {
            if (column >= first && column < end) continue;
            head.remove();
            this.made.delete(column);
        }
        for (let column = first; column < end; column++) {
            const head = this.made.get(column) ?? this.make(column, columns[order[column]!]!);
            head.style.left = `${layout.offset(column)}px`;
            head.style.width = `${layout.columnWidth(column)}px`;
            head.classList.toggle('chosen', column >= left && column <= right);
        }
    }

    private make(column: number, { name, type, kind, note }: GridColumn): HTMLElement {
        const head = element('grid-head');
        head.dataset['column'] = String(column);
        head.title = `${visibleText(name)}\n${type}`;
        const first = element('grid-head-name');
        first.append(element('grid-head-glyph', glyphs[kind]), element('grid-head-text', visibleText(name)));
        const second = element('grid-head-type', note ?? plainType(type));
        const edge = element('grid-head-edge');
        edge.dataset['edge'] = String(column);
        head.append(first, second, edge);
        this.plane.append(head);
        this.made.set(column, head);
        return head;
    }

    private startResize(event: PointerEvent): void {
        const column = edgeOf(event);
        if (column === null) return;
        event.stopPropagation();
        event.preventDefault();
        const from = event.clientX;
        const width = this.layout.columnWidth(column);
        const target = event.target as HTMLElement;
        target.setPointerCapture(event.pointerId);
        const widthAt = (move: PointerEvent): number => Math.max(LEAST_WIDTH, width + move.clientX - from);
        const move = (moved: PointerEvent): void => this.events.resize(column, widthAt(moved), false);
        target.addEventListener('pointermove', move);
        target.addEventListener(
            'lostpointercapture',
            (ended) => {
                target.removeEventListener('pointermove', move);
                if (ended.clientX !== from) this.events.resize(column, widthAt(ended), true);
            },
            { once: true },
        );
    }
}

function element(className: string, text = ''): HTMLElement {
    const made = document.createElement('div');
    made.className = className;
    made.textContent = text;
    return made;
}

function edgeOf(event: MouseEvent): number | null {
    const edge = (event.target as HTMLElement).dataset['edge'];
    return edge === undefined ? null : Number(edge);
}
