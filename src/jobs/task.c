// Tasks: cancelling and progress of work.
#include "base/clock.h"
#include "base/wait.h"
#include "jobs/jobs.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* Cancelling must be possible in a signal handler, so it does no more than set a flag: who waits looks at it. */
#define LOOK_MICROS 2000

#define NO_PRIORITY (-1)

struct tarn_task {
    atomic_size_t holders;
    atomic_bool cancelled;
    atomic_int priority; /* NO_PRIORITY: none was set */

    atomic_uint_least64_t done;
    pthread_mutex_t progress_mutex; /* guards what follows, so that phase and total always go together */
    uint64_t total;
    int64_t began; /* the phase, on the monotonic clock */
    const char *phase, *unit;
};

tarn_status tarn_task_new(tarn_task **out, tarn_error *error) {
    tarn_task *task = calloc(1, sizeof *task);
    *out = task;
    if (task == NULL)
        return tarn_fail_memory(error);
    atomic_init(&task->holders, 1);
    atomic_init(&task->cancelled, false);
    atomic_init(&task->priority, NO_PRIORITY);
    atomic_init(&task->done, 0);
    pthread_mutex_init(&task->progress_mutex, NULL);
    return TARN_OK;
}

void tarn_task_retain(tarn_task *task) {
    if (task != NULL)
        atomic_fetch_add_explicit(&task->holders, 1, memory_order_relaxed);
}

void tarn_task_release(tarn_task *task) {
    if (task == NULL || atomic_fetch_sub_explicit(&task->holders, 1, memory_order_acq_rel) > 1)
        return;
    pthread_mutex_destroy(&task->progress_mutex);
    free(task);
}

void tarn_task_cancel(tarn_task *task) {
    if (task != NULL)
        atomic_store_explicit(&task->cancelled, true, memory_order_release);
}

bool tarn_task_is_cancelled(const tarn_task *task) {
    return task != NULL && atomic_load_explicit(&task->cancelled, memory_order_acquire);
}

tarn_status tarn_task_check(const tarn_task *task, tarn_error *error) {
    return tarn_task_is_cancelled(task) ? tarn_fail(error, TARN_E_CANCELLED, "cancelled") : TARN_OK;
}

bool tarn_task_wait(const tarn_task *task, pthread_cond_t *change, pthread_mutex_t *mutex) {
    if (task == NULL)
        pthread_cond_wait(change, mutex);
    else if (!tarn_task_is_cancelled(task))
        tarn_condition_wait(change, mutex, LOOK_MICROS);
    return !tarn_task_is_cancelled(task);
}

void tarn_task_set_priority(tarn_task *task, tarn_priority priority) {
    if (task != NULL)
        atomic_store_explicit(&task->priority, (int)priority, memory_order_relaxed);
}

void tarn_task_default_priority(tarn_task *task, tarn_priority priority) {
    int none = NO_PRIORITY;
    if (task != NULL)
        atomic_compare_exchange_strong_explicit(&task->priority, &none, (int)priority, memory_order_relaxed,
                                                memory_order_relaxed);
}

tarn_priority tarn_task_priority(const tarn_task *task, tarn_priority otherwise) {
    int priority = task != NULL ? atomic_load_explicit(&task->priority, memory_order_relaxed) : NO_PRIORITY;
    return priority == NO_PRIORITY ? otherwise : (tarn_priority)priority;
}

void tarn_task_begin(tarn_task *task, const char *phase, const char *unit, uint64_t total) {
    if (task == NULL)
        return;
    pthread_mutex_lock(&task->progress_mutex);
    task->phase = phase;
    task->unit = unit;
    task->total = total;
    task->began = tarn_monotonic();
    atomic_store_explicit(&task->done, 0, memory_order_relaxed);
    pthread_mutex_unlock(&task->progress_mutex);
}

void tarn_task_advance(tarn_task *task, uint64_t amount) {
    if (task != NULL)
        atomic_fetch_add_explicit(&task->done, amount, memory_order_relaxed);
}

/* What the amounts say about time. */
static void estimate(tarn_progress_state *state, int64_t began) {
    state->elapsed = tarn_monotonic() - began;
    if (state->done == 0 || state->elapsed <= 0)
        return;
    state->rate = (double)state->done * 1e6 / (double)state->elapsed;
    if (state->total > 0)
        state->remaining =
            state->done >= state->total ? 0 : (int64_t)((double)(state->total - state->done) * 1e6 / state->rate);
}

void tarn_task_progress(const tarn_task *task, tarn_progress_state *out) {
    *out = (tarn_progress_state){.remaining = -1};
    if (task == NULL)
        return;
    /* Looking changes nothing but the mutex. */
    pthread_mutex_t *mutex = (pthread_mutex_t *)&task->progress_mutex;
    pthread_mutex_lock(mutex);
    *out = (tarn_progress_state){
        .done = atomic_load_explicit(&task->done, memory_order_relaxed),
        .total = task->total,
        .unit = task->unit,
        .phase = task->phase,
        .remaining = -1,
    };
    if (task->phase != NULL)
        estimate(out, task->began);
    pthread_mutex_unlock(mutex);
}
