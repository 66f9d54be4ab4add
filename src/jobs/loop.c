// A loop whose turns run in parallel.
#include "jobs/pool.h"

#include <stddef.h>

/*
 * A parallel_for lives on its caller's stack. The caller works itself and offers the rest to the pool's threads; when
 * the indexes run out it withdraws the offer, so that a loop of tiny bodies is over before the first thread got up, and
 * waits only for those threads that really took part.
 */
typedef struct loop {
    tarn_work work;
    tarn_task *task;
    tarn_body body;
    void *context;
    size_t count;
    atomic_size_t next;
    atomic_bool stopped; /* an index failed: hand out no more */

    /* Guarded by the pool's mutex. */
    unsigned helpers; /* threads that take part, without the caller */
    pthread_cond_t helpers_gone;
    bool awaited; /* the caller sleeps until the helpers are gone */
    size_t failed_index;
    tarn_status status;
    tarn_error *error; /* the caller's, NULL when it wants no text */
} loop;

/* What one thread met with. */
typedef struct outcome {
    tarn_status status;
    size_t index; /* that failed */
    tarn_error error;
} outcome;

/*
 * Take indexes until there are no more, or one fails, or (for pool's threads: `pool` is not NULL) more urgent work
 * waits. True when it was the last of these.
 */
static bool run_indexes(loop *loop, const tarn_pool *pool, outcome *out) {
    out->status = TARN_OK;
    out->error.message[0] = '\0';
    while (!atomic_load_explicit(&loop->stopped, memory_order_relaxed)) {
        if (pool != NULL &&
            atomic_load_explicit(&pool->most_urgent, memory_order_relaxed) < (unsigned)loop->work.priority)
            return true;
        size_t index = atomic_fetch_add_explicit(&loop->next, 1, memory_order_relaxed);
        if (index >= loop->count)
            return false;
        out->status = tarn_task_check(loop->task, &out->error);
        if (out->status == TARN_OK)
            out->status = loop->body(loop->context, index, &out->error);
        if (out->status != TARN_OK) {
            out->index = index;
            atomic_store_explicit(&loop->stopped, true, memory_order_relaxed);
            return false;
        }
    }
    return false;
}

/* With the pool's mutex held, when there is a pool: keep the failure with the lowest index. */
static void report(loop *loop, const outcome *outcome) {
    if (outcome->status == TARN_OK || (loop->status != TARN_OK && loop->failed_index < outcome->index))
        return;
    loop->status = outcome->status;
    loop->failed_index = outcome->index;
    if (loop->error != NULL) {
        *loop->error = outcome->error;
        loop->error->code = outcome->status;
    }
}

static void help(tarn_pool *pool, tarn_work *work) {
    loop *helped = (loop *)((char *)work - offsetof(loop, work));
    outcome outcome;
    helped->helpers++;
    pthread_mutex_unlock(&pool->mutex);
    bool called_away = run_indexes(helped, pool, &outcome);
    pthread_mutex_lock(&pool->mutex);
    report(helped, &outcome);
    /* Somebody shall take this place when the more urgent work is done, unless the caller has no more to give. */
    if (called_away && !helped->awaited) {
        tarn_pool_enqueue(pool, work, 1, true);
        tarn_pool_summon(pool, work->priority);
    }
    helped->helpers--;
    if (helped->helpers == 0 && helped->awaited)
        pthread_cond_signal(&helped->helpers_gone);
}

static void run_with_helpers(tarn_pool *pool, loop *loop, unsigned helpers) {
    pthread_mutex_lock(&pool->mutex);
    tarn_pool_enqueue(pool, &loop->work, helpers, false);
    tarn_pool_summon(pool, loop->work.priority);
    pthread_mutex_unlock(&pool->mutex);

    outcome outcome;
    run_indexes(loop, NULL, &outcome);

    pthread_mutex_lock(&pool->mutex);
    tarn_pool_withdraw(pool, &loop->work);
    report(loop, &outcome);
    loop->awaited = true;
    if (loop->helpers > 0) {
        pthread_cond_init(&loop->helpers_gone, NULL);
        while (loop->helpers > 0)
            pthread_cond_wait(&loop->helpers_gone, &pool->mutex);
        pthread_mutex_unlock(&pool->mutex);
        pthread_cond_destroy(&loop->helpers_gone);
    } else {
        pthread_mutex_unlock(&pool->mutex);
    }
}

tarn_status tarn_parallel_for(tarn_pool *pool, tarn_priority priority, tarn_task *task, size_t count, tarn_body body,
                              void *context, tarn_error *error) {
    loop loop = {
        .work = {.priority = tarn_task_priority(task, priority), .take_part = help},
        .task = task,
        .body = body,
        .context = context,
        .count = count,
        .error = error,
    };
    /* The caller is one of as many threads as the pool has. */
    unsigned helpers = pool != NULL ? tarn_pool_threads(pool) - 1 : 0;
    if (count < (size_t)helpers + 1)
        helpers = count > 0 ? (unsigned)count - 1 : 0;
    if (helpers > 0) {
        run_with_helpers(pool, &loop, helpers);
    } else {
        outcome outcome;
        run_indexes(&loop, NULL, &outcome);
        report(&loop, &outcome);
    }
    return loop.status;
}
