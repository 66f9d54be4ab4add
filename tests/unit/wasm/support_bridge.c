#include "support_bridge.h"

#include "fs/fs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void receive(void *context, uint32_t id, char *json, size_t json_size, uint8_t *data, size_t data_size) {
    fixture *f = context;
    json_t *value = json_loadb(json, json_size, 0, NULL);
    free(json);
    pthread_mutex_lock(&f->mutex);
    answer *a = &f->answers[id % ANSWERS];
    if (json_object_get(value, "progress") != NULL) {
        a->progress++;
        a->late = a->late || a->json != NULL;
        json_decref(value);
        free(data);
    } else {
        a->json = value;
        a->data = data;
        a->size = data_size;
        a->order = ++f->answered;
        pthread_cond_broadcast(&f->news);
    }
    pthread_mutex_unlock(&f->mutex);
}

int setup(void **state) {
    fixture *f = calloc(1, sizeof *f);
    if (f == NULL)
        return -1;
    strcpy(f->folder, "/tmp/tarn-bridge-XXXXXX");
    pthread_mutex_init(&f->mutex, NULL);
    pthread_cond_init(&f->news, NULL);
    *state = f;
    return mkdtemp(f->folder) != NULL && tarn_bridge_new(receive, f, &f->bridge, NULL) == TARN_OK ? 0 : -1;
}

static void forget(answer *a) {
    json_decref(a->json);
    free(a->data);
    *a = (answer){0};
}

int teardown(void **state) {
    fixture *f = *state;
    tarn_fs *fs = NULL;
    tarn_bridge_free(f->bridge);
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

static void *copy(const void *data, size_t size) {
    void *memory = malloc(size + 1);
    assert_non_null(memory);
    memcpy(memory, data, size);
    return memory;
}

uint32_t send_request(fixture *f, const char *json, const void *data, size_t size) {
    uint32_t id = ++f->last;
    forget(&f->answers[id % ANSWERS]);
    tarn_bridge_request(f->bridge, id, copy(json, strlen(json)), strlen(json), data != NULL ? copy(data, size) : NULL,
                        size);
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
