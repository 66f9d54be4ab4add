/**
 * @file session.h
 * What a service and its sessions hold. For src/request only.
 */
#ifndef TARN_REQUEST_SESSION_H
#define TARN_REQUEST_SESSION_H

#include "fs/fs.h"
#include "request/call.h"
#include "request/handles.h"

#include <pthread.h>

typedef struct tarn_call_list {
    tarn_call *first, *last;
} tarn_call_list;

struct tarn_service {
    tarn_fs *files; /* that requests' bytes pass through */
    pthread_t thread;
    bool has_thread;
    /* Only control operations change these, while nothing else runs. */
    tarn_workspace *workspace;
    bool owns_workspace;

    pthread_mutex_t mutex;  /* guards what follows */
    pthread_cond_t news;    /* for the service's thread */
    pthread_cond_t settled; /* for those who wait until they may begin, or until a session's calls are answered */
    tarn_call_list waiting; /* as they came */
    tarn_call_list running;
    tarn_call_list done; /* answered, to be freed by the service's thread */
    tarn_call *change;   /* the change that runs */
    size_t submitted;    /* among those that run: whose progress is told */
    tarn_session *sessions;
    uint64_t next_record; /* to be told of; 0: nobody listened yet */
    uint64_t numbers;     /* given to calls */
    bool ending;
};

struct tarn_session {
    tarn_service *service;
    tarn_session *next; /* of the service's; guarded by its mutex */
    tarn_session_listener listener;
    tarn_context context; /* its texts are the session's */
    tarn_handles handles;
    bool listens; /* wants events; guarded by the service's mutex */
};

/** For control operations: close what is open and have `workspace` (NULL: none; taken over) in its place. */
void tarn_service_replace(tarn_service *service, tarn_workspace *workspace);

/** Whether somebody with this context may know of the table. */
bool tarn_context_permits(const tarn_context *context, const char *table);

/** Whether a session hears of what happens. */
void tarn_service_listen(tarn_session *session, bool listens);
/** Tell those who may know that a call ended which took its time. */
void tarn_service_tell_end(const tarn_call *call, tarn_status status);
/** Tell of the records that there are since the last time. */
void tarn_service_tell_records(tarn_service *service);

/** A reply out of a call's outcome, in the words of the session's door. The call's bytes change hands. */
void tarn_reply_make(tarn_call *call, tarn_status status, const tarn_error *error, tarn_reply *out);
/** The same where there is no call. `session` may be NULL. */
void tarn_reply_fail(const tarn_session *session, const tarn_error *error, tarn_reply *out);

/** What a request asks for, checked; on failure `*out` is NULL. Nothing of the request's bytes is touched. */
tarn_status tarn_call_new(tarn_session *session, const tarn_request *request, tarn_call **out, tarn_error *error);
void tarn_call_free(tarn_call *call);
/** Carry it out: `workspace` as the session's caller may use it, the operation, its end. */
tarn_status tarn_call_carry_out(tarn_call *call, tarn_error *error);

#endif
