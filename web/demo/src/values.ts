/** Arrow's values as people read them. */
import { DataType, tableFromIPC, type Table } from 'apache-arrow';

export interface Column {
    name: string;
    type: string;
    right: boolean;
}

/** Rows that were fetched, and their columns. */
export class Rows {
    readonly columns: Column[];
    private readonly table: Table;

    constructor(from: Uint8Array | Table) {
        this.table = from instanceof Uint8Array ? tableFromIPC(from) : from;
        this.columns = this.table.schema.fields.map((field) => ({
            name: field.name,
            type: plainName(field.type),
            right: DataType.isInt(field.type) || DataType.isFloat(field.type) || DataType.isDecimal(field.type),
        }));
    }

    get count(): number {
        return this.table.numRows;
    }

    slice(offset: number, count: number): Rows {
        return new Rows(this.table.slice(offset, offset + count));
    }

    /** null for null. */
    text(row: number, column: number): string | null {
        const vector = this.table.getChildAt(column);
        const value: unknown = vector?.get(row);
        return value === null || value === undefined ? null : textOf(value, vector!.type as DataType);
    }
}

const plainNames: [(type: DataType) => boolean, string][] = [
    [DataType.isUtf8, 'text'],
    [DataType.isLargeUtf8, 'text'],
    [DataType.isBool, 'true or false'],
    [DataType.isInt, 'whole number'],
    [DataType.isFloat, 'number'],
    [DataType.isDecimal, 'decimal number'],
    [DataType.isDate, 'date'],
    [DataType.isTimestamp, 'date and time'],
    [DataType.isTime, 'time'],
    [DataType.isList, 'list'],
    [DataType.isStruct, 'record'],
    [DataType.isDictionary, 'text'],
];

/** A type in plain words; Arrow's own name for those that have none. */
function plainName(type: DataType): string {
    return plainNames.find(([is]) => is(type))?.[1] ?? String(type);
}

function decimal(digits: string, scale: number): string {
    const negative = digits.startsWith('-');
    const plain = (negative ? digits.slice(1) : digits).padStart(scale + 1, '0');
    const whole = scale > 0 ? `${plain.slice(0, -scale)}.${plain.slice(-scale)}` : plain;
    return negative ? `-${whole}` : whole;
}

function textOf(value: unknown, type: DataType): string {
    if (DataType.isDecimal(type)) return decimal(String(value), type.scale);
    if (DataType.isDate(type)) return new Date(Number(value)).toISOString().slice(0, 10);
    if (DataType.isTimestamp(type)) return new Date(Number(value)).toISOString().replace('T', ' ').replace(/(\.000)?Z$/, '');
    if (value instanceof Uint8Array) return Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('');
    if (typeof value === 'object')
        return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? Number(inner) : inner));
    return String(value);
}
