/** Parquet goes both ways between the page and native programs: Tarn's own (with DuckDB in it) and pyarrow. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert, root, scratch, skip, test } from '../harness.mjs';
import { orders } from './data.mjs';

const tarn = process.env.TARN ?? join(root, 'build/tarn');
const python = join(root, 'deps/venv/bin/python');

const SUMS = 'SELECT count(*) AS n, sum(id)::BIGINT AS ids, round(sum(amount), 2) AS amount, min(day)::VARCHAR AS first, count(DISTINCT city) AS cities FROM ';

function workspace() {
    const folder = mkdtempSync(join(scratch, 'native-'));
    execFileSync(tarn, ['-C', folder, 'init'], { stdio: 'pipe' });
    return (...args) => execFileSync(tarn, ['-C', folder, ...args], { encoding: 'utf8' });
}

function number(row) {
    return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, typeof value === 'string' && /^[\d.]+$/.test(value) ? Number(value) : value]));
}

async function toNative(world) {
    const tab = await world.tab('?workspace=parquet&threads=4');
    await tab.importFile(orders(200_000), { table: 'orders' });
    const here = await tab.rows(`${SUMS} orders`);
    const { bytes, rows } = await tab.call('export', 'orders', { format: 'parquet' });
    assert.equal(rows, 200_000);
    const path = join(scratch, 'from-page.parquet');
    writeFileSync(path, bytes);
    const native = workspace();
    native('import', path, '--name', 'orders');
    const there = JSON.parse(native('sql', `${SUMS} orders`, '--format', 'json'));
    assert.deepEqual(there.map(number), here.map(number));
    const counted = execFileSync(
        python,
        ['-c', 'import sys, pyarrow.parquet as p, pyarrow.compute as c; t = p.read_table(sys.argv[1]); print(t.num_rows, c.sum(t["id"]).as_py())', path],
        { encoding: 'utf8' },
    );
    assert.equal(counted.trim(), `200000 ${here[0].ids}`);
    await tab.close();
}

async function fromNative(world) {
    const native = workspace();
    native('import', orders(150_000), '--name', 'orders');
    const there = JSON.parse(native('sql', `${SUMS} orders`, '--format', 'json'));
    mkdirSync(join(scratch, 'out'), { recursive: true });
    const tab = await world.tab('?workspace=parquet2&threads=4');
    const path = join(scratch, 'out/native.parquet');
    native('export', 'orders', path);
    await tab.importFile(path, { table: 'orders' });
    assert.deepEqual((await tab.rows(`${SUMS} orders`)).map(number), there.map(number));
    const arrows = join(scratch, 'out/pyarrow.parquet');
    execFileSync(python, [
        '-c',
        'import sys, pyarrow as a, pyarrow.parquet as p\n' +
            'n = 100000\n' +
            't = a.table({"i": list(range(n)), "s": [None if i % 7 == 0 else f"text {i % 100}" for i in range(n)], "l": [[i, i + 1] for i in range(n)]})\n' +
            'p.write_table(t, sys.argv[1], compression="zstd", row_group_size=20000)',
        arrows,
    ]);
    await tab.importFile(arrows, { table: 'made' });
    const [row] = await tab.rows('SELECT count(*) n, count(s) filled, sum(i)::BIGINT total, sum(l[2])::BIGINT nested FROM made');
    assert.deepEqual(row, { n: 100_000, filled: 100_000 - 14_286, total: 4_999_950_000, nested: 5_000_050_000 });
    await tab.close();
}

async function otherFormats(world) {
    const tab = await world.tab('?workspace=formats');
    await tab.importFile(orders(3000), { table: 'orders' });
    const here = await tab.rows(`${SUMS} orders`);
    const native = workspace();
    for (const format of ['csv', 'json', 'ndjson', 'arrow', 'xlsx', 'parquet']) {
        const { bytes } = await tab.call('export', 'orders', { format });
        const path = join(scratch, `formats.${format}`);
        writeFileSync(path, bytes);
        await tab.importFile(path, { table: `again_${format}` });
        native('import', path, '--name', `again_${format}`);
        const there = JSON.parse(native('sql', `${SUMS} again_${format}`, '--format', 'json'));
        assert.deepEqual(there.map(number), here.map(number), format);
        assert.deepEqual((await tab.rows(`${SUMS} again_${format}`)).map(number), here.map(number), format);
    }
    await tab.close();
}

export async function interop(world) {
    if (!existsSync(tarn) || !existsSync(python)) {
        skip('Parquet both ways with native programs', 'build/tarn or deps/venv is not there');
        return;
    }
    await test('Parquet written in the page is read by native Tarn and pyarrow', () => toNative(world));
    await test('Parquet written natively and by pyarrow is read in the page', () => fromNative(world));
    await test('all formats, both ways', () => otherFormats(world));
}
