/** The field over a cell while it is edited. A value that the column cannot hold stays in it, with the reason below. */

export interface EditorEvents {
    /** Keep the value; rejected with an Error whose message says why it cannot be. */
    commit(value: string): Promise<void>;
    closed(then: Then): void;
}

/** Where the selection goes when the field is closed; 'away': the focus is elsewhere already. */
export type Then = 'down' | 'up' | 'right' | 'left' | 'stay' | 'away';

export class Editor {
    readonly box = document.createElement('div');
    private readonly field = document.createElement('textarea');
    private readonly problem = document.createElement('div');
    private events: EditorEvents | null = null;
    private initial = '';
    private busy = false;

    constructor() {
        this.box.className = 'grid-editor';
        this.box.hidden = true;
        this.field.rows = 1;
        this.field.spellcheck = false;
        this.field.autocomplete = 'off';
        this.problem.className = 'grid-editor-problem';
        this.problem.setAttribute('role', 'alert');
        this.box.append(this.field, this.problem);
        this.field.addEventListener('keydown', (event) => this.key(event));
        this.field.addEventListener('input', () => this.grow());
        this.field.addEventListener('blur', () => void this.finish('away'));
        for (const type of ['copy', 'cut', 'paste', 'pointerdown', 'dblclick']) this.box.addEventListener(type, (event) => event.stopPropagation());
    }

    get isOpen(): boolean {
        return !this.box.hidden;
    }

    open(label: string, value: string, typed: string | null, events: EditorEvents): void {
        this.events = events;
        this.initial = value;
        this.field.setAttribute('aria-label', label);
        this.field.value = typed ?? value;
        this.problem.textContent = '';
        this.box.hidden = false;
        this.field.focus({ preventScroll: true });
        if (typed === null) this.field.select();
        this.grow();
    }

    place(x: number, y: number, width: number, height: number): void {
        this.box.style.transform = `translate(${x}px,${y}px)`;
        this.box.style.minWidth = `${width}px`;
        this.field.style.minHeight = `${height}px`;
    }

    private grow(): void {
        const lines = Math.min(8, this.field.value.split('\n').length);
        this.field.rows = lines;
        const longest = Math.max(...this.field.value.split('\n').map((line) => line.length), 4);
        this.field.cols = Math.min(60, longest + 2);
        this.problem.textContent = '';
    }

    private key(event: KeyboardEvent): void {
        event.stopPropagation();
        if (event.isComposing) return;
        if (event.key === 'Escape') {
            event.preventDefault();
            this.close('stay');
        } else if (event.key === 'Enter' && !event.altKey && !event.ctrlKey) {
            event.preventDefault();
            void this.finish(event.shiftKey ? 'up' : 'down');
        } else if (event.key === 'Enter' && event.altKey) {
            event.preventDefault();
            this.field.setRangeText('\n', this.field.selectionStart, this.field.selectionEnd, 'end');
            this.grow();
        } else if (event.key === 'Tab') {
            event.preventDefault();
            void this.finish(event.shiftKey ? 'left' : 'right');
        }
    }

    private async finish(then: Then): Promise<void> {
        if (!this.isOpen || this.busy) return;
        const { value } = this.field;
        if (value === this.initial) {
            this.close(then);
            return;
        }
        this.busy = true;
        try {
            await this.events!.commit(value);
            this.close(then);
        } catch (error) {
            this.problem.textContent = error instanceof Error ? error.message : String(error);
            if (then === 'away') this.field.focus({ preventScroll: true });
        } finally {
            this.busy = false;
        }
    }

    close(then: Then): void {
        if (!this.isOpen) return;
        this.box.hidden = true;
        this.events?.closed(then);
    }
}
