// The module under node, without a page: requests as promises. Used by the tests of this folder.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** Loads DIST/tarn.mjs and starts the bridge. */
export async function start(dist) {
  // What emscripten's loader takes for granted in node, also where it is an ES module.
  globalThis.__dirname = dist;
  globalThis.require = createRequire(import.meta.url);
  const { default: createTarn } = await import(pathToFileURL(`${dist}/tarn.mjs`));
  const pending = new Map();
  let last = 0;
  const module = await createTarn({
    locateFile: (name) => `${dist}/${name}`,
    tarnRespond(id, json, jsonSize, data, dataSize) {
      const heap = new Uint8Array(module.wasmMemory.buffer);
      const answer = JSON.parse(new TextDecoder().decode(heap.slice(json, json + jsonSize)));
      const bytes = data ? heap.slice(data, data + dataSize) : null;
      module._tarn_wasm_release(json);
      if (data) module._tarn_wasm_release(data);
      const call = pending.get(id);
      if (answer.progress) return call.progress?.(answer.progress);
      pending.delete(id);
      if (answer.ok) call.resolve({ ...answer, bytes });
      else call.reject(Object.assign(new Error(answer.message), { code: answer.code }));
    },
  });
  if (module._tarn_wasm_start() !== 0) throw new Error('the bridge does not start');

  function put(bytes) {
    const at = module._tarn_wasm_allocate(bytes.length || 1) >>> 0;
    new Uint8Array(module.wasmMemory.buffer).set(bytes, at);
    return at;
  }
  function request(op, args = {}, { bytes = null, progress, started } = {}) {
    const id = ++last;
    const json = new TextEncoder().encode(JSON.stringify({ op, ...args }));
    return new Promise((resolve, reject) => {
      pending.set(id, { resolve, reject, progress });
      module._tarn_wasm_request(id, put(json), json.length, bytes ? put(bytes) : 0, bytes ? bytes.length : 0);
      started?.(id);
    });
  }
  return { module, request, cancel: (id) => module._tarn_wasm_cancel(id), stop: () => module.PThread.terminateAllThreads() };
}
