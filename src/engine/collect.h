/**
 * @file collect.h
 * From DuckDB's vectors to Arrow arrays: result chunks of 2,048 rows gathered into record batches. Internal to the
 * engine; docs/format.md has the table of types. Used by one thread at a time.
 */
#ifndef TARN_ENGINE_COLLECT_H
#define TARN_ENGINE_COLLECT_H

#include "arrow/array.h"
#include "engine/duckdb_api.h"

#include <stdbool.h>

typedef struct tarn_collector tarn_collector;

/** For the columns of a prepared statement. TARN_E_UNSUPPORTED names the column whose type cannot be kept. `names` (may
 * be NULL): instead of the statement's own. */
tarn_status tarn_collector_new(const tarn_duckdb *duckdb, duckdb_prepared_statement statement, const char *const *names,
                               tarn_collector **out, tarn_error *error);
void tarn_collector_free(tarn_collector *collector); /**< NULL is allowed */

/** A struct schema, one child per column; owned by the collector. */
const struct ArrowSchema *tarn_collector_schema(const tarn_collector *collector);

/** Append a (flat) chunk. TARN_E_UNSUPPORTED: a value that its Arrow type cannot hold; names the column. */
tarn_status tarn_collector_add(tarn_collector *collector, duckdb_data_chunk chunk, tarn_error *error);

/** Rows and bytes gathered so far. */
int64_t tarn_collector_rows(const tarn_collector *collector);
size_t tarn_collector_bytes(const tarn_collector *collector);

/** Give what was gathered as one struct array and start anew. */
tarn_status tarn_collector_take(tarn_collector *collector, struct ArrowArray *out, tarn_error *error);

#endif
