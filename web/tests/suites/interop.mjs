/** Parquet and the other formats go both ways between the page and native programs. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert, scratch, skip, test } from '../harness.mjs';
import { checkParquet, missingNative, nativeSums, nativeWorkspace, numbers, python, sums } from '../native.mjs';
import { orders } from './data.mjs';

async function toNative(world) {
    const tab = await world.tab('?workspace=parquet&threads=4');
    await tab.importFile(orders(200_000), { table: 'orders' });
    assert.equal((await tab.call('status')).threads, 4);
    const [here] = await tab.rows(sums('orders'));
    const { bytes, rows } = await tab.call('export', 'orders', { format: 'parquet' });
    assert.equal(rows, 200_000);
    checkParquet(bytes, here);
    await tab.close();
}

async function fromNative(world) {
    const native = nativeWorkspace();
    native('import', orders(150_000), '--name', 'orders');
    const there = nativeSums(native, 'orders');
    mkdirSync(join(scratch, 'out'), { recursive: true });
    const tab = await world.tab('?workspace=parquet2&threads=4');
    const path = join(scratch, 'out/native.parquet');
    native('export', 'orders', path);
    await tab.importFile(path, { table: 'orders' });
    assert.deepEqual((await tab.rows(sums('orders'))).map(numbers), there);
    const arrows = join(scratch, 'out/pyarrow.parquet');
    python(
        'import sys, pyarrow as a, pyarrow.parquet as p\n' +
            'n = 100000\n' +
            't = a.table({"i": list(range(n)), "s": [None if i % 7 == 0 else f"text {i % 100}" for i in range(n)], "l": [[i, i + 1] for i in range(n)]})\n' +
            'p.write_table(t, sys.argv[1], compression="zstd", row_group_size=20000)',
        arrows,
    );
    await tab.importFile(arrows, { table: 'made' });
    const [row] = await tab.rows('SELECT count(*) n, count(s) filled, sum(i)::BIGINT total, sum(l[2])::BIGINT nested FROM made');
    assert.deepEqual(row, { n: 100_000, filled: 100_000 - 14_286, total: 4_999_950_000, nested: 5_000_050_000 });
    await tab.close();
}

async function otherFormats(world) {
    const tab = await world.tab('?workspace=formats');
    await tab.importFile(orders(3000), { table: 'orders' });
    const here = (await tab.rows(sums('orders'))).map(numbers);
    const native = nativeWorkspace();
    for (const format of ['csv', 'json', 'ndjson', 'arrow', 'xlsx', 'parquet']) {
        const { bytes } = await tab.call('export', 'orders', { format });
        const path = join(scratch, `formats.${format}`);
        writeFileSync(path, bytes);
        await tab.importFile(path, { table: `again_${format}` });
        native('import', path, '--name', `again_${format}`);
        assert.deepEqual(nativeSums(native, `again_${format}`), here, format);
        assert.deepEqual((await tab.rows(sums(`again_${format}`))).map(numbers), here, format);
    }
    await tab.close();
}

export async function interop(world) {
    const tests = {
        'Parquet written in the page is read by native Tarn and pyarrow': toNative,
        'Parquet written natively and by pyarrow is read in the page': fromNative,
        'all formats, both ways': otherFormats,
    };
    const missing = missingNative();
    for (const [name, work] of Object.entries(tests)) {
        if (missing !== undefined) skip(name, `there is no ${missing}`);
        else await test(name, () => work(world));
    }
}
