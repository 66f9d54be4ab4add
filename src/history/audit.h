/**
 * @file audit.h
 * The audit log: reading events from the journal, and writing them for people and programs.
 */
#ifndef TARN_HISTORY_AUDIT_H
#define TARN_HISTORY_AUDIT_H

#include "base/buffer.h"
#include "store/store.h"
#include "tarn/audit.h"

/** Which events are wanted. */
typedef struct tarn_audit_wanted {
    uint64_t table;         /**< 0: any */
    const char *table_name; /**< with table 0: one that was called so at the time of the event; NULL: any */
    uint64_t before;        /**< lower numbers only; 0: any */
    size_t limit;           /**< the newest so many of them; 0: all */
} tarn_audit_wanted;

/** Events in rising order. Free with tarn_audit_events_free. */
tarn_status tarn_audit_read(tarn_store *store, const tarn_audit_wanted *wanted, tarn_audit_event **out, size_t *count,
                            tarn_error *error);
void tarn_audit_events_free(tarn_audit_event *events, size_t count);

/** What an export says about the log as a whole. */
typedef struct tarn_audit_about {
    const char *workspace, *table; /**< table may be NULL */
    uint64_t limit;                /**< on records; 0: none */
    int64_t now;
} tarn_audit_about;

/** Append the events as CSV (RFC 4180, with a header), as text of one line each, or as an HTML page for printing.
 *  TARN_E_INVALID for another format. */
tarn_status tarn_audit_write(const char *format, const tarn_audit_about *about, const tarn_audit_event *events,
                             size_t count, tarn_buffer *out, tarn_error *error);

#endif
