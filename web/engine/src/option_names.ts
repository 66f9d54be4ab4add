/** The options of calls that have many. The types see to it that none is forgotten here. */
import type { CallControl, DiffOptions, ExportOptions, ImportOptions, MatchOptions, RecipeRun } from './types.js';

type Own<O> = Exclude<keyof O & string, keyof CallControl>;

function namesOf<O>(all: Record<Own<O>, true>): Own<O>[] {
    return Object.keys(all) as Own<O>[];
}

export const IMPORT_OPTIONS = namesOf<ImportOptions>({
    table: true,
    name: true,
    format: true,
    ifExists: true,
    sheet: true,
    records: true,
    delimiter: true,
    quote: true,
    escape: true,
    comment: true,
    decimal: true,
    widths: true,
    skip: true,
    skipFooter: true,
    encoding: true,
    headerRow: true,
    headerRows: true,
    allText: true,
    types: true,
    nullText: true,
    keepCodes: true,
});

export const EXPORT_OPTIONS = namesOf<ExportOptions>({
    format: true,
    delimiter: true,
    noHeader: true,
    compression: true,
    byteOrderMark: true,
    crlf: true,
    quoteAll: true,
    decimal: true,
    encoding: true,
    replaceUnencodable: true,
    nullText: true,
    safeForSpreadsheets: true,
});

export const DIFF_OPTIONS = namesOf<DiffOptions>({
    keys: true,
    ignoreCase: true,
    ignoreSpace: true,
    tolerance: true,
    leaveOut: true,
    map: true,
    complete: true,
});

export const MATCH_OPTIONS = namesOf<MatchOptions>({
    weights: true,
    compare: true,
    block: true,
    on: true,
    threshold: true,
    limit: true,
});

export const RECIPE_OPTIONS = namesOf<RecipeRun>({ map: true, answers: true, eachStep: true });
