/** Journeys through the page, as a new user would make them. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from '../../tests/harness.mjs';
import { assert, inTab } from './harness.mjs';

const messy = [
    'Sales report;;;', 'Printed on 1 March;;;', ';;;', 'Kunde;Stadt;Betrag;Datum', 'Müller;Köln;1.234,50;01.02.2024', 'Özil;Bonn;12,00;02.02.2024',
    'Weiß;Köln;;03.02.2024', 'Groß;Bonn;7,25;04.02.2024', '',
].join('\r\n');

/** A file with title rows, in an old encoding, as spreadsheets write it. */
async function messyFile() {
    await inTab(async (tab) => {
        await tab.import('report.csv', Buffer.from(messy, 'latin1'));
        await tab.cellIs(0, 0, 'Müller');
        const panel = tab.page.getByRole('tabpanel');
        await panel.getByText('in line 4').waitFor();
        await panel.getByText('semicolon', { exact: true }).first().waitFor();
        await tab.picture('journey-1-found');
        await tab.cellIs(0, 2, '1.234,50');
        await panel.getByLabel('Decimal sign').selectOption(',');
        await panel.getByRole('button', { name: 'Read again' }).click();
        await tab.versionIs(2);
        await tab.cellIs(0, 2, '1234.5');
        await panel.getByLabel('Line with the names').selectOption('-1');
        await panel.getByLabel('Leave everything as text').check();
        await panel.getByRole('button', { name: 'Read again' }).click();
        await tab.versionIs(3);
        await panel.getByText('made up: no line has them').waitFor();
        await tab.page.getByRole('button', { name: 'Undo', exact: true }).first().click();
        await tab.versionIs(2);
        await tab.cellIs(0, 2, '1234.5');
    });
}

const orders = 'id,city,price\n1, Oslo,$1.50\n2,oslo ,"$1,200.00"\n3,BERGEN,$7.25\n4,Bergen,$7.25\n';

/** Clean by mouse: look at what would change, apply, step back, look at an older version. */
async function cleanByMouse() {
    await inTab(async (tab) => {
        await tab.import('orders.csv', orders);
        await tab.command('Trim spaces');
        await tab.columns('city');
        await tab.page.getByText('2 cells would change').waitFor();
        await tab.cellIs(0, 1, '·Oslo becomes Oslo');
        await tab.picture('journey-2-preview');
        await tab.apply(2);
        await tab.cellIs(0, 1, 'Oslo');
        await tab.command('Title case');
        await tab.columns('city');
        await tab.apply(3);
        await tab.cellIs(2, 1, 'Bergen');
        await tab.command('Amounts to numbers');
        await tab.columns('price');
        await tab.apply(4);
        await tab.cellIs(1, 2, '1200.00');
        await tab.command('Filter rows');
        await tab.field('Where', 'price > 2');
        await tab.page.getByText('4 rows → 3').waitFor();
        await tab.apply(5);
        await tab.page.getByRole('button', { name: 'Undo', exact: true }).first().click();
        await tab.versionIs(4);
        await tab.page.getByRole('button', { name: /^1 import/ }).click();
        await tab.page.getByText('The newest is version 4').waitFor();
        await tab.cellIs(0, 1, '·Oslo');
        await tab.page.getByRole('button', { name: 'Show the newest' }).click();
        await tab.versionIs(4);
    });
}

/** The same kind of cleaning on a real table, by keys only. */
async function cleanByKeys(file) {
    await inTab(async (tab) => {
        await tab.import('strikes.csv', readFileSync(file).subarray(0, 800_000).toString('utf8').replace(/\n[^\n]*$/, '\n'));
        await tab.cellIs(0, 4, 'MILITARY');
        const run = async (sought, version, ...typed) => {
            await tab.key('/');
            await tab.page.locator('#command-filter').waitFor();
            await tab.key('Control+a');
            await tab.type(sought);
            await tab.key('Enter');
            await tab.page.locator('form .head').waitFor();
            for (const one of typed) await (one.key === undefined ? tab.type(one) : tab.key(one.key));
            await tab.page.locator('.sum:not(.old)').filter({ hasText: /would|→/ }).waitFor();
            await tab.key('Control+Enter');
            await tab.versionIs(version);
            await tab.key('Escape');
            await tab.page.locator('.grid:focus').waitFor();
        };
        await tab.key('Control+Home', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight');
        await run('title case', 2);
        await tab.cellIs(0, 4, 'Military');
        await tab.key('Home');
        await run('find and replace', 3, 'ARPT', { key: 'Tab' }, 'Airport');
        await tab.cellIs(0, 0, 'BARKSDALE AIR FORCE BASE Airport');
        await run('filter rows', 4, '"Speed IAS in knots" > 0');
        await tab.key('Control+z');
        await tab.versionIs(3);
        await tab.key('Control+Home', 'ArrowRight');
        await tab.type('T-38 A');
        await tab.key('Enter');
        await tab.cellIs(0, 1, 'T-38 A');
        await tab.key('[');
        await tab.versionIs(3);
        await tab.key(']');
        await tab.page.getByText('T-38 A').first().waitFor({ state: 'attached' });
    });
}

/** Two deliveries of a table, compared by a key. */
async function deliveries() {
    await inTab(async (tab) => {
        await tab.import('march.csv', 'id,name,price\n1,rope,5\n2,tent,90\n3,map,7\n');
        await tab.import('april.csv', 'id,name,price\n3,map,8\n1,rope,5\n4,stove,40\n');
        await tab.page.getByRole('button', { name: /^march/ }).click();
        await tab.cellIs(1, 1, 'tent');
        await tab.key('Control+k');
        await tab.page.getByPlaceholder(/Command, column/).waitFor();
        await tab.key('Escape');
        await tab.page.evaluate(() => (location.hash = '#screen=diff&table=march&before=march&after=april&key=id'));
        await tab.page.getByText('rows matched by id').waitFor();
        for (const kind of ['1changed', '1added', '1removed']) await tab.page.locator('.kind', { hasText: kind }).waitFor();
        await tab.page.locator('.grid [role="gridcell"]', { hasText: '7 becomes 8' }).waitFor({ state: 'attached' });
        await tab.picture('journey-5-comparison');
        await tab.page.locator('.kind', { hasText: 'changed' }).click();
        await tab.page.locator('.grid [role="gridcell"]', { hasText: '7 becomes 8' }).waitFor({ state: 'detached' });
        const [download] = await Promise.all([tab.page.waitForEvent('download'), tab.page.getByRole('button', { name: 'Save as CSV' }).click()]);
        assert.match(readFileSync(await download.path(), 'utf8'), /stove/);
    });
}

/** Go back, do something else, and compare the two branches. */
async function branches() {
    await inTab(async (tab) => {
        await tab.import('t.csv', 'a,b\nx,1\ny,2\n');
        await tab.press(0, 0);
        await tab.type('first way');
        await tab.key('Enter');
        await tab.versionIs(2);
        await tab.key('Control+z');
        await tab.versionIs(1);
        await tab.press(0, 0);
        await tab.type('second way');
        await tab.key('Enter');
        await tab.versionIs(3);
        await tab.page.getByRole('tab', { name: 'History' }).click();
        await tab.page.getByText('not on the present line').waitFor();
        await tab.page.locator('button.look', { hasText: '2 Edit cell' }).click();
        await tab.cellIs(0, 0, 'first way');
        await tab.page.getByRole('button', { name: 'Compare with the newest' }).first().click();
        await tab.page.locator('.grid [role="gridcell"]', { hasText: 'first way becomes second way' }).waitFor({ state: 'attached' });
        await tab.page.goBack();
        await tab.cellIs(0, 0, 'first way');
        await tab.page.getByRole('button', { name: 'Go back to this version' }).first().click();
        await tab.says(/at version 2 again/);
    });
}

/** A query over versions, its result kept as a table and saved as a file. */
async function queries() {
    await inTab(async (tab) => {
        await tab.import('orders.csv', orders);
        await tab.command('Uppercase');
        await tab.columns('city');
        await tab.apply(2);
        await tab.page.getByRole('button', { name: 'SQL', exact: true }).click();
        await tab.page.locator('.cm-content').waitFor();
        await tab.key('Control+a');
        await tab.type('select count(*) n, (select count(distinct city) from "orders@1" ) was from orders');
        await tab.key('Escape', 'Control+Enter');
        await tab.cellIs(0, 0, '4');
        await tab.picture('journey-8-query');
        await tab.page.getByRole('button', { name: 'Keep as table…' }).click();
        await tab.page.getByLabel('Name of the table').fill('counts');
        await tab.page.getByRole('button', { name: 'Keep as table', exact: true }).click();
        await tab.versionIs(1);
        await tab.page.getByRole('heading', { name: 'counts', exact: true }).waitFor();
        await tab.page.getByRole('button', { name: 'SQL', exact: true }).click();
        await tab.page.locator('.cm-content', { hasText: 'count(distinct city)' }).waitFor(); // the draft is still there
        await tab.key('Control+a');
        await tab.type('selec');
        await tab.key('Escape', 'Control+Enter');
        await tab.page.getByRole('alert').filter({ hasText: 'selec' }).waitFor();
    });
}

/** A block of 5,000 cells as Excel copies it, over a part of a table. */
async function pasteMany() {
    await inTab(async (tab) => {
        const rows = Array.from({ length: 2000 }, (_, i) => `${i},a${i},b${i},c${i},d${i},e${i}`);
        await tab.import('wide.csv', `id,a,b,c,d,e\n${rows.join('\n')}\n`);
        const block = Array.from({ length: 1000 }, (_, i) => Array.from({ length: 5 }, (_, j) => `new ${i}-${j}`).join('\t')).join('\r\n');
        await tab.page.evaluate((text) => navigator.clipboard.writeText(text), block);
        await tab.press(2, 1);
        await tab.key('Control+v');
        await tab.page.getByText('1,000 rows × 5 columns from row 3').waitFor();
        await tab.picture('journey-10-paste');
        await tab.page.getByRole('button', { name: 'Paste', exact: true }).click();
        await tab.versionIs(2);
        await tab.cellIs(2, 1, 'new 0-0');
        await tab.key('Control+g');
        await tab.type('1002');
        await tab.key('Enter');
        await tab.cellIs(1001, 5, 'new 999-4');
        await tab.cellIs(1002, 5, 'e1002');
        await tab.key('Control+z');
        await tab.cellIs(1001, 5, 'e1001');
    });
}

async function exporting() {
    await inTab(async (tab) => {
        await tab.import('orders.csv', orders);
        for (const [format, check] of [
            ['CSV', (bytes) => assert.match(bytes.toString(), /^id,city,price/)],
            ['Excel workbook', (bytes) => assert.equal(bytes.subarray(0, 2).toString(), 'PK')],
            ['Parquet', (bytes) => assert.equal(bytes.subarray(0, 4).toString(), 'PAR1')],
        ]) {
            await tab.page.locator('.screen').getByRole('button', { name: 'Export', exact: true }).click();
            await tab.page.getByLabel(format, { exact: true }).check();
            const [download] = await Promise.all([tab.page.waitForEvent('download'), tab.page.getByRole('button', { name: 'Save the file' }).click()]);
            check(readFileSync(await download.path()));
        }
    });
}

export async function journeys() {
    const strikes = process.env.TARN_TEST_DATA === undefined ? '' : join(process.env.TARN_TEST_DATA, 'data/birdstrikes.csv');
    await test('journey 1: a messy file is put right', messyFile);
    await test('journey 2: a table is cleaned by the mouse', cleanByMouse);
    await test('journey 2: bird strikes are cleaned by keys only', () => (existsSync(strikes) ? cleanByKeys(strikes) : 'TARN_TEST_DATA has no bird strikes'));
    await test('journey 5: two deliveries are compared by key', deliveries);
    await test('journey 6: branches are kept, looked at and compared', branches);
    await test('journey 8: a query over versions becomes a table', queries);
    await test('journey 10: 5,000 cells are pasted', pasteMany);
    await test('tables are saved as files', exporting);
}
