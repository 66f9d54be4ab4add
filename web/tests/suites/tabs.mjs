/** Two tabs: one writes, the other follows and takes over. */
import { assert, test } from '../harness.mjs';
import { orders } from './data.mjs';

async function twoTabs(world) {
    const first = await world.tab('?workspace=tabs');
    await first.importFile(orders(5000), { table: 'orders' });
    const second = await world.tab('?workspace=tabs');
    assert.equal((await second.call('open')).readOnly, true);
    assert.equal((await first.call('status')).readOnly, false);
    assert.deepEqual(await second.rows('SELECT count(*) n FROM orders'), [{ n: 5000 }]);
    assert.equal((await second.fails('apply', 'orders', 'trim', { column: 'city' })).code, 'TARN_E_READ_ONLY');
    await first.call('apply', 'orders', 'filter', { where: 'id < 42' });
    await second.until(({ events }) => events.some((event) => event.name === 'change' && event.remote));
    assert.deepEqual(await second.rows('SELECT count(*) n FROM orders'), [{ n: 42 }]);
    await first.close();
    await second.until(({ engine }) => !engine.readOnly);
    const changed = await second.call('undo', 'orders');
    assert.equal(changed.version, 1);
    assert.deepEqual(await second.rows('SELECT count(*) n FROM orders'), [{ n: 5000 }]);
    await second.close();
}

async function readerKeepsItsVersion(world) {
    const first = await world.tab('?workspace=lease');
    await first.importFile(orders(3000), { table: 'orders' });
    const second = await world.tab('?workspace=lease');
    await second.call('open');
    await first.call('apply', 'orders', 'set', { column: 'amount', expr: 'amount + 1' });
    await first.call('gc', { keepVersions: 1 });
    assert.deepEqual(await second.rows('SELECT count(*) n FROM orders'), [{ n: 3000 }]);
    await second.close();
    await first.call('gc', { keepVersions: 1 });
    assert.deepEqual(await first.rows('SELECT count(*) n FROM orders'), [{ n: 3000 }]);
    await first.close();
}

/** As React's StrictMode does: an engine is opened and closed at once, and the next one opened on the same workspace. */
async function openedTwice(world) {
    const tab = await world.tab('?workspace=strict');
    const found = await tab.run(async ({ module }) => {
        const counts = { readOnly: 0, refused: 0 };
        for (let turn = 0; turn < 8; turn++) {
            const first = new module.TarnEngine({ workspace: 'strict2' });
            const opening = first.open().catch(() => undefined);
            if (turn % 4 === 1) await Promise.resolve();
            if (turn % 4 === 2) await fetch('/engine/index.js');
            if (turn % 4 === 3) await opening;
            const closing = first.close();
            const second = new module.TarnEngine({ workspace: 'strict2' });
            if ((await second.open()).readOnly) counts.readOnly++;
            const change = second.import(new File(['a\n1\n'], 'a.csv'), { ifExists: 'replace' });
            await change.catch(() => counts.refused++);
            await Promise.all([closing, second.close()]);
        }
        // The second engine begins while the first is in use, which is closed then.
        const first = new module.TarnEngine({ workspace: 'strict2' });
        const second = new module.TarnEngine({ workspace: 'strict2' });
        await first.open();
        await second.open();
        void first.close();
        counts.after = await second.apply('a', 'edit', { column: 'a', row: 0, value: '2' }).then(({ changed }) => changed, String);
        await second.close();
        return counts;
    });
    assert.deepEqual(found, { readOnly: 0, refused: 0, after: true });
    await tab.close();
}

/** A tab that writes is frozen, and another one takes its place after ten seconds; when it wakes, it follows. */
async function frozenWriter(world) {
    const first = await world.tab('?workspace=frozen');
    await first.importFile(orders(100), { table: 'orders' });
    const second = await world.tab('?workspace=frozen');
    await second.call('open');
    assert.equal((await second.fails('takeOver')).code, 'TARN_E_LOCKED'); // it answers
    const started = performance.now();
    await first.page.evaluate(() => {
        const { engine } = globalThis.test;
        globalThis.late = engine.apply('orders', 'uppercase', { column: 'city' }).then(() => 'done', ({ code }) => code);
        setTimeout(() => {
            for (const end = performance.now() + 16_000; performance.now() < end; ); // nothing else runs in this page
        });
    });
    await second.call('takeOver');
    assert.ok(performance.now() - started > 10_000);
    assert.equal((await second.call('status')).readOnly, false);
    await second.call('apply', 'orders', 'edit', { column: 'note', row: 1, value: 'by the second' });
    await first.until(({ events }) => events.some(({ name, readOnly }) => name === 'role' && readOnly));
    assert.match(await first.page.evaluate(() => globalThis.late), /^(done|TARN_E_READ_ONLY)$/);
    assert.equal((await first.call('status')).readOnly, true);
    assert.equal((await first.fails('apply', 'orders', 'trim', { column: 'city' })).code, 'TARN_E_READ_ONLY');
    assert.deepEqual(await first.rows('SELECT note FROM orders WHERE id = 1'), [{ note: 'by the second' }]);
    await second.call('apply', 'orders', 'edit', { column: 'note', row: 2, value: 'and again' });
    assert.equal((await second.call('verify')).sound, true);
    await second.close();
    await first.until(({ engine }) => !engine.readOnly); // in its turn
    await first.call('undo', 'orders');
    await first.close();
}

export async function tabs(world) {
    await test('the second tab follows the first, and takes over', () => twoTabs(world));
    await test('gc spares what another tab reads', () => readerKeepsItsVersion(world));
    await test('an engine that is closed hands its workspace to the next of the page', () => openedTwice(world));
    await test('a tab that is frozen while it writes is relieved by another', () => frozenWriter(world));
}
