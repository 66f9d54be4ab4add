/** The page's tests: `node web/app/tests/run.mjs [SUITE …]`. Ends with "N passed, N failed, N skipped". */
import { findChromium } from '../../tests/browser.mjs';
import { skip, summary } from '../../tests/harness.mjs';
import { access } from './access.mjs';
import { cells } from './cells.mjs';
import { pageIsBuilt } from './harness.mjs';
import { hostile } from './hostile.mjs';
import { journeys } from './journeys.mjs';
import { lasting } from './lasting.mjs';
import { randomUse } from './random.mjs';

const suites = { cells, journeys, lasting, hostile, access, random: randomUse };

async function main(names) {
    for (const name of names) {
        if (suites[name] === undefined) {
            console.error(`there is no suite ${name}; there are: ${Object.keys(suites).join(' ')}`);
            return 2;
        }
    }
    if (!pageIsBuilt() || findChromium() === undefined) {
        skip("the page's tests", pageIsBuilt() ? 'no Chromium was found' : 'the page is not built: make app builds it');
        return summary();
    }
    for (const name of names.length > 0 ? names : Object.keys(suites)) await suites[name]();
    return summary();
}

process.exitCode = await main(process.argv.slice(2));
