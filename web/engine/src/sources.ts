/** What may be given as a file: everything whose bytes can be had. The rest is refused by its name. */
import { TarnError } from './errors.js';

/** What `import` takes. */
export type Source = FileSystemFileHandle | Blob | Response | ReadableStream<Uint8Array> | ArrayBufferLike | ArrayBufferView;

/** A file, and its name where it has one. */
export interface SourceFile {
    blob: Blob;
    name: string | null;
}

const TAKES = 'a File, a Blob, a FileSystemFileHandle, a Response, a ReadableStream, an ArrayBuffer or a typed array';

/** The class that the browser gave it, also when it comes from another window. */
function kindOf(value: unknown): string {
    return Object.prototype.toString.call(value).slice(8, -1);
}

/** What to do instead, for what is given by mistake. */
const advice: Record<string, string> = {
    Undefined: 'no file was chosen?',
    Null: 'no file was chosen?',
    FileList: 'give one of its files, such as files[0]',
    Array: 'give one file at a time',
    DataTransfer: 'give one of its files, such as dataTransfer.files[0]',
    DataTransferItem: 'give what its getAsFile() gives',
    DataTransferItemList: 'give what getAsFile() of one of them gives',
    FileSystemDirectoryHandle: 'give the handles of the files in the folder, one at a time',
    FileSystemFileEntry: 'give the File that its file() gives',
    HTMLInputElement: 'give one of its files, such as input.files[0]',
    Promise: 'await it first',
    Request: 'give what fetch() answers: await fetch(request)',
    URL: 'give what fetch() answers: await fetch(url)',
    String: 'a page cannot open a path; fetch an address first, and give text as new Blob([text])',
};

function refuse(call: string, value: unknown): TarnError {
    const kind = kindOf(value);
    const hint = advice[kind] === undefined ? '' : ` (${advice[kind]})`;
    const name = value === undefined || value === null ? String(value) : kind;
    return new TarnError('TARN_E_INVALID', `${call} takes ${TAKES}, not ${name}${hint}`);
}

/** The last part of an address, as a file's name. */
function nameOf(address: string): string | null {
    try {
        const last = new URL(address).pathname.split('/').pop() ?? '';
        return last === '' ? null : decodeURIComponent(last);
    } catch {
        return null; // there is no address, or it is no text
    }
}

function unreadable(call: string, what: string, cause: unknown): TarnError {
    const why = cause instanceof Error || cause instanceof DOMException ? cause.message : String(cause);
    return new TarnError('TARN_E_IO', `${call}: ${what} cannot be read: ${why}`, { cause });
}

async function ofResponse(call: string, response: Response): Promise<SourceFile> {
    if (response.type === 'opaque' || response.type === 'error')
        throw new TarnError('TARN_E_INVALID', `${call}: the answer of the other site may not be read (${response.type}): that site must allow it, and mode 'no-cors' must not be asked for`);
    if (!response.ok)
        throw new TarnError('TARN_E_INVALID', `${call}: the server answered ${response.status}${response.statusText && ` ${response.statusText}`}, which is no file`);
    if (response.bodyUsed) throw new TarnError('TARN_E_INVALID', `${call}: the Response was read before: give its clone(), or what was read`);
    try {
        return { blob: await response.blob(), name: nameOf(response.url) };
    } catch (cause) {
        throw unreadable(call, 'the Response', cause);
    }
}

async function ofStream(call: string, stream: ReadableStream<Uint8Array>): Promise<SourceFile> {
    if (stream.locked) throw new TarnError('TARN_E_INVALID', `${call}: the ReadableStream is locked by another reader`);
    try {
        return { blob: await new Response(stream).blob(), name: null };
    } catch (cause) {
        throw unreadable(call, 'the ReadableStream', cause);
    }
}

async function ofHandle(call: string, handle: FileSystemFileHandle): Promise<SourceFile> {
    try {
        const file = await handle.getFile();
        return { blob: file, name: file.name };
    } catch (cause) {
        throw unreadable(call, `the file '${handle.name}'`, cause);
    }
}

/** The bytes that a buffer or a view has, not copied; null when it is neither. */
function bytesOf(call: string, value: unknown): Uint8Array | null {
    const buffer: ArrayBufferLike | undefined = ArrayBuffer.isView(value)
        ? value.buffer
        : ['ArrayBuffer', 'SharedArrayBuffer'].includes(kindOf(value))
          ? (value as ArrayBufferLike)
          : undefined;
    if (buffer === undefined) return null;
    if ((buffer as { detached?: boolean }).detached === true)
        throw new TarnError('TARN_E_INVALID', `${call}: the bytes were handed over to somebody else before (their buffer is detached): give a copy of them, as slice() makes it`);
    return ArrayBuffer.isView(value) ? new Uint8Array(buffer, value.byteOffset, value.byteLength) : new Uint8Array(buffer);
}

/** As a file that can be read in slices. What the browser only gives in one piece is taken in first, which takes a while. */
export function toFile(call: string, source: Source): SourceFile | Promise<SourceFile> {
    const bytes = bytesOf(call, source);
    if (bytes !== null) return { blob: new Blob([bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : bytes.slice()]), name: null };
    switch (kindOf(source)) {
        case 'File':
            return { blob: source as File, name: (source as File).name };
        case 'Blob':
            return { blob: source as Blob, name: null };
        case 'FileSystemFileHandle':
            return ofHandle(call, source as FileSystemFileHandle);
        case 'Response':
            return ofResponse(call, source as Response);
        case 'ReadableStream':
            return ofStream(call, source as ReadableStream<Uint8Array>);
        default:
            throw refuse(call, source);
    }
}

/** Bytes that can be transferred: those given stay the caller's unless they fill their buffer. */
export function toBytes(call: string, value: ArrayBufferLike | ArrayBufferView): Uint8Array {
    const bytes = bytesOf(call, value);
    if (bytes === null) {
        const hint = kindOf(value) === 'Promise' ? ' (await it first)' : '';
        throw new TarnError('TARN_E_INVALID', `${call} takes an Arrow IPC stream or file as an ArrayBuffer or a typed array, not ${kindOf(value)}${hint}`);
    }
    const whole = bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer;
    return whole ? bytes : bytes.slice();
}
