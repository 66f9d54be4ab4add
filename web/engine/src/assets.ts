/**
 * The engine's files: where they are, and the compiled module, which all engines of a page share. Nothing is fetched
 * before the first engine starts.
 */
import { TarnError } from './errors.js';

export interface Assets {
    /** The script of all workers (tarn-engine.js); must be of the page's own origin. */
    engine?: string | URL;
    /** The WebAssembly module (tarn.wasm). */
    wasm?: string | URL;
}

// Written so that bundlers see two plain assets and no worker to be bundled.
const here = {
    engine: new URL('./tarn-engine.js', import.meta.url),
    wasm: new URL('./tarn.wasm', import.meta.url),
};

export function engineUrl(assets: Assets): string {
    return new URL(assets.engine ?? here.engine, location.href).href;
}

const modules = new Map<string, Promise<WebAssembly.Module>>();

/** Compiled while it arrives. A failure is forgotten, so that the next call tries again. */
export function loadModule(assets: Assets): Promise<WebAssembly.Module> {
    const url = new URL(assets.wasm ?? here.wasm, location.href).href;
    let loading = modules.get(url);
    if (loading === undefined) {
        loading = compile(url);
        modules.set(url, loading);
        loading.catch(() => modules.delete(url));
    }
    return loading;
}

async function compile(url: string): Promise<WebAssembly.Module> {
    let response: Response;
    try {
        response = await fetch(url);
    } catch (cause) {
        throw new TarnError('TARN_E_LOAD', `the engine could not be fetched from ${url}: ${String(cause)}`, { cause });
    }
    if (!response.ok)
        throw new TarnError('TARN_E_LOAD', `the engine could not be fetched from ${url}: the server answered ${response.status}`);
    try {
        // Compiling while it arrives needs the right content type; without it the engine works and starts later.
        return response.headers.get('Content-Type')?.split(';')[0] === 'application/wasm'
            ? await WebAssembly.compileStreaming(response)
            : await WebAssembly.compile(await response.arrayBuffer());
    } catch (cause) {
        throw new TarnError('TARN_E_LOAD', `${url} is not an engine that this browser can run: ${String(cause)}`, { cause });
    }
}
