/* Showing plans. */
#include "command/patch.h"
#include "command/plan.h"
#include "store/gather.h"

#include <stdlib.h>

static int64_t least(int64_t a, int64_t b) {
    return a < b ? a : b;
}

/* Rows of the base. */
static tarn_status show_rows(const tarn_run *run, const int64_t *rows, int64_t count, const char *shown,
                             tarn_preview_request *out, tarn_error *error) {
    TARN_TRY(tarn_version_schema(run->base, &out->schema, error));
    TARN_TRY(tarn_gather_rows(run->base, rows, count, &out->rows, error));
    out->shown = shown;
    return TARN_OK;
}

static bool goes(const tarn_run *run, const tarn_plan *plan, int64_t row) {
    size_t chunk;
    int64_t offset;
    return tarn_version_find_row(run->base, row, &chunk, &offset, NULL, NULL) == TARN_OK && plan->live[chunk] != NULL &&
           !tarn_bit_get(plan->live[chunk], offset);
}

static tarn_status preview_keep(tarn_run *run, const tarn_plan *plan, tarn_preview_request *out, tarn_error *error) {
    int64_t *shown, found = 0, total = tarn_version_rows(run->base);
    for (size_t chunk = 0; chunk < plan->chunk_count; chunk++) {
        tarn_chunk place = tarn_version_chunk(run->base, chunk);
        if (plan->live[chunk] != NULL)
            run->rows += place.live - tarn_bits_count(plan->live[chunk], 0, place.rows);
    }
    out->rows_after = total - run->rows;
    TARN_TRY(tarn_rows_shown(run->base, run->task, &shown, error));
    for (int64_t i = 0; i < total && found < least(out->limit, run->rows); i++) {
        if (goes(run, plan, shown[i]))
            shown[found++] = shown[i];
    }
    tarn_status status = show_rows(run, shown, found, "removed", out, error);
    free(shown);
    return status;
}

static tarn_status preview_order(tarn_run *run, const tarn_plan *plan, tarn_preview_request *out, tarn_error *error) {
    TARN_TRY(tarn_plan_count_moved(run, plan, error));
    return show_rows(run, plan->order, least(out->limit, tarn_version_rows(run->base)), "result", out, error);
}

static tarn_status preview_add(tarn_run *run, tarn_plan *plan, tarn_preview_request *out, tarn_error *error) {
    run->rows = plan->added.length;
    out->rows_after += run->rows;
    out->shown = "added";
    TARN_TRY(tarn_version_schema(run->base, &out->schema, error));
    return tarn_array_share(&plan->added, 0, least(out->limit, run->rows), &out->rows, error);
}

/* ---- cells ------------------------------------------------------------------------------------------------------- */

static tarn_status preview_cells(tarn_run *run, const tarn_plan *plan, const tarn_preview_request *request,
                                 tarn_error *error) {
    bool go_on = true;
    for (size_t i = 0; i < plan->cells_count && go_on; i++) {
        const tarn_planned_cells *cells = &plan->cells[i];
        const tarn_column *column = tarn_version_column(run->base, cells->column);
        struct ArrowArray old = {0};
        TARN_TRY(tarn_gather(run->base, cells->column, cells->rows, cells->count, &old, error));
        for (int64_t j = 0; j < cells->count && go_on; j++) {
            if (!tarn_array_element_equal(column->type, &old, j, &cells->values, j))
                go_on = request->visit(request->context, cells->rows[j], column->name, column->type, &old, column->type,
                                       &cells->values, j);
        }
        tarn_array_release(&old);
    }
    return TARN_OK;
}

/* ---- rows of a stream -------------------------------------------------------------------------------------------- */

typedef struct collection {
    struct ArrowArray *batches;
    size_t count, capacity;
    int64_t rows; /* in `batches` */
} collection;

static void collection_clear(collection *c) {
    for (size_t i = 0; i < c->count; i++)
        tarn_array_release(&c->batches[i]);
    free(c->batches);
}

/* Count all rows and keep the first. */
static tarn_status collect(tarn_run *run, struct ArrowArrayStream *stream, int64_t limit, collection *c, int64_t *total,
                           tarn_error *error) {
    for (;;) {
        struct ArrowArray batch = {0};
        TARN_TRY(tarn_task_check(run->task, error));
        TARN_TRY(tarn_stream_next(stream, &batch, error));
        if (batch.release == NULL)
            return TARN_OK;
        *total += batch.length;
        if (c->rows < limit) {
            tarn_status status = tarn_grow(&c->batches, &c->capacity, c->count + 1, sizeof *c->batches, error);
            if (status == TARN_OK)
                status =
                    tarn_array_share(&batch, 0, least(limit - c->rows, batch.length), &c->batches[c->count], error);
            if (status == TARN_OK)
                c->rows += c->batches[c->count++].length;
            tarn_array_release(&batch);
            TARN_TRY(status);
        }
        tarn_array_release(&batch);
    }
}

static tarn_status preview_stream(tarn_run *run, struct ArrowArrayStream *stream, int64_t *total,
                                  tarn_preview_request *out, tarn_error *error) {
    collection c = {0};
    const struct ArrowArray **parts = NULL;
    tarn_status status = TARN_OK;
    out->shown = "result";
    TARN_CHECK(tarn_stream_schema(stream, &out->schema, error));
    TARN_CHECK(collect(run, stream, out->limit, &c, total, error));
    if (c.count == 0) {
        status = tarn_array_nulls(&out->schema, 0, &out->rows, error);
        goto cleanup;
    }
    parts = malloc(c.count * sizeof *parts);
    if (parts == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    for (size_t i = 0; i < c.count; i++)
        parts[i] = &c.batches[i];
    status = tarn_array_concat(&out->schema, parts, c.count, &out->rows, error);
cleanup:
    collection_clear(&c);
    free(parts);
    return status;
}

/* The first rows with the columns that there would be. */
static tarn_status preview_columns(tarn_run *run, const tarn_plan *plan, tarn_preview_request *out, tarn_error *error) {
    tarn_plan rows = {0};
    tarn_buffer sql = {0};
    int64_t total = 0;
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_buffer_printf(&sql, error, "SELECT "));
    for (size_t i = 0; i < plan->column_count; i++) {
        const tarn_planned_column *column = &plan->columns[i];
        if (i > 0)
            TARN_CHECK(tarn_buffer_printf(&sql, error, ", "));
        if (column->expression != NULL)
            TARN_CHECK(tarn_buffer_printf(&sql, error, "(%s\n)", column->expression));
        else
            TARN_CHECK(tarn_sql_identifier(&sql, tarn_version_column(run->base, column->source)->name, error));
        TARN_CHECK(tarn_buffer_printf(&sql, error, " AS "));
        TARN_CHECK(tarn_sql_identifier(&sql, column->name, error));
    }
    TARN_CHECK(tarn_buffer_printf(&sql, error, " FROM tarn_table LIMIT %lld", (long long)out->limit));
    TARN_CHECK(tarn_buffer_append(&sql, "", 1, error));
    TARN_CHECK(tarn_plan_query(run, &rows, (const char *)sql.data, NULL, 0, error));
    status = preview_stream(run, &rows.stream, &total, out, error);
cleanup:
    tarn_plan_clear(&rows);
    tarn_buffer_free(&sql);
    return status;
}

tarn_status tarn_plan_preview(tarn_run *run, tarn_plan *plan, tarn_preview_request *request, tarn_error *error) {
    tarn_status status = TARN_OK;
    request->rows_before = request->rows_after = tarn_version_rows(run->base);
    switch (plan->kind) {
    case TARN_PLAN_NOTHING:
        return TARN_OK;
    case TARN_PLAN_CELLS:
        return preview_cells(run, plan, request, error);
    case TARN_PLAN_PATCH:
        return tarn_patch_preview(run, plan->patch, request, error);
    case TARN_PLAN_COLUMNS:
        status = preview_columns(run, plan, request, error);
        break;
    case TARN_PLAN_KEEP:
        status = preview_keep(run, plan, request, error);
        break;
    case TARN_PLAN_ORDER:
        status = preview_order(run, plan, request, error);
        break;
    case TARN_PLAN_ADD:
        status = preview_add(run, plan, request, error);
        break;
    case TARN_PLAN_REPLACE:
        status = preview_stream(run, &plan->stream, &run->rows, request, error);
        request->rows_after = run->rows;
        break;
    }
    if (status != TARN_OK)
        return status;
    request->message = tarn_plan_say(run, plan->kind, true);
    return request->message == NULL ? tarn_fail_memory(error) : TARN_OK;
}
