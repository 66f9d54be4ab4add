/** Commands as the registry declares them, and what was filled in for one. */
import type { ParameterValue, Parameters } from 'tarn-engine';

export type ParameterType = 'column' | 'text' | 'sql' | 'integer' | 'number' | 'boolean' | 'choice' | 'value' | 'name' | 'row';

export interface Parameter {
    name: string;
    type: ParameterType;
    required: boolean;
    repeated: boolean;
    description: string;
    choices?: string[];
    default?: string;
    minimum?: number;
    maximum?: number;
    secret?: boolean;
    column_types?: string | string[];
}

export interface Described {
    name: string;
    title: string;
    description: string;
    family: string;
    kind: string;
    preview: boolean;
    parameters: Parameter[];
}

/** As typed: text, a choice, true or false, or several columns. */
export type Filled = Record<string, string | boolean | string[]>;

/** Commands that need a file on a disk, or a cell that the grid knows better, have no form. */
const notAsForm = new Set(['edit', 'edit-many', 'patch']);

export function hasForm(command: Described): boolean {
    return !notAsForm.has(command.name);
}

function valueOf(parameter: Parameter, given: string | boolean | string[] | undefined): ParameterValue | undefined {
    if (given === undefined || given === '' || (Array.isArray(given) && given.length === 0)) return undefined;
    if (typeof given === 'boolean') return given === (parameter.default === 'true') ? undefined : given;
    if (Array.isArray(given)) return given;
    return parameter.repeated ? given.split('\n').filter((line) => line !== '') : given;
}

/** What is left at its default or empty is left out. */
export function parametersOf(command: Described, filled: Filled): Parameters {
    const parameters: Parameters = {};
    for (const parameter of command.parameters) {
        const value = valueOf(parameter, filled[parameter.name]);
        if (value === undefined || (typeof value === 'string' && value === parameter.default)) continue;
        parameters[parameter.name] = value;
    }
    return parameters;
}

/** The name of the first parameter that is needed and not there; null: none. */
export function missing(command: Described, filled: Filled): string | null {
    return command.parameters.find((one) => one.required && valueOf(one, filled[one.name]) === undefined)?.name ?? null;
}

/** Quoted for a shell where it has to be. */
function quoted(text: string): string {
    return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The same as a line for a terminal. */
export function commandLine(table: string, command: Described, filled: Filled): string {
    const parts = ['tarn', 'apply', quoted(table), command.name];
    for (const [name, value] of Object.entries(parametersOf(command, filled))) {
        const option = `--${name.replaceAll('_', '-')}`;
        const secret = command.parameters.find((one) => one.name === name)?.secret === true;
        for (const one of Array.isArray(value) ? value : [value]) {
            if (typeof one === 'boolean') parts.push(...(one ? [option] : ['--set', `${name}=false`]));
            else parts.push(option, secret ? '…' : quoted(String(one)));
        }
    }
    return parts.join(' ');
}

/** How well a command fits what was typed: 0 not at all. */
export function fit(command: Described, typed: string): number {
    const sought = typed.trim().toLowerCase();
    if (sought === '') return 1;
    const name = command.name.toLowerCase();
    const title = command.title.toLowerCase();
    if (name === sought || title === sought) return 5;
    if (name.startsWith(sought) || title.startsWith(sought)) return 4;
    if (name.includes(sought) || title.includes(sought)) return 3;
    const rest = `${command.family} ${command.description}`.toLowerCase();
    return sought.split(/\s+/).every((word) => rest.includes(word) || title.includes(word) || name.includes(word)) ? 2 : 0;
}
