import type { Answer, CallOptions } from './connection.js';
import { divide } from './options.js';
import type { DiffValues } from './requests.js';
import type { CallControl, DiffInfo, FileFormat } from './types.js';

export type DiffKind = 'added' | 'removed' | 'modified' | 'unmatched' | 'moved' | 'filled';

export interface DiffPageOptions extends CallControl {
    offset?: number;
    count?: number;
    kinds?: DiffKind[];
    /** Only modified rows in which this column differs. */
    column?: string;
}

export type { DiffValues } from './requests.js';

const PAGE_OPTIONS = ['offset', 'count', 'kinds', 'column'] as const;

type Call = (op: string, args: object, options?: CallOptions) => Promise<Answer>;

/** A comparison, kept in the engine until `close`. */
export class TarnDiff {
    constructor(
        private readonly call: Call,
        private readonly handle: number,
        readonly info: DiffInfo,
    ) {}

    /** A page of changes as an Arrow IPC stream: `change`, `row_before`, `row_after`, `columns`, before.NAME, after.NAME. */
    async page(options: DiffPageOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
        const [page, control] = divide('page', options, PAGE_OPTIONS);
        const args = { diff: this.handle, offset: 0, count: 100, ...page };
        const { data } = await this.call('diffPage', args, { ...control, reads: true });
        return (data ?? new Uint8Array()) as Uint8Array<ArrayBuffer>;
    }

    /** What values of a column became which, the most frequent first. */
    async values(column: string, most = 20, options: CallControl = {}): Promise<DiffValues> {
        const args = { diff: this.handle, column, limit: most };
        const { json } = await this.call('diffValues', args, { ...divide('values', options)[1], reads: true });
        return json as unknown as DiffValues;
    }

    /** The changes as a file's bytes. */
    async export(options: DiffPageOptions & { format?: FileFormat } = {}): Promise<Uint8Array<ArrayBuffer>> {
        const [args, control] = divide('export', options, [...PAGE_OPTIONS, 'format']);
        const call = { diff: this.handle, format: 'csv', ...args };
        return (await this.call('diffExport', call, { ...control, reads: true })).data as Uint8Array<ArrayBuffer>;
    }

    async close(): Promise<void> {
        await this.call('diffRelease', { diff: this.handle });
    }
}
