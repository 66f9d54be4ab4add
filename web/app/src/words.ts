/** Every text of the page, in one place, ready to be translated. Words are those of the program and its documents. */
import type { Change, ImportResult } from './client/client';

const whole = new Intl.NumberFormat('en');
const short = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

export function count(n: number): string {
    return whole.format(n);
}

/** "1 row", "2 rows". */
export function counted(n: number, one: string, many = `${one}s`): string {
    return `${count(n)} ${n === 1 ? one : many}`;
}

export function bytes(n: number): string {
    const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
    let value = n;
    let unit = 0;
    while (value >= 1000 && unit < units.length - 1) {
        value /= 1000;
        unit++;
    }
    return `${unit === 0 ? count(value) : short.format(value)} ${units[unit]}`;
}

export function time(iso: string): string {
    return moment.format(new Date(iso));
}

/** A message of the library as a sentence. */
export function sentence(message: string): string {
    const text = message.charAt(0).toUpperCase() + message.slice(1);
    return /[.!?…]$/.test(text) ? text : `${text}.`;
}

function whatChanged({ cellsChanged, rowsChanged, message }: Change): string {
    if (typeof message === 'string' && message !== '') return sentence(message);
    if (cellsChanged !== null && cellsChanged > 0) return `Changed ${counted(cellsChanged, 'cell')}.`;
    return rowsChanged !== null ? `Changed ${counted(rowsChanged, 'row')}.` : 'Done.';
}

function importedAs({ table, rows, columns, warnings }: ImportResult): string {
    const warned = warnings.length > 0 ? `, ${counted(warnings.length, 'warning')}` : '';
    return `${table}: ${counted(rows ?? 0, 'row')}, ${counted(columns.length, 'column')}${warned}.`;
}

export const words = {
    product: 'Tarn',
    undo: 'Undo',
    redo: 'Redo',
    cancel: 'Cancel',
    close: 'Close',
    import: 'Import',
    importHint: 'Import files',
    export: 'Export',
    exportHint: 'Save this table as a file',
    sql: 'SQL',
    sqlHint: 'Ask the tables in SQL',
    copyCode: 'Copy the code',
    dismiss: 'Put away',
    more: 'More',
    apply: 'Apply',
    back: 'Back',

    top: {
        search: 'Search commands, columns, tables…',
        settings: 'Settings',
        panel: 'Panel at the right',
        keys: 'Keys',
        undoHint: (what: string) => `Undo ${what}`,
        nothingToUndo: 'Nothing to undo',
        redoHint: 'Redo what was undone',
        nothingToRedo: 'Nothing to redo',
    },

    settings: {
        theme: 'Colours',
        themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
        density: 'Rows',
        densities: { compact: 'Compact', normal: 'Normal', roomy: 'Roomy' },
        digits: 'Type of the cells',
        digitKinds: { text: 'As the page', mono: 'All characters equally wide' },
    },

    tables: {
        title: 'Tables',
        workspace: 'Workspace',
        none: 'No tables yet.',
        rename: 'Rename…',
        remove: 'Remove…',
        actions: (name: string) => `What can be done with ${name}`,
        renameTitle: (name: string) => `Rename ${name}`,
        newName: 'New name',
        renaming: 'Renaming the table',
        removeTitle: (name: string) => `Remove ${name}?`,
        removeText: 'The table goes from this list with its versions. It can be brought back until space is given back.',
        removing: 'Removing the table',
        removed: (name: string) => `${name} was removed.`,
        bringBack: 'Bring it back',
        renamed: (name: string) => `The table is called ${name} now.`,
    },

    first: {
        title: 'Drop a table here',
        formats: 'CSV, TSV, JSON, Parquet, Arrow, Excel or OpenDocument',
        stays: 'It stays on this machine: nothing is sent anywhere.',
        choose: 'Choose files…',
        sample: 'Try with sample data',
        paste: 'Paste a table…',
        dropNow: 'Let go to import',
        loading: (loaded: number, total: number) => (total > 0 ? `Fetching the engine: ${bytes(loaded)} of ${bytes(total)}` : `Fetching the engine: ${bytes(loaded)}`),
        starting: 'Starting the engine…',
        failed: 'Tarn could not start',
        failedHelp: 'Nothing was changed. Load the page again; when that does not help, the code below says more to whoever looks after this page.',
        again: 'Try again',
    },

    status: {
        saved: 'All changes saved',
        saving: 'Saving…',
        memoryOnly: 'In memory only: closing the tab loses it',
        inBrowser: 'Kept in this browser',
        atServer: 'Kept at the server',
        threads: (n: number) => counted(n, 'thread'),
        stored: (stored: number) => `${bytes(stored)} stored`,
        room: (used: number, quota: number) => `${bytes(used)} of ${bytes(quota)}`,
        readOnly: 'Read-only: another tab is writing',
        takeOver: 'Write here',
        takingOver: 'Asking the other tab',
        keep: 'Keep my data',
        keepHint: 'Ask the browser not to remove these tables when space gets scarce',
        kept: 'The browser promised to keep them.',
        notKept: 'The browser made no promise. It may after this page was visited more often, or was installed.',
        cell: (row: string, column: string, type: string) => `row ${row} · ${column} · ${type}`,
        block: (rows: number, columns: number) => `${counted(rows, 'row')} × ${counted(columns, 'column')}`,
        busy: (n: number) => `${n} running`,
    },

    table: {
        version: (n: number) => `version ${n}`,
        size: (rows: number, columns: number) => `${counted(rows, 'row')} · ${counted(columns, 'column')}`,
        old: (n: number, head: number) => `This is version ${n}. The newest is version ${head}; this one is only looked at.`,
        toNewest: 'Show the newest',
        goBack: 'Go back to this version',
        compareWithNewest: 'Compare with the newest',
        empty: 'This table has no rows.',
        noColumns: 'This table has no columns.',
        goTo: 'Go to row',
        goToLabel: (rows: number) => `Row, 1 to ${count(rows)}`,
        go: 'Go',
    },

    grid: {
        label: (name: string) => `Rows of ${name}`,
        empty: 'empty',
        loading: 'coming',
        row: 'Row',
        changed: (before: string, after: string) => `${before} becomes ${after}`,
        added: 'added:',
        removed: 'removed:',
    },

    cells: {
        copied: (rows: number, columns: number) => `Copied ${counted(rows, 'row')} × ${counted(columns, 'column')}.`,
        copying: 'Copying',
        copyFailed: 'Nothing was copied',
        tooMany: (most: number) => `More than ${count(most)} cells are too many for the clipboard: export the table instead`,
        clearing: 'Clearing cells',
        clearFailed: 'The cells were not cleared',
        filling: 'Filling down',
        fillFailed: 'Nothing was filled',
        pasting: 'Pasting',
        pasteFailed: 'Nothing was pasted; the table is as it was',
        pasteTitle: 'Paste into the table?',
        pasteText: (rows: number, columns: number, row: string, column: string) =>
            `${counted(rows, 'row')} × ${counted(columns, 'column')} from row ${row}, column ${column}, on. What is there now is replaced; it can be undone.`,
        paste: 'Paste',
        menu: {
            copy: 'Copy',
            edit: 'Edit',
            clear: 'Make null',
            fillDown: 'Fill down from the first cell',
            onlyThese: 'Keep only rows with this value…',
            deleteRows: 'Delete these rows',
            sortUp: 'Sort the rows, rising',
            sortDown: 'Sort the rows, falling',
            rename: 'Rename the column…',
            cast: 'Change its type…',
            duplicate: 'Duplicate the column',
            drop: 'Drop the column',
            commands: 'Commands for this column',
        },
    },

    changes: {
        done: (change: Change): string => (change.changed ? whatChanged(change) : 'Nothing differed: no version was made.'),
        undoing: 'Undoing',
        redoing: 'Redoing',
        undone: (change: Change): string => `Undone: ${change.table} is at version ${change.version} again.`,
        redone: (change: Change): string => `Redone: ${change.table} is at version ${change.version} again.`,
        going: (version: number): string => `Going back to version ${version}`,
        went: (change: Change): string => `${change.table} is at version ${change.version} again. Later versions are still there.`,
        edited: 'The cell was changed.',
    },

    commands: {
        title: 'Commands',
        filter: (n: number) => `Filter ${n} commands`,
        recent: 'Used last',
        none: 'No command fits. Try another word, such as a type or what is wrong with the values.',
        needsTable: 'Commands change a table: import one first.',
        readOnly: 'This tab only reads: another one is writing.',
        oldVersion: 'Commands work on the newest version. Go back to this version first, or show the newest.',
        optional: 'optional',
        addColumn: 'Add a column…',
        chooseColumn: 'Choose a column…',
        removeColumn: (name: string) => `Take ${name} out`,
        otherwise: 'as it is',
        perLine: 'one in each line',
        asLine: 'Show as command line',
        copyLine: 'Copy',
        copiedLine: 'The command line was copied.',
        working: (title: string) => title,
        failed: (title: string) => `${title}: nothing was changed`,
        missing: (name: string) => `Needs ${name}`,
        looking: 'Looking what it would change…',
        nothing: 'Nothing would change.',
        cells: (n: number, complete: boolean) => `${complete ? '' : 'More than '}${counted(n, 'cell')} would change`,
        marked: (n: number) => `The first ${count(n)} are marked in the table.`,
        rows: (before: number, after: number) => (before === after ? counted(before, 'row') : `${counted(before, 'row')} → ${count(after)}`),
        shown: { removed: 'These rows would go', added: 'These rows would be added', result: 'The table would look like this' } as Record<string, string>,
        previewOf: 'Preview',
        firstRows: (n: number) => `the first ${counted(n, 'row')}`,
        families: {
            cells: 'Cells', combine: 'Combine', date: 'Dates', match: 'Duplicates', number: 'Numbers', privacy: 'Privacy',
            rows: 'Rows', sql: 'SQL', standardize: 'Spellings', structure: 'Columns', text: 'Text',
        } as Record<string, string>,
    },

    history: {
        title: 'History',
        versions: 'Versions',
        look: (n: number) => `Look at version ${n}`,
        newest: 'newest',
        shown: 'shown',
        undone: 'not on the present line',
        by: (user: string, when: string) => `${user}, ${when}`,
        gone: 'not kept any more',
        compare: 'Compare…',
        compareTitle: 'Compare two versions',
        keys: 'match rows by',
        keysHelp: 'columns that say which row is which; without them the versions of a table are compared row by row, and for two tables a key is looked for',
        before: 'Before',
        after: 'After',
        rowsChanged: (n: number) => counted(n, 'row'),
        cellsChanged: (n: number) => counted(n, 'cell'),
        kinds: { import: 'import', sql: 'SQL', apply: 'command', append: 'append', rename: 'rename' } as Record<string, string>,
        nothingElse: 'There is only one version: a comparison needs two.',
        help: 'Every change made one of these. A click looks at it; nothing is lost by going back.',
    },

    diff: {
        title: 'Comparison',
        comparing: 'Comparing',
        failed: 'The comparison was not made',
        same: 'The two do not differ.',
        byKey: (columns: string) => `rows matched by ${columns}`,
        byRow: 'rows matched by row number',
        kinds: { added: 'added', removed: 'removed', modified: 'changed', unmatched: 'not matched', moved: 'moved' } as Record<string, string>,
        cells: (n: number) => `${counted(n, 'cell')} changed`,
        column: 'Changed column',
        allColumns: 'All columns',
        columnCount: (name: string, n: number) => `${name} (${count(n)})`,
        columnsAdded: (names: string) => `Columns added: ${names}.`,
        columnsRemoved: (names: string) => `Columns removed: ${names}.`,
        columnsRenamed: (names: string) => `Columns renamed: ${names}.`,
        columnsRetyped: (names: string) => `Types changed: ${names}.`,
        values: 'Most frequent changes',
        export: 'Save as CSV',
        exporting: 'Writing the comparison',
        exportFailed: 'The comparison was not written',
        back: 'Back to the table',
        rows: (n: number) => counted(n, 'row'),
        none: 'Nothing of these kinds.',
        swap: 'Swap',
    },

    sqlScreen: {
        label: 'SQL query',
        run: 'Run',
        running: 'Asking',
        failed: 'The query was not answered',
        start: 'A query reads tables by their names. Versions are "orders@3". Its result is shown here; it changes nothing.',
        result: (rows: number, ms: number) => `${counted(rows, 'row')} in ${count(Math.round(ms))} ms`,
        keep: 'Keep as table…',
        keepTitle: 'Keep the result as a table',
        keepName: 'Name of the table',
        keeping: 'Keeping the result',
        keepFailed: 'The result was not kept',
        export: 'Export…',
        exists: 'If there is one of that name',
        fail: 'Do nothing',
        replace: 'Replace it, as a new version',
        append: 'Append the rows to it',
    },

    imports: {
        reading: (name: string) => `Reading ${name}`,
        done: importedAs,
        title: 'Import',
        detected: 'What was found',
        file: 'File',
        format: 'Format',
        encoding: 'Encoding',
        delimiter: 'Delimiter',
        header: 'Names of the columns',
        headerIn: (n: number) => (n > 0 ? `in line ${n}` : 'made up: no line has them'),
        warnings: 'Warnings',
        noWarnings: 'Nothing was odd.',
        again: 'Read again',
        againHint: 'Something wrong? Choose what was meant, and the file is read again, as a new version.',
        asDetected: 'as found',
        headerRow: 'Line with the names',
        noHeader: 'No line has them',
        skip: 'Lines to leave out at the beginning',
        decimal: 'Decimal sign',
        nullText: 'Texts that mean null',
        allText: 'Leave everything as text',
        delimiters: { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar', ' ': 'space' } as Record<string, string>,
        rawTitle: 'First lines of the file',
        clashTitle: (table: string) => `There is a table called ${table}`,
        clashText: (file: string) => `What should become of ${file}?`,
        clashReplace: 'Replace its rows, as a new version',
        clashAppend: 'Append to its rows',
        clashOther: 'Make another table',
        pasteTitle: 'Paste a table',
        pasteText: 'From a spreadsheet or as CSV. The first line has the names of the columns.',
        pasteName: 'Name of the table',
        pasteLabel: 'Rows',
    },

    exports: {
        title: (table: string) => `Export ${table}`,
        format: 'Format',
        formats: {
            csv: 'CSV', tsv: 'TSV', xlsx: 'Excel workbook', parquet: 'Parquet', json: 'JSON', ndjson: 'JSON, a line for each row', arrow: 'Arrow file',
        } as Record<string, string>,
        options: 'Options',
        header: 'Names of the columns in the first line',
        byteOrderMark: 'With a mark for Excel (byte order mark)',
        semicolon: 'Semicolons and decimal commas',
        safe: 'Texts that a spreadsheet would run as formulas get an apostrophe',
        writing: 'Writing the file',
        failed: 'The file was not written',
        done: (name: string, rows: number, size: number) => `${name}: ${counted(rows, 'row')}, ${bytes(size)}.`,
        warned: 'Some values could not be written as they are',
        save: 'Save the file',
    },

    palette: {
        title: 'Search',
        placeholder: 'Command, column, table or version…',
        none: 'Nothing fits.',
        actions: 'Do',
        commands: 'Commands',
        columns: 'Columns',
        tables: 'Tables',
        versions: 'Versions',
        theme: (name: string) => `Colours: ${name}`,
    },

    keys: {
        title: 'Keys',
        groups: [
            ['Anywhere', [['Ctrl K', 'search commands, columns, tables, versions'], ['Ctrl Z', 'undo'], ['Ctrl Y', 'redo'], ['?', 'these keys'], ['Esc', 'cancel what runs; close what is open'], ['[ and ]', 'the version before and behind'], ['/', 'filter the commands']]],
            ['In the table', [['↑ ↓ ← →', 'the next cell; with Ctrl to the edge, with Shift selecting'], ['Home, End', 'the first and last column; with Ctrl the first and last cell'], ['Page up, Page down', 'a page of rows'], ['Ctrl G', 'go to a row'], ['Shift Space, Ctrl Space', 'select rows, columns'], ['Ctrl A', 'select all'], ['Shift F10', 'menu of the cell']]],
            ['Changing cells', [['F2 or typing', 'edit the cell'], ['Enter, Tab', 'keep it and go down, right'], ['Alt Enter', 'a line end in a cell'], ['Delete', 'make null'], ['Ctrl C', 'copy'], ['Ctrl V', 'paste'], ['Ctrl D', 'fill down']]],
            ['Commands and SQL', [['Ctrl Enter', 'apply, or run the query']]],
        ] as [string, [string, string][]][],
    },

    notices: {
        label: 'Messages',
        recovered: 'The last change before was not finished',
        readsNow: 'Another tab writes now; this one follows it.',
        writesNow: 'The other tab has closed: this one writes now.',
        lost: 'The engine ended and starts again. What was saved is there',
        erased: "The site's data were removed. Nothing more can be changed here",
        quota: (percent: number) => `${Math.round(percent)} % of the storage that the browser allows is used`,
        quotaHelp: 'Remove tables that are not needed, or export them first.',
        noSuchTable: (name: string) => `There is no table called ${name} here`,
    },

    errors: {
        cancelled: (what: string) => `${what}: cancelled.`,
        read: (name: string) => `Some rows of ${name} could not be read`,
        open: (name: string) => `${name} could not be opened`,
        import: (name: string) => `${name} was not imported; nothing was changed`,
        undo: 'Nothing was undone',
        redo: 'Nothing was redone',
        checkout: (version: number) => `Version ${version} was not made the present one`,
        rename: 'The table was not renamed',
        drop: 'The table was not removed',
        undrop: 'The table was not brought back',
        takeOver: 'This tab still only reads',
        notThereYet: 'the row is not there yet: try again in a moment',
        notIsolated: 'This page cannot have threads here',
    },
};
