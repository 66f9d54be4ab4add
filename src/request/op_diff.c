/* Comparisons: opened once, then paged through by number. */
#include "answer/answer.h"
#include "arrow/array.h"
#include "engine/engine.h"
#include "request/compare.h"
#include "request/declare.h"
#include "request/files.h"
#include "request/operations.h"
#include "request/session.h"

#include <stdlib.h>
#include <string.h>

/* ---- what it is compared by: also for blind comparisons --------------------------------------------------------- */

void tarn_compare_clear(tarn_compare *compare) {
    free(compare->keys);
    free(compare->leave_out);
    free(compare->mappings);
    tarn_call_parameters_free(compare->map, compare->map_count);
    *compare = (tarn_compare){0};
}

/* An object: a column before to the one after. */
static tarn_status read_map(const tarn_call *call, tarn_compare *compare, tarn_error *error) {
    TARN_TRY(tarn_call_parameters(call, "map", &compare->map, &compare->map_count, error));
    compare->mappings = calloc(compare->map_count + 1, sizeof *compare->mappings);
    if (compare->mappings == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < compare->map_count; i++)
        compare->mappings[i] = (tarn_diff_mapping){compare->map[i].name, compare->map[i].value};
    compare->options.map = compare->mappings;
    compare->options.map_count = compare->map_count;
    return TARN_OK;
}

tarn_status tarn_compare_read(const tarn_call *call, tarn_compare *out, tarn_error *error) {
    tarn_diff_options *options = &out->options;
    TARN_TRY(tarn_call_texts(call, "keys", &out->keys, &options->key_count, error));
    TARN_TRY(tarn_call_texts(call, "leave_out", &out->leave_out, &options->leave_out_count, error));
    options->keys = out->keys;
    options->leave_out = out->leave_out;
    options->ignore_case = tarn_call_flag(call, "ignore_case");
    options->ignore_space = tarn_call_flag(call, "ignore_space");
    options->tolerance = tarn_call_number(call, "tolerance", 0);
    options->complete = tarn_call_flag(call, "complete");
    return read_map(call, out, error);
}

/* ---- opening ---------------------------------------------------------------------------------------------------- */

static void close_diff(void *diff) {
    tarn_diff_close(diff);
}

static tarn_status keep(tarn_call *call, tarn_diff *diff, tarn_error *error) {
    const tarn_diff_info *info = tarn_diff_info_of(diff);
    json_t *answer = tarn_answer_diff(info, tarn_diff_differs(diff));
    int64_t number;
    TARN_TRY(
        tarn_handles_add(&call->session->handles, TARN_HANDLE_DIFF, diff, close_diff, info->bytes, &number, error));
    json_object_set_new(answer, "diff", json_integer(number));
    return tarn_call_answer(call, answer, error);
}

static tarn_status run_diff(tarn_call *call, tarn_error *error) {
    tarn_compare compare = {0};
    tarn_diff *diff = NULL;
    tarn_status status = tarn_compare_read(call, &compare, error);
    if (status == TARN_OK)
        status = tarn_diff_open(call->session->service->workspace, tarn_call_text(call, "before"),
                                tarn_call_text(call, "after"), &compare.options, call->task, &diff, error);
    if (status == TARN_OK)
        status = keep(call, diff, error);
    tarn_compare_clear(&compare);
    return status;
}

static const tarn_field diff_parameters[] = {
    TARN_PARAMETER(VERSION, "before", "a table, or a version of it", .is_needed = true),
    TARN_PARAMETER(VERSION, "after", "another; without: of orders@3 the head, of orders the version before its head"),
    TARN_COMPARE_BY,
    TARN_PARAMETER(NUMBER, "tolerance", "numbers that are no further apart are the same", .otherwise = "0",
                   TARN_AT_LEAST(0)),
    TARN_PARAMETER(FLAG, "complete", "note also rows that only moved, or only have values in added columns",
                   .otherwise = "false"),
};
const tarn_deed tarn_op_diff = {
    {.name = "diff",
     .meaning = "Compare two versions or tables. The comparison stays open under a number until diffRelease.",
     .how = TARN_RUN_READ,
     .role = TARN_ROLE_READER,
     .method = "POST",
     .path = "/diffs",
     TARN_TAKES(diff_parameters),
     .answer = &tarn_shape_opened_diff},
    run_diff};

/* ---- looking ---------------------------------------------------------------------------------------------------- */

static tarn_status take(const tarn_call *call, tarn_handle **out, tarn_error *error) {
    return tarn_handles_take(&call->session->handles, TARN_HANDLE_DIFF, tarn_call_integer(call, "diff", 0), out, error);
}

static const char *const kind_names[] = {"added", "removed", "modified", "unmatched", "moved", "filled", NULL};

static unsigned read_kinds(const tarn_call *call) {
    const json_t *list = tarn_call_json(call, "kinds");
    unsigned kinds = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        for (unsigned k = 0; kind_names[k] != NULL; k++)
            kinds |= strcmp(kind_names[k], json_string_value(json_array_get(list, i))) == 0 ? 1U << k : 0;
    }
    return kinds;
}

static tarn_diff_page_options read_page(const tarn_call *call, int64_t count) {
    return (tarn_diff_page_options){.offset = tarn_call_integer(call, "offset", 0),
                                    .count = tarn_call_integer(call, "count", count),
                                    .column = tarn_call_text(call, "column"),
                                    .kinds = read_kinds(call)};
}

static tarn_status run_page(tarn_call *call, tarn_error *error) {
    tarn_diff_page_options options = read_page(call, 100);
    tarn_handle *handle = NULL;
    struct ArrowSchema schema = {0};
    struct ArrowArray rows = {0};
    TARN_TRY(take(call, &handle, error));
    tarn_status status = tarn_diff_page(tarn_handle_what(handle), &options, &schema, &rows, error);
    tarn_handles_give_back(&call->session->handles, handle);
    if (status == TARN_OK)
        status = tarn_call_answer(call, json_pack("{s:I}", "rows", (json_int_t)rows.length), error);
    if (status == TARN_OK)
        status = tarn_call_give_rows(call, &schema, &rows, error);
    tarn_array_release(&rows);
    tarn_schema_release(&schema);
    return status;
}

#define THE_DIFF TARN_PARAMETER(INTEGER, "diff", "the comparison's number", .is_needed = true)
#define WHICH                                                                                                          \
    TARN_PARAMETER(TEXT, "kinds", "which changes; all unless given (moved, filled: of complete comparisons)",          \
                   .is_list = true, .may_be_one = true, .choices = kind_names),                                        \
        TARN_PARAMETER(TEXT, "column", "only modified rows in which this column differs")

static const tarn_field page_parameters[] = {THE_DIFF, TARN_TAKES_OFFSET, TARN_TAKES_COUNT, WHICH, TARN_TAKES_FORMAT};
const tarn_deed tarn_op_diff_page = {
    {.name = "diffPage",
     .meaning = "Changes: the columns change, row_before, row_after, columns, before.NAME, after.NAME.",
     .how = TARN_RUN_URGENT,
     .role = TARN_ROLE_READER,
     .method = "GET",
     .path = "/diffs/{diff}/rows",
     TARN_TAKES(page_parameters),
     .answer = &tarn_shape_rows,
     .gives = TARN_BYTES_ROWS},
    run_page};

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

static tarn_status run_values(tarn_call *call, tarn_error *error) {
    size_t column = 0;
    tarn_handle *handle = NULL;
    tarn_diff_values values = {0};
    TARN_TRY(take(call, &handle, error));
    tarn_diff *diff = tarn_handle_what(handle);
    tarn_status status = find_column(diff, tarn_call_text(call, "column"), &column, error);
    if (status == TARN_OK)
        status =
            tarn_diff_values_get(diff, column, (size_t)tarn_call_integer(call, "limit", 0), call->task, &values, error);
    tarn_handles_give_back(&call->session->handles, handle);
    if (status == TARN_OK)
        status = tarn_call_answer(call, tarn_answer_diff_value_counts(&values), error);
    tarn_diff_values_clear(&values);
    return status;
}

static const tarn_field values_parameters[] = {
    THE_DIFF,
    TARN_PARAMETER(TEXT, "column", "a column of the comparison", .is_needed = true),
    TARN_PARAMETER(INTEGER, "limit", "how many at most", .otherwise = "10", TARN_AT_LEAST(0)),
};
static const tarn_field values_answer[] = {
    TARN_MEMBER(OBJECT, "values", "the most frequent first", .is_list = true, .shape = &tarn_shape_text_pair),
    TARN_MEMBER(INTEGER, "different", "pairs of values"),
    TARN_MEMBER(FLAG, "complete", "false: there were too many different ones to count them all"),
};
static const tarn_shape values_shape = {.name = "DiffValues", TARN_FIELDS(values_answer)};
const tarn_deed tarn_op_diff_values = {{.name = "diffValues",
                                        .meaning = "What values of a column became which.",
                                        .how = TARN_RUN_READ,
                                        .role = TARN_ROLE_READER,
                                        .method = "GET",
                                        .path = "/diffs/{diff}/values",
                                        TARN_TAKES(values_parameters),
                                        .answer = &values_shape},
                                       run_values};

static tarn_status write_diff(tarn_call *call, const tarn_diff *diff, const tarn_export_options *options,
                              tarn_export_result *result, tarn_error *error) {
    struct ArrowArrayStream stream = {0};
    tarn_diff_page_options page = read_page(call, INT64_MAX);
    TARN_TRY(tarn_diff_stream(diff, &page, call->task, &stream, error));
    return tarn_write_stream(call->workspace, &stream, options, call->task, result, error);
}

static tarn_status run_export(tarn_call *call, tarn_error *error) {
    const char *path = tarn_call_text(call, "path");
    tarn_byte_sink sink = tarn_call_sink(call);
    tarn_export_options options = {.path = path != NULL ? path : "the comparison",
                                   .sink = path != NULL ? NULL : &sink,
                                   .format = tarn_call_text(call, "format")};
    tarn_export_result result = {0};
    tarn_handle *handle = NULL;
    if (path == NULL)
        tarn_call_begin_bytes(call, tarn_media_type(options.format));
    TARN_TRY(take(call, &handle, error));
    tarn_status status = write_diff(call, tarn_handle_what(handle), &options, &result, error);
    tarn_handles_give_back(&call->session->handles, handle);
    if (status == TARN_OK)
        status = tarn_call_answer(call, tarn_answer_export(path, &result), error);
    tarn_export_result_clear(&result);
    return status;
}

static const tarn_field export_parameters[] = {
    THE_DIFF,
    TARN_PARAMETER(PATH, "path", "where the file goes; without: into the bytes"),
    TARN_PARAMETER(TEXT, "format", "of the file", .otherwise = "\"csv\"", .choices = tarn_file_formats),
    TARN_TAKES_OFFSET,
    TARN_PARAMETER(INTEGER, "count", "how many at most; all unless given", .unit = "rows", TARN_AT_LEAST(0)),
    WHICH,
};
const tarn_deed tarn_op_diff_export = {{.name = "diffExport",
                                        .meaning = "The changes as a file.",
                                        .how = TARN_RUN_BACKGROUND,
                                        .role = TARN_ROLE_READER,
                                        .method = "GET",
                                        .path = "/diffs/{diff}/export",
                                        TARN_TAKES(export_parameters),
                                        .answer = &tarn_shape_export,
                                        .gives = TARN_BYTES_FILE},
                                       run_export};

static tarn_status run_release(tarn_call *call, tarn_error *error) {
    return tarn_handles_release(&call->session->handles, TARN_HANDLE_DIFF, tarn_call_integer(call, "diff", 0), error);
}

static const tarn_field release_parameters[] = {THE_DIFF};
const tarn_deed tarn_op_diff_release = {{.name = "diffRelease",
                                         .meaning = "Close a comparison.",
                                         .how = TARN_RUN_URGENT,
                                         .role = TARN_ROLE_READER,
                                         .method = "DELETE",
                                         .path = "/diffs/{diff}",
                                         TARN_TAKES(release_parameters)},
                                        run_release};
