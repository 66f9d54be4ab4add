/**
 * A small server of static files with the two headers that make a page cross-origin isolated.
 *
 *     node serve.mjs PORT FOLDER [URL-PREFIX=FOLDER …]
 *
 * As a module: serve({ port, mounts, isolated }) gives { url, close }.
 */
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const types = {
    '.html': 'text/html; charset=utf-8',
    '.js': 'text/javascript; charset=utf-8',
    '.mjs': 'text/javascript; charset=utf-8',
    '.css': 'text/css; charset=utf-8',
    '.json': 'application/json',
    '.svg': 'image/svg+xml',
    '.wasm': 'application/wasm',
    '.csv': 'text/csv; charset=utf-8',
};

/** The file that a URL path means, null for none: the longest prefix wins, nothing outside of the folders is reached. A prefix
 *  without '/' at its end is one file. */
function find(mounts, path) {
    const prefixes = Object.keys(mounts).sort((a, b) => b.length - a.length);
    for (const prefix of prefixes) {
        if (!path.startsWith(prefix)) continue;
        const rest = normalize('/' + path.slice(prefix.length));
        const whole = prefix === path && !prefix.endsWith('/'); // one file
        const file = whole ? mounts[prefix] : join(mounts[prefix], rest.endsWith('/') ? `${rest}index.html` : rest);
        const found = statSync(file, { throwIfNoEntry: false });
        if (found?.isFile()) return { file, size: found.size, modified: found.mtimeMs };
    }
    return null;
}

/** `isolated` false leaves the two headers out. `onRequest(path)` sees every request. */
export async function serve({ port = 0, mounts, isolated = true, onRequest = () => undefined }) {
    const server = createServer((request, response) => {
        const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
        if (onRequest(path, request, response) === true) return;
        if (isolated) {
            response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
            response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
        }
        const found = find(mounts, path);
        if (found === null) {
            response.writeHead(404, { 'Content-Type': 'text/plain' }).end(`${path} is not here\n`);
            return;
        }
        const tag = `"${found.size.toString(36)}-${Math.round(found.modified).toString(36)}"`;
        response.setHeader('ETag', tag);
        response.setHeader('Cache-Control', 'no-cache');
        if (request.headers['if-none-match'] === tag) {
            response.writeHead(304).end();
            return;
        }
        response.writeHead(200, {
            'Content-Type': types[extname(found.file)] ?? 'application/octet-stream',
            'Content-Length': found.size,
        });
        createReadStream(found.file).pipe(response);
    });
    await new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, '127.0.0.1', resolve);
    });
    return {
        url: `http://localhost:${server.address().port}`,
        close: () =>
            new Promise((resolve) => {
                server.close(resolve);
                server.closeAllConnections();
            }),
    };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const [port, folder, ...others] = process.argv.slice(2);
    const mounts = { '/': folder ?? '.' };
    for (const other of others) {
        const [prefix, place] = other.split('=');
        mounts[prefix] = place;
    }
    const { url } = await serve({ port: Number(port ?? 8080), mounts });
    console.log(`Tarn is at ${url} (Ctrl-C ends it)`);
}
