// Queries: from SQL text to a stream of record batches.
#include "engine/engine.h"

#include "base/text.h"
#include "engine/duckdb/shim.h"
#include "engine/produce.h"
#include "engine/sql_error.h"
#include "engine/statement.h"
#include "engine/tsan.h"

#include <stdlib.h>
#include <string.h>

typedef struct query {
    tarn_statement statement;
    bool describe_only, no_parallel;
    const tarn_bound *split; /* set by the first producer before the others start */
} query;

static void free_query(void *context) {
    query *query = context;
    tarn_statement_clear(&query->statement);
    free(query);
}

/* ---- is it row by row? ---------------------------------------------------------------------------------------------
 */

/*
 * A plan that is nothing but projections and filters over one scan is run unit by unit on several connections, and the
 * units' results are put in order here: DuckDB would give all rows to one thread, which then makes batches of them.
 */
static bool may_split(const query *query, const tarn_duckdb *duckdb, duckdb_prepared_statement prepared,
                      const tarn_session *session, unsigned threads) {
    const tarn_statement *statement = &query->statement;
    if (query->no_parallel || threads < 2 || statement->is_explain || statement->is_expanding ||
        session->bind_count != 1 || session->last_bound->unit_count < 2)
        return false;
    return duckdb->shim->scan->is_row_wise(prepared);
}

/* ---- producing -----------------------------------------------------------------------------------------------------
 */

static tarn_status produce_units(tarn_run *run, const query *query, tarn_connection *connection, tarn_session *session,
                                 duckdb_prepared_statement prepared, tarn_collector *collector, tarn_error *error) {
    size_t unit;
    session->bound = query->split;
    while (tarn_run_take_unit(run, &unit)) {
        struct ArrowArray batch;
        session->unit = &query->split->units[unit];
        TARN_TRY(tarn_execute_into(connection, prepared, collector, error));
        TARN_TRY(tarn_collector_take(collector, &batch, error));
        TARN_TRY(tarn_run_put(run, unit, &batch, error));
    }
    return TARN_OK;
}

/* From how many rows on it pays to open the instance that is made for this: that takes 20 ms, once. */
#define MANY_ROWS 1500000

static tarn_status split(tarn_run *run, query *query, const tarn_session *session, unsigned threads,
                         tarn_error *error) {
    const tarn_bound *bound = session->last_bound;
    int64_t rows = tarn_version_rows(bound->version);
    query->split = bound;
    tarn_task_begin(session->task, "querying", "rows", (uint64_t)rows);
    return tarn_run_split(run, rows < MANY_ROWS ? TARN_INSTANCE_USER : TARN_INSTANCE_ROWS, bound->unit_count,
                          threads < bound->unit_count ? threads : bound->unit_count, error);
}

/* The first producer finds out how the query is to be run. */
static tarn_status lead(tarn_run *run, query *query, const tarn_duckdb *duckdb, duckdb_prepared_statement prepared,
                        tarn_session *session, const tarn_collector *collector, tarn_error *error) {
    unsigned threads = tarn_run_threads(run);
    TARN_TRY(tarn_run_publish(run, tarn_collector_schema(collector), error));
    if (!query->describe_only && may_split(query, duckdb, prepared, session, threads))
        return split(run, query, session, threads, error);
    return TARN_OK;
}

static tarn_status judge(query *query, tarn_connection *connection, tarn_session *session, tarn_error *error) {
    TARN_TRY(tarn_statement_judge(&query->statement, connection, error));
    session->is_doubling = query->statement.shape.is_doubling;
    return tarn_statement_expand(&query->statement, connection, error);
}

static tarn_status produce(tarn_run *run, bool first, tarn_connection *connection, tarn_session *session,
                           tarn_error *error) {
    query *query = tarn_run_context(run);
    const tarn_duckdb *duckdb = tarn_instance_duckdb(connection->instance);
    duckdb_prepared_statement prepared = NULL;
    tarn_collector *collector = NULL;
    tarn_status status = TARN_OK;
    TARN_TRY(tarn_connection_run_usual(connection, TARN_USUAL_BEGIN, error));
    if (first)
        TARN_TRY(judge(query, connection, session, error));
    TARN_TRY(tarn_statement_prepare(&query->statement, connection, &prepared, error));
    TARN_CHECK(tarn_collector_new(duckdb, prepared, NULL, &collector, error));
    if (first)
        TARN_CHECK(lead(run, query, duckdb, prepared, session, collector, error));
    if (query->split && !first)
        TARN_CHECK(produce_units(run, query, connection, session, prepared, collector, error));
    else if (!query->split && !query->describe_only)
        TARN_CHECK(tarn_produce_batches(run, connection, prepared, collector, error));

cleanup:
    tarn_collector_free(collector);
    duckdb->destroy_prepare(&prepared);
    return status;
}

/* ---- the public functions ------------------------------------------------------------------------------------------
 */

static tarn_status start(tarn_engine *engine, tarn_store *store, const char *sql, size_t size,
                         const tarn_query_options *options, bool describe_only, tarn_run **out, tarn_error *error) {
    static const tarn_query_options defaults = {0};
    tarn_catalog *catalog = NULL;
    tarn_status status = TARN_OK;
    options = options ? options : &defaults;
    query *query = calloc(1, sizeof *query);
    if (!query)
        return tarn_fail_memory(error);
    query->describe_only = describe_only;
    query->no_parallel = options->no_parallel;
    TARN_CHECK(tarn_statement_read(sql, size, &query->statement, error));
    query->statement.values = options->values;
    query->statement.value_count = options->value_count;
    TARN_CHECK(tarn_catalog_new(store, options->filter, options->tables, options->table_count, &catalog, error));
    tarn_run_options run = {.kind = TARN_INSTANCE_USER,
                            .catalog = catalog,
                            .task = options->task,
                            .may_linger = tarn_catalog_is_lasting(catalog),
                            .produce = produce,
                            .context = query,
                            .release_context = free_query};
    query = NULL;
    TARN_CHECK(tarn_run_start(engine, &run, out, error));
    status = tarn_run_wait(*out, error);
    if (status != TARN_OK)
        tarn_run_close(*out);

cleanup:
    tarn_catalog_release(catalog);
    if (query)
        free_query(query);
    return status;
}

tarn_status tarn_engine_query(tarn_engine *engine, tarn_store *store, const char *sql, size_t size,
                              const tarn_query_options *options, struct ArrowArrayStream *out, tarn_error *error) {
    tarn_run *run;
    TARN_TRY(start(engine, store, sql, size, options, false, &run, error));
    return tarn_run_to_stream(run, out, error);
}

tarn_status tarn_engine_describe(tarn_engine *engine, tarn_store *store, const char *sql, size_t size,
                                 const tarn_query_options *options, struct ArrowSchema *out, tarn_error *error) {
    tarn_run *run;
    TARN_TRY(start(engine, store, sql, size, options, true, &run, error));
    tarn_status status = tarn_run_schema(run, out, error);
    tarn_run_close(run);
    return status;
}
