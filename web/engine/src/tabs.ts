/** Which tab writes: the first to come; the others follow it and are told when it has gone, or take over when it is frozen. */

/** What tabs say to each other: that there is something new, and whether the one that writes is there. */
type Said = 'committed' | { ask: string } | { here: string };

export interface TabEvents {
    /** Another tab committed something. */
    onCommit(): void;
    /** Another tab took this one's place, which did not answer. */
    onRelieved(): void;
}

export class Tabs {
    private readonly channel: BroadcastChannel;
    private readonly name: string;
    private release: (() => void) | null = null;
    private waiting = new AbortController();
    private readonly asked = new Map<string, () => void>();

    constructor(
        workspace: string,
        private readonly events: TabEvents,
    ) {
        this.name = `tarn-writer:${workspace}`;
        this.channel = new BroadcastChannel(`tarn:${workspace}`);
        this.channel.onmessage = ({ data }: MessageEvent<Said>) => this.hear(data);
    }

    private hear(said: Said): void {
        if (said === 'committed') this.events.onCommit();
        else if ('here' in said) this.asked.get(said.here)?.();
        else if (this.release !== null) this.say({ here: said.ask });
    }

    private say(what: Said): void {
        this.channel.postMessage(what);
    }

    /** True when no other tab writes; then this one is the writer until `leave`. */
    tryToWrite(): Promise<boolean> {
        return new Promise((resolve, reject) => {
            navigator.locks
                .request(this.name, { ifAvailable: true }, (lock) => {
                    resolve(lock !== null);
                    return lock === null ? undefined : this.hold();
                })
                .catch((error: unknown) => {
                    reject(error as Error);
                    this.lost();
                });
        });
    }

    /** Call back once the writer has gone and this tab has taken its place. */
    waitToWrite(onTurn: () => void): void {
        navigator.locks
            .request(this.name, { signal: this.waiting.signal }, () => {
                onTurn();
                return this.hold();
            })
            .catch(() => this.lost()); // or left before it was its turn
    }

    /** Whether the tab that writes answers, within a time in milliseconds. */
    writerAnswers(patience: number): Promise<boolean> {
        const id = crypto.randomUUID();
        return new Promise((resolve) => {
            const end = (answered: boolean): void => {
                clearTimeout(timer);
                this.asked.delete(id);
                resolve(answered);
            };
            const timer = setTimeout(() => end(false), patience);
            this.asked.set(id, () => end(true));
            this.say({ ask: id });
        });
    }

    /** Take the place of the tab that writes. Resolves when this one has it. */
    steal(): Promise<void> {
        this.waiting.abort();
        this.waiting = new AbortController();
        return new Promise((resolve, reject) => {
            navigator.locks
                .request(this.name, { steal: true }, () => {
                    resolve();
                    return this.hold();
                })
                .catch((error: unknown) => {
                    reject(error as Error);
                    this.lost();
                });
        });
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

    /** The lock broke while it was held. */
    private lost(): void {
        if (this.release === null) return;
        this.release = null;
        this.events.onRelieved();
    }

    /** Tell the other tabs that there is something new. */
    committed(): void {
        this.say('committed');
    }

    leave(): void {
        this.waiting.abort();
        this.release?.();
        this.release = null;
        this.channel.close();
    }
}
