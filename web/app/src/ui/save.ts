/** Give bytes to the person as a file. */
export function saveFile(name: string, bytes: Uint8Array<ArrayBuffer>): void {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([bytes]));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the browser reads it behind the click
}

/** Without what file systems refuse. */
export function fileName(table: string, extension: string): string {
    // eslint-disable-next-line no-control-regex
    return `${table.replaceAll(/[\u0000-\u001f/\\:*?"<>|]/g, '_')}.${extension}`;
}
