/** The smoke test in Firefox, which has no shared handles: there, followers read through snapshots. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import puppeteer from 'puppeteer-core';
import { assert, skip, Tab, test } from '../harness.mjs';
import { checkParquet, missingNative, sums } from '../native.mjs';
import { orders } from './data.mjs';

const path = process.env.FIREFOX ?? '/usr/bin/firefox-esr';
const TOTALS = 'SELECT count(*) n, sum(length(city))::BIGINT AS letters FROM orders';

class FirefoxTab extends Tab {
    /** Over the server, as Firefox takes no files from the protocol. */
    async choose(file) {
        await this.page.evaluate(async (name) => {
            const blob = await (await fetch(`/scratch/${name}`)).blob();
            globalThis.test.choose(new File([blob], name));
        }, basename(file));
    }

    until(work, argument) {
        const look = ([text, given]) => globalThis.test.run(text, given);
        return this.page.waitForFunction(look, { polling: 50, timeout: 60_000 }, [work.toString(), argument]);
    }

    ready() {
        return this.page.waitForFunction(() => globalThis.test !== undefined, { timeout: 60_000 });
    }
}

async function openTab(browser, world, query) {
    const page = await browser.newPage();
    await page.goto(`${world.server.url}/index.html${query}`);
    const tab = new FirefoxTab(page, world);
    await tab.ready();
    return tab;
}

async function smoke(browser, world) {
    const tab = await openTab(browser, world, '?workspace=smoke');
    const status = await tab.call('open');
    assert.equal(status.persistent, true, status.reason);
    await tab.importFile(orders(20_000), { table: 'orders' });
    const before = await tab.rows(TOTALS);
    await tab.call('apply', 'orders', 'trim', { column: 'city' });
    const after = await tab.rows(TOTALS);
    assert.notDeepEqual(after, before);
    await tab.reload();
    assert.deepEqual(await tab.rows(TOTALS), after);
    await tab.call('undo', 'orders');
    assert.deepEqual(await tab.rows(TOTALS), before);
    await tab.call('redo', 'orders');
    assert.deepEqual(await tab.rows(TOTALS), after);
    await tab.close();
}

async function parquet(browser, world) {
    const tab = await openTab(browser, world, '?workspace=parquet&threads=4');
    await tab.importFile(orders(20_000), { table: 'orders' });
    const [here] = await tab.rows(sums('orders'));
    const { bytes } = await tab.call('export', 'orders', { format: 'parquet' });
    checkParquet(bytes, here);
    await tab.close();
}

async function followers(browser, world) {
    const first = await openTab(browser, world, '?workspace=both');
    await first.importFile(orders(2000), { table: 'orders' });
    const second = await openTab(browser, world, '?workspace=both');
    assert.equal((await second.call('open')).readOnly, true);
    assert.deepEqual(await second.rows('SELECT count(*) n FROM orders'), [{ n: 2000 }]);
    await first.call('apply', 'orders', 'filter', { where: 'id < 42' });
    await second.until(({ events }) => events.some((event) => event.name === 'change' && event.remote));
    assert.deepEqual(await second.rows('SELECT count(*) n FROM orders'), [{ n: 42 }]);
    await first.close();
    await second.until(({ engine }) => !engine.readOnly);
    await second.call('undo', 'orders');
    assert.deepEqual(await second.rows('SELECT count(*) n FROM orders'), [{ n: 2000 }]);
    await second.close();
}

export async function firefox(world) {
    const tests = {
        'Firefox: import, command, reload, undo, redo': smoke,
        'Firefox: two tabs': followers,
        'Firefox: Parquet is read by native Tarn and pyarrow': parquet,
    };
    for (const [name, work] of Object.entries(tests)) {
        const missing = existsSync(path) ? (work === parquet ? missingNative() : undefined) : path;
        if (missing !== undefined) skip(name, `there is no ${missing}`);
        else await test(name, () => inFirefox(name, (browser) => work(browser, world)));
    }
}

/** In a browser of its own. When that one crashes it is tried once more: nothing can be said of the engine then, and the
 *  second time it is counted as skipped. All else that fails, a lost connection to a browser that still runs too, fails. */
async function inFirefox(name, work) {
    for (let attempt = 1; ; attempt++) {
        const browser = await puppeteer.launch({ browser: 'firefox', executablePath: path, headless: true });
        const running = browser.process();
        try {
            await work(browser);
            return undefined;
        } catch (error) {
            const end = await endOf(running);
            if (end === null) throw error;
            console.log(`      Firefox ended by itself (${end}) during '${name}': ${error.message}`);
            if (attempt === 2) return `Firefox ended by itself (${end}), twice`;
        } finally {
            await browser.close().catch(() => undefined);
        }
    }
}

/** How a browser crashed; null when it runs, or ended as programs do that were asked to. */
async function endOf(running) {
    const ended = () => running.signalCode !== null || running.exitCode !== null;
    if (!ended()) await Promise.race([once(running, 'exit'), new Promise((resolve) => setTimeout(resolve, 2000))]);
    if (!ended() || running.exitCode === 0) return null;
    return running.signalCode ?? `exit code ${running.exitCode}`;
}
