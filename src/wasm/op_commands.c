/* Commands, and the line of versions that they make. */
#include "answer/answer.h"
#include "wasm/operations.h"

tarn_status tarn_op_commands(tarn_call *call, tarn_error *error) {
    char *text = NULL;
    TARN_TRY(tarn_commands_json(&text, error));
    json_t *list = json_loads(text, 0, NULL);
    tarn_free(text);
    return tarn_call_answer(call, list != NULL ? json_pack("{s:o}", "commands", list) : NULL, error);
}

typedef struct asked {
    const char *table, *command;
    tarn_parameter *parameters;
    size_t count;
} asked;

/* Nothing is to be freed on failure. */
static tarn_status read_command(const tarn_call *call, asked *out, tarn_error *error) {
    TARN_TRY(tarn_call_text(call, "table", true, &out->table, error));
    TARN_TRY(tarn_call_text(call, "command", true, &out->command, error));
    return tarn_call_parameters(call, "parameters", &out->parameters, &out->count, error);
}

static tarn_status answer_change(tarn_call *call, tarn_status status, tarn_change *change, tarn_error *error) {
    if (status == TARN_OK)
        status = tarn_call_answer(call, tarn_answer_change(change), error);
    tarn_change_clear(change);
    return status;
}

tarn_status tarn_op_apply(tarn_call *call, tarn_error *error) {
    asked what;
    tarn_change change = {0};
    TARN_TRY(read_command(call, &what, error));
    tarn_status status =
        tarn_apply(*call->workspace, what.table, what.command, what.parameters, what.count, call->task, &change, error);
    tarn_call_parameters_free(what.parameters, what.count);
    return answer_change(call, status, &change, error);
}

/* Whole rows come as bytes, what is said of them in the JSON. */
static tarn_status answer_rows(tarn_call *call, const tarn_preview *preview, tarn_error *error) {
    TARN_TRY(tarn_call_give_rows(call, &preview->schema, &preview->rows, error));
    return tarn_call_answer(call,
                            json_pack("{s:o,s:o,s:I,s:I,s:b}", "message", tarn_answer_text(preview->message), "shown",
                                      tarn_answer_text(preview->shown), "rows_before", (json_int_t)preview->rows_before,
                                      "rows_after", (json_int_t)preview->rows_after, "complete", preview->complete),
                            error);
}

tarn_status tarn_op_preview(tarn_call *call, tarn_error *error) {
    asked what = {0};
    int64_t limit;
    tarn_preview preview = {0};
    TARN_TRY(tarn_call_integer(call, "limit", 100, &limit, error));
    if (limit < 0)
        return tarn_fail(error, TARN_E_INVALID, "preview: 'limit' must be 0 or more");
    TARN_TRY(read_command(call, &what, error));
    tarn_status status = tarn_preview_command(*call->workspace, what.table, what.command, what.parameters, what.count,
                                              (size_t)limit, call->task, &preview, error);
    tarn_call_parameters_free(what.parameters, what.count);
    if (status == TARN_OK)
        status = preview.message != NULL ? answer_rows(call, &preview, error)
                                         : tarn_call_answer(call, tarn_answer_preview(&preview), error);
    tarn_preview_clear(&preview);
    return status;
}

tarn_status tarn_op_clusters(tarn_call *call, tarn_error *error) {
    const char *table, *column, *method;
    double threshold;
    int64_t most;
    tarn_clusters clusters = {0};
    TARN_TRY(tarn_call_text(call, "table", true, &table, error));
    TARN_TRY(tarn_call_text(call, "column", true, &column, error));
    TARN_TRY(tarn_call_text(call, "method", false, &method, error));
    TARN_TRY(tarn_call_number(call, "threshold", 0, &threshold, error));
    TARN_TRY(tarn_call_integer(call, "limit", INT64_MAX, &most, error));
    TARN_TRY(tarn_find_clusters(*call->workspace, table, column, method != NULL ? method : "fingerprint", threshold,
                                call->task, &clusters, error));
    size_t shown = most < 0 ? 0 : (uint64_t)most > clusters.count ? clusters.count : (size_t)most;
    tarn_status status = tarn_call_answer(call, tarn_answer_clusters(&clusters, shown), error);
    tarn_clusters_clear(&clusters);
    return status;
}

tarn_status tarn_op_match(tarn_call *call, tarn_error *error) {
    const char *table;
    int64_t most;
    tarn_parameter *parameters = NULL;
    size_t count = 0;
    tarn_matches matches = {0};
    TARN_TRY(tarn_call_text(call, "table", true, &table, error));
    TARN_TRY(tarn_call_integer(call, "limit", INT64_MAX, &most, error));
    if (most < 0)
        return tarn_fail(error, TARN_E_INVALID, "match: 'limit' must be 0 or more");
    TARN_TRY(tarn_call_parameters(call, "parameters", &parameters, &count, error));
    size_t groups = (uint64_t)most < SIZE_MAX ? (size_t)most : SIZE_MAX;
    tarn_status status =
        tarn_find_matches(*call->workspace, table, parameters, count, groups, call->task, &matches, error);
    tarn_call_parameters_free(parameters, count);
    if (status == TARN_OK)
        status = tarn_call_answer(call, tarn_answer_matches(&matches), error);
    tarn_matches_clear(&matches);
    return status;
}

/* ---- history --------------------------------------------------------------------------------------------------- */

typedef tarn_status (*move)(tarn_workspace *workspace, const char *table, unsigned steps, tarn_change *out,
                            tarn_error *error);

static tarn_status move_along(tarn_call *call, move move, tarn_error *error) {
    const char *table;
    int64_t steps;
    tarn_change change = {0};
    TARN_TRY(tarn_call_text(call, "table", true, &table, error));
    TARN_TRY(tarn_call_integer(call, "steps", 1, &steps, error));
    if (steps < 1 || steps > UINT32_MAX)
        return tarn_fail(error, TARN_E_INVALID, "%s: 'steps' must be 1 or more", call->operation->name);
    return answer_change(call, move(*call->workspace, table, (unsigned)steps, &change, error), &change, error);
}

tarn_status tarn_op_undo(tarn_call *call, tarn_error *error) {
    return move_along(call, tarn_undo, error);
}

tarn_status tarn_op_redo(tarn_call *call, tarn_error *error) {
    return move_along(call, tarn_redo, error);
}

tarn_status tarn_op_checkout(tarn_call *call, tarn_error *error) {
    const char *version;
    tarn_change change = {0};
    TARN_TRY(tarn_call_text(call, "version", true, &version, error));
    return answer_change(call, tarn_checkout(*call->workspace, version, &change, error), &change, error);
}

tarn_status tarn_op_log(tarn_call *call, tarn_error *error) {
    const char *table;
    tarn_log_entry *entries = NULL;
    size_t count = 0;
    TARN_TRY(tarn_call_text(call, "table", true, &table, error));
    TARN_TRY(tarn_log(*call->workspace, table, &entries, &count, error));
    tarn_status status = tarn_call_answer(call, json_pack("{s:o}", "versions", tarn_answer_log(entries, count)), error);
    tarn_log_free(entries, count);
    return status;
}

tarn_status tarn_op_timeline(tarn_call *call, tarn_error *error) {
    const char *table;
    tarn_timeline timeline = {0};
    TARN_TRY(tarn_call_text(call, "table", true, &table, error));
    TARN_TRY(tarn_timeline_get(*call->workspace, table, &timeline, error));
    tarn_status status = tarn_call_answer(call, tarn_answer_timeline(&timeline), error);
    tarn_timeline_clear(&timeline);
    return status;
}
