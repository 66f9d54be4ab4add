// One running query.
#include "engine/run.h"

#include "base/clock.h"
#include "base/wait.h"
#include "engine/stream.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define MOST_PRODUCERS 64
#define SLOTS_PER_PRODUCER 2 /* one being pulled while the next is being made */
/* An interrupted producer lets go within a few milliseconds; what it holds then can be collected. */
#define CLOSING_MICROS 1000000
/* The same where somebody waits for cancelling, and it does no harm that what it holds is let go later. */
#define LINGERING_MICROS 10000
/* Said again and again: an interrupt that comes before the query it is meant for is lost. */
#define INTERRUPT_MICROS 2000

typedef struct slot {
    bool ready;
    struct ArrowArray batch;
} slot;

struct tarn_run {
    tarn_engine *engine;
    tarn_run_options options;

    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t change;
    size_t holders; /* the puller, and each producer */
    bool is_ready;  /* schema is set */
    struct ArrowSchema schema;
    bool stop, cancelled;
    tarn_error failure; /* of the lowest unit that failed; code TARN_OK: none */
    size_t failure_unit;
    size_t next_unit, unit_count; /* to be taken; SIZE_MAX while not split and not at the end */
    size_t next_batch;            /* to be pulled */
    size_t slot_count;
    slot *slots; /* batch n is in slot n % slot_count */
    tarn_connection *active[MOST_PRODUCERS];
};

void *tarn_run_context(const tarn_run *run) {
    return run->options.context;
}

unsigned tarn_run_threads(const tarn_run *run) {
    return tarn_engine_threads(run->engine);
}

/* ---- life ----------------------------------------------------------------------------------------------------------
 */

static void free_run(tarn_run *run) {
    for (size_t i = 0; i < run->slot_count; i++)
        tarn_array_release(&run->slots[i].batch);
    free(run->slots);
    tarn_schema_release(&run->schema);
    if (run->options.release_context)
        run->options.release_context(run->options.context);
    tarn_catalog_release(run->options.catalog);
    tarn_task_release(run->options.task);
    pthread_cond_destroy(&run->change);
    pthread_mutex_destroy(&run->mutex);
    free(run);
}

static void let_go(tarn_run *run) {
    pthread_mutex_lock(&run->mutex);
    bool last = --run->holders == 0;
    pthread_cond_broadcast(&run->change);
    pthread_mutex_unlock(&run->mutex);
    if (last)
        free_run(run);
}

/* With the mutex held. */
static void halt(tarn_run *run) {
    run->stop = true;
    for (size_t i = 0; i < MOST_PRODUCERS; i++)
        if (run->active[i])
            tarn_instance_duckdb(run->active[i]->instance)->interrupt(run->active[i]->handle);
    pthread_cond_broadcast(&run->change);
}

/* With the mutex held: wait for a change, or until the task is cancelled. Whoever waits looks for all. */
static void wait_for_change(tarn_run *run) {
    if (!tarn_task_wait(run->options.task, &run->change, &run->mutex) && !run->cancelled) {
        run->cancelled = true;
        halt(run);
    }
}

/* ---- producers -----------------------------------------------------------------------------------------------------
 */

typedef struct producer {
    tarn_run *run;
    size_t index;
    tarn_instance_kind kind;
} producer;

static bool activate(tarn_run *run, size_t index, tarn_connection *connection) {
    pthread_mutex_lock(&run->mutex);
    bool wanted = !run->stop;
    run->active[index] = wanted ? connection : NULL;
    pthread_mutex_unlock(&run->mutex);
    return wanted;
}

static void deactivate(tarn_run *run, size_t index) {
    pthread_mutex_lock(&run->mutex);
    run->active[index] = NULL;
    pthread_mutex_unlock(&run->mutex);
}

static void note_end(tarn_run *run, tarn_status status, const tarn_error *error) {
    pthread_mutex_lock(&run->mutex);
    if (status != TARN_OK && !run->stop && run->failure.code == TARN_OK) {
        run->failure = *error;
        run->failure.code = status;
        run->failure_unit = run->unit_count == SIZE_MAX ? run->next_unit : 0;
    }
    if (status == TARN_OK && run->unit_count == SIZE_MAX)
        run->unit_count = run->next_unit;
    pthread_cond_broadcast(&run->change);
    pthread_mutex_unlock(&run->mutex);
}

static void produce(void *context) {
    producer self = *(producer *)context;
    free(context);
    tarn_run *run = self.run;
    tarn_session session;
    tarn_connection *connection = NULL;
    tarn_error error = {0};
    tarn_session_init(&session, run->options.catalog, run->options.task);
    tarn_status status = tarn_engine_connect(run->engine, self.kind, &session, &connection, &error);
    if (status == TARN_OK && activate(run, self.index, connection)) {
        status = run->options.produce(run, self.index == 0, connection, &session, &error);
        status = tarn_session_outcome(&session, status, &error);
    }
    deactivate(run, self.index);
    note_end(run, status, &error);
    tarn_connection_give(connection, status);
    tarn_session_clear(&session);
    let_go(run);
}

static tarn_status start_producer(tarn_run *run, size_t index, tarn_instance_kind kind, tarn_error *error) {
    producer *made = malloc(sizeof *made);
    if (!made)
        return tarn_fail_memory(error);
    *made = (producer){run, index, kind};
    pthread_mutex_lock(&run->mutex);
    run->holders++;
    pthread_mutex_unlock(&run->mutex);
    tarn_status status = tarn_workers_start(tarn_engine_workers(run->engine), produce, made, error);
    if (status == TARN_OK)
        return TARN_OK;
    free(made);
    pthread_mutex_lock(&run->mutex);
    run->holders--;
    pthread_mutex_unlock(&run->mutex);
    return status;
}

tarn_status tarn_run_publish(tarn_run *run, const struct ArrowSchema *schema, tarn_error *error) {
    struct ArrowSchema copy;
    TARN_TRY(tarn_schema_copy(schema, NULL, &copy, error));
    pthread_mutex_lock(&run->mutex);
    run->schema = copy;
    run->is_ready = true;
    pthread_cond_broadcast(&run->change);
    pthread_mutex_unlock(&run->mutex);
    return TARN_OK;
}

/* With the mutex held, and nothing in the slots yet. */
static tarn_status make_slots(tarn_run *run, size_t count, tarn_error *error) {
    slot *slots = calloc(count, sizeof *slots);
    if (!slots)
        return tarn_fail_memory(error);
    free(run->slots);
    run->slots = slots;
    run->slot_count = count;
    return TARN_OK;
}

tarn_status tarn_run_split(tarn_run *run, tarn_instance_kind kind, size_t units, size_t producers, tarn_error *error) {
    if (producers >= MOST_PRODUCERS)
        producers = MOST_PRODUCERS - 1;
    pthread_mutex_lock(&run->mutex);
    tarn_status status = make_slots(run, producers * SLOTS_PER_PRODUCER, error);
    if (status == TARN_OK)
        run->unit_count = units;
    pthread_mutex_unlock(&run->mutex);
    for (size_t i = 1; i <= producers && status == TARN_OK; i++)
        status = start_producer(run, i, kind, error);
    return status;
}

bool tarn_run_take_unit(tarn_run *run, size_t *unit) {
    pthread_mutex_lock(&run->mutex);
    while (!run->stop && run->failure.code == TARN_OK && run->next_unit < run->unit_count &&
           run->next_unit >= run->next_batch + run->slot_count)
        pthread_cond_wait(&run->change, &run->mutex);
    bool wanted = !run->stop && run->failure.code == TARN_OK && run->next_unit < run->unit_count;
    if (wanted)
        *unit = run->next_unit++;
    pthread_mutex_unlock(&run->mutex);
    return wanted;
}

bool tarn_run_is_stopped(tarn_run *run) {
    pthread_mutex_lock(&run->mutex);
    bool stopped = run->stop;
    pthread_mutex_unlock(&run->mutex);
    return stopped;
}

tarn_status tarn_run_put(tarn_run *run, size_t unit, struct ArrowArray *batch, tarn_error *error) {
    tarn_status status = TARN_OK;
    pthread_mutex_lock(&run->mutex);
    if (run->unit_count == SIZE_MAX) {
        while (!run->stop && run->next_unit >= run->next_batch + run->slot_count)
            pthread_cond_wait(&run->change, &run->mutex);
        unit = run->next_unit++;
    }
    if (run->stop) {
        tarn_array_release(batch);
        status = tarn_fail(error, TARN_E_CANCELLED, "cancelled");
    } else {
        slot *slot = &run->slots[unit % run->slot_count];
        slot->batch = *batch;
        slot->ready = true;
        batch->release = NULL;
    }
    pthread_cond_broadcast(&run->change);
    pthread_mutex_unlock(&run->mutex);
    return status;
}

/* ---- pulling -------------------------------------------------------------------------------------------------------
 */

tarn_status tarn_run_start(tarn_engine *engine, const tarn_run_options *options, tarn_run **out, tarn_error *error) {
    tarn_status status = TARN_OK;
    tarn_run *run = calloc(1, sizeof *run);
    if (!run) {
        if (options->release_context)
            options->release_context(options->context);
        return tarn_fail_memory(error);
    }
    run->engine = engine;
    run->options = *options;
    run->holders = 1;
    run->unit_count = SIZE_MAX;
    pthread_mutex_init(&run->mutex, NULL);
    tarn_condition_init(&run->change);
    tarn_task_retain(options->task);
    if (options->catalog)
        tarn_catalog_retain(options->catalog);
    TARN_CHECK(tarn_task_check(options->task, error));
    TARN_CHECK(make_slots(run, SLOTS_PER_PRODUCER, error));
    TARN_CHECK(start_producer(run, 0, options->kind, error));
    *out = run;
    run = NULL;

cleanup:
    if (run)
        tarn_run_close(run);
    return status;
}

static tarn_status outcome(const tarn_run *run, tarn_error *error) {
    if (run->cancelled)
        return tarn_fail(error, TARN_E_CANCELLED, "cancelled");
    if (error)
        *error = run->failure;
    return run->failure.code;
}

tarn_status tarn_run_wait(tarn_run *run, tarn_error *error) {
    pthread_mutex_lock(&run->mutex);
    while (!run->is_ready && !run->cancelled && run->failure.code == TARN_OK)
        wait_for_change(run);
    tarn_status status = run->is_ready && !run->cancelled ? TARN_OK : outcome(run, error);
    pthread_mutex_unlock(&run->mutex);
    return status;
}

tarn_status tarn_run_schema(tarn_run *run, struct ArrowSchema *out, tarn_error *error) {
    return tarn_schema_copy(&run->schema, NULL, out, error);
}

/* With the mutex held: take the next batch when it is there. */
static bool pull(tarn_run *run, struct ArrowArray *out) {
    slot *slot = &run->slots[run->next_batch % run->slot_count];
    if (!slot->ready)
        return false;
    *out = slot->batch;
    slot->batch.release = NULL;
    slot->ready = false;
    run->next_batch++;
    pthread_cond_broadcast(&run->change);
    return true;
}

tarn_status tarn_run_next(tarn_run *run, struct ArrowArray *out, tarn_error *error) {
    tarn_status status = TARN_OK;
    *out = (struct ArrowArray){0};
    pthread_mutex_lock(&run->mutex);
    for (;;) {
        if (run->cancelled) {
            status = outcome(run, error);
            break;
        }
        if (pull(run, out)) {
            if (out->length > 0)
                break;
            tarn_array_release(out); /* a unit of which no row was wanted */
            continue;
        }
        if (run->failure.code != TARN_OK && run->next_batch >= run->failure_unit) {
            status = outcome(run, error);
            break;
        }
        if (run->next_batch >= run->unit_count)
            break;
        wait_for_change(run);
    }
    pthread_mutex_unlock(&run->mutex);
    if (status != TARN_OK || !out->release)
        *out = (struct ArrowArray){0};
    return status;
}

void tarn_run_close(tarn_run *run) {
    bool lingers = run->options.may_linger && tarn_task_is_cancelled(run->options.task);
    int64_t until = tarn_monotonic() + (lingers ? LINGERING_MICROS : CLOSING_MICROS);
    pthread_mutex_lock(&run->mutex);
    halt(run);
    while (run->holders > 1 && tarn_monotonic() < until) {
        tarn_condition_wait(&run->change, &run->mutex, INTERRUPT_MICROS);
        halt(run);
    }
    pthread_mutex_unlock(&run->mutex);
    let_go(run);
}

/* ---- as a C stream -------------------------------------------------------------------------------------------------
 */

typedef struct run_stream {
    tarn_stream_base base;
    tarn_run *run;
} run_stream;

static int stream_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    run_stream *state = stream->private_data;
    return tarn_stream_errno(tarn_run_schema(state->run, out, &state->base.error));
}

static int stream_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    run_stream *state = stream->private_data;
    return tarn_stream_errno(tarn_run_next(state->run, out, &state->base.error));
}

static void stream_release(struct ArrowArrayStream *stream) {
    run_stream *state = stream->private_data;
    tarn_run_close(state->run);
    free(state);
    stream->release = NULL;
}

tarn_status tarn_run_to_stream(tarn_run *run, struct ArrowArrayStream *out, tarn_error *error) {
    run_stream *state = calloc(1, sizeof *state);
    if (!state) {
        tarn_run_close(run);
        return tarn_fail_memory(error);
    }
    state->run = run;
    *out = (struct ArrowArrayStream){.get_schema = stream_schema,
                                     .get_next = stream_next,
                                     .get_last_error = tarn_stream_last_error,
                                     .release = stream_release,
                                     .private_data = state};
    return TARN_OK;
}
