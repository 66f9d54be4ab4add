/**
 * @file catalog.h
 * What the names in one query mean: the tables of a store as they were when the query began. Internal to the engine.
 *
 * All connections of a query share one catalog, so that every mention of a table, on whichever connection, is the same
 * version. Counted, because the plans inside DuckDB hold on to it as well. Thread-safe.
 */
#ifndef TARN_ENGINE_CATALOG_H
#define TARN_ENGINE_CATALOG_H

#include "engine/engine.h"

typedef struct tarn_catalog tarn_catalog;

/** `store` may be NULL. Takes in the names and heads of all tables that `filter` (may be NULL) permits at once. */
tarn_status tarn_catalog_new(tarn_store *store, const tarn_table_filter *filter, const tarn_query_table *tables,
                             size_t count, tarn_catalog **out, tarn_error *error);
/** Whether all it can give is committed, so that it stays readable as long as the catalog is retained. */
bool tarn_catalog_is_lasting(const tarn_catalog *catalog);
void tarn_catalog_retain(tarn_catalog *catalog);
void tarn_catalog_release(tarn_catalog *catalog); /**< NULL is allowed */

/** A stretch of rows that is read in one go: part of a chunk, or of a list of row numbers. */
typedef struct tarn_span {
    size_t chunk;
    int64_t from, to;           /**< rows inside the chunk, dead ones included */
    const int64_t *row_numbers; /**< a list of `to` live row numbers instead (`from` is 0); NULL for a stretch */
} tarn_span;

/** The work of one thread at a time: consecutive spans. */
typedef struct tarn_unit {
    size_t first_span, span_count;
    int64_t rows; /**< upper bound */
} tarn_unit;

/** A version as queries read it. Lives as long as the catalog that gave it. */
typedef struct tarn_bound {
    tarn_version *version;
    tarn_span *spans;
    tarn_unit *units;
    size_t span_count, unit_count;
} tarn_bound;

/** Find what `name` ("orders", "orders@3", "orders~1") stands for. TARN_E_NOT_FOUND suggests a similar name. */
tarn_status tarn_catalog_resolve(tarn_catalog *catalog, const char *name, const tarn_bound **out, tarn_error *error);

/** The tables of the store, in the order of tarn_store_tables, and behind them the query's own, whose head is 0. */
const tarn_table_state *tarn_catalog_tables(const tarn_catalog *catalog, size_t *count);

#endif
