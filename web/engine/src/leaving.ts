/** Asks before the page is left, but only while a commit is under way. */

function warn(event: BeforeUnloadEvent): void {
    event.preventDefault();
}

let underWay = 0;

export async function whileCommitting<T>(work: () => Promise<T>): Promise<T> {
    if (underWay++ === 0) addEventListener('beforeunload', warn);
    try {
        return await work();
    } finally {
        if (--underWay === 0) removeEventListener('beforeunload', warn);
    }
}
