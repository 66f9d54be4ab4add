/** The C tests of what every host of files must do, on the origin private file system. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { assert, root, skip, test } from '../harness.mjs';

const folder = join(root, process.env.BUILD_WASM ?? 'build-wasm', 'page');

/** Run a C program in a worker of the page; its lines, and the code that it ends with. */
function program(page, name) {
    return page.evaluate(async (script) => {
        const engine = new URL('/engine/tarn-engine.js', location.href).href;
        const worker = new Worker(engine, { name: 'tarn-program' });
        const lines = [];
        const code = await new Promise((resolve) => {
            worker.onerror = (event) => {
                lines.push(`failed: ${event.message}`);
                resolve(-1);
            };
            worker.onmessage = ({ data }) => {
                if (data.line !== undefined) lines.push(data.line);
                if (data.code !== undefined) resolve(data.code);
            };
            worker.postMessage({ script: new URL(script, location.href).href, engine });
        });
        worker.terminate();
        return { lines, code };
    }, `/programs/${name}.js`);
}

async function hosts(world) {
    const tab = await world.tab();
    const { lines, code } = await program(tab.page, 'page_fs');
    const text = [...lines, ...tab.messages].join('\n'); // threads print to the console
    assert.equal(code, 0, text);
    assert.match(text, /test_locks \(HOST_OPFS\)/);
    assert.doesNotMatch(text, /FAILED/);
    await tab.close();
}

export async function files(world) {
    const name = 'the C tests of hosts, on the origin private file system';
    if (existsSync(join(folder, 'page_fs.js'))) await test(name, () => hosts(world));
    else skip(name, 'page_fs is not built: make test-wasm-node builds it');
}
