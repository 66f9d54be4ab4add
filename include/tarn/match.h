/**
 * @file match.h
 * Rows that are probably the same, as tarn_find_matches lists them. Part of tarn.h.
 */
#ifndef TARN_MATCH_H
#define TARN_MATCH_H

#include "tarn/error.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tarn_matched_row {
    int64_t row;   /**< its id */
    char **values; /**< as text, per column compared; NULL for null */
} tarn_matched_row;

/** Two rows that are at least as alike as asked for. */
typedef struct tarn_matched_pair {
    int64_t first, second; /**< row ids; the first is shown before the second */
    double similarity;     /**< the mean of the columns', by their weights: 0 (nothing in common) to 1 (the same) */
    double *similarities; /**< per column compared; NaN where one of the rows has no value, which then does not count */
} tarn_matched_pair;

/** Rows that hang together by pairs, be it over others. Of rows that are equal in all columns compared each makes a
 * pair with the first of them only, and the first stands for all in pairs with others. */
typedef struct tarn_match_group {
    tarn_matched_row *rows; /**< in the order in which the table shows them */
    size_t row_count;
    tarn_matched_pair *pairs; /**< the most alike first */
    size_t pair_count;
} tarn_match_group;

typedef struct tarn_matches {
    char **columns;           /**< the columns compared */
    const char **comparisons; /**< how each was compared: "jaro-winkler", "number" … */
    size_t column_count;
    tarn_match_group *groups; /**< the one with the most alike pair first; at most as many as asked for */
    size_t group_count;
    size_t all_groups, all_pairs, all_rows; /**< found, in groups that were not asked for too */
    int64_t table_rows;
    uint64_t compared; /**< pairs of rows that were looked at */
    double threshold;
    const char *block; /**< which blocks were used: "none", "ngram" … */
    char *on;          /**< the column that was blocked by */
    char *note;        /**< what was not compared, and why; NULL: nothing to say */
} tarn_matches;

#ifdef __cplusplus
}
#endif
#endif
