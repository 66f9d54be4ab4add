/** What the page's tests share: a server with the built page, browsers, and ways to read and do what a person does. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve } from '../../scripts/serve.mjs';
import { openChromium } from '../../tests/browser.mjs';
import { assert } from '../../tests/harness.mjs';

export { assert };
export const app = dirname(dirname(fileURLToPath(import.meta.url)));
export const dist = join(app, 'dist');

export function pageIsBuilt() {
    return existsSync(join(dist, 'index.html'));
}

/** Where pictures go when TARN_PICTURES names a folder: for being looked at. */
const pictures = process.env.TARN_PICTURES;

/** A tab with the page. Whatever the console says of errors fails the test that asks by `close`. */
export class Tab {
    constructor(page) {
        this.page = page;
        this.problems = [];
        page.on('console', (message) => message.type() === 'error' && this.problems.push(message.text()));
        page.on('pageerror', (error) => this.problems.push(`uncaught: ${error.stack ?? error.message}`));
        page.on('dialog', (dialog) => {
            this.problems.push(`a dialog: ${dialog.message()}`);
            void dialog.dismiss();
        });
    }

    async ready() {
        await this.page.locator('.zone, .grid, .cm-host').first().waitFor({ timeout: 60_000 });
    }

    /** Files as a person chooses them: [name, text or bytes] each. */
    async give(...files) {
        const given = files.map(([name, content]) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) }));
        await this.page.locator('input[type="file"]').setInputFiles(given);
    }

    /** A large file, whose text is made in the page: it would be long on its way there. */
    async giveMade(name, make) {
        const made = await this.page.evaluateHandle(make);
        await this.page.evaluate(
            ([file, text]) => {
                const given = new DataTransfer();
                given.items.add(new File([text], file));
                const chooser = document.querySelector('input[type="file"]');
                chooser.files = given.files;
                chooser.dispatchEvent(new Event('change', { bubbles: true }));
            },
            [name, made],
        );
    }

    async import(name, content) {
        await this.give([name, content]);
        await this.grid.waitFor();
        await this.says(/ rows?, .* columns?/);
    }

    get grid() {
        return this.page.locator('.grid');
    }

    /** What screen readers are told of a cell, counted from 0. */
    cell(row, column) {
        return this.page.locator(`[role="row"][aria-rowindex="${row + 2}"] > [aria-colindex="${column + 2}"]`);
    }

    async cellIs(row, column, text) {
        await this.page
            .waitForFunction(
                ([selector, wanted]) => document.querySelector(selector)?.textContent === wanted,
                [`[role="row"][aria-rowindex="${row + 2}"] > [aria-colindex="${column + 2}"]`, text],
                { timeout: 20_000 },
            )
            .catch(async () => assert.equal(await this.cell(row, column).textContent({ timeout: 100 }).catch(() => '(not shown)'), text));
    }

    /** Click the cell, as far as it is in view. */
    async press(row, column, options = {}) {
        const place = await this.place(row, column);
        await this.grid.click({ position: place, ...options });
    }

    /** Where a cell is, found by the active cell's outline: keys move it there. */
    async place(row, column) {
        await this.page.locator('.grid [role="row"]').nth(1).waitFor({ state: 'attached' });
        return this.page.evaluate(
            ([toRow, toColumn]) => {
                const heads = [...document.querySelectorAll('.grid-head')];
                const head = heads.find((one) => one.dataset.column === String(toColumn));
                const grid = document.querySelector('.grid').getBoundingClientRect();
                const box = head.getBoundingClientRect();
                const first = Number(document.querySelector('.grid [role="row"]:nth-child(2)').getAttribute('aria-rowindex')) - 2;
                return { x: box.left - grid.left + 12, y: 44 + 14 + (toRow - first) * 28 };
            },
            [row, column],
        );
    }

    key(...keys) {
        return keys.reduce((before, key) => before.then(() => this.page.keyboard.press(key)), Promise.resolve());
    }

    type(text) {
        return this.page.keyboard.type(text);
    }

    /** Wait for a message. */
    async says(pattern) {
        await this.page.locator('.notice', { hasText: pattern }).first().waitFor({ timeout: 30_000 });
    }

    async versionIs(number) {
        await this.page.locator('.chip', { hasText: new RegExp(`^version ${number}$`) }).waitFor({ timeout: 20_000 });
    }

    /** Open a command's form by its name. */
    async command(title) {
        await this.page.getByRole('tab', { name: 'Commands' }).click();
        const back = this.page.getByLabel('Back', { exact: true });
        if (await back.isVisible()) await back.click();
        const field = this.page.locator('#command-filter');
        await field.fill(title);
        await field.press('Enter');
        await this.page.getByRole('heading', { name: title, exact: true }).waitFor();
    }

    async field(name, value) {
        await this.page.getByLabel(new RegExp(`^${name}(\\s*\\(optional\\))?$`)).fill(value);
    }

    async columns(...names) {
        for (const button of await this.page.getByLabel(/^Take .* out$/).all()) await button.click();
        for (const name of names) await this.page.getByLabel(/^Column$/).selectOption(name);
    }

    /** Apply the open form; gives once the version is there. */
    async apply(version) {
        await this.page.getByRole('button', { name: /^Apply/ }).click();
        await this.versionIs(version);
    }

    async picture(name) {
        if (pictures === undefined) return;
        mkdirSync(pictures, { recursive: true });
        await this.page.screenshot({ path: join(pictures, `${name}.png`) });
    }

    /** No error was reported anywhere. */
    async close() {
        await this.page.close();
        assert.deepEqual(this.problems, []);
    }
}

export class World {
    /** `isolated` false: a server that sends no headers. */
    static async open({ isolated = true } = {}) {
        const world = new World();
        world.server = await serve({ mounts: { '/': dist }, isolated });
        world.browser = await openChromium();
        await world.browser.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: world.server.url });
        return world;
    }

    async tab(hash = '', { width = 1440, height = 900 } = {}) {
        const page = await this.browser.context.newPage();
        await page.setViewportSize({ width, height });
        const tab = new Tab(page);
        await page.goto(`${this.server.url}/${hash}`);
        await tab.ready();
        return tab;
    }

    async close() {
        await this.browser.close();
        await this.server.close();
    }
}

/** A world of its own, so that tests do not see each other's tables. */
export async function inWorld(work, options) {
    const world = await World.open(options);
    try {
        return await work(world);
    } finally {
        await world.close();
    }
}

/** One tab of a world of its own. */
export function inTab(work) {
    return inWorld(async (world) => {
        const tab = await world.tab();
        await work(tab, world).catch(async (error) => {
            await tab.picture(`failed-${Date.now() % 100_000}`);
            throw error;
        });
        await tab.close();
    });
}
