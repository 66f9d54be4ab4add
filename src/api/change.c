/* What all changing calls share: one at a time, on a table's head, and a report of what came of it. */
#include "api/workspace.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static tarn_status find_head(tarn_workspace *workspace, const char *table, tarn_table_state *state, tarn_error *error) {
    if (tarn_store_is_read_only(workspace->store))
        return tarn_fail(error, TARN_E_READ_ONLY, "the workspace is open for reading only");
    if (strpbrk(table, "@~") != NULL)
        return tarn_fail(error, TARN_E_INVALID,
                         "changes are made to the head of a table, not to %s: check that version out first", table);
    return tarn_store_find(workspace->store, table, state, error);
}

tarn_status tarn_writing_begin(tarn_workspace *workspace, tarn_task *task, tarn_error *error) {
    tarn_workspace *root = workspace->root;
    tarn_status status = TARN_OK;
    pthread_mutex_lock(&root->writing);
    root->waiting++;
    while (root->is_writing && status == TARN_OK) {
        tarn_task_wait(task, &root->written, &root->writing);
        status = tarn_task_check(task, error);
    }
    root->waiting--;
    if (status == TARN_OK)
        root->is_writing = true;
    pthread_mutex_unlock(&root->writing);
    if (status == TARN_OK)
        tarn_store_act_as(root->store, workspace->user);
    return status;
}

void tarn_writing_end(tarn_workspace *workspace) {
    tarn_workspace *root = workspace->root;
    tarn_store_act_as(root->store, NULL);
    pthread_mutex_lock(&root->writing);
    root->is_writing = false;
    pthread_cond_broadcast(&root->written);
    pthread_mutex_unlock(&root->writing);
}

tarn_status tarn_change_check_version(const tarn_workspace *workspace, const tarn_table_state *state,
                                      tarn_error *error) {
    if (workspace->if_version == 0 || workspace->if_version == state->head)
        return TARN_OK;
    return tarn_table_moved_on(workspace->store, state, workspace->if_version, error);
}

tarn_status tarn_change_begin(tarn_workspace *workspace, const char *table, tarn_task *task, tarn_table_state *state,
                              tarn_error *error) {
    TARN_TRY(tarn_writing_begin(workspace, task, error));
    tarn_status status = find_head(workspace, table, state, error);
    if (status == TARN_OK) {
        status = tarn_change_check_version(workspace, state, error);
        if (status != TARN_OK)
            tarn_table_state_clear(state);
    }
    if (status != TARN_OK)
        tarn_writing_end(workspace);
    return status;
}

void tarn_change_end(tarn_workspace *workspace, tarn_table_state *state) {
    tarn_table_state_clear(state);
    tarn_tidy_consider(workspace->root);
    tarn_writing_end(workspace);
}

tarn_status tarn_change_describe(tarn_workspace *workspace, uint64_t table, uint64_t before, tarn_change *out,
                                 tarn_error *error) {
    tarn_table_state state;
    TARN_TRY(tarn_store_find_id(workspace->store, table, &state, error));
    *out = (tarn_change){.table = state.name,
                         .before = before,
                         .after = state.head,
                         .changed = state.head != before,
                         .table_rows = state.rows};
    state.name = NULL; /* moved */
    tarn_table_state_clear(&state);
    return TARN_OK;
}
