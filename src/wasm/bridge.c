/* Requests in, answers out: who runs what, and when. */
#include "wasm/bridge.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/wait.h"
#include "jobs/jobs.h"
#include "wasm/call.h"
#include "wasm/kept.h"
#include "wasm/wording.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* How often progress is told at most, and looked at, in microseconds. */
#define PROGRESS_INTERVAL 50000
/* What is done sooner is not worth telling. */
#define PROGRESS_DELAY 100000

typedef struct call_list {
    tarn_call *first, *last;
} call_list;

struct tarn_bridge {
    tarn_bridge_reply reply;
    void *context;
    tarn_fs *files;
    tarn_kept kept;
    pthread_t thread;
    /* Only the bridge's thread changes these, while nothing runs. */
    tarn_workspace *workspace;
    char *directory;

    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t news;
    call_list waiting; /* as they came */
    call_list running; /* given to the workspace */
    call_list done;    /* answered, to be freed */
    tarn_call *change; /* the change that runs */
    bool ending;
};

/* ---- lists ----------------------------------------------------------------------------------------------------- */

static void append(call_list *list, tarn_call *call) {
    call->next = NULL;
    *(list->last != NULL ? &list->last->next : &list->first) = call;
    list->last = call;
}

static void take_out(call_list *list, tarn_call *call) {
    tarn_call *before = NULL, *at = list->first;
    while (at != call) {
        before = at;
        at = at->next;
    }
    *(before != NULL ? &before->next : &list->first) = call->next;
    if (list->last == call)
        list->last = before;
}

/* ---- answers --------------------------------------------------------------------------------------------------- */

static void call_free(tarn_call *call) {
    json_decref(call->arguments);
    json_decref(call->answer);
    tarn_task_release(call->task);
    free(call->data);
    free(call->out);
    free(call);
}

static void reply(tarn_bridge *bridge, uint32_t id, json_t *object, uint8_t *data, size_t size) {
    char *text = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    if (text == NULL) {
        text = tarn_strdup("{\"ok\":false,\"code\":\"TARN_E_MEMORY\",\"message\":\"out of memory\"}");
        free(data);
        data = NULL;
        size = 0;
    }
    bridge->reply(bridge->context, id, text, text != NULL ? strlen(text) : 0, data, size);
}

static void reply_failure(tarn_bridge *bridge, uint32_t id, const tarn_error *error) {
    char *worded = tarn_wording(error->message);
    char *message = worded != NULL ? tarn_text_printable(worded) : NULL;
    reply(bridge, id,
          json_pack("{s:b,s:s,s:s}", "ok", false, "code", tarn_status_name(error->code), "message",
                    message != NULL ? message : "out of memory"),
          NULL, 0);
    free(message);
    free(worded);
}

static void reply_to(tarn_call *call, tarn_status status, const tarn_error *error) {
    if (status != TARN_OK) {
        reply_failure(call->bridge, call->id, error);
        return;
    }
    json_t *answer = call->answer != NULL ? call->answer : json_object();
    call->answer = NULL;
    json_object_set_new(answer, "ok", json_true());
    tarn_wording_answer(answer);
    uint8_t *data = call->out;
    call->out = NULL;
    reply(call->bridge, call->id, answer, data, call->out_size);
}

/* ---- what operations may know ------------------------------------------------------------------------------------ */

const char *tarn_bridge_directory(const tarn_bridge *bridge) {
    return bridge->directory;
}

tarn_fs *tarn_bridge_files(const tarn_bridge *bridge) {
    return bridge->files;
}

tarn_kept *tarn_bridge_kept(tarn_bridge *bridge) {
    return &bridge->kept;
}

tarn_status tarn_bridge_replace(tarn_bridge *bridge, tarn_workspace *workspace, const char *directory,
                                tarn_error *error) {
    char *copy = directory != NULL ? tarn_strdup(directory) : NULL;
    tarn_kept_clear(&bridge->kept);
    tarn_workspace_close(bridge->workspace);
    bridge->workspace = NULL;
    free(bridge->directory);
    bridge->directory = copy;
    if (directory != NULL && copy == NULL) {
        tarn_workspace_close(workspace);
        return tarn_fail_memory(error);
    }
    bridge->workspace = workspace;
    return TARN_OK;
}

/* ---- running ----------------------------------------------------------------------------------------------------
 */

/* On a thread of the workspace. */
static tarn_status run_job(void *context, tarn_task *task, tarn_error *error) {
    tarn_call *call = context;
    tarn_bridge *bridge = call->bridge;
    tarn_error failure = {0};
    tarn_status status = tarn_task_check(call->task, &failure);
    (void)task;
    (void)error;
    if (status == TARN_OK)
        status = call->operation->run(call, &failure);
    pthread_mutex_lock(&bridge->mutex);
    call->answered = true; /* no progress is told behind the answer */
    pthread_mutex_unlock(&bridge->mutex);
    reply_to(call, status, &failure);
    pthread_mutex_lock(&bridge->mutex);
    take_out(&bridge->running, call);
    append(&bridge->done, call);
    if (bridge->change == call)
        bridge->change = NULL;
    pthread_cond_signal(&bridge->news);
    pthread_mutex_unlock(&bridge->mutex);
    return TARN_OK;
}

static tarn_priority priority_of(tarn_run how) {
    return how == TARN_RUN_URGENT       ? TARN_PRIORITY_URGENT
           : how == TARN_RUN_BACKGROUND ? TARN_PRIORITY_BACKGROUND
                                        : TARN_PRIORITY_USER_VISIBLE;
}

static tarn_status start(tarn_bridge *bridge, tarn_call *call, tarn_error *error) {
    if (bridge->workspace == NULL)
        return tarn_fail(error, TARN_E_INVALID, "%s: no workspace is open: open one first", call->operation->name);
    call->workspace = &bridge->workspace;
    /* Without the call's task: a job that is cancelled before it begins never runs, but every call is answered. */
    tarn_task_default_priority(call->task, priority_of(call->operation->how));
    return tarn_submit(bridge->workspace, priority_of(call->operation->how), NULL, run_job, call, &call->job, error);
}

/* With the mutex held; it is let go meanwhile. */
static void run_here(tarn_bridge *bridge, tarn_call *call) {
    append(&bridge->running, call);
    pthread_mutex_unlock(&bridge->mutex);
    tarn_error error = {0};
    call->workspace = &bridge->workspace;
    tarn_status status = tarn_task_check(call->task, &error);
    if (status == TARN_OK)
        status = call->operation->run(call, &error);
    reply_to(call, status, &error);
    pthread_mutex_lock(&bridge->mutex);
    take_out(&bridge->running, call);
    call_free(call);
}

/* With the mutex held. The thread that runs the job waits for it before it looks at the lists. */
static void begin(tarn_bridge *bridge, tarn_call *call) {
    tarn_error error = {0};
    append(&bridge->running, call);
    if (call->operation->how == TARN_RUN_CHANGE)
        bridge->change = call;
    if (start(bridge, call, &error) == TARN_OK)
        return;
    take_out(&bridge->running, call);
    if (bridge->change == call)
        bridge->change = NULL;
    reply_failure(bridge, call->id, &error);
    call_free(call);
}

/* The first waiting call that may begin: control operations wait for all before them and keep back all behind them. */
static tarn_call *choose(const tarn_bridge *bridge) {
    for (tarn_call *call = bridge->waiting.first; call != NULL; call = call->next) {
        if (call->operation->how == TARN_RUN_CONTROL)
            return call == bridge->waiting.first && bridge->running.first == NULL && bridge->done.first == NULL ? call
                                                                                                                : NULL;
        if (call->operation->how != TARN_RUN_CHANGE || bridge->change == NULL || tarn_task_is_cancelled(call->task))
            return call;
    }
    return NULL;
}

static void reap(tarn_bridge *bridge) {
    while (bridge->done.first != NULL) {
        tarn_call *call = bridge->done.first;
        take_out(&bridge->done, call);
        pthread_mutex_unlock(&bridge->mutex);
        tarn_job_wait(call->job, NULL);
        call_free(call);
        pthread_mutex_lock(&bridge->mutex);
    }
}

/* ---- progress --------------------------------------------------------------------------------------------------- */

static json_t *progress_json(const tarn_progress_state *state) {
    return json_pack("{s:{s:s,s:s,s:I,s:I,s:I,s:f,s:I}}", "progress", "phase", state->phase, "unit", state->unit,
                     "done", (json_int_t)state->done, "total", (json_int_t)state->total, "elapsed_us",
                     (json_int_t)state->elapsed, "rate", state->rate, "remaining_us", (json_int_t)state->remaining);
}

static void tell_progress(tarn_bridge *bridge) {
    int64_t now = tarn_monotonic();
    for (tarn_call *call = bridge->running.first; call != NULL; call = call->next) {
        tarn_progress_state state;
        tarn_task_progress(call->task, &state);
        if (call->answered || state.phase == NULL || state.unit == NULL || now - call->since < PROGRESS_DELAY ||
            call->reported == state.done + 1)
            continue;
        call->reported = state.done + 1; /* 0: nothing yet */
        reply(bridge, call->id, progress_json(&state), NULL, 0);
    }
}

/* Until there is news, or progress is to be looked at. */
static void wait_for_news(tarn_bridge *bridge) {
    if (bridge->running.first == NULL) {
        pthread_cond_wait(&bridge->news, &bridge->mutex);
        return;
    }
    tarn_condition_wait(&bridge->news, &bridge->mutex, PROGRESS_INTERVAL);
    tell_progress(bridge);
}

/* ---- the bridge -------------------------------------------------------------------------------------------------- */

static void *serve(void *argument) {
    tarn_bridge *bridge = argument;
    pthread_mutex_lock(&bridge->mutex);
    for (;;) {
        reap(bridge);
        tarn_call *call = choose(bridge);
        if (call != NULL) {
            take_out(&bridge->waiting, call);
            if (call->operation->how == TARN_RUN_CONTROL)
                run_here(bridge, call);
            else
                begin(bridge, call);
            continue;
        }
        if (bridge->ending && bridge->waiting.first == NULL && bridge->running.first == NULL)
            break;
        wait_for_news(bridge);
    }
    pthread_mutex_unlock(&bridge->mutex);
    tarn_bridge_replace(bridge, NULL, NULL, NULL);
    return NULL;
}

static void destroy(tarn_bridge *bridge) {
    tarn_kept_free(&bridge->kept);
    tarn_fs_free(bridge->files);
    pthread_cond_destroy(&bridge->news);
    pthread_mutex_destroy(&bridge->mutex);
    free(bridge);
}

tarn_status tarn_bridge_new(tarn_bridge_reply reply_function, void *context, tarn_bridge **out, tarn_error *error) {
    tarn_bridge *bridge = calloc(1, sizeof *bridge);
    *out = NULL;
    if (bridge == NULL)
        return tarn_fail_memory(error);
    bridge->reply = reply_function;
    bridge->context = context;
    pthread_mutex_init(&bridge->mutex, NULL);
    tarn_condition_init(&bridge->news);
    tarn_kept_init(&bridge->kept);
    tarn_status status = tarn_fs_native(&bridge->files, error);
    int errnum = status == TARN_OK ? pthread_create(&bridge->thread, NULL, serve, bridge) : 0;
    if (errnum != 0)
        status = tarn_fail_errno(error, errnum, "cannot start a thread");
    if (status == TARN_OK)
        *out = bridge;
    else
        destroy(bridge);
    return status;
}

void tarn_bridge_free(tarn_bridge *bridge) {
    if (bridge == NULL)
        return;
    pthread_mutex_lock(&bridge->mutex);
    bridge->ending = true;
    pthread_cond_signal(&bridge->news);
    pthread_mutex_unlock(&bridge->mutex);
    pthread_join(bridge->thread, NULL);
    destroy(bridge);
}

/* Understand what is asked for; the call's arguments and operation. */
static tarn_status parse(tarn_call *call, const char *json, size_t size, tarn_error *error) {
    json_error_t wrong;
    call->arguments = json_loadb(json, size, JSON_REJECT_DUPLICATES, &wrong);
    if (call->arguments == NULL)
        return tarn_fail(error, TARN_E_INVALID, "the request is not JSON: %s", wrong.text);
    const char *name = json_string_value(json_object_get(call->arguments, "op"));
    if (name == NULL)
        return tarn_fail(error, TARN_E_INVALID, "the request has no 'op'");
    call->operation = tarn_operation_find(name);
    if (call->operation == NULL)
        return tarn_fail(error, TARN_E_INVALID, "there is no operation '%s'", name);
    return tarn_task_new(&call->task, error);
}

void tarn_bridge_request(tarn_bridge *bridge, uint32_t id, char *json, size_t json_size, uint8_t *data,
                         size_t data_size) {
    tarn_error error = {0};
    tarn_call *call = calloc(1, sizeof *call);
    if (call == NULL) {
        tarn_fail_memory(&error);
        reply_failure(bridge, id, &error);
        free(data);
        free(json);
        return;
    }
    *call = (tarn_call){.bridge = bridge, .id = id, .data = data, .data_size = data_size, .since = tarn_monotonic()};
    tarn_status status = parse(call, json, json_size, &error);
    free(json);
    if (status != TARN_OK) {
        reply_failure(bridge, id, &error);
        call_free(call);
        return;
    }
    pthread_mutex_lock(&bridge->mutex);
    append(&bridge->waiting, call);
    pthread_cond_signal(&bridge->news);
    pthread_mutex_unlock(&bridge->mutex);
}

static void cancel_in(const call_list *list, uint32_t id) {
    for (tarn_call *call = list->first; call != NULL; call = call->next) {
        if (call->id == id)
            tarn_task_cancel(call->task);
    }
}

void tarn_bridge_cancel(tarn_bridge *bridge, uint32_t id) {
    pthread_mutex_lock(&bridge->mutex);
    cancel_in(&bridge->waiting, id);
    cancel_in(&bridge->running, id);
    pthread_cond_signal(&bridge->news);
    pthread_mutex_unlock(&bridge->mutex);
}
