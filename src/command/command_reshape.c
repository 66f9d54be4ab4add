/* `pivot` and `unpivot`: values to columns, and columns to values. */
#include "base/text.h"
#include "command/families.h"
#include "command/sqltext.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 500 };

/* ---- pivot ------------------------------------------------------------------------------------------------------- */

typedef struct pivoting {
    tarn_run *run;
    size_t key, value;     /* columns; value SIZE_MAX: none */
    size_t *groups, count; /* columns */
    char **values;         /* of the key, as text; NULL: null */
    size_t value_count;
    tarn_plan names; /* only to keep names apart */
} pivoting;

/* The columns that make a row: those given, or all others. */
static tarn_status find_groups(pivoting *p, tarn_error *error) {
    size_t columns = tarn_version_column_count(p->run->base);
    TARN_TRY(tarn_run_columns(p->run, "group", &p->groups, &p->count, error));
    if (p->count > 0)
        return TARN_OK;
    free(p->groups);
    p->groups = calloc(columns + 1, sizeof *p->groups);
    if (p->groups == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < columns; i++) {
        if (i != p->key && i != p->value)
            p->groups[p->count++] = i;
    }
    return TARN_OK;
}

static tarn_status find_values(pivoting *p, tarn_error *error) {
    const char *key = tarn_version_column(p->run->base, p->key)->name;
    tarn_buffer sql = {0};
    tarn_status status = tarn_sql_write(
        &sql, error, "SELECT CAST(%i AS VARCHAR) FROM tarn_table GROUP BY %i ORDER BY %i NULLS LAST LIMIT %d", key, key,
        key, MOST_COLUMNS + 1);
    if (status == TARN_OK)
        status = tarn_query_texts(p->run, (const char *)sql.data, &p->values, &p->value_count, error);
    tarn_buffer_free(&sql);
    if (status == TARN_OK && p->value_count > MOST_COLUMNS)
        status = tarn_fail(error, TARN_E_INVALID,
                           "\"%s\" has more than %d different values, which is too many for columns: filter first, or "
                           "choose another column",
                           key, MOST_COLUMNS);
    return status;
}

/* sum("amount") FILTER (…); the first and last by row number. */
static tarn_status write_aggregate(const pivoting *p, tarn_buffer *sql, tarn_error *error) {
    const char *agg = tarn_run_text(p->run, "agg");
    const char *value = p->value == SIZE_MAX ? NULL : tarn_version_column(p->run->base, p->value)->name;
    if (value == NULL)
        return tarn_sql_write(sql, error, "count(*)");
    if (strcmp(agg, "first") == 0 || strcmp(agg, "last") == 0)
        return tarn_sql_write(sql, error, "%s(%i, _tarn_id)", agg[0] == 'f' ? "arg_min" : "arg_max", value);
    return tarn_sql_write(sql, error, "%s(%i)", agg, value);
}

static tarn_status write_value_column(pivoting *p, const char *value, tarn_buffer *sql, tarn_error *error) {
    const char *key = tarn_version_column(p->run->base, p->key)->name;
    char *name = tarn_plan_free_name(&p->names, value == NULL ? "null" : value[0] == '\0' ? "empty" : value);
    if (name == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_plan_put_column(&p->names, SIZE_MAX, name, 0, NULL, error);
    if (status == TARN_OK)
        status = tarn_sql_write(sql, error, p->names.column_count == 1 ? "" : ", ");
    if (status == TARN_OK)
        status = write_aggregate(p, sql, error);
    if (status == TARN_OK)
        status = value == NULL
                     ? tarn_sql_write(sql, error, " FILTER (WHERE %i IS NULL) AS %i", key, name)
                     : tarn_sql_write(sql, error, " FILTER (WHERE CAST(%i AS VARCHAR) = %l) AS %i", key, value, name);
    free(name);
    return status;
}

static tarn_status write_pivot(pivoting *p, tarn_buffer *sql, tarn_error *error) {
    TARN_TRY(tarn_sql_write(sql, error, "SELECT "));
    for (size_t i = 0; i < p->count; i++) {
        const char *name = tarn_version_column(p->run->base, p->groups[i])->name;
        TARN_TRY(tarn_plan_check_name(&p->names, name, error));
        TARN_TRY(tarn_plan_put_column(&p->names, SIZE_MAX, name, 0, NULL, error));
        TARN_TRY(tarn_sql_write(sql, error, "%s%i", i == 0 ? "" : ", ", name));
    }
    for (size_t i = 0; i < p->value_count; i++)
        TARN_TRY(write_value_column(p, p->values[i], sql, error));
    TARN_TRY(tarn_sql_write(sql, error, " FROM tarn_rows('tarn_table')"));
    for (size_t i = 0; i < p->count; i++)
        TARN_TRY(tarn_sql_write(sql, error, "%s%i", i == 0 ? " GROUP BY " : ", ",
                                tarn_version_column(p->run->base, p->groups[i])->name));
    for (size_t i = 0; i < p->count; i++)
        TARN_TRY(tarn_sql_write(sql, error, "%s%i NULLS LAST", i == 0 ? " ORDER BY " : ", ",
                                tarn_version_column(p->run->base, p->groups[i])->name));
    return TARN_OK;
}

/* Words and days have no sum; what else an aggregate cannot take is left to the engine. */
static tarn_status check_value(const pivoting *p, tarn_error *error) {
    const tarn_column *value = tarn_version_column(p->run->base, p->value);
    const char *agg = tarn_run_text(p->run, "agg"), *format = value->type->format;
    bool is_text = tarn_type_is_text(value->type), is_time = format[0] == 't' && strcmp(format, "tin") != 0;
    bool sums = strcmp(agg, "sum") == 0;
    if (!((sums || strcmp(agg, "avg") == 0) && is_text) && !(sums && is_time))
        return TARN_OK;
    return tarn_fail(error, TARN_E_INVALID,
                     "pivot: \"%s\" has %s, of which there is no %s: give agg=count, min, max, median, first or last%s",
                     value->name, is_text ? "texts" : "dates or times", sums ? "sum" : "average",
                     is_text ? ", or cast the column to numbers first" : "");
}

static tarn_status check_pivot(pivoting *p, tarn_error *error) {
    TARN_TRY(tarn_run_column(p->run, "column", &p->key, error));
    if (tarn_run_has(p->run, "value")) {
        TARN_TRY(tarn_run_column(p->run, "value", &p->value, error));
        TARN_TRY(check_value(p, error));
    } else if (!tarn_run_is(p->run, "agg", "count")) {
        return tarn_fail(error, TARN_E_INVALID, "pivot needs value, the column to take the %s of, or agg=count",
                         tarn_run_text(p->run, "agg"));
    }
    return find_groups(p, error);
}

static tarn_status pivot(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    pivoting p = {.run = run, .value = SIZE_MAX};
    tarn_buffer sql = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(check_pivot(&p, error));
    TARN_CHECK(find_values(&p, error));
    if (p.value_count + p.count == 0) {
        status = tarn_fail(error, TARN_E_INVALID, "the table has no rows to pivot");
        goto cleanup;
    }
    TARN_CHECK(write_pivot(&p, &sql, error));
    TARN_CHECK(tarn_plan_query(run, plan, (const char *)sql.data, NULL, 0, error));
cleanup:
    free(p.groups);
    tarn_texts_free(p.values, p.value_count);
    tarn_plan_clear(&p.names);
    tarn_buffer_free(&sql);
    return status;
}

static const char *const aggregates[] = {"sum", "count", "avg", "min", "max", "median", "first", "last", NULL};
static const tarn_parameter_spec pivot_parameters[] = {
    {.name = "column",
     .type = TARN_PARAMETER_COLUMN,
     .required = true,
     .description = "the column whose values become columns"},
    {.name = "value", .type = TARN_PARAMETER_COLUMN, .description = "the column whose values go there"},
    {.name = "agg",
     .type = TARN_PARAMETER_CHOICE,
     .default_value = "sum",
     .choices = aggregates,
     .description = "what is made of several values for one place"},
    {.name = "group",
     .type = TARN_PARAMETER_COLUMN,
     .repeated = true,
     .description = "the columns that make a row (default: all others)"},
};
const tarn_command tarn_command_pivot = {
    .name = "pivot",
    .title = "Pivot",
    .description = "Makes a column of each value of a column, and a row of each group, sorted by the groups.",
    .family = "structure",
    TARN_PARAMETERS(pivot_parameters),
    .kind = TARN_KIND_QUERY,
    .plan = pivot,
    .columns_from_values = true,
};

/* ---- unpivot ----------------------------------------------------------------------------------------------------- */

/* Values of different kinds can only stand in one column as text. */
static bool fit_together(const tarn_version *base, const size_t *columns, size_t count) {
    const struct ArrowSchema *first = tarn_version_column(base, columns[0])->type;
    bool same = true, numbers = true;
    for (size_t i = 0; i < count; i++) {
        const struct ArrowSchema *type = tarn_version_column(base, columns[i])->type;
        same = same && tarn_schema_same_type(first, type);
        numbers = numbers && tarn_type_is_number(type);
    }
    return (same && first->dictionary == NULL) || numbers;
}

static tarn_status write_lists(const tarn_run *run, const size_t *columns, size_t count, tarn_buffer *sql,
                               tarn_error *error) {
    bool together = fit_together(run->base, columns, count);
    TARN_TRY(tarn_sql_write(sql, error, "unnest(["));
    for (size_t i = 0; i < count; i++)
        TARN_TRY(
            tarn_sql_write(sql, error, "%s%l", i == 0 ? "" : ", ", tarn_version_column(run->base, columns[i])->name));
    TARN_TRY(tarn_sql_write(sql, error, "]) AS %i, unnest([", tarn_run_text(run, "name")));
    for (size_t i = 0; i < count; i++)
        TARN_TRY(tarn_sql_write(sql, error, together ? "%s%i" : "%sCAST(%i AS VARCHAR)", i == 0 ? "" : ", ",
                                tarn_version_column(run->base, columns[i])->name));
    return tarn_sql_write(sql, error, "]) AS %i FROM tarn_table", tarn_run_text(run, "value"));
}

static tarn_status write_unpivot(tarn_run *run, const size_t *columns, size_t count, tarn_plan *kept, tarn_buffer *sql,
                                 tarn_error *error) {
    const char *name = tarn_run_text(run, "name"), *value = tarn_run_text(run, "value");
    TARN_TRY(tarn_plan_columns(run, kept, true, error));
    for (size_t i = 0; i < count; i++) {
        size_t place = tarn_plan_place_of(kept, columns[i]);
        if (place == kept->column_count)
            return tarn_fail(error, TARN_E_INVALID, "column \"%s\" is named twice",
                             tarn_version_column(run->base, columns[i])->name);
        tarn_plan_remove_column(kept, place);
    }
    TARN_TRY(tarn_sql_write(sql, error, "SELECT * FROM (SELECT "));
    for (size_t i = 0; i < kept->column_count; i++)
        TARN_TRY(tarn_sql_write(sql, error, "%i, ", kept->columns[i].name));
    TARN_TRY(tarn_plan_check_name(kept, name, error));
    TARN_TRY(tarn_plan_put_column(kept, SIZE_MAX, name, 0, NULL, error));
    TARN_TRY(tarn_plan_check_name(kept, value, error));
    TARN_TRY(write_lists(run, columns, count, sql, error));
    TARN_TRY(tarn_sql_write(sql, error, ")"));
    return tarn_run_is(run, "nulls", "true") ? TARN_OK : tarn_sql_write(sql, error, " WHERE %i IS NOT NULL", value);
}

static tarn_status unpivot(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    size_t *columns, count;
    tarn_plan kept = {0};
    tarn_buffer sql = {0};
    TARN_TRY(tarn_run_columns(run, "column", &columns, &count, error));
    tarn_status status = write_unpivot(run, columns, count, &kept, &sql, error);
    if (status == TARN_OK)
        status = tarn_plan_query(run, plan, (const char *)sql.data, NULL, 0, error);
    free(columns);
    tarn_plan_clear(&kept);
    tarn_buffer_free(&sql);
    return status;
}

static const tarn_parameter_spec unpivot_parameters[] = {
    {.name = "column",
     .type = TARN_PARAMETER_COLUMN,
     .required = true,
     .repeated = true,
     .description = "the columns to turn into rows"},
    {.name = "name",
     .type = TARN_PARAMETER_NAME,
     .default_value = "name",
     .description = "the new column that has the columns' names"},
    {.name = "value",
     .type = TARN_PARAMETER_NAME,
     .default_value = "value",
     .description = "the new column that has their values"},
    {.name = "nulls",
     .type = TARN_PARAMETER_BOOLEAN,
     .default_value = "false",
     .description = "whether there are rows for nulls"},
};
const tarn_command tarn_command_unpivot = {
    .name = "unpivot",
    .title = "Unpivot",
    .description =
        "Makes a row of each of some columns' values, with the other columns repeated. Values of different kinds "
        "become text.",
    .family = "structure",
    TARN_PARAMETERS(unpivot_parameters),
    .kind = TARN_KIND_QUERY,
    .plan = unpivot,
};
