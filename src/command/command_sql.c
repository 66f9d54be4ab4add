/* `set`: a column's new values by an SQL expression: over one row in the usual case, else over the whole table. */
#include "command/expression.h"
#include "command/families.h"
#include "command/whole_table.h"

#include <stdlib.h>

static tarn_status open_set(tarn_run *run, tarn_cells *out, tarn_error *error) {
    const char *expression = tarn_run_text(run, "expr");
    tarn_error refusal = {0};
    tarn_status status = tarn_expression_open(run, expression, out, &refusal);
    if (status == TARN_E_INVALID)
        status = tarn_whole_table_open(run, expression, out, &refusal);
    if (status != TARN_OK && error != NULL)
        *error = refusal;
    return status;
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

const tarn_command *const tarn_sql_commands[] = {&set_command, NULL};
