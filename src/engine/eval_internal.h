/**
 * @file eval_internal.h
 * What the files eval*.c share.
 */
#ifndef TARN_ENGINE_EVAL_INTERNAL_H
#define TARN_ENGINE_EVAL_INTERNAL_H

#include "engine/collect.h"
#include "engine/engine_internal.h"
#include "engine/eval_zones.h"
#include "engine/scan.h"

#include <pthread.h>

/* What the version is called in the statements made here. */
#define EVAL_TABLE "tarn_evaluated"

/* A connection on which the expressions are prepared. Serves one chunk at a time. */
typedef struct eval_worker {
    tarn_connection *connection;
    tarn_session session;
    duckdb_prepared_statement prepared;
    tarn_collector *collector;
    tarn_span span; /* the rows to evaluate, and what wraps them for the scan */
    tarn_unit unit;
    tarn_bound bound;
    struct eval_worker *next; /* in one of the eval's lists */
} eval_worker;

struct tarn_eval {
    tarn_engine *engine;
    tarn_version *version; /* retained */
    tarn_catalog *catalog;
    tarn_task *task; /* retained; may be NULL */
    char **expressions, **names;
    size_t count;
    char *sql; /* SELECT of all expressions */
    struct ArrowSchema schema;
    bool is_checked;
    eval_comparisons comparisons; /* of a lone expression; found when it is opened */

    pthread_mutex_t mutex; /* guards what follows */
    size_t holders;        /* the owner, and calls that nobody waits for any more */
    eval_worker *idle, *active;
};

void tarn_eval_activate(tarn_eval *eval, eval_worker *worker);
/** Out of the active list; into the idle one to be used again (`keep`), else the caller frees it. */
void tarn_eval_deactivate(tarn_eval *eval, eval_worker *worker, bool keep);

/** Text of the statement that evaluates all expressions, into eval->sql. */
tarn_status tarn_eval_write_sql(tarn_eval *eval, tarn_error *error);

/** Prepare a statement that has people's expressions in it, after judging it. */
tarn_status tarn_eval_prepare(const char *sql, tarn_connection *connection, duckdb_prepared_statement *out,
                              tarn_error *error);

/** Each expression must be row-wise. */
tarn_status tarn_eval_check(const tarn_eval *eval, tarn_connection *connection, tarn_error *error);

/** Evaluate the live ones of a chunk's rows from … to - 1 into the worker's collector. */
tarn_status tarn_eval_rows(tarn_eval *eval, eval_worker *worker, size_t chunk, int64_t from, int64_t to,
                           tarn_error *error);

/** One value per row of the span from one per live row; takes `live` over when all are live. */
tarn_status tarn_eval_spread(const tarn_eval *eval, const tarn_span *span, struct ArrowArray *live,
                             struct ArrowArray *out, tarn_error *error);

/** After a failure: find the first row of the span that fails, and put it before the message. Returns the failure. */
tarn_status tarn_eval_locate_failure(tarn_eval *eval, eval_worker *worker, tarn_span span, tarn_error *error);

#endif
