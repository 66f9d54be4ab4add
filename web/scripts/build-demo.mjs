/** Builds the demonstration page into demo/dist, on top of engine/dist: `node scripts/build-demo.mjs`. */
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const demo = join(dirname(dirname(fileURLToPath(import.meta.url))), 'demo');
const dist = join(demo, 'dist');

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
await build({
    entryPoints: [join(demo, 'src/main.ts')],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    outfile: join(dist, 'app.js'),
    logLevel: 'warning',
    plugins: [
        {
            // The engine stays a module of its own, with its files beside it.
            name: 'engine',
            setup: ({ onResolve }) => onResolve({ filter: /^tarn-engine$/ }, () => ({ path: './engine/index.js', external: true })),
        },
    ],
});
for (const file of ['index.html', 'style.css', 'icon.svg']) cpSync(join(demo, file), join(dist, file));
const engine = join(demo, '../engine/dist');
for (const file of ['index.js', 'tarn-engine.js', 'tarn.wasm.gz']) cpSync(join(engine, file), join(dist, 'engine', file));
cpSync(join(engine, 'tarn-isolation.js'), join(dist, 'tarn-isolation.js')); // of the page's own folder, for its scope
