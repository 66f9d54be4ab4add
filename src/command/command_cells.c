/* Commands on single cells: a patch, not a new column. */
#include "arrow/builder.h"
#include "base/text.h"
#include "command/families.h"
#include "command/value.h"

#include <stdlib.h>

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

static tarn_status find_row(tarn_run *run, int64_t row, tarn_error *error) {
    size_t chunk;
    int64_t offset;
    bool live = false;
    tarn_error missing;
    tarn_status status = tarn_version_find_row(run->base, row, &chunk, &offset, &live, &missing);
    if (status == TARN_E_NOT_FOUND || (status == TARN_OK && !live))
        return tarn_fail(error, TARN_E_NOT_FOUND,
                         "edit: the table has no row with id %lld (tarn show --ids prints ids)", (long long)row);
    if (status != TARN_OK && error != NULL)
        *error = missing;
    return status;
}

static tarn_status edit_cell(tarn_run *run, tarn_error *error) {
    size_t column;
    int64_t row = tarn_run_integer(run, "row");
    struct ArrowArray value = {0};
    TARN_TRY(tarn_run_column(run, "column", &column, error));
    TARN_TRY(find_row(run, row, error));
    TARN_TRY(tarn_value_parse(run->engine, tarn_version_column(run->base, column)->type, tarn_run_text(run, "value"),
                              &value, error));
    tarn_status status = read_before(run, column, row, error);
    if (status == TARN_OK)
        status = tarn_draft_patch(run->draft, column, &row, &value, &run->cells, error);
    run->rows = run->cells;
    tarn_array_release(&value);
    return status;
}

static const tarn_parameter_spec edit_parameters[] = {
    {.name = "column", .type = TARN_PARAMETER_COLUMN, .required = true, .description = "the cell's column"},
    {.name = "row",
     .type = TARN_PARAMETER_ROW,
     .required = true,
     .description = "the row's id, as show --ids prints it"},
    {.name = "value", .type = TARN_PARAMETER_VALUE, .description = "the new value; without it the cell becomes null"},
};
static const tarn_command edit_command = {
    .name = "edit",
    .title = "Edit cell",
    .description = "Gives one cell a new value of its column's type.",
    .family = "cells",
    TARN_PARAMETERS(edit_parameters),
    .kind = TARN_KIND_PATCH,
    .change_table = edit_cell,
};

const tarn_command *const tarn_cells_commands[] = {&edit_command, NULL};
