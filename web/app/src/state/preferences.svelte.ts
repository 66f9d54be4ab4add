/** What a person chose for this device: kept in the browser, and followed by other windows. */

export type Theme = 'system' | 'light' | 'dark';
export type Density = 'compact' | 'normal' | 'roomy';

export const ROW_HEIGHTS: Record<Density, number> = { compact: 24, normal: 28, roomy: 32 };
const KEY = 'tarn:preferences';

interface Kept {
    theme: Theme;
    density: Density;
    digits: 'text' | 'mono';
    /** Is the panel at the right open? */
    panel: boolean;
    /** Commands used last, the last first. */
    recent: string[];
}

const start: Kept = { theme: 'system', density: 'normal', digits: 'text', panel: true, recent: [] };

function read(key: string): string | null {
    try {
        return localStorage.getItem(key);
    } catch {
        return null; // site data are blocked: nothing is kept
    }
}

function write(key: string, value: string): void {
    try {
        localStorage.setItem(key, value);
    } catch {
        // as above
    }
}

function kept(): Kept {
    try {
        return { ...start, ...(JSON.parse(read(KEY) ?? '{}') as Partial<Kept>) };
    } catch {
        return start;
    }
}

const prefersDark = matchMedia('(prefers-color-scheme: dark)');

export class Preferences {
    theme = $state<Theme>('system');
    density = $state<Density>('normal');
    digits = $state<'text' | 'mono'>('text');
    panel = $state(true);
    recent = $state.raw<string[]>([]);
    private systemDark = $state(prefersDark.matches);
    readonly dark = $derived(this.theme === 'dark' || (this.theme === 'system' && this.systemDark));
    readonly rowHeight = $derived(ROW_HEIGHTS[this.density]);

    constructor() {
        Object.assign(this, kept());
        prefersDark.addEventListener('change', ({ matches }) => (this.systemDark = matches));
        window.addEventListener('storage', ({ key }) => {
            if (key === KEY) Object.assign(this, kept());
        });
    }

    set(changes: Partial<Kept>): void {
        Object.assign(this, changes);
        const { theme, density, digits, panel, recent } = this;
        write(KEY, JSON.stringify({ theme, density, digits, panel, recent }));
    }

    used(command: string): void {
        this.set({ recent: [command, ...this.recent.filter((name) => name !== command)].slice(0, 6) });
    }
}

// ---- of single tables: widths by column names ----

export function widthsOf(table: string): Record<string, number> {
    try {
        return JSON.parse(read(`tarn:widths:${table}`) ?? '{}') as Record<string, number>;
    } catch {
        return {};
    }
}

export function keepWidth(table: string, column: string, width: number): void {
    write(`tarn:widths:${table}`, JSON.stringify({ ...widthsOf(table), [column]: width }));
}

/** Drafts: what was typed and not yet used. */
export function draftOf(name: string): string {
    return read(`tarn:draft:${name}`) ?? '';
}

export function keepDraft(name: string, text: string): void {
    write(`tarn:draft:${name}`, text);
}
