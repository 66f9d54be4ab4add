/** Characters that nobody sees, and those that would change how others are shown, made visible in a cell's text. */

export interface Piece {
    text: string;
    /** '': as it is; 'sign': a sign that stands for a character; 'code': the code of one, to be boxed. */
    what: '' | 'sign' | 'code';
}

/** What is drawn of a cell: longer texts do not fit any column. */
const LONGEST = 400;

/** A joiner between emoji makes one of them, and is as usual as they are. */
const unusual =
    // eslint-disable-next-line no-control-regex
    /[\u0000-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u2000-\u200c\u200e\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ufeff\uffa0\ufff9-\ufffb]|\u200d(?!\p{Extended_Pictographic})|[\ud800-\udfff]/gu;

const signs: Record<string, string> = { '\t': '→', '\n': '↵', '\r': '␍', '\u00a0': '°', '\u202f': '°' };

function piecesOf(middle: string, into: Piece[]): void {
    let from = 0;
    for (const match of middle.matchAll(unusual)) {
        if (match.index > from) into.push({ text: middle.slice(from, match.index), what: '' });
        const sign = signs[match[0]];
        const code = match[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
        into.push(sign !== undefined ? { text: sign, what: 'sign' } : { text: code, what: 'code' });
        from = match.index + match[0].length;
    }
    if (from < middle.length) into.push({ text: middle.slice(from), what: '' });
}

/** null: nothing in it needs care, and it is drawn as it is. */
export function unusualPieces(text: string): Piece[] | null {
    const whole = text.length > LONGEST ? text.slice(0, LONGEST) : text;
    const start = /^ +/.exec(whole)?.[0].length ?? 0;
    const end = text.length > LONGEST ? 0 : (/ +$/.exec(whole)?.[0].length ?? 0);
    if (start === 0 && end === 0 && whole.search(unusual) < 0) return null; // test() would leave a place behind
    const pieces: Piece[] = [];
    if (start > 0) pieces.push({ text: '·'.repeat(start), what: 'sign' });
    if (start < whole.length) piecesOf(whole.slice(start, whole.length - end), pieces);
    if (end > 0 && start < whole.length) pieces.push({ text: '·'.repeat(end), what: 'sign' });
    return pieces;
}

/** The same for where no drawing is possible: a name in a list, a cell read out. */
export function visibleText(text: string): string {
    const pieces = unusualPieces(text);
    if (pieces === null) return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
    const written = pieces.map(({ text: part, what }) => (what === 'code' ? `[${part}]` : part)).join('');
    return text.length > LONGEST ? `${written}…` : written;
}
