/**
 * @file fold.h
 * Folds: what patches make of a chunk, kept ready beside them, so that reading does not become slower with every edit.
 * A fold changes no version and no reference; it is a batch that the index finds by what it stands for. Private to
 * src/store.
 */
#ifndef TARN_STORE_FOLD_H
#define TARN_STORE_FOLD_H

#include "store/internal.h"

/** The longest stretch of the first patches of a chunk that is folded; 0 when none is. `*key` is the fold's id. */
size_t tarn_fold_find(tarn_store *store, const tarn_state *state, size_t column, size_t chunk, tarn_hash128 *key);

/** A chunk's values by base and patches alone. */
tarn_status tarn_state_read_unfolded(tarn_store *store, const tarn_state *state, size_t column, size_t chunk,
                                     tarn_batch **out, tarn_error *error);

/** Add the folds that a version's chunks are read from to a set of ids. */
tarn_status tarn_fold_mark(tarn_store *store, const tarn_state *state, tarn_keyed_map *ids, tarn_error *error);

#endif
