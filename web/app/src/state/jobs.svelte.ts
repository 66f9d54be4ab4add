/** What is running: each can be cancelled, and is shown when it takes longer than a moment. */
import type { Control, Progress } from '../client/client';

const SHOWN_AFTER_MS = 300;

export class Job {
    progress = $state.raw<Progress | null>(null);
    isShown = $state(false);
    readonly controller = new AbortController();

    constructor(
        readonly label: string,
        /** It changes tables: not overtaken by the next. */
        readonly changes: boolean,
    ) {}

    get control(): Control & { signal: AbortSignal } {
        return { signal: this.controller.signal, onProgress: (progress) => (this.progress = progress) };
    }

    /** 0 to 1; null when it is not known. */
    get share(): number | null {
        const { progress } = this;
        return progress === null || progress.total <= 0 ? null : Math.min(1, progress.done / progress.total);
    }

    cancel(): void {
        this.controller.abort();
    }
}

export class Jobs {
    list = $state.raw<Job[]>([]);
    readonly shown = $derived(this.list.filter((job) => job.isShown));
    readonly changing = $derived(this.list.some((job) => job.changes));

    async run<R>(label: string, work: (control: Control & { signal: AbortSignal }) => Promise<R>, changes = false): Promise<R> {
        const job = new Job(label, changes);
        this.list = [...this.list, job];
        const timer = setTimeout(() => (job.isShown = true), SHOWN_AFTER_MS);
        try {
            return await work(job.control);
        } finally {
            clearTimeout(timer);
            this.list = this.list.filter((one) => one !== job);
        }
    }

    /** The newest one; false when nothing runs. */
    cancelNewest(): boolean {
        const job = this.shown.at(-1);
        job?.cancel();
        return job !== undefined;
    }
}
