/* `add-column` and `combine-columns`: a column more, computed. */
#include "base/asker.h"
#include "base/text.h"
#include "command/families.h"
#include "command/sqltext.h"
#include "command/value.h"

#include <stdlib.h>

/* ---- add-column -------------------------------------------------------------------------------------------------- */

/* One value for all rows, which has to be one of the type. */
static tarn_status write_constant(tarn_run *run, const char *value, const char *type, const struct ArrowSchema *schema,
                                  tarn_buffer *sql, tarn_error *error) {
    struct ArrowArray parsed = {0};
    if (value == NULL)
        return tarn_sql_write(sql, error, "CAST(NULL AS %s)", type);
    if (tarn_value_parse(run->engine, schema, value, &parsed, NULL) != TARN_OK)
        return tarn_fail(error, TARN_E_INVALID, "add-column: \"%s\" is not a value of type %s", value, type);
    tarn_array_release(&parsed);
    return tarn_sql_write(sql, error, "CAST(%l AS %s)", value, type);
}

static tarn_status write_new_column(tarn_run *run, tarn_buffer *sql, tarn_error *error) {
    const char *expr = tarn_run_text(run, "expr"), *value = tarn_run_text(run, "value");
    const char *type = tarn_run_text(run, "type");
    char *checked = NULL;
    struct ArrowSchema schema = {0};
    if (expr != NULL && value != NULL)
        return tarn_fail(error, TARN_E_INVALID, "add-column takes expr or value, not both");
    if (expr != NULL && type == NULL)
        return tarn_sql_write(sql, error, "(%s\n)", expr);
    TARN_TRY(tarn_sql_type_check(run, type != NULL ? type : "VARCHAR", &checked, &schema, error));
    tarn_status status = expr != NULL ? tarn_sql_write(sql, error, "CAST((%s\n) AS %s)", expr, checked)
                                      : write_constant(run, value, checked, &schema, sql, error);
    tarn_schema_release(&schema);
    free(checked);
    return status;
}

static tarn_status add_column(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    tarn_buffer sql = {0};
    int64_t position = tarn_run_has(run, "position") ? tarn_run_integer(run, "position") : INT64_MAX;
    if (position < 1)
        return tarn_fail(error, TARN_E_INVALID, "position must be 1 (first) or more, not %lld", (long long)position);
    TARN_TRY(tarn_plan_columns(run, plan, true, error));
    TARN_TRY(tarn_plan_check_name(plan, tarn_run_text(run, "name"), error));
    tarn_status status = write_new_column(run, &sql, error);
    if (status == TARN_OK)
        status = tarn_plan_put_column(plan, (size_t)position - 1, tarn_run_text(run, "name"), SIZE_MAX,
                                      (const char *)sql.data, error);
    tarn_buffer_free(&sql);
    return status;
}

static char *say_added(const tarn_run *run) {
    return tarn_format("added column %s", tarn_run_text(run, "name"));
}

static const tarn_parameter_spec add_column_parameters[] = {
    {.name = "name", .type = TARN_PARAMETER_NAME, .required = true, .description = "the new column's name"},
    {.name = "expr",
     .type = TARN_PARAMETER_SQL,
     .description = "an SQL expression over the row, such as price * quantity; window functions see the whole table"},
    {.name = "value", .type = TARN_PARAMETER_TEXT, .description = "one value for all rows, instead of expr"},
    {.name = "type",
     .type = TARN_PARAMETER_TEXT,
     .description = "the column's type, such as integer or date (default: that of expr; else text)"},
    {.name = "position",
     .type = TARN_PARAMETER_INTEGER,
     .description = "where it goes: 1 is first (default: behind all others)"},
};
const tarn_command tarn_command_add_column = {
    .name = "add-column",
    .title = "Add column",
    .description = "Adds a column, computed from the others or with one value for all rows. With neither it is empty.",
    .family = "structure",
    TARN_PARAMETERS(add_column_parameters),
    .kind = TARN_KIND_EXPRESSION,
    .plan = add_column,
    .say = say_added,
};

/* ---- combine-columns --------------------------------------------------------------------------------------------- */

/* Nulls are left out with their separator, or count as empty; where all are null there is nothing. */
static tarn_status write_combined(tarn_run *run, const size_t *columns, size_t count, tarn_buffer *sql,
                                  tarn_error *error) {
    bool skip = tarn_run_is(run, "skip", "true");
    TARN_TRY(tarn_sql_write(sql, error, "CASE WHEN "));
    for (size_t i = 0; i < count; i++)
        TARN_TRY(tarn_sql_write(sql, error, "%s%i IS NULL", i == 0 ? "" : " AND ",
                                tarn_version_column(run->base, columns[i])->name));
    TARN_TRY(tarn_sql_write(sql, error, " THEN NULL ELSE concat_ws(%l", tarn_run_text(run, "separator")));
    for (size_t i = 0; i < count; i++)
        TARN_TRY(tarn_sql_write(sql, error, skip ? ", CAST(%i AS VARCHAR)" : ", coalesce(CAST(%i AS VARCHAR), '')",
                                tarn_version_column(run->base, columns[i])->name));
    return tarn_sql_write(sql, error, ") END");
}

static bool is_among(const size_t *columns, size_t count, size_t column) {
    for (size_t i = 0; i < count; i++) {
        if (columns[i] == column)
            return true;
    }
    return false;
}

/* Behind the last of the columns, which go unless they are to stay. */
static tarn_status plan_combined(tarn_run *run, tarn_plan *plan, const size_t *columns, size_t count,
                                 const char *expression, tarn_error *error) {
    const char *name = tarn_run_text(run, "name");
    size_t position = 0;
    TARN_TRY(tarn_plan_columns(run, plan, true, error));
    for (size_t i = 0; i < count; i++)
        position = columns[i] >= position ? columns[i] + 1 : position;
    for (size_t column = position; column > 0 && !tarn_run_is(run, "keep", "true"); column--) {
        if (!is_among(columns, count, column - 1))
            continue;
        tarn_plan_remove_column(plan, column - 1);
        position--;
    }
    TARN_TRY(tarn_plan_check_name(plan, name, error));
    return tarn_plan_put_column(plan, position, name, SIZE_MAX, expression, error);
}

static tarn_status combine_columns(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    size_t *columns, count;
    tarn_buffer sql = {0};
    TARN_TRY(tarn_run_columns(run, "column", &columns, &count, error));
    tarn_status status = TARN_OK;
    if (count < 2)
        status = tarn_fail(
            error, TARN_E_INVALID,
            "combine-columns needs two columns or more: give " TARN_ASKER("--column again", "column as a list"));
    if (status == TARN_OK)
        status = write_combined(run, columns, count, &sql, error);
    if (status == TARN_OK)
        status = plan_combined(run, plan, columns, count, (const char *)sql.data, error);
    free(columns);
    tarn_buffer_free(&sql);
    return status;
}

static char *say_combined(const tarn_run *run) {
    return tarn_format("combined columns into %s", tarn_run_text(run, "name"));
}

static const tarn_parameter_spec combine_columns_parameters[] = {
    {.name = "column",
     .type = TARN_PARAMETER_COLUMN,
     .required = true,
     .repeated = true,
     .description = "the columns to combine, in this order"},
    {.name = "name", .type = TARN_PARAMETER_NAME, .required = true, .description = "the new column's name"},
    {.name = "separator",
     .type = TARN_PARAMETER_TEXT,
     .default_value = " ",
     .description = "what stands between values"},
    {.name = "skip",
     .type = TARN_PARAMETER_BOOLEAN,
     .default_value = "true",
     .description = "whether nulls are left out; otherwise they count as empty text"},
    {.name = "keep",
     .type = TARN_PARAMETER_BOOLEAN,
     .default_value = "false",
     .description = "whether the columns stay beside the new one"},
};
const tarn_command tarn_command_combine_columns = {
    .name = "combine-columns",
    .title = "Combine columns",
    .description = "Joins the values of columns to one text. Where all of them are null the result is null.",
    .family = "structure",
    TARN_PARAMETERS(combine_columns_parameters),
    .kind = TARN_KIND_EXPRESSION,
    .plan = combine_columns,
    .say = say_combined,
};
