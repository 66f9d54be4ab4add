/* `edit-many`: a paste. */
#include "base/asker.h"
#include "base/text.h"
#include "command/families.h"
#include "command/paste.h"
#include "command/value.h"

#include <stdlib.h>
#include <string.h>

/* New values for cells, as text; the last one for a cell wins. */
typedef struct typed_cell {
    size_t column;
    int64_t row;
    char *text; /* heap; NULL: null */
} typed_cell;

typedef struct typed_cells {
    typed_cell *cells;
    size_t count, capacity;
} typed_cells;

static void typed_cells_clear(typed_cells *list) {
    for (size_t i = 0; i < list->count; i++)
        free(list->cells[i].text);
    free(list->cells);
}

/* Takes `text` over. */
static tarn_status add_cell(typed_cells *list, size_t column, int64_t row, char *text, tarn_error *error) {
    tarn_status status = tarn_grow(&list->cells, &list->capacity, list->count + 1, sizeof *list->cells, error);
    if (status != TARN_OK) {
        free(text);
        return status;
    }
    list->cells[list->count++] = (typed_cell){column, row, text};
    return TARN_OK;
}

static tarn_status check_row(const tarn_run *run, int64_t row, tarn_error *error) {
    size_t chunk;
    int64_t offset;
    bool live = false;
    if (row < 0 || tarn_version_find_row(run->base, row, &chunk, &offset, &live, NULL) != TARN_OK || !live)
        return tarn_fail(error, TARN_E_NOT_FOUND,
                         "the table has no row with id %lld " TARN_ASKER("(tarn show --ids prints ids)",
                                                                         "(page() with ids: true gives them)"),
                         (long long)row);
    return TARN_OK;
}

/* ---- a list of cells --------------------------------------------------------------------------------------------- */

static tarn_status read_cell(const tarn_run *run, const json_t *cell, size_t number, typed_cells *list,
                             tarn_error *error) {
    const json_t *row = json_object_get(cell, "row"), *column = json_object_get(cell, "column");
    const json_t *value = json_object_get(cell, "value");
    size_t index;
    char *text;
    if (!json_is_integer(row) || !json_is_string(column) || value == NULL)
        return tarn_fail(error, TARN_E_INVALID,
                         "cell %zu must be an object such as {\"row\": 7, \"column\": \"city\", \"value\": \"Oslo\"}",
                         number);
    TARN_TRY(tarn_version_find_column(run->base, json_string_value(column), &index, error));
    TARN_TRY(check_row(run, json_integer_value(row), error));
    TARN_TRY(tarn_value_of_json(value, &text, error));
    return add_cell(list, index, json_integer_value(row), text, error);
}

static tarn_status read_list(const tarn_run *run, typed_cells *list, tarn_error *error) {
    json_error_t problem;
    json_t *cells = json_loads(tarn_run_text(run, "cells"), 0, &problem);
    tarn_status status = TARN_OK;
    if (cells == NULL)
        return tarn_fail(error, TARN_E_INVALID, "cells is no JSON: line %d: %s", problem.line, problem.text);
    if (!json_is_array(cells))
        status = tarn_fail(error, TARN_E_INVALID, "cells must be a JSON array of {\"row\", \"column\", \"value\"}");
    for (size_t i = 0; status == TARN_OK && i < json_array_size(cells); i++)
        status = read_cell(run, json_array_get(cells, i), i + 1, list, error);
    json_decref(cells);
    return status;
}

/* ---- a block ----------------------------------------------------------------------------------------------------- */

static tarn_status place_block(const tarn_run *run, tarn_paste *paste, size_t column, const int64_t *rows,
                               int64_t row_count, typed_cells *list, tarn_error *error) {
    size_t columns = tarn_version_column_count(run->base) - column;
    if ((int64_t)paste->height > row_count || paste->width > columns)
        return tarn_fail(error, TARN_E_INVALID,
                         "the block is %zu × %zu cells large, but from there on the table has only %lld × %zu (rows × "
                         "columns): insert rows or columns first",
                         paste->height, paste->width, (long long)row_count, columns);
    for (size_t i = 0; i < paste->height * paste->width; i++) {
        char *text = paste->cells[i];
        paste->cells[i] = NULL;
        TARN_TRY(add_cell(list, column + i % paste->width, rows[i / paste->width], text, error));
    }
    return TARN_OK;
}

static tarn_status read_block(const tarn_run *run, typed_cells *list, tarn_error *error) {
    size_t column;
    int64_t *shown = NULL, row = tarn_run_integer(run, "row"), at = 0, total = tarn_version_rows(run->base);
    tarn_paste paste = {0};
    tarn_status status = TARN_OK;
    if (!tarn_run_has(run, "row") || !tarn_run_has(run, "column"))
        return tarn_fail(error, TARN_E_INVALID, "block needs row and column: where its first cell goes");
    TARN_CHECK(tarn_run_column(run, "column", &column, error));
    TARN_CHECK(check_row(run, row, error));
    TARN_CHECK(tarn_paste_read(tarn_run_text(run, "block"), &paste, error));
    TARN_CHECK(tarn_rows_shown(run->base, run->task, &shown, error));
    while (at < total && shown[at] != row)
        at++;
    TARN_CHECK(place_block(run, &paste, column, shown + at, total - at, list, error));
cleanup:
    tarn_paste_clear(&paste);
    free(shown);
    return status;
}

/* ---- both -------------------------------------------------------------------------------------------------------- */

static int compare_cells(const void *a, const void *b) {
    const typed_cell *left = *(typed_cell *const *)a, *right = *(typed_cell *const *)b;
    if (left->row != right->row)
        return left->row < right->row ? -1 : 1;
    return (left > right) - (left < right);
}

/* The cells of one column by rising row, each once. */
static size_t cells_of_column(typed_cells *list, size_t column, typed_cell **out) {
    size_t count = 0, kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (list->cells[i].column == column)
            out[count++] = &list->cells[i];
    }
    qsort(out, count, sizeof(typed_cell *), compare_cells);
    for (size_t i = 0; i < count; i++) {
        if (i + 1 == count || out[i]->row != out[i + 1]->row)
            out[kept++] = out[i];
    }
    return kept;
}

static tarn_status plan_column(tarn_run *run, tarn_plan *plan, size_t column, typed_cell **cells, size_t count,
                               tarn_error *error) {
    const char **texts = malloc((count + 1) * sizeof *texts);
    int64_t *rows = malloc((count + 1) * sizeof *rows);
    struct ArrowArray values = {0};
    int64_t bad = 0;
    tarn_status status = texts == NULL || rows == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (size_t i = 0; i < count && status == TARN_OK; i++) {
        texts[i] = cells[i]->text;
        rows[i] = cells[i]->row;
    }
    if (status == TARN_OK)
        status = tarn_values_parse(run->engine, tarn_version_column(run->base, column)->type, texts, (int64_t)count,
                                   &values, &bad, error);
    if (status == TARN_E_INVALID)
        status = tarn_fail_context(error, status, "row id %lld", (long long)rows[bad]);
    if (status == TARN_OK) {
        status = tarn_plan_cells(plan, column, rows, (int64_t)count, &values, error);
        rows = NULL; /* taken over */
    }
    free(texts);
    free(rows);
    return status;
}

static tarn_status edit_many(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    typed_cells list = {0};
    typed_cell **cells = NULL;
    tarn_status status = TARN_OK;
    if (tarn_run_has(run, "cells") == tarn_run_has(run, "block"))
        return tarn_fail(error, TARN_E_INVALID, "edit-many needs either cells (JSON) or block (with row and column)");
    TARN_CHECK(tarn_run_has(run, "cells") ? read_list(run, &list, error) : read_block(run, &list, error));
    cells = malloc((list.count + 1) * sizeof(typed_cell *));
    if (cells == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    for (size_t column = 0; column < tarn_version_column_count(run->base); column++) {
        size_t count = cells_of_column(&list, column, cells);
        if (count > 0)
            TARN_CHECK(plan_column(run, plan, column, cells, count, error));
    }
cleanup:
    free(cells);
    typed_cells_clear(&list);
    return status;
}

static const tarn_parameter_spec edit_many_parameters[] = {
    {.name = "cells",
     .type = TARN_PARAMETER_TEXT,
     .by_row = true,
     .description = "a JSON array of {\"row\": id, \"column\": name, \"value\": new value}"},
    {.name = "block",
     .type = TARN_PARAMETER_TEXT,
     .description = "rows of values as CSV, or with tabs as spreadsheets copy them"},
    {.name = "row", .type = TARN_PARAMETER_ROW, .description = "the id of the row that the block begins at"},
    {.name = "column", .type = TARN_PARAMETER_COLUMN, .description = "the column that the block begins at"},
};
const tarn_command tarn_command_edit_many = {
    .name = "edit-many",
    .title = "Edit cells",
    .description =
        "Gives many cells new values at once: a list of cells, or a block that goes down and to the right from "
        "one cell, as shown.",
    .family = "cells",
    TARN_PARAMETERS(edit_many_parameters),
    .kind = TARN_KIND_PATCH,
    .plan = edit_many,
};
