/* Who runs what, and when. */
#include "base/clock.h"
#include "base/text.h"
#include "base/wait.h"
#include "jobs/jobs.h"
#include "request/session.h"

#include <stdlib.h>
#include <string.h>

/* How often progress is told at most, and looked at, in microseconds. */
#define PROGRESS_INTERVAL 50000
/* What is done sooner is not worth telling. */
#define PROGRESS_DELAY 100000

/* ---- lists ----------------------------------------------------------------------------------------------------- */

/* With the mutex held, as all that follows. */
static void append(tarn_call_list *list, tarn_call *call) {
    call->next = NULL;
    *(list->last != NULL ? &list->last->next : &list->first) = call;
    list->last = call;
}

static void take_out(tarn_call_list *list, tarn_call *call) {
    tarn_call *before = NULL, *at = list->first;
    while (at != call) {
        before = at;
        at = at->next;
    }
    *(before != NULL ? &before->next : &list->first) = call->next;
    if (list->last == call)
        list->last = before;
}

static bool has_calls_of(const tarn_call_list *list, const tarn_session *session) {
    for (const tarn_call *call = list->first; call != NULL; call = call->next) {
        if (call->session == session)
            return true;
    }
    return false;
}

/* ---- what may begin -------------------------------------------------------------------------------------------- */

static tarn_run how_of(const tarn_call *call) {
    return call->operation->declared.how;
}

/*
 * With the mutex held. Control operations wait for all before them and keep back all behind them; changes are made in
 * their order; whatever was cancelled may come to its end at once.
 */
static bool may_begin(const tarn_service *service, const tarn_call *call) {
    bool is_change = how_of(call) == TARN_RUN_CHANGE && !tarn_task_is_cancelled(call->task);
    if (how_of(call) == TARN_RUN_CONTROL)
        return call == service->waiting.first && service->running.first == NULL && service->done.first == NULL;
    if (is_change && service->change != NULL)
        return false;
    for (const tarn_call *before = service->waiting.first; before != call; before = before->next) {
        if (how_of(before) == TARN_RUN_CONTROL || (is_change && how_of(before) == TARN_RUN_CHANGE))
            return false;
    }
    return true;
}

/* With the mutex held: from waiting to running. */
static void enter(tarn_service *service, tarn_call *call) {
    take_out(&service->waiting, call);
    append(&service->running, call);
    if (how_of(call) == TARN_RUN_CHANGE && service->change == NULL)
        service->change = call;
    service->submitted += call->receive != NULL;
}

/* With the mutex held: it runs no more. */
static void leave(tarn_service *service, tarn_call *call) {
    take_out(&service->running, call);
    if (service->change == call)
        service->change = NULL;
    service->submitted -= call->receive != NULL;
    pthread_cond_signal(&service->news);
    pthread_cond_broadcast(&service->settled);
}

/* ---- on the workspace's threads -------------------------------------------------------------------------------- */

static void answer(tarn_call *call, tarn_status status, const tarn_error *error) {
    tarn_reply reply;
    tarn_reply_make(call, status, error, &reply);
    call->receive(call->receiver, call->id, &reply);
}

static tarn_status run_job(void *context, tarn_task *task, tarn_error *error) {
    tarn_call *call = context;
    tarn_service *service = call->session->service;
    tarn_error failure = {0};
    (void)task;
    (void)error;
    tarn_status status = tarn_call_carry_out(call, &failure);
    pthread_mutex_lock(&service->mutex);
    call->answered = true; /* no progress is told behind the answer */
    pthread_mutex_unlock(&service->mutex);
    answer(call, status, &failure);
    tarn_service_tell_end(call, status);
    pthread_mutex_lock(&service->mutex);
    leave(service, call);
    append(&service->done, call);
    pthread_mutex_unlock(&service->mutex);
    return TARN_OK;
}

static tarn_priority priority_of(tarn_run how) {
    return how == TARN_RUN_URGENT       ? TARN_PRIORITY_URGENT
           : how == TARN_RUN_BACKGROUND ? TARN_PRIORITY_BACKGROUND
                                        : TARN_PRIORITY_USER_VISIBLE;
}

static tarn_status start(tarn_service *service, tarn_call *call, tarn_error *error) {
    if (service->workspace == NULL)
        return tarn_fail(error, TARN_E_INVALID, "%s: no workspace is open: open one first",
                         call->operation->declared.name);
    /* Without the call's task: a job that is cancelled before it begins never runs, but every call is answered. */
    tarn_task_default_priority(call->task, priority_of(how_of(call)));
    return tarn_submit(service->workspace, priority_of(how_of(call)), NULL, run_job, call, &call->job, error);
}

/* With the mutex held; it is let go meanwhile. */
static void run_here(tarn_service *service, tarn_call *call) {
    tarn_error error = {0};
    enter(service, call);
    pthread_mutex_unlock(&service->mutex);
    answer(call, tarn_call_carry_out(call, &error), &error);
    pthread_mutex_lock(&service->mutex);
    leave(service, call);
    tarn_call_free(call);
}

/* With the mutex held, so that the job cannot end before it is noted. */
static void begin(tarn_service *service, tarn_call *call) {
    tarn_error error = {0};
    enter(service, call);
    if (start(service, call, &error) == TARN_OK)
        return;
    pthread_mutex_unlock(&service->mutex);
    answer(call, error.code, &error);
    pthread_mutex_lock(&service->mutex);
    leave(service, call);
    tarn_call_free(call);
}

/* The first waiting call that may begin and is not begun by its own caller. */
static tarn_call *choose(const tarn_service *service) {
    for (tarn_call *call = service->waiting.first; call != NULL; call = call->next) {
        if (call->receive != NULL && may_begin(service, call))
            return call;
    }
    return NULL;
}

static void reap(tarn_service *service) {
    while (service->done.first != NULL) {
        tarn_call *call = service->done.first;
        pthread_mutex_unlock(&service->mutex);
        tarn_job_wait(call->job, NULL);
        pthread_mutex_lock(&service->mutex);
        take_out(&service->done, call);
        pthread_cond_broadcast(&service->settled);
        tarn_call_free(call);
    }
}

/* ---- progress -------------------------------------------------------------------------------------------------- */

static void tell_one(const tarn_call *call, const tarn_progress_state *state) {
    const tarn_session_listener *listener = &call->session->listener;
    json_t *object =
        json_pack("{s:{s:s,s:s,s:I,s:I,s:I,s:f,s:I}}", "progress", "phase", state->phase, "unit", state->unit, "done",
                  (json_int_t)state->done, "total", (json_int_t)state->total, "elapsed_us", (json_int_t)state->elapsed,
                  "rate", state->rate, "remaining_us", (json_int_t)state->remaining);
    char *text = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    if (text != NULL)
        listener->progress(listener->context, call->id, text, strlen(text));
    free(text);
}

static void tell_progress(tarn_service *service) {
    int64_t now = tarn_monotonic();
    for (tarn_call *call = service->running.first; call != NULL; call = call->next) {
        tarn_progress_state state;
        tarn_task_progress(call->task, &state);
        if (call->receive == NULL || call->answered || call->session->listener.progress == NULL ||
            state.phase == NULL || state.unit == NULL || now - call->since < PROGRESS_DELAY ||
            call->reported == state.done + 1)
            continue;
        call->reported = state.done + 1; /* 0: nothing yet */
        tell_one(call, &state);
    }
}

/* Until there is news, or progress is to be looked at. */
static void wait_for_news(tarn_service *service) {
    if (service->submitted == 0) {
        pthread_cond_wait(&service->news, &service->mutex);
        return;
    }
    tarn_condition_wait(&service->news, &service->mutex, PROGRESS_INTERVAL);
    tell_progress(service);
}

/* ---- the service ----------------------------------------------------------------------------------------------- */

static void *serve(void *argument) {
    tarn_service *service = argument;
    pthread_mutex_lock(&service->mutex);
    for (;;) {
        reap(service);
        tarn_call *call = choose(service);
        if (call != NULL && how_of(call) == TARN_RUN_CONTROL)
            run_here(service, call);
        else if (call != NULL)
            begin(service, call);
        else if (service->ending && service->running.first == NULL)
            break;
        else
            wait_for_news(service);
    }
    pthread_mutex_unlock(&service->mutex);
    return NULL;
}

void tarn_service_replace(tarn_service *service, tarn_workspace *workspace) {
    for (tarn_session *session = service->sessions; session != NULL; session = session->next)
        tarn_handles_clear(&session->handles);
    if (service->owns_workspace)
        tarn_workspace_close(service->workspace);
    service->workspace = workspace;
}

tarn_status tarn_service_new(const tarn_service_options *options, tarn_service **out, tarn_error *error) {
    tarn_service *service = calloc(1, sizeof *service);
    *out = NULL;
    if (service == NULL)
        return tarn_fail_memory(error);
    service->workspace = options != NULL ? options->workspace : NULL;
    service->owns_workspace = service->workspace == NULL;
    pthread_mutex_init(&service->mutex, NULL);
    tarn_condition_init(&service->news);
    tarn_condition_init(&service->settled);
    tarn_status status = tarn_fs_native(&service->files, error);
    int errnum = status == TARN_OK ? pthread_create(&service->thread, NULL, serve, service) : 0;
    service->has_thread = status == TARN_OK && errnum == 0;
    if (errnum != 0)
        status = tarn_fail_errno(error, errnum, "cannot start a thread");
    if (status == TARN_OK)
        *out = service;
    else
        tarn_service_free(service);
    return status;
}

void tarn_service_free(tarn_service *service) {
    if (service == NULL)
        return;
    pthread_mutex_lock(&service->mutex);
    service->ending = true;
    pthread_cond_signal(&service->news);
    pthread_mutex_unlock(&service->mutex);
    if (service->has_thread)
        pthread_join(service->thread, NULL);
    tarn_service_replace(service, NULL);
    tarn_fs_free(service->files);
    pthread_cond_destroy(&service->settled);
    pthread_cond_destroy(&service->news);
    pthread_mutex_destroy(&service->mutex);
    free(service);
}

/* ---- requests -------------------------------------------------------------------------------------------------- */

/* Bytes that are there for the length of the call of tarn_session_submit only. */
static tarn_status keep_bytes(tarn_call *call, const tarn_request *request, tarn_error *error) {
    if (request->hands_over || request->bytes == NULL)
        return TARN_OK;
    call->owned = malloc(request->byte_count > 0 ? request->byte_count : 1);
    if (call->owned == NULL)
        return tarn_fail_memory(error);
    if (request->byte_count > 0)
        memcpy(call->owned, request->bytes, request->byte_count);
    call->data = call->owned;
    return TARN_OK;
}

static void give(tarn_session_receive receive, void *context, uint64_t id, const tarn_session *session,
                 const tarn_error *error) {
    tarn_reply reply;
    tarn_reply_fail(session, error, &reply);
    receive(context, id, &reply);
}

void tarn_session_submit(tarn_session *session, uint64_t id, const tarn_request *request, tarn_session_receive receive,
                         void *context) {
    tarn_service *service = session->service;
    tarn_error error = {0};
    tarn_call *call = NULL;
    tarn_status status = tarn_call_new(session, request, &call, &error);
    if (status == TARN_OK)
        status = keep_bytes(call, request, &error);
    if (status != TARN_OK) {
        if (call == NULL && request->hands_over)
            free((void *)request->bytes);
        tarn_call_free(call);
        give(receive, context, id, session, &error);
        return;
    }
    call->id = id;
    call->receive = receive;
    call->receiver = context;
    pthread_mutex_lock(&service->mutex);
    call->number = ++service->numbers;
    append(&service->waiting, call);
    pthread_cond_signal(&service->news);
    pthread_mutex_unlock(&service->mutex);
}

/* Wait until it may begin; begun also when it was cancelled, which its end will show. */
static void begin_here(tarn_service *service, tarn_call *call) {
    pthread_mutex_lock(&service->mutex);
    call->number = ++service->numbers;
    append(&service->waiting, call);
    while (!may_begin(service, call))
        tarn_task_wait(call->task, &service->settled, &service->mutex);
    enter(service, call);
    pthread_mutex_unlock(&service->mutex);
}

static void end_here(tarn_service *service, tarn_call *call) {
    pthread_mutex_lock(&service->mutex);
    leave(service, call);
    pthread_mutex_unlock(&service->mutex);
}

tarn_status tarn_session_run(tarn_session *session, const tarn_request *request, tarn_task *task, tarn_reply *reply) {
    tarn_service *service = session->service;
    tarn_error error = {0};
    tarn_call *call = NULL;
    tarn_status status = tarn_call_new(session, request, &call, &error);
    if (status != TARN_OK) {
        if (request->hands_over)
            free((void *)request->bytes);
        tarn_reply_fail(session, &error, reply);
        return status;
    }
    if (task != NULL) {
        tarn_task_release(call->task);
        tarn_task_retain(task);
        call->task = task;
    }
    begin_here(service, call);
    status = tarn_call_carry_out(call, &error);
    tarn_reply_make(call, status, &error, reply);
    tarn_service_tell_end(call, status);
    end_here(service, call);
    tarn_call_free(call);
    return reply->status;
}

static void cancel_in(const tarn_call_list *list, const tarn_session *session, uint64_t id, bool all) {
    for (tarn_call *call = list->first; call != NULL; call = call->next) {
        if (call->session == session && (all || (call->receive != NULL && call->id == id)))
            tarn_task_cancel(call->task);
    }
}

void tarn_session_cancel(tarn_session *session, uint64_t id) {
    tarn_service *service = session->service;
    pthread_mutex_lock(&service->mutex);
    cancel_in(&service->waiting, session, id, false);
    cancel_in(&service->running, session, id, false);
    pthread_cond_signal(&service->news);
    pthread_mutex_unlock(&service->mutex);
}

/* Whatever the session asked for comes to its end. */
static void end_calls(tarn_session *session) {
    tarn_service *service = session->service;
    cancel_in(&service->waiting, session, 0, true);
    cancel_in(&service->running, session, 0, true);
    pthread_cond_signal(&service->news);
    while (has_calls_of(&service->waiting, session) || has_calls_of(&service->running, session) ||
           has_calls_of(&service->done, session))
        pthread_cond_wait(&service->settled, &service->mutex);
}

void tarn_session_close(tarn_session *session) {
    if (session == NULL)
        return;
    tarn_service *service = session->service;
    pthread_mutex_lock(&service->mutex);
    end_calls(session);
    tarn_session **at = &service->sessions;
    while (*at != session)
        at = &(*at)->next;
    *at = session->next;
    pthread_mutex_unlock(&service->mutex);
    tarn_handles_free(&session->handles);
    for (size_t i = 0; i < session->context.table_count; i++)
        free((char *)session->context.tables[i]);
    free((void *)session->context.tables);
    free((char *)session->context.user);
    free((char *)session->context.folder);
    free(session);
}
