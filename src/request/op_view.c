/* Views: rows filtered and sorted, opened once, then paged through by number. */
#include "answer/answer.h"
#include "arrow/array.h"
#include "request/conditions.h"
#include "request/declare.h"
#include "request/operations.h"
#include "request/session.h"

#include <stdlib.h>

static void close_view(void *view) {
    tarn_view_close(view);
}

static tarn_status keep(tarn_call *call, tarn_view *view, tarn_error *error) {
    const tarn_view_info *info = tarn_view_info_of(view);
    json_t *answer = tarn_answer_view(info);
    int64_t number;
    TARN_TRY(
        tarn_handles_add(&call->session->handles, TARN_HANDLE_VIEW, view, close_view, info->bytes, &number, error));
    json_object_set_new(answer, "view", json_integer(number));
    return tarn_call_answer(call, answer, error);
}

/* The list is heap. */
static tarn_status read_sort(const tarn_call *call, tarn_view_sort **out, size_t *count, tarn_error *error) {
    const json_t *list = tarn_call_json(call, "sort");
    *count = json_array_size(list);
    *out = calloc(*count + 1, sizeof **out);
    if (*out == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < *count; i++) {
        const json_t *one = json_array_get(list, i);
        const json_t *descending = json_object_get(one, "descending");
        (*out)[i] = (tarn_view_sort){.column = json_string_value(json_object_get(one, "column")),
                                     .descending = json_is_true(descending)};
    }
    return TARN_OK;
}

static tarn_status run_open(tarn_call *call, tarn_error *error) {
    tarn_view_options options = {0};
    tarn_view_sort *sort = NULL;
    tarn_buffer where = {0};
    tarn_view *view = NULL;
    tarn_status status = TARN_OK;
    TARN_CHECK(read_sort(call, &sort, &options.sort_count, error));
    TARN_CHECK(tarn_conditions_write(tarn_call_text(call, "where"), tarn_call_json(call, "filter"), &where, error));
    options.sort = sort;
    options.where = (const char *)where.data;
    TARN_CHECK(tarn_view_open(call->workspace, tarn_call_text(call, "table"), &options, call->task, &view, error));
    TARN_CHECK(keep(call, view, error));
cleanup:
    tarn_buffer_free(&where);
    free(sort);
    return status;
}

static const tarn_field sort_fields[] = {
    TARN_MEMBER(TEXT, "column", "the column"),
    TARN_SOMETIMES(FLAG, "descending", "from the greatest to the least; nulls come last either way"),
};
static const tarn_shape sort_shape = {
    .name = "ViewSort", .meaning = "One column to sort by.", TARN_FIELDS(sort_fields)};
static const tarn_field open_parameters[] = {
    TARN_TAKES_VERSION,
    TARN_PARAMETER(TEXT, "where", "an SQL condition over the row"),
    TARN_PARAMETER(OBJECT, "filter", "conditions that must hold, all of them, besides `where`", .is_list = true,
                   .may_be_one = true, .shape = &tarn_shape_condition),
    TARN_PARAMETER(OBJECT, "sort", "the first counts most; equal rows stay as they are", .is_list = true,
                   .may_be_one = true, .shape = &sort_shape),
};
static const tarn_field open_answer[] = {
    TARN_MEMBER(INTEGER, "view", "its number"),
    TARN_MEMBER(TABLE, "table", "the table"),
    TARN_MEMBER(INTEGER, "version", "that it is of, whatever becomes of the table"),
    TARN_MEMBER(INTEGER, "rows", "that it has"),
    TARN_MEMBER(INTEGER, "of", "that the version has", .unit = "rows"),
    TARN_MEMBER(INTEGER, "result_bytes", "of memory that it takes", .unit = "bytes"),
};
static const tarn_shape open_shape = {
    .name = "ViewInfo", .meaning = "Rows filtered and sorted.", TARN_FIELDS(open_answer)};
const tarn_deed tarn_op_view = {
    {.name = "view",
     .meaning = "Filter and sort without making a version. The view stays open under a number until viewRelease.",
     .how = TARN_RUN_READ,
     .role = TARN_ROLE_READER,
     .method = "POST",
     .path = "/views",
     TARN_TAKES(open_parameters),
     .answer = &open_shape},
    run_open};

/* ---- pages ------------------------------------------------------------------------------------------------------ */

static tarn_status run_page(tarn_call *call, tarn_error *error) {
    const char **columns = NULL;
    tarn_page_options options = {.offset = tarn_call_integer(call, "offset", 0),
                                 .count = tarn_call_integer(call, "count", 0),
                                 .ids = tarn_call_flag(call, "ids")};
    tarn_handle *handle = NULL;
    struct ArrowSchema schema = {0};
    struct ArrowArray rows = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_call_texts(call, "columns", &columns, &options.column_count, error));
    options.columns = columns;
    TARN_CHECK(tarn_handles_take(&call->session->handles, TARN_HANDLE_VIEW, tarn_call_integer(call, "view", 0), &handle,
                                 error));
    TARN_CHECK(tarn_view_page(tarn_handle_what(handle), &options, &schema, &rows, error));
    TARN_CHECK(tarn_call_answer(call, json_pack("{s:I}", "rows", (json_int_t)rows.length), error));
    TARN_CHECK(tarn_call_give_rows(call, &schema, &rows, error));
cleanup:
    if (handle != NULL)
        tarn_handles_give_back(&call->session->handles, handle);
    tarn_array_release(&rows);
    tarn_schema_release(&schema);
    free(columns);
    return status;
}

#define THE_VIEW TARN_PARAMETER(INTEGER, "view", "the view's number", .is_needed = true)

static const tarn_field page_parameters[] = {
    THE_VIEW, TARN_TAKES_OFFSET, TARN_TAKES_COUNT, TARN_TAKES_COLUMNS, TARN_TAKES_IDS, TARN_TAKES_FORMAT,
};
const tarn_deed tarn_op_view_page = {{.name = "viewPage",
                                      .meaning = "Rows of a view. Overtakes whatever else runs.",
                                      .how = TARN_RUN_URGENT,
                                      .role = TARN_ROLE_READER,
                                      .method = "GET",
                                      .path = "/views/{view}/rows",
                                      TARN_TAKES(page_parameters),
                                      .answer = &tarn_shape_rows,
                                      .gives = TARN_BYTES_ROWS},
                                     run_page};

static tarn_status run_release(tarn_call *call, tarn_error *error) {
    return tarn_handles_release(&call->session->handles, TARN_HANDLE_VIEW, tarn_call_integer(call, "view", 0), error);
}

static const tarn_field release_parameters[] = {THE_VIEW};
const tarn_deed tarn_op_view_release = {{.name = "viewRelease",
                                         .meaning = "Close a view.",
                                         .how = TARN_RUN_URGENT,
                                         .role = TARN_ROLE_READER,
                                         .method = "DELETE",
                                         .path = "/views/{view}",
                                         TARN_TAKES(release_parameters)},
                                        run_release};
