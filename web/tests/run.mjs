/** The tests in a browser: `node web/tests/run.mjs [SUITE …]`. Ends with "N passed, N failed, N skipped". */
import { findChromium } from './browser.mjs';
import { engineIsBuilt, skip, summary, World } from './harness.mjs';
import { beside } from './suites/beside.mjs';
import { core } from './suites/core.mjs';
import { crash } from './suites/crash.mjs';
import { failures } from './suites/failures.mjs';
import { files } from './suites/files.mjs';
import { firefox } from './suites/firefox.mjs';
import { given } from './suites/given.mjs';
import { interop } from './suites/interop.mjs';
import { isolation } from './suites/isolation.mjs';
import { loading } from './suites/loading.mjs';
import { memory } from './suites/memory.mjs';
import { randomOperations } from './suites/model.mjs';
import { passing } from './suites/passing.mjs';
import { rows } from './suites/rows.mjs';
import { tabs } from './suites/tabs.mjs';

const suites = { files, model: randomOperations, loading, isolation, passing, core, given, rows, beside, tabs, failures, crash, interop, firefox, memory };

async function main(names) {
    for (const name of names) {
        if (suites[name] === undefined) {
            console.error(`there is no suite ${name}; there are: ${Object.keys(suites).join(' ')}`);
            return 2;
        }
    }
    if (!engineIsBuilt() || findChromium() === undefined) {
        skip('the browser tests', engineIsBuilt() ? 'no Chromium was found' : 'the engine is not built: make wasm builds it');
        return summary();
    }
    const world = await World.open();
    try {
        for (const name of names.length > 0 ? names : Object.keys(suites)) await suites[name](world);
    } finally {
        await world.close();
    }
    return summary();
}

process.exitCode = await main(process.argv.slice(2));
