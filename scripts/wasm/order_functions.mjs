/**
 * Puts functions that are alike side by side: `node order_functions.mjs MODULE.wasm CXXFILT`, in place.
 *
 * A linker leaves functions in the order of its inputs, so that a template's instances lie megabytes apart, while a compressor
 * looks back over 32 KB. Here functions of one name (without classes and template arguments) follow the first of them, the
 * shorter before the longer: gzip makes a tenth less of that. Names are read from the module's name section, which is left
 * out of the result; CXXFILT makes the names of C++ readable. Nothing else changes but the functions' numbers.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const [path, cxxfilt] = process.argv.slice(2);
const module = readFileSync(path);
let at = 0; // where the next byte is read

function fail(why) {
    console.error(`order_functions.mjs: ${path}: ${why}`);
    process.exit(1);
}

// ---- reading and writing numbers ----

function number() {
    for (let value = 0, scale = 1; ; scale *= 128) {
        const byte = module[at++];
        value += (byte & 127) * scale;
        if (byte < 128) return value;
    }
}
function skip(numbers) {
    for (; numbers > 0; numbers--) while (module[at++] > 127);
}
function text() {
    const size = number();
    at += size;
    return module.toString('utf8', at - size, at);
}

/** Bytes that are put together; a number takes as few as it can. */
class Writer {
    bytes = Buffer.allocUnsafe(1 << 16);
    size = 0;
    room(more) {
        if (this.size + more <= this.bytes.length) return;
        const larger = Buffer.allocUnsafe(2 * (this.size + more));
        this.bytes.copy(larger, 0, 0, this.size);
        this.bytes = larger;
    }
    number(value) {
        this.room(5);
        for (; value > 127; value = Math.floor(value / 128)) this.bytes[this.size++] = (value % 128) | 128;
        this.bytes[this.size++] = value;
    }
    append(bytes) {
        this.room(bytes.length);
        bytes.copy(this.bytes, this.size);
        this.size += bytes.length;
    }
    done() {
        return this.bytes.subarray(0, this.size);
    }
}

// ---- code ----

/** Pass over what follows the first byte of an instruction; the places of functions' numbers are told. */
function passOperands(op, isFunction) {
    if (op === 0x10 || op === 0xd2) return isFunction(); // call, ref.func
    if (op >= 0x12 && op <= 0x15) fail('it has tail calls');
    if (op === 0x0e) return skip(number() + 1); // br_table
    if (op === 0x11) return skip(2); // call_indirect
    if (op === 0x1c) return skip(number()); // select with types
    if (op >= 0x02 && op <= 0x04) return skip(1); // block, loop, if
    if (op >= 0x06 && op <= 0x09) return skip(1); // try, catch, throw, rethrow
    if (op === 0x18 || op === 0x0c || op === 0x0d) return skip(1); // delegate, br, br_if
    if (op >= 0x20 && op <= 0x26) return skip(1); // variables, tables
    if (op >= 0x28 && op <= 0x3e) return skip(2); // loads and stores
    if (op === 0x3f || op === 0x40 || op === 0x41 || op === 0x42 || op === 0xd0) return skip(1); // memory.size …, integers, ref.null
    if (op === 0x43) at += 4; // f32.const
    else if (op === 0x44) at += 8; // f64.const
    else if (op === 0xfc) passBulk(number());
    else if (op === 0xfd) passVector(number());
    else if (op === 0xfe) skip(number() === 3 ? 1 : 2); // atomics: a fence, or a place in memory
    else if (op > 0xd2 || (op > 0xc4 && op < 0xd0)) fail(`it has the unknown instruction ${op}`);
    return undefined;
}
function passBulk(op) {
    if (op === 8 || op === 10 || op === 12 || op === 14) skip(2);
    else if (op > 8 && op <= 17) skip(1);
    else if (op > 17) fail(`it has the unknown instruction fc ${op}`);
}
function passVector(op) {
    if (op <= 11 || op === 92 || op === 93) skip(2);
    else if (op === 12 || op === 13) at += 16;
    else if (op >= 21 && op <= 34) at++;
    else if (op >= 84 && op <= 91) {
        skip(2);
        at++;
    }
}

/** A function's code with other numbers for the functions that it names. */
function renumbered([start, end], numbers, out) {
    at = start;
    let copied = start;
    const rename = () => {
        out.append(module.subarray(copied, at));
        out.number(numbers[number()]);
        copied = at;
    };
    for (let groups = number(); groups > 0; groups--) skip(2); // local variables
    while (at < end) passOperands(module[at++], rename);
    if (at !== end) fail(`the function at ${start} does not end where it should`);
    out.append(module.subarray(copied, end));
}

// ---- sections ----

function sectionsOf() {
    const found = [];
    for (at = 8; at < module.length; ) {
        const id = module[at++];
        const end = number() + at;
        found.push({ id, start: at, end });
        at = end;
    }
    return found;
}

/** The items of a section, each as read by `item`. */
function items(section, item) {
    if (!section) return [];
    at = section.start;
    return Array.from({ length: number() }, item);
}

function importedFunctions(section) {
    const limits = () => skip(number() & 1 ? 2 : 1);
    return items(section, () => {
        text();
        text();
        const kind = module[at++];
        if (kind === 0) skip(1);
        else if (kind === 1) {
            at++;
            limits();
        } else if (kind === 2) limits();
        else at += kind === 3 ? 2 : 0;
        if (kind === 4) skip(2);
        return kind;
    }).filter((kind) => kind === 0).length;
}

function namesOf(section) {
    const names = [];
    for (at = section.start, text(); at < section.end; ) {
        const kind = module[at++];
        const end = number() + at;
        if (kind === 1)
            for (let count = number(); count > 0; count--) {
                const index = number();
                names[index] = text();
            }
        at = end;
    }
    return names;
}

function writeExports(section, numbers, out) {
    const all = items(section, () => ({ name: text(), kind: module[at++], index: number() }));
    out.number(all.length);
    for (const { name, kind, index } of all) {
        out.number(Buffer.byteLength(name));
        out.append(Buffer.from(name));
        out.number(kind);
        out.number(kind === 0 ? numbers[index] : index);
    }
}

/** The table of functions that are called through pointers: one segment at a fixed place, as linkers write it. */
function writeElements(section, numbers, out) {
    at = section.start;
    if (number() !== 1 || number() !== 0 || module[at] !== 0x41) fail('its table of functions is not one plain segment');
    at++;
    skip(1);
    at++; // end
    out.append(module.subarray(section.start, at));
    const count = number();
    out.number(count);
    for (let i = 0; i < count; i++) out.number(numbers[number()]);
}

// ---- the order ----

/** `a::b<c>::name<d>(e)`: name. */
function family(readable) {
    let plain = '';
    let depth = 0;
    for (const mark of readable.replace(/operator[^\w\s(]+/g, 'operator')) {
        if (mark === '<') depth++;
        else if (mark === '>') depth--;
        else if (mark === '(' && depth === 0) break;
        else if (depth === 0) plain += mark;
    }
    return plain.slice(plain.lastIndexOf(':') + 1);
}

function orderOf(bodies, names) {
    const readable = execFileSync(cxxfilt, { input: names.map((name) => name ?? '').join('\n'), maxBuffer: 1 << 30 }).toString().split('\n');
    const first = new Map();
    const leaders = bodies.map((_, i) => {
        const name = family(readable[i]);
        if (!first.has(name)) first.set(name, i);
        return first.get(name);
    });
    const size = (i) => bodies[i][1] - bodies[i][0];
    return bodies.map((_, i) => i).sort((a, b) => leaders[a] - leaders[b] || size(a) - size(b) || a - b);
}

// ---- all of it ----

const sections = sectionsOf();
const section = (id) => sections.find((one) => one.id === id);
const isNames = (one) => one.id === 0 && ((at = one.start), text() === 'name');
const named = sections.find(isNames) ?? fail('it has no names: link with --profiling-funcs');
const imported = importedFunctions(section(2));
const types = items(section(3), number);
const bodies = items(section(10), () => {
    const size = number();
    at += size;
    return [at - size, at];
});
const order = orderOf(bodies, Array.from({ length: bodies.length }, ((names) => (_, i) => names[imported + i])(namesOf(named))));
const numbers = Uint32Array.from({ length: imported + bodies.length }, (_, i) => i);
order.forEach((old, i) => (numbers[imported + old] = imported + i));

function contents({ id, start, end }) {
    const out = new Writer();
    if (id === 3) {
        out.number(types.length);
        for (const old of order) out.number(types[old]);
    } else if (id === 7) writeExports({ start }, numbers, out);
    else if (id === 8) out.number(numbers[((at = start), number())]);
    else if (id === 9) writeElements({ start }, numbers, out);
    else if (id === 10) {
        out.number(bodies.length);
        const body = new Writer();
        for (const old of order) {
            body.size = 0;
            renumbered(bodies[old], numbers, body);
            out.number(body.size);
            out.append(body.done());
        }
    } else out.append(module.subarray(start, end));
    return out.done();
}

const result = new Writer();
result.append(module.subarray(0, 8));
for (const one of sections.filter((each) => each !== named)) {
    const bytes = contents(one);
    result.number(one.id);
    result.number(bytes.length);
    result.append(bytes);
}
if (!WebAssembly.validate(result.done())) fail('the result is not valid');
writeFileSync(path, result.done());
