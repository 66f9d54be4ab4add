/**
 * The editor for SQL: loaded when it is first opened. It lives in a shadow root, where its styles are adopted sheets, which
 * a strict Content-Security-Policy allows.
 */
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { PostgreSQL, sql, SQLDialect } from '@codemirror/lang-sql';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState, Prec } from '@codemirror/state';
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

const duckdb = SQLDialect.define({
    ...PostgreSQL.spec,
    keywords: `${PostgreSQL.spec.keywords ?? ''} anti asof columns describe exclude filter glob ilike lateral pivot positional qualify replace sample semi similar summarize tablesample unpivot using`,
    types: `${PostgreSQL.spec.types ?? ''} hugeint uhugeint ubigint uinteger usmallint utinyint tinyint double struct map list union blob`,
    doubleQuotedStrings: false,
    backslashEscapes: false,
});

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

/** A name as SQL needs it. */
function quoted(name: string): string {
    return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** The tables that the query names. */
function tablesIn(text: string, tables: readonly string[]): string[] {
    const folded = text.toLowerCase();
    return tables.filter((table) => folded.includes(table.toLowerCase()));
}

/** Tables, and the columns of those that the query names. */
function completeNames(names: () => Names) {
    return async (context: CompletionContext): Promise<CompletionResult | null> => {
        const word = context.matchBefore(/"[^"\n]*|[\p{L}\p{N}_]+/u);
        if (word === null && !context.explicit) return null;
        const { tables, columns } = names();
        const named = tablesIn(context.state.doc.toString(), tables);
        const lists = await Promise.all(named.slice(0, 8).map(async (table) => ({ table, columns: await columns(table).catch(() => []) })));
        const options = [
            ...lists.flatMap((one) => one.columns.map((column) => ({ label: column, apply: quoted(column), type: 'property', detail: one.table, boost: 2 }))),
            ...tables.map((table) => ({ label: table, apply: quoted(table), type: 'class', boost: 1 })),
        ];
        const from = word === null ? context.pos : word.from;
        return { from, options, filter: true };
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
