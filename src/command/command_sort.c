/* `sort`: an order, and no values. */
#include "command/families.h"
#include "command/sort.h"
#include "command/sqltext.h"

#include <stdlib.h>
#include <string.h>

static size_t count_given(const tarn_run *run, const char *name) {
    size_t count = 0;
    for (size_t i = 0; i < run->argument_count; i++)
        count += strcmp(run->arguments[i].name, name) == 0;
    return count;
}

/* The direction of key number i: one for each, or one for all. */
static const char *direction_of(const tarn_run *run, size_t i) {
    size_t given = count_given(run, "direction");
    for (size_t j = 0; j < run->argument_count; j++) {
        if (strcmp(run->arguments[j].name, "direction") == 0 && (given == 1 || i-- == 0))
            return run->arguments[j].value;
    }
    return "asc";
}

static tarn_status write_keys(tarn_run *run, const size_t *columns, size_t count, tarn_buffer *keys,
                              tarn_error *error) {
    for (size_t i = 0; i < count; i++)
        TARN_TRY(tarn_sql_write(keys, error, "%s%i %s NULLS %s", i == 0 ? "" : ", ",
                                tarn_version_column(run->base, columns[i])->name, direction_of(run, i),
                                tarn_run_text(run, "nulls")));
    return TARN_OK;
}

static tarn_status sort_rows(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    size_t *columns, count, directions = count_given(run, "direction");
    tarn_buffer keys = {0};
    TARN_TRY(tarn_run_columns(run, "column", &columns, &count, error));
    tarn_status status = TARN_OK;
    if (directions > 1 && directions != count)
        status =
            tarn_fail(error, TARN_E_INVALID,
                      "there are %zu columns and %zu directions: give one direction for each column, or one for all",
                      count, directions);
    if (status == TARN_OK)
        status = write_keys(run, columns, count, &keys, error);
    if (status == TARN_OK)
        status = tarn_sort_rows(run, (const char *)keys.data, &plan->order, error);
    plan->kind = TARN_PLAN_ORDER;
    tarn_buffer_free(&keys);
    free(columns);
    return status;
}

static const char *const directions[] = {"asc", "desc", NULL};
static const char *const nulls[] = {"last", "first", NULL};
static const tarn_parameter_spec sort_parameters[] = {
    {.name = "column",
     .type = TARN_PARAMETER_COLUMN,
     .required = true,
     .repeated = true,
     .description = "what to sort by; further ones decide where the first are equal"},
    {.name = "direction",
     .type = TARN_PARAMETER_CHOICE,
     .repeated = true,
     .default_value = "asc",
     .choices = directions,
     .description = "rising or falling: one for each column, or one for all"},
    {.name = "nulls",
     .type = TARN_PARAMETER_CHOICE,
     .default_value = "last",
     .choices = nulls,
     .description = "where rows without a value go"},
};
const tarn_command tarn_command_sort = {
    .name = "sort",
    .title = "Sort rows",
    .description =
        "Puts the rows in the order of columns. Rows that are equal there keep their order. Text is compared "
        "by code points.",
    .family = "rows",
    TARN_PARAMETERS(sort_parameters),
    .kind = TARN_KIND_METADATA,
    .plan = sort_rows,
};
