/* `set`: a column's new values by an SQL expression: over one row in the usual case, else over the whole table.
   `query`: the whole table anew. */
#include "command/families.h"
#include "command/whole_table.h"

static tarn_status open_set(tarn_run *run, tarn_cells *out, tarn_error *error) {
    return tarn_computed_open(run, tarn_run_text(run, "expr"), tarn_version_column(run->base, out->column)->name, out,
                              error);
}

static const tarn_parameter_spec set_parameters[] = {
    {.name = "column", .type = TARN_PARAMETER_COLUMN, .required = true, .description = "the column to change"},
    {.name = "expr",
     .type = TARN_PARAMETER_SQL,
     .required = true,
     .description = "an SQL expression over the row, such as trim(name); window functions see the whole table"},
};
static const tarn_command set_command = {
    .name = "set",
    .title = "Set by expression",
    .description = "Computes a column anew from an SQL expression. The column takes the type of the expression.",
    .family = "sql",
    TARN_PARAMETERS(set_parameters),
    .kind = TARN_KIND_EXPRESSION,
    .open_cells = open_set,
};

static tarn_status replace_by_query(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    return tarn_plan_query(run, plan, tarn_run_text(run, "sql"), NULL, 0, error);
}

static const tarn_parameter_spec query_parameters[] = {
    {.name = "sql",
     .type = TARN_PARAMETER_SQL,
     .required = true,
     .description = "a SELECT over the tables of the workspace, this one included"},
};
static const tarn_command query_command = {
    .name = "query",
    .title = "Replace by query",
    .description = "Replaces the whole table by the result of a query. The rows are new ones: their ids count from 0.",
    .family = "sql",
    TARN_PARAMETERS(query_parameters),
    .kind = TARN_KIND_QUERY,
    .plan = replace_by_query,
    .columns_from_values = true,
};

const tarn_command *const tarn_sql_commands[] = {&query_command, &set_command, NULL};
