/* Carrying plans out. */
#include "command/patch.h"
#include "command/plan.h"
#include "command/plan_columns.h"
#include "store/gather.h"

#include <stdlib.h>

static tarn_status patch_cells(tarn_run *run, const tarn_plan *plan, tarn_error *error) {
    for (size_t i = 0; i < plan->cells_count; i++) {
        const tarn_planned_cells *cells = &plan->cells[i];
        int64_t changed = 0;
        TARN_TRY(tarn_task_check(run->task, error));
        TARN_TRY(tarn_draft_patch(run->draft, cells->column, cells->rows, &cells->values, &changed, error));
        run->cells += changed;
    }
    return TARN_OK;
}

static tarn_status keep_rows(tarn_run *run, const tarn_plan *plan, tarn_error *error) {
    for (size_t chunk = 0; chunk < plan->chunk_count; chunk++) {
        tarn_chunk place = tarn_version_chunk(run->base, chunk);
        int64_t removed =
            plan->live[chunk] == NULL ? 0 : place.live - tarn_bits_count(plan->live[chunk], 0, place.rows);
        if (removed == 0)
            continue;
        TARN_TRY(tarn_task_check(run->task, error));
        TARN_TRY(tarn_draft_set_live(run->draft, chunk, plan->live[chunk], error));
        run->rows += removed;
    }
    return patch_cells(run, plan, error);
}

static tarn_status order_rows(tarn_run *run, const tarn_plan *plan, tarn_error *error) {
    TARN_TRY(tarn_plan_count_moved(run, plan, error));
    TARN_TRY(tarn_task_check(run->task, error));
    return run->rows == 0 ? TARN_OK
                          : tarn_draft_set_permutation(run->draft, plan->order, tarn_version_rows(run->base), error);
}

static int compare_rows(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/* The rows of cells that differ from what is there, behind those of other columns. */
static tarn_status note_changed(const tarn_run *run, const tarn_planned_cells *cells, int64_t *rows, int64_t *count,
                                tarn_error *error) {
    struct ArrowArray old = {0};
    const struct ArrowSchema *type = tarn_version_column(run->base, cells->column)->type;
    TARN_TRY(tarn_gather(run->base, cells->column, cells->rows, cells->count, &old, error));
    for (int64_t i = 0; i < cells->count; i++) {
        if (!tarn_array_element_equal(type, &old, i, &cells->values, i))
            rows[(*count)++] = cells->rows[i];
    }
    tarn_array_release(&old);
    return TARN_OK;
}

static tarn_status count_rows(tarn_run *run, const tarn_plan *plan, tarn_error *error) {
    int64_t total = 0, count = 0;
    tarn_status status = TARN_OK;
    for (size_t i = 0; i < plan->cells_count; i++)
        total += plan->cells[i].count;
    int64_t *rows = malloc((size_t)(total + 1) * sizeof *rows);
    if (rows == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < plan->cells_count && status == TARN_OK; i++)
        status = note_changed(run, &plan->cells[i], rows, &count, error);
    qsort(rows, (size_t)count, sizeof *rows, compare_rows);
    for (int64_t i = 0; i < count; i++)
        run->rows += i == 0 || rows[i] != rows[i - 1];
    free(rows);
    return status;
}

static tarn_status lay_cells(tarn_run *run, const tarn_plan *plan, tarn_error *error) {
    TARN_TRY(patch_cells(run, plan, error));
    if (plan->cells_count > 1)
        return count_rows(run, plan, error);
    run->rows = run->cells;
    return TARN_OK;
}

static tarn_status add_rows(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    TARN_TRY(tarn_draft_insert_rows(run->draft, plan->position, &plan->added, error));
    run->rows = plan->added.length;
    run->cells = run->rows * plan->added.n_children;
    return TARN_OK;
}

/* ---- new rows ---------------------------------------------------------------------------------------------------- */

static tarn_status pull_rows(tarn_run *run, tarn_plan *plan, tarn_appender *appender, tarn_error *error) {
    for (;;) {
        struct ArrowArray batch = {0};
        TARN_TRY(tarn_task_check(run->task, error));
        TARN_TRY(tarn_stream_next(&plan->stream, &batch, error));
        if (batch.release == NULL)
            return tarn_appender_finish(appender, error);
        tarn_status status = tarn_appender_add(appender, &batch, error);
        run->rows += batch.length;
        tarn_array_release(&batch);
        TARN_TRY(status);
    }
}

static tarn_status replace_rows(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    struct ArrowSchema schema = {0};
    tarn_appender *appender = NULL;
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_stream_schema(&plan->stream, &schema, error));
    TARN_CHECK(tarn_draft_restart(run->draft, error));
    for (int64_t i = 0; i < schema.n_children; i++)
        TARN_CHECK(tarn_draft_add_column(run->draft, schema.children[i], SIZE_MAX, error));
    TARN_CHECK(tarn_appender_new(run->draft, &appender, error));
    TARN_CHECK(pull_rows(run, plan, appender, error));
    run->cells = run->rows * schema.n_children;
cleanup:
    tarn_appender_free(appender);
    tarn_schema_release(&schema);
    return status;
}

tarn_status tarn_plan_apply(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    switch (plan->kind) {
    case TARN_PLAN_COLUMNS:
        return tarn_plan_apply_columns(run, plan, error);
    case TARN_PLAN_KEEP:
        return keep_rows(run, plan, error);
    case TARN_PLAN_ORDER:
        return order_rows(run, plan, error);
    case TARN_PLAN_CELLS:
        return lay_cells(run, plan, error);
    case TARN_PLAN_ADD:
        return add_rows(run, plan, error);
    case TARN_PLAN_REPLACE:
        return replace_rows(run, plan, error);
    case TARN_PLAN_PATCH:
        return tarn_patch_apply(run, plan->patch, error);
    case TARN_PLAN_NOTHING:
        break;
    }
    return TARN_OK;
}
