/* `set`: a column's new values by an SQL expression. */
#include "command/families.h"
#include "command/whole_table.h"

#include <stdlib.h>

/* The usual case: an expression over one row, evaluated chunk by chunk. */
static tarn_status eval_cells_chunk(tarn_cells *cells, size_t chunk, struct ArrowArray *out, tarn_error *error) {
    struct ArrowArray result = {0};
    TARN_TRY(tarn_eval_chunk(cells->state, chunk, &result, error));
    *out = *result.children[0];
    result.children[0]->release = NULL; /* moved */
    tarn_array_release(&result);
    return TARN_OK;
}

static void eval_cells_close(tarn_cells *cells) {
    tarn_eval_close(cells->state);
}

static tarn_status open_eval(tarn_run *run, const char *expression, const char *name, tarn_cells *out,
                             tarn_error *error) {
    tarn_eval *eval;
    tarn_eval_options options = {.task = run->task, .names = &name};
    TARN_TRY(tarn_eval_open(run->engine, run->base, &expression, 1, &options, &eval, error));
    tarn_status status = tarn_schema_copy(tarn_eval_schema(eval)->children[0], name, &out->type, error);
    if (status != TARN_OK) {
        tarn_eval_close(eval);
        return status;
    }
    out->state = eval;
    out->chunk = eval_cells_chunk;
    out->close = eval_cells_close;
    return TARN_OK;
}

static tarn_status open_set(tarn_run *run, tarn_cells *out, tarn_error *error) {
    const char *expression = tarn_run_text(run, "expr");
    TARN_TRY(tarn_run_column(run, "column", &out->column, error));
    const char *name = tarn_version_column(run->base, out->column)->name;
    tarn_error refusal = {0};
    tarn_status status = open_eval(run, expression, name, out, &refusal);
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
    .open_cells = open_set,
};

const tarn_command *const tarn_sql_commands[] = {&set_command, NULL};
