/** Tables that are only passing through: registered, queried, replaced. */
import { assert, plain, tableFromArrays, tableToIPC, test } from '../harness.mjs';

const encode = (bytes) => ({ bytes64: Buffer.from(bytes).toString('base64') });

function people(count) {
    return tableFromArrays({
        id: Int32Array.from({ length: count }, (_, i) => i),
        team: Array.from({ length: count }, (_, i) => `team ${i % 3}`),
        score: Float64Array.from({ length: count }, (_, i) => (i * 7) % 11),
    });
}

async function registered(world) {
    const tab = await world.tab('?storage=memory&threads=4');
    const stream = tableToIPC(people(10), 'stream');
    assert.equal(await tab.call('registerTable', 'people', encode(stream)), 10);
    const sql = async (query) => plain(await tab.call('executeSql', query));
    assert.deepEqual(await sql('SELECT team, sum(score) s, count(*) n FROM people GROUP BY team ORDER BY team'), [
        { team: 'team 0', s: 0 + 10 + 9 + 8, n: 4 },
        { team: 'team 1', s: 7 + 6 + 5, n: 3 },
        { team: 'team 2', s: 3 + 2 + 1, n: 3 },
    ]);
    assert.deepEqual(
        await sql('SELECT id, rank() OVER (PARTITION BY team ORDER BY score DESC) r FROM people ORDER BY id LIMIT 3'),
        [{ id: 0, r: 4 }, { id: 1, r: 1 }, { id: 2, r: 1 }],
    );
    assert.equal(await tab.call('executeAndRegister', 'SELECT DISTINCT team, upper(team) big FROM people', 'teams'), 3);
    assert.deepEqual(await sql('SELECT big, count(*) n FROM people JOIN teams USING (team) GROUP BY big ORDER BY big LIMIT 1'), [
        { big: 'TEAM 0', n: 4 },
    ]);
    assert.deepEqual((await tab.call('registered')).map(({ name, rows }) => [name, rows]), [['people', 10], ['teams', 3]]);
    assert.deepEqual(await sql('SHOW TABLES'), [{ name: 'people' }, { name: 'teams' }]);
    const nested = await sql("SELECT {a: 1, b: ['x', 'y']} AS s, [1, 2, 3] AS l, MAP {'k': 5} AS m");
    assert.deepEqual(nested[0].s, { a: 1, b: ['x', 'y'] });
    assert.deepEqual(nested[0].l, [1, 2, 3]);
    assert.equal(await tab.call('executeAndRegister', "SELECT [{n: 1}, {n: 2}] AS l", 'nested'), 1);
    assert.deepEqual(await sql('SELECT l[2].n AS n FROM nested'), [{ n: 2 }]);
    await tab.close();
}

async function forms(world) {
    const tab = await world.tab('?storage=memory');
    const stream = tableToIPC(people(5), 'stream');
    const file = tableToIPC(people(6), 'file');
    const unended = stream.subarray(0, stream.length - 8);
    assert.equal(await tab.call('registerTable', 'a', encode(unended)), 5); // no end marker
    assert.equal(await tab.call('registerTable', 'a', encode(file)), 6); // replaced
    const magic = Buffer.concat([Buffer.from('ARROW1\0\0'), Buffer.from(stream)]);
    const answer = await tab.call('registerTable', 'b', encode(magic)).catch((error) => error);
    if (answer instanceof Error) assert.match(answer.message, /^TARN_E_(FORMAT|INVALID|CORRUPT)/);
    else assert.equal(answer, 5);
    const refused = await tab.fails('registerTable', 'a', encode(Buffer.from('this is no Arrow data at all')));
    assert.match(refused.code, /FORMAT|INVALID|CORRUPT/);
    assert.deepEqual(plain(await tab.call('executeSql', 'SELECT count(*)::INTEGER n FROM a')), [{ n: 6 }]); // the old one is kept
    await tab.call('deregisterTable', 'a');
    assert.match((await tab.fails('executeSql', 'SELECT * FROM a')).code, /^TARN_E_(SQL|NOT_FOUND)$/);
    assert.equal(await tab.call('registerTable', 'a', encode(stream)), 5);
    await tab.call('reset');
    assert.match((await tab.fails('executeSql', 'SELECT * FROM a')).code, /^TARN_E_(SQL|NOT_FOUND)$/);
    await tab.close();
}

export async function passing(world) {
    await test('registered tables: aggregates, joins, windows, nested types', () => registered(world));
    await test('streams, files, streams without an end; a failure keeps the old table', () => forms(world));
}
