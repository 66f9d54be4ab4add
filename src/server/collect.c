// Collecting a request's body in memory, when it is JSON and not too large.
#include "server/serving.h"

#include "server/problem.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct collecting {
    tarn_asked asked;
    tarn_body_ready ready;
    tarn_buffer body;
} collecting;

static void collecting_free(collecting *body) {
    body->asked.server->held_bytes -= body->body.size;
    tarn_identity_release(body->asked.identity);
    tarn_buffer_free(&body->body);
    free(body);
}

static void refuse(tarn_exchange *exchange, collecting *body, int status, const char *why) {
    exchange->calls = NULL;
    collecting_free(body);
    tarn_problem(exchange, status, status == 413 ? TARN_E_INVALID : TARN_E_MEMORY, "%s", why);
}

static void take(tarn_exchange *exchange, const uint8_t *data, size_t size) {
    collecting *body = exchange->context;
    if (body->body.size + size > TARN_JSON_LIMIT) {
        refuse(exchange, body, 413, "a body in JSON may have at most 16 MiB");
        return;
    }
    if (body->asked.server->held_bytes + size > TARN_JSON_LIMIT_ALL ||
        tarn_buffer_append(&body->body, data, size, NULL) != TARN_OK) {
        refuse(exchange, body, 503, "there is no memory for this request now: try again later");
        return;
    }
    body->asked.server->held_bytes += size;
}

static void complete(tarn_exchange *exchange) {
    collecting *body = exchange->context;
    exchange->calls = NULL;
    body->ready(&body->asked, body->body.data, body->body.size);
    collecting_free(body);
}

static void over(tarn_exchange *exchange, bool is_complete) {
    (void)is_complete;
    collecting_free(exchange->context);
}

static const tarn_exchange_calls calls = {.body = take, .body_end = complete, .over = over};

/* "application/json", also with parameters. */
static bool is_json(const tarn_head *head) {
    const char *type = tarn_head_field(head, "content-type");
    return type != NULL && strncasecmp(type, "application/json", 16) == 0 && strchr("; \t", type[16]) != NULL;
}

void tarn_collect_json(const tarn_asked *asked, tarn_body_ready ready) {
    tarn_exchange *exchange = asked->exchange;
    if (exchange->head->length > TARN_JSON_LIMIT) {
        tarn_problem(exchange, 413, TARN_E_INVALID, "a body in JSON may have at most 16 MiB");
        return;
    }
    if (exchange->head->length != 0 && !is_json(exchange->head)) {
        tarn_problem(exchange, 415, TARN_E_INVALID, "the body has to be JSON, with Content-Type: application/json");
        return;
    }
    if (exchange->head->length != 0 && tarn_head_field(exchange->head, "content-encoding") != NULL) {
        tarn_problem(exchange, 415, TARN_E_INVALID, "a body in JSON is sent as it is, without Content-Encoding");
        return;
    }
    collecting *body = calloc(1, sizeof *body);
    if (body == NULL) {
        tarn_problem(exchange, 503, TARN_E_MEMORY, "out of memory");
        return;
    }
    body->asked = *asked;
    body->ready = ready;
    tarn_identity_hold(asked->identity);
    exchange->calls = &calls;
    exchange->context = body;
    tarn_exchange_welcome_body(exchange);
}
