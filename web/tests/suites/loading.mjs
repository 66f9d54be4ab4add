/** How the engine comes into the page. */
import { assert, test } from '../harness.mjs';

const parts = ['/engine/tarn.wasm.gz', '/engine/tarn-engine.js'];

async function fetchedOnce(world) {
    world.requests.length = 0;
    const tab = await world.tab('?storage=memory');
    assert.deepEqual(world.requests.filter((path) => parts.includes(path)), []); // importing fetches nothing
    await tab.run(async ({ engine, module }) => {
        const other = new module.TarnEngine({ storage: 'memory', workspace: 'other' });
        await Promise.all([engine.open(), engine.tables(), other.open(), engine.sql('SELECT 1')]);
        await other.close();
    });
    assert.equal(world.requests.filter((path) => path === parts[0]).length, 1);
    await tab.close();
}

async function progressOfLoading(world) {
    const tab = await world.tab('?storage=memory');
    await tab.call('open');
    const steps = (await tab.run(({ events }) => events)).filter((event) => event.name === 'loading');
    assert.ok(steps.length > 1);
    assert.ok(steps.every(({ loaded, total }, i) => total > 0 && loaded <= total && (i === 0 || loaded > steps[i - 1].loaded)));
    await tab.close();
}

async function triedAgain(world) {
    const tab = await world.tab('?storage=memory');
    for (const part of parts) {
        world.failing.add(part);
        const failed = await tab.fails('open');
        assert.equal(failed.code, 'TARN_E_LOAD', failed.message);
        world.failing.delete(part);
    }
    assert.equal((await tab.call('open')).state, 'ready');
    await tab.close();
}

async function compatibility(world) {
    const tab = await world.tab('?storage=memory&mode=compatibility');
    const status = await tab.call('open');
    assert.equal(status.threads, 1);
    assert.equal(status.backend, 'memory');
    assert.equal(status.persistent, false);
    assert.match(status.reason, /memory/);
    assert.deepEqual(await tab.rows('SELECT count(*) n FROM range(100000)'), [{ n: 100_000 }]);
    await tab.close();
}

async function closing(world) {
    const tab = await world.tab('?workspace=closing');
    await tab.call('open');
    await tab.call('close');
    assert.equal((await tab.fails('tables')).code, 'TARN_E_CLOSED');
    await tab.close();
}

export async function loading(world) {
    await test('importing the module fetches nothing; all callers share one engine', () => fetchedOnce(world));
    await test('how far the download is, is told', () => progressOfLoading(world));
    await test('a failed load can be tried again', () => triedAgain(world));
    await test('compatibility mode has one thread; memory keeps nothing and says so', () => compatibility(world));
    await test('a closed engine says so', () => closing(world));
}
