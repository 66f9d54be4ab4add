/** What keys do in a grid: a spreadsheet's map. */

export type Move = 'left' | 'right' | 'up' | 'down' | 'pageUp' | 'pageDown' | 'first' | 'last' | 'start' | 'end' | 'top' | 'bottom';

interface Place {
    row: number;
    column: number;
}

/** Where a move leads; behind the end is the end. */
export const moves: Record<Move, (at: Place, page: number) => Place> = {
    left: ({ row, column }) => ({ row, column: column - 1 }),
    right: ({ row, column }) => ({ row, column: column + 1 }),
    up: ({ row, column }) => ({ row: row - 1, column }),
    down: ({ row, column }) => ({ row: row + 1, column }),
    pageUp: ({ row, column }, page) => ({ row: row - page, column }),
    pageDown: ({ row, column }, page) => ({ row: row + page, column }),
    first: ({ row }) => ({ row, column: 0 }),
    last: ({ row }) => ({ row, column: Infinity }),
    top: ({ column }) => ({ row: 0, column }),
    bottom: ({ column }) => ({ row: Infinity, column }),
    start: () => ({ row: 0, column: 0 }),
    end: () => ({ row: Infinity, column: Infinity }),
};

export type Action =
    | { do: 'move'; to: Move; extend: boolean }
    | { do: 'step'; by: 1 | -1; downFirst: boolean }
    | { do: 'edit'; with: string | null }
    | { do: 'clear' | 'rows' | 'columns' | 'all' | 'copy' | 'fillDown' | 'goTo' | 'menu' };

const arrows: Record<string, [Move, Move]> = {
    ArrowLeft: ['left', 'first'],
    ArrowRight: ['right', 'last'],
    ArrowUp: ['up', 'top'],
    ArrowDown: ['down', 'bottom'],
    Home: ['first', 'start'],
    End: ['last', 'end'],
};

function withControl(key: string, shift: boolean): Action | null {
    switch (key) {
        case 'a':
            return { do: 'all' };
        case 'c':
        case 'Insert':
            return { do: 'copy' };
        case 'd':
            return { do: 'fillDown' };
        case 'g':
            return { do: 'goTo' };
        case ' ':
            return { do: shift ? 'all' : 'columns' };
        default:
            return null;
    }
}

function plain(event: KeyboardEvent): Action | null {
    switch (event.key) {
        case 'Enter':
            return { do: 'step', by: event.shiftKey ? -1 : 1, downFirst: true };
        case 'F2':
            return { do: 'edit', with: null };
        case 'Delete':
        case 'Backspace':
            return { do: 'clear' };
        case 'PageUp':
            return { do: 'move', to: 'pageUp', extend: event.shiftKey };
        case 'PageDown':
            return { do: 'move', to: 'pageDown', extend: event.shiftKey };
        case 'ContextMenu':
            return { do: 'menu' };
        case 'F10':
            return event.shiftKey ? { do: 'menu' } : null;
        case ' ':
            return event.shiftKey ? { do: 'rows' } : { do: 'edit', with: ' ' };
        default:
            return event.key.length === 1 || [...event.key].length === 1 ? { do: 'edit', with: event.key } : null;
    }
}

/** null: the key is not the grid's. `isPages` says which characters are left to the page around it. */
export function actionOf(event: KeyboardEvent): Action | null {
    const control = event.ctrlKey || event.metaKey;
    const arrow = arrows[event.key];
    if (arrow !== undefined && !event.altKey) return { do: 'move', to: arrow[control ? 1 : 0], extend: event.shiftKey };
    if (event.altKey) return event.key === 'ArrowDown' ? { do: 'menu' } : null;
    return control ? withControl(event.key.length === 1 ? event.key.toLowerCase() : event.key, event.shiftKey) : plain(event);
}
