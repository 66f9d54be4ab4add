/**
 * @file watch.h
 * The watch over the memory of running queries. Internal to the engine.
 *
 * DuckDB counts its blocks, and the shim its vectors, texts and lists; what remains, such as the state of median() or
 * histogram(), only the system counts. So while anything runs, a thread looks at what the process has got since then,
 * and ends the queries when that is more than they may hold. Where the system does not tell there is no such thread: in
 * WebAssembly, the module's own memory is the bound.
 */
#ifndef TARN_ENGINE_WATCH_H
#define TARN_ENGINE_WATCH_H

#include "base/error.h"
#include "engine/duckdb/confine.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct tarn_watch {
    /** Called on the watch's thread when too much is held: end the queries, or only those that hold what doubles. */
    void (*end_queries)(void *context, bool only_doubling);
    void *context;

    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t change;
    const tarn_shim_confine *shim; /* NULL: there is no thread */
    pthread_t thread;
    size_t running;
    bool is_asleep, is_ending;
} tarn_watch;

void tarn_watch_init(tarn_watch *watch, void (*end_queries)(void *context, bool only_doubling), void *context);

/** Nothing runs any more. */
void tarn_watch_destroy(tarn_watch *watch);

/** Something begins to run, or has ended. The first one starts the thread. */
tarn_status tarn_watch_begin(tarn_watch *watch, const tarn_shim_confine *shim, tarn_error *error);
void tarn_watch_end(tarn_watch *watch);

#endif
