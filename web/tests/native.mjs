/** Native programs that read what pages write, and write what pages read: Tarn's own (with DuckDB in it), and pyarrow. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert, root, scratch } from './harness.mjs';

const tarn = process.env.TARN ?? join(root, 'build/tarn');
const venv = join(root, 'deps/venv/bin/python');

/** Which of them is not there; undefined when all are. */
export function missingNative() {
    return [tarn, venv].find((path) => !existsSync(path));
}

/** A function that runs `tarn` in a new workspace and gives what it printed. */
export function nativeWorkspace() {
    const folder = mkdtempSync(join(scratch, 'native-'));
    execFileSync(tarn, ['-C', folder, 'init'], { stdio: 'pipe' });
    return (...args) => execFileSync(tarn, ['-C', folder, ...args], { encoding: 'utf8' });
}

/** What a Python program, given a path, printed. */
export function python(program, path) {
    return execFileSync(venv, ['-c', program, path], { encoding: 'utf8' }).trim();
}

/** A query over the table `orders` (suites/data.mjs) whose one row is the same wherever the table is. */
export const sums = (table) =>
    'SELECT count(*) AS n, sum(id)::BIGINT AS ids, round(sum(amount), 2) AS amount, min(day)::VARCHAR AS first, ' +
    `count(DISTINCT city) AS cities FROM ${table}`;

/** JSON of the program and Arrow of the page write numbers in different ways. */
export function numbers(row) {
    const number = (value) => (typeof value === 'string' && /^[\d.]+$/.test(value) ? Number(value) : value);
    return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, number(value)]));
}

export function nativeSums(native, table) {
    return JSON.parse(native('sql', sums(table), '--format', 'json')).map(numbers);
}

/** A Parquet file of the table `orders` that a page wrote, read by both; `here` is the row of `sums` in the page. */
export function checkParquet(bytes, here) {
    const path = join(mkdtempSync(join(scratch, 'parquet-')), 'from-page.parquet');
    writeFileSync(path, bytes);
    const native = nativeWorkspace();
    native('import', path, '--name', 'orders');
    assert.deepEqual(nativeSums(native, 'orders'), [numbers(here)]);
    const counted = python(
        'import sys, pyarrow.parquet as p, pyarrow.compute as c; t = p.read_table(sys.argv[1]); print(t.num_rows, c.sum(t["id"]).as_py())',
        path,
    );
    assert.equal(counted, `${here.n} ${here.ids}`);
}
