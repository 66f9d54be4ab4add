/* `insert`: new rows among the others. */
#include "command/families.h"
#include "command/value.h"

#include <stdlib.h>
#include <string.h>

/* A column's values in all the objects. */
static tarn_status read_column(tarn_run *run, const json_t *rows, size_t column, struct ArrowArray *out,
                               tarn_error *error) {
    const tarn_column *head = tarn_version_column(run->base, column);
    size_t count = json_array_size(rows);
    char **texts = calloc(count + 1, sizeof *texts);
    int64_t bad = 0;
    tarn_status status = texts == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (size_t i = 0; i < count && status == TARN_OK; i++) {
        const char *key;
        json_t *value;
        json_object_foreach(json_array_get(rows, i), key, value) {
            size_t named;
            if (status == TARN_OK && tarn_version_find_column(run->base, key, &named, NULL) == TARN_OK &&
                named == column && texts[i] == NULL)
                status = tarn_value_of_json(value, &texts[i], error);
        }
    }
    if (status == TARN_OK)
        status =
            tarn_values_parse(run->engine, head->type, (const char *const *)texts, (int64_t)count, out, &bad, error);
    if (status == TARN_E_INVALID && count > 1)
        status = tarn_fail_context(error, status, "row %lld of values", (long long)bad + 1);
    for (size_t i = 0; texts != NULL && i < count; i++)
        free(texts[i]);
    free(texts);
    return status;
}

static tarn_status check_rows(const tarn_run *run, const json_t *rows, tarn_error *error) {
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const char *key;
        json_t *row = json_array_get(rows, i), *value;
        if (!json_is_object(row))
            return tarn_fail(error, TARN_E_INVALID, "row %zu of values must be an object such as {\"city\": \"Oslo\"}",
                             i + 1);
        json_object_foreach(row, key, value) {
            size_t column;
            TARN_TRY(tarn_version_find_column(run->base, key, &column, error));
        }
    }
    return TARN_OK;
}

static tarn_status read_rows(tarn_run *run, const json_t *rows, tarn_plan *plan, tarn_error *error) {
    size_t columns = tarn_version_column_count(run->base);
    struct ArrowArray *children = calloc(columns + 1, sizeof *children);
    void *no_buffers[] = {NULL};
    if (children == NULL)
        return tarn_fail_memory(error);
    tarn_status status = check_rows(run, rows, error);
    for (size_t i = 0; i < columns && status == TARN_OK; i++)
        status = read_column(run, rows, i, &children[i], error);
    if (status == TARN_OK)
        status = tarn_array_make(&plan->added, (int64_t)json_array_size(rows), 0, no_buffers, 1, children,
                                 (int64_t)columns, error);
    for (size_t i = 0; i < columns; i++)
        tarn_array_release(&children[i]);
    free(children);
    return status;
}

static tarn_status insert_rows(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    json_error_t problem;
    int64_t total = tarn_version_rows(run->base);
    plan->kind = TARN_PLAN_ADD;
    plan->position = tarn_run_has(run, "position") ? tarn_run_integer(run, "position") : total;
    if (plan->position < 0 || plan->position > total)
        return tarn_fail(error, TARN_E_INVALID,
                         "position must be between 0 (before all rows) and %lld (behind them), "
                         "not %lld",
                         (long long)total, (long long)plan->position);
    json_t *rows = json_loads(tarn_run_text(run, "values"), 0, &problem);
    if (json_is_object(rows))
        rows = json_pack("[o]", rows); /* takes it over */
    if (rows == NULL)
        return tarn_fail(error, TARN_E_INVALID, "values is no JSON: line %d: %s", problem.line, problem.text);
    tarn_status status = read_rows(run, rows, plan, error);
    json_decref(rows);
    return status;
}

static const tarn_parameter_spec insert_parameters[] = {
    {.name = "values",
     .type = TARN_PARAMETER_TEXT,
     .default_value = "{}",
     .description = "a JSON object with a value for each column that is to have one, or an array of such objects"},
    {.name = "position",
     .type = TARN_PARAMETER_INTEGER,
     .by_row = true,
     .description = "how many of the rows shown come before: 0 is first (default: behind all)"},
};
const tarn_command tarn_command_insert = {
    .name = "insert",
    .title = "Insert rows",
    .description = "Adds rows at any place. Columns that are not named are null in them.",
    .family = "rows",
    TARN_PARAMETERS(insert_parameters),
    .kind = TARN_KIND_ROWS,
    .plan = insert_rows,
};
