/** What lasts: the place one was at, tables, drafts; several tabs; without a network. */
import { test } from '../../tests/harness.mjs';
import { assert, inTab, inWorld } from './harness.mjs';

const table = 'a,b\nx,1\ny,2\nz,3\n';

async function reloading() {
    await inTab(async (tab) => {
        await tab.import('t.csv', table);
        await tab.press(0, 0);
        await tab.type('changed');
        await tab.key('Enter');
        await tab.versionIs(2);
        await tab.page.getByRole('button', { name: /^1 import/ }).click();
        await tab.versionIs(1);
        await tab.press(2, 1);
        await tab.page.waitForFunction(() => location.hash.includes('row=3'));
        const hash = new URL(tab.page.url()).hash;
        assert.equal(hash, '#table=t&version=1&row=3&column=b');
        await tab.page.reload();
        await tab.ready();
        await tab.versionIs(1);
        await tab.page.getByText('row 3 · b').waitFor();
        await tab.page.goBack();
        await tab.versionIs(2);
        await tab.cellIs(0, 0, 'changed');
        await tab.page.evaluate(() => (location.hash = '#table=nosuch'));
        await tab.says(/no table called nosuch/);
    });
}

async function twoTabs() {
    await inWorld(async (world) => {
        const first = await world.tab();
        await first.import('t.csv', table);
        const second = await world.tab('#table=t');
        await second.page.getByText('Read-only: another tab is writing').waitFor();
        await second.cellIs(0, 0, 'x');
        assert.ok(await second.page.getByRole('button', { name: 'Import', exact: true }).isDisabled());
        await first.press(0, 0);
        await first.type('from the first');
        await first.key('Enter');
        await first.versionIs(2);
        await second.cellIs(0, 0, 'from the first');
        await first.close();
        await second.says(/this one writes now/);
        await second.page.locator('footer').getByText('All changes saved').waitFor();
        await second.press(0, 0);
        await second.type('from the second');
        await second.key('Enter');
        await second.cellIs(0, 0, 'from the second');
        await second.close();
    });
}

/** A server without the two headers, which then goes away. */
async function offline() {
    await inWorld(
        async (world) => {
            const tab = await world.tab();
            assert.equal(await tab.page.evaluate(() => crossOriginIsolated), true);
            await tab.import('t.csv', table);
            await tab.page.evaluate(async () => (await navigator.serviceWorker.ready).active.state);
            await world.server.close();
            await tab.page.reload();
            await tab.ready();
            await tab.cellIs(0, 0, 'x');
            await tab.import('second.csv', 'c\n1\n');
            await tab.page.getByRole('button', { name: 'SQL', exact: true }).click();
            await tab.page.locator('.cm-content').waitFor(); // loaded only now, from the cache
            await tab.close();
        },
        { isolated: false },
    );
}

async function names() {
    await inTab(async (tab) => {
        await tab.import('t.csv', table);
        await tab.page.locator('nav li').first().hover();
        await tab.page.getByLabel('What can be done with t', { exact: true }).click();
        await tab.page.getByRole('menuitem', { name: 'Rename…' }).click();
        await tab.page.getByLabel('New name').fill('birds');
        await tab.key('Enter');
        await tab.page.getByRole('heading', { name: 'birds', exact: true }).waitFor();
        await tab.give(['birds.csv', 'a,b\nw,9\n']);
        await tab.page.getByRole('button', { name: 'Append to its rows' }).click();
        await tab.page.getByText('4 rows · 2 columns').first().waitFor();
        await tab.page.locator('nav li').first().hover();
        await tab.page.getByLabel('What can be done with birds', { exact: true }).click();
        await tab.page.getByRole('menuitem', { name: 'Remove…' }).click();
        await tab.page.getByRole('button', { name: 'Remove', exact: true }).click();
        await tab.page.getByText('Drop a table here').waitFor();
        await tab.page.getByRole('button', { name: 'Bring it back' }).click();
        await tab.page.getByText('4 rows · 2 columns').first().waitFor();
    });
}

export async function lasting() {
    await test('the address brings one back to table, version and cell', reloading);
    await test('tables are renamed, appended to, removed and brought back', names);
    await test('a second tab follows, says so, and takes over', twoTabs);
    await test('without headers and without a server the page works', offline);
}
