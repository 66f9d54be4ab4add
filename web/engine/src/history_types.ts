/** What is told of versions, events and differences. */
import type { CallControl } from './types.js';

/** As the library declares them. */
export type { AuditDetail, AuditEvent, AuditTip, DiffColumn, DiffInfo, LogEntry, Timeline } from './requests.js';

export interface DiffOptions extends CallControl {
    keys?: string[];
    ignoreCase?: boolean;
    ignoreSpace?: boolean;
    /** Numbers that are no further apart are the same. */
    tolerance?: number;
    leaveOut?: string[];
    /** Columns that belong together although their names differ: { before: 'after' }. */
    map?: Record<string, string>;
    /** Note also rows that only moved, or that only have values in added columns. */
    complete?: boolean;
}
