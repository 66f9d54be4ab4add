/* Rows into a file by DuckDB's COPY. */
#include "engine/engine.h"

#include "base/text.h"
#include "engine/call.h"
#include "engine/scan.h"
#include "engine/sql_error.h"
#include "engine/stream.h"
#include "engine/tsan.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * DuckDB numbers the batches of an Arrow stream, so that it can work on them in parallel and still write them in order:
 * what it cannot do for a table function of the C API. It is given the stream below, which counts rows and keeps the
 * error that DuckDB would otherwise turn into text.
 */
typedef struct copying {
    tarn_stream_base base;
    tarn_engine *engine;
    tarn_task *task; /* retained; may be NULL */
    struct ArrowArrayStream *source;
    struct ArrowArrayStream own; /* of a version */
    char *path, *options;
    int64_t rows;

    pthread_mutex_t pulling; /* held while the source is pulled; guards: */
    struct ArrowSchema schema;
    bool abandoned; /* the caller's stream must not be touched any more */

    pthread_mutex_t mutex; /* guards what follows */
    size_t holders;        /* the caller and the call */
    tarn_connection *connection;
} copying;

static void release_copying(void *context) {
    copying *copying = context;
    pthread_mutex_lock(&copying->mutex);
    bool last = --copying->holders == 0;
    pthread_mutex_unlock(&copying->mutex);
    if (!last)
        return;
    tarn_after_duckdb();
    tarn_schema_release(&copying->schema);
    tarn_stream_release(&copying->own);
    tarn_task_release(copying->task);
    pthread_mutex_destroy(&copying->pulling);
    pthread_mutex_destroy(&copying->mutex);
    free(copying->path);
    free(copying->options);
    free(copying);
}

static void interrupt_copying(void *context) {
    copying *copying = context;
    pthread_mutex_lock(&copying->mutex);
    if (copying->connection)
        tarn_instance_duckdb(copying->connection->instance)->interrupt(copying->connection->handle);
    pthread_mutex_unlock(&copying->mutex);
}

static void set_connection(copying *copying, tarn_connection *connection) {
    pthread_mutex_lock(&copying->mutex);
    copying->connection = connection;
    pthread_mutex_unlock(&copying->mutex);
}

/* ---- the stream that DuckDB reads ----------------------------------------------------------------------------------
 */

/* DuckDB never releases the schemas that it asks for here: it gets the outside of one that stays ours. */
static void release_nothing(struct ArrowSchema *schema) {
    schema->release = NULL;
}

/* What duckdb_arrow_scan takes for a failure is this number and no other: after any other it reads the schema. */
#define SCHEMA_FAILED ((int)DuckDBError)

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    copying *copying = stream->private_data;
    tarn_status status = TARN_OK;
    *out = (struct ArrowSchema){0};
    tarn_after_duckdb();
    pthread_mutex_lock(&copying->pulling);
    if (copying->abandoned)
        status = TARN_E_CANCELLED;
    else if (!copying->schema.release)
        status = tarn_stream_schema(copying->source, &copying->schema, &copying->base.error);
    if (status == TARN_OK) {
        *out = copying->schema;
        out->release = release_nothing;
    }
    pthread_mutex_unlock(&copying->pulling);
    return status == TARN_OK ? 0 : SCHEMA_FAILED;
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    copying *copying = stream->private_data;
    tarn_after_duckdb();
    pthread_mutex_lock(&copying->pulling);
    tarn_status status = copying->abandoned ? TARN_E_CANCELLED : tarn_task_check(copying->task, &copying->base.error);
    if (status == TARN_OK)
        status = tarn_stream_next(copying->source, out, &copying->base.error);
    if (status == TARN_OK && out->release) {
        copying->rows += out->length;
        tarn_task_advance(copying->task, (uint64_t)out->length);
    }
    pthread_mutex_unlock(&copying->pulling);
    return tarn_stream_errno(status);
}

/* Belongs to the copying, whoever believes to own it. */
static void keep(struct ArrowArrayStream *stream) {
    stream->release = NULL;
}

/* ---- the statement -------------------------------------------------------------------------------------------------
 */

static tarn_status write_statement(const copying *copying, const char *view, tarn_buffer *out, tarn_error *error) {
    TARN_TRY(tarn_buffer_printf(out, error, "COPY (SELECT * FROM %s) TO ", view));
    TARN_TRY(tarn_sql_literal(out, copying->path, error));
    return tarn_buffer_printf(out, error, " (%s)%c", copying->options, 0);
}

static tarn_status copy_view(copying *copying, tarn_connection *connection, const char *view, tarn_error *error) {
    tarn_buffer sql = {0};
    tarn_status status = write_statement(copying, view, &sql, error);
    if (status == TARN_OK)
        status = tarn_connection_run(connection, (const char *)sql.data, error);
    if (status != TARN_OK && copying->base.error.code != TARN_OK) { /* the reading failed, not the writing */
        status = copying->base.error.code;
        if (error)
            *error = copying->base.error;
    }
    tarn_buffer_free(&sql);
    return status;
}

static tarn_status copy_on(copying *copying, tarn_connection *connection, tarn_error *error) {
    const tarn_duckdb *duckdb = tarn_instance_duckdb(connection->instance);
    struct ArrowArrayStream stream = {.get_schema = get_schema,
                                      .get_next = get_next,
                                      .get_last_error = tarn_stream_last_error,
                                      .release = keep,
                                      .private_data = copying};
    char view[48], drop[96];
    snprintf(view, sizeof view, "tarn_copied_%llu", (unsigned long long)connection->id);
    snprintf(drop, sizeof drop, "DROP VIEW IF EXISTS %s", view);
    if (duckdb->arrow_scan(connection->handle, view, (duckdb_arrow_stream)&stream) == DuckDBError) {
        if (copying->base.error.code == TARN_OK)
            return tarn_fail(error, TARN_E_UNSUPPORTED, "DuckDB cannot read the rows that are to be written");
        if (error)
            *error = copying->base.error;
        return copying->base.error.code;
    }
    tarn_status status = copy_view(copying, connection, view, error);
    (void)tarn_connection_run(connection, drop, NULL);
    return status;
}

static tarn_status copy_body(void *context, tarn_error *error) {
    copying *copying = context;
    tarn_session session;
    tarn_connection *connection = NULL;
    tarn_session_init(&session, NULL, copying->task);
    tarn_status status = tarn_engine_connect(copying->engine, TARN_INSTANCE_WORK, &session, &connection, error);
    if (status == TARN_OK) {
        set_connection(copying, connection);
        status = copy_on(copying, connection, error);
        set_connection(copying, NULL);
    }
    tarn_connection_give(connection, status);
    tarn_session_clear(&session);
    return status;
}

static tarn_status make_copying(tarn_engine *engine, const tarn_copy_source *source, const char *path,
                                const char *options, tarn_task *task, copying **out, tarn_error *error) {
    copying *made = calloc(1, sizeof *made);
    if (!made)
        return tarn_fail_memory(error);
    pthread_mutex_init(&made->mutex, NULL);
    pthread_mutex_init(&made->pulling, NULL);
    made->holders = 1;
    made->engine = engine;
    made->task = task;
    tarn_task_retain(task);
    made->source = source->stream ? source->stream : &made->own;
    made->path = tarn_strdup(path);
    made->options = tarn_strdup(options);
    tarn_status status = made->path && made->options ? TARN_OK : tarn_fail_memory(error);
    if (status == TARN_OK && source->version)
        status = tarn_version_stream(source->version, NULL, 0, task, &made->own, error);
    if (status == TARN_OK)
        *out = made;
    else
        release_copying(made);
    return status;
}

tarn_status tarn_engine_copy(tarn_engine *engine, const tarn_copy_source *source, const char *path, const char *options,
                             tarn_task *task, int64_t *rows, tarn_error *error) {
    copying *copying = NULL;
    TARN_TRY(make_copying(engine, source, path, options, task, &copying, error));
    int64_t total = source->version ? tarn_version_rows(source->version) : 0;
    tarn_task_begin(task, "writing", "rows", (uint64_t)total);
    copying->holders++; /* nobody else knows it yet */
    tarn_call call = {
        .body = copy_body, .interrupt = interrupt_copying, .release = release_copying, .context = copying};
    tarn_status status = tarn_engine_call(engine, task, &call, NULL, NULL, error);
    pthread_mutex_lock(&copying->pulling);
    copying->abandoned = true;
    if (rows)
        *rows = copying->rows;
    pthread_mutex_unlock(&copying->pulling);
    release_copying(copying);
    return status;
}
