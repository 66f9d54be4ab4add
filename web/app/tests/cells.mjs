/** The grid: moving, editing, copying, pasting, filling, large tables. */
import { test } from '../../tests/harness.mjs';
import { assert, inTab } from './harness.mjs';

const small = 'name,amount,day\nAda,1,2024-01-01\n Bob ,2,2024-01-02\n"",3,2024-01-03\nCy,,2024-01-04\n';

async function editing() {
    await inTab(async (tab) => {
        await tab.import('small.csv', small);
        await tab.cellIs(0, 0, 'Ada');
        await tab.cellIs(1, 0, '·Bob·');
        await tab.cellIs(3, 1, 'null');
        await tab.press(0, 1);
        await tab.type('42');
        await tab.key('Enter');
        await tab.cellIs(0, 1, '42');
        await tab.versionIs(2);
        await tab.type('not a number'); // the next row now
        await tab.key('Enter');
        const problem = tab.page.locator('.grid-editor-problem');
        await problem.filter({ hasText: 'not a number' }).waitFor();
        await tab.key('Escape');
        await tab.cellIs(1, 1, '2');
        await tab.versionIs(2);
        await tab.key('F2');
        await tab.key('Control+a');
        await tab.type('7');
        await tab.key('Tab');
        await tab.cellIs(1, 1, '7');
        await tab.key('Home', 'Delete');
        await tab.cellIs(1, 0, 'null');
        await tab.key('Control+z');
        await tab.cellIs(1, 0, '·Bob·');
        await tab.key('Control+y');
        await tab.cellIs(1, 0, 'null');
    });
}

async function blocks() {
    await inTab(async (tab) => {
        await tab.import('small.csv', small);
        await tab.press(0, 0);
        await tab.key('Shift+ArrowDown', 'Shift+ArrowRight', 'Control+c');
        await tab.says(/Copied 2 rows × 2 columns/);
        const items = await tab.page.evaluate(async () => {
            const [item] = await navigator.clipboard.read();
            const read = async (type) => (await item.getType(type)).text();
            return [await read('text/plain'), await read('text/html')];
        });
        assert.equal(items[0].replaceAll('\r', ''), 'Ada\t1\n Bob \t2');
        assert.match(items[1], /<td[^>]*>Ada<\/td>/);
        await tab.key('ArrowDown', 'Home', 'Shift+ArrowDown', 'Shift+ArrowDown', 'Control+d');
        await tab.cellIs(3, 0, '·Bob·');
        await tab.cellIs(2, 0, '·Bob·');
        await tab.page.evaluate(() => navigator.clipboard.writeText('x\t10\ny\t20\n'));
        await tab.press(0, 0);
        await tab.key('Control+v');
        await tab.page.getByRole('button', { name: 'Paste', exact: true }).click();
        await tab.cellIs(1, 1, '20');
        await tab.cellIs(0, 0, 'x');
        await tab.key('Control+Home', 'Control+Space', 'Control+c');
        await tab.says(/Copied 4 rows × 1 column/);
    });
}

/** A million rows: the end is one key away, and the bar leads everywhere. */
async function large() {
    await inTab(async (tab) => {
        await tab.giveMade('large.csv', () => ['id,text', ...Array.from({ length: 1_000_000 }, (_, i) => `${i + 1},value ${i + 1}`)].join('\n'));
        await tab.cellIs(0, 1, 'value 1');
        await tab.press(0, 0);
        await tab.key('Control+End');
        await tab.cellIs(999_999, 1, 'value 1000000');
        await tab.key('Control+g');
        await tab.type('500,000');
        await tab.key('Enter');
        await tab.cellIs(499_999, 1, 'value 500000');
        await tab.grid.evaluate((grid) => (grid.scrollTop = grid.scrollHeight / 4));
        await tab.page.waitForFunction(() => {
            const row = Number(document.querySelector('.grid [role="row"]:nth-child(2)').getAttribute('aria-rowindex'));
            return Math.abs(row - 250_000) < 1000;
        });
        await tab.grid.evaluate((grid) => (grid.scrollTop = grid.scrollHeight));
        await tab.cellIs(999_999, 0, '1000000');
        const sorted = await tab.page.evaluate(() => location.hash);
        assert.match(sorted, /row=500000/);
    });
}

async function widths() {
    await inTab(async (tab) => {
        await tab.import('small.csv', small);
        const edge = tab.page.locator('.grid-head-edge').first();
        const head = tab.page.locator('.grid-head').first();
        const before = (await head.boundingBox()).width;
        const box = await edge.boundingBox();
        await tab.page.mouse.move(box.x + 4, box.y + 10);
        await tab.page.mouse.down();
        await tab.page.mouse.move(box.x + 104, box.y + 10, { steps: 4 });
        await tab.page.mouse.up();
        assert.ok(Math.abs((await head.boundingBox()).width - before - 100) <= 2);
        await tab.page.reload();
        await tab.ready();
        await tab.cellIs(0, 0, 'Ada');
        assert.ok(Math.abs((await head.boundingBox()).width - before - 100) <= 2);
    });
}

export async function cells() {
    await test('cells are edited with their type checked, cleared, undone and redone', editing);
    await test('blocks are copied as text and HTML, filled down and pasted over', blocks);
    await test('columns are resized, and stay so', widths);
    await test('a million rows are gone through by keys and by the bar', large);
}
