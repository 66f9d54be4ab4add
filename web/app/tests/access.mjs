/** For everybody: axe-core on every screen in both themes, at twice the size, and by the keyboard alone. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from '../../tests/harness.mjs';
import { assert, inTab } from './harness.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds, as "rule: elements". */
async function violations(tab) {
    await tab.page.evaluate(axe);
    return tab.page.evaluate(async () => {
        const { violations: found } = await globalThis.axe.run(document, {
            runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
            rules: { region: { enabled: false } }, // menus float outside of the landmarks
        });
        return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html.slice(0, 160)} (${node.any[0]?.message ?? ''})`).join(' | ')}`);
    });
}

const steps = [
    ['first', async () => undefined],
    ['paste-table', async (tab) => tab.page.getByText('Paste a table…').click()],
    ['import', async (tab) => {
        await tab.key('Escape');
        await tab.import('orders.csv', 'id,city,price\n1, Oslo,$1.50\n2,oslo ,"$1,200.00"\n3,,$7.25\n4,Bergen,nope\n');
    }],
    ['commands', async (tab) => tab.page.getByRole('tab', { name: 'Commands' }).click()],
    ['form', async (tab) => {
        await tab.command('Find and replace');
        await tab.columns('city');
        await tab.field('Find', 'o');
        await tab.page.getByText('would change').waitFor();
    }],
    ['problem', async (tab) => {
        await tab.command('Amounts to numbers');
        await tab.columns('price');
        await tab.page.locator('.sum.problem').waitFor();
        await tab.key('Control+Enter');
        await tab.page.getByRole('alert').first().waitFor();
    }],
    ['rows', async (tab) => {
        await tab.command('Filter rows');
        await tab.field('Where', 'id > 1');
        await tab.page.getByText('→ 3').waitFor();
    }],
    ['history', async (tab) => {
        await tab.apply(2);
        await tab.page.getByRole('tab', { name: 'History' }).click();
    }],
    ['old', async (tab) => {
        await tab.page.locator('.line').getByRole('button', { name: /^1 import/ }).click();
        await tab.versionIs(1);
    }],
    ['diff', async (tab) => {
        await tab.page.getByRole('button', { name: 'Compare with the newest' }).first().click();
        await tab.page.locator('.kind').first().waitFor();
    }],
    ['sql', async (tab) => {
        await tab.page.getByRole('button', { name: 'SQL', exact: true }).click();
        await tab.page.locator('.cm-content').waitFor();
        await tab.key('Control+Enter');
        await tab.page.getByText(/rows? in/).first().waitFor();
    }],
    ['keep', async (tab) => tab.page.getByRole('button', { name: 'Keep as table…' }).click()],
    ['palette', async (tab) => {
        await tab.key('Escape');
        await tab.page.getByRole('button', { name: 'SQL', exact: true }).click();
        await tab.key('Control+k');
        await tab.page.locator('.palette-item').first().waitFor();
    }],
    ['keys', async (tab) => {
        await tab.key('Escape');
        await tab.page.getByLabel('Keys', { exact: true }).click();
    }],
    ['export', async (tab) => {
        await tab.key('Escape');
        await tab.page.locator('.screen header').getByRole('button', { name: 'Export', exact: true }).click();
    }],
    ['menu', async (tab) => {
        await tab.key('Escape');
        await tab.grid.focus();
        await tab.key('Shift+F10');
        await tab.page.getByRole('menuitem').first().waitFor();
    }],
    ['settings', async (tab) => {
        await tab.key('Escape');
        await tab.page.getByLabel('Settings', { exact: true }).click();
        await tab.page.getByRole('menuitemradio').first().waitFor();
    }],
];

function everyScreen(theme) {
    return () =>
        inTab(async (tab) => {
            await tab.page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
            await tab.page.reload();
            await tab.ready();
            const found = [];
            for (const [name, go] of steps) {
                await go(tab);
                await tab.picture(`${theme}-${name}`);
                found.push(...(await violations(tab)).map((text) => `${name}: ${text}`));
            }
            assert.deepEqual(found, []);
        });
}

/** At 200 %: half as many pixels, and nothing is cut off or overlaps so that it cannot be used. */
async function doubled() {
    await inTab(async (tab) => {
        await tab.page.setViewportSize({ width: 720, height: 450 });
        await tab.import('t.csv', 'a,b\nx,1\n');
        await tab.cellIs(0, 0, 'x');
        await tab.picture('doubled');
        assert.deepEqual(await violations(tab), []);
        const wide = await tab.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
        assert.equal(wide, false);
        await tab.page.getByRole('button', { name: 'Import', exact: true }).click({ trial: true });
        await tab.press(0, 1);
        await tab.type('5');
        await tab.key('Enter');
        await tab.cellIs(0, 1, '5');
    });
}

/** Tab goes through everything once, with a focus that is seen, and back to the beginning. */
async function keyboard() {
    await inTab(async (tab) => {
        await tab.import('t.csv', 'a,b\nx,1\ny,2\n');
        await tab.page.getByRole('tab', { name: 'Commands' }).click();
        await tab.page.locator('.search').focus();
        const seen = [];
        for (let i = 0; i < 60; i++) {
            await tab.key('Tab');
            const now = await tab.page.evaluate(() => {
                const one = document.activeElement;
                const style = getComputedStyle(one);
                const isSeen = one.classList.contains('grid') || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0);
                return { name: one.getAttribute('aria-label') ?? one.textContent.trim().slice(0, 24), where: one.tagName, isSeen };
            });
            if (now.where === 'BODY') break;
            assert.ok(now.isSeen, `the focus is not seen on ${now.where} ${now.name}`);
            seen.push(now.name);
        }
        for (const name of ['SQL', 'Keys', 'Settings', 'Import', 'Rows of t', 'Export', 'Filter 66 commands']) assert.ok(seen.some((one) => one.startsWith(name)), `${name} is not reached: ${seen.join(', ')}`);
    });
}

export async function access() {
    await test('axe-core finds nothing on any screen, light', everyScreen('light'));
    await test('axe-core finds nothing on any screen, dark', everyScreen('dark'));
    await test('at 200 % everything is there', doubled);
    await test('the keyboard reaches everything, and the focus is seen', keyboard);
}
