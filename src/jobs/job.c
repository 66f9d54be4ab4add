// Work in the background that somebody may wait for.
#include "jobs/pool.h"

#include <stdlib.h>

/*
 * A job that waits is in the pool's queue. Who waits for it runs it, when no thread has begun: it cannot get the
 * outcome any sooner, and a job that waits for another one never takes the last thread away from it.
 */
struct tarn_job {
    tarn_work work;
    tarn_pool *pool; /* not touched any more once it is done: the pool may be gone */
    tarn_task *task;
    tarn_job_run run;
    void *context;

    atomic_bool done;
    pthread_mutex_t mutex; /* guards done becoming true, for those who sleep until then */
    pthread_cond_t became_done;
    tarn_status status; /* when done */
    tarn_error error;
};

static void run(tarn_job *job) {
    job->error.message[0] = '\0';
    job->status = tarn_task_check(job->task, &job->error);
    if (job->status == TARN_OK)
        job->status = job->run(job->context, job->task, &job->error);
    pthread_mutex_lock(&job->mutex);
    atomic_store_explicit(&job->done, true, memory_order_release);
    pthread_cond_signal(&job->became_done);
    pthread_mutex_unlock(&job->mutex);
}

static void take_part(tarn_pool *pool, tarn_work *work) {
    pthread_mutex_unlock(&pool->mutex);
    run((tarn_job *)((char *)work - offsetof(tarn_job, work)));
    pthread_mutex_lock(&pool->mutex);
}

static void job_free(tarn_job *job) {
    tarn_task_release(job->task);
    pthread_cond_destroy(&job->became_done);
    pthread_mutex_destroy(&job->mutex);
    free(job);
}

tarn_status tarn_job_submit(tarn_pool *pool, tarn_priority priority, tarn_task *task, tarn_job_run run, void *context,
                            tarn_job **out, tarn_error *error) {
    *out = NULL;
    tarn_job *job = calloc(1, sizeof *job);
    if (job == NULL)
        return tarn_fail_memory(error);
    priority = tarn_task_priority(task, priority);
    job->work = (tarn_work){.priority = priority, .take_part = take_part};
    job->pool = pool;
    job->task = task;
    job->run = run;
    job->context = context;
    atomic_init(&job->done, false);
    pthread_mutex_init(&job->mutex, NULL);
    pthread_cond_init(&job->became_done, NULL);
    tarn_task_retain(task);

    pthread_mutex_lock(&pool->mutex);
    tarn_pool_enqueue(pool, &job->work, 1, false);
    tarn_pool_summon(pool, priority);
    bool served = tarn_pool_serves(pool, priority);
    if (!served)
        tarn_pool_withdraw(pool, &job->work);
    pthread_mutex_unlock(&pool->mutex);
    if (!served) {
        job_free(job);
        return tarn_fail(error, TARN_E_MEMORY, "cannot start a worker thread: the system allows no more");
    }
    *out = job;
    return TARN_OK;
}

bool tarn_job_is_done(const tarn_job *job) {
    return atomic_load_explicit(&job->done, memory_order_acquire);
}

/* Out of the queue, when it is in there still. */
static bool take_back(tarn_job *job) {
    pthread_mutex_lock(&job->pool->mutex);
    bool waits = job->work.wanted > 0;
    tarn_pool_withdraw(job->pool, &job->work);
    pthread_mutex_unlock(&job->pool->mutex);
    return waits;
}

tarn_status tarn_job_wait(tarn_job *job, tarn_error *error) {
    if (!tarn_job_is_done(job) && take_back(job))
        run(job);
    pthread_mutex_lock(&job->mutex);
    while (!tarn_job_is_done(job))
        pthread_cond_wait(&job->became_done, &job->mutex);
    pthread_mutex_unlock(&job->mutex);
    tarn_status status = job->status;
    if (status != TARN_OK && error != NULL) {
        *error = job->error;
        error->code = status;
    }
    job_free(job);
    return status;
}
