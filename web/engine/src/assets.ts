/**
 * The engine's files: where they are, and the compiled module, which all engines of a page share. Nothing is fetched
 * before the first engine starts.
 */
import { trusted } from './environment.js';
import { TarnError } from './errors.js';
import { tell } from './events.js';

export interface Assets {
    /** The script of all workers (tarn-engine.js); must be of the page's own origin. Where the page requires trusted types it
     *  may be a TrustedScriptURL. */
    engine?: string | URL | object;
    /** The WebAssembly module, as it was built (tarn.wasm) or compressed by gzip (tarn.wasm.gz). */
    wasm?: string | URL;
}

// Written so that bundlers see two plain assets and no worker to be bundled.
const here = {
    engine: new URL('./tarn-engine.js', import.meta.url),
    wasm: new URL('./tarn.wasm.gz', import.meta.url),
};

/** The script of the workers: its address, and as `Worker` takes it. */
export function engineScript(assets: Assets): { url: string; script: string } {
    const given = assets.engine ?? here.engine;
    const url = new URL(String(given), location.href);
    if (url.origin !== location.origin)
        throw new TarnError(
            'TARN_E_LOAD',
            `the script ${url.href} is of another origin than this page (${location.origin}), and browsers make no workers of such: ` +
                'serve tarn-engine.js from the page\'s own origin, and give its address as assets.engine (tarn.wasm.gz may lie elsewhere)',
        );
    return { url: url.href, script: trusted(typeof given === 'string' || given instanceof URL ? url.href : given) };
}

/** Called while the module arrives. `total`: 0 when it is not known. */
export type OnLoading = (progress: { loaded: number; total: number }) => void;

interface Loading {
    module: Promise<WebAssembly.Module>;
    listeners: Set<OnLoading>;
}
const modules = new Map<string, Loading>();

/** Compiled while it arrives. A failure is forgotten, so that the next call tries again. */
export function loadModule(assets: Assets, onLoading?: OnLoading): Promise<WebAssembly.Module> {
    const url = new URL(assets.wasm ?? here.wasm, location.href).href;
    const listeners = new Set<OnLoading>();
    const loading = modules.get(url) ?? { module: compile(url, onLoading && listeners), listeners };
    if (onLoading !== undefined) loading.listeners.add(onLoading);
    if (!modules.has(url)) {
        modules.set(url, loading);
        loading.module.catch(() => modules.delete(url));
    }
    return loading.module;
}

/** Count a copy of what arrives. */
async function follow(response: Response, listeners: Set<OnLoading>): Promise<void> {
    const encoded = response.headers.get('Content-Encoding') !== null; // then the length is of something else
    const total = encoded ? 0 : Number(response.headers.get('Content-Length') ?? 0);
    const reader = response.body!.getReader();
    for (let loaded = 0; ; ) {
        const { done, value } = await reader.read();
        if (done) return;
        loaded += value.length;
        for (const listener of listeners) tell(listener, { loaded, total });
    }
}

/** Whether it is compressed still: a server that says how it is encoded has the browser inflate it. */
async function isPacked(response: Response): Promise<boolean> {
    const reader = response.body!.getReader();
    const { value } = await reader.read();
    void reader.cancel();
    return value?.[0] === 0x1f && value[1] === 0x8b;
}

/** As WebAssembly's compilers take it: inflated while it arrives, and said to be what it is. */
async function moduleOf(response: Response): Promise<Response> {
    const packed = await isPacked(response.clone());
    if (!packed && response.headers.get('Content-Type')?.split(';')[0] === 'application/wasm') return response;
    const inflate = new DecompressionStream('gzip') as unknown as TransformStream<Uint8Array, Uint8Array<ArrayBuffer>>;
    const bytes = packed ? response.body!.pipeThrough(inflate) : response.body!;
    return new Response(bytes, { headers: { 'Content-Type': 'application/wasm' } });
}

/** `listeners`: when somebody wants to hear how far it is. */
async function compile(url: string, listeners: Set<OnLoading> | undefined): Promise<WebAssembly.Module> {
    let response: Response;
    try {
        response = await fetch(url);
    } catch (cause) {
        throw new TarnError('TARN_E_LOAD', `the engine could not be fetched from ${url} (${String(cause)}): the page's content security policy must allow it in connect-src, and another origin by CORS`, { cause });
    }
    if (!response.ok || response.body === null)
        throw new TarnError('TARN_E_LOAD', `the engine could not be fetched from ${url}: the server answered ${response.status}`);
    if (listeners !== undefined) follow(response.clone(), listeners).catch(() => undefined); // compiling says what failed
    try {
        return await WebAssembly.compileStreaming(moduleOf(response));
    } catch (cause) {
        throw new TarnError('TARN_E_LOAD', `${url} is not an engine that this browser can run: ${String(cause)}`, { cause });
    }
}
