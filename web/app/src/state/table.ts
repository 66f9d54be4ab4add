/** The table one looks at: at one of its versions, with its line of versions. */
import type { ColumnInfo, LogEntry, TableInfo, TarnClient, Timeline } from '../client/client';
import { VersionSource } from '../data/version';

export interface TableView {
    name: string;
    info: TableInfo;
    /** The one that is shown. */
    version: number;
    isHead: boolean;
    rows: number;
    columns: ColumnInfo[];
    timeline: Timeline;
    source: VersionSource;
}

function rowsOf(info: TableInfo, entry: LogEntry | undefined): number {
    return entry === undefined || entry.version === info.version ? info.rows : (entry.rows ?? info.rows);
}

/** `version` null: the newest. `before`: what was shown, whose rows are taken over when it is the same version. */
export async function viewTable(
    client: TarnClient,
    info: TableInfo,
    version: number | null,
    before: TableView | null,
    onError: (error: unknown) => void,
): Promise<TableView> {
    const shown = version ?? info.version;
    const full = `${info.name}@${shown}`;
    const isSame = before?.name === info.name && before.version === shown && before.info.created === info.created;
    const [timeline, columns] = await Promise.all([client.timeline(info.name), isSame ? before.columns : client.schema(full)]);
    const rows = rowsOf(info, timeline.versions.find((entry) => entry.version === shown));
    const source = isSame ? before.source : new VersionSource(client, full, rows, columns, onError);
    return { name: info.name, info, version: shown, isHead: shown === info.version, rows, columns, timeline, source };
}
