/**
 * @file cluster_internal.h
 * What the files of this room share.
 */
#ifndef TARN_CLUSTER_INTERNAL_H
#define TARN_CLUSTER_INTERNAL_H

#include "cluster/cluster.h"

/* Disjoint sets with path halving. */
static inline size_t tarn_cluster_root(size_t *parents, size_t i) {
    while (parents[i] != i)
        i = parents[i] = parents[parents[i]];
    return i;
}
static inline void tarn_cluster_join(size_t *parents, size_t a, size_t b) {
    parents[tarn_cluster_root(parents, a)] = tarn_cluster_root(parents, b);
}

/* Join the values whose keys are equal. */
tarn_status tarn_cluster_join_keys(const tarn_cluster_value *values, size_t count, tarn_cluster_method method,
                                   tarn_task *task, size_t *parents, tarn_error *error);
/* Join the values that are near each other. */
tarn_status tarn_cluster_join_near(const tarn_cluster_value *values, size_t count, tarn_cluster_method method,
                                   double threshold, tarn_task *task, size_t *parents, tarn_error *error);

/* Append how the ASCII letters of a word sound. */
tarn_status tarn_metaphone(const char *word, size_t size, tarn_buffer *out, tarn_error *error);

#endif
