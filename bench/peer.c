#include "peer.h"

#include "harness.h"
#include "system.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void bench_peer_open(bench_peer *peer, const char *path, int threads, const char *memory_limit) {
    duckdb_config config;
    char *count = bench_format("%d", threads);
    char *message = NULL;
    if (duckdb_create_config(&config) != DuckDBSuccess || duckdb_set_config(config, "threads", count) != DuckDBSuccess)
        bench_die("DuckDB does not take the number of threads");
    if (memory_limit != NULL && duckdb_set_config(config, "memory_limit", memory_limit) != DuckDBSuccess)
        bench_die("DuckDB does not take the memory limit %s", memory_limit);
    if (duckdb_open_ext(path, &peer->database, config, &message) != DuckDBSuccess)
        bench_die("DuckDB cannot open %s: %s", path, message);
    if (duckdb_connect(peer->database, &peer->connection) != DuckDBSuccess)
        bench_die("DuckDB cannot connect to %s", path);
    bench_peer_run(peer, "SET enable_progress_bar = false");
    duckdb_destroy_config(&config);
    free(count);
}

void bench_peer_close(bench_peer *peer) {
    duckdb_disconnect(&peer->connection);
    duckdb_close(&peer->database);
}

void bench_peer_run(bench_peer *peer, const char *format, ...) {
    va_list list;
    va_start(list, format);
    va_list again;
    va_copy(again, list);
    int size = vsnprintf(NULL, 0, format, list);
    va_end(list);
    char *sql = bench_alloc((size_t)size + 1);
    vsnprintf(sql, (size_t)size + 1, format, again);
    va_end(again);
    duckdb_result result;
    if (duckdb_query(peer->connection, sql, &result) != DuckDBSuccess)
        bench_die("DuckDB: %s in: %s", duckdb_result_error(&result), sql);
    duckdb_destroy_result(&result);
    free(sql);
}

/* ---- results as streams ------------------------------------------------------------------------------------------ */

typedef struct result_stream {
    duckdb_result result;
    duckdb_arrow_options options;
} result_stream;

/* Answers 0 or an error number, as streams do; the error data is destroyed. */
static int settle(duckdb_error_data failure) {
    bool failed = duckdb_error_data_has_error(failure);
    if (failed)
        bench_say("tarn-bench: DuckDB: %s", duckdb_error_data_message(failure));
    duckdb_destroy_error_data(&failure);
    return failed ? EINVAL : 0;
}

static int result_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    result_stream *from = stream->private_data;
    idx_t count = duckdb_column_count(&from->result);
    duckdb_logical_type *types = bench_alloc(count * sizeof *types);
    const char **names = bench_alloc(count * sizeof *names);
    for (idx_t i = 0; i < count; i++) {
        types[i] = duckdb_column_logical_type(&from->result, i);
        names[i] = duckdb_column_name(&from->result, i);
    }
    int status = settle(duckdb_to_arrow_schema(from->options, types, names, count, out));
    for (idx_t i = 0; i < count; i++)
        duckdb_destroy_logical_type(&types[i]);
    free(types);
    free(names);
    return status;
}

static int result_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    result_stream *from = stream->private_data;
    *out = (struct ArrowArray){0};
    duckdb_data_chunk chunk = duckdb_fetch_chunk(from->result);
    if (chunk == NULL)
        return 0;
    int status = settle(duckdb_data_chunk_to_arrow(from->options, chunk, out));
    duckdb_destroy_data_chunk(&chunk);
    return status;
}

static const char *result_error(struct ArrowArrayStream *stream) {
    result_stream *from = stream->private_data;
    return duckdb_result_error(&from->result);
}

static void result_release(struct ArrowArrayStream *stream) {
    result_stream *from = stream->private_data;
    duckdb_destroy_arrow_options(&from->options);
    duckdb_destroy_result(&from->result);
    free(from);
    stream->release = NULL;
}

void bench_peer_stream(bench_peer *peer, const char *sql, struct ArrowArrayStream *out) {
    result_stream *from = bench_alloc(sizeof *from);
    if (duckdb_query(peer->connection, sql, &from->result) != DuckDBSuccess)
        bench_die("DuckDB: %s in: %s", duckdb_result_error(&from->result), sql);
    from->options = duckdb_result_get_arrow_options(&from->result);
    *out = (struct ArrowArrayStream){.get_schema = result_schema,
                                     .get_next = result_next,
                                     .get_last_error = result_error,
                                     .release = result_release,
                                     .private_data = from};
}

/* ---- tables from generators -------------------------------------------------------------------------------------- */

void bench_peer_load(bench_peer *peer, const bench_table *table, bool double_money) {
    struct ArrowArrayStream stream;
    bench_table_stream(table, double_money, &stream);
    if (duckdb_arrow_scan(peer->connection, "incoming", (duckdb_arrow_stream)&stream) != DuckDBSuccess)
        bench_die("DuckDB cannot read the generated table %s", table->name);
    bench_peer_run(peer, "CREATE TABLE %s AS FROM incoming", table->name);
    bench_peer_run(peer, "DROP VIEW incoming");
    if (stream.release != NULL)
        stream.release(&stream);
}
