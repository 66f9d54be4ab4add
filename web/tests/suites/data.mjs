/** Files that tests import, made once each. */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { scratch } from '../harness.mjs';

/** Write lines in large pieces; `line(i)` for i from 0. */
function write(name, header, rows, line) {
    const path = join(scratch, name);
    if (existsSync(path)) return path;
    const file = openSync(path, 'w');
    let piece = `${header}\n`;
    for (let i = 0; i < rows; i++) {
        piece += `${line(i)}\n`;
        if (piece.length > 1 << 20) {
            writeSync(file, piece);
            piece = '';
        }
    }
    writeSync(file, piece);
    closeSync(file);
    return path;
}

const cities = ['Oslo', ' Bergen', 'Trondheim ', 'Stavanger', '  Tromsø  ', 'Bodø', 'Ålesund ', 'Molde'];

/** Untidy orders: id, city (some with spaces around), amount, day, note. */
export function orders(rows) {
    return write(`orders${rows}.csv`, 'id,city,amount,day,note', rows, (i) => {
        const day = new Date(Date.UTC(2020, 0, 1 + (i % 2000))).toISOString().slice(0, 10);
        return `${i},${cities[(i * 7) % 8]},${((i * 37) % 100000) / 100},${day},note ${i % 977} of order ${i}`;
    });
}

/** Numbers, and four texts that no compression makes smaller: 137 bytes a row. */
export function dense(rows) {
    return write(`dense${rows}.csv`, 'id,a,b,c,d', rows, (i) => {
        const text = createHash('sha512').update(String(i)).digest('hex');
        return `${i}, ${text.slice(0, 32)},${text.slice(32, 64)},${text.slice(64, 96)},${text.slice(96)}`;
    });
}

/** A table as wide as many real ones. */
export function wide(rows, columns, textBytes) {
    const header = Array.from({ length: columns }, (_, c) => (c % 2 === 0 ? `t${c}` : `n${c}`)).join(',');
    const filler = 'abcdefghijklmnopqrstuvwxyz'.repeat(8);
    return write(`wide${rows}x${columns}.csv`, header, rows, (i) => {
        const cells = [];
        for (let c = 0; c < columns; c++)
            cells.push(c % 2 === 0 ? ` ${i * 31 + c} ${filler.slice((i + c) % 26, ((i + c) % 26) + textBytes)} ` : (i * (c + 3)) % 1000003);
        return cells.join(',');
    });
}
