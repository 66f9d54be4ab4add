/** What the page and its browser must have, and what to do where they have not. */
import { TarnError } from './errors.js';

/** Refuse what is no page: Node, Deno and Bun, where pages are prepared on a server. */
export function requireBrowser(): void {
    if (typeof location === 'object' && typeof Worker === 'function' && typeof navigator === 'object') return;
    throw new TarnError(
        'TARN_E_UNSUPPORTED',
        'tarn-engine runs in a page of a browser, and here is none: make the engine in the browser only (in an effect or an ' +
            'event handler, not while a server prepares the page); outside of browsers use the program tarn or its C library',
    );
}

/** The top of the origin's private file system. */
export async function storageRoot(): Promise<FileSystemDirectoryHandle> {
    if (navigator.storage?.getDirectory === undefined)
        throw new TarnError('TARN_E_UNSUPPORTED', 'this browser has no private file system for pages (OPFS), or the page does not come over https or from localhost: nothing can be kept here');
    try {
        return await navigator.storage.getDirectory();
    } catch (cause) {
        throw new TarnError(
            'TARN_E_UNSUPPORTED',
            `this browser does not let the page keep files (${cause instanceof Error ? cause.message : String(cause)}): private windows and ` +
                'blocked site data forbid it; use an ordinary window, or allow the site to store data',
            { cause },
        );
    }
}

interface ScriptPolicy {
    createScriptURL(url: string): string;
}
interface TrustedTypes {
    createPolicy(name: string, rules: ScriptPolicy): ScriptPolicy;
}
const POLICY = 'tarn-engine';
let policy: ScriptPolicy | null | undefined;

/** An address as pages with trusted types want it for a script; elsewhere it is as it was. */
export function trusted(url: string | URL | object): string {
    const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
    if (trustedTypes === undefined || !(typeof url === 'string' || url instanceof URL)) return url as string;
    try {
        policy ??= policy === undefined ? trustedTypes.createPolicy(POLICY, { createScriptURL: (address) => address }) : null;
    } catch {
        policy = null; // the page allows none of that name
    }
    return policy?.createScriptURL(String(url)) ?? String(url);
}

/** What a browser says when a script of `url` may not be started, as people can act on it. */
export function scriptRefused(url: string, cause: unknown): TarnError {
    const why = cause instanceof Error || cause instanceof DOMException ? cause.message : String(cause);
    const types = /trusted/i.test(why);
    const todo = types
        ? `this page requires trusted types: allow the policy in its content security policy ("trusted-types ${POLICY}"), or give a TrustedScriptURL as assets.engine`
        : "the content security policy must allow it in worker-src, and the script must be of the page's own origin";
    return new TarnError('TARN_E_LOAD', `the script ${url} may not be started here: ${todo} (${why})`, { cause });
}
