/** Import, commands, history, queries, and what a reload leaves of them. */
import { assert, plain, test } from '../harness.mjs';
import { orders } from './data.mjs';

const TOTALS = 'SELECT count(*) n, sum(length(city))::BIGINT AS letters, round(sum(amount), 2) AS amount, min(day)::VARCHAR AS first, max(id) AS last FROM orders';

/** Names of files anywhere in the origin's private file system. */
async function filesIn(tab) {
    return tab.run(async () => {
        const names = [];
        const walk = async (folder, path) => {
            for await (const [name, entry] of folder.entries()) {
                if (entry.kind === 'directory') await walk(entry, `${path}/${name}`);
                else names.push(`${path}/${name}`);
            }
        };
        await walk(await navigator.storage.getDirectory(), '');
        return names;
    });
}

async function millionRows(world) {
    const path = orders(1_000_000);
    let tab = await world.tab('?workspace=million');
    const imported = await tab.importFile(path, { table: 'orders' });
    assert.equal(imported.rows, 1_000_000);
    const before = await tab.rows(TOTALS);
    assert.equal(before[0].n, 1_000_000);
    const trimmed = await tab.call('apply', 'orders', 'trim', { column: 'city' });
    assert.equal(trimmed.changed, true);
    assert.equal(trimmed.cellsChanged, 500_000);
    const after = await tab.rows(TOTALS);
    assert.notEqual(after[0].letters, before[0].letters);
    await tab.reload();
    assert.deepEqual(await tab.rows(TOTALS), after);
    const undone = await tab.call('undo', 'orders');
    assert.equal(undone.version, 1);
    assert.deepEqual(await tab.rows(TOTALS), before);
    await tab.reload();
    assert.deepEqual(await tab.rows(TOTALS), before);
    const redone = await tab.call('redo', 'orders');
    assert.equal(redone.version, 2);
    assert.deepEqual(await tab.rows(TOTALS), after);
    const page = plain((await tab.call('page', 'orders', { offset: 900_000, count: 3, columns: ['id', 'city'] })).ipc);
    assert.deepEqual(page.map((row) => row.id), [900_000, 900_001, 900_002]);
    assert.equal(page[0].city, page[0].city.trim());
    const left = (await filesIn(tab)).filter((name) => name.endsWith('.tmp') || name.includes('/tmp/') || name.includes('.tarn-removed'));
    const held = left.filter((name) => /\/tmp\/spill-[0-9a-f]{16}\/owner$/.test(name)); // what says that this engine lives
    assert.ok(held.length <= 1, String(held)); // that of the page before the reload was swept
    assert.deepEqual(left.filter((name) => !held.includes(name)), []);
    await tab.close();
}

async function historiesAfterReload(world) {
    const tab = await world.tab('?workspace=histories&user=ada');
    await tab.importFile(orders(2000), { table: 'orders' });
    await tab.importFile(orders(500), { table: 'small' });
    assert.match((await tab.fails('apply', 'orders', 'trim', {})).message, /^trim needs column: /);
    assert.match((await tab.fails('apply', 'orders', 'clamp', { column: 'id' })).message, /^clamp needs min, max or both$/);
    await tab.call('apply', 'orders', 'trim', { column: 'city' });
    await tab.call('apply', 'small', 'filter', { where: 'id < 100' });
    await tab.call('apply', 'orders', 'set', { column: 'amount', expr: 'amount * 2' });
    await tab.call('undo', 'orders');
    const before = { audit: await tab.call('audit'), log: await tab.call('log', 'orders'), small: await tab.call('log', 'small') };
    assert.equal(before.audit.length, 6);
    assert.equal(before.audit[2].user, 'ada');
    await tab.reload();
    assert.deepEqual(await tab.call('audit'), before.audit);
    assert.deepEqual(await tab.call('log', 'orders'), before.log);
    assert.deepEqual(await tab.call('log', 'small'), before.small);
    assert.equal((await tab.call('auditVerify')).holds, true);
    const names = (await tab.call('tables')).map((table) => [table.name, table.rows]);
    assert.deepEqual(names, [['orders', 2000], ['small', 100]]);
    await tab.call('redo', 'orders');
    const diff = await tab.run(async ({ engine, pack }) => {
        const opened = await engine.diff('orders@2', 'orders@3');
        const page = await opened.page({ count: 5 });
        const answer = { info: opened.info, page: pack(page) };
        await opened.close();
        return answer;
    });
    assert.equal(diff.info.rows.modified, 1999); // all but the amount of 0
    await tab.close();
}

async function reloadAfterEdit(world) {
    const tab = await world.tab('?workspace=edit');
    await tab.importFile(orders(1000), { table: 'orders' });
    // The reload begins in the same turn in which the edit is known to be made.
    await Promise.all([
        tab.page.waitForNavigation(),
        tab.page.evaluate(() => {
            void globalThis.test.engine
                .apply('orders', 'edit', { column: 'note', row: 7, value: 'seen' })
                .then(() => location.reload());
        }),
    ]);
    await tab.ready();
    assert.deepEqual(await tab.rows('SELECT note FROM orders WHERE id = 7'), [{ note: 'seen' }]);
    const [event] = (await tab.call('audit')).slice(-1);
    assert.equal(event.old, 'note 7 of order 7');
    assert.equal(event.new, 'seen');
    await tab.close();
}

async function commandsAndRecipes(world) {
    const tab = await world.tab('?workspace=recipes');
    await tab.importFile(orders(800), { table: 'orders' });
    const commands = await tab.call('commands');
    assert.ok(commands.some((command) => command.name === 'trim'));
    const preview = await tab.call('preview', 'orders', 'trim', { column: 'city' }, { limit: 2 });
    assert.equal(preview.cells.length, 2);
    assert.equal(preview.cells[0].after, preview.cells[0].before.trim());
    await tab.call('apply', 'orders', 'trim', { column: 'city' });
    await tab.call('apply', 'orders', 'uppercase', { column: ['city', 'note'] });
    await tab.call('recipes.save', 'tidy', 'orders');
    await tab.importFile(orders(900), { table: 'more' });
    const { steps } = await tab.call('recipes.apply', 'tidy', 'more');
    assert.deepEqual(
        steps.map((step) => [step.step, step.command, step.changed]),
        [[1, 'trim', true], [2, 'uppercase', true]],
    );
    assert.deepEqual(await tab.rows("SELECT DISTINCT city FROM more WHERE city <> upper(trim(city))"), []);
    assert.deepEqual((await tab.call('recipes.list')).map((recipe) => recipe.name), ['tidy']);
    const clusters = await tab.call('clusters', 'orders@1', 'city');
    assert.ok(Array.isArray(clusters));
    await tab.call('drop', 'more');
    assert.equal((await tab.call('tables')).length, 1);
    await tab.call('undrop', 'more');
    await tab.call('sqlInto', 'SELECT city, count(*) AS n FROM orders GROUP BY city ORDER BY city', 'by_city');
    assert.equal((await tab.call('tables')).length, 3);
    assert.equal((await tab.fails('clear', 'not a token')).code, 'TARN_E_INVALID');
    await tab.run(({ engine }) => engine.clear(engine.prepareClear()));
    assert.deepEqual(await tab.call('tables'), []);
    await tab.close();
}

async function comparedByKey(world) {
    const tab = await world.tab('?workspace=compared&storage=memory');
    await tab.call('sqlInto', "SELECT * FROM (VALUES (1, 'Ann Lee', 'Oslo'), (2, 'Bob', 'Rome'), (3, 'Anne Lee', 'Oslo')) t(id, full_name, city)", 'a');
    await tab.call('sqlInto', "SELECT * FROM (VALUES (3, 'ANNE LEE', 'Oslo'), (1, 'Ann Lee', 'Bergen')) t(id, called, city)", 'b');
    const options = { keys: ['id'], map: { full_name: 'called' }, ignoreCase: true, complete: true };
    const diff = await tab.run(async ({ engine, pack }, given) => {
        const opened = await engine.diff('a', 'b', given);
        const answer = { info: opened.info, csv: pack(await opened.export({ kinds: ['modified'] })) };
        await opened.close();
        return answer;
    }, options);
    assert.deepEqual(diff.info.rows, { added: 0, removed: 1, modified: 1 });
    assert.equal(diff.info.columns.find((column) => column.before === 'full_name').mapped, true);
    assert.match(Buffer.from(diff.csv.bytes64, 'base64').toString(), /Oslo.*Bergen/);
    const found = await tab.call('match', 'a', ['full_name', 'city'], { weights: [3, 1], threshold: 0.9 });
    assert.equal(found.groups, 1);
    assert.deepEqual(found.list[0].rows.map(({ row, values }) => [row, values[0]]), [[0, 'Ann Lee'], [2, 'Anne Lee']]);
    const [pair] = found.list[0].pairs;
    assert.ok(pair.similarities[0] > 0.9 && pair.similarities[1] === 1);
    await tab.call('apply', 'a', 'merge', { pairs: `${pair.rows[0]}:${pair.rows[1]}` });
    assert.deepEqual(await tab.rows('SELECT count(*) n FROM a'), [{ n: 2 }]);
    assert.equal((await tab.call('verify')).sound, true);
    await tab.close();
}

/** A signal that was aborted before refuses every call that takes one, before it does anything. */
async function aborted(world) {
    const tab = await world.tab('?workspace=aborted&storage=memory');
    await tab.call('sqlInto', "SELECT 'x' AS c", 't');
    const audit = await tab.call('audit');
    const codes = await tab.run(async ({ engine }) => {
        const options = { signal: AbortSignal.abort() };
        const bytes = new Uint8Array([1]);
        const { recipes } = engine;
        const calls = {
            open: () => engine.open(options), status: () => engine.status(options), close: () => engine.close(options),
            info: () => engine.info(options), tables: () => engine.tables(options), schema: () => engine.schema('t', options),
            page: () => engine.page('t', options), rename: () => engine.rename('t', 'u', options), drop: () => engine.drop('t', options),
            undrop: () => engine.undrop('t', options), sql: () => engine.sql('SELECT 1', options),
            sqlInto: () => engine.sqlInto('SELECT 1 AS n', 'n', options), import: () => engine.import(bytes, options),
            export: () => engine.export('t', options), exportSql: () => engine.exportSql('SELECT 1', options),
            commands: () => engine.commands(options), apply: () => engine.apply('t', 'uppercase', { column: 'c' }, options),
            preview: () => engine.preview('t', 'uppercase', { column: 'c' }, options), undo: () => engine.undo('t', 1, options),
            redo: () => engine.redo('t', 1, options), checkout: () => engine.checkout('t@1', options), log: () => engine.log('t', options),
            timeline: () => engine.timeline('t', options), audit: () => engine.audit(options), auditTip: () => engine.auditTip(options),
            auditVerify: () => engine.auditVerify(undefined, options), auditDetail: () => engine.auditDetail(1, options),
            auditExport: () => engine.auditExport(options), diff: () => engine.diff('t', undefined, options),
            save: () => recipes.save('r', 't', options), get: () => recipes.get('r', options), put: () => recipes.put('r', {}, options),
            dropRecipe: () => recipes.drop('r', options), list: () => recipes.list(options), applyRecipe: () => recipes.apply('r', 't', options),
            check: () => recipes.check('r', 't', options), clusters: () => engine.clusters('t', 'c', options),
            match: () => engine.match('t', ['c'], options), verify: () => engine.verify(options), gc: () => engine.gc(options),
            freeze: () => engine.freeze('t', options), thaw: () => engine.thaw('t', options), migrate: () => engine.migrate('old', options),
            clear: () => engine.clear(engine.prepareClear(), options), registerTable: () => engine.registerTable('r', bytes, options),
            executeSql: () => engine.executeSql('SELECT 1', options), registered: () => engine.registered(options),
            executeAndRegister: () => engine.executeAndRegister('SELECT 1', 'r', options),
            deregisterTable: () => engine.deregisterTable('r', options), reset: () => engine.reset(options),
        };
        const found = {};
        for (const [name, call] of Object.entries(calls)) found[name] = await call().then(() => 'done', (error) => error.code);
        return found;
    });
    for (const [name, code] of Object.entries(codes)) assert.equal(code, 'TARN_E_CANCELLED', name);
    assert.deepEqual(await tab.call('audit'), audit);
    await tab.close();
}

/** Starting is for all calls: whoever no longer waits leaves it to the others. Closing, once begun, goes on. */
async function abortedMeanwhile(world) {
    const tab = await world.tab('?workspace=aborted2&storage=memory');
    const found = await tab.run(async ({ engine }) => {
        const { constructor: TarnEngine } = engine;
        const other = new TarnEngine({ storage: 'memory', workspace: 'other' });
        const aborted = async (call) => {
            const control = new AbortController();
            const answer = call({ signal: control.signal }).then(() => 'done', ({ name, code, message }) => ({ name, code, message }));
            control.abort();
            return answer;
        };
        return {
            open: await aborted((options) => other.open(options)),
            first: await aborted((options) => other.executeSql('SELECT 1', options)),
            import: await aborted((options) => other.import(new File(['a\n1\n'], 'a.csv'), options)),
            state: (await other.open()).state,
            status: await aborted((options) => other.status(options)),
            close: await aborted((options) => other.close(options)),
            closed: await other.tables().then(() => 'open', ({ code }) => code),
        };
    });
    const abort = { name: 'AbortError', code: 'TARN_E_CANCELLED' };
    const unchanged = { ...abort, message: 'cancelled; nothing was changed' }; // a request that never set out
    assert.deepEqual(found, {
        open: { ...abort, message: 'cancelled while the engine was started, which goes on' },
        first: unchanged, import: unchanged, state: 'ready', status: unchanged,
        close: { ...abort, message: 'no longer waited for; the engine closes all the same' },
        closed: 'TARN_E_CLOSED',
    });
    await tab.close();
}

/** A folder of the earlier layout, as it lies in the browser's storage. */
async function earlierLayout(world) {
    const tab = await world.tab('?workspace=migrated');
    await tab.page.evaluate(async () => {
        const root = await navigator.storage.getDirectory();
        const put = async (folder, name, text) => {
            const stream = await (await folder.getFileHandle(name, { create: true })).createWritable();
            await stream.write(text);
            await stream.close();
        };
        const old = await root.getDirectoryHandle('old', { create: true });
        const tables = await old.getDirectoryHandle('tables', { create: true });
        const list = [{ id: 't1', name: 'Orders', rowCount: 2 }, { id: 7, name: 'people.csv', rowCount: 3 }];
        await put(old, 'metadata.json', JSON.stringify({ version: 2, tables: list }));
        await put(tables, 't1.csv', 'id,city\n007,"Paris, France"\n008,\n');
        await put(tables, '7.csv', 'n\n1\n\n3\n');
        await put(old, 'audit_details.csv', 'timestamp,tableName,action,details\n2025-01-01T00:00:00Z,Orders,trim,"{""cells"": 2}"\n');
    });
    assert.deepEqual(await tab.call('migratable'), ['old']);
    const done = await tab.call('migrate', 'old');
    assert.deepEqual([done.complete, done.tablesImported, done.auditEventsRestored], [true, 2, 1], JSON.stringify(done));
    assert.deepEqual(await tab.call('migratable'), []); // offered once
    assert.deepEqual((await tab.call('tables')).map(({ name, rows }) => [name, rows]), [['Orders', 2], ['people', 3]]);
    assert.deepEqual(await tab.rows('SELECT id, city FROM Orders ORDER BY id'), [{ id: '007', city: 'Paris, France' }, { id: '008', city: null }]);
    assert.equal((await tab.call('migrate', 'old')).already, true);
    await tab.reload();
    assert.deepEqual((await tab.call('tables')).map(({ name }) => name), ['Orders', 'people']);
    assert.equal((await tab.call('verify')).sound, true);
    await tab.close();
}

async function sameTimeAsNative(world) {
    const tab = await world.tab('?workspace=time&storage=memory');
    const [row] = await tab.rows(
        "SELECT (now()::DATE = current_date) AS same, TIMESTAMPTZ '2024-03-10 12:00:00+02' + INTERVAL 1 MONTH AS later, " +
            "strftime(TIMESTAMPTZ '2024-01-01 00:30:00+01', '%Y-%m-%d %H:%M') AS utc",
    );
    assert.equal(row.same, true);
    assert.equal(row.utc, '2023-12-31 23:30');
    await tab.close();
}

export async function core(world) {
    await test('a million rows: import, trim, reload, undo, redo, query', () => millionRows(world));
    await test('several tables, their histories and the audit log after a reload', () => historiesAfterReload(world));
    await test('a reload right after one cell was edited', () => reloadAfterEdit(world));
    await test('commands, previews, recipes, clusters, drop, clear', () => commandsAndRecipes(world));
    await test('comparisons with mapped columns; likely duplicates', () => comparedByKey(world));
    await test('an aborted signal refuses every call', () => aborted(world));
    await test('a signal while the engine starts or closes ends the waiting only', () => abortedMeanwhile(world));
    await test('a folder of the earlier layout is taken over, once', () => earlierLayout(world));
    await test('times are UTC, with time zones at hand', () => sameTimeAsNative(world));
}
