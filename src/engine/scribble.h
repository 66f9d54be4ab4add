/**
 * @file scribble.h
 * Finding out whether DuckDB looks at text longer than it may: texts are handed out as copies, which are overwritten
 * and freed at the next call of the same reader. For tests; see tarn_engine_options.scribble.
 */
#ifndef TARN_ENGINE_SCRIBBLE_H
#define TARN_ENGINE_SCRIBBLE_H

#include "engine/duckdb_api.h"

#include <stddef.h>

/** A zeroed one is empty. */
typedef struct tarn_scribble {
    char **texts; /**< heap copies that vectors point to */
    size_t count, capacity;
} tarn_scribble;

/** Let the long texts among the first `count` of a vector of VARCHAR or BLOB point to copies. */
tarn_status tarn_scribble_copy(tarn_scribble *scribble, const tarn_duckdb *duckdb, duckdb_vector vector, idx_t count,
                               tarn_error *error);

/** Overwrite and free all copies. */
void tarn_scribble_over(tarn_scribble *scribble);

void tarn_scribble_free(tarn_scribble *scribble);

#endif
