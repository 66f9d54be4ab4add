/**
 * @file audit.h
 * The audit log: a view of the workspace's journal, one event per record. Part of tarn.h.
 *
 * Each event has the SHA-256 of the one before it. A changed event, and one that is missing or out of order between
 * others, is found by computing the hashes again (tarn_audit_verify). Events missing at the end, and a journal written
 * anew with hashes that fit, are found only by comparing with a tip that was kept where the writer of the journal
 * cannot reach it (tarn_audit_tip_get).
 */
#ifndef TARN_AUDIT_H
#define TARN_AUDIT_H

#include "tarn/bytes.h"
#include "tarn/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes of a SHA-256 as text, the NUL included. */
#define TARN_AUDIT_HASH_SIZE 65

/** What an event did to a table. */
typedef struct tarn_audit_table {
    char *name;             /**< at that time */
    uint64_t before, after; /**< head before and after; 0: there was none. Equal when the event was only about it */
} tarn_audit_table;

typedef struct tarn_audit_event {
    uint64_t number; /**< of the record, from 1 */
    int64_t time;    /**< microseconds since 1970, UTC */
    char *user;
    char *kind;          /**< "import", "command", "edit", "undo", "redo", "checkout", "export", "gc" … */
    char *command;       /**< NULL when there is none */
    char *parameters;    /**< a JSON object; secrets are replaced by "***" */
    int64_t rows, cells; /**< changed; -1 when unknown or not applicable */
    int64_t duration;    /**< microseconds; 0 when unknown */
    tarn_audit_table *tables;
    size_t table_count;
    bool is_edit;                /**< one cell was edited: its values follow, as text, NULL for null */
    char *old_value, *new_value; /**< NULL when it is not one */
    char hash[TARN_AUDIT_HASH_SIZE], previous[TARN_AUDIT_HASH_SIZE];
} tarn_audit_event;

/** Zeroed: all events. */
typedef struct tarn_audit_filter {
    const char *table; /**< only events about this table (also a dropped one); NULL: any */
    uint64_t before;   /**< only events with a lower number; 0: any */
    size_t limit;      /**< the newest so many of those; 0: all */
} tarn_audit_filter;

/** The last event's number and hash: 0 and zeros when there is none. As text "NUMBER:HASH". */
typedef struct tarn_audit_tip {
    uint64_t number;
    char hash[TARN_AUDIT_HASH_SIZE];
} tarn_audit_tip;

typedef struct tarn_audit_export_options {
    const char *path;           /**< a file, or "-" for standard output */
    const tarn_byte_sink *sink; /**< where the bytes go instead of to a path; NULL: to the path */
    const char *format;         /**< csv, text, or html (to be printed, or saved as PDF by a browser) */
    bool no_clobber;            /**< TARN_E_EXISTS when the file is there, instead of replacing it */
} tarn_audit_export_options;

/* ---- what a bulk command did row by row ---- */

typedef enum tarn_detail_kind {
    TARN_DETAIL_CHANGED,
    TARN_DETAIL_ADDED,
    TARN_DETAIL_REMOVED,
} tarn_detail_kind;

/** A cell as text; NULL for null, and where there was or is no such cell. */
typedef struct tarn_detail_cell {
    char *column;
    char *before, *after;
} tarn_detail_cell;

typedef struct tarn_detail_row {
    int64_t row; /**< its id */
    tarn_detail_kind kind;
    tarn_detail_cell *cells; /**< those that changed; all of them for a row that was added or removed */
    size_t cell_count;
} tarn_detail_row;

/** Computed from the two versions when asked for: nothing of it is stored. */
typedef struct tarn_audit_detail {
    uint64_t record;
    char *table;
    uint64_t before, after; /**< versions */
    char *gone;             /**< why there is no row detail (gc removed a version …); NULL when there is */
    char **notes;           /**< what happened to columns and to the order of rows, for people */
    size_t note_count;
    tarn_detail_row *rows; /**< by row id */
    size_t row_count;
    bool complete; /**< there are no more rows than these */
} tarn_audit_detail;

#ifdef __cplusplus
}
#endif
#endif
