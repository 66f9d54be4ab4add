/**
 * The locks of fs.h as Web Locks, which hold against other tabs and end with the tab. Every holder asks for itself, so
 * two handles of one tab count as two.
 */
import { FileError, Status } from './mailbox.js';

/** So long this worker writes without asking whether it still has the lock that it writes under; see `HeldLock.confirm`. */
export const LEASE_MS = 1000;

/** The name of the Web Lock that stands for a lock on a file. */
export function lockName(path: string): string {
    return `tarn:${path}`;
}

async function holderOf(name: string): Promise<string | undefined> {
    return (await navigator.locks.query()).held?.find((lock) => lock.name === name && lock.mode === 'exclusive')?.clientId;
}

export class HeldLock {
    /** Another tab took it, since this one did not answer: nothing may be written any more. */
    private broken = false;
    private confirmedAt = performance.now();

    private constructor(
        private readonly name: string,
        /** How the browser calls this worker; null for shared locks. */
        private readonly holder: string | null,
        private readonly release: () => void,
        private readonly released: Promise<unknown>,
    ) {
        released.catch(() => (this.broken = true));
    }

    /** Whether it is held for certain, as it was a moment ago. */
    get isFresh(): boolean {
        return this.holder === null || (!this.broken && performance.now() - this.confirmedAt < LEASE_MS);
    }

    /**
     * Make sure that the lock is still held. A tab that was frozen wakes in the middle of what it did, and hears only later
     * that its lock was taken: so nothing is written long after the last time this was known.
     */
    async confirm(): Promise<void> {
        if (this.isFresh) return;
        const now = performance.now();
        if (this.broken || (await holderOf(this.name)) !== this.holder) throw new FileError(Status.ReadOnly, 'another tab writes now');
        this.confirmedAt = now;
    }

    static async take(path: string, mode: LockMode): Promise<HeldLock> {
        return new Promise((resolve, reject) => {
            const name = lockName(path);
            const released = navigator.locks.request(name, { mode, ifAvailable: true }, (lock) => {
                if (lock === null) {
                    reject(new FileError(Status.Locked, 'somebody else holds a lock on it'));
                    return undefined;
                }
                return new Promise<void>((release) => {
                    const held = (holder: string | null): void => resolve(new HeldLock(name, holder, release, released));
                    if (mode === 'shared') held(null);
                    else holderOf(name).then((holder) => held(holder ?? null), reject);
                });
            });
            released.catch(reject);
        });
    }

    /** Resolves when others can have it. */
    async drop(): Promise<void> {
        this.release();
        await this.released.catch(() => undefined);
    }
}

/** Run `work` while nobody else is in it for the same path, in any tab. */
export function exclusively<T>(path: string, work: () => Promise<T>): Promise<T> {
    return navigator.locks.request(`tarn-making:${path}`, work) as Promise<T>;
}
