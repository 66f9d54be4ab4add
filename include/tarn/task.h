/**
 * @file task.h
 * What a piece of long work carries with it: a flag that says stop, how urgent it is, and a place to say how far it is;
 * and jobs, which are such work on a thread of the workspace's own.
 *
 * Cancelling takes effect within one chunk of a table (122,880 rows), also inside the engine, and while the work waits
 * for another change to end. What was cancelled has no effect: a job's effects appear wholly or not at all.
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
    int64_t elapsed;      /**< microseconds since the phase began */
    double rate;          /**< `unit`s per second in this phase; 0 when unknown */
    int64_t remaining;    /**< microseconds, estimated from the rate; -1 when unknown */
} tarn_progress_state;

/** Among waiting work the most urgent runs first. Urgent work has a thread of its own that takes nothing else. */
typedef enum tarn_priority {
    TARN_PRIORITY_URGENT,       /**< what somebody waits for: a page of rows */
    TARN_PRIORITY_USER_VISIBLE, /**< previews, commands, imports */
    TARN_PRIORITY_BACKGROUND,   /**< exports, freezing */
    TARN_PRIORITY_IDLE,         /**< compaction, speculative work */
} tarn_priority;

TARN_API tarn_status tarn_task_new(tarn_task **out, tarn_error *error);
TARN_API void tarn_task_release(tarn_task *task); /**< freed with the last holder; NULL is allowed */

/** Ask for the work to stop. Async-signal-safe, idempotent; the work ends with TARN_E_CANCELLED and no effect. */
TARN_API void tarn_task_cancel(tarn_task *task);
TARN_API bool tarn_task_is_cancelled(const tarn_task *task);

TARN_API void tarn_task_progress(const tarn_task *task, tarn_progress_state *out);

/** Set before the work begins. Without it, each kind of work has the priority that its kind should have. */
TARN_API void tarn_task_set_priority(tarn_task *task, tarn_priority priority);

/** Work that was submitted to a workspace (tarn_submit). */
typedef struct tarn_job tarn_job;
typedef tarn_status (*tarn_job_run)(void *context, tarn_task *task, tarn_error *error);
TARN_API bool tarn_job_is_done(const tarn_job *job);
/** Wait for the end, give the outcome, free the job. One that was cancelled before it began never runs. */
TARN_API tarn_status tarn_job_wait(tarn_job *job, tarn_error *error);

#ifdef __cplusplus
}
#endif
#endif
