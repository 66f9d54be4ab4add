/** What a command would do, looked for while its form is filled in. An answer that was overtaken is never shown. */
import { isCancelled, reasonOf, type Parameters, type Preview } from '../client/client';
import { readTable } from '../data/arrow';
import { ResultSource } from '../data/result';
import type { Mark } from '../data/source';
import { cellKey } from '../data/version';
import type { App } from './app.svelte';

const PAUSE_MS = 150;
export const MARKED = 20_000;

export type Outcome =
    | { is: 'cells'; cells: number; complete: boolean }
    | { is: 'rows'; message: string; shown: string; source: ResultSource | null; before: number; after: number }
    | { is: 'problem'; message: string };

const marks: Record<string, Mark> = { removed: 'removed', added: 'added' };

export class CommandPreview {
    outcome = $state.raw<Outcome | null>(null);
    isLooking = $state(false);
    private timer = 0;
    private controller: AbortController | null = null;

    constructor(
        private readonly app: App,
        private readonly redraw: () => void,
    ) {}

    look(command: string, parameters: Parameters): void {
        this.stop();
        this.isLooking = true;
        this.timer = window.setTimeout(() => void this.ask(command, parameters), PAUSE_MS);
    }

    /** The form is closed, or not complete. */
    clear(): void {
        this.stop();
        this.outcome = null;
        this.mark(null);
    }

    private stop(): void {
        clearTimeout(this.timer);
        this.controller?.abort();
        this.controller = null;
        this.isLooking = false;
    }

    private async ask(command: string, parameters: Parameters): Promise<void> {
        const { table, client } = this.app;
        if (table === null || !table.isHead) return;
        const controller = new AbortController();
        this.controller = controller;
        try {
            const preview = await client.preview(table.name, command, parameters, { limit: MARKED, signal: controller.signal });
            if (controller !== this.controller || this.app.table !== table) return;
            this.take(preview);
        } catch (error) {
            if (controller !== this.controller || isCancelled(error)) return;
            this.mark(null);
            this.outcome = { is: 'problem', message: reasonOf(error) };
        }
        this.isLooking = false;
    }

    private take(preview: Preview): void {
        if (typeof preview.message === 'string') {
            const rows = preview.ipc === null ? null : readTable(preview.ipc);
            const source = rows === null || rows.rows === 0 ? null : new ResultSource(rows, marks[preview.shown ?? ''] ?? '');
            this.mark(null);
            this.outcome = { is: 'rows', message: preview.message, shown: preview.shown ?? 'result', source, before: preview.rowsBefore ?? 0, after: preview.rowsAfter ?? 0 };
            return;
        }
        this.mark(new Map(preview.cells.map(({ row, column, before, after }) => [cellKey(row, column), { before, after }])));
        this.app.grid?.widen();
        this.outcome = { is: 'cells', cells: preview.cells.length, complete: preview.complete };
    }

    private mark(cells: Map<string, { before: string | null; after: string | null }> | null): void {
        const source = this.app.table?.source;
        if (source === undefined) return;
        source.planned = cells === null ? null : { cells };
        this.redraw();
    }
}
