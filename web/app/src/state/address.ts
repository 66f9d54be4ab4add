/** The part of the address behind '#': which table, version, cell and screen one looks at. */

export type Screen = 'table' | 'sql' | 'diff';

export interface Place {
    screen: Screen;
    table: string | null;
    /** null: the newest. */
    version: number | null;
    row: number;
    column: string | null;
    /** Of a comparison: "orders@3". */
    before: string | null;
    after: string | null;
    /** The columns that rows are matched by; none: as the engine finds. */
    keys: string[];
}

const screens: readonly string[] = ['table', 'sql', 'diff'];

export function readAddress(hash: string): Place {
    const given = new URLSearchParams(hash.replace(/^#/, ''));
    const screen = given.get('screen') ?? 'table';
    const version = Number(given.get('version'));
    const row = Number(given.get('row'));
    return {
        screen: screens.includes(screen) ? (screen as Screen) : 'table',
        table: given.get('table'),
        version: Number.isInteger(version) && version > 0 ? version : null,
        row: Number.isInteger(row) && row > 0 ? row - 1 : 0,
        column: given.get('column'),
        before: given.get('before'),
        after: given.get('after'),
        keys: given.getAll('key'),
    };
}

export function writeAddress({ screen, table, version, row, column, before, after, keys }: Place): string {
    const given = new URLSearchParams();
    if (screen !== 'table') given.set('screen', screen);
    if (table !== null) given.set('table', table);
    if (version !== null && screen === 'table') given.set('version', String(version));
    if (row > 0 && screen === 'table') given.set('row', String(row + 1));
    if (column !== null && screen === 'table') given.set('column', column);
    if (screen === 'diff' && before !== null) given.set('before', before);
    if (screen === 'diff' && after !== null) given.set('after', after);
    if (screen === 'diff') for (const key of keys) given.append('key', key);
    const text = given.toString();
    return text === '' ? '#' : `#${text}`;
}
