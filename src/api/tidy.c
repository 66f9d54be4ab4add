/* Tidying up in quiet moments: what many single edits left is folded, so that reading does not become slower. */
#include "api/workspace.h"

/* Looked at whenever the journal has grown by so many records, in whichever process. */
#define RECORDS 32
/* Folds at a time: what a closing program may have to wait for. */
#define MOST_FOLDS 64

static uint64_t last_record(tarn_workspace *workspace) {
    char hash[TARN_SHA256_TEXT_SIZE];
    uint64_t record;
    tarn_store_tip(workspace->store, &record, hash);
    return record;
}

void tarn_tidy_start(tarn_workspace *workspace) {
    workspace->tidied = last_record(workspace);
}

static bool is_waited_for(void *context) {
    tarn_workspace *workspace = context;
    pthread_mutex_lock(&workspace->writing);
    bool waits = workspace->waiting > 0;
    pthread_mutex_unlock(&workspace->writing);
    return waits;
}

/* Begin to change things if nobody else does. */
static bool begin_at_once(tarn_workspace *workspace) {
    pthread_mutex_lock(&workspace->writing);
    bool free = !workspace->is_writing;
    workspace->is_writing = true;
    pthread_mutex_unlock(&workspace->writing);
    return free;
}

static tarn_status tidy(void *context, tarn_task *task, tarn_error *error) {
    tarn_workspace *workspace = context;
    tarn_fold_options options = {.most = MOST_FOLDS, .stop = is_waited_for, .context = workspace};
    uint64_t folds;
    bool complete = false;
    if (!begin_at_once(workspace))
        return TARN_OK;
    tarn_status status = tarn_store_fold(workspace->store, &options, task, &folds, &complete, error);
    tarn_writing_end(workspace);
    atomic_store(&workspace->wants_tidying, status == TARN_OK && !complete);
    return status;
}

/* Wait for the job, if there is one. What becomes of it is nobody's concern: nothing was promised. */
static void wait_for_job(tarn_workspace *workspace) {
    tarn_error ignored;
    if (workspace->tidying != NULL)
        tarn_job_wait(workspace->tidying, &ignored);
    workspace->tidying = NULL;
}

void tarn_tidy_consider(tarn_workspace *workspace) {
    uint64_t record = last_record(workspace);
    if (workspace->pool == NULL || record / RECORDS == workspace->tidied / RECORDS)
        return;
    if (workspace->tidying != NULL && !tarn_job_is_done(workspace->tidying))
        return;
    wait_for_job(workspace);
    workspace->tidied = record;
    atomic_store(&workspace->wants_tidying, true);
    tarn_error ignored;
    if (tarn_job_submit(workspace->pool, TARN_PRIORITY_IDLE, NULL, tidy, workspace, &workspace->tidying, &ignored) !=
        TARN_OK)
        workspace->tidying = NULL;
}

void tarn_tidy_finish(tarn_workspace *workspace) {
    tarn_error ignored;
    wait_for_job(workspace);
    if (atomic_load(&workspace->wants_tidying)) /* there was no quiet moment so far */
        tidy(workspace, NULL, &ignored);
}
