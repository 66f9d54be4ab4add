// The public functions that apply commands and preview them.
#include "api/key_map.h"
#include "api/workspace.h"
#include "arrow/builder.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static tarn_command_environment environment_of(tarn_workspace *workspace, tarn_task *task) {
    return (tarn_command_environment){.store = workspace->store,
                                      .engine = workspace->engine,
                                      .pool = workspace->pool,
                                      .task = task,
                                      .files = workspace->files,
                                      .filter = workspace->filter};
}

static tarn_argument *to_arguments(const tarn_parameter *parameters, size_t count) {
    tarn_argument *arguments = calloc(count + 1, sizeof *arguments);
    for (size_t i = 0; arguments != NULL && i < count; i++)
        arguments[i] = (tarn_argument){parameters[i].name, parameters[i].value};
    return arguments;
}

static tarn_status apply(tarn_workspace *workspace, const tarn_table_state *table, const char *command,
                         const tarn_parameter *parameters, size_t parameter_count, tarn_task *task,
                         tarn_key_map_writing *key_map, tarn_change *out, tarn_error *error) {
    const tarn_command *found;
    tarn_command_environment environment = environment_of(workspace, task);
    tarn_outcome outcome = {0};
    TARN_TRY(tarn_command_find(command, &found, error));
    if (key_map != NULL)
        TARN_TRY(tarn_key_map_begin(key_map, found, &environment, error));
    tarn_argument *arguments = to_arguments(parameters, parameter_count);
    if (arguments == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_command_apply(&environment, table, found, arguments, parameter_count, &outcome, error);
    free(arguments);
    if (status != TARN_OK)
        return status;
    status = tarn_change_describe(workspace, table->id, outcome.before, out, error);
    if (status != TARN_OK) {
        free(outcome.message);
        return status;
    }
    out->message = outcome.message;
    out->changed = outcome.changed;
    out->rows = outcome.rows;
    out->cells = outcome.cells;
    out->duration = outcome.duration;
    return TARN_OK;
}

tarn_status tarn_apply(tarn_workspace *workspace, const char *table, const char *command,
                       const tarn_parameter *parameters, size_t parameter_count, tarn_task *task, tarn_change *out,
                       tarn_error *error) {
    tarn_table_state state;
    TARN_TRY(tarn_change_begin(workspace, table, task, &state, error));
    tarn_status status = apply(workspace, &state, command, parameters, parameter_count, task, NULL, out, error);
    tarn_change_end(workspace, &state);
    return status;
}

tarn_status tarn_apply_with_key_map(tarn_workspace *workspace, const char *table, const char *command,
                                    const tarn_parameter *parameters, size_t parameter_count, tarn_key_map *key_map,
                                    tarn_task *task, tarn_change *out, tarn_error *error) {
    tarn_table_state state;
    tarn_key_map_writing writing = {.io = tarn_workspace_io(workspace, task), .map.file = key_map->file};
    TARN_TRY(tarn_change_begin(workspace, table, task, &state, error));
    tarn_status status = apply(workspace, &state, command, parameters, parameter_count, task, &writing, out, error);
    tarn_change_end(workspace, &state);
    tarn_key_map_end(&writing, status == TARN_OK, &key_map->written);
    return status;
}

typedef struct collector {
    tarn_preview *preview;
    size_t limit, capacity;
    tarn_status status;
    tarn_error *error;
} collector;

static tarn_status value_text(const struct ArrowSchema *type, const struct ArrowArray *values, int64_t i, char **out,
                              tarn_error *error) {
    tarn_buffer text = {0};
    bool is_null = false;
    tarn_status status = tarn_array_print(type, values, i, &text, &is_null, error);
    if (status == TARN_OK && !is_null) {
        *out = tarn_strndup((const char *)text.data, text.size);
        status = *out == NULL ? tarn_fail_memory(error) : TARN_OK;
    }
    tarn_buffer_free(&text);
    return status;
}

static tarn_status collect(collector *c, int64_t row, const char *column, const struct ArrowSchema *old_type,
                           const struct ArrowArray *old_values, const struct ArrowSchema *new_type,
                           const struct ArrowArray *new_values, int64_t index) {
    tarn_preview *preview = c->preview;
    TARN_TRY(tarn_grow(&preview->cells, &c->capacity, preview->cell_count + 1, sizeof *preview->cells, c->error));
    tarn_cell_change *cell = &preview->cells[preview->cell_count++];
    *cell = (tarn_cell_change){.row = row, .column = tarn_strdup(column)};
    if (cell->column == NULL)
        return tarn_fail_memory(c->error);
    TARN_TRY(value_text(old_type, old_values, index, &cell->before, c->error));
    return value_text(new_type, new_values, index, &cell->after, c->error);
}

static bool collect_cell(void *context, int64_t row, const char *column, const struct ArrowSchema *old_type,
                         const struct ArrowArray *old_values, const struct ArrowSchema *new_type,
                         const struct ArrowArray *new_values, int64_t index) {
    collector *c = context;
    if (c->preview->cell_count == c->limit) {
        c->preview->complete = false;
        return false;
    }
    c->status = collect(c, row, column, old_type, old_values, new_type, new_values, index);
    return c->status == TARN_OK;
}

/* What a command on rows or columns found, whether it came to an end or not. */
static void take_rows(tarn_preview *preview, tarn_preview_request *request) {
    int64_t all = request->rows_after;
    if (request->shown == NULL) {
        tarn_preview_request_clear(request);
        return;
    }
    if (strcmp(request->shown, "removed") == 0)
        all = request->rows_before - request->rows_after;
    else if (strcmp(request->shown, "added") == 0)
        all = request->rows_after - request->rows_before;
    else if (strcmp(request->shown, "changes") == 0 || strcmp(request->shown, "conflicts") == 0)
        all = request->concerned;
    preview->message = request->message;
    preview->shown = request->shown;
    preview->schema = request->schema;
    preview->rows = request->rows;
    preview->rows_before = request->rows_before;
    preview->rows_after = request->rows_after;
    preview->complete = preview->rows.length >= all;
}

static tarn_status preview(tarn_workspace *workspace, const tarn_table_state *table, const char *command,
                           const tarn_parameter *parameters, size_t parameter_count, size_t limit, tarn_task *task,
                           tarn_preview *out, tarn_error *error) {
    const tarn_command *found;
    tarn_command_environment environment = environment_of(workspace, task);
    TARN_TRY(tarn_command_find(command, &found, error));
    tarn_argument *arguments = to_arguments(parameters, parameter_count);
    if (arguments == NULL)
        return tarn_fail_memory(error);
    tarn_preview made = {.complete = true};
    collector c = {.preview = &made, .limit = limit, .error = error};
    tarn_preview_request request = {.visit = collect_cell, .context = &c, .limit = (int64_t)limit};
    tarn_status status = tarn_command_preview(&environment, table, found, arguments, parameter_count, &request, error);
    free(arguments);
    if (status == TARN_OK)
        status = c.status;
    take_rows(&made, &request);
    if (status == TARN_OK)
        *out = made;
    else
        tarn_preview_clear(&made);
    return status;
}

tarn_status tarn_preview_command(tarn_workspace *workspace, const char *table, const char *command,
                                 const tarn_parameter *parameters, size_t parameter_count, size_t limit,
                                 tarn_task *task, tarn_preview *out, tarn_error *error) {
    tarn_table_state state;
    TARN_TRY(tarn_store_find(workspace->store, table, &state, error));
    tarn_status status = preview(workspace, &state, command, parameters, parameter_count, limit, task, out, error);
    tarn_table_state_clear(&state);
    return status;
}

void tarn_preview_clear(tarn_preview *preview) {
    for (size_t i = 0; i < preview->cell_count; i++) {
        free(preview->cells[i].column);
        free(preview->cells[i].before);
        free(preview->cells[i].after);
    }
    free(preview->cells);
    free(preview->message);
    if (preview->schema.release != NULL)
        preview->schema.release(&preview->schema);
    if (preview->rows.release != NULL)
        preview->rows.release(&preview->rows);
    *preview = (tarn_preview){0};
}

tarn_status tarn_commands_json(char **out, tarn_error *error) {
    return tarn_command_describe(out, error);
}
