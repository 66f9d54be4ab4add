#include "command/cells.h"

#include <stdlib.h>

/* One column on its way from the old values to the new. */
typedef struct work {
    tarn_run *run;
    tarn_cells *cells;
    bool same_type;
    tarn_batch_id *ids; /* per chunk; valid where `differs` */
    bool *differs;
    int64_t *changed; /* cells per chunk */
} work;

/* When the type changes every value is a new one, except that nothing stays nothing. */
static int64_t count_retyped(const work *w, const tarn_batch *old, const struct ArrowArray *values, const uint8_t *live,
                             uint8_t *changed) {
    const struct ArrowSchema *old_type = tarn_batch_schema(old);
    int64_t count = 0;
    for (int64_t i = 0; i < values->length; i++) {
        if (changed != NULL)
            tarn_bit_clear(changed, i);
        if ((live != NULL && !tarn_bit_get(live, i)) ||
            (tarn_array_is_null(old_type, tarn_batch_array(old), i) && tarn_array_is_null(&w->cells->type, values, i)))
            continue;
        if (changed != NULL)
            tarn_bit_set(changed, i);
        count++;
    }
    return count;
}

/* How many cells of a chunk change; `changed` NULL, or a bitmap of them to be filled. */
static int64_t count_changed(const work *w, const tarn_batch *old, const struct ArrowArray *values, const uint8_t *live,
                             uint8_t *changed) {
    if (w->same_type)
        return tarn_array_differ(tarn_batch_schema(old), tarn_batch_array(old), values, live, changed);
    return count_retyped(w, old, values, live, changed);
}

static tarn_status work_chunk(void *context, size_t chunk, tarn_error *error) {
    work *w = context;
    const tarn_version *base = w->run->base;
    struct ArrowArray values = {0};
    tarn_batch *old = NULL;
    const uint8_t *live;
    tarn_status status = TARN_OK;
    TARN_CHECK(w->cells->chunk(w->cells, chunk, &values, error));
    TARN_CHECK(tarn_version_read(base, w->cells->column, chunk, &old, error));
    TARN_CHECK(tarn_version_live(base, chunk, &live, error));
    int64_t rows = tarn_version_chunk(base, chunk).rows;
    int64_t changed = count_changed(w, old, &values, live, NULL);
    w->changed[chunk] = changed;
    w->differs[chunk] = changed > 0 || !w->same_type;
    if (w->differs[chunk])
        TARN_CHECK(tarn_transaction_put(w->run->transaction, &w->cells->type, &values, &w->ids[chunk], error));
    tarn_task_advance(w->run->task, (uint64_t)rows);
cleanup:
    tarn_batch_release(old);
    tarn_array_release(&values);
    return status;
}

static tarn_status lay_down(work *w, size_t chunks, tarn_error *error) {
    tarn_run *run = w->run;
    for (size_t chunk = 0; chunk < chunks; chunk++) {
        run->cells += w->changed[chunk];
        run->rows += w->changed[chunk];
    }
    if (!w->same_type)
        return tarn_draft_replace_column(run->draft, w->cells->column, &w->cells->type, w->ids, error);
    for (size_t chunk = 0; chunk < chunks; chunk++) {
        if (w->differs[chunk])
            TARN_TRY(tarn_draft_replace_batch(run->draft, w->cells->column, chunk, w->ids[chunk], error));
    }
    return TARN_OK;
}

static void cells_close(tarn_cells *cells) {
    if (cells->close != NULL)
        cells->close(cells);
    tarn_schema_release(&cells->type);
}

static bool same_type(const tarn_run *run, const tarn_cells *cells) {
    return tarn_schema_same_type(tarn_version_column(run->base, cells->column)->type, &cells->type);
}

static int64_t all_rows(const tarn_version *version) {
    int64_t rows = 0;
    for (size_t chunk = 0; chunk < tarn_version_chunk_count(version); chunk++)
        rows += tarn_version_chunk(version, chunk).rows;
    return rows;
}

tarn_status tarn_cells_apply(tarn_run *run, tarn_error *error) {
    tarn_cells cells = {0};
    TARN_TRY(run->command->open_cells(run, &cells, error));
    size_t chunks = tarn_version_chunk_count(run->base);
    work w = {.run = run, .cells = &cells, .same_type = same_type(run, &cells)};
    w.ids = calloc(chunks + 1, sizeof *w.ids);
    w.differs = calloc(chunks + 1, sizeof *w.differs);
    w.changed = calloc(chunks + 1, sizeof *w.changed);
    tarn_status status = TARN_OK;
    if (w.ids == NULL || w.differs == NULL || w.changed == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    tarn_task_begin(run->task, run->command->name, "rows", (uint64_t)all_rows(run->base));
    TARN_CHECK(tarn_parallel_for(run->pool, TARN_PRIORITY_USER_VISIBLE, run->task, chunks, work_chunk, &w, error));
    TARN_CHECK(lay_down(&w, chunks, error));
cleanup:
    free(w.ids);
    free(w.differs);
    free(w.changed);
    cells_close(&cells);
    return status;
}

static tarn_status preview_chunk(work *w, size_t chunk, tarn_cell_visitor visit, void *context, bool *go_on,
                                 tarn_error *error) {
    const tarn_version *base = w->run->base;
    struct ArrowArray values = {0};
    tarn_batch *old = NULL;
    const uint8_t *live;
    uint8_t *changed = NULL;
    tarn_status status = TARN_OK;
    TARN_CHECK(w->cells->chunk(w->cells, chunk, &values, error));
    TARN_CHECK(tarn_version_read(base, w->cells->column, chunk, &old, error));
    TARN_CHECK(tarn_version_live(base, chunk, &live, error));
    tarn_chunk place = tarn_version_chunk(base, chunk);
    const char *name = tarn_version_column(base, w->cells->column)->name;
    changed = malloc((size_t)(place.rows + 7) / 8 + 1);
    if (changed == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    count_changed(w, old, &values, live, changed);
    for (int64_t i = 0; i < place.rows && *go_on; i++) {
        if (tarn_bit_get(changed, i))
            *go_on = visit(context, place.first_row + i, name, tarn_batch_schema(old), tarn_batch_array(old),
                           &w->cells->type, &values, i);
    }
cleanup:
    free(changed);
    tarn_batch_release(old);
    tarn_array_release(&values);
    return status;
}

tarn_status tarn_cells_preview(tarn_run *run, tarn_cell_visitor visit, void *context, tarn_error *error) {
    tarn_cells cells = {0};
    TARN_TRY(run->command->open_cells(run, &cells, error));
    work w = {.run = run, .cells = &cells, .same_type = same_type(run, &cells)};
    tarn_status status = TARN_OK;
    bool go_on = true;
    for (size_t chunk = 0; chunk < tarn_version_chunk_count(run->base) && go_on && status == TARN_OK; chunk++) {
        status = tarn_task_check(run->task, error);
        if (status == TARN_OK)
            status = preview_chunk(&w, chunk, visit, context, &go_on, error);
    }
    cells_close(&cells);
    return status;
}
