/* What runs, and hearing of what happens. */
#include "answer/answer.h"
#include "base/clock.h"
#include "request/declare.h"
#include "request/operations.h"
#include "request/session.h"

/* ---- jobs ------------------------------------------------------------------------------------------------------- */

static bool is_theirs(const tarn_call *asking, const tarn_call *call) {
    return call != asking && (call->session == asking->session || asking->session->context.role == TARN_ROLE_OWNER);
}

static json_t *job_json(const tarn_call *call, const char *state) {
    tarn_progress_state progress;
    tarn_task_progress(call->task, &progress);
    return json_pack("{s:I,s:s,s:o,s:s,s:I,s:o,s:o,s:I,s:I}", "job", (json_int_t)call->number, "op",
                     call->operation->declared.name, "user", tarn_answer_text(call->session->context.user), "state",
                     state, "elapsed_us", (json_int_t)(tarn_monotonic() - call->since), "phase",
                     tarn_answer_text(progress.phase), "unit", tarn_answer_text(progress.unit), "done",
                     (json_int_t)progress.done, "total", (json_int_t)progress.total);
}

static void add(const tarn_call *asking, const tarn_call_list *list, const char *state, json_t *jobs) {
    for (const tarn_call *call = list->first; call != NULL; call = call->next) {
        if (is_theirs(asking, call))
            json_array_append_new(jobs, job_json(call, state));
    }
}

static tarn_status run_jobs(tarn_call *call, tarn_error *error) {
    tarn_service *service = call->session->service;
    json_t *jobs = json_array();
    pthread_mutex_lock(&service->mutex);
    add(call, &service->running, "running", jobs);
    add(call, &service->waiting, "waiting", jobs);
    pthread_mutex_unlock(&service->mutex);
    return tarn_call_answer(call, json_pack("{s:o}", "jobs", jobs), error);
}

static const char *const states[] = {"running", "waiting", NULL};
static const tarn_field job[] = {
    TARN_MEMBER(INTEGER, "job", "its number"),
    TARN_MEMBER(TEXT, "op", "what was asked for"),
    TARN_MEMBER(TEXT, "user", "by whom; null: as the workspace was opened", .may_be_null = true),
    TARN_MEMBER(TEXT, "state", "whether it has begun", .choices = states),
    TARN_MEMBER(INTEGER, "elapsed_us", "since it was asked for", .unit = "microseconds"),
    TARN_MEMBER(TEXT, "phase", "what it is doing", .may_be_null = true),
    TARN_MEMBER(TEXT, "unit", "of what follows", .may_be_null = true),
    TARN_MEMBER(INTEGER, "done", "so much"),
    TARN_MEMBER(INTEGER, "total", "of so much; 0: not known"),
};
static const tarn_shape job_shape = {.name = "Job", .meaning = "A request that is not answered yet.", TARN_FIELDS(job)};
static const tarn_field jobs_answer[] = {
    TARN_MEMBER(OBJECT, "jobs", "those that run, then those that wait", .is_list = true, .shape = &job_shape),
};
static const tarn_shape jobs_shape = {.name = "JobsAnswer", TARN_FIELDS(jobs_answer)};
const tarn_deed tarn_op_jobs = {{.name = "jobs",
                                 .meaning = "One's own requests that are not answered yet; an owner's: everybody's.",
                                 .how = TARN_RUN_URGENT,
                                 .role = TARN_ROLE_READER,
                                 .method = "GET",
                                 .path = "/jobs",
                                 .answer = &jobs_shape},
                                run_jobs};

static bool cancel_in(const tarn_call *asking, const tarn_call_list *list, uint64_t number) {
    bool found = false;
    for (tarn_call *call = list->first; call != NULL; call = call->next) {
        if (call->number == number && is_theirs(asking, call)) {
            tarn_task_cancel(call->task);
            found = true;
        }
    }
    return found;
}

static tarn_status run_cancel(tarn_call *call, tarn_error *error) {
    tarn_service *service = call->session->service;
    uint64_t number = (uint64_t)tarn_call_integer(call, "job", 0);
    pthread_mutex_lock(&service->mutex);
    bool found = cancel_in(call, &service->running, number);
    found = cancel_in(call, &service->waiting, number) || found;
    pthread_cond_signal(&service->news);
    pthread_mutex_unlock(&service->mutex);
    return tarn_call_answer(call, json_pack("{s:b}", "cancelled", found), error);
}

static const tarn_field cancel_parameters[] = {
    TARN_PARAMETER(INTEGER, "job", "its number", .is_needed = true),
};
static const tarn_field cancel_answer[] = {
    TARN_MEMBER(FLAG, "cancelled", "false: there is no such job any more"),
};
static const tarn_shape cancel_shape = {.name = "JobCancelAnswer", TARN_FIELDS(cancel_answer)};
const tarn_deed tarn_op_job_cancel = {{.name = "jobCancel",
                                       .meaning = "Ask for a request to stop; what it would have changed is as it was.",
                                       .how = TARN_RUN_URGENT,
                                       .role = TARN_ROLE_READER,
                                       .method = "DELETE",
                                       .path = "/jobs/{job}",
                                       TARN_TAKES(cancel_parameters),
                                       .answer = &cancel_shape},
                                      run_cancel};

/* ---- events ----------------------------------------------------------------------------------------------------- */

static tarn_status run_listen(tarn_call *call, tarn_error *error) {
    bool listens = tarn_call_flag(call, "on");
    tarn_service_listen(call->session, listens);
    return tarn_call_answer(call, json_pack("{s:b}", "listening", listens), error);
}

static const tarn_field listen_parameters[] = {
    TARN_PARAMETER(FLAG, "on", "false: no more", .otherwise = "true"),
};
static const tarn_field listen_answer[] = {TARN_MEMBER(FLAG, "listening", "whether events are told from now on")};
static const tarn_shape listen_shape = {.name = "ListenAnswer", TARN_FIELDS(listen_answer)};
const tarn_deed tarn_op_listen = {
    {.name = "listen",
     .meaning = "Hear of new versions (table, version, command, user) and of the end of one's own long requests.",
     .how = TARN_RUN_URGENT,
     .role = TARN_ROLE_READER,
     TARN_TAKES(listen_parameters),
     .answer = &listen_shape},
    run_listen};
