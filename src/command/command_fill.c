/* `fill-down` and `fill-up`: cells without a value take that of the row before or behind them. */
#include "command/families.h"
#include "store/gather.h"

#include <stdlib.h>

typedef struct filling {
    tarn_run *run;
    const int64_t *shown; /* the rows as people see them */
    int64_t count;
    size_t column;
    bool empty_too; /* empty text counts as no value */
    tarn_batch **batches;
} filling;

static bool is_empty_text(const struct ArrowSchema *type, const struct ArrowArray *values, int64_t i) {
    if (type->dictionary != NULL) {
        i = ((const int32_t *)values->buffers[1])[values->offset + i];
        type = type->dictionary;
        values = values->dictionary;
    }
    if (type->format[0] != 'u')
        return false;
    const int32_t *offsets = (const int32_t *)values->buffers[1] + values->offset + i;
    return offsets[0] == offsets[1];
}

static bool is_blank(const filling *f, size_t chunk, int64_t offset) {
    const struct ArrowSchema *type = tarn_batch_schema(f->batches[chunk]);
    const struct ArrowArray *values = tarn_batch_array(f->batches[chunk]);
    return tarn_array_is_null(type, values, offset) || (f->empty_too && is_empty_text(type, values, offset));
}

/* Pairs of a row to fill and the row whose value it takes. */
static tarn_status find_pairs(const filling *f, bool up, int64_t *targets, int64_t *sources, int64_t *found,
                              tarn_error *error) {
    int64_t source = -1;
    *found = 0;
    for (int64_t i = 0; i < f->count; i++) {
        int64_t row = f->shown[up ? f->count - 1 - i : i], offset;
        size_t chunk;
        TARN_TRY(tarn_run_check(f->run, i, error));
        TARN_TRY(tarn_version_find_row(f->run->base, row, &chunk, &offset, NULL, error));
        if (f->batches[chunk] == NULL)
            TARN_TRY(tarn_version_read(f->run->base, f->column, chunk, &f->batches[chunk], error));
        if (!is_blank(f, chunk, offset)) {
            source = row;
        } else if (source >= 0) {
            targets[*found] = row;
            sources[(*found)++] = source;
        }
    }
    return TARN_OK;
}

static tarn_status fill_column(filling *f, bool up, tarn_plan *plan, tarn_error *error) {
    size_t chunks = tarn_version_chunk_count(f->run->base);
    struct ArrowArray values = {0};
    int64_t found;
    int64_t *targets = malloc((size_t)(f->count + 1) * sizeof *targets);
    int64_t *sources = malloc((size_t)(f->count + 1) * sizeof *sources);
    f->batches = calloc(chunks + 1, sizeof(tarn_batch *));
    tarn_status status = targets == NULL || sources == NULL || f->batches == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK)
        status = find_pairs(f, up, targets, sources, &found, error);
    if (status == TARN_OK)
        status = tarn_gather(f->run->base, f->column, sources, found, &values, error);
    if (status == TARN_OK) {
        status = tarn_plan_cells(plan, f->column, targets, found, &values, error);
        targets = NULL; /* taken over */
    }
    for (size_t i = 0; f->batches != NULL && i < chunks; i++)
        tarn_batch_release(f->batches[i]);
    free(f->batches);
    free(targets);
    free(sources);
    return status;
}

static tarn_status fill(tarn_run *run, tarn_plan *plan, bool up, tarn_error *error) {
    size_t *columns, count;
    int64_t *shown = NULL;
    TARN_TRY(tarn_run_columns(run, "column", &columns, &count, error));
    tarn_status status = tarn_rows_shown(run->base, run->task, &shown, error);
    for (size_t i = 0; i < count && status == TARN_OK; i++) {
        filling f = {.run = run, .shown = shown, .count = tarn_version_rows(run->base), .column = columns[i]};
        f.empty_too = tarn_run_is(run, "empty", "true");
        status = tarn_task_check(run->task, error);
        if (status == TARN_OK)
            status = fill_column(&f, up, plan, error);
    }
    free(columns);
    free(shown);
    return status;
}

static tarn_status fill_down(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    return fill(run, plan, false, error);
}

static tarn_status fill_up(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    return fill(run, plan, true, error);
}

static const tarn_parameter_spec fill_parameters[] = {
    {.name = "column",
     .type = TARN_PARAMETER_COLUMN,
     .required = true,
     .repeated = true,
     .description = "the columns to fill"},
    {.name = "empty",
     .type = TARN_PARAMETER_BOOLEAN,
     .default_value = "true",
     .description = "whether empty text is filled as well as null"},
};
const tarn_command tarn_command_fill_down = {
    .name = "fill-down",
    .title = "Fill down",
    .description = "Gives cells without a value the nearest value above them, in the order shown.",
    .family = "rows",
    TARN_PARAMETERS(fill_parameters),
    .kind = TARN_KIND_PATCH,
    .plan = fill_down,
};
const tarn_command tarn_command_fill_up = {
    .name = "fill-up",
    .title = "Fill up",
    .description = "Gives cells without a value the nearest value below them, in the order shown.",
    .family = "rows",
    TARN_PARAMETERS(fill_parameters),
    .kind = TARN_KIND_PATCH,
    .plan = fill_up,
};
