/**
 * @file handles.h
 * What stays open between a session's requests, under numbers: comparisons, views, results of queries. Thread-safe. For
 * src/request only.
 */
#ifndef TARN_REQUEST_HANDLES_H
#define TARN_REQUEST_HANDLES_H

#include "tarn/request.h"

#include <pthread.h>

typedef enum tarn_handle_kind {
    TARN_HANDLE_DIFF,
    TARN_HANDLE_VIEW,
} tarn_handle_kind;

typedef struct tarn_handle tarn_handle;
typedef struct tarn_handles {
    pthread_mutex_t mutex;
    tarn_handle *first; /* the one used last */
    int64_t last;       /* number given */
    size_t count, limit;
    uint64_t bytes, most_bytes;
    int64_t idle; /* microseconds; 0: for ever */
} tarn_handles;

void tarn_handles_init(tarn_handles *handles, const tarn_context *limits);
void tarn_handles_clear(tarn_handles *handles); /**< closes all; nobody uses one any more */
void tarn_handles_free(tarn_handles *handles);

/**
 * Keep something that is closed by `close`, and takes so many bytes. Whatever was not used for too long goes, and those
 * that were not used longest while there are too many. On failure it is closed.
 */
tarn_status tarn_handles_add(tarn_handles *handles, tarn_handle_kind kind, void *what, void (*close)(void *what),
                             uint64_t bytes, int64_t *out, tarn_error *error);
/** Find one and keep it from being closed until tarn_handles_give_back. */
tarn_status tarn_handles_take(tarn_handles *handles, tarn_handle_kind kind, int64_t number, tarn_handle **out,
                              tarn_error *error);
void *tarn_handle_what(const tarn_handle *handle);
void tarn_handles_give_back(tarn_handles *handles, tarn_handle *handle);
/** Close it, as soon as nobody uses it. */
tarn_status tarn_handles_release(tarn_handles *handles, tarn_handle_kind kind, int64_t number, tarn_error *error);

#endif
