/**
 * @file pool.h
 * The pool from inside: a queue of work that threads pick from. Included by this module's files only.
 */
#ifndef TARN_JOBS_POOL_H
#define TARN_JOBS_POOL_H

#include "jobs/jobs.h"

#include <pthread.h>
#include <stdatomic.h>

#define TARN_PRIORITIES 4

/**
 * Something that waits for `wanted` threads to take part in it: one for a job, several for a parallel_for. In the queue
 * as long as `wanted` is not 0. Everything here is guarded by the pool's mutex.
 */
typedef struct tarn_work {
    struct tarn_work *previous, *next;
    tarn_priority priority;
    unsigned wanted;
    /** Take part. Called with the pool's mutex held, and returns with it held; may release it in between. */
    void (*take_part)(tarn_pool *pool, struct tarn_work *work);
} tarn_work;

typedef struct tarn_queue {
    tarn_work *first, *last;
} tarn_queue;

/** Threads that sleep until they are called. Each one awake takes work until there is none for it. */
typedef struct tarn_crew {
    tarn_pool *pool;
    pthread_cond_t call;
    unsigned size;        /**< the most threads there may be */
    unsigned count;       /**< threads there are */
    unsigned idle;        /**< threads that sleep and were not called */
    unsigned called;      /**< calls that no thread has answered yet */
    tarn_priority lowest; /**< they take no work that is less urgent */
    pthread_t *threads;
} tarn_crew;

struct tarn_pool {
    pthread_mutex_t mutex; /**< guards everything below that is not atomic or constant */
    tarn_queue queues[TARN_PRIORITIES];
    unsigned waiting[TARN_PRIORITIES]; /**< threads wanted by the work in each queue */
    /** The most urgent queue with work in it, TARN_PRIORITIES for none: to be read without the mutex. */
    atomic_uint most_urgent;
    tarn_crew crew;   /**< for everything */
    tarn_crew urgent; /**< one thread, for urgent work only */
    bool ending;
};

/** With the mutex held: put work that wants threads at the end of its queue, or back at its beginning. */
void tarn_pool_enqueue(tarn_pool *pool, tarn_work *work, unsigned wanted, bool in_front);

/** With the mutex held: no more threads shall take part in it. Fine when it is not in the queue. */
void tarn_pool_withdraw(tarn_pool *pool, tarn_work *work);

/** With the mutex held: wake or start a thread for work of this priority, if there is one that may do it. */
void tarn_pool_summon(tarn_pool *pool, tarn_priority priority);

/** With the mutex held: whether there is any thread, busy or not, that does work of this priority. */
bool tarn_pool_serves(const tarn_pool *pool, tarn_priority priority);

#endif
