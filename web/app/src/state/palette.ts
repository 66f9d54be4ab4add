/** What can be searched for and done from anywhere. */
import { plainType } from '../data/arrow';
import { visibleText } from '../grid/glyphs';
import { words } from '../words';
import type { App } from './app.svelte';
import { hasForm } from './commands';
import { stepColumns, stepName } from './versions';

export interface Entry {
    id: string;
    label: string;
    detail: string;
    run: () => void;
}
export interface EntryGroup {
    title: string;
    entries: Entry[];
}

const MOST = 40;

function actions(app: App): Entry[] {
    const { table } = app;
    const entries: (Entry | false)[] = [
        { id: 'sql', label: words.sql, detail: words.sqlHint, run: () => app.show('sql') },
        table?.info.canUndo === true && { id: 'undo', label: words.undo, detail: 'Ctrl Z', run: () => void app.undo() },
        table?.info.canRedo === true && { id: 'redo', label: words.redo, detail: 'Ctrl Y', run: () => void app.redo() },
        table !== null && { id: 'export', label: words.export, detail: words.exportHint, run: () => (app.dialog = { is: 'export' }) },
        table !== null && { id: 'goTo', label: words.table.goTo, detail: 'Ctrl G', run: () => (app.dialog = { is: 'goTo' }) },
        table !== null && table.timeline.versions.length > 1 && { id: 'compare', label: words.history.compare, detail: words.history.compareTitle, run: () => app.askToCompare() },
        { id: 'paste', label: words.first.paste, detail: '', run: () => (app.dialog = { is: 'paste' }) },
        { id: 'keys', label: words.keys.title, detail: '?', run: () => (app.dialog = { is: 'keys' }) },
        ...(['system', 'light', 'dark'] as const).map((theme) => ({
            id: `theme-${theme}`,
            label: words.palette.theme(words.settings.themes[theme].toLowerCase()),
            detail: '',
            run: () => app.preferences.set({ theme }),
        })),
    ];
    return entries.filter((one) => one !== false);
}

function goToColumn(app: App, column: number): void {
    app.screen = 'table';
    app.grid?.select(app.row, column);
    app.grid?.focus();
}

export function paletteGroups(app: App): EntryGroup[] {
    const { table } = app;
    const commands = app.canChange ? app.commands.filter(hasForm) : [];
    const versions = [...(table?.timeline.versions ?? [])].filter((one) => one.reachable).sort((a, b) => b.version - a.version);
    return [
        { title: words.palette.actions, entries: actions(app) },
        { title: words.palette.commands, entries: commands.map(({ name, title, description }) => ({ id: `command-${name}`, label: title, detail: description, run: () => app.openCommand(name) })) },
        { title: words.palette.tables, entries: app.tables.map(({ name, rows, columns }) => ({ id: `table-${name}`, label: visibleText(name), detail: words.table.size(rows, columns), run: () => void app.openTable(name) })) },
        { title: words.palette.columns, entries: (table?.columns ?? []).map(({ name, type }, i) => ({ id: `column-${name}`, label: visibleText(name), detail: plainType(type), run: () => goToColumn(app, i) })) },
        {
            title: words.palette.versions,
            entries: versions.map((entry) => ({
                id: `version-${entry.version}`,
                label: words.table.version(entry.version),
                detail: visibleText(`${stepName(entry, app.commands)} ${stepColumns(entry)}`),
                run: () => void app.openTable(table!.name, entry.version === table!.info.version ? null : entry.version),
            })),
        },
    ];
}

/** Those that fit, the best first: by the label's beginning, a word's beginning, anywhere, in the detail. */
export function search(groups: readonly EntryGroup[], typed: string): EntryGroup[] {
    const sought = typed.trim().toLowerCase();
    const score = ({ label, detail }: Entry): number => {
        const name = label.toLowerCase();
        if (sought === '' || name.startsWith(sought)) return 4;
        if (name.includes(` ${sought}`)) return 3;
        if (name.includes(sought)) return 2;
        return detail.toLowerCase().includes(sought) ? 1 : 0;
    };
    return groups
        .map(({ title, entries }) => {
            const fitting = entries.map((entry) => ({ entry, fits: score(entry) })).filter(({ fits }) => fits > 0);
            fitting.sort((a, b) => b.fits - a.fits);
            return { title, best: fitting[0]?.fits ?? 0, entries: fitting.slice(0, sought === '' ? 8 : MOST).map(({ entry }) => entry) };
        })
        .filter(({ entries }) => entries.length > 0)
        .sort((a, b) => (sought === '' ? 0 : b.best - a.best));
}
