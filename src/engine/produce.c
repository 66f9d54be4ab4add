// Executing a prepared statement into record batches.
#include "engine/produce.h"

#include "engine/sql_error.h"
#include "engine/tsan.h"

#define FIRST_ROWS 2048
#define MOST_ROWS 122880
#define MOST_BYTES ((size_t)16 << 20)

/* Called with each chunk's rows added; may take them away. */
typedef tarn_status (*after_chunk)(void *context, tarn_collector *collector, tarn_error *error);

static tarn_status drain(const tarn_duckdb *duckdb, duckdb_result *result, tarn_collector *collector, after_chunk after,
                         void *context, tarn_error *error) {
    tarn_status status = TARN_OK;
    for (;;) {
        duckdb_data_chunk chunk = duckdb->fetch_chunk(*result);
        if (!chunk) {
            const char *message = duckdb->result_error(result);
            return message && *message ? tarn_fail_sql(error, message) : TARN_OK;
        }
        tarn_after_duckdb();
        status = tarn_collector_add(collector, chunk, error);
        tarn_after_duckdb();
        duckdb->destroy_data_chunk(&chunk);
        if (status == TARN_OK && after)
            status = after(context, collector, error);
        if (status != TARN_OK)
            return status;
    }
}

/* `run` may be NULL: then whoever calls it looks for cancelling. */
static tarn_status execute(tarn_run *run, const tarn_duckdb *duckdb, duckdb_prepared_statement statement,
                           tarn_collector *collector, after_chunk after, void *context, tarn_error *error) {
    duckdb_pending_result pending = NULL;
    duckdb_result result = {0};
    tarn_status status = TARN_OK;
    if (duckdb->pending_prepared_streaming(statement, &pending) == DuckDBError)
        status = tarn_fail_sql(error, duckdb->pending_error(pending));
    else if (run && tarn_run_is_stopped(run))
        status = tarn_fail(error, TARN_E_CANCELLED, "cancelled");
    else if (duckdb->execute_pending(pending, &result) == DuckDBError)
        status = tarn_fail_sql(error, duckdb->result_error(&result));
    else
        status = drain(duckdb, &result, collector, after, context, error);
    duckdb->destroy_result(&result);
    duckdb->destroy_pending(&pending);
    tarn_after_duckdb();
    return status;
}

typedef struct batching {
    tarn_run *run;
    int64_t rows; /* of a full batch */
} batching;

static tarn_status put(tarn_run *run, tarn_collector *collector, tarn_error *error) {
    struct ArrowArray batch;
    TARN_TRY(tarn_collector_take(collector, &batch, error));
    return tarn_run_put(run, 0, &batch, error);
}

static tarn_status put_when_full(void *context, tarn_collector *collector, tarn_error *error) {
    batching *batching = context;
    if (tarn_collector_rows(collector) < batching->rows && tarn_collector_bytes(collector) < MOST_BYTES)
        return TARN_OK;
    if (batching->rows < MOST_ROWS)
        batching->rows *= 2;
    return put(batching->run, collector, error);
}

tarn_status tarn_produce_batches(tarn_run *run, tarn_connection *connection, duckdb_prepared_statement statement,
                                 tarn_collector *collector, tarn_error *error) {
    batching batching = {run, FIRST_ROWS};
    TARN_TRY(execute(run, tarn_instance_duckdb(connection->instance), statement, collector, put_when_full, &batching,
                     error));
    return tarn_collector_rows(collector) ? put(run, collector, error) : TARN_OK;
}

tarn_status tarn_execute_into(tarn_connection *connection, duckdb_prepared_statement statement,
                              tarn_collector *collector, tarn_error *error) {
    return execute(NULL, tarn_instance_duckdb(connection->instance), statement, collector, NULL, NULL, error);
}
