/**
 * The worker's side of src/fs/mailbox.h: requests are read from, and answered in, the engine's shared memory.
 *
 * The layout below is that of `struct tarn_mail` and `struct tarn_mailbox`; offsets in bytes.
 */

export const enum Operation {
    Open = 1,
    Close,
    Read,
    Write,
    Sync,
    Size,
    Truncate,
    Lock,
    Unlock,
    Stat,
    List,
    Make,
    Remove,
    Rename,
    SyncNames,
    FreeSpace,
}

/** Numbers of `tarn_status`. */
export const enum Status {
    Ok = 0,
    Invalid = 1,
    NotFound = 2,
    Exists = 3,
    Unsupported = 5,
    Io = 6,
    Full = 7,
    Memory = 8,
    Locked = 10,
    ReadOnly = 11,
    Internal = 18,
}

/** A failure that is to be told to the thread that asked. */
export class FileError extends Error {
    constructor(
        readonly status: Status,
        reason: string,
    ) {
        super(reason);
    }
}

const NEXT = 4;
const OPERATION = 8;
const FILE = 12;
const MODE = 16;
const PATH = 20;
const PATH_SIZE = 24;
const DATA = 28;
const SIZE = 32;
const STATUS = 36;
const GOT = 40;
const OFFSET = 48;
const VALUE = 56;
const REASON = 64;
const REASON_SIZE = 200;

const CONNECTED = 4;

/** What bytes may be needed for after the memory grew: views are made anew for each use, which is cheap. */
export class Mail {
    constructor(
        private readonly memory: WebAssembly.Memory,
        readonly address: number,
    ) {}

    private get view(): DataView {
        return new DataView(this.memory.buffer, this.address, REASON + REASON_SIZE);
    }

    get operation(): Operation {
        return this.view.getUint32(OPERATION, true);
    }
    get file(): number {
        return this.view.getUint32(FILE, true);
    }
    get mode(): number {
        return this.view.getUint32(MODE, true);
    }
    get offset(): number {
        return Number(this.view.getBigUint64(OFFSET, true));
    }
    get size(): number {
        return this.view.getUint32(SIZE, true);
    }
    get path(): string {
        return this.text(PATH, PATH_SIZE);
    }
    /** For Rename: where to. */
    get target(): string {
        return this.text(DATA, SIZE);
    }
    /** The bytes to read into or write from. */
    get data(): Uint8Array {
        return new Uint8Array(this.memory.buffer, this.view.getUint32(DATA, true), this.size);
    }
    /** The request that was put in before this one. */
    get next(): number {
        return this.view.getUint32(NEXT, true);
    }

    set file(number: number) {
        this.view.setUint32(FILE, number, true);
    }
    set mode(number: number) {
        this.view.setUint32(MODE, number, true);
    }
    set got(bytes: number) {
        this.view.setUint32(GOT, bytes, true);
    }
    set value(number: number) {
        this.view.setBigUint64(VALUE, BigInt(number), true);
    }

    private text(addressAt: number, sizeAt: number): string {
        const start = this.view.getUint32(addressAt, true);
        const bytes = new Uint8Array(this.memory.buffer, start, this.view.getUint32(sizeAt, true));
        return new TextDecoder().decode(bytes.slice()); // decoders refuse shared memory
    }

    /** Hand the request back; from here on its memory is the asking thread's. */
    answer(status: Status, reason = ''): void {
        const { view } = this;
        view.setUint32(STATUS, status, true);
        const bytes = new Uint8Array(this.memory.buffer, this.address + REASON, REASON_SIZE);
        const { written } = new TextEncoder().encodeInto(reason, scratch);
        bytes.set(scratch.subarray(0, written));
        bytes[written] = 0;
        const state = new Int32Array(this.memory.buffer, this.address, 1);
        Atomics.store(state, 0, 1);
        Atomics.notify(state, 0);
    }
}
const scratch = new Uint8Array(REASON_SIZE - 1);

/** How long to block for the next request before messages to this worker are looked at. Threads ask in bursts. */
const BURST_MS = 4;
const LONGEST_TURN_MS = 8;

interface WaitAsync {
    waitAsync?(
        array: Int32Array,
        index: number,
        value: number,
        timeout?: number,
    ): { async: boolean; value: 'not-equal' | 'timed-out' | Promise<'ok' | 'timed-out'> };
}

export class Mailbox {
    private lastTurn = 0;

    constructor(
        private readonly memory: WebAssembly.Memory,
        private readonly address: number,
    ) {
        Atomics.store(new Int32Array(memory.buffer, address + CONNECTED, 1), 0, 1);
    }

    /** Anew each time: a view of the buffer as it was before it grew would be counted as memory of its own. */
    private get newest(): Int32Array {
        return new Int32Array(this.memory.buffer, this.address, 1);
    }

    /** All requests that came since, oldest first. */
    take(): Mail[] {
        const taken: Mail[] = [];
        let address = Atomics.exchange(this.newest, 0, 0) >>> 0;
        while (address !== 0) {
            const mail = new Mail(this.memory, address);
            taken.push(mail);
            address = mail.next;
        }
        return taken.reverse();
    }

    /** Until there are requests. `busy`: something is under way here that must not be blocked. */
    async wait(busy: () => boolean): Promise<void> {
        const now = performance.now();
        if (now - this.lastTurn > LONGEST_TURN_MS) {
            await turn(); // else messages, and promises of the browser, would wait for threads to pause
            this.lastTurn = performance.now();
        }
        if (!busy() && Atomics.wait(this.newest, 0, 0, BURST_MS) !== 'timed-out') return;
        const { waitAsync } = Atomics as WaitAsync;
        if (waitAsync !== undefined) {
            const waiting = waitAsync.call(Atomics, this.newest, 0, 0);
            if (waiting.async) await waiting.value;
        } else {
            await turn();
            Atomics.wait(this.newest, 0, 0, busy() ? 1 : 20);
        }
        this.lastTurn = performance.now();
    }
}

const turns = new MessageChannel();

/** Let the event loop go round once. */
function turn(): Promise<void> {
    return new Promise((resolve) => {
        turns.port1.onmessage = () => resolve();
        turns.port2.postMessage(null);
    });
}
