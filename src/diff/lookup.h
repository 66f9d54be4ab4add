/**
 * @file lookup.h
 * Rows of a version by key: keys are the same exactly when a comparison by key would say so.
 */
#ifndef TARN_DIFF_LOOKUP_H
#define TARN_DIFF_LOOKUP_H

#include "diff/cells.h"
#include "jobs/jobs.h"
#include "store/store.h"

/** What is looked for, and in what. Nothing is owned. */
typedef struct tarn_diff_lookup {
    const tarn_version *version;
    const size_t *columns;                  /**< of the version: its key */
    const struct ArrowSchema *const *types; /**< of the wanted keys, one per key column */
    const struct ArrowArray *const *values; /**< likewise; `count` elements each */
    const tarn_diff_form *forms;            /**< likewise: as what they are compared with the version's */
    size_t column_count;
    int64_t count;
    const tarn_diff_rules *rules;
    tarn_pool *pool; /**< may be NULL */
    tarn_task *task; /**< may be NULL */
} tarn_diff_lookup;

/** Instead of a row number. */
enum {
    TARN_LOOKUP_NONE = -1,     /**< no row has the key */
    TARN_LOOKUP_SEVERAL = -2,  /**< more than one has it */
    TARN_LOOKUP_NULL = -3,     /**< something in the wanted key is null: it is equal to nothing */
    TARN_LOOKUP_REPEATED = -4, /**< the key is wanted more than once: all but the first have this */
};

/** The row number of each wanted key among the live rows, or one of the above. One pass over the keys of the version;
 *  memory for the wanted keys only. */
tarn_status tarn_diff_look_up(const tarn_diff_lookup *lookup, int64_t *out, tarn_error *error);

#endif
