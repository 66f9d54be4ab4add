/**
 * @file loop.h
 * The thread that serves: everything of this room runs on it but what is handed to others. This is how they hand back.
 */
#ifndef TARN_SERVER_LOOP_H
#define TARN_SERVER_LOOP_H

#include "base/error.h"

#include <pthread.h>
#include <stdbool.h>
#include <uv.h>

typedef void (*tarn_posted)(void *context);

typedef struct tarn_post {
    struct tarn_post *next;
    tarn_posted run;
    void *context;
} tarn_post;

typedef struct tarn_loop {
    uv_loop_t uv;
    uv_async_t news;
    pthread_mutex_t mutex; /* guards what follows */
    tarn_post *first, *last;
    char input[262144]; /* where sockets are read into, one after the other */
} tarn_loop;

tarn_status tarn_loop_init(tarn_loop *loop, tarn_error *error);
/** All handles must be closed or closing. */
void tarn_loop_free(tarn_loop *loop);

/** From any thread: run `post->run` on the loop's. `post` is the caller's, who may free it from then on. */
void tarn_loop_post(tarn_loop *loop, tarn_post *post);

/** "cannot listen: address already in use", with the code that suits. */
tarn_status tarn_fail_uv(tarn_error *error, int code, const char *format, ...) TARN_PRINTF(3, 4);

#endif
