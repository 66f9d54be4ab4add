/** A page that is reloaded at any moment finds the last commit. */
import { assert, soak, test } from '../harness.mjs';
import { orders } from './data.mjs';

const RELOADS = soak ? 50 : 10;
const ROWS = 100_000;

const NOTE = '/acknowledged/';

/** Commit for ever, and tell the server what was acknowledged before going on, since what a page notes in its own storage may
 *  arrive there after the reload; reload the page at some moment. */
function commitUntilReload({ engine }, delay) {
    const commit = async () => {
        const { version } = await engine.apply('orders', 'set', { column: 'id', expr: 'id + 1' });
        const note = new XMLHttpRequest();
        note.open('HEAD', `/acknowledged/${version}`, false);
        note.send();
        void commit();
    };
    void commit();
    setTimeout(() => location.reload(), delay);
}

async function reloads(world, seed) {
    let state = seed;
    const random = (below) => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return Math.floor((state / 2 ** 32) * below);
    };
    const tab = await world.tab('?workspace=crash');
    const imported = await tab.importFile(orders(ROWS), { table: 'orders' });
    let committed = imported.version;
    for (let i = 0; i < RELOADS; i++) {
        await Promise.all([
            tab.page.waitForNavigation({ timeout: 60_000 }),
            tab.page.evaluate(
                ([text, delay]) => globalThis.test.run(text, delay),
                [commitUntilReload.toString(), random(400)],
            ).catch(() => undefined), // the page may be gone before it answers
        ]);
        await tab.ready();
        const notes = world.requests.filter((path) => path.startsWith(NOTE)).map((path) => Number(path.slice(NOTE.length)));
        const acknowledged = Math.max(committed, ...notes);
        const [table] = await tab.call('tables');
        assert.ok(table.version >= acknowledged, `reload ${i}: version ${acknowledged} was acknowledged, ${table.version} is left`);
        assert.ok(table.version <= acknowledged + 1, `reload ${i}: ${table.version} follows ${acknowledged}`);
        committed = table.version;
        const [row] = await tab.rows(`SELECT min(id) AS first, max(id) AS last, sum(id)::BIGINT AS total FROM orders`);
        const shift = committed - imported.version;
        assert.deepEqual(row, { first: shift, last: ROWS - 1 + shift, total: (ROWS * (ROWS - 1)) / 2 + ROWS * shift });
    }
    const verified = await tab.call('auditVerify');
    assert.equal(verified.holds, true);
    const log = await tab.call('log', 'orders');
    assert.equal(log.length, committed);
    await tab.close();
}

export async function crash(world) {
    const seed = Number(process.env.TARN_SEED ?? Date.now() % 2 ** 31);
    await test(`${RELOADS} reloads at random moments during commits (TARN_SEED=${seed})`, () => reloads(world, seed));
}
