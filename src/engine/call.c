#include "engine/call.h"

#include <pthread.h>
#include <stdlib.h>

typedef struct pending_call {
    tarn_call call;
    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t change;
    size_t holders; /* the caller and the thread */
    bool done, cancelled;
    tarn_status status;
    tarn_error error;
} pending_call;

static void free_call(pending_call *pending) {
    pending->call.release(pending->call.context);
    pthread_cond_destroy(&pending->change);
    pthread_mutex_destroy(&pending->mutex);
    free(pending);
}

static void let_go(pending_call *pending) {
    pthread_mutex_lock(&pending->mutex);
    bool last = --pending->holders == 0;
    pthread_mutex_unlock(&pending->mutex);
    if (last)
        free_call(pending);
}

/* The thread lets go in the moment in which the caller learns of the end, so that what the context holds (a version
 * that gc may want) is free when the caller returns. */
static void run(void *argument) {
    pending_call *pending = argument;
    tarn_error error = {0};
    tarn_status status = pending->call.body(pending->call.context, &error);
    pthread_mutex_lock(&pending->mutex);
    pending->done = true;
    pending->status = status;
    pending->error = error;
    bool last = --pending->holders == 0;
    pthread_cond_broadcast(&pending->change);
    pthread_mutex_unlock(&pending->mutex);
    if (last)
        free_call(pending);
}

static void on_cancel(void *argument) {
    pending_call *pending = argument;
    pthread_mutex_lock(&pending->mutex);
    pending->cancelled = true;
    if (!pending->done)
        pending->call.interrupt(pending->call.context);
    pthread_cond_broadcast(&pending->change);
    pthread_mutex_unlock(&pending->mutex);
}

static tarn_status wait_for(pending_call *pending, tarn_error *error) {
    pthread_mutex_lock(&pending->mutex);
    while (!pending->done && !pending->cancelled)
        pthread_cond_wait(&pending->change, &pending->mutex);
    tarn_status status = pending->done ? pending->status : TARN_E_CANCELLED;
    if (!pending->done)
        tarn_fail(error, status, "cancelled");
    else if (status != TARN_OK && error)
        *error = pending->error;
    pthread_mutex_unlock(&pending->mutex);
    return status;
}

tarn_status tarn_engine_call(tarn_engine *engine, tarn_task *task, const tarn_call *call, struct ArrowArray *made,
                             struct ArrowArray *out, tarn_error *error) {
    tarn_watch *watch = NULL;
    tarn_status status = tarn_task_check(task, error);
    pending_call *pending = status == TARN_OK ? calloc(1, sizeof *pending) : NULL;
    if (!pending) {
        call->release(call->context);
        return status == TARN_OK ? tarn_fail_memory(error) : status;
    }
    pending->call = *call;
    pending->holders = 2;
    pthread_mutex_init(&pending->mutex, NULL);
    pthread_cond_init(&pending->change, NULL);
    status = tarn_task_watch(task, on_cancel, pending, &watch, error);
    if (status == TARN_OK)
        status = tarn_engine_start(engine, run, pending, error);
    if (status == TARN_OK)
        status = wait_for(pending, error);
    else
        pending->holders--;
    tarn_task_unwatch(task, watch);
    if (status == TARN_OK && made) {
        *out = *made;
        made->release = NULL;
    }
    let_go(pending);
    return status;
}
