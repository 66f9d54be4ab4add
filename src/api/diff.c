/* Comparing two versions that are named by text. */
#include "api/workspace.h"

#include <string.h>

/* The version before a table's head. */
static tarn_status open_parent(tarn_workspace *workspace, const char *name, tarn_version **out, tarn_error *error) {
    tarn_table_state table;
    uint64_t head, parent;
    TARN_TRY(tarn_store_resolve(workspace->store, name, &table, &head, error));
    tarn_status status = tarn_store_parent(workspace->store, table.id, head, &parent, error);
    if (status == TARN_OK && parent == 0)
        status = tarn_fail(error, TARN_E_NOT_FOUND,
                           "%s has no version before its present one: name what to compare it with", table.name);
    if (status == TARN_OK)
        status = tarn_store_version(workspace->store, table.id, parent, out, error);
    tarn_table_state_clear(&table);
    return status;
}

/* Just `a`: a bare table's head against the version before it, a version of it against the head. */
static tarn_status open_both(tarn_workspace *workspace, const char *a, const char *b, tarn_version **before,
                             tarn_version **after, tarn_error *error) {
    bool bare = strpbrk(a, "@~") == NULL;
    TARN_TRY(b == NULL && bare ? open_parent(workspace, a, before, error)
                               : tarn_store_open_version(workspace->store, a, before, error));
    if (b != NULL)
        return tarn_store_open_version(workspace->store, b, after, error);
    return tarn_store_version(workspace->store, tarn_version_table(*before), TARN_HEAD, after, error);
}

static tarn_status compare(tarn_workspace *workspace, tarn_version *before, tarn_version *after,
                           const tarn_diff_options *options, tarn_task *task, tarn_diff **out, tarn_error *error) {
    tarn_table_state was = {0}, is = {0};
    tarn_status status = tarn_store_find_id(workspace->store, tarn_version_table(before), &was, error);
    if (status == TARN_OK)
        status = tarn_store_find_id(workspace->store, tarn_version_table(after), &is, error);
    tarn_diff_input input = {.before = before,
                             .after = after,
                             .before_name = was.name,
                             .after_name = is.name,
                             .options = options,
                             .pool = workspace->pool,
                             .task = task};
    if (status == TARN_OK)
        status = tarn_diff_cache_compare(workspace->diffs, &input, out, error);
    tarn_table_state_clear(&was);
    tarn_table_state_clear(&is);
    return status;
}

tarn_status tarn_diff_open(tarn_workspace *workspace, const char *before, const char *after,
                           const tarn_diff_options *options, tarn_task *task, tarn_diff **out, tarn_error *error) {
    tarn_version *was = NULL, *is = NULL;
    tarn_status status = open_both(workspace, before, after, &was, &is, error);
    if (status == TARN_OK)
        status = compare(workspace, was, is, options, task, out, error);
    tarn_version_release(was);
    tarn_version_release(is);
    return status;
}

tarn_status tarn_diff_find(tarn_workspace *workspace, uint64_t id, tarn_diff **out, tarn_error *error) {
    return tarn_diff_cache_find(workspace->diffs, id, out, error);
}

void tarn_diff_forget(tarn_workspace *workspace, uint64_t id) {
    tarn_diff_cache_forget(workspace->diffs, id);
}

void tarn_diff_cached(tarn_workspace *workspace, tarn_diff_cache_info *out) {
    tarn_diff_cache_info_get(workspace->diffs, out);
}
