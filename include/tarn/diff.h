/**
 * @file diff.h
 * What differs between two versions, or two tables. Part of tarn.h.
 *
 * Two versions of one table whose rows have the same numbers are compared row by row: batches that both share are never
 * read. Any others are compared by key. The result is bits, not copied rows; values are fetched for the page that is
 * looked at.
 */
#ifndef TARN_DIFF_H
#define TARN_DIFF_H

#include "tarn/arrow.h"
#include "tarn/error.h"
#include "tarn/task.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What became of a row. Values are bits, so that several can be asked for at once. */
typedef enum tarn_diff_kind {
    TARN_DIFF_ADDED = 1,
    TARN_DIFF_REMOVED = 2,
    TARN_DIFF_MODIFIED = 4,
    TARN_DIFF_UNMATCHED = 8, /**< by key only: its key has a null, or several rows of one side have it. Never joined */
    TARN_DIFF_MOVED = 16,    /**< complete comparisons by row number only: as it was, but elsewhere in the order */
    TARN_DIFF_FILLED = 32,   /**< complete comparisons only: as it was, but it has a value in a column that was added */
    TARN_DIFF_ALL = 63,
} tarn_diff_kind;

/** A column of `before` and the one of `after` that it is to be compared with. */
typedef struct tarn_diff_mapping {
    const char *before, *after;
} tarn_diff_mapping;

/** Zeroed: as exact as can be. */
typedef struct tarn_diff_options {
    const char *const *keys; /**< columns that tell rows apart; NULL: row numbers where they can, else a column that
                                  has a different value in every row is chosen */
    size_t key_count;
    bool ignore_case;             /**< in texts, keys included (Unicode case folding) */
    bool ignore_space;            /**< in texts, keys included: white space at both ends */
    double tolerance;             /**< numbers that are no further apart are the same; not for keys */
    const char *const *leave_out; /**< columns that are not compared */
    size_t leave_out_count;
    const tarn_diff_mapping *map; /**< columns that belong together although nothing else says so; as a key either
                                       name will do */
    size_t map_count;
    bool complete; /**< note all that it takes to make the one out of the other (the command `patch`): also the rows
                      that are otherwise unchanged but moved, or have values in added columns */
} tarn_diff_options;

/** A column of either side. By row number columns are paired by identity, so that a rename is seen; by key by name. */
typedef struct tarn_diff_column {
    char *before, *after;           /**< names; NULL: it was added, removed */
    char *type_before, *type_after; /**< as tarn_type_name writes them; NULL likewise */
    bool renamed, retyped;
    bool mapped;     /**< on request: then it is not called renamed */
    bool mismatched; /**< text here and a number there, or the like: compared as text */
    bool is_key;
    bool left_out;
    int64_t modified; /**< modified rows in which it differs */
} tarn_diff_column;

typedef struct tarn_diff_side {
    char *table;
    uint64_t version;
    int64_t rows;
    int64_t null_keys;      /**< rows whose key has a null */
    int64_t duplicate_keys; /**< rows whose key several rows of one side have */
} tarn_diff_side;

typedef struct tarn_diff_info {
    tarn_diff_side before, after;
    bool by_key;
    bool key_chosen; /**< by Tarn */
    int64_t added, removed, modified, unmatched;
    int64_t cells; /**< that differ in modified rows */
    int64_t moved; /**< rows that have to be taken out and put back to get from one order to the other; 0 by key */
    bool order_differs;
    uint64_t id;               /**< of the comparison: the same versions compared in the same way have the same */
    uint64_t bytes;            /**< of memory that the result takes */
    tarn_diff_column *columns; /**< those of `after` in their order, then those that were removed */
    size_t column_count;
} tarn_diff_info;

/** A comparison. Keeps both versions; may be read from several threads. To be closed before its workspace. Its memory
 *  goes with the last handle, once the workspace keeps it no longer. */
typedef struct tarn_diff tarn_diff;

TARN_API void tarn_diff_close(tarn_diff *diff); /**< NULL is allowed */

/** Comparisons that a workspace keeps, see tarn_diff_open. */
typedef struct tarn_diff_cache_info {
    uint64_t count, bytes, limit; /**< kept, their memory, and the most there may be of it */
    uint64_t hits, misses;        /**< comparisons that were there already, or were not */
} tarn_diff_cache_info;

/** True when anything differs: a row, a column, the order. */
TARN_API bool tarn_diff_differs(const tarn_diff *diff);

/** Owned by `diff`. */
TARN_API const tarn_diff_info *tarn_diff_info_of(const tarn_diff *diff);

/**
 * A page of changes. They come by rising row number, by key in the order of `after` with those that are only in
 * `before` behind. Zeroed `kinds` means all.
 */
typedef struct tarn_diff_page_options {
    int64_t offset, count;
    unsigned kinds;
    const char *column; /**< only modified rows in which this one differs; NULL: any */
    bool cells;         /**< streams only: a row for each cell, see tarn_diff_stream */
} tarn_diff_page_options;

/**
 * A struct array: `change` ("added", "removed", "modified", "unmatched"), `row_before` and `row_after` (int64 row
 * numbers, null where there is none), `columns` (list of names: those that differ in a modified row), then for each
 * column that is not left out `before.NAME` and `after.NAME`, as far as it is there on that side. Values of the side
 * where a row is not are null. Of a complete comparison last `place`: where among all rows of `after` a row is that was
 * added or moved (int64 from 0, null by key and for others). The schema's metadata tell what was compared, and how,
 * under "tarn.diff": docs/format.md has it.
 */
TARN_API tarn_status tarn_diff_page(const tarn_diff *diff, const tarn_diff_page_options *options,
                                    struct ArrowSchema *schema, struct ArrowArray *rows, tarn_error *error);

/**
 * The same as a stream, to be written with tarn_write_stream. `diff` must outlive it. With `cells` a row for each cell
 * that differs, or that is in a row of one side only: `change`, `row_before`, `row_after`, the key's columns, `column`
 * (a name), `before` and `after`; all but the row numbers are texts.
 */
TARN_API tarn_status tarn_diff_stream(const tarn_diff *diff, const tarn_diff_page_options *options, tarn_task *task,
                                      struct ArrowArrayStream *out, tarn_error *error);

/** One value that became another, and how often. */
typedef struct tarn_diff_value {
    char *before, *after; /**< as text; NULL for null */
    int64_t count;
} tarn_diff_value;

typedef struct tarn_diff_values {
    tarn_diff_value *list; /**< the most frequent first; equal ones as they come */
    size_t count;
    int64_t different; /**< different pairs of values */
    bool complete;     /**< false: there were too many different ones to count them all */
} tarn_diff_values;

/** The `most` most frequent changes of one column of the info. */
TARN_API tarn_status tarn_diff_values_get(const tarn_diff *diff, size_t column, size_t most, tarn_task *task,
                                          tarn_diff_values *out, tarn_error *error);
TARN_API void tarn_diff_values_clear(tarn_diff_values *values);

#ifdef __cplusplus
}
#endif
#endif
