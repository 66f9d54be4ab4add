/* `sort`: an order, and no values. */
#include "command/column_types.h"
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

/* Numbers in texts in the order of their values: each is written with how many digits it has before it. */
static tarn_status write_natural(const char *name, tarn_buffer *out, tarn_error *error) {
    return tarn_sql_write(
        out, error,
        "coalesce(array_to_string(list_transform(regexp_extract_all(CAST(%i AS VARCHAR), '[0-9]+|[^0-9]+'), "
        "lambda p: CASE WHEN p[1] BETWEEN '0' AND '9' THEN '0' || lpad(CAST(length(ltrim(p, '0')) AS "
        "VARCHAR), 9, '0') || ltrim(p, '0') ELSE lower(p) END), ''), CAST(%i AS VARCHAR))",
        name, name);
}

/* One key: the column as it is, or its text in another order. Texts that are equal there follow by code points. */
static tarn_status write_key(tarn_run *run, const tarn_column *column, const char *direction, tarn_buffer *keys,
                             tarn_error *error) {
    const char *language = tarn_run_text(run, "language"), *nulls = tarn_run_text(run, "nulls");
    bool is_text = tarn_column_type_of(column->type) == TARN_COLUMNS_TEXT;
    bool is_natural = is_text && tarn_run_is(run, "natural", "true");
    if (is_natural)
        TARN_TRY(write_natural(column->name, keys, error));
    else
        TARN_TRY(tarn_sql_write(keys, error, is_text && language != NULL ? "CAST(%i AS VARCHAR)" : "%i", column->name));
    if (is_text && language != NULL)
        TARN_TRY(tarn_sql_write(keys, error, " COLLATE %i", language));
    TARN_TRY(tarn_sql_write(keys, error, " %s NULLS %s", direction, nulls));
    if (!is_natural && !(is_text && language != NULL))
        return TARN_OK;
    return tarn_sql_write(keys, error, ", %i %s NULLS %s", column->name, direction, nulls);
}

static tarn_status write_keys(tarn_run *run, const size_t *columns, size_t count, tarn_buffer *keys,
                              tarn_error *error) {
    for (size_t i = 0; i < count; i++) {
        TARN_TRY(tarn_sql_write(keys, error, i == 0 ? "" : ", "));
        TARN_TRY(write_key(run, tarn_version_column(run->base, columns[i]), direction_of(run, i), keys, error));
    }
    return TARN_OK;
}

/* Names of languages are the engine's names of its collations; others that it has are no languages. */
static tarn_status check_language(tarn_run *run, tarn_error *error) {
    const char *language = tarn_run_text(run, "language");
    tarn_buffer sql = {0};
    struct ArrowSchema schema = {0};
    tarn_error refusal = {0};
    if (language == NULL)
        return TARN_OK;
    size_t letters = strspn(language, "abcdefghijklmnopqrstuvwxyz");
    bool looks_right = (letters == 2 || letters == 3) && (language[letters] == '\0' || language[letters] == '_') &&
                       strcmp(language, "nfc") != 0;
    tarn_status status = tarn_sql_write(&sql, error, "SELECT 'a' COLLATE %i AS a", language);
    if (status == TARN_OK && looks_right)
        status = tarn_engine_describe(run->engine, NULL, (const char *)sql.data, sql.size, NULL, &schema, &refusal);
    if (status != TARN_OK || !looks_right)
        status = tarn_fail(error, TARN_E_INVALID,
                           "sort: the order of no language \"%s\" is known: give its code, such as de, fr, sv or es_mx",
                           language);
    tarn_buffer_free(&sql);
    tarn_schema_release(&schema);
    return status;
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
        status = check_language(run, error);
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
    {.name = "natural",
     .type = TARN_PARAMETER_BOOLEAN,
     .default_value = "false",
     .description = "numbers in texts by their values, and letters whether capital or small: item 2 before Item 10"},
    {.name = "language",
     .type = TARN_PARAMETER_TEXT,
     .description = "texts as a dictionary of this language has them, such as de, fr, sv, es (ICU's collations)"},
};
const tarn_command tarn_command_sort = {
    .name = "sort",
    .title = "Sort rows",
    .description =
        "Puts the rows in the order of columns. Rows that are equal there keep their order. Text is compared "
        "by code points, or as natural and language say.",
    .family = "rows",
    TARN_PARAMETERS(sort_parameters),
    .kind = TARN_KIND_METADATA,
    .plan = sort_rows,
};
