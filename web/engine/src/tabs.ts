/** Which tab writes: the first to come; the others follow it and are told when it has gone. */

export class Tabs {
    private readonly channel: BroadcastChannel;
    private readonly name: string;
    private release: (() => void) | null = null;
    private readonly waiting = new AbortController();

    /** `onCommit`: another tab committed something. */
    constructor(workspace: string, onCommit: () => void) {
        this.name = `tarn-writer:${workspace}`;
        this.channel = new BroadcastChannel(`tarn:${workspace}`);
        this.channel.onmessage = onCommit;
    }

    /** True when no other tab writes; then this one is the writer until `leave`. */
    tryToWrite(): Promise<boolean> {
        return new Promise((resolve, reject) => {
            navigator.locks
                .request(this.name, { ifAvailable: true }, (lock) => {
                    resolve(lock !== null);
                    return lock === null ? undefined : this.hold();
                })
                .catch(reject);
        });
    }

    /** Call back once the writer has gone and this tab has taken its place. */
    waitToWrite(onTurn: () => void): void {
        navigator.locks
            .request(this.name, { signal: this.waiting.signal }, () => {
                onTurn();
                return this.hold();
            })
            .catch(() => undefined); // left before it was its turn
    }

    /** Resolves when it is known who has the place that was just left: asked for after `waitToWrite`, it is answered after. */
    async settle(): Promise<void> {
        await navigator.locks.request(this.name, { ifAvailable: true }, () => undefined);
    }

    private hold(): Promise<void> {
        return new Promise((release) => {
            this.release = release;
        });
    }

    /** Tell the other tabs that there is something new. */
    committed(): void {
        this.channel.postMessage('committed');
    }

    leave(): void {
        this.waiting.abort();
        this.release?.();
        this.release = null;
        this.channel.close();
    }
}
