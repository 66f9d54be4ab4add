/** Checks what a call was given before anything is done: a misspelt option that was passed over would be a silent mistake. */
import type { CallOptions } from './connection.js';
import { TarnError } from './errors.js';
import { nearest } from './nearest.js';
import type { CallControl } from './types.js';

function invalid(message: string): TarnError {
    return new TarnError('TARN_E_INVALID', message);
}

/** Refuse members that `known` does not have. `who`: the call, for the message. */
export function checkNames(who: string, given: unknown, known: readonly string[]): void {
    if (typeof given !== 'object' || given === null || Array.isArray(given))
        throw invalid(`${who} takes its options as an object, such as { ${known[0] ?? 'signal'}: … }`);
    for (const name of Object.keys(given)) {
        if (known.includes(name)) continue;
        const meant = nearest(name, known);
        const hint = meant === null ? '' : `: did you mean '${meant}'?`;
        throw invalid(`${who} has no option '${name}'${hint || ';'} it takes ${known.join(', ')}`);
    }
}

const CONTROL = ['signal', 'onProgress'] as const;

/** Arguments for the engine, and what is the loader's own. `known`: the options that the call has besides. */
export function divide<O extends CallControl>(
    call: string,
    options: O | null | undefined,
    known: readonly Exclude<keyof O & string, 'signal' | 'onProgress'>[] = [],
): [Omit<O, 'signal' | 'onProgress'>, CallOptions] {
    const given = options ?? ({} as O);
    checkNames(call, given, [...known, ...CONTROL]);
    const { signal, onProgress, ...args } = given;
    if (signal != null && (typeof signal !== 'object' || typeof signal.addEventListener !== 'function'))
        throw invalid(`${call}: 'signal' must be an AbortSignal, such as the member signal of an AbortController`);
    if (onProgress != null && typeof onProgress !== 'function') throw invalid(`${call}: 'onProgress' must be a function`);
    return [args, { signal: signal ?? undefined, onProgress: onProgress ?? undefined }];
}

/** A value as the engine's JSON has it. What JSON would leave out or turn into null is refused. */
function exact(this: unknown, key: string, value: unknown): unknown {
    switch (typeof value) {
        case 'bigint': // as _tarn_id comes in pages; what a number cannot hold is understood as text
            return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
        case 'number':
            if (!Number.isFinite(value)) throw invalid(`'${key}' is ${value}, which is no number that can be passed: give it as text`);
            return value;
        case 'function':
        case 'symbol':
            throw invalid(`'${key}' is a ${typeof value}, which cannot be passed`);
        case 'object': {
            if (value === null || Array.isArray(value)) return value;
            const prototype: unknown = Object.getPrototypeOf(value);
            const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
            const name = Object.prototype.toString.call(value).slice(8, -1);
            if (!isPlain || name !== 'Object') throw invalid(`'${key}' is a ${name}, which cannot be passed: give text, a number, or a list of them`);
            return value;
        }
        default:
            return value;
    }
}

/** A request's text. */
export function toJson(request: object): string {
    try {
        return JSON.stringify(request, exact);
    } catch (error) {
        if (error instanceof TarnError) throw error;
        throw invalid(`what was given cannot be written as JSON: ${error instanceof Error ? error.message : String(error)}`);
    }
}
