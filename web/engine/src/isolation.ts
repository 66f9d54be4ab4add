/**
 * Threads need shared memory, which browsers give only to cross-origin isolated pages: those whose server sends two
 * headers. Where the server cannot be changed, a service worker can add them.
 */
import { TarnError } from './errors.js';

const RELOADED = 'tarn-isolation-reloaded';

export const missingHeaders = {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
} as const;

export function isIsolated(): boolean {
    return globalThis.crossOriginIsolated === true && typeof SharedArrayBuffer !== 'undefined';
}

export function requireIsolation(): void {
    if (isIsolated()) return;
    throw new TarnError(
        'TARN_E_NOT_ISOLATED',
        'this page is not cross-origin isolated, so the engine can have no threads: let the server send ' +
            '"Cross-Origin-Opener-Policy: same-origin" and "Cross-Origin-Embedder-Policy: require-corp" over https or ' +
            'from localhost, or call installIsolation() for the service worker that adds them',
    );
}

/**
 * Register the service worker that adds the two headers (tarn-isolation.js of this package, to be served from the
 * page's own folder or above), and load the page again, once and never again in this browser. Resolves to true when the
 * page is isolated already, to false when it cannot be helped; otherwise the page is about to be loaded again.
 */
export async function installIsolation(script: string | URL = './tarn-isolation.js'): Promise<boolean> {
    if (isIsolated()) return true;
    if (!isSecureContext || navigator.serviceWorker === undefined) return false;
    if (wasReloaded()) return false;
    const registration = await navigator.serviceWorker.register(new URL(script, location.href));
    await activated(registration);
    try {
        localStorage.setItem(RELOADED, new Date().toISOString());
    } catch {
        return false; // without a memory of it, the page might be loaded for ever
    }
    location.reload();
    return new Promise(() => undefined);
}

function wasReloaded(): boolean {
    try {
        return localStorage.getItem(RELOADED) !== null;
    } catch {
        return true;
    }
}

function activated(registration: ServiceWorkerRegistration): Promise<void> {
    const worker = registration.installing ?? registration.waiting ?? registration.active;
    if (worker === null || worker.state === 'activated') return Promise.resolve();
    return new Promise((resolve) => {
        worker.addEventListener('statechange', () => {
            if (worker.state === 'activated') resolve();
        });
    });
}
