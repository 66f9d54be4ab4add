/**
 * @file history.h
 * What a table's history is made of, and how much of it is kept. Part of tarn.h.
 */
#ifndef TARN_HISTORY_H
#define TARN_HISTORY_H

#include "tarn/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One version of a table, and what made it. */
typedef struct tarn_log_entry {
    uint64_t version, parent;                 /**< parent 0: none */
    int64_t time;                             /**< microseconds since 1970, UTC; 0 when the record of it is gone */
    char *user, *kind, *command, *parameters; /**< parameters: a JSON object; all NULL when the record is gone */
    int64_t rows, cells;                      /**< changed; -1 unknown */
    int64_t table_rows, table_columns;        /**< of the version */
    int64_t duration;
    bool is_head, is_tip;
    bool on_line;   /**< reachable by undo and redo from the head */
    bool reachable; /**< gc has not removed it: it can be shown and checked out */
} tarn_log_entry;

/** Everything that a scrubber shows: the tree of a table's versions, and where the table stands in it. */
typedef struct tarn_timeline {
    char *table;
    uint64_t head;   /**< the version that people see */
    uint64_t tip;    /**< the end of the line that redo moves along */
    uint64_t newest; /**< the highest version number */
    bool can_undo, can_redo;
    tarn_log_entry *entries; /**< by rising version, those that gc removed included as far as they are known */
    size_t entry_count;
} tarn_timeline;

/** What gc leaves of each table's line. Zeroed: all of it. A version stays when any rule says so. */
typedef struct tarn_gc_options {
    bool dry_run;           /**< only say what would be removed */
    uint64_t keep_versions; /**< the newest N of the line up to the head (at least the head); 0: no such rule */
    int64_t keep_since;     /**< those made at this time (microseconds since 1970, UTC) or later; 0: no such rule */
} tarn_gc_options;

typedef struct tarn_gc_result {
    uint64_t versions, tables, batches; /**< removed, or with dry_run: would be */
    uint64_t bytes, bytes_waiting;      /**< given back; kept for readers that may still need them */
} tarn_gc_result;

#ifdef __cplusplus
}
#endif
#endif
