/* Comparisons: opened once, then paged through by number. */
#include "answer/answer.h"
#include "arrow/array.h"
#include "engine/engine.h"
#include "wasm/bridge.h"
#include "wasm/files.h"
#include "wasm/kept.h"
#include "wasm/operations.h"

#include <stdlib.h>
#include <string.h>

/* What the options point to, besides the request's texts. */
typedef struct lists {
    const char **keys, **leave_out;
    tarn_parameter *map;
    tarn_diff_mapping *mappings;
    size_t map_count;
} lists;

static void lists_free(lists *lists) {
    free(lists->keys);
    free(lists->leave_out);
    free(lists->mappings);
    tarn_call_parameters_free(lists->map, lists->map_count);
}

/* An object: a column before to the one after. */
static tarn_status read_map(const tarn_call *call, lists *lists, tarn_diff_options *out, tarn_error *error) {
    TARN_TRY(tarn_call_parameters(call, "map", &lists->map, &lists->map_count, error));
    lists->mappings = calloc(lists->map_count + 1, sizeof *lists->mappings);
    if (lists->mappings == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < lists->map_count; i++)
        lists->mappings[i] = (tarn_diff_mapping){lists->map[i].name, lists->map[i].value};
    out->map = lists->mappings;
    out->map_count = lists->map_count;
    return TARN_OK;
}

static tarn_status read_options(const tarn_call *call, lists *lists, tarn_diff_options *out, tarn_error *error) {
    TARN_TRY(tarn_call_texts(call, "keys", &lists->keys, &out->key_count, error));
    TARN_TRY(tarn_call_texts(call, "leave_out", &lists->leave_out, &out->leave_out_count, error));
    TARN_TRY(tarn_call_flag(call, "ignore_case", &out->ignore_case, error));
    TARN_TRY(tarn_call_flag(call, "ignore_space", &out->ignore_space, error));
    TARN_TRY(tarn_call_number(call, "tolerance", 0, &out->tolerance, error));
    TARN_TRY(tarn_call_flag(call, "complete", &out->complete, error));
    out->keys = lists->keys;
    out->leave_out = lists->leave_out;
    return read_map(call, lists, out, error);
}

static tarn_status keep(tarn_call *call, tarn_diff *diff, tarn_error *error) {
    int64_t number;
    json_t *answer = tarn_answer_diff(tarn_diff_info_of(diff));
    json_object_set_new(answer, "differs", json_boolean(tarn_diff_differs(diff)));
    TARN_TRY(tarn_call_answer(call, answer, error));
    tarn_status status = tarn_kept_add(tarn_bridge_kept(call->bridge), diff, &number, error);
    if (status == TARN_OK)
        json_object_set_new(answer, "diff", json_integer(number));
    return status;
}

tarn_status tarn_op_diff(tarn_call *call, tarn_error *error) {
    const char *before, *after;
    lists lists = {0};
    tarn_diff_options options = {0};
    tarn_diff *diff = NULL;
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_call_text(call, "before", true, &before, error));
    TARN_CHECK(tarn_call_text(call, "after", false, &after, error));
    TARN_CHECK(read_options(call, &lists, &options, error));
    TARN_CHECK(tarn_diff_open(*call->workspace, before, after, &options, call->task, &diff, error));
    status = keep(call, diff, error);
    if (status != TARN_OK)
        tarn_diff_close(diff);
cleanup:
    lists_free(&lists);
    return status;
}

static tarn_status take(const tarn_call *call, tarn_diff **out, tarn_error *error) {
    int64_t number;
    TARN_TRY(tarn_call_integer(call, "diff", 0, &number, error));
    return tarn_kept_take(tarn_bridge_kept(call->bridge), number, out, error);
}

static tarn_status read_kinds(const tarn_call *call, unsigned *out, tarn_error *error) {
    static const char *const names[] = {"added", "removed", "modified", "unmatched", "moved", "filled"};
    const size_t known = sizeof names / sizeof *names;
    const char **list = NULL;
    size_t count = 0;
    TARN_TRY(tarn_call_texts(call, "kinds", &list, &count, error));
    tarn_status status = TARN_OK;
    for (size_t i = 0; i < count && status == TARN_OK; i++) {
        size_t k = 0;
        while (k < known && strcmp(names[k], list[i]) != 0)
            k++;
        if (k == known)
            status =
                tarn_fail(error, TARN_E_INVALID,
                          "%s: a kind is 'added', 'removed', 'modified', 'unmatched', 'moved' or 'filled', not '%s'",
                          call->operation->name, list[i]);
        else
            *out |= 1U << k;
    }
    free(list);
    return status;
}

static tarn_status read_page(const tarn_call *call, int64_t count, tarn_diff_page_options *out, tarn_error *error) {
    TARN_TRY(tarn_call_integer(call, "offset", 0, &out->offset, error));
    TARN_TRY(tarn_call_integer(call, "count", count, &out->count, error));
    TARN_TRY(tarn_call_text(call, "column", false, &out->column, error));
    return read_kinds(call, &out->kinds, error);
}

tarn_status tarn_op_diff_page(tarn_call *call, tarn_error *error) {
    tarn_diff_page_options options = {0};
    tarn_diff *diff = NULL;
    struct ArrowSchema schema = {0};
    struct ArrowArray rows = {0};
    TARN_TRY(read_page(call, 100, &options, error));
    TARN_TRY(take(call, &diff, error));
    tarn_status status = tarn_diff_page(diff, &options, &schema, &rows, error);
    tarn_kept_give_back(tarn_bridge_kept(call->bridge), diff);
    if (status == TARN_OK)
        status = tarn_call_answer(call, json_pack("{s:I}", "rows", (json_int_t)rows.length), error);
    if (status == TARN_OK)
        status = tarn_call_give_rows(call, &schema, &rows, error);
    tarn_array_release(&rows);
    tarn_schema_release(&schema);
    return status;
}

static tarn_status find_column(const tarn_diff *diff, const char *name, size_t *out, tarn_error *error) {
    const tarn_diff_info *info = tarn_diff_info_of(diff);
    for (size_t i = 0; i < info->column_count; i++) {
        const tarn_diff_column *column = &info->columns[i];
        *out = i;
        if (strcmp(column->after != NULL ? column->after : column->before, name) == 0)
            return TARN_OK;
    }
    return tarn_fail(error, TARN_E_NOT_FOUND, "diffValues: the comparison has no column '%s'", name);
}

tarn_status tarn_op_diff_values(tarn_call *call, tarn_error *error) {
    const char *name;
    int64_t most;
    size_t column = 0;
    tarn_diff *diff = NULL;
    tarn_diff_values values = {0};
    TARN_TRY(tarn_call_text(call, "column", true, &name, error));
    TARN_TRY(tarn_call_integer(call, "most", 10, &most, error));
    TARN_TRY(take(call, &diff, error));
    tarn_status status = find_column(diff, name, &column, error);
    if (status == TARN_OK)
        status = tarn_diff_values_get(diff, column, most > 0 ? (size_t)most : 0, call->task, &values, error);
    tarn_kept_give_back(tarn_bridge_kept(call->bridge), diff);
    if (status == TARN_OK)
        status = tarn_call_answer(call,
                                  json_pack("{s:o,s:I,s:b}", "values", tarn_answer_diff_values(&values), "different",
                                            (json_int_t)values.different, "complete", values.complete),
                                  error);
    tarn_diff_values_clear(&values);
    return status;
}

static tarn_status write_diff(tarn_call *call, const tarn_diff *diff, const tarn_diff_page_options *page,
                              const tarn_export_options *options, tarn_export_result *result, tarn_error *error) {
    struct ArrowArrayStream stream = {0};
    TARN_TRY(tarn_diff_stream(diff, page, call->task, &stream, error));
    return tarn_write_stream(*call->workspace, &stream, options, call->task, result, error);
}

tarn_status tarn_op_diff_export(tarn_call *call, tarn_error *error) {
    tarn_diff_page_options page = {0};
    tarn_export_options options = {0};
    tarn_export_result result = {0};
    tarn_passing_file passing = {0};
    tarn_diff *diff = NULL;
    tarn_status status = TARN_OK;
    TARN_CHECK(read_page(call, INT64_MAX, &page, error));
    TARN_CHECK(tarn_call_text(call, "path", false, &options.path, error));
    TARN_CHECK(tarn_call_text(call, "format", true, &options.format, error));
    if (options.path == NULL) {
        TARN_CHECK(tarn_passing_file_new(call, "diff", &passing, error));
        options.path = passing.path;
    }
    TARN_CHECK(take(call, &diff, error));
    TARN_CHECK(write_diff(call, diff, &page, &options, &result, error));
    TARN_CHECK(tarn_call_answer(call, tarn_answer_export(passing.path != NULL ? NULL : options.path, &result), error));
    if (passing.path != NULL)
        TARN_CHECK(tarn_passing_file_give(call, &passing, error));
cleanup:
    if (diff != NULL)
        tarn_kept_give_back(tarn_bridge_kept(call->bridge), diff);
    tarn_export_result_clear(&result);
    tarn_passing_file_remove(call, &passing);
    return status;
}

tarn_status tarn_op_diff_release(tarn_call *call, tarn_error *error) {
    int64_t number;
    TARN_TRY(tarn_call_integer(call, "diff", 0, &number, error));
    return tarn_kept_close(tarn_bridge_kept(call->bridge), number, error);
}
