// The pool of worker threads: queues by priority, and threads that serve them.
#include "jobs/pool.h"
#include "jobs/thread.h"

#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#define THREADS_MOST 64

/* ---- the queue ----------------------------------------------------------------------------------------------- */

static void note_most_urgent(tarn_pool *pool) {
    unsigned priority = 0;
    while (priority < TARN_PRIORITIES && pool->waiting[priority] == 0)
        priority++;
    atomic_store_explicit(&pool->most_urgent, priority, memory_order_relaxed);
}

void tarn_pool_enqueue(tarn_pool *pool, tarn_work *work, unsigned wanted, bool in_front) {
    tarn_queue *queue = &pool->queues[work->priority];
    if (work->wanted == 0) {
        work->previous = in_front ? NULL : queue->last;
        work->next = in_front ? queue->first : NULL;
        *(work->previous != NULL ? &work->previous->next : &queue->first) = work;
        *(work->next != NULL ? &work->next->previous : &queue->last) = work;
    }
    work->wanted += wanted;
    pool->waiting[work->priority] += wanted;
    note_most_urgent(pool);
}

/* Fewer threads are wanted; with none wanted the work leaves the queue. */
static void want_fewer(tarn_pool *pool, tarn_work *work, unsigned fewer) {
    work->wanted -= fewer;
    pool->waiting[work->priority] -= fewer;
    if (work->wanted == 0) {
        tarn_queue *queue = &pool->queues[work->priority];
        *(work->previous != NULL ? &work->previous->next : &queue->first) = work->next;
        *(work->next != NULL ? &work->next->previous : &queue->last) = work->previous;
    }
    note_most_urgent(pool);
}

void tarn_pool_withdraw(tarn_pool *pool, tarn_work *work) {
    if (work->wanted > 0)
        want_fewer(pool, work, work->wanted);
}

/* Take part in the first work that is urgent enough; false when there is none. */
static bool take_part(tarn_pool *pool, tarn_priority lowest) {
    unsigned priority = atomic_load_explicit(&pool->most_urgent, memory_order_relaxed);
    if (priority > (unsigned)lowest)
        return false;
    tarn_work *work = pool->queues[priority].first;
    want_fewer(pool, work, 1);
    /* Each thread that gets up calls the next one, so that whoever submits work pays for one call only. */
    if (work->wanted > 0)
        tarn_pool_summon(pool, work->priority);
    work->take_part(pool, work);
    return true;
}

/* ---- threads ------------------------------------------------------------------------------------------------- */

static void *serve(void *argument) {
    tarn_crew *crew = argument;
    tarn_pool *pool = crew->pool;
    pthread_mutex_lock(&pool->mutex);
    for (;;) {
        if (take_part(pool, crew->lowest))
            continue;
        if (pool->ending)
            break;
        /* idle + called is the number of sleepers, however often one wakes without having been called. */
        crew->idle++;
        pthread_cond_wait(&crew->call, &pool->mutex);
        if (crew->called > 0)
            crew->called--;
        else
            crew->idle--;
    }
    pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

/* Wake a sleeper or start a thread; false when all are at work already, or the system gives no more threads. */
static bool call_one(tarn_crew *crew) {
    if (crew->idle > 0) {
        crew->idle--;
        crew->called++;
        pthread_cond_signal(&crew->call);
        return true;
    }
    if (crew->count == crew->size || tarn_thread_start(&crew->threads[crew->count], serve, crew) != 0)
        return false;
    crew->count++;
    return true;
}

void tarn_pool_summon(tarn_pool *pool, tarn_priority priority) {
    /* The urgent thread first: then the others stay free for what only they may do. */
    if (priority == TARN_PRIORITY_URGENT && call_one(&pool->urgent))
        return;
    call_one(&pool->crew);
}

bool tarn_pool_serves(const tarn_pool *pool, tarn_priority priority) {
    return pool->crew.count > 0 || (priority == TARN_PRIORITY_URGENT && pool->urgent.count > 0);
}

/* ---- making and ending --------------------------------------------------------------------------------------- */

static unsigned usable_processors(void) {
#if defined(__linux__)
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return (unsigned)CPU_COUNT(&set);
#endif
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online < 1 ? 1 : (unsigned)online;
}

static bool crew_init(tarn_crew *crew, tarn_pool *pool, unsigned size, tarn_priority lowest) {
    crew->threads = calloc(size, sizeof *crew->threads);
    if (crew->threads == NULL)
        return false;
    crew->pool = pool;
    crew->size = size;
    crew->lowest = lowest;
    pthread_cond_init(&crew->call, NULL);
    return true;
}

static void crew_end(tarn_crew *crew) {
    for (unsigned i = 0; i < crew->count; i++)
        pthread_join(crew->threads[i], NULL);
    pthread_cond_destroy(&crew->call);
    free(crew->threads);
}

tarn_status tarn_pool_new(unsigned threads, tarn_pool **out, tarn_error *error) {
    *out = NULL;
    if (threads == 0)
        threads = usable_processors();
    if (threads > THREADS_MOST)
        threads = THREADS_MOST;
    tarn_pool *pool = calloc(1, sizeof *pool);
    if (pool == NULL)
        return tarn_fail_memory(error);
    if (!crew_init(&pool->crew, pool, threads, TARN_PRIORITY_IDLE) ||
        !crew_init(&pool->urgent, pool, 1, TARN_PRIORITY_URGENT)) {
        free(pool->crew.threads);
        free(pool);
        return tarn_fail_memory(error);
    }
    pthread_mutex_init(&pool->mutex, NULL);
    atomic_init(&pool->most_urgent, TARN_PRIORITIES);
    *out = pool;
    return TARN_OK;
}

void tarn_pool_free(tarn_pool *pool) {
    if (pool == NULL)
        return;
    pthread_mutex_lock(&pool->mutex);
    pool->ending = true;
    pthread_cond_broadcast(&pool->crew.call);
    pthread_cond_broadcast(&pool->urgent.call);
    /* Work for which no thread could be started is done here. */
    while (take_part(pool, TARN_PRIORITY_IDLE)) {
    }
    pthread_mutex_unlock(&pool->mutex);
    crew_end(&pool->crew);
    crew_end(&pool->urgent);
    pthread_mutex_destroy(&pool->mutex);
    free(pool);
}

unsigned tarn_pool_threads(const tarn_pool *pool) {
    return pool->crew.size;
}
