/**
 * @file jobs.h
 * Worker threads with four priorities, cancellation and progress.
 *
 * A pool has `threads` workers, and one more that takes urgent work only, so that urgent work never waits behind a long
 * task. Among waiting tasks the most urgent runs first; equal ones in the order of submission. A task is a plain
 * function; long work is cut into many tasks (one per chunk), which is what lets urgent work overtake and cancelling
 * take effect within one chunk.
 */
#ifndef TARN_JOBS_JOBS_H
#define TARN_JOBS_JOBS_H

#include "base/error.h"
#include "tarn/task.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- cancellation and progress ---- */

/* The handle itself, priorities, cancelling and reading progress are public: see tarn/task.h. A task is counted. */
void tarn_task_retain(tarn_task *task);

/** The task's priority when one was set, else `otherwise`; NULL: `otherwise`. */
tarn_priority tarn_task_priority(const tarn_task *task, tarn_priority otherwise);
/** Set it unless one was set. */
void tarn_task_default_priority(tarn_task *task, tarn_priority priority);

/** TARN_E_CANCELLED with "cancelled" in `error` when so, else TARN_OK. NULL: TARN_OK. */
tarn_status tarn_task_check(const tarn_task *task, tarn_error *error);

/** Set phase and total, done = 0. `phase` and `unit` must be static text. */
void tarn_task_begin(tarn_task *task, const char *phase, const char *unit, uint64_t total);
void tarn_task_advance(tarn_task *task, uint64_t amount);

/**
 * As pthread_cond_wait, for a condition made by tarn_condition_init: until it is signalled, now and then without, and
 * within a few milliseconds of the task's being cancelled, as cancelling signals nobody. False when it was cancelled.
 * A NULL task never is.
 */
bool tarn_task_wait(const tarn_task *task, pthread_cond_t *change, pthread_mutex_t *mutex);

/* ---- the pool ---- */

typedef struct tarn_pool tarn_pool;

/** `threads` 0 means one per processor that this process may use, at least 1 and at most 64. */
tarn_status tarn_pool_new(unsigned threads, tarn_pool **out, tarn_error *error);

/** Waits for tasks that run, drops none that wait: all submitted work is done before it returns. NULL is allowed. */
void tarn_pool_free(tarn_pool *pool);

unsigned tarn_pool_threads(const tarn_pool *pool);

/**
 * The task's own priority, when it has one, counts instead of `priority`.
 *
 * Run `body(context, index, error)` for every index from 0 to count - 1 on the workers and on the calling thread, and
 * wait. Indexes are handed out in rising order. The first failure (lowest index among those that failed) stops the
 * handing out and is returned; so is cancellation of `task`. Nesting is allowed: the caller always works too, so a pool
 * whose threads are all waiting still makes progress. With a NULL pool all runs on the calling thread.
 */
typedef tarn_status (*tarn_body)(void *context, size_t index, tarn_error *error);
tarn_status tarn_parallel_for(tarn_pool *pool, tarn_priority priority, tarn_task *task, size_t count, tarn_body body,
                              void *context, tarn_error *error);

/**
 * As qsort, and cancelled with the task (may be NULL): then, and without memory, the elements are in no order
 * and some of them may be lost. Takes memory for as many elements again when they are many.
 */
tarn_status tarn_task_sort(tarn_task *task, void *elements, size_t count, size_t size,
                           int (*compare)(const void *a, const void *b), tarn_error *error);

/**
 * Have `run(context)` called when nothing else is to be done, at the latest by tarn_pool_free: for tidying up that
 * nobody shall wait for. With a NULL pool, or no memory, it is called at once.
 */
void tarn_pool_defer(tarn_pool *pool, void (*run)(void *context), void *context);

/**
 * A job: `run` on a worker, from submission to tarn_job_wait. The pool owns no result: `context` is the caller's. The
 * task's own priority, when it has one, counts instead of `priority`.
 */
tarn_status tarn_job_submit(tarn_pool *pool, tarn_priority priority, tarn_task *task, tarn_job_run run, void *context,
                            tarn_job **out, tarn_error *error);

#endif
