/* Reading and writing files on the instance that may: statements that Tarn itself wrote. */
#include "engine/engine.h"

#include "base/text.h"
#include "engine/produce.h"
#include "engine/sql_error.h"

#include <stdlib.h>
#include <string.h>

/* ---- queries -------------------------------------------------------------------------------------------------------
 */

typedef struct work_query {
    char *sql;
    tarn_sql_value *parameters; /* texts are copies */
    size_t parameter_count;
} work_query;

static void free_work_query(void *context) {
    work_query *query = context;
    for (size_t i = 0; i < query->parameter_count; i++)
        if (query->parameters[i].kind == TARN_SQL_TEXT)
            free((char *)query->parameters[i].as.text);
    free(query->parameters);
    free(query->sql);
    free(query);
}

static duckdb_state bind(const tarn_duckdb *duckdb, duckdb_prepared_statement prepared, idx_t index,
                         const tarn_sql_value *value) {
    switch (value->kind) {
    case TARN_SQL_BOOL:
        return duckdb->bind_boolean(prepared, index, value->as.boolean);
    case TARN_SQL_INT:
        return duckdb->bind_int64(prepared, index, value->as.integer);
    case TARN_SQL_DOUBLE:
        return duckdb->bind_double(prepared, index, value->as.number);
    case TARN_SQL_TEXT:
        return duckdb->bind_varchar_length(prepared, index, value->as.text, strlen(value->as.text));
    default:
        return duckdb->bind_null(prepared, index);
    }
}

static tarn_status produce_work(tarn_run *run, bool first, tarn_connection *connection, tarn_session *session,
                                tarn_error *error) {
    const work_query *query = tarn_run_context(run);
    const tarn_duckdb *duckdb = tarn_instance_duckdb(connection->instance);
    duckdb_prepared_statement prepared = NULL;
    tarn_collector *collector = NULL;
    tarn_status status = TARN_OK;
    (void)first;
    (void)session;
    if (duckdb->prepare(connection->handle, query->sql, &prepared) == DuckDBError) {
        status = tarn_fail_sql(error, duckdb->prepare_error(prepared));
        goto cleanup;
    }
    for (size_t i = 0; i < query->parameter_count; i++)
        if (bind(duckdb, prepared, i + 1, &query->parameters[i]) == DuckDBError) {
            status = tarn_fail(error, TARN_E_INTERNAL, "parameter %zu cannot be bound", i + 1);
            goto cleanup;
        }
    TARN_CHECK(tarn_collector_new(duckdb, prepared, NULL, &collector, error));
    TARN_CHECK(tarn_run_publish(run, tarn_collector_schema(collector), error));
    TARN_CHECK(tarn_produce_batches(run, connection, prepared, collector, error));

cleanup:
    tarn_collector_free(collector);
    duckdb->destroy_prepare(&prepared);
    return status;
}

static tarn_status copy_parameters(work_query *query, const tarn_sql_value *parameters, size_t count,
                                   tarn_error *error) {
    query->parameters = calloc(count ? count : 1, sizeof *parameters);
    if (!query->parameters)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < count; i++) {
        query->parameters[i] = parameters[i];
        if (parameters[i].kind == TARN_SQL_TEXT) {
            query->parameters[i].as.text = tarn_strdup(parameters[i].as.text);
            if (!query->parameters[i].as.text)
                return tarn_fail_memory(error);
        }
        query->parameter_count++;
    }
    return TARN_OK;
}

tarn_status tarn_engine_work_query(tarn_engine *engine, const char *sql, const tarn_sql_value *parameters,
                                   size_t parameter_count, tarn_task *task, struct ArrowArrayStream *out,
                                   tarn_error *error) {
    tarn_run *run;
    work_query *query = calloc(1, sizeof *query);
    if (!query)
        return tarn_fail_memory(error);
    query->sql = tarn_strdup(sql);
    tarn_status status =
        query->sql ? copy_parameters(query, parameters, parameter_count, error) : tarn_fail_memory(error);
    if (status != TARN_OK) {
        free_work_query(query);
        return status;
    }
    tarn_run_options options = {.kind = TARN_INSTANCE_WORK,
                                .task = task,
                                .produce = produce_work,
                                .context = query,
                                .release_context = free_work_query};
    TARN_TRY(tarn_run_start(engine, &options, &run, error));
    status = tarn_run_wait(run, error);
    if (status == TARN_OK)
        return tarn_run_to_stream(run, out, error);
    tarn_run_close(run);
    return status;
}
