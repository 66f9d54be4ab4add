// Folds.
#include "store/fold.h"

#include "store/compact.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- finding ------------------------------------------------------------------------------------------------------
 */

/* A key that goes on from another one by two numbers. */
static tarn_hash128 mix(tarn_hash128 key, uint64_t a, uint64_t b) {
    uint64_t words[4] = {key.hi, key.lo, a, b};
    uint8_t bytes[sizeof words];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(words[i / 8] >> (8 * (i % 8)));
    return tarn_hash128_of(bytes, sizeof bytes);
}

static tarn_hash128 first_key(const tarn_state *state, size_t column, size_t chunk) {
    tarn_stretch extent = state->chunks->extents[chunk];
    return mix(state->data[column]->ids[chunk], (uint64_t)extent.first_row, (uint64_t)extent.rows);
}

size_t tarn_fold_find(tarn_store *store, const tarn_state *state, size_t column, size_t chunk, tarn_hash128 *key) {
    const tarn_patch_list *list = tarn_state_patches(state, column, chunk);
    size_t found = 0;
    if (list == NULL || list->count < TARN_FOLD_LEAST)
        return 0;
    tarn_hash128 at = first_key(state, column, chunk);
    for (size_t i = 0; i < list->count; i++) {
        tarn_batch_entry entry;
        at = mix(at, list->ids[i].hi, list->ids[i].lo);
        if (i + 1 >= TARN_FOLD_LEAST && tarn_store_find_batch(store, at, &entry) && entry.segment != 0) {
            found = i + 1;
            *key = at;
        }
    }
    return found;
}

/* The key of all patches. */
static tarn_hash128 whole_key(const tarn_state *state, size_t column, size_t chunk) {
    const tarn_patch_list *list = tarn_state_patches(state, column, chunk);
    tarn_hash128 key = first_key(state, column, chunk);
    for (size_t i = 0; i < list->count; i++)
        key = mix(key, list->ids[i].hi, list->ids[i].lo);
    return key;
}

tarn_status tarn_fold_mark(tarn_store *store, const tarn_state *state, tarn_keyed_map *ids, tarn_error *error) {
    for (size_t column = 0; column < state->column_count; column++) {
        for (size_t chunk = 0; state->data[column]->patches != NULL && chunk < tarn_state_chunk_count(state); chunk++) {
            tarn_hash128 key;
            if (tarn_fold_find(store, state, column, chunk, &key) > 0)
                TARN_TRY(tarn_keyed_map_put(ids, &key, error));
        }
    }
    return TARN_OK;
}

/* ---- folding ------------------------------------------------------------------------------------------------------
 */

typedef struct folding {
    tarn_store *store;
    const tarn_fold_options *options;
    tarn_task *task;
    tarn_compaction made; /* only its list of new places is used */
    bool stopped;
} folding;

/* Larger chunks are worth folding only for more patches: each fold is a whole chunk's values on disk. */
#define ROWS_FOR_ONE_MORE 4096

static bool wants_folding(folding *f, const tarn_state *state, size_t column, size_t chunk) {
    const tarn_patch_list *list = tarn_state_patches(state, column, chunk);
    size_t least = TARN_FOLD_LEAST + (size_t)state->chunks->extents[chunk].rows / ROWS_FOR_ONE_MORE;
    tarn_hash128 key;
    return list != NULL && list->count >= least &&
           list->count - tarn_fold_find(f->store, state, column, chunk, &key) >= least;
}

static tarn_status fold(folding *f, const tarn_state *state, size_t column, size_t chunk, tarn_error *error) {
    tarn_batch *batch = NULL;
    tarn_buffer bytes = {0};
    tarn_status status;
    tarn_batch_entry entry = {.id = whole_key(state, column, chunk)};
    TARN_CHECK(tarn_state_read_unfolded(f->store, state, column, chunk, &batch, error));
    TARN_CHECK(tarn_batch_encode(tarn_batch_schema(batch), tarn_batch_array(batch), f->store->options.codec, entry.id,
                                 &bytes, error));
    TARN_CHECK(tarn_segment_append(f->store, &bytes, &entry, error));
    entry.codec = (uint32_t)f->store->options.codec | TARN_BATCH_IS_FOLD;
    status = tarn_keyed_map_put(&f->made.moved, &entry, error);
cleanup:
    tarn_batch_release(batch);
    tarn_buffer_free(&bytes);
    return status;
}

static bool is_over(folding *f) {
    f->stopped = f->stopped || f->made.moved.count >= f->options->most ||
                 (f->options->stop != NULL && f->options->stop(f->options->context));
    return f->stopped;
}

static tarn_status fold_version(folding *f, const tarn_state *state, tarn_error *error) {
    for (size_t column = 0; column < state->column_count; column++) {
        for (size_t chunk = 0; state->data[column]->patches != NULL && chunk < tarn_state_chunk_count(state); chunk++) {
            if (!wants_folding(f, state, column, chunk))
                continue;
            TARN_TRY(tarn_task_check(f->task, error));
            if (is_over(f))
                return TARN_OK;
            tarn_status status = fold(f, state, column, chunk, error);
            if (status == TARN_E_CORRUPT)
                continue; /* verify is for that */
            TARN_TRY(status);
        }
    }
    return TARN_OK;
}

static tarn_status fold_heads(folding *f, tarn_error *error) {
    const tarn_ledger *ledger = &f->store->ledger;
    for (size_t i = 0; i < ledger->table_count && !f->stopped; i++) {
        tarn_version *version;
        if (ledger->tables[i].state.dropped)
            continue;
        tarn_status status = tarn_store_version(f->store, ledger->tables[i].state.id, TARN_HEAD, &version, error);
        if (status == TARN_E_CORRUPT)
            continue;
        TARN_TRY(status);
        status = fold_version(f, &version->state, error);
        tarn_version_release(version);
        TARN_TRY(status);
    }
    return TARN_OK;
}

/* No event: nobody did anything, and nothing that can be seen changed. */
static tarn_status write_places(folding *f, tarn_error *error) {
    tarn_buffer line = {0};
    tarn_json_out out = {.buffer = &line};
    tarn_status status;
    TARN_CHECK(tarn_segment_sync(f->store, error));
    tarn_json_out_open(&out, '{');
    tarn_json_out_key(&out, "kept");
    tarn_json_out_open(&out, '[');
    tarn_json_out_close(&out, ']');
    tarn_compaction_write(&f->made, &out);
    status = out.status == TARN_OK ? tarn_journal_commit(f->store, &line, error) : tarn_fail_memory(error);
cleanup:
    tarn_buffer_free(&line);
    return status;
}

tarn_status tarn_store_fold(tarn_store *store, const tarn_fold_options *options, tarn_task *task, uint64_t *folds,
                            bool *complete, tarn_error *error) {
    *folds = 0;
    *complete = false;
    TARN_TRY(tarn_store_check_writable(store, error));
    if (store->transaction != NULL)
        return tarn_fail(error, TARN_E_LOCKED, "a change is being made to this workspace: try again when it has ended");
    folding f = {.store = store, .options = options, .task = task};
    tarn_compaction_init(&f.made, store, NULL);
    tarn_status status = fold_heads(&f, error);
    bool gives_way = f.stopped && f.made.moved.count < options->most; /* somebody waits: the line has to */
    if (status == TARN_OK && f.made.moved.count > 0 && !gives_way)
        status = write_places(&f, error);
    if (status != TARN_OK || gives_way)
        tarn_segment_abandon(store);
    if (status == TARN_OK && !gives_way) {
        *folds = f.made.moved.count;
        *complete = !f.stopped;
    }
    tarn_compaction_clear(&f.made);
    return status;
}
