/**
 * Puts the package together in engine/dist: the page's module with its typings, the script of all workers, the service
 * worker and the WebAssembly module.
 *
 *     node scripts/build.mjs FOLDER        that holds tarn.mjs, tarn.worker.js and tarn.wasm, as CMake built them
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const engine = join(web, 'engine');
const dist = join(engine, 'dist');
const target = 'es2022';

/** `tsc` by its own path, since `npm ci --ignore-scripts` is enough for it. */
function typings() {
    const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
    const args = ['-p', engine, '--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--outDir', join(dist, 'types')];
    execFileSync(process.execPath, [tsc, ...args], { stdio: 'inherit' });
}

/** Replace, and fail when there was nothing to replace: then Emscripten's glue is not what it was. */
function swap(text, from, to, where) {
    if (!text.includes(from)) throw new Error(`${where} has no '${from}'`);
    return text.replaceAll(from, to);
}

/** Emscripten's glue and its threads' startup routine around our workers, as one script that needs no other. */
function engineScript(folder, workers) {
    let glue = readFileSync(join(folder, 'tarn.mjs'), 'utf8');
    glue = swap(glue, 'import.meta.url', 'self.location.href', 'tarn.mjs');
    glue = swap(glue, 'export default createTarn;', '', 'tarn.mjs');
    // The routine would fetch the glue, which is here already.
    const own = "(e.data.urlOrBlob ? import(e.data.urlOrBlob) : import('./tarn.mjs'))";
    const thread = readFileSync(join(folder, 'tarn.worker.js'), 'utf8');
    const started = swap(thread, own, 'Promise.resolve({ default: createTarn })', 'tarn.worker.js');
    return `${glue}\nfunction startThread() {\n${started}\n}\n${workers}`;
}

async function main(folder) {
    rmSync(dist, { recursive: true, force: true });
    mkdirSync(dist, { recursive: true });
    const workers = await build({
        entryPoints: [join(engine, 'src/worker/main.ts')],
        bundle: true,
        format: 'iife',
        target,
        minify: true,
        write: false,
    });
    if (folder !== undefined) {
        writeFileSync(join(dist, 'tarn-engine.js'), engineScript(folder, workers.outputFiles[0].text));
        // Some hosts take no file of this size as it is; see src/assets.ts.
        writeFileSync(join(dist, 'tarn.wasm.gz'), gzipSync(readFileSync(join(folder, 'tarn.wasm')), { level: 9 }));
    } else {
        writeFileSync(join(dist, 'tarn-engine.js'), workers.outputFiles[0].text); // for tests of C programs
    }
    await build({ entryPoints: [join(engine, 'src/index.ts')], bundle: true, format: 'esm', target, outfile: join(dist, 'index.js') });
    await build({
        entryPoints: [join(engine, 'src/isolation-worker.ts')],
        bundle: true,
        format: 'iife',
        target,
        outfile: join(dist, 'tarn-isolation.js'),
    });
    typings();
    copyFileSync(join(engine, 'README.md'), join(dist, 'README.md'));
    copyFileSync(join(web, '..', 'LICENSE'), join(dist, 'LICENSE'));
    writeFileSync(join(dist, 'package.json'), readFileSync(join(engine, 'package.json')));
}

await main(process.argv[2] === undefined ? undefined : resolve(process.argv[2]));
