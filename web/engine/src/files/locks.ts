/**
 * The locks of fs.h as Web Locks, which hold against other tabs and end with the tab. Every holder asks for itself, so
 * two handles of one tab count as two.
 */
import { FileError, Status } from './mailbox.js';

/** The name of the Web Lock that stands for a lock on a file. */
export function lockName(path: string): string {
    return `tarn:${path}`;
}

export class HeldLock {
    private constructor(
        private readonly release: () => void,
        private readonly released: Promise<unknown>,
    ) {}

    static async take(path: string, mode: LockMode): Promise<HeldLock> {
        return new Promise((resolve, reject) => {
            const released = navigator.locks.request(lockName(path), { mode, ifAvailable: true }, (lock) => {
                if (lock === null) {
                    reject(new FileError(Status.Locked, 'somebody else holds a lock on it'));
                    return undefined;
                }
                return new Promise<void>((release) => resolve(new HeldLock(release, released)));
            });
            released.catch(reject);
        });
    }

    /** Resolves when others can have it. */
    async drop(): Promise<void> {
        this.release();
        await this.released;
    }
}

/** Run `work` while nobody else is in it for the same path, in any tab. */
export function exclusively<T>(path: string, work: () => Promise<T>): Promise<T> {
    return navigator.locks.request(`tarn-making:${path}`, work) as Promise<T>;
}
