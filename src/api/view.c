/* Views: which rows of a version somebody wants to see, and in which order. */
#include "api/page.h"
#include "api/workspace.h"
#include "base/buffer.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct tarn_view {
    tarn_view_info info;
    tarn_version *version;
    tarn_pool *pool;
    int64_t *rows; /* row numbers, in the order of the view */
};

void tarn_view_close(tarn_view *view) {
    if (view == NULL)
        return;
    tarn_version_release(view->version);
    free(view->info.table);
    free(view->rows);
    free(view);
}

const tarn_view_info *tarn_view_info_of(const tarn_view *view) {
    return &view->info;
}

/* ---- the query that finds its rows ------------------------------------------------------------------------------ */

/* Texts by code point, numbers by size; what is equal stays in the order of the rows. */
static tarn_status write_order(const tarn_view *view, const tarn_view_options *options, tarn_buffer *sql,
                               tarn_error *error) {
    for (size_t i = 0; i < options->sort_count; i++) {
        size_t column;
        TARN_TRY(tarn_version_find_column(view->version, options->sort[i].column, &column, error));
        TARN_TRY(tarn_buffer_printf(sql, error, i == 0 ? " ORDER BY " : ", "));
        TARN_TRY(tarn_sql_identifier(sql, tarn_version_column(view->version, column)->name, error));
        TARN_TRY(tarn_buffer_printf(sql, error, "%s NULLS LAST", options->sort[i].descending ? " DESC" : ""));
    }
    return options->sort_count > 0 ? tarn_buffer_printf(sql, error, ", tarn_view_place") : TARN_OK;
}

/* A line comment in the condition ends before the parenthesis. */
static tarn_status write_query(const tarn_view *view, const tarn_view_options *options, tarn_buffer *sql,
                               tarn_error *error) {
    bool is_sorted = options->sort_count > 0;
    char *name = tarn_format("%s@%" PRIu64, view->info.table, view->info.version);
    if (name == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_buffer_printf(sql, error,
                                            is_sorted ? "SELECT _tarn_id FROM (SELECT *, row_number() OVER () AS "
                                                        "tarn_view_place FROM tarn_rows("
                                                      : "SELECT _tarn_id FROM tarn_rows(");
    if (status == TARN_OK)
        status = tarn_sql_literal(sql, name, error);
    free(name);
    TARN_TRY(status);
    TARN_TRY(tarn_buffer_printf(sql, error, is_sorted ? "))" : ")"));
    if (options->where != NULL)
        TARN_TRY(tarn_buffer_printf(sql, error, " WHERE (%s\n)", options->where));
    TARN_TRY(write_order(view, options, sql, error));
    return tarn_buffer_append(sql, "", 1, error);
}

static tarn_status take_rows(tarn_view *view, struct ArrowArrayStream *stream, tarn_error *error) {
    size_t capacity = 0;
    for (;;) {
        struct ArrowArray batch = {0};
        TARN_TRY(tarn_stream_next(stream, &batch, error));
        if (batch.release == NULL)
            break;
        const struct ArrowArray *ids = batch.children[0];
        size_t count = (size_t)view->info.rows;
        tarn_status status =
            tarn_grow(&view->rows, &capacity, count + (size_t)batch.length + 1, sizeof *view->rows, error);
        if (status == TARN_OK)
            memcpy(view->rows + count, (const int64_t *)ids->buffers[1] + ids->offset + batch.offset,
                   (size_t)batch.length * sizeof *view->rows);
        view->info.rows += status == TARN_OK ? batch.length : 0;
        batch.release(&batch);
        TARN_TRY(status);
    }
    view->info.bytes = capacity * sizeof *view->rows;
    return TARN_OK;
}

static tarn_status find_rows(tarn_workspace *workspace, tarn_view *view, const tarn_view_options *options,
                             tarn_task *task, tarn_error *error) {
    tarn_buffer sql = {0};
    struct ArrowArrayStream stream = {0};
    tarn_status status = write_query(view, options, &sql, error);
    if (status == TARN_OK)
        status = tarn_query(workspace, (const char *)sql.data, task, &stream, error);
    if (status == TARN_OK)
        status = take_rows(view, &stream, error);
    tarn_stream_release(&stream);
    tarn_buffer_free(&sql);
    return status;
}

/* ---- the interface ---------------------------------------------------------------------------------------------- */

static tarn_status open_view(tarn_workspace *workspace, tarn_view *view, const char *version,
                             const tarn_view_options *options, tarn_task *task, tarn_error *error) {
    tarn_table_state state;
    TARN_TRY(tarn_store_resolve(workspace->store, version, &state, &view->info.version, error));
    view->info.table = state.name;
    state.name = NULL; /* moved */
    tarn_status status = tarn_store_version(workspace->store, state.id, view->info.version, &view->version, error);
    tarn_table_state_clear(&state);
    TARN_TRY(status);
    view->pool = workspace->pool;
    view->info.of = tarn_version_rows(view->version);
    return find_rows(workspace, view, options, task, error);
}

tarn_status tarn_view_open(tarn_workspace *workspace, const char *version, const tarn_view_options *options,
                           tarn_task *task, tarn_view **out, tarn_error *error) {
    tarn_view *view = calloc(1, sizeof *view);
    if (view == NULL)
        return tarn_fail_memory(error);
    tarn_status status = open_view(workspace, view, version, options, task, error);
    if (status == TARN_OK)
        *out = view;
    else
        tarn_view_close(view);
    return status;
}

tarn_status tarn_view_page(const tarn_view *view, const tarn_page_options *options, struct ArrowSchema *schema,
                           struct ArrowArray *rows, tarn_error *error) {
    const tarn_listed_rows listed = {.numbers = view->rows, .count = view->info.rows};
    return tarn_page_of(view->pool, view->version, &listed, options, schema, rows, error);
}
