// The public functions that list tables and describe them.
#include "api/workspace.h"
#include "base/text.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static tarn_status describe_table(tarn_workspace *workspace, tarn_table_state *state, tarn_table_info *out) {
    *out = (tarn_table_info){.name = state->name,
                             .rows = state->rows,
                             .columns = state->columns,
                             .version = state->head,
                             .newest = state->newest,
                             .can_undo = tarn_history_can_undo(workspace->store, state),
                             .can_redo = state->head != state->tip,
                             .dropped = state->dropped,
                             .created = state->created,
                             .changed = state->changed};
    state->name = NULL; /* moved */
    return TARN_OK;
}

tarn_status tarn_tables(tarn_workspace *workspace, bool with_dropped, tarn_table_info **out, size_t *count,
                        tarn_error *error) {
    tarn_table_state *states = NULL;
    size_t found = 0;
    TARN_TRY(tarn_store_tables(workspace->store, with_dropped, &states, &found, error));
    tarn_table_info *tables = calloc(found + 1, sizeof *tables);
    if (tables == NULL) {
        tarn_table_states_free(states, found);
        return tarn_fail_memory(error);
    }
    for (size_t i = 0; i < found; i++)
        describe_table(workspace, &states[i], &tables[i]);
    tarn_table_states_free(states, found);
    *out = tables;
    *count = found;
    return TARN_OK;
}

void tarn_tables_free(tarn_table_info *tables, size_t count) {
    for (size_t i = 0; i < count; i++)
        tarn_table_info_clear(&tables[i]);
    free(tables);
}

void tarn_table_info_clear(tarn_table_info *table) {
    free(table->name);
    *table = (tarn_table_info){0};
}

tarn_status tarn_table_get(tarn_workspace *workspace, const char *version, tarn_table_info *out, tarn_error *error) {
    tarn_table_state state;
    uint64_t number;
    tarn_version *loaded = NULL;
    TARN_TRY(tarn_store_resolve(workspace->store, version, &state, &number, error));
    tarn_status status = tarn_store_version(workspace->store, state.id, number, &loaded, error);
    if (status == TARN_OK) {
        describe_table(workspace, &state, out);
        out->version = number;
        out->rows = tarn_version_rows(loaded);
        out->columns = (int64_t)tarn_version_column_count(loaded);
    }
    tarn_version_release(loaded);
    tarn_table_state_clear(&state);
    return status;
}

tarn_status tarn_version_tag(tarn_workspace *workspace, const char *version, char tag[TARN_TAG_SIZE],
                             tarn_error *error) {
    tarn_table_state state;
    uint64_t number;
    TARN_TRY(tarn_store_resolve(workspace->store, version, &state, &number, error));
    snprintf(tag, TARN_TAG_SIZE, "%" PRIx64 "-%" PRIx64, state.id, number);
    tarn_table_state_clear(&state);
    return TARN_OK;
}

tarn_status tarn_schema(tarn_workspace *workspace, const char *version, struct ArrowSchema *out, tarn_error *error) {
    tarn_version *loaded;
    TARN_TRY(tarn_store_open_version(workspace->store, version, &loaded, error));
    tarn_status status = tarn_version_schema(loaded, out, error);
    tarn_version_release(loaded);
    return status;
}

tarn_status tarn_scan(tarn_workspace *workspace, const char *version, struct ArrowArrayStream *out, tarn_error *error) {
    tarn_version *loaded;
    TARN_TRY(tarn_store_open_version(workspace->store, version, &loaded, error));
    tarn_status status = tarn_version_stream(loaded, NULL, 0, NULL, out, error);
    tarn_version_release(loaded);
    return status;
}

tarn_status tarn_rename(tarn_workspace *workspace, const char *table, const char *name, tarn_error *error) {
    tarn_table_state state;
    TARN_TRY(tarn_change_begin(workspace, table, NULL, &state, error));
    json_t *object =
        json_pack("{s:s, s:s}", "from", state.name, "to", name); /* NULL for what is no text: refused below */
    char *parameters = json_dumps(object, JSON_COMPACT);
    tarn_event event = {.kind = "rename", .parameters = parameters, .rows = -1, .cells = -1};
    tarn_status status = tarn_store_rename_table(workspace->store, state.id, name, &event, error);
    free(parameters);
    json_decref(object);
    tarn_change_end(workspace, &state);
    return status;
}

tarn_status tarn_drop(tarn_workspace *workspace, const char *table, tarn_error *error) {
    tarn_table_state state;
    TARN_TRY(tarn_change_begin(workspace, table, NULL, &state, error));
    tarn_event event = {.kind = "drop", .rows = -1, .cells = -1};
    tarn_status status = tarn_store_drop_table(workspace->store, state.id, &event, error);
    tarn_change_end(workspace, &state);
    return status;
}

static tarn_status undrop(tarn_workspace *workspace, const char *table, tarn_error *error) {
    tarn_table_state state;
    if (tarn_store_is_read_only(workspace->store))
        return tarn_fail(error, TARN_E_READ_ONLY, "the workspace is open for reading only");
    TARN_TRY(tarn_store_find_dropped(workspace->store, table, &state, error));
    tarn_event event = {.kind = "undrop", .rows = -1, .cells = -1};
    tarn_status status = tarn_store_undrop_table(workspace->store, state.id, &event, error);
    tarn_table_state_clear(&state);
    return status;
}

tarn_status tarn_undrop(tarn_workspace *workspace, const char *table, tarn_error *error) {
    TARN_TRY(tarn_writing_begin(workspace, NULL, error));
    tarn_status status = undrop(workspace, table, error);
    tarn_writing_end(workspace);
    return status;
}
