/**
 * @file change.h
 * What a change did to a table, and what to do about one that is there already. Part of tarn.h.
 */
#ifndef TARN_CHANGE_H
#define TARN_CHANGE_H

#include "tarn/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum tarn_if_exists {
    TARN_IF_EXISTS_FAIL,    /**< TARN_E_EXISTS */
    TARN_IF_EXISTS_REPLACE, /**< a new version with new rows; can be undone */
    TARN_IF_EXISTS_APPEND,  /**< a new version with these rows behind the present ones; columns become wider where
                                 values do not fit (BIGINT to DOUBLE, say), which is told */
} tarn_if_exists;

/** What one step of a recipe's run did. */
typedef struct tarn_step_change {
    char *command;
    bool changed;        /**< false: nothing differed */
    int64_t rows, cells; /**< changed by this step; those that several steps changed count for each */
    char *message;       /**< what the command says when it is applied by itself; NULL when nothing changed */
} tarn_step_change;

/** What a change did to a table. */
typedef struct tarn_change {
    char *table;
    uint64_t before, after;  /**< head before (0: none) and after */
    bool changed;            /**< false: nothing differed, and no version was made */
    int64_t rows;            /**< rows changed (added, removed, modified) */
    int64_t cells;           /**< cells changed */
    int64_t table_rows;      /**< rows of the table now */
    int64_t duration;        /**< microseconds */
    char *message;           /**< for people: "removed 1,204 rows"; NULL when there is nothing to say */
    tarn_step_change *steps; /**< of a recipe's run, in their order; else NULL */
    size_t step_count;
} tarn_change;
TARN_API void tarn_change_clear(tarn_change *change);

#ifdef __cplusplus
}
#endif
#endif
