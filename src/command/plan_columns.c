// Carrying out a plan of columns.
#include "command/plan_columns.h"

#include "command/whole_table.h"

#include <stdlib.h>
#include <string.h>

/* A column that is added: its values, chunk by chunk, computed or those of a column that is there. */
typedef struct fresh {
    tarn_run *run;
    tarn_cells cells;   /* computed */
    size_t source;      /* copied */
    tarn_batch_id *ids; /* per chunk */
    int64_t *counts;    /* per chunk: values that are not null */
} fresh;

static void fresh_clear(fresh *f) {
    if (f->cells.close != NULL)
        f->cells.close(&f->cells);
    tarn_schema_release(&f->cells.type);
    free(f->ids);
    free(f->counts);
}

/* Live values that are not null. */
static tarn_status count_values(fresh *f, size_t chunk, const struct ArrowSchema *type, const struct ArrowArray *values,
                                tarn_error *error) {
    const uint8_t *live;
    TARN_TRY(tarn_version_live(f->run->base, chunk, &live, error));
    for (int64_t i = 0; i < values->length; i++)
        f->counts[chunk] += (live == NULL || tarn_bit_get(live, i)) && !tarn_array_is_null(type, values, i);
    return TARN_OK;
}

static tarn_status compute_chunk(void *context, size_t chunk, tarn_error *error) {
    fresh *f = context;
    struct ArrowArray values = {0};
    tarn_status status = TARN_OK;
    int64_t rows = tarn_version_chunk(f->run->base, chunk).rows;
    TARN_CHECK(f->cells.rows(&f->cells, chunk, 0, rows, &values, error));
    TARN_CHECK(count_values(f, chunk, &f->cells.type, &values, error));
    TARN_CHECK(tarn_transaction_put(f->run->transaction, &f->cells.type, &values, &f->ids[chunk], error));
    tarn_task_advance(f->run->task, (uint64_t)rows);
cleanup:
    tarn_array_release(&values);
    return status;
}

/* The same batches; only where single cells were edited new ones. */
static tarn_status copy_chunk(void *context, size_t chunk, tarn_error *error) {
    fresh *f = context;
    tarn_batch_reference reference = tarn_version_reference(f->run->base, f->source, chunk);
    f->ids[chunk] = reference.base;
    tarn_batch *batch;
    TARN_TRY(tarn_version_read(f->run->base, f->source, chunk, &batch, error));
    tarn_status status = count_values(f, chunk, tarn_batch_schema(batch), tarn_batch_array(batch), error);
    if (status == TARN_OK && reference.patch_count > 0)
        status = tarn_transaction_put(f->run->transaction, tarn_batch_schema(batch), tarn_batch_array(batch),
                                      &f->ids[chunk], error);
    tarn_batch_release(batch);
    return status;
}

/* Make the values of a planned column. */
static tarn_status fresh_make(tarn_run *run, const tarn_planned_column *column, fresh *f, tarn_error *error) {
    size_t chunks = tarn_version_chunk_count(run->base);
    *f = (fresh){.run = run, .source = column->source};
    f->ids = calloc(chunks + 1, sizeof *f->ids);
    f->counts = calloc(chunks + 1, sizeof *f->counts);
    if (f->ids == NULL || f->counts == NULL)
        return tarn_fail_memory(error);
    if (column->expression != NULL)
        TARN_TRY(tarn_computed_open(run, column->expression, column->name, &f->cells, error));
    else
        TARN_TRY(tarn_schema_copy(tarn_version_column(run->base, column->source)->type, column->name, &f->cells.type,
                                  error));
    tarn_task_begin(run->task, run->command->name, "rows", (uint64_t)tarn_version_rows(run->base));
    TARN_TRY(tarn_parallel_for(run->pool, TARN_PRIORITY_USER_VISIBLE, run->task, chunks,
                               column->expression != NULL ? compute_chunk : copy_chunk, f, error));
    for (size_t chunk = 0; chunk < chunks; chunk++)
        run->cells += f->counts[chunk];
    return TARN_OK;
}

/* Which planned column each column of the draft is, while it is being rearranged. */
typedef struct arrangement {
    const tarn_plan *plan;
    size_t *of;
    size_t count;
} arrangement;

/* Drop what is not planned; rename what stays. */
static tarn_status keep_columns(tarn_run *run, arrangement *a, tarn_error *error) {
    size_t columns = tarn_version_column_count(run->base);
    for (size_t column = columns; column > 0; column--) {
        if (tarn_plan_place_of(a->plan, column - 1) == a->plan->column_count)
            TARN_TRY(tarn_draft_drop_column(run->draft, column - 1, error));
    }
    for (size_t column = 0; column < columns; column++) {
        size_t place = tarn_plan_place_of(a->plan, column);
        if (place == a->plan->column_count)
            continue;
        const char *name = a->plan->columns[place].name;
        if (strcmp(name, tarn_draft_column(run->draft, a->count)->name) != 0)
            TARN_TRY(tarn_draft_rename_column(run->draft, a->count, name, error));
        a->of[a->count++] = place;
    }
    return TARN_OK;
}

static tarn_status add_column(tarn_run *run, arrangement *a, size_t planned, tarn_error *error) {
    fresh f;
    tarn_status status = TARN_OK;
    TARN_CHECK(fresh_make(run, &a->plan->columns[planned], &f, error));
    TARN_CHECK(tarn_draft_add_column(run->draft, &f.cells.type, SIZE_MAX, error));
    TARN_CHECK(tarn_draft_replace_column(run->draft, a->count, &f.cells.type, f.ids, error));
    a->of[a->count++] = planned;
cleanup:
    fresh_clear(&f);
    return status;
}

static tarn_status move_columns(tarn_run *run, arrangement *a, tarn_error *error) {
    for (size_t place = 0; place < a->count; place++) {
        size_t from = place;
        while (a->of[from] != place)
            from++;
        if (from == place)
            continue;
        TARN_TRY(tarn_draft_move_column(run->draft, from, place, error));
        memmove(a->of + place + 1, a->of + place, (from - place) * sizeof *a->of);
        a->of[place] = place;
    }
    return TARN_OK;
}

tarn_status tarn_plan_apply_columns(tarn_run *run, const tarn_plan *plan, tarn_error *error) {
    arrangement a = {.plan = plan, .of = calloc(plan->column_count + 1, sizeof *a.of)};
    tarn_status status = TARN_OK;
    if (a.of == NULL)
        return tarn_fail_memory(error);
    TARN_CHECK(keep_columns(run, &a, error));
    for (size_t i = 0; i < plan->column_count; i++) {
        const tarn_planned_column *column = &plan->columns[i];
        if (column->expression != NULL || tarn_plan_place_of(plan, column->source) != i)
            TARN_CHECK(add_column(run, &a, i, error));
    }
    status = move_columns(run, &a, error);
cleanup:
    free(a.of);
    return status;
}
