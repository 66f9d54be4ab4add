/** Names and values that want to be more than data. */
import { test } from '../../tests/harness.mjs';
import { assert, inTab } from './harness.mjs';

const script = '<img src=x onerror="alert(1)"><script>alert(2)</script>';
const override = 'abc\u202Edcb\u2066x';
const quote = (text) => `"${text.replaceAll('"', '""')}"`;

async function markup() {
    await inTab(async (tab) => {
        const lines = [
            `${quote(script)},${quote(override)},plain,number`,
            `${quote(script)},${quote('\u001b[31mred\u0007')},a\u200bb,1`,
            `${quote(override)},"'; DROP TABLE x; --",e\u0301👩‍👩‍👧,2`,
        ];
        await tab.import('<b>bold<b>.csv', `${lines.join('\n')}\n`);
        await tab.cellIs(0, 0, script);
        await tab.cellIs(0, 1, '[001B][31mred[0007]');
        await tab.cellIs(0, 2, 'a[200B]b');
        await tab.cellIs(1, 0, 'abc[202E]dcb[2066]x');
        await tab.page.locator('.grid-head-text', { hasText: 'abc[202E]dcb[2066]x' }).waitFor();
        await tab.cellIs(1, 2, 'e\u0301👩‍👩‍👧');
        assert.equal(await tab.page.locator('img').count(), 0);
        await tab.command('Uppercase');
        await tab.columns(script);
        await tab.page.getByText('cells would change').waitFor();
        await tab.apply(2);
        await tab.page.getByRole('tab', { name: 'History' }).click();
        await tab.page.locator('.columns', { hasText: '<script>' }).first().waitFor();
        await tab.key('Control+k');
        await tab.type('<img');
        await tab.page.locator('.palette-item', { hasText: script }).first().waitFor();
        await tab.picture('hostile-palette');
        await tab.key('Escape');
        await tab.page.locator('.screen header').getByRole('button', { name: 'Compare…' }).click();
        await tab.page.getByRole('button', { name: 'Compare', exact: true }).click();
        await tab.page.locator('.grid [role="gridcell"]', { hasText: 'becomes' }).first().waitFor({ state: 'attached' });
        await tab.page.getByLabel('Changed column').selectOption(script);
        await tab.page.locator('.values li').first().waitFor();
        await tab.picture('hostile-comparison');
        assert.equal(await tab.page.locator('img, .values script').count(), 0);
    });
}

async function large() {
    await inTab(async (tab) => {
        const names = Array.from({ length: 3000 }, (_, i) => `column ${i}`);
        const row = names.map((_, i) => (i === 1 ? 'y'.repeat(1_000_000) : String(i)));
        await tab.import('wide.csv', `${names.join(',')}\n${row.join(',')}\n${row.map(() => '0').join(',')}\n`);
        await tab.cellIs(0, 0, '0');
        await tab.press(0, 0);
        await tab.key('End');
        await tab.cellIs(0, 2999, '2999');
        await tab.page.getByText('row 1 · column 2999').waitFor();
        await tab.key('Home', 'ArrowRight');
        await tab.page.getByText('row 1 · column 1 ').waitFor();
        await tab.key('Shift+F10');
        await tab.page.getByRole('menuitem', { name: 'Copy' }).click();
        await tab.says(/Copied 1 row/);
        assert.equal(await tab.page.evaluate(async () => (await navigator.clipboard.readText()).length), 1_000_000);
    });
}

/** What cannot be read says why, and changes nothing. */
async function broken() {
    await inTab(async (tab) => {
        await tab.give(['broken.parquet', 'PAR1 and then nothing'], ['fine.csv', 'a\n1\n']);
        await tab.page.getByRole('alert').filter({ hasText: 'broken.parquet was not imported; nothing was changed' }).waitFor();
        await tab.cellIs(0, 0, '1');
        await tab.give(['empty.csv', '']);
        await tab.page.getByRole('alert').filter({ hasText: 'empty.csv' }).waitFor();
    });
}

export async function hostile() {
    await test('markup, controls and quotes are shown as data', markup);
    await test('3,000 columns and a cell of a megabyte', large);
    await test('files that cannot be read say so', broken);
}
