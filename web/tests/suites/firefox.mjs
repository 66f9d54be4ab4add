/** The smoke test in Firefox, which has no shared handles: there, followers read through snapshots. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import puppeteer from 'puppeteer-core';
import { assert, skip, Tab, test } from '../harness.mjs';
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
    const { bytes } = await tab.call('export', 'orders', { format: 'parquet' });
    assert.equal(Buffer.from(bytes.subarray(0, 4)).toString(), 'PAR1');
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
    if (!existsSync(path)) {
        skip('Firefox: import, command, reload, undo, redo, export', `there is no ${path}`);
        skip('Firefox: two tabs', `there is no ${path}`);
        return;
    }
    await inFirefox('Firefox: import, command, reload, undo, redo, export', (browser) => smoke(browser, world));
    await inFirefox('Firefox: two tabs', (browser) => followers(browser, world));
}

/** In a browser of its own. One that ends by itself is counted as skipped: nothing can be said of the engine then. */
function inFirefox(name, work) {
    return test(name, async () => {
        const browser = await puppeteer.launch({ browser: 'firefox', executablePath: path, headless: true });
        try {
            await work(browser);
            return undefined;
        } catch (error) {
            if (browser.connected) throw error;
            return `Firefox ended by itself: ${error.message}`;
        } finally {
            await browser.close().catch(() => undefined);
        }
    });
}
