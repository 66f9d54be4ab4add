/**
 * @file fill.h
 * From Arrow arrays to DuckDB's vectors. Internal to the engine; docs/format.md has the table of types.
 *
 * A filler is the recipe for one type, made once per column and query, immutable and used by many threads. Text and
 * blobs are not copied: the vector points into the array, which must stay until DuckDB asks for the next vector.
 */
#ifndef TARN_ENGINE_FILL_H
#define TARN_ENGINE_FILL_H

#include "arrow/array.h"
#include "engine/duckdb_api.h"

#include <stdbool.h>

typedef struct tarn_filler tarn_filler;

/**
 * The recipe for a column. `batches` (may be NULL, for nested ones) gives all arrays of the column, from which the
 * values of an ENUM are gathered. A type that DuckDB has no counterpart for is shown as text.
 */
typedef struct tarn_fill_source {
    void *context;
    size_t count;
    /** Calls `visit` with array number `index`. */
    tarn_status (*visit)(void *context, size_t index,
                         tarn_status (*visit)(void *argument, const struct ArrowArray *array, tarn_error *error),
                         void *argument, tarn_error *error);
} tarn_fill_source;

tarn_status tarn_filler_new(const tarn_duckdb *duckdb, const struct ArrowSchema *schema, const tarn_fill_source *source,
                            tarn_filler **out, tarn_error *error);
void tarn_filler_free(tarn_filler *filler); /**< NULL is allowed */

/** The type of the vectors that the filler fills. The caller destroys it. */
tarn_status tarn_filler_type(const tarn_filler *filler, duckdb_logical_type *out, tarn_error *error);

/** How values lie in the arrays, for those who read them there. */
typedef struct tarn_plain {
    size_t width;    /**< bytes of a value, the lowest first; 0: not so simple */
    bool is_same;    /**< a vector has the very same bytes; else it has fewer or more of the same signed integer */
    bool is_ordered; /**< the order of DuckDB's values is that of the array's (also where width is 0) */
} tarn_plain;
tarn_plain tarn_filler_plain(const tarn_filler *filler);

/** Which rows of an array go where in a vector. */
typedef struct tarn_rows {
    const uint32_t *source; /**< indexes into the array (its offset not added); NULL: start, start + 1 … */
    const uint32_t *target; /**< indexes into the vector; NULL: at, at + 1 … */
    int64_t start;
    idx_t at;
    idx_t count;
} tarn_rows;

/** Fill part of a vector. Entries that are filled must have been valid before, as in a fresh vector. */
tarn_status tarn_fill(const tarn_filler *filler, const struct ArrowArray *array, const tarn_rows *rows,
                      duckdb_vector vector, tarn_error *error);

/** Only the nulls, of a filler whose vectors have the same bytes as the arrays. */
void tarn_fill_nulls(const tarn_filler *filler, const struct ArrowArray *array, const tarn_rows *rows,
                     duckdb_vector vector);

#endif
