/**
 * Answers for the page's own files from a cache, so that it works offline, and adds the two headers that make it cross-origin
 * isolated where the server does not send them. A new build is taken when no page of the old one is open any more.
 */
declare const self: ServiceWorkerGlobalScope;
declare const FILES: string[];
declare const BUILD: string;

const cacheName = `tarn-${BUILD}`;
const addresses = new Set(['./', ...FILES].map((file) => new URL(file, self.location.href).href));

async function install(): Promise<void> {
    const cache = await caches.open(cacheName);
    await cache.addAll([...addresses].map((address) => new Request(address, { cache: 'no-cache' })));
    if (self.registration.active === null) await self.skipWaiting();
}

async function activate(): Promise<void> {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith('tarn-') && name !== cacheName).map((name) => caches.delete(name)));
    await self.clients.claim();
}

function isolated(response: Response): Response {
    const headers = new Headers(response.headers);
    headers.set('Cross-Origin-Opener-Policy', 'same-origin');
    headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
    headers.set('Cross-Origin-Resource-Policy', 'same-origin');
    const { status, statusText, body } = response;
    return new Response([204, 205, 304].includes(status) ? null : body, { status, statusText, headers });
}

async function answer(request: Request): Promise<Response> {
    const address = request.url.split(/[?#]/)[0]!;
    const cache = await caches.open(cacheName);
    const kept = addresses.has(address) ? await cache.match(address) : undefined;
    const response = kept ?? (await fetch(request));
    return response.status === 0 ? response : isolated(response);
}

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('fetch', (event) => {
    const { request } = event;
    if (request.method !== 'GET' || new URL(request.url).origin !== self.location.origin) return;
    event.respondWith(answer(request));
});

export {};
