/* Commands that change which columns there are. They write one journal record and no values. */
#include "base/asker.h"
#include "base/text.h"
#include "command/families.h"

#include <stdlib.h>

static char *say_columns(const char *verb, const tarn_run *run) {
    size_t given = 0;
    for (size_t i = 0; i < run->argument_count; i++)
        given += run->arguments[i].name == run->command->parameters[0].name;
    return given == 1 ? tarn_format("%s column %s", verb, tarn_run_text(run, "column"))
                      : tarn_format("%s %zu columns", verb, given);
}

static tarn_status rename_column(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    size_t column;
    TARN_TRY(tarn_run_column(run, "column", &column, error));
    TARN_TRY(tarn_plan_columns(run, plan, true, error));
    tarn_plan_remove_column(plan, column);
    TARN_TRY(tarn_plan_check_name(plan, tarn_run_text(run, "to"), error));
    return tarn_plan_put_column(plan, column, tarn_run_text(run, "to"), column, NULL, error);
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
    .plan = rename_column,
    .say = say_renamed,
};

static tarn_status drop_columns(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    size_t *columns, count;
    TARN_TRY(tarn_run_columns(run, "column", &columns, &count, error));
    tarn_status status = tarn_plan_columns(run, plan, true, error);
    for (size_t i = 0; i < count && status == TARN_OK; i++) {
        size_t place = tarn_plan_place_of(plan, columns[i]);
        if (place < plan->column_count)
            tarn_plan_remove_column(plan, place);
        if (plan->column_count == 0)
            status =
                tarn_fail(error, TARN_E_INVALID,
                          "drop: %s is the last column; drop the table instead (" TARN_ASKER("tarn drop", "drop()") ")",
                          tarn_version_column(run->base, columns[i])->name);
    }
    free(columns);
    return status;
}

static char *say_dropped(const tarn_run *run) {
    return say_columns("dropped", run);
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
    .plan = drop_columns,
    .say = say_dropped,
};

static tarn_status duplicate_column(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    size_t column;
    TARN_TRY(tarn_run_column(run, "column", &column, error));
    TARN_TRY(tarn_plan_columns(run, plan, true, error));
    const char *wanted = tarn_run_text(run, "name");
    if (wanted != NULL) {
        TARN_TRY(tarn_plan_check_name(plan, wanted, error));
        return tarn_plan_put_column(plan, column + 1, wanted, column, NULL, error);
    }
    char *name = tarn_plan_free_name(plan, tarn_version_column(run->base, column)->name);
    if (name == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_plan_put_column(plan, column + 1, name, column, NULL, error);
    free(name);
    return status;
}

static char *say_duplicated(const tarn_run *run) {
    return say_columns("duplicated", run);
}

static const tarn_parameter_spec duplicate_parameters[] = {
    {.name = "column", .type = TARN_PARAMETER_COLUMN, .required = true, .description = "the column to copy"},
    {.name = "name",
     .type = TARN_PARAMETER_NAME,
     .description = "the copy's name (default: the column's and a number)"},
};
static const tarn_command duplicate_command = {
    .name = "duplicate",
    .title = "Duplicate column",
    .description = "Puts a copy of a column behind it. The values are shared until one of the two changes.",
    .family = "structure",
    TARN_PARAMETERS(duplicate_parameters),
    .kind = TARN_KIND_METADATA,
    .plan = duplicate_column,
    .say = say_duplicated,
};

/* The columns named, each once. */
static tarn_status move_named(tarn_run *run, tarn_plan *plan, const size_t *columns, size_t count, size_t position,
                              tarn_error *error) {
    for (size_t i = 0; i < count; i++) {
        size_t place = tarn_plan_place_of(plan, columns[i]);
        if (place == plan->column_count)
            return tarn_fail(error, TARN_E_INVALID, "column \"%s\" is named twice",
                             tarn_version_column(run->base, columns[i])->name);
        tarn_plan_remove_column(plan, place);
    }
    for (size_t i = 0; i < count; i++)
        TARN_TRY(tarn_plan_put_column(plan, position + i, tarn_version_column(run->base, columns[i])->name, columns[i],
                                      NULL, error));
    return TARN_OK;
}

static tarn_status reorder_columns(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    size_t *columns, count;
    int64_t position = tarn_run_integer(run, "position");
    if (position < 1)
        return tarn_fail(error, TARN_E_INVALID, "position must be 1 (first) or more, not %lld", (long long)position);
    TARN_TRY(tarn_run_columns(run, "column", &columns, &count, error));
    tarn_status status = tarn_plan_columns(run, plan, true, error);
    if (status == TARN_OK && (size_t)position + count - 1 > plan->column_count)
        position = (int64_t)(plan->column_count - count) + 1;
    if (status == TARN_OK)
        status = move_named(run, plan, columns, count, (size_t)(position < 1 ? 0 : position - 1), error);
    free(columns);
    return status;
}

static char *say_reordered(const tarn_run *run) {
    return say_columns("moved", run);
}

static const tarn_parameter_spec reorder_parameters[] = {
    {.name = "column",
     .type = TARN_PARAMETER_COLUMN,
     .required = true,
     .repeated = true,
     .description = "the columns to move, in the order that they are to have"},
    {.name = "position",
     .type = TARN_PARAMETER_INTEGER,
     .default_value = "1",
     .description = "where the first of them goes: 1 is first; beyond the end is last"},
};
static const tarn_command reorder_command = {
    .name = "reorder",
    .title = "Reorder columns",
    .description = "Moves columns to another place. The others keep their order.",
    .family = "structure",
    TARN_PARAMETERS(reorder_parameters),
    .kind = TARN_KIND_METADATA,
    .plan = reorder_columns,
    .say = say_reordered,
};

const tarn_command *const tarn_structure_commands[] = {
    &tarn_command_add_column,
    &tarn_command_cast,
    &tarn_command_combine_columns,
    &drop_command,
    &duplicate_command,
    &tarn_command_parse_json,
    &tarn_command_pivot,
    &rename_command,
    &reorder_command,
    &tarn_command_split_column,
    &tarn_command_transpose,
    &tarn_command_unnest,
    &tarn_command_unpivot,
    NULL,
};
