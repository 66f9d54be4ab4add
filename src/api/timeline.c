/* A table's history: moving along it, and reading it. */
#include "api/workspace.h"
#include "base/clock.h"
#include "base/text.h"

#include <stdlib.h>

typedef tarn_status (*mover)(tarn_store *store, const tarn_table_state *table, uint64_t number, tarn_move *out,
                             tarn_error *error);

static tarn_status move(tarn_workspace *workspace, const tarn_table_state *table, mover how, uint64_t number,
                        tarn_change *out, tarn_error *error) {
    int64_t started = tarn_monotonic();
    tarn_move moved;
    TARN_TRY(how(workspace->store, table, number, &moved, error));
    TARN_TRY(tarn_change_describe(workspace, table->id, moved.before, out, error));
    out->duration = tarn_monotonic() - started;
    return TARN_OK;
}

static tarn_status move_steps(tarn_workspace *workspace, const char *table, mover how, unsigned steps, tarn_change *out,
                              tarn_error *error) {
    tarn_table_state state;
    if (steps == 0)
        return tarn_fail(error, TARN_E_INVALID, "the number of steps must be 1 or more");
    TARN_TRY(tarn_change_begin(workspace, table, NULL, &state, error));
    tarn_status status = move(workspace, &state, how, steps, out, error);
    tarn_change_end(workspace, &state);
    return status;
}

tarn_status tarn_undo(tarn_workspace *workspace, const char *table, unsigned steps, tarn_change *out,
                      tarn_error *error) {
    return move_steps(workspace, table, tarn_history_undo, steps, out, error);
}

tarn_status tarn_redo(tarn_workspace *workspace, const char *table, unsigned steps, tarn_change *out,
                      tarn_error *error) {
    return move_steps(workspace, table, tarn_history_redo, steps, out, error);
}

static tarn_status checkout(tarn_workspace *workspace, const char *version, tarn_change *out, tarn_error *error) {
    tarn_table_state state;
    uint64_t number;
    if (tarn_store_is_read_only(workspace->store))
        return tarn_fail(error, TARN_E_READ_ONLY, "the workspace is open for reading only");
    TARN_TRY(tarn_store_resolve(workspace->store, version, &state, &number, error));
    tarn_status status = tarn_change_check_version(workspace, &state, error);
    if (status == TARN_OK)
        status = move(workspace, &state, tarn_history_checkout, number, out, error);
    tarn_table_state_clear(&state);
    return status;
}

tarn_status tarn_checkout(tarn_workspace *workspace, const char *version, tarn_change *out, tarn_error *error) {
    TARN_TRY(tarn_writing_begin(workspace, NULL, error));
    tarn_status status = checkout(workspace, version, out, error);
    tarn_writing_end(workspace);
    return status;
}

/* ---- reading it ---- */

typedef struct reading {
    tarn_store *store;
    const tarn_table_state *table;
    tarn_log_entry *entries; /* by rising version */
    size_t count, capacity;
} reading;

static tarn_status copy(const char *text, char **out, tarn_error *error) {
    *out = text == NULL ? NULL : tarn_strdup(text);
    return text != NULL && *out == NULL ? tarn_fail_memory(error) : TARN_OK;
}

static tarn_status take_record(void *context, const tarn_record *record, tarn_error *error) {
    tarn_log_entry *entry = context;
    entry->time = record->time;
    entry->rows = record->rows;
    entry->cells = record->cells;
    entry->duration = record->duration;
    TARN_TRY(copy(record->user, &entry->user, error));
    TARN_TRY(copy(record->kind, &entry->kind, error));
    TARN_TRY(copy(record->command, &entry->command, error));
    return copy(record->parameters, &entry->parameters, error);
}

/* A version outlives the record that made it when that was pruned from the journal. */
static tarn_status read_record(reading *r, tarn_log_entry *entry, tarn_error *error) {
    tarn_error problem = {0};
    tarn_status status = tarn_store_record_of(r->store, r->table->id, entry->version, take_record, entry, &problem);
    if (status == TARN_E_NOT_FOUND)
        return TARN_OK;
    if (status != TARN_OK && error != NULL)
        *error = problem;
    return status;
}

static tarn_status read_version(reading *r, uint64_t number, bool with_removed, tarn_error *error) {
    tarn_version_info info;
    if (!tarn_store_version_info(r->store, r->table->id, number, &info) || (info.removed && !with_removed))
        return TARN_OK;
    TARN_TRY(tarn_grow(&r->entries, &r->capacity, r->count + 1, sizeof *r->entries, error));
    tarn_log_entry *entry = &r->entries[r->count++];
    *entry = (tarn_log_entry){.version = number,
                              .parent = info.parent,
                              .rows = -1,
                              .cells = -1,
                              .table_rows = info.rows,
                              .table_columns = info.columns,
                              .is_head = number == r->table->head,
                              .is_tip = number == r->table->tip,
                              .reachable = !info.removed};
    return read_record(r, entry, error);
}

static tarn_status read_versions(reading *r, bool with_removed, tarn_error *error) {
    uint64_t *numbers = NULL;
    size_t count = 0;
    TARN_TRY(tarn_store_version_numbers(r->store, r->table->id, &numbers, &count, error));
    tarn_status status = TARN_OK;
    for (size_t i = 0; status == TARN_OK && i < count && numbers[i] <= r->table->newest; i++)
        status = read_version(r, numbers[i], with_removed, error);
    free(numbers);
    return status;
}

/* Numbers rise along the line as they do among the entries. */
static tarn_status mark_line(reading *r, tarn_error *error) {
    uint64_t *line = NULL;
    size_t count = 0, at = 0;
    TARN_TRY(tarn_history_line(r->store, r->table, &line, &count, error));
    for (size_t i = 0; i < r->count; i++) {
        while (at < count && line[at] < r->entries[i].version)
            at++;
        r->entries[i].on_line = at < count && line[at] == r->entries[i].version;
    }
    free(line);
    return TARN_OK;
}

static tarn_status read_log(tarn_store *store, const tarn_table_state *table, bool with_removed, tarn_log_entry **out,
                            size_t *count, tarn_error *error) {
    reading r = {.store = store, .table = table};
    tarn_status status = read_versions(&r, with_removed, error);
    if (status == TARN_OK)
        status = mark_line(&r, error);
    if (status != TARN_OK) {
        tarn_log_free(r.entries, r.count);
        return status;
    }
    *out = r.entries;
    *count = r.count;
    return TARN_OK;
}

tarn_status tarn_log(tarn_workspace *workspace, const char *table, tarn_log_entry **out, size_t *count,
                     tarn_error *error) {
    tarn_table_state state;
    TARN_TRY(tarn_store_find(workspace->store, table, &state, error));
    tarn_status status = read_log(workspace->store, &state, false, out, count, error);
    tarn_table_state_clear(&state);
    for (size_t i = 0; status == TARN_OK && i < *count / 2; i++) { /* the newest first */
        tarn_log_entry other = (*out)[i];
        (*out)[i] = (*out)[*count - 1 - i];
        (*out)[*count - 1 - i] = other;
    }
    return status;
}

void tarn_log_free(tarn_log_entry *entries, size_t count) {
    for (size_t i = 0; i < count; i++) {
        free(entries[i].user);
        free(entries[i].kind);
        free(entries[i].command);
        free(entries[i].parameters);
    }
    free(entries);
}

tarn_status tarn_timeline_get(tarn_workspace *workspace, const char *table, tarn_timeline *out, tarn_error *error) {
    tarn_table_state state;
    tarn_timeline timeline = {0};
    TARN_TRY(tarn_store_find(workspace->store, table, &state, error));
    tarn_status status = read_log(workspace->store, &state, true, &timeline.entries, &timeline.entry_count, error);
    if (status == TARN_OK) {
        timeline.table = state.name;
        state.name = NULL; /* moved */
        timeline.head = state.head;
        timeline.tip = state.tip;
        timeline.newest = state.newest;
        timeline.can_undo = tarn_history_can_undo(workspace->store, &state);
        timeline.can_redo = state.head != state.tip;
        *out = timeline;
    }
    tarn_table_state_clear(&state);
    return status;
}

void tarn_timeline_clear(tarn_timeline *timeline) {
    free(timeline->table);
    tarn_log_free(timeline->entries, timeline->entry_count);
    *timeline = (tarn_timeline){0};
}
