/**
 * @file call.h
 * Calling DuckDB from a thread that must be answered when its work is cancelled: the call runs on a thread of the
 * engine's own, and goes on there when nobody waits for it any more. Internal to the engine.
 */
#ifndef TARN_ENGINE_CALL_H
#define TARN_ENGINE_CALL_H

#include "engine/engine_internal.h"

/**
 * Run `body(context)` on another thread and wait for it, or for `task` to be cancelled, in which case
 * `interrupt(context)` is called while the body runs and TARN_E_CANCELLED returned at once. `context` belongs to the
 * call: `release(context)` is called when both sides have let go of it, on either thread. `made` (may be NULL) is an
 * array inside the context that the body makes: moved to `out` when all went well.
 */
typedef struct tarn_call {
    tarn_status (*body)(void *context, tarn_error *error);
    void (*interrupt)(void *context);
    void (*release)(void *context);
    void *context;
} tarn_call;
tarn_status tarn_engine_call(tarn_engine *engine, tarn_task *task, const tarn_call *call, struct ArrowArray *made,
                             struct ArrowArray *out, tarn_error *error);

#endif
