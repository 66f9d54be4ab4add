/**
 * Builds the application into app/dist, on top of engine/dist: `node scripts/build-app.mjs`. What it leaves works on any
 * web server, offline after the first visit, and is the same for the same sources.
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { compile, compileModule } from 'svelte/compiler';

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const app = join(web, 'app');
const dist = join(app, 'dist');
const engine = join(web, 'engine/dist');
const target = 'es2022';

/** A warning of our own components is an error; what libraries bring is theirs. */
function refuse(warnings, path) {
    if (path.includes('node_modules') || warnings.length === 0) return [];
    return warnings.map(({ code, message, start }) => ({
        text: `${message} (${code})`,
        location: { file: path, line: start?.line ?? 1, column: start?.column ?? 0 },
    }));
}

/** The policy of the page allows no style attributes in markup: a class does the same. */
function withoutStyleAttributes(source, path) {
    const text = source.replaceAll('style="display: contents;"', 'class="contents"');
    if (/<[^>]*\sstyle="/.test(text)) throw new Error(`${path} has a style attribute, which the page's policy forbids`);
    return text;
}

const svelte = {
    name: 'svelte',
    setup(builder) {
        const styles = new Map();
        builder.onLoad({ filter: /\.svelte$/ }, ({ path }) => {
            const { js, css, warnings } = compile(withoutStyleAttributes(readFileSync(path, 'utf8'), path), { filename: path, css: 'external', dev: false });
            if (css === null || css.code === '') return { contents: js.code, errors: refuse(warnings, path) };
            styles.set(`${path}.css`, css.code);
            return { contents: `${js.code}\nimport ${JSON.stringify(`${path}.css`)};`, errors: refuse(warnings, path) };
        });
        builder.onResolve({ filter: /\.svelte\.css$/ }, ({ path }) => ({ path, namespace: 'svelte-css' }));
        builder.onLoad({ filter: /.*/, namespace: 'svelte-css' }, ({ path }) => ({ contents: styles.get(path), loader: 'css' }));
        builder.onLoad({ filter: /\.svelte\.(js|ts)$/ }, async ({ path }) => {
            let code = readFileSync(path, 'utf8');
            if (path.endsWith('.ts')) code = (await transform(code, { loader: 'ts', target: 'esnext', tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } } })).code;
            const { js, warnings } = compileModule(code, { filename: path, dev: false });
            return { contents: js.code, errors: refuse(warnings, path) };
        });
    },
};

async function bundle() {
    const { metafile } = await build({
        entryPoints: [join(app, 'src/main.ts')],
        bundle: true,
        splitting: true,
        format: 'esm',
        target,
        minify: true,
        outdir: dist,
        entryNames: '[name]-[hash]',
        chunkNames: '[name]-[hash]',
        assetNames: '[name]-[hash]',
        loader: { '.woff2': 'file' },
        conditions: ['svelte', 'browser', 'production'],
        mainFields: ['svelte', 'browser', 'module', 'main'],
        define: { 'process.env.NODE_ENV': '"production"' },
        legalComments: 'none',
        logLevel: 'warning',
        metafile: true,
        plugins: [svelte],
    });
    const entry = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint?.endsWith('src/main.ts') === true);
    return { script: basename(entry[0]), style: basename(entry[1].cssBundle) };
}

/** Licences of what is in the bundle, as they ask for. */
function licences(into) {
    const lines = [];
    for (const name of ['svelte', 'bits-ui', '@uwdata/flechette', '@codemirror/view', '@lezer/common', '@fontsource-variable/inter', '@lucide/svelte', '@floating-ui/dom']) {
        const folder = join(web, 'node_modules', name);
        const file = existsSync(folder) ? readdirSync(folder).find((one) => /^licen[cs]e/i.test(one)) : undefined;
        if (file !== undefined) lines.push(`${name}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`);
    }
    writeFileSync(into, lines.join('\n----\n\n'));
}

function filesBelow(folder) {
    return readdirSync(folder, { recursive: true })
        .map((name) => join(folder, name))
        .filter((path) => statSync(path).isFile())
        .map((path) => relative(folder, path).replaceAll('\\', '/'))
        .sort();
}

/** The service worker knows the files by name and the whole by a hash, so that a new build is a new worker. */
async function serviceWorker() {
    const files = filesBelow(dist);
    const hash = createHash('sha256');
    for (const file of files) hash.update(file).update(readFileSync(join(dist, file)));
    await build({
        entryPoints: [join(app, 'src/service-worker.ts')],
        bundle: true,
        format: 'iife',
        target,
        minify: true,
        outfile: join(dist, 'service-worker.js'),
        define: { FILES: JSON.stringify(files), BUILD: JSON.stringify(hash.digest('hex').slice(0, 16)) },
        logLevel: 'warning',
    });
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, 'engine'), { recursive: true });
const { script, style } = await bundle();
const page = readFileSync(join(app, 'index.html'), 'utf8');
const tags = `<link rel="stylesheet" href="${style}" />\n        <script type="module" src="${script}"></script>`;
writeFileSync(join(dist, 'index.html'), page.replace('<!-- built -->', tags));
for (const file of ['icon.svg', 'manifest.webmanifest']) cpSync(join(app, file), join(dist, file));
for (const file of ['index.js', 'tarn-engine.js', 'tarn.wasm.gz', 'LICENSE']) cpSync(join(engine, file), join(dist, 'engine', file));
licences(join(dist, 'licences.txt'));
await serviceWorker();
