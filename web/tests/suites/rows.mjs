/** Rows as plain values: what an Arrow library makes of them by itself is not exact. */
import { join } from 'node:path';
import { assert, dist, test } from '../harness.mjs';

const QUERY = `SELECT * FROM (VALUES
    (1::TINYINT, 9007199254740993, 18446744073709551615::UBIGINT, -170141183460469231731687303715884::HUGEINT, 12.30::DECIMAL(9,2),
     -0.000000001::DECIMAL(38,9), 1.5::FLOAT, '3f8a2c6e-0d6c-4a39-9d2b-0f1e2d3c4b5a'::UUID, TIMESTAMP '2024-01-02 03:04:05.678901',
     TIMESTAMPTZ '1969-12-31 23:59:59.999999+00', DATE '1600-02-29', TIME '01:02:03.000004', 'x'::BLOB, 'a'::ENUM('b', 'a'),
     [1, NULL, 3], {x: 1, y: [2.50::DECIMAL(4,2)]}, MAP {'k': 9007199254740993}, [7, 8]::INTEGER[2], true, 'hé', INTERVAL '-1 month 2 days 3 seconds'),
    (NULL, -9223372036854775808, 0::UBIGINT, 0::HUGEINT, -12.05::DECIMAL(9,2), 12345678901234567890123456789.5::DECIMAL(38,9), 'NaN'::FLOAT, NULL,
     'infinity'::TIMESTAMP, '-infinity'::TIMESTAMPTZ, 'infinity'::DATE, TIME '00:00:00', ''::BLOB, NULL, [], {x: NULL, y: NULL}, MAP {},
     NULL, false, '', NULL)
    ) t(i8, i64, u64, huge, money, small, f, id, moment, utc, day, clock, bytes, kind, list, struct, map, pair, flag, text, span)`;

async function exactly(world) {
    const { plainRows, TarnError } = await import(join(dist, 'index.js'));
    const tab = await world.tab('?storage=memory&workspace=rows');
    const { ipc } = await tab.call('sql', QUERY);
    const rows = plainRows(ipc);
    assert.deepEqual(rows[0], {
        i8: 1, i64: 9007199254740993n, u64: 18446744073709551615n, huge: -170141183460469231731687303715884n, money: '12.30',
        small: '-0.000000001', f: 1.5, id: '3f8a2c6e-0d6c-4a39-9d2b-0f1e2d3c4b5a', moment: '2024-01-02T03:04:05.678901',
        utc: '1969-12-31T23:59:59.999999Z', day: '1600-02-29', clock: '01:02:03.000004', bytes: new Uint8Array([120]), kind: 'a',
        list: [1, null, 3], struct: { x: 1, y: ['2.50'] }, map: [['k', 9007199254740993n]], pair: [7, 8], flag: true, text: 'hé',
        span: { months: -1, days: 2, nanoseconds: 3000000000n },
    });
    assert.deepEqual(rows[1], {
        i8: null, i64: -9223372036854775808n, u64: 0n, huge: 0n, money: '-12.05', small: '12345678901234567890123456789.500000000', f: NaN,
        id: null, moment: 'infinity', utc: '-infinity', day: 'infinity', clock: '00:00:00', bytes: new Uint8Array([]), kind: null, list: [],
        struct: { x: null, y: null }, map: [], pair: null, flag: false, text: '', span: null,
    });
    // Dates of all ages as SQL writes them, in several batches.
    const dates = plainRows((await tab.call('sql', "SELECT d::VARCHAR AS said, d FROM (SELECT DATE '0001-01-01' + (i * 97)::INTEGER AS d FROM range(-8000, 40000) r(i))")).ipc);
    assert.equal(dates.length, 48000);
    for (const { said, d } of dates) assert.equal(d, said);
    const twice = plainRows((await tab.call('sql', 'SELECT 1 AS n, 2 AS m, 3 AS "__proto__"')).ipc);
    assert.deepEqual(Object.entries(twice[0]), [['n', 1], ['m', 2], ['__proto__', 3]]);
    assert.throws(() => plainRows(new Uint8Array()), TarnError);
    await tab.close();
}

export async function rows(world) {
    await test('rows become plain values without losing anything', () => exactly(world));
}
