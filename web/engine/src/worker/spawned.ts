/**
 * The coordinator's further workers (the engine's threads, and the files worker) are made by the page, which hands each a
 * port to the coordinator; all that they say to each other goes through it and past the page.
 *
 * A worker that makes a worker waits until the browser has made it. In Firefox that wait has no end at times, when somebody
 * looks on who wants to hear of new workers, as a WebDriver does; and while the coordinator waits, all of the engine does.
 */
import type { FromCoordinator } from '../protocol.js';

let made = 0;

/** What the coordinator, and Emscripten's glue in it, has in place of `Worker`. */
export class SpawnedWorker {
    private readonly port: MessagePort;
    private readonly number = made++;

    /** All are of this script, so there is nothing to be told of which. */
    constructor(_url: string | URL, options: WorkerOptions = {}) {
        const { port1, port2 } = new MessageChannel();
        this.port = port1;
        const message: FromCoordinator = { type: 'spawn', number: this.number, name: options.name ?? '', port: port2 };
        self.postMessage(message, { transfer: [port2] });
    }

    set onmessage(listener: (event: MessageEvent) => void) {
        this.port.onmessage = listener;
    }

    postMessage(message: unknown, transfer: Transferable[] = []): void {
        this.port.postMessage(message, transfer);
    }

    terminate(): void {
        const message: FromCoordinator = { type: 'terminate', number: this.number };
        self.postMessage(message);
    }
}

/**
 * In a worker that was made so: what `start` sets as `self.onmessage` hears the coordinator, and `self.postMessage` speaks
 * to it. Call before any message can arrive.
 */
export function hearCoordinator(start: () => void): void {
    start();
    const listener = self.onmessage as (event: MessageEvent) => void;
    self.onmessage = ({ ports: [port] }: MessageEvent) => {
        self.postMessage = ((message: unknown, transfer: Transferable[] = []) =>
            port!.postMessage(message, transfer)) as typeof self.postMessage;
        port!.onmessage = listener;
    };
    // Nobody but this worker hears of a promise that failed here, of an error the page does.
    self.addEventListener('unhandledrejection', ({ reason }) => {
        setTimeout(() => {
            throw reason;
        });
    });
}
