/**
 * @file scan.h
 * The table functions through which DuckDB reads versions: tarn_scan (behind every table name), tarn_rows (the same
 * with
 * `_tarn_id`) and tarn_tables. Internal to the engine.
 *
 * Names, never pointers, are their arguments. What a name means is looked up in the session of the connection that
 * binds the statement, so that a query can reach nothing but what its own catalog gives.
 */
#ifndef TARN_ENGINE_SCAN_H
#define TARN_ENGINE_SCAN_H

#include "engine/catalog.h"
#include "engine/instance.h"

#include <pthread.h>
#include <stdatomic.h>

#define TARN_SCAN_FUNCTION "tarn_scan"
#define TARN_ROWS_FUNCTION "tarn_rows"
#define TARN_TABLES_FUNCTION "tarn_tables"
#define TARN_ID_COLUMN "_tarn_id"

/** What the query that runs on a connection lends to the scans in it. One thread runs the query; scans are on many. */
struct tarn_session {
    tarn_catalog *catalog; /**< borrowed from the query */
    tarn_task *task;       /**< may be NULL */
    bool is_silent;        /**< scans tell the task nothing, they only look whether it was cancelled */

    atomic_bool is_doubling; /**< computes what doubles its room when it is full: see sql_functions.h */

    /** When not NULL: the only rows that a scan gives, in order, on one thread. Changed between executions. */
    const tarn_bound *bound;
    const tarn_unit *unit;

    pthread_mutex_t mutex;
    tarn_error failure;    /**< the first failure in a callback; code TARN_OK when there was none */
    int64_t rows_to_scan;  /**< of the scans begun so far */
    uint64_t read_columns; /**< bit i: the last scan read column i (the first 64) */
    size_t bind_count;     /**< tables bound so far, and the last of them */
    const tarn_bound *last_bound;
};

void tarn_session_init(tarn_session *session, tarn_catalog *catalog, tarn_task *task);
void tarn_session_clear(tarn_session *session);

/** The failure that a callback noted, or else `status` with what `error` has. Forgets it. */
tarn_status tarn_session_outcome(tarn_session *session, tarn_status status, tarn_error *error);

/** Make the functions known to an instance, whose pointer they keep. */
tarn_status tarn_scan_register(tarn_instance *instance, duckdb_database database, duckdb_connection connection,
                               tarn_error *error);

/** The function tarn_tables alone (scan_tables.c). */
tarn_status tarn_scan_register_tables(tarn_instance *instance, duckdb_connection connection, tarn_error *error);

/** The function of a relation that a room above computes (scan_relation.c); `relation` outlives the instance. */
tarn_status tarn_scan_register_relation(tarn_instance *instance, duckdb_connection connection,
                                        const struct tarn_relation *relation, tarn_error *error);

/** One table function of the C API. */
typedef struct tarn_table_function {
    const char *name;
    size_t parameter_count;   /**< VARCHARs that it takes */
    const char *const *named; /**< parameters of any type, ended by NULL; NULL: none */
    void *extra;              /**< what bind_get_extra_info gives; NULL: the instance */
    void (*free_extra)(void *extra);
    duckdb_table_function_bind_t bind;
    duckdb_table_function_init_t init, local_init;
    duckdb_table_function_t run;
} tarn_table_function;
tarn_status tarn_scan_register_function(tarn_instance *instance, duckdb_connection connection,
                                        const tarn_table_function *function, tarn_error *error);

/** The session that binds; NULL (and DuckDB is told) when there is none. */
tarn_session *tarn_scan_session(const tarn_duckdb *duckdb, duckdb_bind_info info);
/** The same for a function that keeps something else than its instance; `*id` is the connection's number. */
tarn_session *tarn_scan_session_on(const tarn_duckdb *duckdb, tarn_instance *instance, duckdb_bind_info info,
                                   idx_t *id);

/** Note a failure in the session. */
void tarn_session_fail(tarn_session *session, const tarn_error *error);

#endif
