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

export async function tabs(world) {
    await test('the second tab follows the first, and takes over', () => twoTabs(world));
    await test('gc spares what another tab reads', () => readerKeepsItsVersion(world));
    await test('an engine that is closed hands its workspace to the next of the page', () => openedTwice(world));
}
