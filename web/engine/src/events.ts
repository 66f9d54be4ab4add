/** Who wants to hear of what. */
import { TarnError } from './errors.js';
import { nearest } from './nearest.js';
import type { EngineEvents } from './types.js';

export type Listener<K extends keyof EngineEvents> = (detail: EngineEvents[K]) => void;

const names: readonly (keyof EngineEvents)[] = ['change', 'lost', 'erased', 'loading', 'ready', 'role', 'quota'];

/** Call what is the page's. What it throws is the page's too: it is reported as any error of its listeners, and changes
 *  nothing here. */
export function tell<D>(listener: ((detail: D) => void) | undefined, detail: D): void {
    try {
        listener?.(detail);
    } catch (error) {
        reportError(error);
    }
}

export class Events {
    private readonly listeners = new Map<string, Set<(detail: never) => void>>();

    on<K extends keyof EngineEvents>(event: K, listener: Listener<K>): () => void {
        if (!names.includes(event)) {
            const meant = nearest(String(event), names);
            throw new TarnError('TARN_E_INVALID', `there is no event '${String(event)}'${meant === null ? '' : `: did you mean '${meant}'?`} (there are ${names.join(', ')})`);
        }
        if (typeof listener !== 'function') throw new TarnError('TARN_E_INVALID', `on('${event}') needs a function to be called`);
        const all = this.listeners.get(event) ?? new Set();
        this.listeners.set(event, all);
        all.add(listener as (detail: never) => void);
        return () => all.delete(listener as (detail: never) => void);
    }

    heard(event: keyof EngineEvents): boolean {
        return (this.listeners.get(event)?.size ?? 0) > 0;
    }

    emit<K extends keyof EngineEvents>(event: K, detail: EngineEvents[K]): void {
        for (const listener of [...(this.listeners.get(event) ?? [])]) tell(listener as Listener<K>, detail);
    }
}
