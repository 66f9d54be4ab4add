/** Tarn in a browser: see README.md. Importing this module fetches nothing. */
export { TarnEngine } from './engine.js';
export { TarnDiff } from './diff.js';
export type { DiffKind, DiffPageOptions, DiffValues } from './diff.js';
export { TarnError } from './errors.js';
export type { TarnErrorCode } from './errors.js';
export { installIsolation, isIsolated, missingHeaders } from './isolation.js';
export type { IsolationOptions } from './isolation.js';
export { plainRows } from './rows.js';
export type { ArrowTable, PlainRow, PlainValue } from './rows.js';
export type { Source } from './sources.js';
export { DEFAULT_MEMORY_LIMIT } from './lifecycle.js';
export type { TarnOptions } from './lifecycle.js';
export type { Assets } from './assets.js';
export type * from './types.js';
