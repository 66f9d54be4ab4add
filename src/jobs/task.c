#include "base/clock.h"
#include "jobs/jobs.h"
#include "jobs/thread.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

/*
 * Cancelling must be possible in a signal handler, so it does no more than set a flag. Whoever watches the task is told
 * by a thread that looks at the flag; it is started by the first watch, sleeps for good while nobody watches, and ends
 * with the task.
 */
#define POLL_NANOSECONDS 2000000

#define NO_PRIORITY (-1)

struct tarn_watch {
    tarn_watch *previous, *next;
    void (*interrupt)(void *context);
    void *context;
};

struct tarn_task {
    atomic_size_t holders;
    atomic_bool cancelled;
    atomic_int priority; /* NO_PRIORITY: none was set */

    atomic_uint_least64_t done;
    pthread_mutex_t progress_mutex; /* guards what follows, so that phase and total always go together */
    uint64_t total;
    int64_t began; /* the phase, on the monotonic clock */
    const char *phase, *unit;

    pthread_mutex_t watch_mutex; /* guards what follows; held while interrupts are called */
    pthread_cond_t watch_change; /* a watch came, or the task ends */
    tarn_watch *watches;
    pthread_t watcher;
    bool has_watcher;
    bool ending;
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
    pthread_mutex_init(&task->watch_mutex, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
#if !defined(__APPLE__)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
#endif
    pthread_cond_init(&task->watch_change, &attributes);
    pthread_condattr_destroy(&attributes);
    return TARN_OK;
}

void tarn_task_retain(tarn_task *task) {
    if (task != NULL)
        atomic_fetch_add_explicit(&task->holders, 1, memory_order_relaxed);
}

static void end_watcher(tarn_task *task) {
    pthread_mutex_lock(&task->watch_mutex);
    task->ending = true;
    pthread_cond_signal(&task->watch_change);
    pthread_mutex_unlock(&task->watch_mutex);
    if (task->has_watcher)
        pthread_join(task->watcher, NULL);
}

void tarn_task_release(tarn_task *task) {
    if (task == NULL || atomic_fetch_sub_explicit(&task->holders, 1, memory_order_acq_rel) > 1)
        return;
    end_watcher(task);
    pthread_cond_destroy(&task->watch_change);
    pthread_mutex_destroy(&task->watch_mutex);
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

/* ---- watching ------------------------------------------------------------------------------------------------ */

/* Sleep until something changes, but no longer than one poll. */
static void wait_one_poll(tarn_task *task) {
#if defined(__APPLE__)
    struct timespec pause = {0, POLL_NANOSECONDS};
    pthread_cond_timedwait_relative_np(&task->watch_change, &task->watch_mutex, &pause);
#else
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += POLL_NANOSECONDS;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    pthread_cond_timedwait(&task->watch_change, &task->watch_mutex, &until);
#endif
}

static void *watch(void *argument) {
    tarn_task *task = argument;
    pthread_mutex_lock(&task->watch_mutex);
    while (!task->ending) {
        if (task->watches == NULL) {
            pthread_cond_wait(&task->watch_change, &task->watch_mutex);
            continue;
        }
        /* Again and again: an interrupt that came before the query it is meant for is lost. */
        if (tarn_task_is_cancelled(task)) {
            for (tarn_watch *each = task->watches; each != NULL; each = each->next)
                each->interrupt(each->context);
        }
        wait_one_poll(task);
    }
    pthread_mutex_unlock(&task->watch_mutex);
    return NULL;
}

/* With watch_mutex held. */
static tarn_status start_watcher(tarn_task *task, tarn_error *error) {
    if (task->has_watcher)
        return TARN_OK;
    int errnum = tarn_thread_start(&task->watcher, watch, task);
    if (errnum != 0)
        return tarn_fail_errno(error, errnum, "cannot start a thread that watches for cancelling");
    task->has_watcher = true;
    return TARN_OK;
}

tarn_status tarn_task_watch(tarn_task *task, void (*interrupt)(void *context), void *context, tarn_watch **out,
                            tarn_error *error) {
    *out = NULL;
    if (task == NULL)
        return TARN_OK;
    tarn_watch *added = calloc(1, sizeof *added);
    if (added == NULL)
        return tarn_fail_memory(error);
    added->interrupt = interrupt;
    added->context = context;
    pthread_mutex_lock(&task->watch_mutex);
    tarn_status status = start_watcher(task, error);
    if (status == TARN_OK) {
        added->next = task->watches;
        if (added->next != NULL)
            added->next->previous = added;
        task->watches = added;
        pthread_cond_signal(&task->watch_change);
        *out = added;
    }
    pthread_mutex_unlock(&task->watch_mutex);
    if (status != TARN_OK)
        free(added);
    return status;
}

void tarn_task_unwatch(tarn_task *task, tarn_watch *watch) {
    if (task == NULL || watch == NULL)
        return;
    pthread_mutex_lock(&task->watch_mutex);
    if (watch->next != NULL)
        watch->next->previous = watch->previous;
    if (watch->previous != NULL)
        watch->previous->next = watch->next;
    else
        task->watches = watch->next;
    pthread_mutex_unlock(&task->watch_mutex);
    free(watch);
}
