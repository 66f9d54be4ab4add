/** What a command's form holds when it is opened: the active column where it fits, and the defaults. */
import type { ColumnInfo } from '../client/client';
import { kindOfSql } from '../data/arrow';
import type { Described, Filled, Parameter } from './commands';

/** Can a column of this type be given to the parameter? */
export function fitsColumn(parameter: Parameter, type: string): boolean {
    const wanted = parameter.column_types;
    if (wanted === undefined) return true;
    const kind = kindOfSql(type);
    const names = kind === 'integer' ? 'number' : kind;
    return (Array.isArray(wanted) ? wanted : [wanted]).includes(names);
}

export function startOf(command: Described, given: Filled, columns: readonly ColumnInfo[], active: number): Filled {
    const filled: Filled = {};
    const names = new Set(columns.map((one) => one.name));
    for (const parameter of command.parameters) {
        const before = given[parameter.name];
        if (parameter.type === 'boolean') filled[parameter.name] = typeof before === 'boolean' ? before : parameter.default === 'true';
        else if (parameter.type === 'column') filled[parameter.name] = startColumn(parameter, before, columns, names, active);
        else filled[parameter.name] = typeof before === 'string' ? before : (parameter.default ?? '');
    }
    return filled;
}

/** Columns that were given stay as long as the table has them. */
function startColumn(parameter: Parameter, before: Filled[string] | undefined, columns: readonly ColumnInfo[], names: Set<string>, active: number): string | string[] {
    const kept = (Array.isArray(before) ? before : typeof before === 'string' ? [before] : []).filter((name) => names.has(name));
    const column = columns[active];
    const start = kept.length > 0 || !parameter.required ? kept : column !== undefined && fitsColumn(parameter, column.type) ? [column.name] : [];
    return parameter.repeated ? start : (start[0] ?? '');
}
