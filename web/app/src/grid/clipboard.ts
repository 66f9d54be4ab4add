/** Blocks of cells as spreadsheets exchange them: text with tabs, and a table in HTML. */

/** Quoted as spreadsheets do where a tab, a line end or a quote is in it. */
function tabbed(value: string | null): string {
    if (value === null) return '';
    return /[\t\n\r"]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

function escaped(value: string): string {
    return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export function toText(rows: (string | null)[][]): string {
    return rows.map((row) => row.map(tabbed).join('\t')).join('\r\n');
}

export function toHtml(rows: (string | null)[][]): string {
    const cell = (value: string | null): string => {
        const text = escaped(value ?? '');
        return `<td>${/^\s|\s$|\s\s/.test(text) ? `<pre>${text}</pre>` : text}</td>`; // else outer spaces would be lost
    };
    return `<table>${rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('')}</table>`;
}

/** Puts both on the clipboard; the rows may still be on their way, since browsers want the wish while the key is down. */
export async function copyRows(coming: Promise<(string | null)[][]>): Promise<void> {
    if (typeof ClipboardItem === 'undefined') {
        await navigator.clipboard.writeText(toText(await coming));
        return;
    }
    const blob = async (write: (rows: (string | null)[][]) => string, type: string): Promise<Blob> => new Blob([write(await coming)], { type });
    await navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob(toText, 'text/plain'), 'text/html': blob(toHtml, 'text/html') })]);
}
