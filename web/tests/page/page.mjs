/** What tests call in the page: see Tab in ../harness.mjs. Options of the engine come in the address. */
import * as module from '/engine/index.js';

const { TarnEngine } = module;
const query = new URLSearchParams(location.search);

const options = {};
for (const name of ['workspace', 'storage', 'mode', 'user']) if (query.has(name)) options[name] = query.get(name);
if (query.has('threads')) options.threads = Number(query.get('threads'));
if (query.has('engineMemory')) options.engineMemory = Number(query.get('engineMemory'));
if (query.has('memoryLimit')) options.memoryLimit = Number(query.get('memoryLimit'));
const engine = new TarnEngine(options);

const events = [];
for (const name of ['change', 'lost', 'erased', 'ready', 'role', 'quota', 'loading']) engine.on(name, (detail) => events.push({ name, ...detail }));

/** Base 64 of bytes, which is what passes to the tests unharmed. */
function encode(bytes) {
    let text = '';
    for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
    return { bytes64: btoa(text) };
}

function pack(value) {
    if (value instanceof Uint8Array) return encode(value);
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, v instanceof Uint8Array ? encode(v) : v]));
}

function unpack(value) {
    return value?.bytes64 === undefined ? value : Uint8Array.from(atob(value.bytes64), (c) => c.charCodeAt(0));
}

async function outcome(work) {
    try {
        return pack(await work()) ?? null;
    } catch (error) {
        if (error instanceof module.TarnError) return { error: { code: error.code, message: error.message, name: error.name } };
        throw error;
    }
}

function at(path) {
    const names = path.split('.');
    const last = names.pop();
    const owner = names.reduce((object, name) => object[name], engine);
    return owner[last].bind(owner);
}

let given = null; // instead of a chosen file

globalThis.test = {
    engine,
    module,
    events,
    call: (method, args) => outcome(() => at(method)(...args.map(unpack))),
    run: (text, argument) => (0, eval)(`(${text})`)({ engine, module, events, pack, outcome, chosen: globalThis.test.chosen }, argument),
    chosen: () => given ?? document.getElementById('chosen').files[0],
    choose: (file) => (given = file),
};
