/** The page's state, for every component below the root. */
import { getContext, setContext } from 'svelte';
import type { App } from './app.svelte';

const key = Symbol('app');

export function provideApp(app: App): void {
    setContext(key, app);
}

export function useApp(): App {
    return getContext<App>(key);
}
