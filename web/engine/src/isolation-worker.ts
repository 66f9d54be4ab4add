/** The service worker that adds the headers of cross-origin isolation to whatever the page loads. */
declare const self: ServiceWorkerGlobalScope;

self.addEventListener('install', () => void self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

/** "credentialless" when the page asked for it by this script's address. */
const embedder = new URL(self.location.href).searchParams.get('embedder') ?? 'require-corp';

async function isolate(request: Request): Promise<Response> {
    const response = await fetch(request);
    if (response.status === 0) return response; // opaque: nothing can be added
    const headers = new Headers(response.headers);
    headers.set('Cross-Origin-Opener-Policy', 'same-origin');
    headers.set('Cross-Origin-Embedder-Policy', embedder);
    headers.set('Cross-Origin-Resource-Policy', 'cross-origin');
    const { status, statusText, body } = response;
    return new Response([204, 205, 304].includes(status) ? null : body, { status, statusText, headers });
}

self.addEventListener('fetch', (event) => {
    const { request } = event;
    if (request.cache === 'only-if-cached' && request.mode !== 'same-origin') return; // browsers refuse these
    event.respondWith(isolate(request));
});

export {};
