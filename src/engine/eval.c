// Expressions over the rows of a chunk: the connections that evaluate them.
#include "engine/engine.h"

#include "base/text.h"
#include "engine/call.h"
#include "engine/eval_internal.h"
#include "engine/produce.h"

#include <stdlib.h>
#include <string.h>

/* ---- workers: a connection with the prepared statement ----------------------------------------------------------- */

static void free_worker(eval_worker *worker, tarn_status status) {
    if (!worker)
        return;
    tarn_collector_free(worker->collector);
    if (worker->connection)
        tarn_instance_duckdb(worker->connection->instance)->destroy_prepare(&worker->prepared);
    tarn_connection_give(worker->connection, status);
    tarn_session_clear(&worker->session);
    free(worker);
}

static tarn_status prepare(tarn_eval *eval, eval_worker *worker, tarn_error *error) {
    const tarn_duckdb *duckdb = tarn_instance_duckdb(worker->connection->instance);
    TARN_TRY(tarn_eval_prepare(eval->sql, worker->connection, &worker->prepared, error));
    return tarn_collector_new(duckdb, worker->prepared, (const char *const *)eval->names, &worker->collector, error);
}

static tarn_status new_worker(tarn_eval *eval, eval_worker **out, tarn_error *error) {
    tarn_status status = TARN_OK;
    eval_worker *worker = calloc(1, sizeof *worker);
    if (!worker)
        return tarn_fail_memory(error);
    tarn_session_init(&worker->session, eval->catalog, eval->task);
    worker->session.is_silent = true;
    TARN_CHECK(tarn_engine_connect(eval->engine, TARN_INSTANCE_ROWS, &worker->session, &worker->connection, error));
    tarn_eval_activate(eval, worker);
    TARN_CHECK(tarn_connection_run_usual(worker->connection, TARN_USUAL_BEGIN, error));
    if (!eval->is_checked)
        TARN_CHECK(tarn_eval_check(eval, worker->connection, error));
    TARN_CHECK(prepare(eval, worker, error));
    *out = worker;
    worker = NULL;

cleanup:
    if (worker) {
        status = tarn_session_outcome(&worker->session, status, error);
        tarn_eval_deactivate(eval, worker, false);
        free_worker(worker, status);
    }
    return status;
}

void tarn_eval_activate(tarn_eval *eval, eval_worker *worker) {
    pthread_mutex_lock(&eval->mutex);
    worker->next = eval->active;
    eval->active = worker;
    pthread_mutex_unlock(&eval->mutex);
}

void tarn_eval_deactivate(tarn_eval *eval, eval_worker *worker, bool keep) {
    pthread_mutex_lock(&eval->mutex);
    for (eval_worker **at = &eval->active; *at; at = &(*at)->next)
        if (*at == worker) {
            *at = worker->next;
            break;
        }
    if (keep) {
        worker->next = eval->idle;
        eval->idle = worker;
    }
    pthread_mutex_unlock(&eval->mutex);
}

static tarn_status take_worker(tarn_eval *eval, eval_worker **out, tarn_error *error) {
    pthread_mutex_lock(&eval->mutex);
    eval_worker *worker = eval->idle;
    if (worker) {
        eval->idle = worker->next;
        worker->next = eval->active;
        eval->active = worker;
    }
    pthread_mutex_unlock(&eval->mutex);
    *out = worker;
    return worker ? TARN_OK : new_worker(eval, out, error);
}

/* ---- life ----------------------------------------------------------------------------------------------------------
 */

static void retain(tarn_eval *eval) {
    pthread_mutex_lock(&eval->mutex);
    eval->holders++;
    pthread_mutex_unlock(&eval->mutex);
}

static void release(tarn_eval *eval) {
    pthread_mutex_lock(&eval->mutex);
    bool last = --eval->holders == 0;
    pthread_mutex_unlock(&eval->mutex);
    if (!last)
        return;
    while (eval->idle) {
        eval_worker *worker = eval->idle;
        eval->idle = worker->next;
        free_worker(worker, TARN_OK);
    }
    for (size_t i = 0; i < eval->count; i++) {
        free(eval->expressions[i]);
        free(eval->names[i]);
    }
    tarn_eval_comparisons_clear(&eval->comparisons);
    free(eval->expressions);
    free(eval->names);
    free(eval->sql);
    tarn_schema_release(&eval->schema);
    tarn_version_release(eval->version);
    tarn_catalog_release(eval->catalog);
    tarn_task_release(eval->task);
    pthread_mutex_destroy(&eval->mutex);
    free(eval);
}

static tarn_status copy_texts(tarn_eval *eval, const char *const *expressions, const tarn_eval_options *options,
                              tarn_error *error) {
    size_t size = (eval->count ? eval->count : 1) * sizeof(char *);
    eval->expressions = calloc(1, size);
    eval->names = calloc(1, size);
    if (!eval->expressions || !eval->names)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < eval->count; i++) {
        eval->expressions[i] = tarn_strdup(expressions[i]);
        eval->names[i] = tarn_strdup(options->names ? options->names[i] : expressions[i]);
        if (!eval->expressions[i] || !eval->names[i])
            return tarn_fail_memory(error);
    }
    return TARN_OK;
}

static tarn_status make_eval(tarn_engine *engine, tarn_version *version, const char *const *expressions, size_t count,
                             const tarn_eval_options *options, tarn_eval **out, tarn_error *error) {
    tarn_status status = TARN_OK;
    tarn_query_table table = {.name = EVAL_TABLE, .version = version};
    tarn_eval *eval = calloc(1, sizeof *eval);
    if (!eval)
        return tarn_fail_memory(error);
    pthread_mutex_init(&eval->mutex, NULL);
    eval->holders = 1;
    eval->engine = engine;
    eval->version = version;
    tarn_version_retain(version);
    eval->task = options->task;
    tarn_task_retain(options->task);
    eval->count = count;
    TARN_CHECK(copy_texts(eval, expressions, options, error));
    TARN_CHECK(tarn_catalog_new(NULL, NULL, &table, 1, &eval->catalog, error));
    TARN_CHECK(tarn_eval_write_sql(eval, error));
    *out = eval;
    eval = NULL;

cleanup:
    if (eval)
        release(eval);
    return status;
}

/* ---- calls ----------------------------------------------------------------------------------------------------------
 */

/* One call on the engine's thread; what it made stays here when nobody waits for it any more. */
typedef struct eval_call {
    tarn_eval *eval; /* counted */
    size_t chunk;
    int64_t from, to; /* rows of the chunk */
    struct ArrowArray result;
} eval_call;

static void release_call(void *context) {
    eval_call *call = context;
    tarn_array_release(&call->result);
    release(call->eval);
    free(call);
}

static void interrupt_call(void *context) {
    tarn_eval *eval = ((eval_call *)context)->eval;
    pthread_mutex_lock(&eval->mutex);
    for (eval_worker *worker = eval->active; worker; worker = worker->next)
        tarn_instance_duckdb(worker->connection->instance)->interrupt(worker->connection->handle);
    pthread_mutex_unlock(&eval->mutex);
}

static tarn_status call(tarn_eval *eval, tarn_status (*body)(void *context, tarn_error *error), eval_call what,
                        struct ArrowArray *out, tarn_error *error) {
    eval_call *made = calloc(1, sizeof *made);
    if (!made)
        return tarn_fail_memory(error);
    *made = what;
    made->eval = eval;
    retain(eval);
    tarn_call how = {.body = body, .interrupt = interrupt_call, .release = release_call, .context = made};
    return tarn_engine_call(eval->engine, eval->task, &how, out ? &made->result : NULL, out, error);
}

static tarn_status open_body(void *context, tarn_error *error) {
    tarn_eval *eval = ((eval_call *)context)->eval;
    eval_worker *worker;
    TARN_TRY(new_worker(eval, &worker, error));
    tarn_status status = tarn_schema_copy(tarn_collector_schema(worker->collector), NULL, &eval->schema, error);
    if (status == TARN_OK && eval->count == 1)
        status = tarn_eval_find_comparisons(eval->expressions[0], worker->connection, eval->version, &eval->comparisons,
                                            error);
    eval->is_checked = true;
    tarn_eval_deactivate(eval, worker, true);
    return status;
}

tarn_status tarn_eval_open(tarn_engine *engine, tarn_version *version, const char *const *expressions, size_t count,
                           const tarn_eval_options *options, tarn_eval **out, tarn_error *error) {
    static const tarn_eval_options defaults = {0};
    tarn_eval *eval = NULL;
    *out = NULL;
    if (count == 0)
        return tarn_fail(error, TARN_E_INVALID, "there is no expression to evaluate");
    TARN_TRY(make_eval(engine, version, expressions, count, options ? options : &defaults, &eval, error));
    tarn_status status = call(eval, open_body, (eval_call){0}, NULL, error);
    if (status == TARN_OK)
        *out = eval;
    else
        release(eval);
    return status;
}

void tarn_eval_close(tarn_eval *eval) {
    if (eval)
        release(eval);
}

const struct ArrowSchema *tarn_eval_schema(const tarn_eval *eval) {
    return &eval->schema;
}

static tarn_status stretch_body(void *context, tarn_error *error) {
    eval_call *call = context;
    tarn_eval *eval = call->eval;
    eval_worker *worker;
    TARN_TRY(take_worker(eval, &worker, error));
    tarn_status status = tarn_eval_rows(eval, worker, call->chunk, call->from, call->to, error);
    struct ArrowArray live = {0};
    if (status == TARN_OK)
        status = tarn_collector_take(worker->collector, &live, error);
    if (status == TARN_OK)
        status = tarn_eval_spread(eval, &worker->span, &live, &call->result, error);
    else if (status == TARN_E_SQL)
        status = tarn_eval_locate_failure(eval, worker, worker->span, error);
    tarn_array_release(&live);
    bool keep = status == TARN_OK;
    tarn_eval_deactivate(eval, worker, keep);
    if (!keep)
        free_worker(worker, status);
    return status;
}

tarn_status tarn_eval_chunk(tarn_eval *eval, size_t chunk, struct ArrowArray *out, tarn_error *error) {
    return tarn_eval_stretch(eval, chunk, 0, tarn_version_chunk(eval->version, chunk).rows, out, error);
}

tarn_status tarn_eval_stretch(tarn_eval *eval, size_t chunk, int64_t from, int64_t to, struct ArrowArray *out,
                              tarn_error *error) {
    return call(eval, stretch_body, (eval_call){.chunk = chunk, .from = from, .to = to}, out, error);
}

static tarn_status all_live(const tarn_version *version, size_t chunk, uint8_t *bits, int64_t *count,
                            tarn_error *error) {
    const uint8_t *live;
    int64_t rows = tarn_version_chunk(version, chunk).rows;
    TARN_TRY(tarn_version_live(version, chunk, &live, error));
    for (int64_t i = 0; i < rows; i++)
        if (live == NULL || tarn_bit_get(live, i))
            tarn_bit_set(bits, i);
    *count = tarn_version_chunk(version, chunk).live;
    return TARN_OK;
}

tarn_status tarn_eval_filter(tarn_eval *eval, size_t expression, size_t chunk, uint8_t *bits, int64_t *count,
                             tarn_error *error) {
    struct ArrowArray values;
    const struct ArrowSchema *schema = eval->schema.children[expression];
    if (strcmp(schema->format, "b") != 0)
        return tarn_fail(error, TARN_E_INVALID, "%s is not a condition: it must be true or false for each row",
                         eval->names[expression]);
    tarn_zone_answer answer;
    int64_t from, to, rows = tarn_version_chunk(eval->version, chunk).rows;
    *count = 0;
    memset(bits, 0, (size_t)(rows + 7) / 8);
    TARN_TRY(tarn_eval_ask_zones(&eval->comparisons, eval->version, chunk, &from, &to, &answer, error));
    if (answer == TARN_ZONE_NO)
        return TARN_OK;
    if (answer == TARN_ZONE_YES)
        return all_live(eval->version, chunk, bits, count, error);
    TARN_TRY(tarn_eval_stretch(eval, chunk, from, to, &values, error));
    const struct ArrowArray *column = values.children[expression];
    const uint8_t *truth = column->buffers[1];
    for (int64_t i = 0; i < column->length; i++)
        if (!tarn_array_is_null(schema, column, i) && tarn_bit_get(truth, column->offset + i)) {
            tarn_bit_set(bits, from + i);
            ++*count;
        }
    tarn_array_release(&values);
    return TARN_OK;
}
