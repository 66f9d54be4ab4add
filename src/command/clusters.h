/**
 * @file clusters.h
 * The clusters (see cluster/cluster.h) of a column's values.
 */
#ifndef TARN_COMMAND_CLUSTERS_H
#define TARN_COMMAND_CLUSTERS_H

#include "cluster/cluster.h"
#include "engine/engine.h"
#include "store/store.h"

typedef struct tarn_column_clusters {
    tarn_buffer text;           /**< what the values point into */
    tarn_cluster_value *values; /**< the different texts of the column */
    size_t value_count;
    tarn_cluster_set set;
} tarn_column_clusters;

/** TARN_E_INVALID for a column that is not text, an unknown method, or a threshold that it cannot have. `threshold` 0
 *  means the method's own. */
tarn_status tarn_column_clusters_find(tarn_engine *engine, tarn_version *version, size_t column, const char *method,
                                      double threshold, tarn_task *task, tarn_column_clusters *out, tarn_error *error);
void tarn_column_clusters_clear(tarn_column_clusters *clusters);

#endif
