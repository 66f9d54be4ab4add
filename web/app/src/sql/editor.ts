/**
 * The editor for SQL: loaded when it is first opened. It lives in a shadow root, where its styles are adopted sheets, which
 * a strict Content-Security-Policy allows.
 */
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { PostgreSQL, sql, SQLDialect } from '@codemirror/lang-sql';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState, Prec, type Transaction } from '@codemirror/state';
import { drawSelection, EditorView, keymap, placeholder } from '@codemirror/view';
import { tags } from '@lezer/highlight';

export interface Names {
    tables: string[];
    columns: (table: string) => Promise<string[]>;
}

export interface SqlEditor {
    readonly view: EditorView;
    setNames(names: Names): void;
    destroy(): void;
}

/** DuckDB's words, of which only those that begin or join clauses are offered. */
const keywords =
    'all and any array as asc asof between by case cast cross cube desc describe distinct else end escape except exclude exists ' +
    'false filter first following for from full glob group grouping sets having if ilike in inner intersect is join last lateral left like limit ' +
    'natural not null nulls offset on or order outer over partition pivot positional preceding qualify range recursive replace right rollup row rows ' +
    'sample select semi anti similar summarize table tablesample then to true unbounded union unnest unpivot using values when where window with within';
const functions =
    'abs avg ceil coalesce concat contains count date_diff date_part date_trunc extract floor greatest last_value lag lead least len length ' +
    'list lower ltrim max median min mode nullif printf quantile_cont rank regexp_extract regexp_matches regexp_replace replace round row_number rtrim ' +
    'split_part starts_with stddev strftime string_agg strptime sum trim try_cast upper';
const types =
    'bigint blob boolean date decimal double float hugeint integer interval list map real smallint struct time timestamp timestamptz tinyint ' +
    'ubigint uinteger union usmallint utinyint uuid varchar';

const duckdb = SQLDialect.define({ ...PostgreSQL.spec, keywords, builtin: functions, types, backslashEscapes: false });

const colours = HighlightStyle.define([
    { tag: tags.keyword, color: 'var(--accent)', fontWeight: '600' },
    { tag: [tags.string, tags.special(tags.string)], color: 'var(--fine)' },
    { tag: [tags.number, tags.bool, tags.null], color: 'var(--added)' },
    { tag: [tags.comment], color: 'var(--text-3)', fontStyle: 'italic' },
    { tag: [tags.typeName], color: 'var(--changed)' },
]);

const look = EditorView.theme({
    '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--ground)', fontSize: '13px' },
    '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '20px' },
    '.cm-content': { padding: '10px 4px', caretColor: 'var(--text)' },
    '&.cm-focused': { outline: 'none' },
    '.cm-cursor': { borderLeftColor: 'var(--text)' },
    '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { background: 'var(--accent-tint)' },
    '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--sunk)', outline: '1px solid var(--edge)' },
    '.cm-placeholder': { color: 'var(--text-3)' },
    '.cm-tooltip': { border: 'none', borderRadius: '8px', backgroundColor: 'var(--ground)', boxShadow: 'var(--shadow)', overflow: 'hidden' },
    '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--font)', fontSize: '13px', maxHeight: '260px' },
    '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 10px', color: 'var(--text)' },
    '.cm-tooltip-autocomplete ul li[aria-selected]': { background: 'var(--accent-tint)', color: 'var(--text)' },
    '.cm-completionDetail': { color: 'var(--text-3)', fontStyle: 'normal', marginLeft: '12px' },
    '.cm-panels': { backgroundColor: 'var(--panel)', color: 'var(--text)' },
});

/** Typing over a selection is done here: Chromium would type in the style of what was there, by an attribute that the page's policy forbids. */
const typeOver = EditorView.domEventHandlers({
    beforeinput(event, view) {
        const { main } = view.state.selection;
        if (event.inputType !== 'insertText' || event.data === null || event.isComposing || main.empty || view.state.selection.ranges.length > 1) return false;
        const text = event.data;
        const insert = (): Transaction => view.state.update(view.state.replaceSelection(text), { userEvent: 'input.type', scrollIntoView: true });
        event.preventDefault();
        const isTaken = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, main.from, main.to, text, insert));
        if (!isTaken) view.dispatch(insert());
        return true;
    },
});

const MOST_TABLES = 8;

/** A name as SQL needs it. */
function quoted(name: string): string {
    return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** Those that the query names come first; then all, as a query begins with its columns. */
function likeliest(text: string, tables: readonly string[]): string[] {
    const folded = text.toLowerCase();
    const named = tables.filter((table) => folded.includes(table.toLowerCase()));
    return (named.length > 0 ? named : tables).slice(0, MOST_TABLES);
}

/** Tables and columns. */
function completeNames(names: () => Names) {
    return async (context: CompletionContext): Promise<CompletionResult | null> => {
        const word = context.matchBefore(/"[^"\n]*|[\p{L}\p{N}_]+/u);
        if (word === null && !context.explicit) return null;
        const { tables, columns } = names();
        const text = context.state.doc.toString();
        const lists = await Promise.all(likeliest(text, tables).map(async (table) => ({ table, columns: await columns(table).catch(() => []) })));
        const isQuoted = word?.text.startsWith('"') === true;
        const label = (name: string): string => (isQuoted ? `"${name.replaceAll('"', '""')}"` : name);
        const options = [
            ...lists.flatMap((one) => one.columns.map((column) => ({ label: label(column), apply: isQuoted ? label(column) : quoted(column), detail: one.table, boost: 50 }))),
            ...tables.map((table) => ({ label: label(table), apply: isQuoted ? label(table) : quoted(table), detail: 'table', boost: 40 })),
        ];
        return { from: word?.from ?? context.pos, options };
    };
}

export function makeEditor(host: HTMLElement, options: { text: string; label: string; hint: string; onChange: (text: string) => void; run: () => void }): SqlEditor {
    const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
    let names: Names = { tables: [], columns: () => Promise.resolve([]) };
    const support = sql({ dialect: duckdb, upperCaseKeywords: true });
    const run = Prec.highest(keymap.of([{ key: 'Mod-Enter', run: () => (options.run(), true) }]));
    const view = new EditorView({
        root,
        parent: root,
        state: EditorState.create({
            doc: options.text,
            extensions: [
                run,
                typeOver,
                history(),
                drawSelection(),
                bracketMatching(),
                closeBrackets(),
                highlightSelectionMatches(),
                autocompletion({ icons: false }),
                support,
                duckdb.language.data.of({ autocomplete: completeNames(() => names) }),
                syntaxHighlighting(colours),
                look,
                placeholder(options.hint),
                EditorView.lineWrapping,
                EditorView.contentAttributes.of({ 'aria-label': options.label }),
                EditorView.updateListener.of((update) => update.docChanged && options.onChange(update.state.doc.toString())),
                keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap]),
            ],
        }),
    });
    return {
        view,
        setNames: (given) => (names = given),
        destroy: () => view.destroy(),
    };
}
