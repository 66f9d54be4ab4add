/**
 * Threads need shared memory, which browsers give only to cross-origin isolated pages: those whose server sends two
 * headers. Where the server cannot be changed, a service worker can add them.
 */
import { trusted } from './environment.js';
import { TarnError } from './errors.js';
import { checkNames } from './options.js';

/** Of this browser tab: how often it was loaded again, and when first. */
const TRIED = 'tarn-isolation';
/** When a page of this origin was isolated last. Kept elsewhere: an isolated page has a sessionStorage of its own in some
 *  browsers, so that what it takes away there comes back. */
const REACHED = 'tarn-isolation-reached';
/** Loading a page twice is enough when the first time another service worker was still there. */
const MOST_TRIES = 2;
/** Tries that lie further back belong to another visit. */
const VISIT_MS = 60_000;
const ACTIVATION_MS = 20_000;

export const missingHeaders = {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
} as const;

export function isIsolated(): boolean {
    return globalThis.crossOriginIsolated === true && typeof SharedArrayBuffer !== 'undefined';
}

function notIsolated(message: string, cause?: unknown): TarnError {
    return new TarnError('TARN_E_NOT_ISOLATED', message, { cause });
}

export function requireIsolation(): void {
    if (isIsolated()) return;
    throw notIsolated(
        'this page is not cross-origin isolated, so the engine can have no threads: let the server send ' +
            '"Cross-Origin-Opener-Policy: same-origin" and "Cross-Origin-Embedder-Policy: require-corp" over https or ' +
            'from localhost, or call installIsolation() for the service worker that adds them' +
            (isFramed() ? '; a page in a frame also needs allow="cross-origin-isolated" on its iframe, and an isolated page around it' : ''),
    );
}

function isFramed(): boolean {
    return typeof window !== 'undefined' && window.parent !== window;
}

export interface IsolationOptions {
    /** Let pictures and scripts of other sites in that do not allow it themselves, without cookies
     *  ("Cross-Origin-Embedder-Policy: credentialless"). Safari does not know it. */
    credentialless?: boolean;
}

/**
 * Register the service worker that adds the two headers (tarn-isolation.js of this package, to be served from the
 * page's own folder or above), and load the page again. Resolves to true when the page is isolated; as long as it can
 * become so by being loaded again, that is done and nothing is resolved. Otherwise it fails with a TarnError
 * (TARN_E_NOT_ISOLATED) that says why, and what to do.
 */
export async function installIsolation(script: string | URL = './tarn-isolation.js', options: IsolationOptions = {}): Promise<boolean> {
    checkNames('installIsolation', options, ['credentialless']);
    if (isIsolated()) {
        noteReached();
        return true;
    }
    requireServiceWorkers();
    const url = new URL(script, location.href);
    if (options.credentialless === true) url.searchParams.set('embedder', 'credentialless');
    requireReach(new URL('.', url).href, url);
    await requireNoOther(url);
    const registration = await register(url);
    requireReach(registration.scope, url);
    await activated(registration, url);
    if (!mayTry()) throw notIsolated(inVain(url));
    location.reload();
    return new Promise(() => undefined);
}

function requireServiceWorkers(): void {
    if (typeof window === 'undefined') throw notIsolated('installIsolation() must be called in a page, not in a worker: workers are isolated when their page is');
    if (!isSecureContext) throw notIsolated(`this page (${location.origin}) is not secure, so no headers can isolate it: serve it over https, or from localhost`);
    if (navigator.serviceWorker === undefined)
        throw notIsolated('this browser has no service workers here (private windows and sandboxed frames often forbid them): let the server send the two headers');
}

/** A service worker sees only pages below its own folder. */
function requireReach(scope: string, script: URL): void {
    const page = location.href.split(/[?#]/)[0]!;
    if (script.origin !== location.origin)
        throw notIsolated(`${script.href} is of another origin than this page: serve tarn-isolation.js from ${location.origin}`);
    if (page.startsWith(scope)) return;
    throw notIsolated(
        `the service worker ${script.pathname} reaches pages below ${new URL(scope).pathname} only, and this page is ${location.pathname}: ` +
            'serve tarn-isolation.js from the folder of the page or above',
    );
}

/** One page has one service worker: that of the page itself is not to be replaced. */
async function requireNoOther(script: URL): Promise<void> {
    const present = await navigator.serviceWorker.getRegistration().catch(() => undefined);
    const worker = present?.active ?? present?.waiting ?? present?.installing;
    if (worker == null || present!.scope !== new URL('.', script).href) return;
    const other = new URL(worker.scriptURL);
    if (other.pathname === script.pathname || other.pathname.includes('tarn-isolation')) return;
    throw notIsolated(
        `this page has a service worker of its own (${other.pathname}), which that of installIsolation() would replace: let it add ` +
            'the two headers to what it answers, or let the server send them',
    );
}

async function register(script: URL): Promise<ServiceWorkerRegistration> {
    try {
        return await navigator.serviceWorker.register(trusted(script), { updateViaCache: 'none' });
    } catch (cause) {
        const why = cause instanceof Error || cause instanceof DOMException ? cause.message : String(cause);
        throw notIsolated(`the service worker ${script.href} cannot be registered: ${why}`, cause);
    }
}

function activated(registration: ServiceWorkerRegistration, script: URL): Promise<void> {
    const worker = registration.installing ?? registration.waiting ?? registration.active;
    if (worker === null || worker.state === 'activated') return Promise.resolve();
    return new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(notIsolated(`the service worker ${script.href} does not start: close other tabs of this site and load the page again`)), ACTIVATION_MS);
        const look = (): void => {
            if (worker.state !== 'activated' && worker.state !== 'redundant') return;
            clearTimeout(late);
            if (worker.state === 'activated' || registration.active !== null) resolve();
            else reject(notIsolated(`the service worker ${script.href} failed while it was installed: its script must be tarn-isolation.js of this package`));
        };
        worker.addEventListener('statechange', look);
        look();
    });
}

/** Counts a try; false when there were enough. */
function mayTry(): boolean {
    try {
        const [count = 0, since = 0] = JSON.parse(sessionStorage.getItem(TRIED) ?? '[]') as number[];
        const isOver = Number(localStorage.getItem(REACHED)) > since || Date.now() - since > VISIT_MS;
        const tries = isOver ? 0 : count;
        sessionStorage.setItem(TRIED, JSON.stringify([tries + 1, tries === 0 ? Date.now() : since]));
        return tries < MOST_TRIES;
    } catch {
        throw notIsolated('this browser does not let the page remember that it was loaded again (site data are blocked), so that it could be loaded for ever: let the server send the two headers');
    }
}

function noteReached(): void {
    try {
        localStorage.setItem(REACHED, String(Date.now()));
    } catch {
        // then nothing was remembered
    }
}

function inVain(script: URL): string {
    if (isFramed())
        return 'this page is in a frame, which is isolated only when the page around it is isolated, too, and its iframe has allow="cross-origin-isolated"';
    if (navigator.serviceWorker.controller === null)
        return `the page was loaded again and the service worker ${script.pathname} still does not answer for it: load it once more without holding Shift, and see that service workers are not bypassed in the developer tools`;
    const what = script.searchParams.get('embedder') === 'credentialless' ? 'this browser may not know "credentialless": leave it out' : 'the browser may not support isolation, or a header that the page sets itself stands against it';
    return `the page was loaded again through the service worker ${new URL(navigator.serviceWorker.controller.scriptURL).pathname}, and is still not isolated: ${what}`;
}
