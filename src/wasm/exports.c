/* What the page's side calls, and how it is answered: see web/engine. Compiled for WebAssembly only. */
#include "wasm/wasm.h"

#include <emscripten.h>
#include <stdlib.h>

/* src/wasm/host.js */
extern void tarn_host_respond(uint32_t id, char *json, size_t json_size, uint8_t *data, size_t data_size);

/* One module has one bridge: messages have no other way to find it. Made by the first call, before others can come. */
static tarn_bridge *bridge;

/* Runs on the thread that has the module, which copies the bytes out and calls tarn_wasm_release. */
static void respond(void *context, uint32_t id, char *json, size_t json_size, uint8_t *data, size_t data_size) {
    (void)context;
    tarn_host_respond(id, json, json_size, data, data_size);
}

/* Starts the bridge; its thread is started by an event that follows. 0: done. */
EMSCRIPTEN_KEEPALIVE int tarn_wasm_start(void) {
    return bridge == NULL ? (int)tarn_bridge_new(respond, NULL, &bridge, NULL) : 0;
}

EMSCRIPTEN_KEEPALIVE void *tarn_wasm_allocate(size_t size) {
    return malloc(size);
}

EMSCRIPTEN_KEEPALIVE void tarn_wasm_release(void *memory) {
    free(memory);
}

EMSCRIPTEN_KEEPALIVE void tarn_wasm_request(uint32_t id, char *json, size_t json_size, uint8_t *data,
                                            size_t data_size) {
    tarn_bridge_request(bridge, id, json, json_size, data, data_size);
}

EMSCRIPTEN_KEEPALIVE void tarn_wasm_cancel(uint32_t id) {
    tarn_bridge_cancel(bridge, id);
}
