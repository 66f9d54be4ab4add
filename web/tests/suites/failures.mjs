/** What goes wrong is told, changes nothing, and leaves an engine that works. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert, scratch, test, World } from '../harness.mjs';
import { orders } from './data.mjs';

async function stillWorks(tab) {
    const [row] = await tab.rows('SELECT sum(i)::BIGINT s FROM range(1000) r(i)');
    assert.equal(row.s, 499_500);
}

async function cancelledImport(world) {
    const tab = await world.tab('?workspace=cancelled');
    await tab.choose(orders(1_000_000));
    const answer = await tab.run(async ({ engine, outcome, chosen }) => {
        const control = new AbortController();
        let cancelledAt = 0;
        const ended = await outcome(() =>
            engine.import(chosen(), {
                signal: control.signal,
                onProgress: () => {
                    cancelledAt ||= performance.now();
                    control.abort();
                },
            }),
        );
        return { ended, took: performance.now() - cancelledAt };
    });
    assert.equal(answer.ended.error?.code, 'TARN_E_CANCELLED', JSON.stringify(answer.ended));
    assert.deepEqual(await tab.call('tables'), []);
    await stillWorks(tab);
    await tab.close();
    console.log(`      (told after ${Math.round(answer.took)} ms)`);
}

async function cancelledQuery(world) {
    const tab = await world.tab('?storage=memory');
    await tab.call('open');
    const answer = await tab.run(async ({ engine, outcome }) => {
        const control = new AbortController();
        const query = outcome(() =>
            engine.sql('SELECT count(*) FROM range(100000) a(i), range(100000) b(j) WHERE (i * j) % 7 = 3', { signal: control.signal }),
        );
        await engine.tables(); // the query was sent before
        const started = performance.now();
        control.abort();
        return { ended: await query, took: performance.now() - started };
    });
    assert.equal(answer.ended.error?.code, 'TARN_E_CANCELLED');
    assert.equal(answer.ended.error.name, 'AbortError');
    await stillWorks(tab);
    await tab.close();
    console.log(`      (answered after ${Math.round(answer.took)} ms)`);
}

async function malformedFiles(world) {
    const tab = await world.tab('?workspace=malformed');
    const parquet = join(scratch, 'broken.parquet');
    writeFileSync(parquet, Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(500, 7), Buffer.from('PAR1')]));
    const json = join(scratch, 'broken.json');
    writeFileSync(json, '[{"a": 1}, {"a": ');
    const workbook = join(scratch, 'broken.xlsx');
    writeFileSync(workbook, Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(300, 1)]));
    for (const path of [parquet, json, workbook]) {
        const { code, message } = await tab.importFails(path);
        assert.match(code, /^TARN_E_(FORMAT|SQL|UNSUPPORTED|INVALID|CORRUPT)$/, `${path}: ${code} ${message}`);
        assert.ok(message.length > 10);
    }
    assert.deepEqual(await tab.call('tables'), []);
    await tab.importFile(orders(10), { table: 'orders' });
    await stillWorks(tab);
    await tab.close();
}

async function outOfMemory(world) {
    const tab = await world.tab(`?workspace=memory&memoryLimit=${100 << 20}`);
    await tab.importFile(orders(1000), { table: 'orders' });
    const failed = await tab.fails('sql', "SELECT list(i::VARCHAR || repeat('x', 200)) FROM range(20000000) r(i)");
    assert.match(failed.code, /^TARN_E_(MEMORY|SQL|ENGINE_LOST)$/, failed.message);
    await stillWorks(tab);
    assert.deepEqual(await tab.rows('SELECT count(*) n FROM orders'), [{ n: 1000 }]);
    await tab.close();
}

async function engineLost(world) {
    const tab = await world.tab('?workspace=lost');
    await tab.importFile(orders(5000), { table: 'orders' });
    await tab.call('apply', 'orders', 'trim', { column: 'city' });
    // The engine's first worker throws, as it does when a thread of it traps.
    const answer = await tab.run(async ({ engine, outcome }) => {
        const pending = outcome(() => engine.sql('SELECT count(*) FROM range(100000) a(i), range(100000) b(j) WHERE (i * j) % 7 = 3'));
        await engine.tables();
        const worker = engine['life'].current['worker'];
        worker.postMessage({ type: 'request', id: 'x', json: null, data: { length: -1 } });
        return { pending: await pending };
    });
    assert.equal(answer.pending.error?.code, 'TARN_E_ENGINE_LOST', JSON.stringify(answer.pending));
    assert.deepEqual(await tab.rows('SELECT count(*) n FROM orders WHERE city <> trim(city)'), [{ n: 0 }]);
    assert.equal((await tab.call('undo', 'orders')).version, 1);
    const names = await tab.run(({ events }) => events.map((event) => event.name));
    assert.ok(names.includes('lost'));
    await tab.close();
}

async function fullQuota() {
    const world = await World.open();
    try {
        await filledQuota(world);
    } finally {
        await world.close();
    }
}

async function filledQuota(world) {
    const tab = await world.tab('?workspace=quota');
    await tab.importFile(orders(20_000), { table: 'orders' });
    const session = await world.browser.context.newCDPSession(tab.page);
    const { usage } = await tab.call('storageEstimate');
    const origin = world.server.url;
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + (2 << 20) });
    const failed = await tab.importFails(orders(1_000_000), { table: 'too_big' });
    assert.equal(failed.code, 'TARN_E_FULL', failed.message);
    await tab.until(({ events }) => events.some((event) => event.name === 'quota'));
    assert.deepEqual((await tab.call('tables')).map((table) => table.name), ['orders']);
    assert.deepEqual(await tab.rows('SELECT count(*) n FROM orders'), [{ n: 20_000 }]);
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 }); // fuller it cannot be
    await tab.reload();
    assert.equal((await tab.call('open')).persistent, true);
    assert.deepEqual(await tab.rows('SELECT count(*) n FROM orders'), [{ n: 20_000 }]);
    await session.send('Storage.overrideQuotaForOrigin', { origin });
    await tab.reload();
    await tab.importFile(orders(1000), { table: 'fits_again' });
    await tab.close();
}

/** In a browser of its own, since what other tests stored counts as well. */
async function nearQuota() {
    const world = await World.open();
    try {
        await warnedNearQuota(world);
    } finally {
        await world.close();
    }
}

async function warnedNearQuota(world) {
    const tab = await world.tab('?workspace=nearquota');
    await tab.importFile(orders(200_000), { table: 'orders' });
    const session = await world.browser.context.newCDPSession(tab.page);
    const { usage } = await tab.call('storageEstimate');
    const origin = world.server.url;
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: Math.round(usage * 1.1) });
    await tab.call('apply', 'orders', 'edit', { column: 'note', row: 1, value: 'x' });
    await tab.until(({ events }) => events.some((event) => event.name === 'quota'));
    const status = await tab.call('status');
    assert.equal(status.nearLimit, true);
    assert.ok(status.percentUsed >= 80);
    await session.send('Storage.overrideQuotaForOrigin', { origin });
    await tab.close();
}

async function leaving(world) {
    const tab = await world.tab('?workspace=leaving');
    await tab.importFile(orders(200_000), { table: 'orders' });
    const asked = await tab.run(async ({ engine }) => {
        const asks = () => !dispatchEvent(new Event('beforeunload', { cancelable: true }));
        const idle = asks();
        await engine.open();
        const change = engine.apply('orders', 'trim', { column: 'city' });
        await Promise.resolve().then(() => undefined);
        await engine.tables();
        const during = asks();
        await change;
        return { idle, during, after: asks() };
    });
    assert.deepEqual(asked, { idle: false, during: true, after: false });
    await tab.close();
}

/** Files that are open can be written to after the site's data were removed, and would be lost with the page. */
async function erasedStorage() {
    const world = await World.open();
    try {
        for (const first of ['apply', 'import']) await erasedBefore(world, first);
    } finally {
        await world.close();
    }
}

async function erasedBefore(world, first) {
    const tab = await world.tab('?workspace=erased');
    await tab.importFile(orders(50), { table: 'orders' });
    await tab.until(({ engine }) => !engine['quotaWatch'].looking); // which has a file of its own open meanwhile
    const session = await world.browser.context.newCDPSession(tab.page);
    await session.send('Storage.clearDataForOrigin', { origin: world.server.url, storageTypes: 'all' });
    const changes = {
        apply: () => tab.fails('apply', 'orders', 'edit', { column: 'note', row: 1, value: 'lost' }),
        import: () => tab.importFails(orders(10), { table: 'lost' }),
    };
    assert.equal((await changes[first]()).code, 'TARN_E_ERASED');
    for (const change of Object.values(changes)) assert.equal((await change()).code, 'TARN_E_ERASED');
    const status = await tab.call('status');
    assert.equal(status.persistent, false);
    assert.match(status.reason, /removed while the engine was open/);
    assert.equal(await tab.run(({ events }) => events.filter((event) => event.name === 'erased').length), 1);
    assert.equal((await tab.rows('SELECT count(*) n FROM orders'))[0].n, 50); // to be taken out
    await tab.reload();
    assert.deepEqual(await tab.call('tables'), []);
    await tab.importFile(orders(10), { table: 'new' });
    assert.equal((await tab.call('status')).persistent, true);
    await tab.close();
}

/** What the page does in its listeners is its own affair. */
async function listenersThatThrow(world) {
    const tab = await world.tab('?storage=memory&workspace=listeners');
    const found = await tab.run(async ({ engine }) => {
        const reported = [];
        addEventListener('error', (event) => (event.preventDefault(), reported.push(event.error.message)));
        const fail = () => {
            throw new Error('mine');
        };
        const off = engine.on('change', fail);
        const { rows } = await engine.import(new File(['a\n1\n'], 't.csv'), { table: 't', onProgress: fail });
        off();
        return { rows, reported: [...new Set(reported)] };
    });
    assert.deepEqual(found, { rows: 1, reported: ['mine'] });
    await tab.close();
}

export async function failures(world) {
    await test('a cancelled import leaves nothing', () => cancelledImport(world));
    await test('a cancelled query', () => cancelledQuery(world));
    await test('malformed files', () => malformedFiles(world));
    await test('a query that needs too much memory', () => outOfMemory(world));
    await test('a lost engine starts again on the same workspace', () => engineLost(world));
    await test('site data that are removed while the engine is open: nothing is said to be kept', erasedStorage);
    await test('a listener that throws makes no change fail', () => listenersThatThrow(world));
    await test('a full quota', fullQuota);
    await test('a warning when the quota comes near', nearQuota);
    await test('the page asks before it is left only while something is being committed', () => leaving(world));
}
