/** Keys that the whole page has. What a field or the grid takes for itself does not come here. */
import type { App } from './app.svelte';

function isTyping(target: EventTarget | null): boolean {
    return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable="true"], .cm-host') !== null;
}

function withControl(app: App, event: KeyboardEvent): boolean {
    const key = event.key.toLowerCase();
    if (key === 'k') {
        app.dialog = { is: 'palette' };
        return true;
    }
    if (isTyping(event.target)) return false;
    if (key === 'z') {
        void (event.shiftKey ? app.redo() : app.undo());
        return true;
    }
    if (key === 'y') {
        void app.redo();
        return true;
    }
    return false;
}

/** The version before, or behind, on the line that undo and redo go. */
function stepVersion(app: App, by: number): void {
    const { table } = app;
    if (table === null) return;
    const onLine = table.timeline.versions.filter((one) => one.onLine || one.version === table.version);
    const numbers = onLine.map((one) => one.version).sort((a, b) => a - b);
    const next = numbers[numbers.indexOf(table.version) + by];
    if (next !== undefined) void app.openTable(table.name, next === table.info.version ? null : next);
}

function plain(app: App, event: KeyboardEvent): boolean {
    if (isTyping(event.target)) return false;
    switch (event.key) {
        case '?':
            app.dialog = { is: 'keys' };
            return true;
        case '[':
            stepVersion(app, -1);
            return true;
        case ']':
            stepVersion(app, 1);
            return true;
        case '/':
            app.preferences.set({ panel: true });
            app.aside = 'commands';
            app.command = null;
            requestAnimationFrame(() => document.getElementById('command-filter')?.focus());
            return true;
        default:
            return false;
    }
}

/** Keys that the grid leaves to the page although they are characters. */
export function isPages(key: string): boolean {
    return key === '?' || key === '/' || key === '[' || key === ']';
}

export function pageKey(app: App, event: KeyboardEvent): void {
    if (event.defaultPrevented || app.phase !== 'ready') return;
    if (event.key === 'Escape') {
        if (app.dialog === null && app.jobs.cancelNewest()) event.preventDefault();
        return;
    }
    if (app.dialog !== null || event.altKey) return;
    if ((event.ctrlKey || event.metaKey ? withControl : plain)(app, event)) event.preventDefault();
}
