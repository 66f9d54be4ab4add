/** The demonstration page: drop a table, see it, change it, undo, ask in SQL. */
import { installIsolation, TarnEngine, TarnError, type Change, type Progress, type TableInfo } from 'tarn-engine';
import { CommandForm, type Described } from './form.js';
import { Grid } from './grid.js';
import { sampleOrders } from './sample.js';
import { Rows } from './values.js';

const $ = <E extends HTMLElement = HTMLElement>(id: string): E => document.getElementById(id) as E;
const button = (id: string): HTMLButtonElement => $<HTMLButtonElement>(id);

const engine = new TarnEngine();
const grid = new Grid($('grid'), fail);
const form = new CommandForm($('parameters'));
let commands: Described[] = [];
let tables: TableInfo[] = [];
let current: string | null = null; // the table that is shown
let columns: string[] = [];
let running: AbortController | null = null; // what Cancel cancels: the last that was begun
let looking: AbortController | null = null; // a query or preview: the next one takes its place

const count = (n: number): string => n.toLocaleString('en');

function bytes(n: number): string {
    const units = ['B', 'kB', 'MB', 'GB', 'TB'];
    let unit = 0;
    for (; n >= 1000 && unit < units.length - 1; unit++) n /= 1000;
    return `${n.toFixed(n < 10 && unit > 0 ? 1 : 0)} ${units[unit]}`;
}

// ---- telling ----

function say(text: string, isError = false): void {
    $('message').textContent = text;
    $('message').title = text;
    $('message').className = isError ? 'error' : '';
}

function fail(error: unknown): void {
    if (error instanceof TarnError && error.code === 'TARN_E_CANCELLED') say('Cancelled. Nothing was changed.');
    else say(error instanceof Error ? error.message : String(error), true);
}

function tellProgress(progress: Progress): void {
    const bar = $<HTMLProgressElement>('progress');
    if (progress.total > 0) bar.value = progress.done / progress.total;
    else bar.removeAttribute('value');
    say(`${progress.phase} ${count(progress.done)}${progress.total > 0 ? ` of ${count(progress.total)}` : ''} ${progress.unit}`);
}

/** Run something that takes a while: with progress, a way to cancel it, and its outcome told. */
async function run<T>(what: string, work: (control: { signal: AbortSignal; onProgress: typeof tellProgress }) => Promise<T>): Promise<T | null> {
    const mine = new AbortController();
    running = mine;
    say(what);
    $('progress').removeAttribute('value');
    $('progress').hidden = $('cancel').hidden = false;
    try {
        return await work({ signal: mine.signal, onProgress: tellProgress });
    } catch (error) {
        fail(error);
        return null;
    } finally {
        if (running === mine) {
            running = null;
            $('progress').hidden = $('cancel').hidden = true;
        }
    }
}

/** The same for what changes nothing, of which only the newest matters. */
async function look<T>(what: string, work: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
    looking?.abort();
    return run(what, ({ signal }) => {
        looking = running;
        return work(signal);
    });
}

function sayChange(change: Change): void {
    const time = change.durationUs === null ? '' : ` in ${(change.durationUs / 1000).toFixed(0)} ms`;
    const cells = change.cellsChanged ? `changed ${count(change.cellsChanged)} cells` : `${count(change.rows ?? 0)} rows`;
    if (!change.changed) say('Nothing differed, so there is no new version.');
    else say(`${change.table}@${change.version}: ${change.message ?? cells}${time}`);
}

// ---- showing ----

function item(label: string, detail: string, isCurrent: boolean, onClick: () => void): HTMLLIElement {
    const made = document.createElement('button');
    const name = Object.assign(document.createElement('span'), { className: 'name', textContent: label });
    const small = Object.assign(document.createElement('small'), { textContent: detail });
    made.append(name, small);
    made.setAttribute('aria-current', String(isCurrent));
    made.addEventListener('click', onClick);
    const li = document.createElement('li');
    li.append(made);
    return li;
}

async function refresh(): Promise<void> {
    tables = await engine.tables();
    if (current === null || !tables.some((table) => table.name === current)) current = tables[0]?.name ?? null;
    $('tables').replaceChildren(
        ...tables.map((table) => item(table.name, count(table.rows), table.name === current, () => void show(table.name))),
    );
    $('no-tables').hidden = tables.length > 0;
    $('welcome').hidden = tables.length > 0;
    await showFacts();
}

async function showFacts(): Promise<void> {
    const status = await engine.status();
    const facts: [string, string][] = [
        ['Threads', String(status.threads)],
        ['Engine memory', bytes(status.memory)],
        ['Workspace', bytes(status.bytesStored)],
        ['Site storage', status.quota > 0 ? `${bytes(status.usage)} of ${bytes(status.quota)}` : 'not told'],
        ['Kept', status.persistent ? 'in this browser' : 'until closed'],
    ];
    $('facts').replaceChildren(
        ...facts.flatMap(([term, value]) => [
            Object.assign(document.createElement('dt'), { textContent: term }),
            Object.assign(document.createElement('dd'), { textContent: value }),
        ]),
    );
    $('facts').title = status.reason ?? '';
    $('meter').style.width = `${Math.min(100, status.percentUsed)}%`;
    $('role').hidden = !status.readOnly && status.persistent;
    $('role').textContent = status.readOnly ? 'read-only: another tab is writing' : `not kept: ${status.reason ?? ''}`;
    $('clear').hidden = status.readOnly || tables.length === 0;
    $('persist').hidden = !status.persistent || (await navigator.storage.persisted());
    for (const id of ['apply', 'preview']) button(id).disabled = current === null || (status.readOnly && id === 'apply');
    button('open').disabled = status.readOnly;
}

/** Show a table's head; `keepPlace` when it is the same table after a change. */
async function show(name: string | null, keepPlace = false): Promise<void> {
    current = name;
    await refresh();
    const table = tables.find((one) => one.name === current);
    $('back').hidden = true;
    button('export').disabled = table === undefined;
    button('undo').disabled = table?.canUndo !== true || engine.readOnly;
    button('redo').disabled = table?.canRedo !== true || engine.readOnly;
    $('count').textContent = table === undefined ? '' : `${count(table.rows)} rows × ${table.columns} columns`;
    if (table === undefined) {
        $('history').replaceChildren();
        await grid.show(null);
        return;
    }
    const now = (await engine.schema(table.name)).map((column) => column.name);
    $('shown').replaceChildren();
    if (now.join('\n') !== columns.join('\n')) {
        columns = now;
        showForm(); // else what was filled in stays
    }
    await Promise.all([
        grid.show(
            {
                rows: table.rows,
                ids: true,
                fetch: async (offset, rows) =>
                    new Rows((await engine.page(`${table.name}@${table.version}`, { offset, count: rows, ids: true })).ipc),
                edit: (column, row, value) => change('Saving…', () => engine.apply(table.name, 'edit', { column, row, value })),
            },
            keepPlace,
        ),
        showHistory(table.name),
    ]);
}

async function showHistory(table: string): Promise<void> {
    const versions = await engine.log(table);
    $('history').replaceChildren(
        ...versions.map((version) => {
            const what = version.command ?? version.kind ?? 'version';
            const column = version.parameters?.['column'];
            const label = `${version.version}  ${what}${column === undefined ? '' : ` ${String(column)}`}`;
            const changed = version.cellsChanged ?? version.rowsChanged;
            const made = item(label, changed === null ? '' : count(changed), version.head, () =>
                void change('Going there…', () => engine.checkout(`${table}@${version.version}`)),
            );
            if (!version.onLine) made.classList.add('undone');
            made.title = `${version.time ?? ''} ${JSON.stringify(version.parameters ?? {})}`;
            return made;
        }),
    );
}

function showForm(): void {
    const command = commands.find((one) => one.name === $<HTMLSelectElement>('commands').value);
    if (command === undefined) return;
    $('about').textContent = command.description;
    form.show(command, columns);
    $('shown').replaceChildren();
}

function fillCommands(): void {
    const families = new Map<string, HTMLOptGroupElement>();
    for (const command of commands) {
        const group = families.get(command.family) ?? Object.assign(document.createElement('optgroup'), { label: command.family });
        families.set(command.family, group);
        group.append(new Option(command.title, command.name));
    }
    const select = $<HTMLSelectElement>('commands');
    select.replaceChildren(...families.values());
    select.value = 'trim';
    showForm();
}

// ---- doing ----

async function change(what: string, work: (control: { signal: AbortSignal }) => Promise<Change>): Promise<void> {
    const changed = await run(what, work);
    if (changed === null) return;
    const same = changed.table === current;
    await show(changed.table, same);
    sayChange(changed);
}

async function importFiles(files: Iterable<File>): Promise<void> {
    for (const file of files) {
        const imported = await run(`Reading ${file.name} (${bytes(file.size)})…`, (control) => engine.import(file, control));
        if (imported === null) return;
        await show(imported.table);
        say(`${imported.table}: ${count(imported.rows ?? 0)} rows, ${imported.columns.length} columns`);
        if (imported.warnings.length > 0) say(`${imported.table}: ${imported.warnings.join('; ')}`);
    }
}

async function runSql(): Promise<void> {
    const statement = $<HTMLTextAreaElement>('statement').value.trim();
    if (statement === '') return;
    const started = performance.now();
    const result = await look('Asking…', (signal) => engine.sql(statement, { signal }));
    if (result === null) return;
    const took = performance.now() - started;
    const rows = new Rows(result.ipc);
    await grid.show({ rows: rows.count, ids: false, fetch: (offset, size) => Promise.resolve(rows.slice(offset, size)) });
    $('welcome').hidden = true;
    $('back').hidden = tables.length === 0;
    $('count').textContent = `${count(rows.count)} rows × ${rows.columns.length} columns`;
    say(`${count(rows.count)} rows in ${took.toFixed(0)} ms`);
}

async function showPreview(): Promise<void> {
    if (current === null || !$<HTMLFormElement>('command').reportValidity()) return;
    const table = current;
    const name = $<HTMLSelectElement>('commands').value;
    const preview = await look('Looking…', (signal) => engine.preview(table, name, form.values, { limit: 8, signal }));
    if (preview === null) return;
    say('This is what would change.');
    const list = document.createElement('table');
    for (const cell of preview.cells) {
        const row = list.insertRow();
        row.insertCell().textContent = cell.column;
        row.insertCell().append(Object.assign(document.createElement('del'), { textContent: cell.before ?? 'null' }));
        row.insertCell().append(Object.assign(document.createElement('ins'), { textContent: cell.after ?? 'null' }));
    }
    const rest = preview.message ?? (preview.cells.length === 0 ? 'Nothing would change.' : preview.complete ? '' : '… and more');
    $('shown').replaceChildren(list, rest);
}

async function exportTable(): Promise<void> {
    if (current === null) return;
    const table = current;
    const made = await run('Writing…', (control) => engine.export(table, { format: 'parquet', ...control }));
    if (made === null) return;
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([made.bytes]));
    link.download = `${table}.parquet`;
    link.click();
    URL.revokeObjectURL(link.href);
    say(`${table}.parquet: ${count(made.rows)} rows, ${bytes(made.bytes.length)}`);
}

function step(direction: 'undo' | 'redo'): void {
    const table = current;
    if (table !== null && !button(direction).disabled) void change(`${direction}…`, () => engine[direction](table));
}

async function clearAll(): Promise<void> {
    if (!confirm('Remove every table, with its history and the audit log? Nothing brings them back.')) return;
    await run('Removing everything…', () => engine.clear(engine.prepareClear()));
    await show(null);
    say('Everything was removed.');
}

// ---- listening ----

function listen(): void {
    button('open').addEventListener('click', () => $('file').click());
    $<HTMLInputElement>('file').addEventListener('change', (event) => {
        const input = event.target as HTMLInputElement;
        void importFiles([...(input.files ?? [])]).then(() => (input.value = ''));
    });
    button('undo').addEventListener('click', () => step('undo'));
    button('redo').addEventListener('click', () => step('redo'));
    button('export').addEventListener('click', () => void exportTable());
    button('cancel').addEventListener('click', () => running?.abort());
    button('clear').addEventListener('click', () => void clearAll());
    button('persist').addEventListener('click', () => void engine.requestPersistence().then(showFacts));
    button('back').addEventListener('click', () => void show(current).then(() => say('')));
    button('preview').addEventListener('click', () => void showPreview());
    button('sample').addEventListener('click', () => void importFiles([sampleOrders(100_000)]));
    $('commands').addEventListener('change', showForm);
    $('command').addEventListener('submit', (event) => {
        event.preventDefault();
        const table = current;
        const name = $<HTMLSelectElement>('commands').value;
        if (table !== null) void change('Working…', (control) => engine.apply(table, name, form.values, control));
    });
    $('sql').addEventListener('submit', (event) => {
        event.preventDefault();
        void runSql();
    });
    $('statement').addEventListener('keydown', (event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void runSql();
    });
    addEventListener('keydown', (event) => {
        const typing = (event.target as HTMLElement).closest('input, textarea, select') !== null;
        if (typing || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return;
        event.preventDefault();
        step(event.shiftKey ? 'redo' : 'undo');
    });
    listenForFiles();
    listenToEngine();
}

function listenForFiles(): void {
    let depth = 0;
    addEventListener('dragenter', (event) => {
        event.preventDefault();
        $('drop').hidden = ++depth === 0;
    });
    addEventListener('dragleave', () => ($('drop').hidden = --depth <= 0));
    addEventListener('dragover', (event) => event.preventDefault());
    addEventListener('drop', (event) => {
        event.preventDefault();
        depth = 0;
        $('drop').hidden = true;
        void importFiles([...(event.dataTransfer?.files ?? [])]);
    });
}

function listenToEngine(): void {
    engine.on('change', ({ remote }) => {
        if (remote) void show(current, true).catch(fail);
    });
    engine.on('loading', ({ loaded, total }) =>
        say(`Fetching the engine: ${bytes(loaded)}${total > 0 ? ` of ${bytes(total)}` : ''}`),
    );
    engine.on('role', () => void showFacts().then(() => say('The other tab has closed: this one writes now.')));
    engine.on('lost', ({ message }) => say(message, true));
    engine.on('quota', ({ percentUsed }) =>
        say(`${percentUsed.toFixed(0)} % of the storage that the browser allows is used: freeze tables or remove some.`, true),
    );
}

async function main(): Promise<void> {
    await installIsolation().catch(() => false); // where it cannot help, the first call says what is missing
    listen();
    await engine.open();
    commands = (await engine.commands()) as Described[];
    fillCommands();
    await show(null);
    say(engine.notice ?? 'Ready.');
    document.documentElement.dataset['ready'] = 'true';
}

main().catch(fail);
