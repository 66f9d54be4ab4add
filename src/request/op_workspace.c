/* The workspace as a whole: opening it, and what there is to be said of it. */
#include "answer/answer.h"
#include "base/text.h"
#include "request/declare.h"
#include "request/operations.h"
#include "request/session.h"

#include <stdlib.h>
#include <string.h>

#define FOLDER ".tarn"

static void read_options(const tarn_call *call, tarn_workspace_options *out) {
    *out = (tarn_workspace_options){.read_only = tarn_call_flag(call, "read_only"),
                                    .threads = (unsigned)tarn_call_integer(call, "threads", 0),
                                    .memory_limit = (uint64_t)tarn_call_integer(call, "memory_limit", 0),
                                    .cache_bytes = (uint64_t)tarn_call_integer(call, "cache_bytes", 0),
                                    .compression = tarn_call_text(call, "compression"),
                                    .user = tarn_call_text(call, "user")};
}

static tarn_status answer_status(tarn_call *call, tarn_workspace *workspace, tarn_error *error) {
    tarn_workspace_info info;
    TARN_TRY(tarn_workspace_info_get(workspace, &info, error));
    return tarn_call_answer(
        call, tarn_answer_status(&info, tarn_workspace_directory(workspace), tarn_workspace_notice(workspace)), error);
}

/* Before it is opened: what is damaged is set aside, as far as it can be. */
static tarn_status repair(const tarn_call *call, const char *directory, tarn_error *error) {
    tarn_verify_result result = {0};
    tarn_status status = tarn_verify(directory, true, call->task, &result, error);
    tarn_verify_result_clear(&result);
    return status == TARN_E_NOT_FOUND ? TARN_OK : status; /* there is no workspace yet */
}

#define SETTINGS                                                                                                       \
    TARN_PARAMETER(FLAG, "read_only", "never waits for the writer", .otherwise = "false"),                             \
        TARN_PARAMETER(INTEGER, "threads", "0: one per processor", TARN_BETWEEN(0, 64)),                               \
        TARN_PARAMETER(INTEGER, "memory_limit", "for the engine; 0: as the machine has it", .unit = "bytes",           \
                       TARN_AT_LEAST(0)),                                                                              \
        TARN_PARAMETER(INTEGER, "cache_bytes", "decoded data that is kept; 0: as the machine has it", .unit = "bytes", \
                       TARN_AT_LEAST(0)),                                                                              \
        TARN_PARAMETER(TEXT, "compression", "of new data", .choices = codecs),                                         \
        TARN_PARAMETER(TEXT, "user", "for the audit log; the account's name unless given")

static const char *const codecs[] = {"none", "lz4", "zstd", NULL};

static const tarn_field status_answer[] = {
    TARN_MEMBER(TEXT, "directory", "where it is"),
    TARN_MEMBER(FLAG, "read_only", "whether nothing can be changed"),
    TARN_MEMBER(TEXT, "notice", "something to hear about opening it", .may_be_null = true),
    TARN_MEMBER(INTEGER, "format_version", "of its files"),
    TARN_MEMBER(INTEGER, "tables", "that there are"),
    TARN_MEMBER(INTEGER, "dropped_tables", "that can be brought back"),
    TARN_MEMBER(INTEGER, "versions", "of all tables"),
    TARN_MEMBER(INTEGER, "records", "in the journal"),
    TARN_MEMBER(INTEGER, "batches", "columns' pieces that are stored"),
    TARN_MEMBER(INTEGER, "segments", "files that they are in"),
    TARN_MEMBER(INTEGER, "folds", "among the batches: what many edits make of a column, kept ready"),
    TARN_MEMBER(INTEGER, "bytes_total", "everything in the folder", .unit = "bytes"),
    TARN_MEMBER(INTEGER, "bytes_segments", "of that, data", .unit = "bytes"),
    TARN_MEMBER(INTEGER, "bytes_journal", "of that, the journal", .unit = "bytes"),
    TARN_MEMBER(INTEGER, "bytes_index", "of that, the index", .unit = "bytes"),
    TARN_MEMBER(INTEGER, "threads", "that work is done on"),
    TARN_MEMBER(INTEGER, "memory_limit", "of the engine; 0: as the machine has it", .unit = "bytes"),
    TARN_MEMBER(TEXT, "tarn", "the library's version"),
    TARN_MEMBER(TEXT, "engine", "the version of DuckDB"),
};
static const tarn_shape status_shape = {
    .name = "WorkspaceStatus", .meaning = "A workspace's sizes and counts.", TARN_FIELDS(status_answer)};

/* Also makes the workspace when there is none, unless it is only to be read. */
static tarn_status run_open(tarn_call *call, tarn_error *error) {
    const char *directory = tarn_call_text(call, "directory");
    tarn_workspace_options options;
    tarn_workspace *workspace = NULL;
    read_options(call, &options);
    tarn_service_replace(call->session->service, NULL);
    if (tarn_call_flag(call, "repair") && !options.read_only)
        TARN_TRY(repair(call, directory, error));
    if (!options.read_only) {
        tarn_status status = tarn_workspace_init(directory, error);
        if (status != TARN_OK && status != TARN_E_EXISTS)
            return status;
    }
    TARN_TRY(tarn_workspace_open(directory, &options, &workspace, error));
    tarn_service_replace(call->session->service, workspace);
    return answer_status(call, workspace, error);
}

static const tarn_field open_parameters[] = {
    TARN_PARAMETER(PATH, "directory", "the folder that it is, or is to be, in", .is_needed = true),
    TARN_PARAMETER(FLAG, "repair", "set aside what is damaged before", .otherwise = "false"),
    SETTINGS,
};
const tarn_deed tarn_op_open = {
    {.name = "open",
     .meaning = "Open a workspace, and make it when there is none; another one that is open is closed.",
     .how = TARN_RUN_CONTROL,
     .role = TARN_ROLE_OWNER,
     TARN_TAKES(open_parameters),
     .answer = &status_shape},
    run_open};

static tarn_status run_close(tarn_call *call, tarn_error *error) {
    (void)error;
    tarn_service_replace(call->session->service, NULL);
    return TARN_OK;
}

const tarn_deed tarn_op_close = {{.name = "close",
                                  .meaning = "Close the workspace. What was committed stays.",
                                  .how = TARN_RUN_CONTROL,
                                  .role = TARN_ROLE_OWNER},
                                 run_close};

/* Whoever clears says again what is to go. */
static tarn_status check_token(const tarn_call *call, const char *directory, tarn_error *error) {
    const char *token = tarn_call_text(call, "token");
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
static tarn_status run_clear(tarn_call *call, tarn_error *error) {
    tarn_service *service = call->session->service;
    tarn_workspace_options options;
    tarn_workspace *workspace = NULL;
    char *directory = NULL, *folder = NULL;
    tarn_status status = TARN_OK;
    if (service->workspace == NULL)
        return tarn_fail(error, TARN_E_INVALID, "clear: no workspace is open");
    read_options(call, &options);
    directory = tarn_strdup(tarn_workspace_directory(service->workspace));
    folder = directory != NULL ? tarn_path_join(directory, FOLDER) : NULL;
    if (folder == NULL)
        TARN_CHECK(tarn_fail_memory(error));
    TARN_CHECK(check_token(call, directory, error));
    tarn_service_replace(service, NULL);
    TARN_CHECK(tarn_fs_remove_all(service->files, folder, error));
    TARN_CHECK(tarn_workspace_init(directory, error));
    TARN_CHECK(tarn_workspace_open(directory, &options, &workspace, error));
    tarn_service_replace(service, workspace);
    TARN_CHECK(answer_status(call, workspace, error));
cleanup:
    free(directory);
    free(folder);
    return status;
}

static const tarn_field clear_parameters[] = {
    TARN_PARAMETER(TEXT, "token", "\"clear DIRECTORY\", which the refusal tells"),
    SETTINGS,
};
const tarn_deed tarn_op_clear = {{.name = "clear",
                                  .meaning = "Remove everything for good, and open an empty workspace in its place.",
                                  .how = TARN_RUN_CONTROL,
                                  .role = TARN_ROLE_OWNER,
                                  TARN_TAKES(clear_parameters),
                                  .answer = &status_shape},
                                 run_clear};

static tarn_status run_status(tarn_call *call, tarn_error *error) {
    return answer_status(call, call->workspace, error);
}

const tarn_deed tarn_op_status = {{.name = "status",
                                   .meaning = "The workspace's sizes and counts.",
                                   .how = TARN_RUN_URGENT,
                                   .role = TARN_ROLE_READER,
                                   .method = "GET",
                                   .path = "/status",
                                   .answer = &status_shape},
                                  run_status};

static tarn_status run_refresh(tarn_call *call, tarn_error *error) {
    bool changed = false;
    TARN_TRY(tarn_refresh(call->workspace, &changed, error));
    return tarn_call_answer(call, json_pack("{s:b}", "changed", changed), error);
}

static const tarn_field refresh_answer[] = {TARN_MEMBER(FLAG, "changed", "whether there was anything")};
static const tarn_shape refresh_shape = {.name = "RefreshAnswer", TARN_FIELDS(refresh_answer)};
const tarn_deed tarn_op_refresh = {{.name = "refresh",
                                    .meaning = "Of a workspace that is only read: take in what others committed.",
                                    .how = TARN_RUN_CHANGE,
                                    .role = TARN_ROLE_READER,
                                    .method = "POST",
                                    .path = "/refresh",
                                    .answer = &refresh_shape},
                                   run_refresh};
