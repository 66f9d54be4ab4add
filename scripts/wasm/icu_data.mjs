/**
 * Packs ICU's data: `node icu_data.mjs AR LIBRARY OUT.c`.
 *
 * DuckDB's library has it as an array of 4 MB, the largest single thing of the module. OUT.c defines the same array empty,
 * so that the linker leaves the library's alone, and beside it the contents as a Zstandard frame, for src/engine/icu_data.c
 * to unpack. What nothing in the module reads is filled with zeros first: files that are opened by code that is not linked,
 * and the texts that collations were made from, which only answer the question what they were.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const [ar, library, out] = process.argv.slice(2);
const symbol = 'icudt66_dat';
// LocaleMatcher, Region, TimeZone::getWindowsID, DayPeriodRules and unit preferences open these: DuckDB has no call to them.
const unread = ['langInfo', 'metadata', 'windowsZones', 'dayPeriods', 'units'];

function fail(why) {
    console.error(`icu_data.mjs: ${library}: ${why}`);
    process.exit(1);
}

/** The largest segment of the data section of a WebAssembly object file. */
function dataOf(object) {
    let at = 8;
    const number = () => {
        for (let value = 0, shift = 0; ; shift += 7) {
            const byte = object[at++];
            value += (byte & 127) * 2 ** shift;
            if (byte < 128) return value;
        }
    };
    const skipOffset = () => {
        at++; // i32.const
        number();
        at++; // end
    };
    let largest = Buffer.alloc(0);
    while (at < object.length) {
        const section = object[at++];
        const end = number() + at;
        if (section === 11)
            for (let segments = number(); segments > 0; segments--) {
                if (number() !== 1) skipOffset(); // 1: a passive segment
                const size = number();
                if (size > largest.length) largest = Buffer.from(object.subarray(at, at + size));
                at += size;
            }
        at = end;
    }
    return largest;
}

/** The files in a package of ICU's, as { name, start, end }. */
function filesOf(data) {
    if (data.length < 1000 || data.toString('latin1', 12, 16) !== 'CmnD') fail(`${member} has no package of ICU's in it`);
    const head = data.readUInt16LE(0);
    const offset = (file, which) => head + data.readUInt32LE(head + 4 + 8 * file + 4 * which);
    return Array.from({ length: data.readUInt32LE(head) }, (_, file, count = data.readUInt32LE(head)) => {
        const name = offset(file, 0);
        return { name: data.toString('latin1', name, data.indexOf(0, name)), start: offset(file, 1), end: file + 1 < count ? offset(file + 1, 1) : data.length };
    });
}

/** Every text in a resource bundle (format 2), as { path, start, end }; what is not text or holds none is passed over. */
function textsOf(data, { start }) {
    const base = start + data.readUInt16LE(start);
    const keysEnd = 4 * data.readUInt32LE(base + 8); // of an item's place, counted from base; what is 16 bits wide follows
    const found = [];
    const key = (place) => (place < keysEnd ? data.toString('latin1', base + place, data.indexOf(0, base + place)) : '');
    const text = (path, unit) => {
        let place = base + keysEnd + 2 * unit;
        const first = data.readUInt16LE(place);
        if (first >> 10 !== 0x37) {
            let end = place;
            while (data.readUInt16LE(end)) end += 2;
            found.push({ path, start: place, end });
            return;
        }
        let size = first & 0x3ff;
        if (first >= 0xdfff) size = data.readUInt16LE(place + 2) * 65536 + data.readUInt16LE(place + 4);
        else if (first >= 0xdfef) size = (first - 0xdfef) * 65536 + data.readUInt16LE(place + 2);
        place += first >= 0xdfff ? 6 : first >= 0xdfef ? 4 : 2;
        found.push({ path, start: place, end: place + 2 * size });
    };
    const visit = (path, item) => {
        const type = item >>> 28;
        const place = item & 0xfffffff;
        if (type === 6) return text(path, place);
        if (![2, 4, 5, 8, 9].includes(type) || (place === 0 && type !== 5 && type !== 9)) return;
        const narrow = type === 5 || type === 9;
        let at = base + (narrow ? keysEnd + 2 * place : 4 * place);
        const wideKeys = type === 4;
        const count = type === 4 || type === 8 ? data.readUInt32LE(at) : data.readUInt16LE(at);
        at += type === 4 || type === 8 ? 4 : 2;
        const keys = at;
        if (type !== 8 && type !== 9) at += count * (wideKeys ? 4 : 2);
        if (type === 2 && count % 2 === 0) at += 2; // items are aligned
        for (let i = 0; i < count; i++) {
            const name = type === 8 || type === 9 ? i : key(wideKeys ? data.readUInt32LE(keys + 4 * i) : data.readUInt16LE(keys + 2 * i));
            if (narrow) text(`${path}/${name}`, data.readUInt16LE(at + 2 * i));
            else visit(`${path}/${name}`, data.readUInt32LE(at + 4 * i));
        }
    };
    visit('', data.readUInt32LE(base));
    return found;
}

/** Zeros in place of the rules of a file's collations. Texts may share their ends: then it is not done. */
function forgetRules(data, file) {
    const texts = textsOf(data, file);
    const isRule = ({ path }) => path === '/UCARules' || path.endsWith('/Sequence');
    for (const rule of texts.filter(isRule)) {
        const shared = texts.find((other) => !isRule(other) && other.start < rule.end && other.end > rule.start);
        if (shared) fail(`in ${file.name}, ${shared.path} is a part of ${rule.path}`);
        data.fill(0, rule.start, rule.end);
    }
}

/** The bytes at even places, then those at odd ones: what ICU counts in 16 bits compresses better so. */
function apart(data) {
    const half = (data.length + 1) >> 1;
    const split = Buffer.alloc(data.length);
    for (let i = 0; i < data.length; i++) split[(i >> 1) + (i & 1 ? half : 0)] = data[i];
    return split;
}

// An archive made by CMake names its members by their files alone, another one by their folders too.
const members = execFileSync(ar, ['t', library], { encoding: 'utf8', maxBuffer: 1 << 24 }).split('\n');
const member = members.find((name) => name.endsWith('stubdata.cpp.o')) ?? fail("there is no member with ICU's data");
const data = dataOf(execFileSync(ar, ['p', library, member], { maxBuffer: 1 << 28 }));
for (const file of filesOf(data)) {
    const [, folder, name] = /^[^/]+\/(?:(\w+)\/)?([^/]+)[.]res$/.exec(file.name) ?? [];
    if (folder === 'coll') forgetRules(data, file);
    else if (unread.includes(name)) data.fill(0, file.start, file.end);
}
const packed = execFileSync('zstd', ['--ultra', '-22', '--single-thread', '--no-check', '-q', '-c'], { input: apart(data), maxBuffer: 1 << 28 });
writeFileSync(
    out,
    `/* Made by scripts/wasm/icu_data.mjs from what is in DuckDB's library. */
#include <stddef.h>
_Alignas(16) unsigned char ${symbol}[${data.length}];
const size_t tarn_icu_size = sizeof ${symbol};
const size_t tarn_icu_packed_size = ${packed.length};
const unsigned char tarn_icu_packed[${packed.length}] = {${packed.join(',')}};
`,
);
