/**
 * @file diff.h
 * What differs between two versions: by row number where both number their rows alike, else by key.
 *
 * The result of a comparison is bitmaps over the rows of parts, one bitmap per column that differs; see tarn/diff.h for
 * what can be read from it.
 */
#ifndef TARN_DIFF_DIFF_H
#define TARN_DIFF_DIFF_H

#include "jobs/jobs.h"
#include "store/store.h"
#include "tarn/diff.h"

/** What is compared, and with what. Names are the tables'; nothing is owned. */
typedef struct tarn_diff_input {
    tarn_version *before, *after;
    const char *before_name, *after_name;
    const tarn_diff_options *options; /**< NULL: defaults */
    tarn_pool *pool;                  /**< may be NULL; must outlive the diff */
    tarn_task *task;                  /**< may be NULL. Progress: "comparing" in rows */
    uint64_t memory;                  /**< bytes for rows that are matched by key, beyond which they go to a scratch
                                           file; 0: 24 MiB. The result takes about 8 bytes per modified row, and a bit
                                           per row of a chunk and column in which something differs */
} tarn_diff_input;

/**
 * Compare. Retains both versions. TARN_E_NOT_FOUND: a key or a column to leave out is on neither side, or a key only on
 * one. TARN_E_INVALID: no key was given, none can be chosen, and the rows have no numbers in common.
 */
tarn_status tarn_diff_compare(const tarn_diff_input *input, tarn_diff **out, tarn_error *error);

#endif
