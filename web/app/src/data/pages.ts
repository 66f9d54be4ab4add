/**
 * Pages of rows and blocks of columns that were fetched, the least recently used first out. What a frame needs and is not
 * there is asked for after it, the newest wish first; what is no longer wished is not asked for.
 */
import type { Table } from './arrow';

const KEPT = 96;
const MOST_COMING = 4;

export class Pages {
    private readonly kept = new Map<number, Table>();
    private readonly coming = new Map<number, AbortController>();
    private wished = new Set<number>();
    private scheduled = false;
    private failed = new Set<number>();

    /** `fetch` brings a page by its key; `arrived` is told of each. */
    constructor(
        private readonly fetch: (key: number, signal: AbortSignal) => Promise<Table>,
        private readonly arrived: () => void,
        private readonly onError: (error: unknown) => void,
    ) {}

    /** undefined when it is not there; then it is asked for. */
    get(key: number): Table | undefined {
        const page = this.kept.get(key);
        if (page !== undefined) return page;
        this.wish(key);
        return undefined;
    }

    /** It is there: without asking. */
    peek(key: number): Table | undefined {
        return this.kept.get(key);
    }

    put(key: number, page: Table): void {
        this.kept.delete(key);
        this.kept.set(key, page);
        for (const old of this.kept.keys()) {
            if (this.kept.size <= KEPT) break;
            this.kept.delete(old);
        }
    }

    close(): void {
        for (const controller of this.coming.values()) controller.abort();
        this.wished.clear();
    }

    private wish(key: number): void {
        if (this.coming.has(key) || this.failed.has(key)) return;
        this.wished.add(key);
        if (this.scheduled) return;
        this.scheduled = true;
        queueMicrotask(() => {
            this.scheduled = false;
            this.ask();
        });
    }

    /** What was wished in the last frame and finds no room now is wished again by the next one. */
    private ask(): void {
        const wishes = [...this.wished].reverse();
        this.wished.clear();
        for (const key of wishes) {
            if (this.coming.size >= MOST_COMING) return;
            void this.bring(key);
        }
    }

    private async bring(key: number): Promise<void> {
        const controller = new AbortController();
        this.coming.set(key, controller);
        try {
            this.put(key, await this.fetch(key, controller.signal));
        } catch (error) {
            if (controller.signal.aborted) return;
            this.failed.add(key);
            this.onError(error);
        } finally {
            this.coming.delete(key);
        }
        this.arrived();
    }
}
