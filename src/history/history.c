// A table's line of versions, and moving along it.
#include "history/history.h"

#include "base/asker.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "store/resolve.h"

#include <stdio.h>
#include <stdlib.h>

tarn_status tarn_history_line(tarn_store *store, const tarn_table_state *table, uint64_t **out, size_t *count,
                              tarn_error *error) {
    uint64_t *line = NULL;
    size_t size = 0, capacity = 0;
    tarn_status status = TARN_OK;
    uint64_t at = table->tip;
    while (at != 0) {
        uint64_t parent;
        /* gc may have cut the line: the oldest version kept then has a parent that is gone. */
        if (size > 0 && !tarn_store_keeps(store, table->id, at))
            break;
        TARN_CHECK(tarn_store_parent(store, table->id, at, &parent, error));
        TARN_CHECK(tarn_grow(&line, &capacity, size + 1, sizeof *line, error));
        line[size++] = at;
        at = parent;
    }
    for (size_t i = 0; i < size / 2; i++) {
        uint64_t other = line[i];
        line[i] = line[size - 1 - i];
        line[size - 1 - i] = other;
    }
    *out = line;
    *count = size;
    line = NULL;
cleanup:
    free(line);
    return status;
}

/* The head's place on the line; the head is always on it. */
static tarn_status find_head(const tarn_table_state *table, const uint64_t *line, size_t count, size_t *place,
                             tarn_error *error) {
    for (size_t i = count; i > 0; i--) {
        if (line[i - 1] == table->head) {
            *place = i - 1;
            return TARN_OK;
        }
    }
    return tarn_fail(error, TARN_E_CORRUPT,
                     "version %llu of %s is not on its own line: run " TARN_ASKER("tarn verify", "verify()"),
                     (unsigned long long)table->head, table->name);
}

static tarn_status move_head(tarn_store *store, const tarn_table_state *table, const char *kind, uint64_t to,
                             uint64_t tip, int64_t started, tarn_move *out, tarn_error *error) {
    char parameters[64];
    snprintf(parameters, sizeof parameters, "{\"version\":%llu}", (unsigned long long)to);
    tarn_event event = {
        .kind = kind, .parameters = parameters, .rows = -1, .cells = -1, .duration = tarn_monotonic() - started};
    TARN_TRY(tarn_store_set_head(store, table->id, to, tip, &event, error));
    *out = (tarn_move){.before = table->head, .after = to};
    return TARN_OK;
}

tarn_status tarn_history_undo(tarn_store *store, const tarn_table_state *table, uint64_t steps, tarn_move *out,
                              tarn_error *error) {
    int64_t started = tarn_monotonic();
    uint64_t at = table->head;
    for (uint64_t step = 0; step < steps; step++) {
        uint64_t parent;
        TARN_TRY(tarn_store_parent(store, table->id, at, &parent, error));
        if (!tarn_store_keeps(store, table->id, parent)) {
            if (step == 0)
                return tarn_fail(error, TARN_E_NOT_FOUND, "nothing to undo: %s is at version %llu, the first one kept",
                                 table->name, (unsigned long long)table->head);
            return tarn_fail(error, TARN_E_NOT_FOUND, "only %llu step%s of %s can be undone, not %llu",
                             (unsigned long long)step, step == 1 ? "" : "s", table->name, (unsigned long long)steps);
        }
        at = parent;
    }
    return move_head(store, table, "undo", at, table->tip, started, out, error);
}

tarn_status tarn_history_redo(tarn_store *store, const tarn_table_state *table, uint64_t steps, tarn_move *out,
                              tarn_error *error) {
    int64_t started = tarn_monotonic();
    if (table->head == table->tip)
        return tarn_fail(error, TARN_E_NOT_FOUND, "nothing to redo: %s is at version %llu, the newest of its line",
                         table->name, (unsigned long long)table->head);
    uint64_t *line = NULL;
    size_t count = 0, place = 0;
    tarn_status status = tarn_history_line(store, table, &line, &count, error);
    if (status == TARN_OK)
        status = find_head(table, line, count, &place, error);
    if (status == TARN_OK && steps > count - 1 - place)
        status = tarn_fail(error, TARN_E_NOT_FOUND, "only %zu step%s of %s can be redone, not %llu", count - 1 - place,
                           count - 1 - place == 1 ? "" : "s", table->name, (unsigned long long)steps);
    if (status == TARN_OK)
        status = move_head(store, table, "redo", line[place + steps], table->tip, started, out, error);
    free(line);
    return status;
}

tarn_status tarn_history_checkout(tarn_store *store, const tarn_table_state *table, uint64_t version, tarn_move *out,
                                  tarn_error *error) {
    int64_t started = tarn_monotonic();
    tarn_version *loaded = NULL; /* so that a version that is gone or damaged is refused before the head moves */
    TARN_TRY(tarn_store_version(store, table->id, version, &loaded, error));
    tarn_version_release(loaded);
    if (version == table->head) {
        *out = (tarn_move){.before = version, .after = version};
        return TARN_OK;
    }
    uint64_t *line = NULL;
    size_t count;
    TARN_TRY(tarn_history_line(store, table, &line, &count, error));
    uint64_t tip = version;
    for (size_t i = 0; i < count; i++) {
        if (line[i] == version)
            tip = table->tip;
    }
    free(line);
    return move_head(store, table, "checkout", version, tip, started, out, error);
}

bool tarn_history_can_undo(tarn_store *store, const tarn_table_state *table) {
    uint64_t parent = 0;
    return tarn_store_parent(store, table->id, table->head, &parent, NULL) == TARN_OK &&
           tarn_store_keeps(store, table->id, parent);
}
