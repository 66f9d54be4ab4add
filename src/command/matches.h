/**
 * @file matches.h
 * Rows of a table that are probably the same (see cluster/match.h), in groups.
 */
#ifndef TARN_COMMAND_MATCHES_H
#define TARN_COMMAND_MATCHES_H

#include "cluster/match.h"
#include "command/match_rows.h"

#define TARN_MATCH_THRESHOLD 0.85 /**< when none was given */

typedef struct tarn_row_matches tarn_row_matches;

typedef struct tarn_row_match_options {
    const size_t *columns; /**< of the version; 1 … TARN_MATCH_MOST_FIELDS different ones */
    size_t column_count;
    const double *weights; /**< NULL: 1 each; else one per column, above 0 */
    /** By what the values are compared: names of tarn_similarity, or "auto", which is jaro-winkler for text, number for
     *  numbers, levenshtein for dates and times, exact for the rest. NULL: auto; else one per column. */
    const char *const *similarities;
    const char *block; /**< name of tarn_block; NULL: auto */
    size_t on;         /**< the column that is blocked by; SIZE_MAX: the first one */
    double threshold;  /**< 0: TARN_MATCH_THRESHOLD */
} tarn_row_match_options;

/** Two rows, as indexes into the list of rows. */
typedef struct tarn_row_match {
    size_t first, second; /**< first is shown before second */
    double similarity;
    size_t group;
    const double *similarities; /**< per column; NaN where one has no value. NULL: the rows are equal */
} tarn_row_match;

/** Rows that are linked by pairs: a chain of them is one group. */
typedef struct tarn_row_group {
    size_t first_row, row_count;   /**< in `grouped`, in the order in which people see them */
    size_t first_pair, pair_count; /**< in `pairs`, the most alike first */
} tarn_row_group;

struct tarn_row_matches {
    tarn_similarity *similarities; /**< per column: what "auto" became */
    size_t *columns;               /**< of the version */
    size_t column_count;
    size_t on; /**< the column that was blocked by */
    double threshold;
    tarn_text_rows rows;   /**< the columns' values, and behind them perhaps that which is blocked by */
    tarn_row_match *pairs; /**< group after group */
    size_t pair_count;
    size_t *grouped;        /**< indexes of rows, group after group */
    tarn_row_group *groups; /**< those with the most alike pair first, then as people see their first rows */
    size_t group_count;
    size_t unblocked;        /**< rows without a value to block by, which were compared with no other */
    tarn_match_result found; /**< block, unblocked, large_blocks …; of different rows only */
};

/**
 * Compare the rows of a version. Rows that are equal in all columns are taken for one, and each is a pair with the
 * first of them; what is found for that counts for all. TARN_E_INVALID for options that make no sense. Clear `out` also
 * when this failed.
 */
tarn_status tarn_row_matches_find(tarn_engine *engine, tarn_pool *pool, tarn_version *version,
                                  const tarn_row_match_options *options, tarn_task *task, tarn_row_matches *out,
                                  tarn_error *error);
void tarn_row_matches_clear(tarn_row_matches *matches);

/** What was not compared, and why: heap; NULL: nothing to say. */
tarn_status tarn_row_matches_note(const tarn_row_matches *matches, const tarn_version *version, char **out,
                                  tarn_error *error);

#endif
