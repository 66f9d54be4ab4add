// The public functions for gc, freezing, verifying and what the workspace takes.
#include "api/workspace.h"
#include "base/clock.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

tarn_status tarn_gc(tarn_workspace *workspace, const tarn_gc_options *options, tarn_task *task, tarn_gc_result *out,
                    tarn_error *error) {
    tarn_gc_report report;
    TARN_TRY(tarn_writing_begin(workspace, task, error));
    tarn_status status = tarn_store_gc(workspace->store, options, task, &report, error);
    tarn_writing_end(workspace);
    if (status == TARN_OK)
        *out = (tarn_gc_result){.versions = report.versions,
                                .tables = report.tables,
                                .batches = report.batches,
                                .bytes = report.bytes,
                                .bytes_waiting = report.bytes_waiting};
    return status;
}

static tarn_status recode(tarn_workspace *workspace, const char *table, tarn_codec codec, tarn_task *task,
                          tarn_freeze_result *out, tarn_error *error) {
    int64_t started = tarn_monotonic();
    tarn_table_state state;
    tarn_recode_report report;
    TARN_TRY(tarn_change_begin(workspace, table, task, &state, error));
    tarn_status status = tarn_store_recode(workspace->store, state.id, codec, task, &report, error);
    tarn_change_end(workspace, &state);
    if (status == TARN_OK)
        *out = (tarn_freeze_result){.batches = report.batches,
                                    .bytes_before = report.bytes_before,
                                    .bytes_after = report.bytes_after,
                                    .duration = tarn_monotonic() - started};
    return status;
}

tarn_status tarn_freeze(tarn_workspace *workspace, const char *table, tarn_task *task, tarn_freeze_result *out,
                        tarn_error *error) {
    return recode(workspace, table, TARN_CODEC_ZSTD, task, out, error);
}

tarn_status tarn_thaw(tarn_workspace *workspace, const char *table, tarn_task *task, tarn_freeze_result *out,
                      tarn_error *error) {
    return recode(workspace, table, TARN_CODEC_NONE, task, out, error);
}

/* The problems change hands: same content, public structure. */
static tarn_status move_report(tarn_verify_report *report, tarn_verify_result *out, tarn_error *error) {
    tarn_verify_problem *problems = calloc(report->problem_count + 1, sizeof *problems);
    if (problems == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < report->problem_count; i++) {
        tarn_problem *from = &report->problems[i];
        problems[i] = (tarn_verify_problem){.what = from->what, .affects = from->affects, .repaired = from->repaired};
        *from = (tarn_problem){0};
    }
    *out = (tarn_verify_result){.records = report->records,
                                .versions = report->versions,
                                .batches = report->batches,
                                .segments = report->segments,
                                .bytes = report->bytes,
                                .problems = problems,
                                .problem_count = report->problem_count};
    return TARN_OK;
}

void tarn_verify_result_clear(tarn_verify_result *result) {
    for (size_t i = 0; i < result->problem_count; i++) {
        free(result->problems[i].what);
        free(result->problems[i].affects);
    }
    free(result->problems);
    *result = (tarn_verify_result){0};
}

/* A workspace that opens is checked through its store; one that does not, as far as its files allow. */
static tarn_status verify_folder(tarn_fs *fs, const char *folder, bool repair, tarn_task *task,
                                 tarn_verify_report *report, tarn_error *error) {
    tarn_store *store = NULL;
    tarn_store_options options = {.read_only = !repair};
    tarn_error refusal = {0};
    tarn_status status = tarn_store_open(fs, folder, &options, &store, &refusal);
    if (status == TARN_E_CORRUPT)
        return tarn_store_rescue(fs, folder, repair, report, error);
    if (status == TARN_OK)
        status = tarn_store_verify(store, repair, task, report, &refusal);
    if (status != TARN_OK && error != NULL)
        *error = refusal;
    tarn_store_close(store);
    return status;
}

tarn_status tarn_workspace_repair(tarn_workspace *workspace, tarn_task *task, tarn_verify_result *out,
                                  tarn_error *error) {
    tarn_verify_report report = {0};
    TARN_TRY(tarn_writing_begin(workspace, task, error));
    tarn_status status = tarn_store_verify(workspace->store, true, task, &report, error);
    tarn_writing_end(workspace);
    if (status == TARN_OK)
        status = move_report(&report, out, error);
    tarn_verify_report_clear(&report);
    return status;
}

tarn_status tarn_verify(const char *directory, bool repair, tarn_task *task, tarn_verify_result *out,
                        tarn_error *error) {
    tarn_fs *fs = NULL;
    tarn_verify_report report = {0};
    char *folder = tarn_path_join(directory, ".tarn");
    tarn_status status = folder == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK)
        status = tarn_fs_native(&fs, error);
    if (status == TARN_OK)
        status = verify_folder(fs, folder, repair, task, &report, error);
    if (status == TARN_OK)
        status = move_report(&report, out, error);
    tarn_verify_report_clear(&report);
    tarn_fs_free(fs);
    free(folder);
    return status;
}
