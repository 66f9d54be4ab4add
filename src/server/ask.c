// Requests of the library's on behalf of exchanges: short ones, answered when they are done.
#include "server/serving.h"

#include "base/text.h"
#include "server/problem.h"

#include <stdlib.h>
#include <string.h>

/* A request that the library has. Lives until it answers, the exchange perhaps not as long. */
typedef struct asking {
    tarn_asked asked; /* its exchange is NULL when the client has gone */
    tarn_caller *caller;
    uint64_t id;
    tarn_answer_ready answer;
    void *context;
    tarn_reply reply;
    tarn_post post;
} asking;

static void answered(void *context) {
    asking *request = context;
    request->asked.server->asking--;
    if (request->asked.exchange != NULL) {
        request->asked.exchange->context = NULL; /* nothing is to be cancelled */
        request->answer(&request->asked, &request->reply, request->context);
    } else {
        tarn_reply_clear(&request->reply);
    }
    tarn_caller_release(request->caller);
    tarn_identity_release(request->asked.identity);
    free(request);
}

/* On any thread. */
static void receive(void *context, uint64_t id, tarn_reply *reply) {
    asking *request = context;
    (void)id;
    request->reply = *reply;
    *reply = (tarn_reply){0};
    tarn_loop_post(&request->asked.server->loop, &request->post);
}

static void over(tarn_exchange *exchange, bool complete) {
    asking *request = exchange->context;
    (void)complete;
    if (request == NULL)
        return;
    request->asked.exchange = NULL;
    tarn_session_cancel(request->caller->session, request->id);
}

static const tarn_exchange_calls calls = {.over = over};

bool tarn_ask(const tarn_asked *asked, json_t *object, tarn_answer_ready answer, void *context) {
    tarn_error error = {0};
    tarn_caller *caller = NULL;
    char *text = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
    asking *request = calloc(1, sizeof *request);
    json_decref(object);
    tarn_status status = text != NULL && request != NULL ? TARN_OK : tarn_fail_memory(&error);
    if (status == TARN_OK)
        status = tarn_caller_shared(asked->place, asked->identity, &caller, &error);
    if (status != TARN_OK) {
        free(text);
        free(request);
        tarn_problem_error(asked->exchange, &error);
        return false;
    }
    *request = (asking){.asked = *asked,
                        .caller = caller,
                        .id = ++asked->server->next_id,
                        .answer = answer,
                        .context = context,
                        .post = {.run = answered, .context = request}};
    tarn_identity_hold(asked->identity);
    asked->exchange->calls = &calls;
    asked->exchange->context = request;
    asked->server->asking++;
    const tarn_request what = {.json = text, .json_size = strlen(text)};
    tarn_session_submit(caller->session, request->id, &what, receive, request);
    free(text);
    return true;
}
