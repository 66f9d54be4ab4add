/**
 * @file internal.h
 * What a comparison holds. Private to src/diff.
 */
#ifndef TARN_DIFF_INTERNAL_H
#define TARN_DIFF_INTERNAL_H

#include "diff/cells.h"
#include "diff/diff.h"

#include <stdatomic.h>

#define TARN_DIFF_NONE SIZE_MAX
#define TARN_DIFF_KINDS 6

/** A column as it was and as it is; TARN_DIFF_NONE where it is missing. */
typedef struct tarn_diff_pair {
    size_t before, after;
    bool compared; /**< it is on both sides, no key and not left out */
} tarn_diff_pair;

/**
 * A stretch of rows `first_row` … `first_row + rows - 1`: of both sides by row number; by key of `after`, or of
 * `before` for rows that are only there (`of_before`). Bitmaps have a bit per row, NULL: none.
 */
typedef struct tarn_diff_part {
    int64_t first_row, rows;
    bool of_before;
    uint32_t *offsets; /**< not NULL: the part is compact. Then `rows` are those with changes only, bits are theirs, and
                            row i of the part is row number first_row + offsets[i] */
    uint8_t *added, *removed, *modified, *unmatched;
    uint8_t *moved, *filled; /**< complete comparisons: rows that are none of these */
    uint8_t *placed;         /**< complete comparisons by row number: rows that were added or moved, modified or not */
    int64_t *places;         /**< of the placed rows, one after the other: their places in `after` */
    uint8_t **cells;         /**< per pair: modified rows in which it differs; the list is NULL when there are none */
    int64_t *partners; /**< by key: row numbers in `before` of the modified and the filled rows, one after the other */
    int64_t counts[TARN_DIFF_KINDS]; /**< in the order of tarn_diff_kind */
    int64_t *cell_counts;            /**< per pair; NULL with `cells` */
    size_t before, after;            /**< chunks by row number, TARN_DIFF_NONE where there is none */
} tarn_diff_part;

/** A value column of pages: of a pair, one side's. */
typedef struct tarn_diff_output {
    size_t pair, column;
    bool before;
} tarn_diff_output;

struct tarn_diff {
    atomic_size_t references; /**< handles, and the cache */
    tarn_version *before, *after;
    tarn_diff_rules rules;
    bool complete;
    bool all_columns; /**< by row number, set before it is run: rows with values in columns that were added or removed
                           count as filled */
    uint64_t memory;  /**< see tarn_diff_input */
    tarn_diff_info info; /**< columns run parallel to `pairs` */
    tarn_diff_pair *pairs;
    size_t pair_count;
    tarn_diff_part *parts;
    size_t part_count;
    tarn_diff_output *values;
    size_t value_count;
};

/** Room for bits of `rows` rows, zeroed; freed with free(). NULL when out of memory. */
uint8_t *tarn_diff_bits(int64_t rows);

/* ---- columns.c ---- */

/** Fill in pairs and the info's columns. By key, `keys` are marked. */
tarn_status tarn_diff_pair_columns(tarn_diff *diff, const tarn_diff_options *options, tarn_error *error);
/** The pair of a name, ignoring case, on either side; TARN_E_NOT_FOUND. */
tarn_status tarn_diff_find_pair(const tarn_diff *diff, const char *name, size_t *out, tarn_error *error);

/* ---- versions.c, moved.c ---- */

/** By row number: fill in the parts. */
tarn_status tarn_diff_versions(tarn_diff *diff, tarn_pool *pool, tarn_task *task, tarn_error *error);
/** True when two chunks have the same values of a pair, by ids: nothing is read. */
bool tarn_diff_same_values(const tarn_diff *diff, const tarn_diff_pair *pair, size_t before, size_t after);
/** Rows of both sides that are not where they were: as few as possible. `stays` NULL, or bits up to row number `end` of
 *  `before`, zeroed: the rows that are where they were are marked. */
tarn_status tarn_diff_count_moved(const tarn_version *before, const tarn_version *after, uint8_t *stays, int64_t *out,
                                  tarn_error *error);
/** The row number behind the last. */
int64_t tarn_diff_row_end(const tarn_version *version);
/** Complete comparisons by row number: note which rows were added or moved, and where to. */
tarn_status tarn_diff_place_rows(tarn_diff *diff, tarn_error *error);

/**
 * Compare one pair over rows of both sides that lie beside each other; keeps the bits in `part` when any differ.
 * Element i of both is row `offsets[i]` of the part, NULL: row i. `live` (of elements) may be NULL.
 */
tarn_status tarn_diff_compare_cells(const tarn_diff *diff, tarn_diff_part *part, size_t pair,
                                    const struct ArrowArray *before, const struct ArrowArray *after,
                                    const uint8_t *live, const int64_t *offsets, tarn_error *error);
/** Complete comparisons: mark those of the rows in which an added column has a value; like tarn_diff_compare_cells. */
tarn_status tarn_diff_mark_filled(tarn_diff_part *part, const struct ArrowSchema *type, const struct ArrowArray *after,
                                  const uint8_t *live, const int64_t *offsets, tarn_error *error);
/** This column was added, and has to be looked at. */
static inline bool tarn_diff_fills(const tarn_diff *diff, size_t pair) {
    return (diff->complete || diff->all_columns) && diff->pairs[pair].before == TARN_DIFF_NONE &&
           !diff->info.columns[pair].left_out;
}
/** This column was removed, and has to be looked at. */
static inline bool tarn_diff_empties(const tarn_diff *diff, size_t pair) {
    return diff->all_columns && diff->pairs[pair].after == TARN_DIFF_NONE;
}
/** Sum up the cells' bits. */
tarn_status tarn_diff_finish_part(const tarn_diff *diff, tarn_diff_part *part, tarn_error *error);

/* ---- keyed.c, choose.c ---- */

/** By key: fill in the parts. */
tarn_status tarn_diff_keyed(tarn_diff *diff, tarn_pool *pool, tarn_task *task, tarn_error *error);
/** Make the first column that has a different value in every row of both sides the key, if possible one whose values
 *  both sides share. TARN_E_INVALID: there is none. */
tarn_status tarn_diff_choose_key(tarn_diff *diff, tarn_pool *pool, tarn_task *task, tarn_error *error);

/* ---- diff.c ---- */

/** All that is known before anything is compared: the columns. `*out` is to be closed. */
tarn_status tarn_diff_prepare(const tarn_diff_input *input, tarn_diff **out, tarn_error *error);
/** Compare what was prepared from the same input. */
tarn_status tarn_diff_run(const tarn_diff_input *input, tarn_diff *diff, tarn_error *error);
/** Bytes of memory that it holds. */
uint64_t tarn_diff_bytes(const tarn_diff *diff);
void tarn_diff_retain(tarn_diff *diff);

/* ---- describe.c ---- */

/** What was compared, and how, as JSON; see docs/format.md. Appends, with a NUL behind. */
tarn_status tarn_diff_describe(const tarn_diff *diff, tarn_buffer *out, tarn_error *error);

/* ---- compact.c ---- */

/** Once everything is compared: of parts in which few rows changed keep only these. */
void tarn_diff_compact(tarn_diff *diff);

/* ---- rows.c ---- */

/** One change, found by its place in a page. */
typedef struct tarn_diff_row {
    tarn_diff_kind kind;
    int64_t before, after; /**< row numbers, -1: none */
    const tarn_diff_part *part;
    int64_t offset; /**< in the part: of the bits */
} tarn_diff_row;

/** Which changes are wanted; pair TARN_DIFF_NONE: any. */
typedef struct tarn_diff_filter {
    unsigned kinds;
    size_t pair;
} tarn_diff_filter;

/** At most `count` changes from `offset` on. */
tarn_status tarn_diff_locate(const tarn_diff *diff, const tarn_diff_filter *filter, int64_t offset, int64_t count,
                             tarn_diff_row **out, int64_t *found, tarn_error *error);

/* ---- output.c: columns of a page are change, row_before, row_after, columns, then the values ---- */

/** Fill in the list of value columns. */
tarn_status tarn_diff_list_values(tarn_diff *diff, tarn_error *error);
/** The struct schema of a page. */
tarn_status tarn_diff_schema(const tarn_diff *diff, struct ArrowSchema *out, tarn_error *error);
/** One column of a page; `type` is its child of the schema. */
tarn_status tarn_diff_fill(const tarn_diff *diff, const struct ArrowSchema *type, size_t column,
                           const tarn_diff_row *rows, int64_t count, struct ArrowArray *out, tarn_error *error);
const char *tarn_diff_kind_name(tarn_diff_kind kind);
/** Check what a page asks for. */
tarn_status tarn_diff_make_filter(const tarn_diff *diff, const tarn_diff_page_options *options, tarn_diff_filter *out,
                                  tarn_error *error);

/* ---- changes.c: the same cell by cell ---- */

tarn_status tarn_diff_changes_schema(const tarn_diff *diff, struct ArrowSchema *out, tarn_error *error);
tarn_status tarn_diff_changes_page(const tarn_diff *diff, const struct ArrowSchema *schema, const tarn_diff_row *rows,
                                   int64_t count, struct ArrowArray *out, tarn_error *error);

#endif
