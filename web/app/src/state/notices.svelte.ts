/** What is told: results in passing, failures until they are put away. */
import { codeOf, isCancelled, reasonOf } from '../client/client';
import { sentence, words } from '../words';

const PASSING_MS = 6000;

export interface Notice {
    id: number;
    kind: 'done' | 'failed' | 'hint';
    text: string;
    /** More of it, below. */
    detail: string | null;
    code: string | null;
    action: { label: string; run: () => void } | null;
}

export class Notices {
    list = $state.raw<Notice[]>([]);
    /** For screen readers, which hear each result once. */
    spoken = $state('');
    private next = 1;

    private add(notice: Omit<Notice, 'id'>, passing: boolean): void {
        const id = this.next++;
        const others = this.list.filter((one) => one.kind === 'failed' || !passing);
        this.list = [...others.slice(-3), { id, ...notice }];
        if (passing) setTimeout(() => this.close(id), PASSING_MS);
    }

    done(text: string, action: Notice['action'] = null): void {
        this.spoken = text;
        this.add({ kind: 'done', text, detail: null, code: null, action }, true);
    }

    hint(text: string, detail: string | null = null, action: Notice['action'] = null): void {
        this.spoken = text;
        this.add({ kind: 'hint', text, detail, code: null, action }, false);
    }

    /** `what` did not work; what was cancelled by hand is only said in passing. */
    failed(what: string, error: unknown): void {
        if (isCancelled(error)) {
            this.done(words.errors.cancelled(what));
            return;
        }
        const code = codeOf(error);
        if (code === null) console.error(error);
        this.add({ kind: 'failed', text: what, detail: sentence(reasonOf(error)), code, action: null }, false);
    }

    close(id: number): void {
        this.list = this.list.filter((one) => one.id !== id);
    }
}
