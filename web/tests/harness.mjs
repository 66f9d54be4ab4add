/**
 * What the tests in a browser share: a server, a page with the engine, checks, and a count at the end.
 *
 * Everything is waited for by condition. Arrow is decoded in Node, so that the page has nothing but the engine in it.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tableFromIPC, tableToIPC, tableFromArrays } from 'apache-arrow';
import { serve } from '../scripts/serve.mjs';
import { openChromium } from './browser.mjs';

export const web = dirname(dirname(fileURLToPath(import.meta.url)));
export const root = dirname(web);
export const dist = join(web, 'engine/dist');
export const soak = process.env.TARN_SOAK === '1';
export { assert, tableFromIPC, tableToIPC, tableFromArrays };

export function engineIsBuilt() {
    return existsSync(join(dist, 'tarn.wasm.gz'));
}

/** A folder that goes with the tests. */
export const scratch = mkdtempSync(join(tmpdir(), 'tarn-web-test-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** What the page's script offers to the tests; see page.mjs. */
export class Tab {
    constructor(page, world) {
        this.page = page;
        this.world = world;
        this.messages = [];
        page.on('console', (message) => this.messages.push(message.text()));
        page.on('pageerror', (error) => this.messages.push(`uncaught: ${error.message}`));
    }

    /** Call a method of the engine; Arrow bytes come back as a table. */
    async call(method, ...args) {
        const answer = await this.page.evaluate(([name, given]) => globalThis.test.call(name, given), [method, args]);
        return revive(answer);
    }

    /** The TarnError that a call must end with. */
    async fails(method, ...args) {
        const answer = await this.page.evaluate(([name, given]) => globalThis.test.call(name, given), [method, args]);
        assert.ok(answer?.error, `${method} did not fail`);
        return answer.error;
    }

    /** Run a function in the page, with `engine` and what else page.mjs offers. */
    run(work, argument) {
        return this.page.evaluate(
            ([text, given]) => globalThis.test.run(text, given),
            [work.toString(), argument],
        );
    }

    /** Wait until a function in the page gives something true. */
    until(work, argument) {
        return this.page.waitForFunction(
            ([text, given]) => globalThis.test.run(text, given),
            [work.toString(), argument],
            { polling: 20, timeout: 60_000 },
        );
    }

    async reload() {
        await this.page.reload();
        await this.ready();
    }

    async ready() {
        await this.page.waitForFunction(() => globalThis.test !== undefined, undefined, { timeout: 30_000 });
    }

    /** Rows of a query, as objects with plain values. */
    async rows(sql) {
        const { ipc } = await this.call('sql', sql);
        return plain(ipc);
    }

    /** Choose a file as a person does: the page gets a File whose bytes stay on disk. */
    choose(path) {
        return this.page.setInputFiles('#chosen', path);
    }

    async importFile(path, options = {}) {
        await this.choose(path);
        return revive(await this.run(({ engine, outcome, chosen }, given) => outcome(() => engine.import(chosen(), given)), options));
    }

    /** The TarnError that importing a file must end with. */
    async importFails(path, options = {}) {
        await this.choose(path);
        const answer = await this.run(({ engine, outcome, chosen }, given) => outcome(() => engine.import(chosen(), given)), options);
        assert.ok(answer?.error, 'the import did not fail');
        return answer.error;
    }

    close() {
        return this.page.close();
    }
}

function revive(answer) {
    if (answer === null || typeof answer !== 'object') return answer;
    if (answer.error) throw Object.assign(new Error(`${answer.error.code}: ${answer.error.message}`), answer.error);
    const bytes = (text) => new Uint8Array(Buffer.from(text, 'base64'));
    if (answer.bytes64 !== undefined) return bytes(answer.bytes64);
    for (const [key, value] of Object.entries(answer))
        if (value?.bytes64 !== undefined) answer[key] = key === 'ipc' ? tableFromIPC(bytes(value.bytes64)) : bytes(value.bytes64);
    return answer;
}

/** An Arrow table (or its bytes) as objects; 64-bit integers as numbers. */
export function plain(table) {
    const rows = table instanceof Uint8Array ? tableFromIPC(table) : table;
    const value = (v) => {
        if (typeof v === 'bigint') return Number(v);
        if (v === null || typeof v !== 'object') return v;
        return JSON.parse(JSON.stringify(v, (_, inner) => (typeof inner === 'bigint' ? Number(inner) : inner)));
    };
    return rows.toArray().map((row) => Object.fromEntries(Object.entries(row.toJSON()).map(([k, v]) => [k, value(v)])));
}

/** A browser, and a server with the page, the engine and files that tests offer. */
export class World {
    static async open(options = {}) {
        const world = new World();
        world.requests = [];
        world.failing = new Set();
        world.headers = {}; // for all answers
        world.server = await serve({
            mounts: { '/': join(web, 'tests/page'), '/engine/': dist, '/scratch/': scratch,
                '/programs/': join(root, process.env.BUILD_WASM ?? 'build-wasm', 'page'), '/tarn-isolation.js': join(dist, 'tarn-isolation.js'), '/assets/tarn-isolation-1.js': join(dist, 'tarn-isolation.js') },
            isolated: options.isolated ?? true,
            onRequest: (path, request, response) => {
                world.requests.push(path);
                for (const [name, value] of Object.entries(world.headers)) response.setHeader(name, value);
                if (!world.failing.has(path)) return false;
                response.writeHead(503).end();
                return true;
            },
        });
        world.browser = await openChromium(options);
        return world;
    }

    /** A tab with the page, `query` behind its address. */
    async tab(query = '') {
        const page = await this.browser.context.newPage();
        const tab = new Tab(page, this);
        await page.goto(`${this.server.url}/index.html${query}`);
        await tab.ready();
        return tab;
    }

    async close() {
        await this.browser.close();
        await this.server.close();
    }
}

// ---- running ----

const outcomes = { passed: 0, failed: 0, skipped: 0 };

export async function test(name, work) {
    const started = performance.now();
    try {
        const skipped = await work();
        const time = `${Math.round(performance.now() - started)} ms`;
        if (typeof skipped === 'string') {
            outcomes.skipped++;
            console.log(`skip  ${name}: ${skipped}`);
        } else {
            outcomes.passed++;
            console.log(`ok    ${name} (${time})`);
        }
    } catch (error) {
        outcomes.failed++;
        console.log(`FAIL  ${name}\n${String(error?.stack ?? error).replace(/^/gm, '      ')}`);
    }
}

export function skip(name, why) {
    outcomes.skipped++;
    console.log(`skip  ${name}: ${why}`);
}

/** The closing line; gives the exit code. */
export function summary() {
    console.log(`${outcomes.passed} passed, ${outcomes.failed} failed, ${outcomes.skipped} skipped`);
    return outcomes.failed > 0 ? 1 : 0;
}
