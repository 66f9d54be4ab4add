/** What the tests of the jobs share: a gate that threads wait at, with an end to every wait. */
#ifndef TARN_TEST_SUPPORT_JOBS_H
#define TARN_TEST_SUPPORT_JOBS_H

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/error.h"
#include "jobs/jobs.h"

#include <pthread.h>
#include <sched.h>

/** A number that threads raise, and wait for. */
typedef struct gate {
    pthread_mutex_t mutex;
    pthread_cond_t raised;
    unsigned level;
} gate;

void gate_init(gate *gate);
void gate_destroy(gate *gate);
void gate_raise(gate *gate);
unsigned gate_level(gate *gate);

/** Wait until the level is reached; false when it is not in what is for ever to a test. Never a measure of time. */
bool gate_wait(gate *gate, unsigned level);

/** A job that raises `begun` and ends when `released` is raised. */
typedef struct blocker {
    gate begun, released;
} blocker;
void blocker_init(blocker *blocker);
void blocker_destroy(blocker *blocker);
tarn_status blocker_run(void *blocker, tarn_task *task, tarn_error *error);

void assert_status(tarn_status got, tarn_status wanted);
void assert_ok(tarn_status status);

#endif
