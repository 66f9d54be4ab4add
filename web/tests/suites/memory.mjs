/** How much memory the page takes: the engine's, and JavaScript's heap. */
import { statSync } from 'node:fs';
import { assert, soak, test } from '../harness.mjs';
import { dense, wide } from './data.mjs';

const MB = 1e6;

/**
 * The page's JavaScript heap and WebAssembly's memory. (The heaps of coordinator and files worker are some 4 MB as
 * measureUserAgentSpecificMemory has them, which takes half a minute to answer and counts the shared memory for each.)
 */
async function measure(tab) {
    return tab.run(async ({ engine }) => {
        const { memory } = await engine.status();
        const scripts = performance.memory.usedJSHeapSize;
        return { wasm: memory, scripts, total: memory + scripts };
    });
}

const told = (m) => `WebAssembly ${Math.round(m.wasm / MB)} MB + scripts ${Math.round(m.scripts / MB)} MB`;

async function fiftyThousandRows(world) {
    const path = wide(50_000, 20, 90);
    const tab = await world.tab('?workspace=wide');
    await tab.importFile(path, { table: 'wide' });
    const imported = await measure(tab);
    for (const [command, parameters] of [
        ['trim', { column: ['t0', 't2'] }],
        ['uppercase', { column: 't4' }],
        ['set', { column: 'n1', expr: 'n1 * 2' }],
        ['filter', { where: 'n3 % 10 <> 0' }],
        ['sort', { column: 'n5' }],
    ])
        await tab.call('apply', 'wide', command, parameters);
    const changed = await measure(tab);
    console.log(`      (${Math.round(statSync(path).size / MB)} MB CSV: ${told(imported)}; after five commands ${told(changed)})`);
    assert.ok(imported.total < 200 * MB, told(imported));
    assert.ok(changed.total < 300 * MB, told(changed));
    await tab.close();
}

async function largeFile(world) {
    const path = wide(240_000, 20, 90);
    const tab = await world.tab('?workspace=large');
    await tab.importFile(path, { table: 'large' });
    const imported = await measure(tab);
    console.log(`      (${Math.round(statSync(path).size / MB)} MB CSV: ${told(imported)})`);
    assert.ok(imported.total < 800 * MB, told(imported));
    assert.deepEqual(await tab.rows('SELECT count(*) n FROM large'), [{ n: 240_000 }]);
    await tab.close();
}

/** A table that does not fit into the engine's memory is read, and written, in pieces. */
async function beyondMemory(world) {
    const most = 192 * 2 ** 20;
    const rows = 1_600_000;
    const tab = await world.tab(`?workspace=beyond&engineMemory=${most}&memoryLimit=${48 * 2 ** 20}`);
    await tab.importFile(dense(rows), { table: 'beyond' });
    const { bytesStored } = await tab.call('status');
    assert.ok(bytesStored > most, `${bytesStored} bytes are stored`);
    const sums = 'SELECT count(*) n, sum(length(a))::BIGINT AS letters, sum(id)::BIGINT AS total, max(d) AS last FROM ';
    const before = await tab.rows(`${sums} beyond`);
    assert.deepEqual([before[0].n, before[0].letters], [rows, 33 * rows]);
    await tab.call('apply', 'beyond', 'trim', { column: 'a' });
    await tab.call('apply', 'beyond', 'set', { column: 'id', expr: 'id + 1' });
    await tab.call('apply', 'beyond', 'filter', { where: 'id % 10 <> 0' });
    const [after] = await tab.rows(`${sums} beyond`);
    assert.deepEqual([after.n, after.letters], [rows - rows / 10, 32 * (rows - rows / 10)]);
    await tab.call('undo', 'beyond', 3);
    assert.deepEqual(await tab.rows(`${sums} beyond`), before);
    const memory = await measure(tab);
    console.log(`      (${Math.round(bytesStored / MB)} MB are stored: ${told(memory)})`);
    assert.ok(memory.wasm <= most, told(memory));
    assert.deepEqual((await tab.run(({ events }) => events)).filter((event) => event.name === 'lost'), []);
    await tab.close();
}

/** Commands and undos, over and over: after a while to get warm, memory must not grow any more. */
async function steady(world) {
    const seconds = soak ? 600 : 60;
    const tab = await world.tab('?workspace=steady');
    await tab.importFile(wide(20_000, 8, 20), { table: 'steady' });
    const round = ({ engine }, milliseconds) => {
        const end = performance.now() + milliseconds;
        let rounds = 0;
        const once = async () => {
            await engine.apply('steady', 'set', { column: 'n1', expr: `n1 + ${(rounds % 50) + 1}` });
            await engine.undo('steady');
            await engine.apply('steady', 'trim', { column: 't0' });
            await engine.undo('steady');
            await engine.page('steady', { offset: (rounds * 100) % 20_000, count: 100 });
            rounds++;
            return performance.now() < end ? once() : rounds;
        };
        return once();
    };
    await tab.run(round, seconds * 250);
    const before = await measure(tab);
    const rounds = await tab.run(round, seconds * 750);
    const after = await measure(tab);
    console.log(`      (${rounds} rounds: ${told(before)}, then ${told(after)})`);
    assert.ok(after.total < before.total * 1.1 + 8 * MB, `${told(before)} grew to ${told(after)}`);
    await tab.close();
}

export async function memory(world) {
    await test('50,000 rows of 20 columns: under 200 MB, under 300 MB after five commands', () => fiftyThousandRows(world));
    await test('a 240 MB CSV: under 800 MB', () => largeFile(world));
    await test('a table that does not fit into the memory: import, query, clean, undo', () => beyondMemory(world));
    await test(`commands and undos for ${soak ? 'ten minutes' : 'a minute'} do not grow`, () => steady(world));
}
