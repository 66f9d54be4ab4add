/** Pages of Arrow IPC, and their values as text: null for null. */
import { tableFromIPC, Type, type Column as ArrowColumn, type DataType } from '@uwdata/flechette';
import { clockText, dayText, decimalText, timestampText } from './times';

/** What a column holds, as far as the page treats it differently. */
export type Kind = 'text' | 'integer' | 'number' | 'date' | 'time' | 'boolean' | 'other';

export interface Table {
    rows: number;
    names: string[];
    kinds: Kind[];
    /** One for each column. */
    columns: TextColumn[];
}

export interface TextColumn {
    text(row: number): string | null;
}

function kindOf(type: DataType): Kind {
    switch (type.typeId) {
        case Type.Dictionary:
            return kindOf((type as { dictionary: DataType }).dictionary);
        case Type.Utf8:
        case Type.LargeUtf8:
        case Type.Utf8View:
            return 'text';
        case Type.Int:
            return 'integer';
        case Type.Float:
        case Type.Decimal:
            return 'number';
        case Type.Date:
        case Type.Timestamp:
            return 'date';
        case Type.Time:
            return 'time';
        case Type.Bool:
            return 'boolean';
        default:
            return 'other';
    }
}

/** SQL's name of a type ("DECIMAL(18,2)"), or Arrow's ("utf8", "date32"), as a kind. */
export function kindOfSql(type: string): Kind {
    const name = type.toUpperCase();
    if (name.endsWith(']') || /^(STRUCT|MAP|UNION|BLOB|BIT|INTERVAL)/.test(name)) return 'other';
    if (/^(VARCHAR|ENUM|UUID|CHAR|TEXT|(LARGE_)?UTF8|DICTIONARY)/.test(name)) return 'text';
    if (/^U?(TINY|SMALL|BIG|HUGE)?INT/.test(name)) return 'integer';
    if (/^(DECIMAL|DOUBLE|FLOAT|REAL)/.test(name)) return 'number';
    if (/^(DATE|TIMESTAMP)/.test(name)) return 'date';
    if (name.startsWith('TIME')) return 'time';
    return name.startsWith('BOOL') ? 'boolean' : 'other';
}

/** What a kind is called by people who do not know SQL. */
const plainNames: Record<Kind, string> = {
    text: 'text', integer: 'whole number', number: 'number', date: 'date', time: 'time of day', boolean: 'true or false', other: 'other',
};

/** A type in plain words: SQL's own name for those that have none. */
export function plainType(type: string): string {
    const kind = kindOfSql(type);
    if (/^TIMESTAMP/i.test(type)) return 'date and time';
    return kind === 'other' ? type.toLowerCase() : plainNames[kind];
}

export function plainKind(kind: Kind): string {
    return plainNames[kind];
}

function hex(bytes: Uint8Array): string {
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function anyText(value: unknown): string {
    if (value instanceof Uint8Array) return hex(value);
    if (typeof value !== 'object') return String(value);
    return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? inner.toString() : inner instanceof Uint8Array ? hex(inner) : inner));
}

interface TimeType {
    unit: number;
    timezone?: string | null;
}

/** Flechette would make numbers of milliseconds of these, which are not exact. */
function rawText(type: DataType): ((ticks: number | bigint) => string) | null {
    const { unit, timezone } = type as unknown as TimeType;
    switch (type.typeId) {
        case Type.Date:
            return (ticks) => (unit === 0 ? dayText(Number(ticks)) : dayText(Math.floor(Number(ticks) / 86_400_000)));
        case Type.Time:
            return (ticks) => clockText(BigInt(ticks), unit);
        case Type.Timestamp:
            return (ticks) => timestampText(BigInt(ticks), unit, timezone ?? null);
        default:
            return null;
    }
}

function rawColumn(column: ArrowColumn<unknown>, write: (ticks: number | bigint) => string): TextColumn {
    const { data, offsets } = column;
    return {
        text(row) {
            let part = 0;
            while (part + 1 < data.length && row >= offsets[part + 1]!) part++;
            const batch = data[part]!;
            const at = row - offsets[part]!;
            if (batch.nullCount > 0 && !batch.isValid(at)) return null;
            return write((batch.values as unknown as ArrayLike<number | bigint>)[at]!);
        },
    };
}

function textColumn(column: ArrowColumn<unknown>): TextColumn {
    const { type } = column;
    const raw = rawText(type);
    if (raw !== null) return rawColumn(column, raw);
    const scale = type.typeId === Type.Decimal ? (type as unknown as { scale: number }).scale : null;
    return {
        text(row) {
            const value: unknown = column.at(row);
            if (value === null || value === undefined) return null;
            if (typeof value === 'string') return value;
            return scale === null ? anyText(value) : decimalText(value as bigint, scale);
        },
    };
}

/** Each value is written once: a frame draws those that the last one drew. */
function remembering(column: TextColumn): TextColumn {
    const seen: (string | null | undefined)[] = [];
    return {
        text(row) {
            const known = seen[row];
            return known === undefined ? (seen[row] = column.text(row)) : known;
        },
    };
}

const none: Table = { rows: 0, names: [], kinds: [], columns: [] };

export function readTable(ipc: Uint8Array): Table {
    if (ipc.length === 0) return none;
    const table = tableFromIPC(ipc, { useBigInt: true, useDecimalInt: true });
    const columns = table.schema.fields.map((_, i) => table.getChildAt(i));
    return {
        rows: table.numRows,
        names: table.schema.fields.map((field) => field.name),
        kinds: table.schema.fields.map((field) => kindOf(field.type)),
        columns: columns.map((column) => remembering(textColumn(column))),
    };
}
