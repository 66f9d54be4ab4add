/**
 * The engine and its peers in one browser: `node web/bench/run.mjs [--rows N] [--quick]`.
 *
 * Ratios are Tarn's number by the peer's, measured one after the other in the same run; each visit is a fresh page.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import { build } from 'esbuild';
import { serve } from '../scripts/serve.mjs';
import { openChromium } from '../tests/browser.mjs';
import { dist, scratch, web, World } from '../tests/harness.mjs';
import { orders } from '../tests/suites/data.mjs';
import { measures } from './workspace.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const peers = join(here, 'node_modules');
const quick = process.argv.includes('--quick');
const rowsAt = process.argv.indexOf('--rows');
const rows = rowsAt > 0 ? Number(process.argv[rowsAt + 1]) : quick ? 1_000_000 : 5_000_000;

const lines = [];
function report(what, tarn, peer, goal) {
    lines.push([what, tarn, peer, goal]);
    console.log(`${what.padEnd(46)} ${String(tarn).padStart(12)} ${String(peer).padStart(34)}   goal ${goal}`);
}
const ms = (number) => `${number < 10 ? number.toFixed(1) : Math.round(number)} ms`;
const mean = (ratios) => Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

function gzipped(folder, names) {
    return names.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name)), { level: 9 }).length, 0);
}

async function openBench() {
    const page = join(scratch, 'bench');
    await build({
        entryPoints: [join(here, 'page.mjs')],
        bundle: true,
        format: 'esm',
        target: 'es2022',
        outfile: join(page, 'page.js'),
        external: ['/engine/*', '/datafusion/*'],
        nodePaths: [peers, join(web, 'node_modules')],
        logLevel: 'error',
    });
    writeFileSync(join(page, 'index.html'), '<!doctype html><script type="module" src="page.js"></script>');
    const made = (count) =>
        tableToIPC(
            tableFromArrays({
                id: Int32Array.from({ length: count }, (_, i) => i),
                x: Float64Array.from({ length: count }, (_, i) => (i * 31) % 1000),
                name: Array.from({ length: count }, (_, i) => `name ${i % 1009}`),
            }),
            'stream',
        );
    writeFileSync(join(page, 'million.arrows'), made(1_000_000));
    writeFileSync(join(page, 'thousand.arrows'), made(1000));
    const mounts = { '/': page, '/engine/': dist, '/duckdb/': join(peers, '@duckdb/duckdb-wasm/dist'), '/datafusion/': join(peers, 'datafusion-wasm') };
    return serve({ mounts });
}

/** One measurement in a fresh page; null when that engine cannot do it here. */
async function visit(server, browser, query, name, argument) {
    const page = await browser.context.newPage();
    try {
        await page.goto(`${server.url}/index.html?${query}`);
        await page.waitForFunction(() => globalThis.bench !== undefined);
        return await page.evaluate(([what, given]) => globalThis.bench[what](given), [name, argument]);
    } catch (error) {
        console.log(`      (${query}, ${name}: ${String(error.message).split('\n')[0]})`);
        return null;
    } finally {
        await page.close();
    }
}

function versus(tarn, others) {
    return Object.entries(others)
        .map(([name, number]) => (number === null ? `${name} does not run` : `${name} ${ms(number)} (${(tarn / number).toFixed(2)} ×)`))
        .join(', ');
}

async function besidePeers() {
    const server = await openBench();
    const browser = await openChromium();
    const at = (query, name, argument) => visit(server, browser, query, name, argument);
    try {
        const own = gzipped(dist, ['tarn.wasm.gz', 'tarn-engine.js', 'index.js']);
        const coi = gzipped(join(peers, '@duckdb/duckdb-wasm/dist'), ['duckdb-coi.wasm', 'duckdb-browser-coi.worker.js', 'duckdb-browser-coi.pthread.worker.js']);
        report('size, gzipped', `${(own / 1e6).toFixed(2)} MB`, `coi ${(coi / 1e6).toFixed(2)} MB (${(own / coi).toFixed(2)} ×)`, '0.9 ×');
        const cold = async (query) => {
            const all = [];
            for (let i = 0; i < (quick ? 1 : 5); i++) all.push(await at(query, 'cold'));
            return all.includes(null) ? null : median(all);
        };
        const tarnCold = await cold('engine=tarn');
        report('first query after a cold start', ms(tarnCold), versus(tarnCold, { eh: await cold('engine=eh'), coi: await cold('engine=coi'), datafusion: await cold('engine=datafusion') }), '0.3 ×');
        for (const [what, name, url, goal] of [
            ['registering a million rows', 'register', '/million.arrows', '0.5 ×'],
            ['register, execute, decode 1,000 rows', 'small', '/thousand.arrows', '10 ms'],
        ]) {
            const tarn = await at('engine=tarn', name, url);
            if (tarn !== null) report(what, ms(tarn), versus(tarn, { eh: await at('engine=eh', name, url), coi: await at('engine=coi', name, url) }), goal);
        }
        await queries(at);
    } finally {
        await browser.close();
        await server.close();
    }
}

async function queries(at) {
    const all = {
        four: await at('engine=tarn&threads=4', 'queries', rows),
        one: await at('engine=tarn&threads=1', 'queries', rows),
        eh: await at('engine=eh', 'queries', rows),
        coi: await at('engine=coi&threads=4', 'queries', rows),
    };
    if (all.four === null || all.eh === null) return;
    for (const name of Object.keys(all.eh))
        console.log(`      ${name.padEnd(20)} ${Object.entries(all).map(([who, times]) => `${who} ${times === null ? '-' : ms(times[name])}`).join(', ')}`);
    const ratio = (times) => mean(Object.keys(all.eh).map((name) => times[name] / all.eh[name])).toFixed(2);
    report(`ten queries, ${rows / 1e6} million rows, 4 threads`, `${ratio(all.four)} ×`, `of eh${all.coi === null ? '' : `; coi ${ratio(all.coi)} ×`}`, '0.5 ×');
    if (all.one !== null) report(`ten queries, ${rows / 1e6} million rows, 1 thread`, `${ratio(all.one)} ×`, 'of eh', '1.0 ×');
}

async function workspace() {
    const world = await World.open();
    try {
        const tab = await world.tab('?workspace=bench');
        const started = performance.now();
        await tab.importFile(orders(1_000_000), { table: 'orders' });
        console.log(`      (importing a million rows: ${ms(performance.now() - started)})`);
        await tab.importFile(orders(100_000), { table: 'small' });
        const at = (name) => tab.run(measures[name]);
        const pages = await at('pagesMeanwhile');
        const percentile = (p) => pages[Math.min(pages.length - 1, Math.floor(pages.length * p))];
        report(`a page during a command (p50, p99 of ${pages.length})`, `${ms(percentile(0.5))}, ${ms(percentile(0.99))}`, '', 'p99 8 ms');
        report('longest task of the page', ms(await at('longestTask')), '', '16 ms');
        report('ten commands on 100,000 rows', ms(await at('burst')), '', '1000 ms');
        const cancelled = await at('cancel');
        report('cancelling a command', cancelled === null ? 'it was done before' : ms(cancelled), '', '50 ms');
        await tab.page.reload();
        await tab.ready();
        const first = await tab.run(async ({ engine }) => {
            await engine.page('orders', { count: 60 });
            return performance.now();
        });
        report('reload to the first page of a million rows', ms(first), '', '1000 ms');
    } finally {
        await world.close();
    }
}

if (!existsSync(join(peers, '@duckdb/duckdb-wasm'))) {
    console.log('installing the peers');
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'], { cwd: here, stdio: 'inherit' });
}
await besidePeers();
await workspace();
