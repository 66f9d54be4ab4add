import type { Answer, CallOptions } from './connection.js';
import type { CallControl, DiffInfo, FileFormat } from './types.js';

export type DiffKind = 'added' | 'removed' | 'modified' | 'unmatched' | 'moved' | 'filled';

export interface DiffPageOptions extends CallControl {
    offset?: number;
    count?: number;
    kinds?: DiffKind[];
    /** Only modified rows in which this column differs. */
    column?: string;
}

export interface DiffValues {
    values: { before: string | null; after: string | null; count: number }[];
    different: number;
    complete: boolean;
}

type Call = (op: string, args: object, options?: CallOptions) => Promise<Answer>;

/** A comparison, kept in the engine until `close`. */
export class TarnDiff {
    constructor(
        private readonly call: Call,
        private readonly handle: number,
        readonly info: DiffInfo,
    ) {}

    /** A page of changes as an Arrow IPC stream: `change`, `row_before`, `row_after`, `columns`, before.NAME, after.NAME. */
    async page({ signal, onProgress, ...page }: DiffPageOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
        const args = { diff: this.handle, offset: 0, count: 100, ...page };
        const { data } = await this.call('diffPage', args, { signal, onProgress, reads: true });
        return (data ?? new Uint8Array()) as Uint8Array<ArrayBuffer>;
    }

    /** What values of a column became which, the most frequent first. */
    async values(column: string, most = 20, { signal, onProgress }: CallControl = {}): Promise<DiffValues> {
        const args = { diff: this.handle, column, most };
        const { json } = await this.call('diffValues', args, { signal, onProgress, reads: true });
        return json as unknown as DiffValues;
    }

    /** The changes as a file's bytes. */
    async export(options: DiffPageOptions & { format?: FileFormat } = {}): Promise<Uint8Array<ArrayBuffer>> {
        const { signal, onProgress, ...args } = options;
        const call = { diff: this.handle, format: 'csv', ...args };
        return (await this.call('diffExport', call, { signal, onProgress, reads: true })).data as Uint8Array<ArrayBuffer>;
    }

    async close(): Promise<void> {
        await this.call('diffRelease', { diff: this.handle });
    }
}
