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

export async function tabs(world) {
    await test('the second tab follows the first, and takes over', () => twoTabs(world));
    await test('gc spares what another tab reads', () => readerKeepsItsVersion(world));
}
