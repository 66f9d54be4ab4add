/**
 * @file task.h
 * What a piece of long work carries with it: a flag that says stop, and a place to say how far it is.
 */
#ifndef TARN_TASK_H
#define TARN_TASK_H

#include "tarn/error.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Thread-safe. Every long function takes a `tarn_task *`, which may be NULL: not cancellable, progress not wanted. */
typedef struct tarn_task tarn_task;

typedef struct tarn_progress_state {
    uint64_t done, total; /**< in `unit`s; total 0 when unknown */
    const char *unit;     /**< "rows", "bytes" …; static text, NULL before the work has begun */
    const char *phase;    /**< "reading", "writing" …; static text, NULL before the work has begun */
} tarn_progress_state;

TARN_API tarn_status tarn_task_new(tarn_task **out, tarn_error *error);
TARN_API void tarn_task_release(tarn_task *task); /**< freed with the last holder; NULL is allowed */

/** Ask for the work to stop. Async-signal-safe, idempotent; the work ends with TARN_E_CANCELLED and no effect. */
TARN_API void tarn_task_cancel(tarn_task *task);
TARN_API bool tarn_task_is_cancelled(const tarn_task *task);

TARN_API void tarn_task_progress(const tarn_task *task, tarn_progress_state *out);

#ifdef __cplusplus
}
#endif
#endif
