/**
 * @file scan.h
 * Versions as tables of DuckDB's: a table function of its C++ interface, with statistics, filters, an order of batches
 * and late materialisation. Internal to the engine.
 *
 * The shim knows DuckDB, the engine knows versions. What the function needs to know of them it asks through the
 * functions of tarn_scan_host, since the library of the shim is not linked with the rest.
 */
#ifndef TARN_ENGINE_DUCKDB_SCAN_H
#define TARN_ENGINE_DUCKDB_SCAN_H

#include "engine/duckdb_api.h"

#ifdef __cplusplus
extern "C" {
#endif

#include "engine/catalog.h"
#include "engine/fill.h"
#include "store/zones.h"

typedef struct tarn_session tarn_session;
typedef struct tarn_instance tarn_instance;

/** A column of a version as DuckDB sees it. */
typedef struct tarn_scan_column {
    const char *name;
    duckdb_logical_type type;
    const tarn_filler *filler;
} tarn_scan_column;

/** What a name in a statement stands for. Immutable; its plans share it. */
typedef struct tarn_scan_table {
    const tarn_bound *bound;
    tarn_scan_column *columns; /**< one per column of the version */
    size_t column_count;
    bool has_id; /**< DuckDB's first column is the row number; the version's follow */
} tarn_scan_table;

/** What one execution of a plan reads of it. */
typedef struct tarn_scan_work {
    tarn_session *session;
    const tarn_bound *bound;
    const tarn_unit *units;
    size_t unit_count;
    bool scribble; /**< see tarn_engine_options */
} tarn_scan_work;

typedef struct tarn_scan_host {
    /** What `name` stands for in the query that runs on connection `id`. Noted in its session when it fails. */
    tarn_status (*bind)(tarn_instance *instance, idx_t id, const char *name, bool with_id, tarn_scan_table **out,
                        tarn_error *error);
    void (*free_table)(tarn_scan_table *table);

    /** An execution begins, which reads `columns` of the version (bit i: column i, of the first 64). */
    tarn_status (*begin)(const tarn_scan_table *table, uint64_t columns, tarn_scan_work *out, tarn_error *error);
    tarn_status (*check)(tarn_session *session, tarn_error *error); /**< whether it was cancelled */
    void (*advance)(tarn_session *session, int64_t rows);           /**< so many more were looked at */
    void (*fail)(tarn_session *session, const tarn_error *error);   /**< keep what went wrong */
    void (*handover)(void);                                         /**< see tsan.h */

    /* Of the store and of fill.h, as they are there. */
    size_t (*chunk_count)(const tarn_version *version);
    tarn_chunk (*chunk)(const tarn_version *version, size_t chunk);
    tarn_status (*read)(const tarn_scan_work *work, size_t column, size_t chunk, tarn_batch **out, tarn_error *error);
    const struct ArrowArray *(*array)(const tarn_batch *batch);
    void (*release)(tarn_batch *batch);
    tarn_status (*live)(const tarn_version *version, size_t chunk, const uint8_t **bits, tarn_error *error);
    tarn_status (*find_row)(const tarn_version *version, int64_t row_number, size_t *chunk, int64_t *offset, bool *live,
                            tarn_error *error);
    int64_t (*rows)(const tarn_version *version);
    tarn_status (*zones)(const tarn_version *version, size_t column, size_t chunk, tarn_zone_effort effort,
                         const tarn_zone_map **out, tarn_error *error);
    void (*release_zones)(const tarn_zone_map *map);
    tarn_status (*summary)(const tarn_version *version, size_t column, tarn_zone_effort effort, tarn_zone_summary *out,
                           tarn_error *error);
    void (*clear_summary)(tarn_zone_summary *summary);
    tarn_plain (*plain)(const tarn_filler *filler);
    tarn_status (*fill)(const tarn_filler *filler, const struct ArrowArray *array, const tarn_rows *rows,
                        duckdb_vector vector, tarn_error *error);
    void (*fill_nulls)(const tarn_filler *filler, const struct ArrowArray *array, const tarn_rows *rows,
                       duckdb_vector vector);
} tarn_scan_host;

typedef struct tarn_shim_scan {
    /** Make the function `scan`(VARCHAR) known to the database of `connection`, and `rows`(VARCHAR), which has the row
     *  number as its first column; counts and bounds of whole columns are answered without running them. `host` and
     *  `instance` outlive the database. DuckDBError: see `thrown`. */
    duckdb_state (*add)(duckdb_connection connection, const char *scan, const char *rows, const tarn_scan_host *host,
                        tarn_instance *instance);

    /** Whether a prepared statement is nothing but projections and filters over one of those functions. */
    bool (*is_row_wise)(duckdb_prepared_statement prepared);
} tarn_shim_scan;

#ifdef __cplusplus
}
#endif

#endif
