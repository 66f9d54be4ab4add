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

/**
 * What is opened, and what was made of it for others (tarn_workspace_as), which shares everything but what comes first.
 */
struct tarn_workspace {
    tarn_workspace *root; /* what was opened: itself, or what this was made of; has the state of the changes */
    tarn_fs *files;       /* the files outside of the workspace, as far as they may be named */
    char *user;           /* for the audit log; NULL: as it was opened */
    const tarn_table_filter *filter; /* the tables that there are; NULL: all */
    tarn_table_filter patterns;      /* of that, where there is one; borrowed from the context */
    uint64_t if_version;             /* the version that the table must have which a change is made to; 0: any */

    tarn_fs *fs;
    tarn_pool *pool;
    tarn_store *store;
    tarn_engine *engine;
    tarn_diff_cache *diffs;
    tarn_diff_relation diff_relation; /* what queries call tarn_diff */
    char *directory;                  /* the .tarn folder */
    char *home;                       /* the folder that it is in, as it was given */
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

/** TARN_E_CONFLICT when this workspace's changes are meant for another version of the table than the head. To be asked
 *  after tarn_writing_begin. */
tarn_status tarn_change_check_version(const tarn_workspace *workspace, const tarn_table_state *state,
                                      tarn_error *error);

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
