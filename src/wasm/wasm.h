/**
 * @file wasm.h
 * The bridge between a browser's page and the library: requests in JSON (with bytes beside it), answers likewise. It
 * computes on the workspace's own threads and never keeps the caller waiting, so that the thread that receives messages
 * can call it. Nothing in it needs a browser: exports.c is all that ties it to one.
 *
 * A request is an object {"op": NAME, …arguments}; src/wasm/operations.h lists the operations, docs/requests.md says
 * what they take and give. Its answer is {"ok": true, …} or {"ok": false, "code": "TARN_E_…", "message": …}; before it
 * there may be {"progress": {…}}. Tables travel as Arrow IPC streams in the bytes.
 *
 * One workspace is open at a time. Urgent requests (pages of rows) overtake all others; changes run one after the
 * other in the order in which they were requested; other reading requests run beside each other.
 */
#ifndef TARN_WASM_WASM_H
#define TARN_WASM_WASM_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

typedef struct tarn_bridge tarn_bridge;

/** Called on any thread. `json` and `data` (may be NULL) are the receiver's, to be freed with free(). */
typedef void (*tarn_bridge_reply)(void *context, uint32_t id, char *json, size_t json_size, uint8_t *data,
                                  size_t data_size);

/** Starts one thread, for what is done to the workspace as a whole and for telling progress. */
tarn_status tarn_bridge_new(tarn_bridge_reply reply, void *context, tarn_bridge **out, tarn_error *error);

/** Waits for what runs, closes the workspace. Nothing may be requested meanwhile. NULL is allowed. */
void tarn_bridge_free(tarn_bridge *bridge);

/**
 * Take a request over: `json` (need not be terminated) and `data` (may be NULL) come from malloc. Exactly one answer
 * follows, also for what cannot be understood. `id` is the caller's and is not used again while it is not answered.
 */
void tarn_bridge_request(tarn_bridge *bridge, uint32_t id, char *json, size_t json_size, uint8_t *data,
                         size_t data_size);

/** Ask for a request to stop; it is answered with TARN_E_CANCELLED unless it was done already. Unknown ids are fine. */
void tarn_bridge_cancel(tarn_bridge *bridge, uint32_t id);

#endif
