/**
 * @file workers.h
 * The engine's threads: DuckDB is called on them, so that whoever waits for it can stop waiting. Internal to the
 * engine.
 *
 * A thread that is done waits for more, as a thread is not to be had for nothing: in a browser it takes
 * milliseconds.
 */
#ifndef TARN_ENGINE_WORKERS_H
#define TARN_ENGINE_WORKERS_H

#include "base/error.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct tarn_workers {
    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t news;   /* there is work, or the end */
    pthread_cond_t change; /* a thread has ended */
    struct tarn_errand *first, *last;
    size_t queued;  /* errands in the list; each has a thread that waits */
    size_t threads; /* all of them */
    size_t waiting; /* threads that wait, or were called and have not got up yet */
    size_t busy;    /* errands that are not done */
    size_t most_waiting;
    bool ending;
} tarn_workers;

/** `most_waiting`: how many threads are kept while there is nothing to do. */
void tarn_workers_init(tarn_workers *workers, size_t most_waiting);

/** Waits until all work is done and every thread has ended. */
void tarn_workers_destroy(tarn_workers *workers);

/** Call run(context) on a thread of its own, started when none waits. Any thread may call. */
tarn_status tarn_workers_start(tarn_workers *workers, void (*run)(void *context), void *context, tarn_error *error);

/** Whether any work is being done. */
bool tarn_workers_are_busy(const tarn_workers *workers);

#endif
