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
    TARN_TRY(tarn_change_begin(workspace, table, &state, error));
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
    tarn_status status = move(workspace, &state, tarn_history_checkout, number, out, error);
    tarn_table_state_clear(&state);
    return status;
}

tarn_status tarn_checkout(tarn_workspace *workspace, const char *version, tarn_change *out, tarn_error *error) {
    pthread_mutex_lock(&workspace->writing);
    tarn_status status = checkout(workspace, version, out, error);
    pthread_mutex_unlock(&workspace->writing);
    return status;
}

typedef struct log_reader {
    tarn_store *store;
    uint64_t table;
    tarn_log_entry *entries;
    size_t count, capacity;
} log_reader;

static char *copy(const char *text) {
    return text == NULL ? NULL : tarn_strdup(text);
}

/* Versions that gc removed are left out. */
static tarn_status add_entry(void *context, const tarn_record *record, tarn_error *error) {
    log_reader *reader = context;
    for (size_t i = 0; i < record->table_count; i++) {
        const tarn_record_table *table = &record->tables[i];
        if (table->table != reader->table || !table->is_new_version ||
            !tarn_store_keeps(reader->store, table->table, table->after))
            continue;
        TARN_TRY(tarn_grow(&reader->entries, &reader->capacity, reader->count + 1, sizeof *reader->entries, error));
        reader->entries[reader->count++] = (tarn_log_entry){.version = table->after,
                                                            .parent = table->parent,
                                                            .time = record->time,
                                                            .user = copy(record->user),
                                                            .kind = copy(record->kind),
                                                            .command = copy(record->command),
                                                            .parameters = copy(record->parameters),
                                                            .rows = record->rows,
                                                            .cells = record->cells,
                                                            .table_rows = table->rows,
                                                            .duration = record->duration};
    }
    return TARN_OK;
}

static int newest_first(const void *a, const void *b) {
    const tarn_log_entry *x = a, *y = b;
    return x->version < y->version ? 1 : x->version > y->version ? -1 : 0;
}

static tarn_status mark_line(tarn_store *store, const tarn_table_state *table, log_reader *reader, tarn_error *error) {
    uint64_t *line = NULL;
    size_t count = 0;
    TARN_TRY(tarn_history_line(store, table, &line, &count, error));
    size_t at = count; /* numbers rise along the line, as they do towards the front of the entries */
    for (size_t i = 0; i < reader->count; i++) {
        tarn_log_entry *entry = &reader->entries[i];
        entry->is_head = entry->version == table->head;
        while (at > 0 && line[at - 1] > entry->version)
            at--;
        entry->on_line = at > 0 && line[at - 1] == entry->version;
    }
    free(line);
    return TARN_OK;
}

tarn_status tarn_log(tarn_workspace *workspace, const char *table, tarn_log_entry **out, size_t *count,
                     tarn_error *error) {
    tarn_table_state state;
    TARN_TRY(tarn_store_find(workspace->store, table, &state, error));
    log_reader reader = {.store = workspace->store, .table = state.id};
    tarn_status status = tarn_store_walk(workspace->store, 1, add_entry, &reader, error);
    if (status == TARN_OK && reader.count > 0)
        qsort(reader.entries, reader.count, sizeof *reader.entries, newest_first);
    if (status == TARN_OK)
        status = mark_line(workspace->store, &state, &reader, error);
    tarn_table_state_clear(&state);
    if (status != TARN_OK) {
        tarn_log_free(reader.entries, reader.count);
        return status;
    }
    *out = reader.entries;
    *count = reader.count;
    return TARN_OK;
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
