/**
 * Arrow rows as plain JavaScript values, each exactly: an Arrow library's own objects lose microseconds, infinite times and
 * the digits of decimals on their way to JavaScript.
 *
 * | type | value |
 * | --- | --- |
 * | integers of up to 32 bits, floating point | number |
 * | integers of 64 bits, HUGEINT | bigint |
 * | decimals | text with all digits: '12.30' |
 * | dates, times, timestamps | text: '2024-01-31', '23:59:00.000001', '2024-01-31T23:59:00', with 'Z' for those in UTC; 'infinity', '-infinity' |
 * | intervals | { months, days, nanoseconds } |
 * | UUIDs, text, ENUM | text |
 * | BLOB | Uint8Array |
 * | lists, arrays | array |
 * | structs | object |
 * | maps | array of [key, value] |
 * | nothing | null |
 */
import { TarnError } from './errors.js';

export type PlainValue =
    | null | boolean | number | bigint | string | Uint8Array
    | PlainValue[]
    | { [name: string]: PlainValue };
export type PlainRow = Record<string, PlainValue>;

/** What is used of an Arrow library's (apache-arrow's) objects. */
interface ArrowType {
    typeId: number;
    unit?: number;
    scale?: number;
    bitWidth?: number;
    isSigned?: boolean;
    timezone?: string | null;
    byteWidth?: number;
    listSize?: number;
    children?: ArrowField[] | null;
    dictionary?: ArrowType;
}
interface ArrowField {
    name: string;
    type: ArrowType;
    metadata: Map<string, string>;
}
type Numbers = ArrayLike<number> | ArrayLike<bigint>;
interface ArrowData {
    length: number;
    offset: number;
    values: Numbers;
    valueOffsets: Numbers;
    children: ArrowData[];
    dictionary?: { data: readonly ArrowData[] };
    getValid(index: number): boolean;
}
/** A table of apache-arrow, as its tableFromIPC() makes it. */
export interface ArrowTable {
    schema: { fields: readonly ArrowField[] };
    batches: readonly { data: ArrowData; numRows: number }[];
}

const enum Type {
    Dictionary = -1,
    Null = 1,
    Int,
    Float,
    Binary,
    Utf8,
    Bool,
    Decimal,
    Date,
    Time,
    Timestamp,
    Interval,
    List,
    Struct,
    Union,
    FixedSizeBinary,
    FixedSizeList,
    Map,
    Duration,
    LargeBinary,
    LargeUtf8,
}

const LARGEST = 2n ** 63n - 1n; // which stands for an infinite time, and so does its negative
const LARGEST_DATE = 2 ** 31 - 1;
const SECONDS_PER_DAY = 86400n;
/** Of Arrow's units: seconds, milliseconds, microseconds, nanoseconds. */
const DIGITS = [0, 3, 6, 9] as const;
const text = new TextDecoder();

function pad(number: number | bigint, digits: number): string {
    return String(number).padStart(digits, '0');
}

/** Days since 1970 in the calendar, as SQL writes and reads them. */
function dateText(days: number): string {
    const shifted = days + 719468; // since 0000-03-01
    const era = Math.floor(shifted / 146097);
    const day = shifted - era * 146097;
    const yearOfEra = Math.floor((day - Math.floor(day / 1460) + Math.floor(day / 36524) - Math.floor(day / 146096)) / 365);
    const dayOfYear = day - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
    const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
    const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
    const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
    const written = `${pad(year > 0 ? year : 1 - year, 4)}-${pad(month, 2)}-${pad(dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1, 2)}`;
    return year > 0 ? written : `${written} (BC)`;
}

function clockText(ticks: bigint, digits: number): string {
    const scale = 10n ** BigInt(digits);
    const seconds = ticks / scale;
    const clock = `${pad(seconds / 3600n, 2)}:${pad((seconds / 60n) % 60n, 2)}:${pad(seconds % 60n, 2)}`;
    const fraction = pad(ticks % scale, digits).replace(/0+$/, '');
    return digits === 0 || fraction === '' ? clock : `${clock}.${fraction}`;
}

function timestampText(ticks: bigint, type: ArrowType): string {
    if (ticks === LARGEST) return 'infinity';
    if (ticks <= -LARGEST) return '-infinity';
    const digits = DIGITS[type.unit ?? 2] ?? 6;
    const perDay = SECONDS_PER_DAY * 10n ** BigInt(digits);
    const inDay = ((ticks % perDay) + perDay) % perDay;
    const date = dateText(Number((ticks - inDay) / perDay));
    return `${date}${date.endsWith(')') ? ' ' : 'T'}${clockText(inDay, digits)}${type.timezone ? 'Z' : ''}`;
}

function uuidText(bytes: Uint8Array): string {
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Words of 32 bits, the lowest first. */
function wholeNumber(words: ArrayLike<number>, start: number, count: number): bigint {
    let value = 0n;
    for (let i = count - 1; i >= 0; i--) value = (value << 32n) | BigInt(words[start + i]!);
    return BigInt.asIntN(32 * count, value);
}

function decimalText(value: bigint, scale: number): string {
    if (scale <= 0) return String(value * 10n ** BigInt(-scale));
    const digits = pad(value < 0n ? -value : value, scale + 1);
    return `${value < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function unsupported(field: ArrowField): TarnError {
    return new TarnError('TARN_E_UNSUPPORTED', `the column '${field.name}' has a type that has no plain value (${String(field.type)}): cast it in the query`);
}

/** Where the `index`-th list, text or map lies among its values. */
function stretch(data: ArrowData, index: number): [number, number] {
    return [Number(data.valueOffsets[index]), Number(data.valueOffsets[index + 1])];
}

function listOf(child: ArrowData, field: ArrowField, start: number, end: number): PlainValue[] {
    return Array.from({ length: end - start }, (_, i) => valueAt(child, field, start + i));
}

function structOf(data: ArrowData, fields: readonly ArrowField[], index: number): PlainRow {
    return Object.fromEntries(fields.map((field, i) => [field.name, valueAt(data.children[i]!, field, index)]));
}

function fromDictionary(data: ArrowData, field: ArrowField, index: number): PlainValue {
    let at = Number(data.values[index]);
    for (const chunk of data.dictionary?.data ?? []) {
        if (at < chunk.length) return valueAt(chunk, { ...field, type: field.type.dictionary! }, at);
        at -= chunk.length;
    }
    return null;
}

function bytesAt(data: ArrowData, field: ArrowField, index: number): Uint8Array {
    const width = field.type.byteWidth;
    const [start, end] = width === undefined ? stretch(data, index) : [index * width, (index + 1) * width];
    return (data.values as Uint8Array).subarray(start, end);
}

function valueAt(data: ArrowData, field: ArrowField, index: number): PlainValue {
    const { type } = field;
    if (type.typeId === Type.Null || !data.getValid(index)) return null;
    const number = data.values?.[index] as number | bigint;
    const extension = field.metadata.get('ARROW:extension:name') ?? '';
    switch (type.typeId as Type) {
        case Type.Int:
        case Type.Duration:
            return number;
        case Type.Float:
            if (data.values instanceof Uint16Array) throw unsupported(field); // of half the width
            return number;
        case Type.Bool: {
            const bit = data.offset + index;
            return ((Number(data.values[bit >> 3]) >> (bit & 7)) & 1) === 1;
        }
        case Type.Utf8:
        case Type.LargeUtf8:
            return text.decode(bytesAt(data, field, index));
        case Type.Binary:
        case Type.LargeBinary:
            return bytesAt(data, field, index).slice();
        case Type.FixedSizeBinary: {
            const bytes = bytesAt(data, field, index);
            return extension === 'arrow.uuid' ? uuidText(bytes) : bytes.slice();
        }
        case Type.Decimal: {
            const words = (type.bitWidth ?? 128) / 32;
            const value = wholeNumber(data.values as ArrayLike<number>, index * words, words);
            return extension.endsWith('hugeint') ? value : decimalText(value, type.scale ?? 0);
        }
        case Type.Date: {
            const days = type.unit === 0 ? Number(number) : Number(BigInt(number) / (SECONDS_PER_DAY * 1000n));
            return Math.abs(days) === LARGEST_DATE ? (days > 0 ? 'infinity' : '-infinity') : dateText(days);
        }
        case Type.Time:
            return clockText(BigInt(number), DIGITS[type.unit ?? 2] ?? 6);
        case Type.Timestamp:
            return timestampText(BigInt(number), type);
        case Type.Interval: {
            const words = data.values as ArrayLike<number>;
            if (type.unit !== 2) throw unsupported(field);
            const low = BigInt.asUintN(32, BigInt(words[4 * index + 2]!));
            const nanoseconds = (BigInt(words[4 * index + 3]!) << 32n) | low;
            return { months: words[4 * index]!, days: words[4 * index + 1]!, nanoseconds };
        }
        case Type.List:
            return listOf(data.children[0]!, type.children![0]!, ...stretch(data, index));
        case Type.FixedSizeList: {
            const size = type.listSize ?? 0;
            return listOf(data.children[0]!, type.children![0]!, index * size, (index + 1) * size);
        }
        case Type.Struct:
            return structOf(data, type.children!, index);
        case Type.Map: {
            const [start, end] = stretch(data, index);
            const { children } = type.children![0]!.type;
            const [keys, values] = data.children[0]!.children;
            return Array.from({ length: end - start }, (_, i) => [
                valueAt(keys!, children![0]!, start + i),
                valueAt(values!, children![1]!, start + i),
            ]);
        }
        case Type.Dictionary:
            return fromDictionary(data, field, index);
        default:
            throw unsupported(field);
    }
}

/** Names of columns, of which each can be a member of a row: the second `n` is `n_2`. */
function distinct(fields: readonly ArrowField[]): ArrowField[] {
    const taken = new Set(fields.map(({ name }) => name));
    const seen = new Set<string>();
    return fields.map((field) => {
        let { name } = field;
        for (let i = 2; seen.has(name); i++) name = taken.has(`${field.name}_${i}`) ? name : `${field.name}_${i}`;
        seen.add(name);
        return name === field.name ? field : { name, type: field.type, metadata: field.metadata };
    });
}

/** The rows of a table that apache-arrow made of the bytes (`tableFromIPC`), as objects with plain values. */
export function plainRows(table: ArrowTable): PlainRow[] {
    if (!Array.isArray(table?.batches) || !Array.isArray(table.schema?.fields))
        throw new TarnError('TARN_E_INVALID', "plainRows takes a table of apache-arrow: plainRows(tableFromIPC(ipc))");
    const fields = distinct(table.schema.fields);
    return table.batches.flatMap(({ data, numRows }) => Array.from({ length: numRows }, (_, i) => structOf(data, fields, i)));
}
