/** Files on their way in, and what was found in those that came in this window, so that they can be read differently. */
import type { ImportOptions, ImportResult } from '../client/client';
import { codeOf } from '../client/client';
import { words } from '../words';
import type { App } from './app.svelte';

export interface Imported {
    file: File;
    result: ImportResult;
    /** What was given instead of detected. */
    options: ImportOptions;
}

/** A file whose table's name is taken. */
export interface Clash {
    file: File;
    table: string;
    answer: (what: 'replace' | 'append' | 'other' | null) => void;
}

export class Imports {
    /** By table. */
    known = $state.raw<Record<string, Imported>>({});
    clash = $state.raw<Clash | null>(null);

    constructor(private readonly app: App) {}

    async take(files: Iterable<File>): Promise<void> {
        for (const file of files) await this.one(file);
    }

    private async one(file: File): Promise<void> {
        try {
            await this.read(file, {});
        } catch (error) {
            if (codeOf(error) !== 'TARN_E_EXISTS') this.app.notices.failed(words.errors.import(file.name), error);
            else await this.settle(file);
        }
    }

    /** The name is taken: ask what to do. */
    private async settle(file: File): Promise<void> {
        const table = tableName(file.name);
        const what = await new Promise<'replace' | 'append' | 'other' | null>((answer) => (this.clash = { file, table, answer }));
        this.clash = null;
        if (what === null) return;
        const options: ImportOptions = what === 'other' ? { table: this.freeName(table) } : { ifExists: what };
        await this.read(file, options).catch((error: unknown) => this.app.notices.failed(words.errors.import(file.name), error));
    }

    private freeName(table: string): string {
        const taken = new Set(this.app.tables.map((one) => one.name.toLowerCase()));
        for (let n = 2; ; n++) if (!taken.has(`${table}_${n}`.toLowerCase())) return `${table}_${n}`;
    }

    /** The same file again, with other options, as a new version of its table. */
    async again(table: string, options: ImportOptions): Promise<void> {
        const known = this.known[table];
        if (known === undefined) return;
        try {
            await this.read(known.file, { ...options, table, ifExists: 'replace' });
        } catch (error) {
            this.app.notices.failed(words.errors.import(known.file.name), error);
        }
    }

    private async read(file: File, options: ImportOptions): Promise<void> {
        const { app } = this;
        const result = await app.jobs.run(words.imports.reading(file.name), (control) => app.client.import(file, { ...options, ...control }), true);
        this.known = { ...this.known, [result.table]: { file, result, options } };
        app.aside = 'import';
        app.screen = 'table';
        app.row = app.column = 0;
        await app.changed(result.table);
        app.writePlace(true);
        app.grid?.focus();
        app.notices.done(words.imports.done(result));
    }
}

/** Only for asking: the engine makes the name itself. */
function tableName(file: string): string {
    return file.replace(/\.[^.]*$/, '');
}
