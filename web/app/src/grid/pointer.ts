/** What the pointer does in a grid: press and drag to select, twice to open, the other button for the menu. */
import type { Layout } from './layout';
import type { Selection } from './selection';

export type Where = 'cell' | 'row' | 'column';

export interface PointerEvents {
    size(): { rows: number; columns: number };
    /** The selection moved: bring it into view. */
    followed(extend: boolean): void;
    /** Rows or columns as a whole were selected: the view stays. */
    took(): void;
    open(row: number, column: number): void;
    /** Gives whether there is a menu. */
    menu(x: number, y: number, where: Where): boolean;
}

interface Place {
    /** -1: the heads, or the rows' numbers. */
    row: number;
    column: number;
    /** Not on a scroll bar, and not behind the last row or column. */
    isOnTable: boolean;
}

export function listenToPointer(box: HTMLElement, layout: Layout, selection: Selection, events: PointerEvents): void {
    const placeOf = (event: MouseEvent): Place => {
        const bounds = box.getBoundingClientRect();
        const x = event.clientX - bounds.left;
        const y = event.clientY - bounds.top;
        const [row, column] = [layout.rowAt(y), layout.columnAt(x)];
        const { rows, columns } = events.size();
        return { row, column, isOnTable: x < layout.width && y < layout.height && row < rows && column < columns };
    };

    const take = ({ row, column }: Place, extend: boolean): void => {
        const view = layout.inView;
        if (extend) selection.extendTo(Math.max(0, row), Math.max(0, column));
        else selection.moveTo(row < 0 ? view.row : row, column < 0 ? view.column : column);
        selection.whole = row < 0 && column < 0 ? 'all' : row < 0 ? 'columns' : column < 0 ? 'rows' : '';
        if (selection.whole === '') events.followed(extend);
        else events.took();
    };

    const drag = (moved: PointerEvent): void => {
        const to = placeOf(moved);
        if (to.row === selection.end.row && to.column === selection.end.column) return;
        const { whole } = selection;
        selection.extendTo(Math.max(0, to.row), Math.max(0, to.column));
        selection.whole = whole;
        events.followed(true);
    };
    const release = (): void => {
        window.removeEventListener('pointermove', drag);
        window.removeEventListener('pointerup', release);
        window.removeEventListener('pointercancel', release);
    };

    box.addEventListener('pointerdown', (event) => {
        const place = placeOf(event);
        if (!place.isOnTable) return;
        const { top, bottom, left, right } = selection.block;
        const isInBlock = place.row >= top && place.row <= bottom && place.column >= left && place.column <= right;
        if (event.button === 2 && isInBlock) return; // its menu is about the block
        take(place, event.shiftKey);
        if (event.button !== 0) return;
        window.addEventListener('pointermove', drag);
        window.addEventListener('pointerup', release);
        window.addEventListener('pointercancel', release);
    });
    box.addEventListener('dblclick', (event) => {
        const { row, column, isOnTable } = placeOf(event);
        if (isOnTable && row >= 0 && column >= 0) events.open(row, column);
    });
    box.addEventListener('contextmenu', (event) => {
        const { row, column, isOnTable } = placeOf(event);
        if (isOnTable && events.menu(event.clientX, event.clientY, row < 0 ? 'column' : column < 0 ? 'row' : 'cell')) event.preventDefault();
    });
}
