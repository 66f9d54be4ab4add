/* What the page's side calls, and how it is answered: see web/engine. Compiled for WebAssembly only. */
#include "tarn/request.h"
#include "wasm/wording.h"

#include <emscripten.h>
#include <stdlib.h>
#include <string.h>

/* src/wasm/host.js */
extern void tarn_host_respond(uint32_t id, char *json, size_t json_size, uint8_t *data, size_t data_size);

/* One module has one session: messages have no other way to find it. Made by the first call, before others can come. */
static tarn_service *service;
static tarn_session *session;

/* Runs on the thread that has the module, which copies the bytes out and calls tarn_wasm_release. */
static void respond(void *context, uint64_t id, tarn_reply *reply) {
    (void)context;
    tarn_host_respond((uint32_t)id, reply->json, reply->json_size, reply->bytes, reply->byte_count);
}

static void tell(uint64_t id, const char *json, size_t size) {
    char *copy = malloc(size);
    if (copy == NULL)
        return; /* it is only told, and told again */
    memcpy(copy, json, size);
    tarn_host_respond((uint32_t)id, copy, size, NULL, 0);
}

static void tell_progress(void *context, uint64_t id, const char *json, size_t size) {
    (void)context;
    tell(id, json, size);
}

/* Events are answers to nothing: no request has the number 0. */
static void tell_event(void *context, const char *json, size_t size) {
    (void)context;
    tell(0, json, size);
}

/* Its thread is started by an event that follows. 0: done. */
EMSCRIPTEN_KEEPALIVE int tarn_wasm_start(void) {
    static const tarn_context page = {.door = TARN_DOOR_PAGE};
    static const tarn_session_listener listener = {
        .progress = tell_progress, .event = tell_event, .word = tarn_wording};
    if (session != NULL)
        return 0;
    tarn_status status = tarn_service_new(NULL, &service, NULL);
    if (status == TARN_OK)
        status = tarn_session_open(service, &page, &listener, &session, NULL);
    return (int)status;
}

EMSCRIPTEN_KEEPALIVE void *tarn_wasm_allocate(size_t size) {
    return malloc(size);
}

EMSCRIPTEN_KEEPALIVE void tarn_wasm_release(void *memory) {
    free(memory);
}

EMSCRIPTEN_KEEPALIVE void tarn_wasm_request(uint32_t id, char *json, size_t json_size, uint8_t *data,
                                            size_t data_size) {
    const tarn_request request = {
        .json = json, .json_size = json_size, .bytes = data, .byte_count = data_size, .hands_over = data != NULL};
    tarn_session_submit(session, id, &request, respond, NULL);
    free(json);
}

EMSCRIPTEN_KEEPALIVE void tarn_wasm_cancel(uint32_t id) {
    tarn_session_cancel(session, id);
}
