/** Names that were meant, for those that were not found. */

/** As it would sound if case and the style of writing did not matter: headerRow, header_row, header-row. */
function plain(name: string): string {
    return name.toLowerCase().replaceAll(/[_-]/g, '');
}

/** How many letters are to be added, taken away, replaced or swapped with the next. */
function distance(a: string, b: string): number {
    let before: number[] = [];
    let last = Array.from({ length: b.length + 1 }, (_, j) => j);
    for (let i = 1; i <= a.length; i++) {
        const row = [i];
        for (let j = 1; j <= b.length; j++) {
            const same = a[i - 1] === b[j - 1];
            row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
            if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j]!, before[j - 2]! + 1);
        }
        before = last;
        last = row;
    }
    return last[b.length]!;
}

/** Of `known`, what is most like `name`; null when nothing is near. */
export function nearest(name: string, known: readonly string[]): string | null {
    const wanted = plain(name).slice(0, 100);
    const near = (candidate: string): number => {
        const other = plain(candidate);
        const begins = wanted.length > 2 && (other.startsWith(wanted) || wanted.startsWith(other));
        return Math.min(distance(wanted, other), begins ? 1 : Infinity);
    };
    const [best] = known.map((candidate) => ({ candidate, far: near(candidate) })).sort((a, b) => a.far - b.far);
    return best !== undefined && best.far <= Math.max(1, Math.floor(wanted.length / 3)) ? best.candidate : null;
}
