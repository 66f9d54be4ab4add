/** C programs built by Emscripten (cmake/TarnNodeTests.cmake), in a worker of a page and with the page's files beneath them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { assert, root } from './harness.mjs';

const folder = join(root, process.env.BUILD_WASM ?? 'build-wasm', 'page');

/** Why a program cannot be run; undefined when it can. */
export function missingProgram(name) {
    return existsSync(join(folder, `${name}.js`)) ? undefined : `${name} is not built: make test-wasm-node builds it`;
}

/** Run it; all that it printed. What it ends with must be 0. */
export async function runProgram(world, name, environment = {}) {
    const tab = await world.tab();
    const run = async ([script, environment]) => {
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
            worker.postMessage({ script: new URL(script, location.href).href, engine, environment });
        });
        worker.terminate();
        return { lines, code };
    };
    const { lines, code } = await tab.page.evaluate(run, [`/programs/${name}.js`, environment]);
    const text = [...lines, ...tab.messages].join('\n'); // threads print to the console
    await tab.close();
    assert.equal(code, 0, text);
    return text;
}
