/**
 * @file history.h
 * A table's line of versions, and moving along it.
 *
 * Versions form a tree: each has one parent. A table has a head (what people see) and a tip; the *line* is the path
 * from the first version to the tip, and the head lies on it. Undo moves the head to its parent, redo to its child on
 * the line. A new version is a child of the head and becomes head and tip, so what was ahead leaves the line: it stays
 * reachable by number until gc. Checking out a version that is on the line keeps the tip; any other becomes the tip.
 * Moving costs one journal record, whatever the versions hold.
 */
#ifndef TARN_HISTORY_HISTORY_H
#define TARN_HISTORY_HISTORY_H

#include "store/store.h"

typedef struct tarn_move {
    uint64_t before, after; /**< head */
} tarn_move;

/** `steps` at least 1; TARN_E_NOT_FOUND says how many steps there are. */
tarn_status tarn_history_undo(tarn_store *store, const tarn_table_state *table, uint64_t steps, tarn_move *out,
                              tarn_error *error);
tarn_status tarn_history_redo(tarn_store *store, const tarn_table_state *table, uint64_t steps, tarn_move *out,
                              tarn_error *error);
tarn_status tarn_history_checkout(tarn_store *store, const tarn_table_state *table, uint64_t version, tarn_move *out,
                                  tarn_error *error);

/** Whether one more step back is possible (its version is still kept). */
bool tarn_history_can_undo(tarn_store *store, const tarn_table_state *table);

/** The versions on the line from the first one kept to the tip, in that order; free with free(). */
tarn_status tarn_history_line(tarn_store *store, const tarn_table_state *table, uint64_t **out, size_t *count,
                              tarn_error *error);

#endif
