/** How much of what the site may store is used. */

export interface Quota {
    usage: number;
    quota: number;
    percentUsed: number;
    nearLimit: boolean;
}

const NEAR_LIMIT_PERCENT = 80;

export async function estimateQuota(): Promise<Quota> {
    const { usage = 0, quota = 0 } = (await navigator.storage?.estimate?.()) ?? {};
    const percentUsed = quota > 0 ? (100 * usage) / quota : 0;
    return { usage, quota, percentUsed, nearLimit: percentUsed >= NEAR_LIMIT_PERCENT };
}

/** Tells once when the limit comes near, and again only after it was further away. */
export class QuotaWatch {
    private told = false;

    constructor(private readonly onNear: (quota: Quota) => void) {}

    async look(): Promise<void> {
        const quota = await estimateQuota();
        if (quota.nearLimit && !this.told) this.onNear(quota);
        this.told = quota.nearLimit;
    }
}
