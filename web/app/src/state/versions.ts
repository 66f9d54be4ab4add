/** How a version is called: by the command that made it. */
import type { LogEntry } from '../client/client';
import { count, words } from '../words';
import type { Described } from './commands';

export function stepName(entry: LogEntry, commands: readonly Described[]): string {
    if (entry.command !== null) return commands.find((one) => one.name === entry.command)?.title ?? entry.command;
    return entry.kind === null ? words.history.gone : (words.history.kinds[entry.kind] ?? entry.kind);
}

export function stepSize(entry: LogEntry): string {
    if (entry.kind === 'import') return entry.rows === null ? '' : count(entry.rows);
    if (entry.cellsChanged !== null && entry.cellsChanged > 0) return count(entry.cellsChanged);
    return entry.rowsChanged !== null && entry.rowsChanged > 0 ? count(entry.rowsChanged) : '';
}

/** The columns that a command was given. */
export function stepColumns(entry: LogEntry): string {
    const given = entry.parameters?.['column'];
    return Array.isArray(given) ? given.join(', ') : typeof given === 'string' ? given : '';
}
