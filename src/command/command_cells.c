/* Commands on single cells: patches, not new columns. */
#include "arrow/builder.h"
#include "base/asker.h"
#include "base/text.h"
#include "command/families.h"
#include "command/sqltext.h"
#include "command/value.h"

#include <stdlib.h>
#include <string.h>

/* ---- edit -------------------------------------------------------------------------------------------------------- */

/* What the cell held, for the journal. */
static tarn_status read_before(tarn_run *run, size_t column, int64_t row, tarn_error *error) {
    struct ArrowArray old = {0};
    tarn_buffer text = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_version_take(run->base, column, &row, 1, &old, error));
    TARN_CHECK(tarn_array_print_json(tarn_version_column(run->base, column)->type, &old, 0, &text, error));
    run->before = tarn_strndup((const char *)text.data, text.size);
    if (run->before == NULL)
        status = tarn_fail_memory(error);
cleanup:
    tarn_array_release(&old);
    tarn_buffer_free(&text);
    return status;
}

static tarn_status edit_cell(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    size_t column;
    int64_t *row, count;
    struct ArrowArray value = {0};
    TARN_TRY(tarn_run_column(run, "column", &column, error));
    TARN_TRY(tarn_run_rows(run, "row", &row, &count, error));
    tarn_status status = read_before(run, column, *row, error);
    if (status == TARN_OK)
        status = tarn_value_parse(run->engine, tarn_version_column(run->base, column)->type,
                                  tarn_run_text(run, "value"), &value, error);
    if (status == TARN_OK)
        return tarn_plan_cells(plan, column, row, 1, &value, error);
    free(row);
    return status;
}

static const tarn_parameter_spec edit_parameters[] = {
    {.name = "column", .type = TARN_PARAMETER_COLUMN, .required = true, .description = "the cell's column"},
    {.name = "row",
     .type = TARN_PARAMETER_ROW,
     .required = true,
     .description = "the row's id, as " TARN_ASKER("show --ids prints it", "page() with ids: true gives it")},
    {.name = "value", .type = TARN_PARAMETER_VALUE, .description = "the new value; without it the cell becomes null"},
};
static const tarn_command edit_command = {
    .name = "edit",
    .title = "Edit cell",
    .description = "Gives one cell a new value of its column's type.",
    .family = "cells",
    TARN_PARAMETERS(edit_parameters),
    .kind = TARN_KIND_PATCH,
    .plan = edit_cell,
};

/* ---- clear ------------------------------------------------------------------------------------------------------- */

/* The numbers of the rows whose bits are set. */
static tarn_status rows_of_bits(const tarn_version *version, uint8_t *const *live, int64_t **out, int64_t *count,
                                tarn_error *error) {
    int64_t *rows = malloc((size_t)(tarn_version_rows(version) + 1) * sizeof *rows);
    if (rows == NULL)
        return tarn_fail_memory(error);
    *count = 0;
    for (size_t chunk = 0; chunk < tarn_version_chunk_count(version); chunk++) {
        tarn_chunk place = tarn_version_chunk(version, chunk);
        for (int64_t i = 0; i < place.rows; i++) {
            if (tarn_bit_get(live[chunk], i))
                rows[(*count)++] = place.first_row + i;
        }
    }
    *out = rows;
    return TARN_OK;
}

/* By their ids, by a condition, or all. */
static tarn_status rows_to_clear(tarn_run *run, int64_t **out, int64_t *count, tarn_error *error) {
    tarn_plan all = {0};
    if (tarn_run_has(run, "rows") && tarn_run_has(run, "where"))
        return tarn_fail(error, TARN_E_INVALID, "clear takes rows or where, not both");
    if (tarn_run_has(run, "rows"))
        return tarn_run_rows(run, "rows", out, count, error);
    tarn_status status = tarn_plan_keep(run, &all, error);
    if (status == TARN_OK && tarn_run_has(run, "where"))
        status = tarn_run_where(run, tarn_run_text(run, "where"), all.live, error);
    if (status == TARN_OK)
        status = rows_of_bits(run->base, all.live, out, count, error);
    tarn_plan_clear(&all);
    return status;
}

static tarn_status clear_column(tarn_run *run, tarn_plan *plan, size_t column, const int64_t *rows, int64_t count,
                                tarn_error *error) {
    struct ArrowArray nulls = {0};
    int64_t *copy = malloc((size_t)(count + 1) * sizeof *copy);
    if (copy == NULL)
        return tarn_fail_memory(error);
    memcpy(copy, rows, (size_t)count * sizeof *copy);
    tarn_status status = tarn_array_nulls(tarn_version_column(run->base, column)->type, count, &nulls, error);
    if (status == TARN_OK)
        return tarn_plan_cells(plan, column, copy, count, &nulls, error);
    free(copy);
    return status;
}

static tarn_status clear_cells(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    size_t *columns = NULL, count;
    int64_t *rows = NULL, row_count;
    tarn_status status = TARN_OK;
    TARN_CHECK(rows_to_clear(run, &rows, &row_count, error));
    TARN_CHECK(tarn_run_columns(run, "column", &columns, &count, error));
    for (size_t i = 0; i < count; i++)
        TARN_CHECK(clear_column(run, plan, columns[i], rows, row_count, error));
cleanup:
    free(columns);
    free(rows);
    return status;
}

static const tarn_parameter_spec clear_parameters[] = {
    {.name = "column",
     .type = TARN_PARAMETER_COLUMN,
     .required = true,
     .repeated = true,
     .description = "the columns to clear"},
    {.name = "rows",
     .type = TARN_PARAMETER_TEXT,
     .by_row = true,
     .description = "row ids and ranges of them, such as 4,7,10-20"},
    {.name = "where",
     .type = TARN_PARAMETER_SQL,
     .description = "an SQL condition over the row; without rows and where all rows are cleared"},
};
static const tarn_command clear_command = {
    .name = "clear",
    .title = "Clear cells",
    .description = "Makes cells null.",
    .family = "cells",
    TARN_PARAMETERS(clear_parameters),
    .kind = TARN_KIND_PATCH,
    .plan = clear_cells,
};

const tarn_command *const tarn_cells_commands[] = {&clear_command, &edit_command, &tarn_command_edit_many, NULL};
