/**
 * @file run.h
 * One running query: threads that compute batches, a few finished ones waiting, and the stream that somebody pulls.
 *
 * DuckDB is only ever called on the run's own threads. Whoever pulls waits for a batch, a failure or a cancellation, so
 * that cancelling answers at once even where DuckDB cannot stop; the run lives until its last thread has ended.
 */
#ifndef TARN_ENGINE_RUN_H
#define TARN_ENGINE_RUN_H

#include "engine/collect.h"
#include "engine/engine_internal.h"
#include "engine/scan.h"

typedef struct tarn_run tarn_run;

/** What a producer does on its connection, with the functions below. `first`: it prepares the run for all. */
typedef tarn_status (*tarn_produce)(tarn_run *run, bool first, tarn_connection *connection, tarn_session *session,
                                    tarn_error *error);

typedef struct tarn_run_options {
    tarn_instance_kind kind;
    tarn_catalog *catalog; /**< retained; may be NULL */
    tarn_task *task;       /**< retained; may be NULL */
    bool may_linger;       /**< when it was cancelled, closing does not wait for DuckDB to tidy up, which takes a while
                                for a large sort: for queries of what nobody can take away */
    tarn_produce produce;
    void *context;                          /**< the caller's own, see `release_context` */
    void (*release_context)(void *context); /**< called when the run is freed; may be NULL */
} tarn_run_options;

/** Start. Afterwards `context` belongs to the run, also when starting failed. */
tarn_status tarn_run_start(tarn_engine *engine, const tarn_run_options *options, tarn_run **out, tarn_error *error);
void *tarn_run_context(const tarn_run *run);
unsigned tarn_run_threads(const tarn_run *run); /**< that its engine may use */

/** Wait until the schema is known. */
tarn_status tarn_run_wait(tarn_run *run, tarn_error *error);
/** After tarn_run_wait. */
tarn_status tarn_run_schema(tarn_run *run, struct ArrowSchema *out, tarn_error *error);
/** The next batch; out->release == NULL at the end. */
tarn_status tarn_run_next(tarn_run *run, struct ArrowArray *out, tarn_error *error);
/** Nobody wants more: stops it, gives it a moment to end, and lets go; its last thread frees it then. */
void tarn_run_close(tarn_run *run);

/** Take over the run as a C stream, also when it fails. */
tarn_status tarn_run_to_stream(tarn_run *run, struct ArrowArrayStream *out, tarn_error *error);

/* ---- for producers ---- */

/** Say what the batches look like; copied. */
tarn_status tarn_run_publish(tarn_run *run, const struct ArrowSchema *schema, tarn_error *error);

/** Split the work: `units` batches, each computed as a whole by one of `producers` further threads, with connections of
 * `kind`, which are started now; the first producer is done with it. Without this call there is one producer and any
 * number of batches. */
tarn_status tarn_run_split(tarn_run *run, tarn_instance_kind kind, size_t units, size_t producers, tarn_error *error);

/** The next unit to compute; false when there is none, or nobody wants it. May wait until it is wanted. */
bool tarn_run_take_unit(tarn_run *run, size_t *unit);

/** Whether nobody wants more. An interrupt that comes before DuckDB has begun with a statement is lost: ask between
 * that and the first result. */
bool tarn_run_is_stopped(tarn_run *run);

/** Hand over batch number `unit` (empty ones too). Without units: batches are numbered in their order by the run, and
 *  `unit` counts for nothing; waits for room. TARN_E_CANCELLED when nobody wants it. Always takes `batch`. */
tarn_status tarn_run_put(tarn_run *run, size_t unit, struct ArrowArray *batch, tarn_error *error);

#endif
