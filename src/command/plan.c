// What a command that changes rows or columns as a whole is going to do, worked out without touching anything.
#include "command/plan.h"

#include "base/text.h"
#include "command/patch.h"

#include <stdlib.h>
#include <string.h>

enum { CHECKED_ROWS = 65536 };

void tarn_plan_clear(tarn_plan *plan) {
    for (size_t i = 0; i < plan->column_count; i++) {
        free(plan->columns[i].name);
        free(plan->columns[i].expression);
    }
    free(plan->columns);
    for (size_t i = 0; plan->live != NULL && i < plan->chunk_count; i++)
        free(plan->live[i]);
    free(plan->live);
    free(plan->order);
    for (size_t i = 0; i < plan->cells_count; i++) {
        free(plan->cells[i].rows);
        tarn_array_release(&plan->cells[i].values);
    }
    free(plan->cells);
    tarn_array_release(&plan->added);
    tarn_stream_release(&plan->stream);
    tarn_patch_free(plan->patch);
    *plan = (tarn_plan){0};
}

void tarn_preview_request_clear(tarn_preview_request *request) {
    free(request->message);
    request->message = NULL;
    tarn_schema_release(&request->schema);
    tarn_array_release(&request->rows);
}

/* ---- columns ----------------------------------------------------------------------------------------------------- */

tarn_status tarn_plan_put_column(tarn_plan *plan, size_t position, const char *name, size_t source,
                                 const char *expression, tarn_error *error) {
    plan->kind = TARN_PLAN_COLUMNS;
    TARN_TRY(tarn_grow(&plan->columns, &plan->column_capacity, plan->column_count + 1, sizeof *plan->columns, error));
    tarn_planned_column column = {.name = tarn_strdup(name), .source = expression == NULL ? source : SIZE_MAX};
    column.expression = expression == NULL ? NULL : tarn_strdup(expression);
    if (column.name == NULL || (expression != NULL && column.expression == NULL)) {
        free(column.name);
        free(column.expression);
        return tarn_fail_memory(error);
    }
    if (position > plan->column_count)
        position = plan->column_count;
    memmove(plan->columns + position + 1, plan->columns + position,
            (plan->column_count - position) * sizeof *plan->columns);
    plan->columns[position] = column;
    plan->column_count++;
    return TARN_OK;
}

tarn_status tarn_plan_columns(const tarn_run *run, tarn_plan *plan, bool all, tarn_error *error) {
    plan->kind = TARN_PLAN_COLUMNS;
    for (size_t i = 0; all && i < tarn_version_column_count(run->base); i++)
        TARN_TRY(tarn_plan_put_column(plan, SIZE_MAX, tarn_version_column(run->base, i)->name, i, NULL, error));
    return TARN_OK;
}

void tarn_plan_remove_column(tarn_plan *plan, size_t position) {
    free(plan->columns[position].name);
    free(plan->columns[position].expression);
    plan->column_count--;
    memmove(plan->columns + position, plan->columns + position + 1,
            (plan->column_count - position) * sizeof *plan->columns);
}

size_t tarn_plan_place_of(const tarn_plan *plan, size_t source) {
    size_t i = 0;
    while (i < plan->column_count && plan->columns[i].source != source)
        i++;
    return i;
}

static const char *same_name(const tarn_plan *plan, const char *name) {
    for (size_t i = 0; i < plan->column_count; i++) {
        if (tarn_name_equal(plan->columns[i].name, name))
            return plan->columns[i].name;
    }
    return NULL;
}

tarn_status tarn_plan_check_name(const tarn_plan *plan, const char *name, tarn_error *error) {
    const char *other = same_name(plan, name);
    if (other == NULL)
        return TARN_OK;
    return tarn_fail(error, TARN_E_EXISTS, "there is a column \"%s\" already: choose another name", other);
}

char *tarn_plan_free_name(const tarn_plan *plan, const char *wanted) {
    char *name = tarn_strdup(wanted);
    for (int number = 2; name != NULL && same_name(plan, name) != NULL; number++) {
        free(name);
        name = tarn_format("%s %d", wanted, number);
    }
    return name;
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */

tarn_status tarn_plan_keep(const tarn_run *run, tarn_plan *plan, tarn_error *error) {
    plan->kind = TARN_PLAN_KEEP;
    plan->chunk_count = tarn_version_chunk_count(run->base);
    plan->live = calloc(plan->chunk_count + 1, sizeof *plan->live);
    if (plan->live == NULL)
        return tarn_fail_memory(error);
    for (size_t chunk = 0; chunk < plan->chunk_count; chunk++) {
        size_t size = (size_t)(tarn_version_chunk(run->base, chunk).rows + 7) / 8;
        const uint8_t *bits;
        TARN_TRY(tarn_version_live(run->base, chunk, &bits, error));
        plan->live[chunk] = malloc(size + 1);
        if (plan->live[chunk] == NULL)
            return tarn_fail_memory(error);
        if (bits != NULL)
            memcpy(plan->live[chunk], bits, size);
        else
            memset(plan->live[chunk], 0xFF, size);
    }
    return TARN_OK;
}

tarn_status tarn_run_check(const tarn_run *run, int64_t row, tarn_error *error) {
    return row % CHECKED_ROWS == 0 ? tarn_task_check(run->task, error) : TARN_OK;
}

tarn_status tarn_rows_shown(const tarn_version *version, tarn_task *task, int64_t **out, tarn_error *error) {
    int64_t count = tarn_version_rows(version);
    int64_t *rows = malloc((size_t)(count + 1) * sizeof *rows);
    if (rows == NULL)
        return tarn_fail_memory(error);
    tarn_status status = TARN_OK;
    for (int64_t at = 0; at < count && status == TARN_OK; at += CHECKED_ROWS) {
        status = tarn_task_check(task, error);
        if (status == TARN_OK)
            status = tarn_version_locate(version, at, count - at < CHECKED_ROWS ? count - at : CHECKED_ROWS, rows + at,
                                         error);
    }
    if (status == TARN_OK)
        *out = rows;
    else
        free(rows);
    return status;
}

tarn_status tarn_plan_count_moved(tarn_run *run, const tarn_plan *plan, tarn_error *error) {
    int64_t *shown, count = tarn_version_rows(run->base);
    TARN_TRY(tarn_rows_shown(run->base, run->task, &shown, error));
    for (int64_t i = 0; i < count; i++)
        run->rows += shown[i] != plan->order[i];
    free(shown);
    return TARN_OK;
}

/* ---- cells ------------------------------------------------------------------------------------------------------- */

tarn_status tarn_plan_cells(tarn_plan *plan, size_t column, int64_t *rows, int64_t count, struct ArrowArray *values,
                            tarn_error *error) {
    plan->kind = TARN_PLAN_CELLS;
    tarn_status status =
        tarn_grow(&plan->cells, &plan->cells_capacity, plan->cells_count + 1, sizeof *plan->cells, error);
    if (status != TARN_OK) {
        free(rows);
        tarn_array_release(values);
        return status;
    }
    plan->cells[plan->cells_count++] =
        (tarn_planned_cells){.column = column, .rows = rows, .count = count, .values = *values};
    values->release = NULL; /* moved */
    return TARN_OK;
}

/* ---- new rows ---------------------------------------------------------------------------------------------------- */

tarn_status tarn_plan_query(tarn_run *run, tarn_plan *plan, const char *sql, const tarn_query_table *more,
                            size_t more_count, tarn_error *error) {
    tarn_query_table *tables = calloc(more_count + 1, sizeof *tables);
    if (tables == NULL)
        return tarn_fail_memory(error);
    tables[0] = (tarn_query_table){.name = "tarn_table", .version = run->base};
    for (size_t i = 0; i < more_count; i++)
        tables[i + 1] = more[i];
    tarn_query_options options = {.tables = tables, .table_count = more_count + 1, .task = run->task};
    plan->kind = TARN_PLAN_REPLACE;
    tarn_status status = tarn_engine_query(run->engine, run->store, sql, SIZE_MAX, &options, &plan->stream, error);
    free(tables);
    return status;
}

/* ---- what is said ------------------------------------------------------------------------------------------------ */

static char *say_rows(const char *verb, int64_t count) {
    char *rows = tarn_say_count(count, "row", "rows");
    char *text = rows == NULL ? NULL : tarn_format("%s %s", verb, rows);
    free(rows);
    return text;
}

static char *say_cells(const tarn_run *run, const char *verb) {
    char *cells = tarn_say_count(run->cells, "cell", "cells");
    char *rows = tarn_say_count(run->rows, "row", "rows");
    char *text = cells == NULL || rows == NULL ? NULL : tarn_format("%s %s in %s", verb, cells, rows);
    free(cells);
    free(rows);
    return text;
}

static char *say_kind(const tarn_run *run, tarn_plan_kind kind, bool would) {
    switch (kind) {
    case TARN_PLAN_KEEP:
        return say_rows(would ? "would remove" : "removed", run->rows);
    case TARN_PLAN_ORDER:
        return say_rows(would ? "would move" : "moved", run->rows);
    case TARN_PLAN_ADD:
        return say_rows(would ? "would add" : "added", run->rows);
    case TARN_PLAN_REPLACE:
        return say_rows(would ? "the table would have" : "the table now has", run->rows);
    case TARN_PLAN_COLUMNS:
        return tarn_strdup(would ? "the columns would be these" : "changed the columns");
    case TARN_PLAN_PATCH:
        return tarn_strdup(would ? "would apply the comparison" : "applied the comparison");
    case TARN_PLAN_CELLS:
    case TARN_PLAN_NOTHING:
        break;
    }
    return say_cells(run, would ? "would change" : "changed");
}

/* `text` is taken over. */
char *tarn_say_note(const tarn_run *run, char *text) {
    if (run->note == NULL || text == NULL)
        return text;
    char *both = tarn_format("%s; %s", text, run->note);
    free(text);
    return both;
}

char *tarn_plan_say(const tarn_run *run, tarn_plan_kind kind, bool would) {
    return tarn_say_note(run, say_kind(run, kind, would));
}
