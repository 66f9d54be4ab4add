/* Commands that change which columns there are. They write one journal record and no values. */
#include "base/text.h"
#include "command/families.h"

#include <stdlib.h>

static tarn_status rename_column(tarn_run *run, tarn_error *error) {
    size_t column;
    TARN_TRY(tarn_run_column(run, "column", &column, error));
    return tarn_draft_rename_column(run->draft, column, tarn_run_text(run, "to"), error);
}

static char *say_renamed(const tarn_run *run) {
    return tarn_format("renamed column %s to %s", tarn_run_text(run, "column"), tarn_run_text(run, "to"));
}

static const tarn_parameter_spec rename_parameters[] = {
    {.name = "column", .type = TARN_PARAMETER_COLUMN, .required = true, .description = "the column to rename"},
    {.name = "to", .type = TARN_PARAMETER_NAME, .required = true, .description = "its new name"},
};
static const tarn_command rename_command = {
    .name = "rename",
    .title = "Rename column",
    .description = "Gives a column another name. Names are unique ignoring case.",
    .family = "structure",
    TARN_PARAMETERS(rename_parameters),
    .kind = TARN_KIND_METADATA,
    .change_table = rename_column,
    .say = say_renamed,
};

/* Highest index first, so that the indexes of the others stay true. */
static tarn_status drop_columns(tarn_run *run, tarn_error *error) {
    size_t *columns;
    size_t count;
    TARN_TRY(tarn_run_columns(run, "column", &columns, &count, error));
    tarn_status status = TARN_OK;
    size_t total = tarn_draft_column_count(run->draft);
    for (size_t column = total; column > 0 && status == TARN_OK; column--) {
        bool wanted = false;
        for (size_t i = 0; i < count; i++)
            wanted = wanted || columns[i] == column - 1;
        if (!wanted)
            continue;
        if (tarn_draft_column_count(run->draft) == 1)
            status = tarn_fail(error, TARN_E_INVALID, "drop: %s is the last column; drop the table instead (tarn drop)",
                               tarn_draft_column(run->draft, 0)->name);
        else
            status = tarn_draft_drop_column(run->draft, column - 1, error);
    }
    free(columns);
    return status;
}

static char *say_dropped(const tarn_run *run) {
    return run->argument_count == 1 ? tarn_format("dropped column %s", tarn_run_text(run, "column"))
                                    : tarn_format("dropped %zu columns", run->argument_count);
}

static const tarn_parameter_spec drop_parameters[] = {
    {.name = "column",
     .type = TARN_PARAMETER_COLUMN,
     .required = true,
     .repeated = true,
     .description = "the column to drop"},
};
static const tarn_command drop_command = {
    .name = "drop",
    .title = "Drop column",
    .description = "Removes columns. Their values stay in earlier versions.",
    .family = "structure",
    TARN_PARAMETERS(drop_parameters),
    .kind = TARN_KIND_METADATA,
    .change_table = drop_columns,
    .say = say_dropped,
};

const tarn_command *const tarn_structure_commands[] = {&drop_command, &rename_command, NULL};
