// Calling DuckDB from a thread that must be answered when its work is cancelled.
#include "engine/call.h"

#include "base/wait.h"

#include <pthread.h>
#include <stdlib.h>

typedef struct pending_call {
    tarn_call call;
    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t change;
    size_t holders; /* the caller and the thread */
    bool done;
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

static tarn_status wait_for(pending_call *pending, const tarn_task *task, tarn_error *error) {
    bool wanted = true;
    pthread_mutex_lock(&pending->mutex);
    while (!pending->done && wanted)
        wanted = tarn_task_wait(task, &pending->change, &pending->mutex);
    tarn_status status = pending->done ? pending->status : TARN_E_CANCELLED;
    if (!pending->done) {
        pending->call.interrupt(pending->call.context);
        tarn_fail(error, status, "cancelled");
    } else if (status != TARN_OK && error) {
        *error = pending->error;
    }
    pthread_mutex_unlock(&pending->mutex);
    return status;
}

tarn_status tarn_engine_call(tarn_engine *engine, tarn_task *task, const tarn_call *call, struct ArrowArray *made,
                             struct ArrowArray *out, tarn_error *error) {
    tarn_status status = tarn_task_check(task, error);
    pending_call *pending = status == TARN_OK ? calloc(1, sizeof *pending) : NULL;
    if (!pending) {
        call->release(call->context);
        return status == TARN_OK ? tarn_fail_memory(error) : status;
    }
    pending->call = *call;
    pending->holders = 2;
    pthread_mutex_init(&pending->mutex, NULL);
    tarn_condition_init(&pending->change);
    status = tarn_workers_start(tarn_engine_workers(engine), run, pending, error);
    if (status == TARN_OK)
        status = wait_for(pending, task, error);
    else
        pending->holders--;
    if (status == TARN_OK && made) {
        *out = *made;
        made->release = NULL;
    }
    let_go(pending);
    return status;
}
