/**
 * Scenarios on a disk that fails and loses power: steps that make one record each, run against a fault at one call, and
 * afterwards the workspace must show what was acknowledged, or the step that was under way.
 */
#ifndef TARN_TEST_SUPPORT_DISK_H
#define TARN_TEST_SUPPORT_DISK_H

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "api/workspace.h"
#include "fs/fault.h"

#define FOLDER "/.tarn"
#define MOST_STEPS 12

/** What all runs of a scenario share; nothing of it but `make` and `step` touches the disk. */
typedef struct scenario {
    const char *name;
    tarn_pool *pool;
    tarn_engine *engine;
    void (*make)(void *context, tarn_fs *fs); /**< fill a new disk; synced */
    tarn_status (*step)(void *context, tarn_workspace *workspace, uint64_t number, tarn_error *error); /**< from 1 on */
    void *context;
    uint64_t steps;
    uint64_t first;                 /**< record before the first step */
    char *pictures[MOST_STEPS + 1]; /**< all tables as text, before the first step and after each */
} scenario;

/** Pool and engine, once. */
void scenario_start(scenario *s);
void scenario_end(scenario *s);
/** Run it without faults, and keep what the tables are after each step. Fails the test when a step fails. */
void scenario_rehearse(scenario *s);
void scenario_forget(scenario *s); /**< the pictures */

/** True when the first step makes a record. */
bool scenario_changes(scenario *s);

/** How many calls of these kinds one run makes. */
uint64_t scenario_calls(scenario *s, unsigned kinds);
/** The power goes after `call` mutating calls. */
void scenario_cut_power(scenario *s, tarn_power_loss mode, uint64_t call);
/** One call fails, counted from 1, and the power goes at the end: what was acknowledged in spite of the failure has to
 *  be durable. True when there was such a call. */
bool scenario_fail_call(scenario *s, const tarn_fault_plan *pattern, uint64_t call);

tarn_status disk_open_workspace(scenario *s, tarn_fs *fs, tarn_workspace *out, tarn_error *error);
void disk_close_workspace(tarn_workspace *workspace);
/** A new file, made durable but for its name. */
void disk_put_file(tarn_fs *fs, const char *path, const void *content, size_t size);
/** All files below `folder` of one disk on another, durable. */
void disk_copy(tarn_fs *from, tarn_fs *to, const char *folder);

#endif
