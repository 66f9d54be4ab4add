/**
 * @file workspace.h
 * What a tarn_workspace holds. For src/api only.
 */
#ifndef TARN_API_WORKSPACE_H
#define TARN_API_WORKSPACE_H

#include "api/transient.h"
#include "command/command.h"
#include "diff/relation.h"
#include "engine/engine.h"
#include "fs/fs.h"
#include "history/history.h"
#include "io/io.h"
#include "jobs/jobs.h"
#include "store/resolve.h"
#include "store/store.h"
#include "tarn/tarn.h"

#include <pthread.h>
#include <stdatomic.h>

struct tarn_workspace {
    tarn_fs *fs;
    tarn_pool *pool;
    tarn_store *store;
    tarn_engine *engine;
    tarn_diff_cache *diffs;
    tarn_diff_relation diff_relation; /* what queries call tarn_diff */
    char *directory;                  /* the .tarn folder */
    bool no_spilling;                 /* there is no disk to spill to */
    uint64_t memory_limit;
    tarn_transients transients;
    /* Changes are made one after the other: who makes one has `is_writing`. */
    pthread_mutex_t writing;
    pthread_cond_t written;
    bool is_writing;
    unsigned waiting; /* threads in tarn_writing_begin */
    /* Folding edits in quiet moments; the one who makes a change looks after it. */
    tarn_job *tidying;
    uint64_t tidied; /* the last record when it was last looked at */
    atomic_bool wants_tidying;
};

/** Wait until no other change is being made; TARN_E_CANCELLED when the task (may be NULL) is cancelled meanwhile. */
tarn_status tarn_writing_begin(tarn_workspace *workspace, tarn_task *task, tarn_error *error);
void tarn_writing_end(tarn_workspace *workspace);

/** What a change command found before it begins: the table. No other change is made until tarn_change_end. */
tarn_status tarn_change_begin(tarn_workspace *workspace, const char *table, tarn_task *task, tarn_table_state *state,
                              tarn_error *error);
void tarn_change_end(tarn_workspace *workspace, tarn_table_state *state);

/** Fill in `out` from the table's present state. */
tarn_status tarn_change_describe(tarn_workspace *workspace, uint64_t table, uint64_t before, tarn_change *out,
                                 tarn_error *error);

/** After opening; after each change, while it is not ended yet; and before closing, by a writer. Nothing of it can fail
 *  for the caller. */
void tarn_tidy_start(tarn_workspace *workspace);
void tarn_tidy_consider(tarn_workspace *workspace);
void tarn_tidy_finish(tarn_workspace *workspace);

tarn_io tarn_workspace_io(tarn_workspace *workspace, tarn_task *task);

#endif
