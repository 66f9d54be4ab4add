/** Takes the page's picture for README, from the product: `node scripts/picture.mjs FILE`. Needs what `make app` left. */
import { Tab, World } from '../app/tests/harness.mjs';

const file = process.argv[2] ?? 'docs/page.png';
const world = await World.open();
const page = await world.browser.context.newPage();
await page.setViewportSize({ width: 1280, height: 760 });
await page.goto(`${world.server.url}/`);
const tab = new Tab(page);
await tab.ready();
await page.getByText('Try with sample data').click();
await tab.cellIs(0, 0, '1');
await tab.command('Amounts to numbers');
await tab.columns('price');
await tab.apply(2);
await tab.command('Title case');
await tab.columns('city');
await tab.apply(3);
await tab.command('Trim spaces');
await tab.columns('city');
await page.getByText('cells would change').waitFor();
for (const close of await page.getByLabel('Put away').all()) await close.click();
await page.waitForFunction(() => document.querySelectorAll('.notice').length === 0);
await page.screenshot({ path: file });
await tab.close();
await world.close();
