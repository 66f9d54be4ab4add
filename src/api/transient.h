/**
 * @file transient.h
 * The transient tables of a workspace, and queries over them. For src/api only.
 *
 * Each lies in a store of its own in memory, so that replacing one gives all of its memory back as soon as the last
 * query over it has ended. Who reads holds a set of those there were when it began.
 */
#ifndef TARN_API_TRANSIENT_H
#define TARN_API_TRANSIENT_H

#include "engine/engine.h"

#include <pthread.h>

typedef struct tarn_transient tarn_transient;
typedef struct tarn_transients {
    pthread_mutex_t mutex;
    tarn_transient **list; /* each counted */
    size_t count, capacity;
} tarn_transients;

void tarn_transients_init(tarn_transients *transients);
/** Nobody reads any of them any more. */
void tarn_transients_free(tarn_transients *transients);

/** Run a query that sees them beside the store's tables. */
tarn_status tarn_transients_query(tarn_transients *transients, tarn_engine *engine, tarn_store *store, const char *sql,
                                  const tarn_query_options *given, struct ArrowArrayStream *out, tarn_error *error);

#endif
