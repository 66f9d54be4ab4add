/** What the page knows and does. Components read it and call its methods; it talks to Tarn by the client alone. */
import { tick } from 'svelte';
import { isCancelled, type Change, type Control, type HostStatus, type TableInfo, type TarnClient } from '../client/client';
import type { Grid } from '../grid/grid';
import type { Block } from '../grid/selection';
import { words } from '../words';
import { readAddress, writeAddress, type Place, type Screen } from './address';
import type { Described, Filled } from './commands';
import { Imports } from './imports.svelte';
import { Jobs } from './jobs.svelte';
import { Notices } from './notices.svelte';
import { Preferences } from './preferences.svelte';
import { CommandPreview } from './preview.svelte';
import { viewTable, type TableView } from './table';

export type Dialog =
    | { is: 'palette' | 'keys' | 'export' | 'goTo' | 'paste' | 'about' }
    | { is: 'rename' | 'drop'; table: string }
    | { is: 'compare'; before: string; after: string };

/** A block from the clipboard, and where it would go. */
export interface Pasting {
    text: string;
    row: number;
    column: number;
    rows: number;
    columns: number;
}

export interface Compared {
    before: string;
    after: string;
    /** Columns that rows are matched by; none: as the engine finds. */
    keys: string[];
}

export type Aside = 'commands' | 'history' | 'import';

/** How a change is told, and the button beside it that takes it back. */
interface Saying {
    text: (change: Change) => string;
    back?: string;
}
const applied: Saying = { text: words.changes.done, back: words.undo };

class Beginning {
    resolve!: () => void;
    readonly promise = new Promise<void>((resolve) => (this.resolve = resolve));
}

export class App {
    readonly preferences = new Preferences();
    readonly jobs = new Jobs();
    readonly notices = new Notices();
    readonly imports = new Imports(this);
    readonly preview = new CommandPreview(this, () => this.grid?.redraw());

    phase = $state<'loading' | 'ready' | 'failed'>('loading');
    failure = $state.raw<unknown>(null);
    loaded = $state.raw<{ loaded: number; total: number } | null>(null);
    status = $state.raw<HostStatus | null>(null);
    tables = $state.raw<TableInfo[]>([]);
    commands = $state.raw<Described[]>([]);
    table = $state.raw<TableView | null>(null);
    screen = $state<Screen>('table');
    aside = $state<Aside>('commands');
    dialog = $state.raw<Dialog | null>(null);
    /** Of the grid: the active cell and the block. */
    row = $state(0);
    column = $state(0);
    block = $state.raw<Block>({ top: 0, bottom: 0, left: 0, right: 0 });
    /** The command whose form is open, and what was filled in for each. */
    command = $state<string | null>(null);
    filled = $state<Record<string, Filled>>({});
    pasting = $state.raw<Pasting | null>(null);
    comparing = $state.raw<Compared | null>(null);

    client!: TarnClient;
    /** The table's, while it is on the screen. */
    grid: Grid | null = null;
    private readonly beginning = new Beginning();
    /** Resolves when tables can be asked for. */
    readonly started = this.beginning.promise;
    private generation = 0;
    private writing = 0;

    readonly isReadOnly = $derived(this.status?.readOnly === true);
    readonly canChange = $derived(this.table?.isHead === true && !this.isReadOnly);
    readonly activeColumn = $derived(this.table?.columns[this.column] ?? null);

    // ---- beginning ----

    async start(open: () => Promise<TarnClient>): Promise<void> {
        this.phase = 'loading';
        try {
            this.client = await open();
            this.listen();
            const notice = await this.client.open();
            this.commands = (await this.client.commands()) as unknown as Described[];
            await this.refreshTables();
            this.phase = 'ready';
            this.beginning.resolve();
            if (notice !== null) this.notices.hint(words.notices.recovered, notice);
            await this.goTo(readAddress(location.hash));
            addEventListener('hashchange', () => void this.goTo(readAddress(location.hash)));
        } catch (error) {
            this.failure = error;
            this.phase = 'failed';
        }
    }

    private listen(): void {
        const { client } = this;
        client.on('loading', (loaded) => (this.loaded = loaded));
        client.on('change', ({ remote }) => {
            if (remote) void this.followOthers();
        });
        client.on('role', ({ readOnly }) => {
            void this.refreshStatus();
            this.notices.done(readOnly ? words.notices.readsNow : words.notices.writesNow);
        });
        client.on('lost', ({ message }) => this.notices.hint(words.notices.lost, message));
        client.on('ready', () => void this.refreshStatus());
        client.on('erased', ({ message }) => this.notices.hint(words.notices.erased, message));
        client.on('quota', ({ percent }) => this.notices.hint(words.notices.quota(percent), words.notices.quotaHelp));
    }

    async refreshStatus(): Promise<void> {
        this.status = await this.client.status();
    }

    private async refreshTables(): Promise<void> {
        [this.tables] = await Promise.all([this.client.tables(), this.refreshStatus()]);
    }

    /** Another window, or somebody else, made a version: followed without moving what one looks at. */
    private async followOthers(): Promise<void> {
        const shown = this.table;
        await this.refreshTables();
        if (shown !== null) await this.open(shown.name, shown.isHead ? null : shown.version);
    }

    // ---- where one is ----

    async goTo(place: Place): Promise<void> {
        this.screen = place.screen;
        if (place.screen === 'diff' && place.before !== null && place.after !== null) this.comparing = { before: place.before, after: place.after, keys: place.keys };
        const name = this.tables.some((one) => one.name === place.table) ? place.table : (this.tables[0]?.name ?? null);
        if (place.table !== null && name !== place.table) this.notices.hint(words.notices.noSuchTable(place.table));
        if (name === null) {
            this.table = null;
            return;
        }
        await this.open(name, name === place.table ? place.version : null, name === place.table ? place : null);
        await tick();
        this.grid?.select(this.row, this.column);
    }

    private place(): Place {
        const { screen, table, row, comparing } = this;
        return {
            screen,
            table: table?.name ?? null,
            version: table === null || table.isHead ? null : table.version,
            row,
            column: this.column === 0 ? null : (this.activeColumn?.name ?? null),
            before: comparing?.before ?? null,
            after: comparing?.after ?? null,
            keys: comparing?.keys ?? [],
        };
    }

    /** Into the address: a step for the browser's way back where one went elsewhere, else in place of the last. */
    writePlace(isStep = false): void {
        clearTimeout(this.writing);
        const write = (): void => {
            const address = writeAddress(this.place());
            if (address === (location.hash === '' ? '#' : location.hash)) return;
            history[isStep ? 'pushState' : 'replaceState'](null, '', address);
        };
        if (isStep) write();
        else this.writing = window.setTimeout(write, 200);
    }

    show(screen: Screen): void {
        if (this.screen === screen) return;
        this.screen = screen;
        this.writePlace(true);
    }

    async openTable(name: string, version: number | null = null): Promise<void> {
        const isOther = this.table?.name !== name;
        if (isOther) this.row = this.column = 0;
        this.screen = 'table';
        await this.open(name, version);
        this.writePlace(true);
    }

    /** What was overtaken by another wish is not shown. */
    private async open(name: string, version: number | null, place: Place | null = null): Promise<void> {
        const generation = ++this.generation;
        const info = this.tables.find((one) => one.name === name);
        if (info === undefined) {
            this.table = null;
            return;
        }
        try {
            const onError = (error: unknown): void => this.notices.failed(words.errors.read(name), error);
            const view = await viewTable(this.client, info, version, this.table, onError);
            if (generation !== this.generation) return view.source === this.table?.source ? undefined : view.source.close();
            if (this.table !== null && this.table.source !== view.source) this.table.source.close();
            if (place !== null) {
                this.row = place.row;
                this.column = Math.max(0, view.columns.findIndex((one) => one.name === place.column));
            }
            this.table = view;
        } catch (error) {
            if (generation === this.generation) this.notices.failed(words.errors.open(name), error);
        }
    }

    openCommands(): void {
        this.preferences.set({ panel: true });
        this.screen = 'table';
        this.aside = 'commands';
        this.command = null;
    }

    openCommand(name: string, filled: Filled = {}): void {
        this.openCommands();
        this.filled[name] = { ...this.filled[name], ...filled };
        this.command = name;
    }

    /** The newest version with the one before it, or what is shown with the newest. */
    askToCompare(): void {
        const { table } = this;
        if (table === null) return;
        const parent = table.timeline.versions.find((one) => one.version === table.info.version)?.parent;
        const before = table.isHead ? (parent ?? table.info.version) : table.version;
        this.dialog = { is: 'compare', before: `${table.name}@${before}`, after: `${table.name}@${table.info.version}` };
    }

    compare(before: string, after: string, keys: string[] = []): void {
        this.comparing = { before, after, keys };
        this.screen = 'diff';
        this.dialog = null;
        this.writePlace(true);
    }

    // ---- changing ----

    /** Runs something that makes versions, shows what came of it, and says so. Gives null when it failed. */
    async change(label: string, failed: string, work: (control: Control) => Promise<Change>, say: Saying = applied): Promise<Change | null> {
        try {
            const change = await this.jobs.run(label, work, true);
            await this.changed(change.table);
            const back = say.back === undefined || !change.changed || change.before === null ? null : { label: say.back, run: () => void this[say.back === words.redo ? 'redo' : 'undo']() };
            this.notices.done(say.text(change), back);
            return change;
        } catch (error) {
            this.notices.failed(failed, error);
            if (!isCancelled(error)) await this.refreshTables();
            return null;
        }
    }

    /** After a change: the same place of the table's newest version. */
    async changed(name: string | null): Promise<void> {
        await this.refreshTables();
        const wanted = name ?? this.table?.name ?? null;
        const there = this.tables.some((one) => one.name === wanted);
        if (wanted !== null && there) await this.open(wanted, null);
        else if (this.tables.length > 0) await this.open(this.tables[0]!.name, null);
        else this.table = null;
        this.writePlace();
    }

    async undo(table = this.table?.name): Promise<void> {
        if (table === undefined || this.isReadOnly) return;
        await this.change(words.changes.undoing, words.errors.undo, (control) => this.client.undo(table, 1, control), { text: words.changes.undone, back: words.redo });
    }

    async redo(): Promise<void> {
        const table = this.table?.name;
        if (table === undefined || this.isReadOnly) return;
        await this.change(words.changes.redoing, words.errors.redo, (control) => this.client.redo(table, 1, control), { text: words.changes.redone });
    }

    async checkout(table: string, version: number): Promise<void> {
        await this.change(
            words.changes.going(version),
            words.errors.checkout(version),
            (control) => this.client.checkout(`${table}@${version}`, control),
            { text: words.changes.went },
        );
    }

    /** A cell's new value; rejected with what is wrong, which the cell's editor shows. */
    async edit(row: number, column: number, value: string | null): Promise<void> {
        const { table } = this;
        const id = table?.source.id(row);
        if (table === null || id === null || id === undefined) throw new Error(words.errors.notThereYet);
        const name = table.columns[column]!.name;
        const parameters = value === null ? { column: name, row: id } : { column: name, row: id, value };
        await this.client.apply(table.name, 'edit', parameters);
        await this.changed(table.name);
        this.notices.spoken = words.changes.edited;
    }
}
