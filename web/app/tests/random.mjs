/** Random use, with a seed: whatever is pressed, no error is reported and the page still answers. And cancelling. */
import { test } from '../../tests/harness.mjs';
import { assert, inTab } from './harness.mjs';

const soak = process.env.TARN_SOAK === '1';
const seed = Number(process.env.TARN_SEED ?? Math.floor(Math.random() * 1e9));
const SECONDS = soak ? 300 : Number(process.env.TARN_SECONDS ?? 20);

function generator(start) {
    let state = start >>> 0;
    return (below) => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return Math.floor((state / 2 ** 32) * below);
    };
}

const keys = [
    'ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight', 'Tab', 'Enter', 'Escape', 'Home', 'End', 'PageDown', 'PageUp', 'Control+End', 'Control+Home', 'Delete', 'F2',
    'Control+z', 'Control+y', 'Control+c', 'Control+v', 'Control+d', 'Control+a', 'Control+k', 'Control+g', '?', '/', '[', ']', 'Shift+ArrowDown', 'Shift+ArrowRight', 'Shift+Space',
    'Control+Space', 'Shift+F10', 'Control+Enter', 'x', '7',
];

/** A key, or a press on something that can be pressed; never one that leaves the page or asks the system for a file. */
async function step(tab, random) {
    if (random(3) > 0) return tab.key(keys[random(keys.length)]);
    const buttons = await tab.page.locator('button:visible:enabled, [role="tab"]:visible, [role="menuitem"]:visible, .grid').all();
    const one = buttons[random(buttons.length)];
    const text = (await one?.textContent().catch(() => '')) ?? '';
    if (one === undefined || /^(Import|Choose files…|Keep my data|Save)/.test(text)) return undefined;
    return one.click({ timeout: 300, noWaitAfter: true }).catch(() => undefined); // it may be gone, or covered
}

async function monkey() {
    console.log(`      seed ${seed}`);
    await inTab(async (tab) => {
        await tab.import('orders.csv', `id,city,price\n${Array.from({ length: 500 }, (_, i) => `${i}, city ${i % 7} ,$${i}.50`).join('\n')}\n`);
        const random = generator(seed);
        const end = Date.now() + SECONDS * 1000;
        while (Date.now() < end) await step(tab, random);
        await tab.page.goto(`${new URL(tab.page.url()).origin}/`);
        await tab.ready();
        await tab.page.getByText('All changes saved').waitFor();
    });
}

async function cancelling() {
    await inTab(async (tab) => {
        await tab.page.evaluate(() => {
            // Pressed in the page, as soon as it can be: from outside it may come when all is done.
            const watch = new MutationObserver(() => {
                if (document.querySelector('footer progress') === null) return;
                watch.disconnect();
                document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true }));
            });
            watch.observe(document.body, { subtree: true, childList: true });
            const lines = Array.from({ length: 1_500_000 }, (_, i) => `${i},some text ${i},${i / 3}`);
            const given = new DataTransfer();
            given.items.add(new File(['id,a,b\n', lines.join('\n')], 'large.csv'));
            const chooser = document.querySelector('input[type="file"]');
            chooser.files = given.files;
            chooser.dispatchEvent(new Event('change', { bubbles: true }));
        });
        await tab.says(/cancelled/);
        await tab.page.getByText('All changes saved').waitFor();
        await tab.page.getByText('No tables yet.').waitFor();
        assert.equal(await tab.page.locator('nav li').count(), 0);
    });
}

export async function randomUse() {
    await test('Escape cancels an import, and nothing is there', cancelling);
    await test('random use reports no error', monkey);
}
