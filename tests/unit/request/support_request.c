#include "support_request.h"

#include "fs/fs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void tell_progress(void *context, uint64_t id, const char *json, size_t size) {
    fixture *f = context;
    (void)json;
    (void)size;
    pthread_mutex_lock(&f->mutex);
    f->answers[id % ANSWERS].progress++;
    f->answers[id % ANSWERS].late = f->answers[id % ANSWERS].late || f->answers[id % ANSWERS].json != NULL;
    pthread_mutex_unlock(&f->mutex);
}

static void tell_event(void *context, const char *json, size_t size) {
    fixture *f = context;
    json_t *event = json_loadb(json, size, 0, NULL);
    pthread_mutex_lock(&f->mutex);
    json_array_append_new(f->events, event);
    pthread_cond_broadcast(&f->news);
    pthread_mutex_unlock(&f->mutex);
}

static void receive(void *context, uint64_t id, tarn_reply *reply) {
    fixture *f = context;
    json_t *value = json_loadb(reply->json, reply->json_size, 0, NULL);
    pthread_mutex_lock(&f->mutex);
    answer *a = &f->answers[id % ANSWERS];
    a->json = value;
    a->data = reply->bytes;
    a->size = reply->byte_count;
    a->order = ++f->answered;
    reply->bytes = NULL;
    pthread_cond_broadcast(&f->news);
    pthread_mutex_unlock(&f->mutex);
    tarn_reply_clear(reply);
}

int setup(void **state) {
    fixture *f = calloc(1, sizeof *f);
    if (f == NULL)
        return -1;
    strcpy(f->folder, "/tmp/tarn-request-XXXXXX");
    pthread_mutex_init(&f->mutex, NULL);
    pthread_cond_init(&f->news, NULL);
    f->events = json_array();
    f->listener = (tarn_session_listener){.context = f, .progress = tell_progress, .event = tell_event};
    *state = f;
    return mkdtemp(f->folder) != NULL && tarn_service_new(NULL, &f->service, NULL) == TARN_OK &&
                   tarn_session_open(f->service, NULL, &f->listener, &f->session, NULL) == TARN_OK
               ? 0
               : -1;
}

static void forget(answer *a) {
    json_decref(a->json);
    free(a->data);
    *a = (answer){0};
}

int teardown(void **state) {
    fixture *f = *state;
    tarn_fs *fs = NULL;
    tarn_session_close(f->session);
    tarn_service_free(f->service);
    json_decref(f->events);
    for (size_t i = 0; i < ANSWERS; i++)
        forget(&f->answers[i]);
    if (tarn_fs_native(&fs, NULL) == TARN_OK)
        tarn_fs_remove_all(fs, f->folder, NULL);
    tarn_fs_free(fs);
    pthread_cond_destroy(&f->news);
    pthread_mutex_destroy(&f->mutex);
    free(f);
    return 0;
}

uint32_t send_request(fixture *f, const char *json, const void *data, size_t size) {
    uint32_t id = ++f->last;
    const tarn_request request = {.json = json, .json_size = strlen(json), .bytes = data, .byte_count = size};
    forget(&f->answers[id % ANSWERS]);
    tarn_session_submit(f->session, id, &request, receive, f);
    return id;
}

answer *wait_for(fixture *f, uint32_t id) {
    answer *a = &f->answers[id % ANSWERS];
    pthread_mutex_lock(&f->mutex);
    while (a->json == NULL)
        pthread_cond_wait(&f->news, &f->mutex);
    pthread_mutex_unlock(&f->mutex);
    return a;
}

answer *ask_with(fixture *f, const char *json, const void *data, size_t size) {
    return wait_for(f, send_request(f, json, data, size));
}

static answer *ask_list(fixture *f, const char *format, va_list list) {
    char request[2048];
    vsnprintf(request, sizeof request, format, list);
    return ask_with(f, request, NULL, 0);
}

answer *ask(fixture *f, const char *format, ...) {
    va_list list;
    va_start(list, format);
    answer *a = ask_list(f, format, list);
    va_end(list);
    return a;
}

static json_t *expect_ok(const answer *a) {
    if (!json_is_true(json_object_get(a->json, "ok")))
        fail_msg("%s", json_string_value(json_object_get(a->json, "message")));
    return a->json;
}

json_t *works(fixture *f, const char *format, ...) {
    va_list list;
    va_start(list, format);
    const answer *a = ask_list(f, format, list);
    va_end(list);
    return expect_ok(a);
}

void fails(fixture *f, const char *request, const char *code, const char *part) {
    const answer *a = ask_with(f, request, NULL, 0);
    assert_true(json_is_false(json_object_get(a->json, "ok")));
    assert_string_equal(json_string_value(json_object_get(a->json, "code")), code);
    const char *message = json_string_value(json_object_get(a->json, "message"));
    if (strstr(message, part) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", part, message);
}

void open_workspace(fixture *f) {
    works(f, "{\"op\":\"open\",\"directory\":\"%s/w\",\"threads\":2}", f->folder);
}

void import_csv(fixture *f, const char *table, const char *csv) {
    char request[256];
    snprintf(request, sizeof request, "{\"op\":\"import\",\"name\":\"%s.csv\"}", table);
    expect_ok(ask_with(f, request, csv, strlen(csv)));
}
