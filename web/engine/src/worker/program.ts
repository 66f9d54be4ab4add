/** For tests: a worker that runs a C program built by Emscripten, with the page's files beneath it. */
import type { FilesReady, FilesServing } from './files.js';

type Receive = (instance: WebAssembly.Instance, module: WebAssembly.Module) => void;
declare const createTarn: (options: object) => Promise<unknown>;
declare function importScripts(url: string): void;

/** Resolves once the files worker serves the module's mailbox. */
function connect(engine: string, memory: WebAssembly.Memory, mailbox: number): Promise<FilesReady> {
    const { port1: files, port2 } = new MessageChannel();
    new Worker(engine, { name: 'tarn-files' }).postMessage(null, [port2]);
    files.postMessage({ type: 'probe', storage: true });
    return new Promise((resolve) => {
        let ready: FilesReady;
        files.onmessage = ({ data }: MessageEvent<FilesReady | FilesServing>) => {
            if (data.type === 'serving') resolve(ready);
            else {
                ready = data;
                files.postMessage({ type: 'serve', memory, mailbox });
            }
        };
    });
}

export function startProgram(): void {
    self.onmessage = ({ data }: MessageEvent<{ script: string; engine: string; environment: object }>) => {
        importScripts(data.script);
        const memory = new WebAssembly.Memory({ initial: 1024, maximum: 65536, shared: true });
        const start = async (imports: WebAssembly.Imports, receive: Receive): Promise<void> => {
            const program = fetch(data.script.replace(/js$/, 'wasm'));
            const { instance, module } = await WebAssembly.instantiateStreaming(program, imports);
            const mailbox = instance.exports['tarn_opfs_mailbox'] as () => number;
            const ready = await connect(data.engine, memory, mailbox());
            self.postMessage({ line: `files: ${JSON.stringify(ready)}` });
            receive(instance, module);
        };
        void createTarn({
            mainScriptUrlOrBlob: data.script,
            locateFile: (name: string) => new URL(name, data.script).href,
            wasmMemory: memory,
            preRun: [(module: { ENV: object }) => Object.assign(module.ENV, data.environment)],
            print: (line: string) => self.postMessage({ line }),
            printErr: (line: string) => self.postMessage({ line }),
            onExit: (code: number) => self.postMessage({ code }),
            instantiateWasm: (imports: WebAssembly.Imports, receive: Receive) => {
                start(imports, receive).catch((error: unknown) => self.postMessage({ line: String(error), code: -1 }));
                return {};
            },
        });
    };
}
