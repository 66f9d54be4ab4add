/** What calls may be given: files of all kinds, options by their right names, and whatever the engine itself gave. */
import { assert, test } from '../harness.mjs';

async function sources(world) {
    const tab = await world.tab('?workspace=sources');
    const found = await tab.run(async ({ engine }) => {
        const text = 'a,b\n1,x\n2,y\n';
        const bytes = new TextEncoder().encode(text);
        const root = await navigator.storage.getDirectory();
        const handle = await root.getFileHandle('handle.csv', { create: true });
        const stream = await handle.createWritable();
        await stream.write(text);
        await stream.close();
        const detached = bytes.slice();
        structuredClone(detached, { transfer: [detached.buffer] });
        const frame = document.body.appendChild(document.createElement('iframe'));
        const list = document.getElementById('chosen').files;
        const read = new Response(text);
        await read.text();
        const takes = {
            handle, file: new File([text], 'file.csv'), blob: new Blob([text]), response: new Response(text),
            stream: new Blob([text]).stream(), buffer: bytes.buffer.slice(), bytes, view: new DataView(bytes.buffer),
            part: new Uint8Array([0, ...bytes, 0]).subarray(1, bytes.length + 1), other: new frame.contentWindow.File([text], 'frame.csv'),
            floats: new Uint16Array(bytes.buffer.slice()), shared: (() => { const s = new Uint8Array(new SharedArrayBuffer(bytes.length)); s.set(bytes); return s; })(),
        };
        const refuses = {
            undefined, null: null, FileList: list, Array: [takes.file], Promise: Promise.resolve(takes.file), String: '/home/me/x.csv',
            URL: new URL(location.href), Object: { a: 1 }, Number: 7, FileSystemDirectoryHandle: root, HTMLInputElement: document.getElementById('chosen'),
            missing: await fetch('/nowhere.csv'), detached, read,
        };
        const outcome = {};
        for (const [kind, value] of Object.entries({ ...takes, ...refuses }))
            outcome[kind] = await engine.import(value, { ifExists: 'replace' }).then(
                ({ table, rows, columns }) => `${table} ${rows} ${columns.map(({ name }) => name)}`,
                ({ code, message }) => `${code} ${message}`,
            );
        const fetched = await engine.import(await fetch('/scratch/../index.html?x=1'), { table: 'page', format: 'csv', allText: true }).then(() => 'done', ({ message }) => message);
        return { outcome, takes: Object.keys(takes), refuses: Object.keys(refuses), fetched };
    });
    for (const kind of found.takes) assert.match(found.outcome[kind], /^\w+ 2 a,b$/, kind);
    assert.match(found.outcome.handle, /^handle 2/);
    assert.match(found.outcome.other, /^frame 2/);
    for (const kind of found.refuses) {
        assert.match(found.outcome[kind], /^TARN_E_INVALID /, kind);
        if (/^[A-Z]/.test(kind)) assert.ok(found.outcome[kind].includes(`not ${kind}`), found.outcome[kind]);
    }
    assert.match(found.outcome.missing, /answered 404/);
    await tab.close();
}

async function misspelt(world) {
    const tab = await world.tab('?storage=memory&workspace=misspelt');
    await tab.call('sqlInto', 'SELECT 1 AS n', 't');
    const calls = [
        ['page', 't', { ofset: 1 }, /did you mean 'offset'/],
        ['export', 't', { Format: 'csv' }, /did you mean 'format'/],
        ['sqlInto', 'SELECT 1', 'u', { if_exists: 'replace' }, /did you mean 'ifExists'/],
        ['tables', { onprogress: null }, /did you mean 'onProgress'/],
        ['diff', 't', 't', { key: ['n'] }, /did you mean 'keys'/],
        ['sql', 'SELECT 1', { limit: 1 }, /takes params/],
        ['open', 'now', /options as an object/],
        ['tables', { signal: 5 }, /'signal' must be an AbortSignal/],
        ['apply', 't', 'trim', { column: 'n', value: { deep: [{}] } }, /must be text/],
    ];
    for (const call of calls) {
        const message = call.pop();
        const failed = await tab.fails(...call);
        assert.equal(failed.code, 'TARN_E_INVALID', call[0]);
        assert.match(failed.message, message);
    }
    const others = await tab.run(async ({ engine, module }) => {
        const why = async (work) => {
            try {
                await work();
                return 'done';
            } catch (error) {
                return `${error.code} ${error.message}`;
            }
        };
        return [
            await why(() => new module.TarnEngine({ workSpace: 'x' })),
            await why(() => new module.TarnEngine({ assets: { wasmm: 'x' } })),
            await why(() => new module.TarnEngine({ threads: 'four' })),
            await why(() => new module.TarnEngine({ storage: 'opfs' })),
            await why(() => engine.on('changed', () => undefined)),
            await why(() => engine.apply('t', 'clamp', { column: 'n', min: NaN })),
            await why(() => engine.apply('t', 'clamp', { column: 'n', min: new Map() })),
            await why(() => engine.registerTable('x', 'ARROW1')),
        ];
    });
    const messages = [/'workspace'/, /'wasm'/, /'threads' must be a number/, /'storage' may be/, /'change'/, /NaN/, /a Map/, /not String/];
    for (const [i, text] of others.entries()) {
        assert.match(text, /^TARN_E_INVALID /);
        assert.match(text, messages[i]);
    }
    assert.equal((await tab.call('tables')).length, 1);
    await tab.close();
}

/** Ids of pages are 64-bit integers, which JavaScript has as BigInt. */
async function givenBack(world) {
    const tab = await world.tab('?storage=memory&workspace=back');
    await tab.call('sqlInto', "SELECT 9007199254740993 AS big, 'x' AS c", 't');
    const found = await tab.run(async ({ engine }) => {
        const { version } = await engine.apply('t', 'edit', { column: 'c', row: 0n, value: 9007199254740993n });
        const { rows } = await engine.page('t', { offset: 0n, count: 1n, ids: true });
        return { version, rows };
    });
    assert.deepEqual(found, { version: 2, rows: 1 });
    assert.deepEqual(await tab.rows('SELECT c, big = c::BIGINT AS same FROM t'), [{ c: '9007199254740993', same: true }]);
    await tab.close();
}

/** Values stand beside a query, exactly, whatever their text looks like. */
async function queryValues(world) {
    const tab = await world.tab('?storage=memory&workspace=values');
    await tab.call('sqlInto', "SELECT 'O''Brien; --' AS name, 9007199254740993 AS n", 't');
    const counted = await tab.run(async ({ engine }) => {
        const rows = async (query, params) => (await engine.sql(query, { params })).rows;
        return [
            await rows('SELECT 1 FROM t WHERE name = ?', ["O'Brien; --"]),
            await rows('SELECT 1 FROM t WHERE name = ?', ["' OR 1=1 --"]),
            await rows('SELECT 1 FROM t WHERE n = $1', [9007199254740993n]),
            await rows('SELECT 1 FROM t WHERE $1 IS NULL AND $2 AND n > $3 LIMIT $4', [null, true, 1.5, 5]),
            (await engine.executeSql('SELECT $1 AS x', { params: ['x'] })).length > 0,
        ];
    });
    assert.deepEqual(counted, [1, 0, 1, 1, true]);
    assert.match((await tab.fails('sql', 'SELECT $2', { params: [1] })).message, /parameter \$2/);
    assert.match((await tab.fails('sql', 'SELECT 1', { params: [1] })).message, /value 1 has no parameter/);
    assert.equal((await tab.fails('sql', 'SELECT ?', { params: [[1]] })).code, 'TARN_E_INVALID');
    await tab.close();
}

export async function given(world) {
    await test('files are taken in all forms in which a page has them, and nothing else is', () => sources(world));
    await test('misspelt options are refused, with the nearest name', () => misspelt(world));
    await test('queries take values', () => queryValues(world));
    await test('what the engine gave can be given back', () => givenBack(world));
}
