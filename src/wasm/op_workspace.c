/* The workspace as a whole. */
#include "answer/answer.h"
#include "base/text.h"
#include "wasm/bridge.h"
#include "wasm/operations.h"

#include <stdlib.h>
#include <string.h>

#define FOLDER ".tarn"

static tarn_status read_size(const tarn_call *call, const char *name, uint64_t *out, tarn_error *error) {
    int64_t number;
    TARN_TRY(tarn_call_integer(call, name, 0, &number, error));
    *out = (uint64_t)number;
    return number >= 0 ? TARN_OK
                       : tarn_fail(error, TARN_E_INVALID, "%s: '%s' must be 0 or more", call->operation->name, name);
}

static tarn_status read_options(const tarn_call *call, tarn_workspace_options *out, tarn_error *error) {
    uint64_t threads;
    TARN_TRY(tarn_call_flag(call, "read_only", &out->read_only, error));
    TARN_TRY(read_size(call, "threads", &threads, error));
    TARN_TRY(read_size(call, "memory_limit", &out->memory_limit, error));
    out->threads = threads < 64 ? (unsigned)threads : 64;
    TARN_TRY(read_size(call, "cache_bytes", &out->cache_bytes, error));
    TARN_TRY(tarn_call_text(call, "compression", false, &out->compression, error));
    return tarn_call_text(call, "user", false, &out->user, error);
}

static tarn_status answer_status(tarn_call *call, tarn_workspace *workspace, tarn_error *error) {
    tarn_workspace_info info;
    TARN_TRY(tarn_workspace_info_get(workspace, &info, error));
    json_t *answer = tarn_answer_info(&info);
    json_object_set_new(answer, "read_only", json_boolean(info.read_only));
    json_object_set_new(answer, "directory", tarn_answer_text(tarn_bridge_directory(call->bridge)));
    json_object_set_new(answer, "notice", tarn_answer_text(tarn_workspace_notice(workspace)));
    return tarn_call_answer(call, answer, error);
}

/* Before it is opened: what is damaged is set aside, as far as it can be. */
static tarn_status repair(const tarn_call *call, const char *directory, tarn_error *error) {
    tarn_verify_result result = {0};
    tarn_status status = tarn_verify(directory, true, call->task, &result, error);
    tarn_verify_result_clear(&result);
    return status == TARN_E_NOT_FOUND ? TARN_OK : status; /* there is no workspace yet */
}

/* Also makes the workspace when there is none, unless it is only to be read. */
tarn_status tarn_op_open(tarn_call *call, tarn_error *error) {
    const char *directory;
    bool damaged;
    tarn_workspace_options options = {0};
    tarn_workspace *workspace = NULL;
    TARN_TRY(tarn_call_text(call, "directory", true, &directory, error));
    TARN_TRY(read_options(call, &options, error));
    TARN_TRY(tarn_call_flag(call, "repair", &damaged, error));
    TARN_TRY(tarn_bridge_replace(call->bridge, NULL, NULL, error));
    if (damaged && !options.read_only)
        TARN_TRY(repair(call, directory, error));
    if (!options.read_only) {
        tarn_status status = tarn_workspace_init(directory, error);
        if (status != TARN_OK && status != TARN_E_EXISTS)
            return status;
    }
    TARN_TRY(tarn_workspace_open(directory, &options, &workspace, error));
    TARN_TRY(tarn_bridge_replace(call->bridge, workspace, directory, error));
    return answer_status(call, workspace, error);
}

tarn_status tarn_op_close(tarn_call *call, tarn_error *error) {
    return tarn_bridge_replace(call->bridge, NULL, NULL, error);
}

/* Whoever clears says again what is to go. */
static tarn_status check_token(const tarn_call *call, const char *directory, tarn_error *error) {
    const char *token;
    TARN_TRY(tarn_call_text(call, "token", false, &token, error));
    char *expected = tarn_format("clear %s", directory);
    if (expected == NULL)
        return tarn_fail_memory(error);
    tarn_status status = TARN_OK;
    if (token == NULL || strcmp(token, expected) != 0)
        status = tarn_fail(error, TARN_E_FORBIDDEN,
                           "clear removes every table, version and event for good: confirm it with the token '%s'",
                           expected);
    free(expected);
    return status;
}

/* Everything goes, and an empty workspace is opened in its place. */
tarn_status tarn_op_clear(tarn_call *call, tarn_error *error) {
    tarn_workspace_options options = {0};
    tarn_workspace *workspace = NULL;
    char *directory = NULL, *folder = NULL;
    tarn_status status = TARN_OK;
    if (*call->workspace == NULL)
        return tarn_fail(error, TARN_E_INVALID, "clear: no workspace is open");
    TARN_CHECK(read_options(call, &options, error));
    directory = tarn_strdup(tarn_bridge_directory(call->bridge));
    folder = directory != NULL ? tarn_path_join(directory, FOLDER) : NULL;
    if (folder == NULL)
        TARN_CHECK(tarn_fail_memory(error));
    TARN_CHECK(check_token(call, directory, error));
    TARN_CHECK(tarn_bridge_replace(call->bridge, NULL, NULL, error));
    TARN_CHECK(tarn_fs_remove_all(tarn_bridge_files(call->bridge), folder, error));
    TARN_CHECK(tarn_workspace_init(directory, error));
    TARN_CHECK(tarn_workspace_open(directory, &options, &workspace, error));
    TARN_CHECK(tarn_bridge_replace(call->bridge, workspace, directory, error));
    TARN_CHECK(answer_status(call, workspace, error));
cleanup:
    free(directory);
    free(folder);
    return status;
}

tarn_status tarn_op_status(tarn_call *call, tarn_error *error) {
    return answer_status(call, *call->workspace, error);
}

tarn_status tarn_op_refresh(tarn_call *call, tarn_error *error) {
    bool changed = false;
    TARN_TRY(tarn_refresh(*call->workspace, &changed, error));
    return tarn_call_answer(call, json_pack("{s:b}", "changed", changed), error);
}

tarn_status tarn_op_gc(tarn_call *call, tarn_error *error) {
    tarn_gc_options options = {0};
    tarn_gc_result result;
    TARN_TRY(tarn_call_flag(call, "dry_run", &options.dry_run, error));
    TARN_TRY(read_size(call, "keep_versions", &options.keep_versions, error));
    TARN_TRY(tarn_call_integer(call, "keep_since", 0, &options.keep_since, error));
    TARN_TRY(tarn_gc(*call->workspace, &options, call->task, &result, error));
    return tarn_call_answer(call, tarn_answer_gc(&result, options.dry_run), error);
}

typedef tarn_status (*rewrite)(tarn_workspace *workspace, const char *table, tarn_task *task, tarn_freeze_result *out,
                               tarn_error *error);

static tarn_status rewrite_table(tarn_call *call, rewrite rewrite, tarn_error *error) {
    const char *table;
    tarn_freeze_result result;
    TARN_TRY(tarn_call_text(call, "table", true, &table, error));
    TARN_TRY(rewrite(*call->workspace, table, call->task, &result, error));
    return tarn_call_answer(call, tarn_answer_freeze(table, &result), error);
}

tarn_status tarn_op_freeze(tarn_call *call, tarn_error *error) {
    return rewrite_table(call, tarn_freeze, error);
}

tarn_status tarn_op_thaw(tarn_call *call, tarn_error *error) {
    return rewrite_table(call, tarn_thaw, error);
}

tarn_status tarn_op_verify(tarn_call *call, tarn_error *error) {
    tarn_verify_result result = {0};
    TARN_TRY(tarn_verify(tarn_bridge_directory(call->bridge), false, call->task, &result, error));
    tarn_status status = tarn_call_answer(call, tarn_answer_verify(&result), error);
    tarn_verify_result_clear(&result);
    return status;
}

tarn_status tarn_op_migrate(tarn_call *call, tarn_error *error) {
    const char *directory;
    bool remove;
    tarn_migration_result result = {0};
    TARN_TRY(tarn_call_text(call, "directory", true, &directory, error));
    TARN_TRY(tarn_call_flag(call, "remove", &remove, error));
    TARN_TRY(tarn_migrate(*call->workspace, directory, remove, call->task, &result, error));
    tarn_status status = tarn_call_answer(call, tarn_answer_migration(&result), error);
    tarn_migration_result_clear(&result);
    return status;
}
