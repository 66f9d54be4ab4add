/** A session whose answers are waited for. */
#ifndef TARN_TEST_SUPPORT_REQUEST_H
#define TARN_TEST_SUPPORT_REQUEST_H

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "tarn/request.h"

#include <jansson.h>
#include <pthread.h>
#include <stdbool.h>

#define ANSWERS 64

typedef struct answer {
    json_t *json; /* NULL: not there yet */
    uint8_t *data;
    size_t size;
    size_t order;    /* the how-many-th answer it was */
    size_t progress; /* messages of progress before it */
    bool late;       /* there was progress behind the answer */
} answer;

typedef struct fixture {
    char folder[64];
    tarn_service *service; /* which opens its workspace by a request */
    tarn_session *session; /* of its owner */
    tarn_session_listener listener;
    json_t *events; /* that were told */
    pthread_mutex_t mutex;
    pthread_cond_t news;
    answer answers[ANSWERS];
    size_t answered;
    uint32_t last; /* id given */
} fixture;

int setup(void **state);
int teardown(void **state);

/** Send a request without waiting; its id. */
uint32_t send_request(fixture *f, const char *json, const void *data, size_t size);
/** Wait for an answer; the fixture's. */
answer *wait_for(fixture *f, uint32_t id);
/** Both. `format` and what follows: the request, as printf. */
answer *ask(fixture *f, const char *format, ...) __attribute__((format(printf, 2, 3)));
answer *ask_with(fixture *f, const char *json, const void *data, size_t size);

/** The request succeeds; its answer. */
json_t *works(fixture *f, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** It fails with this code, and `part` is in the message. */
void fails(fixture *f, const char *request, const char *code, const char *part);

/** Open the workspace in the fixture's folder, and import a table "t" of `csv`. */
void open_workspace(fixture *f);
void import_csv(fixture *f, const char *table, const char *csv);

#endif
