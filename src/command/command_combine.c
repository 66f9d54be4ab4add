/* `stack`: the rows of other tables below those of this one. */
#include "base/text.h"
#include "command/families.h"
#include "command/sqltext.h"
#include "store/resolve.h"

#include <stdlib.h>
#include <string.h>

typedef struct stacking {
    tarn_run *run;
    tarn_version **others;
    char **names; /* by which the query knows them */
    const char **given;
    size_t count;
    tarn_buffer mismatches;
} stacking;

static void stacking_clear(stacking *s) {
    for (size_t i = 0; i < s->count; i++) {
        tarn_version_release(s->others[i]);
        free(s->names[i]);
    }
    free(s->others);
    free(s->names);
    free(s->given);
    tarn_buffer_free(&s->mismatches);
}

static tarn_status open_others(stacking *s, tarn_error *error) {
    size_t most = s->run->argument_count + 1;
    s->others = calloc(most, sizeof(tarn_version *));
    s->names = calloc(most, sizeof *s->names);
    s->given = calloc(most, sizeof *s->given);
    if (s->others == NULL || s->names == NULL || s->given == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < s->run->argument_count; i++) {
        if (strcmp(s->run->arguments[i].name, "table") != 0)
            continue;
        s->given[s->count] = s->run->arguments[i].value;
        TARN_TRY(
            tarn_store_open_permitted(s->run->store, s->run->filter, s->given[s->count], &s->others[s->count], error));
        s->names[s->count] = tarn_format("tarn_other_%zu", s->count);
        if (s->names[s->count++] == NULL)
            return tarn_fail_memory(error);
    }
    return TARN_OK;
}

/* The columns of `a` that `b` has not, or has with another type. */
static tarn_status compare(stacking *s, const tarn_version *a, const char *a_name, const tarn_version *b,
                           const char *b_name, bool types, tarn_error *error) {
    for (size_t i = 0; i < tarn_version_column_count(a); i++) {
        const tarn_column *column = tarn_version_column(a, i);
        const char *comma = s->mismatches.size == 0 ? "" : ", ";
        size_t there;
        if (tarn_version_find_column(b, column->name, &there, NULL) != TARN_OK) {
            TARN_TRY(tarn_sql_write(&s->mismatches, error, "%s%s only in %s", comma, column->name, a_name));
            continue;
        }
        const struct ArrowSchema *other = tarn_version_column(b, there)->type;
        if (types && !tarn_schema_same_type(column->type, other)) {
            char *first = tarn_schema_type_name(column->type), *second = tarn_schema_type_name(other);
            tarn_status status = tarn_sql_write(&s->mismatches, error, "%s%s is %s in %s and %s in %s", comma,
                                                column->name, first, a_name, second, b_name);
            free(first);
            free(second);
            TARN_TRY(status);
        }
    }
    return TARN_OK;
}

static tarn_status find_mismatches(stacking *s, tarn_error *error) {
    for (size_t i = 0; i < s->count; i++) {
        TARN_TRY(compare(s, s->run->base, "this table", s->others[i], s->given[i], true, error));
        TARN_TRY(compare(s, s->others[i], s->given[i], s->run->base, "this table", false, error));
    }
    if (s->mismatches.size == 0)
        return TARN_OK;
    const char *text = (const char *)s->mismatches.data;
    if (tarn_run_is(s->run, "mismatch", "fail"))
        return tarn_fail(error, TARN_E_INVALID, "the columns differ: %s; rename or cast them, or choose mismatch=fill",
                         text);
    s->run->note = tarn_format("the columns differ: %s", text);
    return s->run->note == NULL ? tarn_fail_memory(error) : TARN_OK;
}

static tarn_status stack_query(stacking *s, tarn_plan *plan, tarn_error *error) {
    tarn_query_table *tables = calloc(s->count + 1, sizeof *tables);
    tarn_buffer sql = {0};
    tarn_status status =
        tables == NULL ? tarn_fail_memory(error) : tarn_sql_write(&sql, error, "SELECT * FROM tarn_table");
    for (size_t i = 0; i < s->count && status == TARN_OK; i++) {
        tables[i] = (tarn_query_table){s->names[i], s->others[i]};
        status = tarn_sql_write(&sql, error, " UNION ALL BY NAME SELECT * FROM %i", s->names[i]);
    }
    if (status == TARN_OK)
        status = tarn_plan_query(s->run, plan, (const char *)sql.data, tables, s->count, error);
    free(tables);
    tarn_buffer_free(&sql);
    return status;
}

static tarn_status stack_tables(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    stacking s = {.run = run};
    tarn_status status = open_others(&s, error);
    if (status == TARN_OK)
        status = find_mismatches(&s, error);
    if (status == TARN_OK)
        status = stack_query(&s, plan, error);
    stacking_clear(&s);
    return status;
}

static const char *const policies[] = {"fill", "fail", NULL};
static const tarn_parameter_spec stack_parameters[] = {
    {.name = "table",
     .type = TARN_PARAMETER_TEXT,
     .required = true,
     .repeated = true,
     .description = "a table or version whose rows go below, such as orders_2025"},
    {.name = "mismatch",
     .type = TARN_PARAMETER_CHOICE,
     .default_value = "fill",
     .choices = policies,
     .description = "when the columns differ: fill with nulls, find a common type and say so; or fail"},
};
static const tarn_command stack_command = {
    .name = "stack",
    .title = "Stack tables",
    .description = "Puts the rows of other tables below those of this one. Columns are matched by name, ignoring case.",
    .family = "combine",
    TARN_PARAMETERS(stack_parameters),
    .kind = TARN_KIND_QUERY,
    .plan = stack_tables,
    .columns_from_values = true,
};

const tarn_command *const tarn_combine_commands[] = {&tarn_command_join, &tarn_command_patch, &stack_command, NULL};
