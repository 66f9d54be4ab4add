/**
 * How much of what the site may store is used.
 *
 * Browsers tell a quota, but some (Chromium) tell every page the same large one and enforce a smaller. So the room that is
 * left is tried, too: a quarter of what is used must still fit, else 80 % of the true limit are reached.
 */

export interface Quota {
    usage: number;
    quota: number;
    percentUsed: number;
    nearLimit: boolean;
}

const NEAR_LIMIT_PERCENT = 80;
/** Looks follow each other no faster. */
const PAUSE_MS = 1000;

export class QuotaWatch {
    private told = false;
    private limit = Infinity; // as far as it was found out
    private looking = false;
    private again = false;

    /** `fits`: could so many bytes more be stored? */
    constructor(
        private readonly fits: (bytes: number) => Promise<boolean>,
        private readonly onNear: (quota: Quota) => void,
    ) {}

    async estimate(): Promise<Quota> {
        const { usage = 0, quota: promised = 0 } = (await navigator.storage?.estimate?.()) ?? {};
        const quota = Math.min(promised, Math.max(this.limit, usage));
        const percentUsed = quota > 0 ? (100 * usage) / quota : 0;
        return { usage, quota, percentUsed, nearLimit: percentUsed >= NEAR_LIMIT_PERCENT };
    }

    /** Storing failed, as there is no room left. */
    async full(): Promise<void> {
        this.limit = 0;
        this.tell(await this.estimate());
    }

    /** Find out whether the limit came near; calls that come meanwhile are one more look at its end. */
    async look(): Promise<void> {
        this.again = true;
        if (this.looking) return;
        this.looking = true;
        try {
            while (this.again) {
                this.again = false;
                await this.lookOnce();
                await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
            }
        } finally {
            this.looking = false;
        }
    }

    private async lookOnce(): Promise<void> {
        const { usage } = await this.estimate();
        const room = Math.floor((usage * (100 - NEAR_LIMIT_PERCENT)) / NEAR_LIMIT_PERCENT);
        this.limit = usage === 0 || (await this.fits(room)) ? Infinity : usage + room;
        this.tell(await this.estimate());
    }

    /** Once when the limit comes near, and again only after it was further away. */
    private tell(quota: Quota): void {
        if (quota.nearLimit && !this.told) this.onNear(quota);
        this.told = quota.nearLimit;
    }
}
