/* Changing a draft's columns and chunks. */
#include "store/internal.h"

#include "base/text.h"

#include <stdlib.h>

/* ---- asking ------------------------------------------------------------------------------------------------------ */

size_t tarn_draft_column_count(const tarn_draft *draft) {
    return draft->state.column_count;
}

const tarn_column *tarn_draft_column(const tarn_draft *draft, size_t column) {
    return &draft->state.heads[column]->column;
}

size_t tarn_draft_chunk_count(const tarn_draft *draft) {
    return tarn_state_chunk_count(&draft->state);
}

tarn_chunk tarn_draft_chunk(const tarn_draft *draft, size_t chunk) {
    return tarn_state_chunk(&draft->state, chunk);
}

tarn_status tarn_draft_look(tarn_draft *draft, tarn_version **out, tarn_error *error) {
    TARN_TRY(tarn_draft_complete_order(draft, error));
    TARN_TRY(tarn_version_over(draft->transaction->store, &draft->state, out, error));
    (*out)->table = draft->table;
    (*out)->number = draft->base != NULL ? draft->base->number : 0;
    return TARN_OK;
}

tarn_status tarn_draft_check_column(const tarn_draft *draft, size_t column, tarn_error *error) {
    if (column < draft->state.column_count)
        return TARN_OK;
    return tarn_fail(error, TARN_E_INVALID, "there is no column %zu: the table has %zu", column + 1,
                     draft->state.column_count);
}

tarn_status tarn_draft_check_chunk(const tarn_draft *draft, size_t chunk, tarn_error *error) {
    if (chunk < tarn_state_chunk_count(&draft->state))
        return TARN_OK;
    return tarn_fail(error, TARN_E_INVALID, "there is no chunk %zu: the table has %zu", chunk,
                     tarn_state_chunk_count(&draft->state));
}

/* ---- columns ----------------------------------------------------------------------------------------------------- */

/* Where a hash is in the table, or would be. */
static uint64_t *name_slot(const tarn_draft *draft, uint64_t hash) {
    size_t slot = (size_t)hash & (draft->name_slots - 1);
    while (draft->name_hashes[slot] != 0 && draft->name_hashes[slot] != hash)
        slot = (slot + 1) & (draft->name_slots - 1);
    return &draft->name_hashes[slot];
}

/* As the table holds it: 0 means that a slot is free. */
static uint64_t hash_in_table(uint64_t hash) {
    return hash != 0 ? hash : 1;
}

/* Room for one more hash, and the names that the draft began with when it is the first. */
static tarn_status prepare_names(tarn_draft *draft, tarn_error *error) {
    size_t old_slots = draft->name_slots, slots = old_slots > 0 ? old_slots * 2 : 16;
    uint64_t *old = draft->name_hashes;
    if (draft->name_count * 2 < old_slots)
        return TARN_OK;
    while (old == NULL && slots < draft->state.column_count * 4)
        slots *= 2;
    uint64_t *table = calloc(slots, sizeof *table);
    if (table == NULL)
        return tarn_fail_memory(error);
    draft->name_hashes = table;
    draft->name_slots = slots;
    for (size_t i = 0; i < old_slots; i++)
        if (old[i] != 0)
            *name_slot(draft, old[i]) = old[i];
    free(old);
    for (size_t i = 0; old == NULL && i < draft->state.column_count; i++) {
        uint64_t hash = hash_in_table(draft->state.heads[i]->key_hash), *slot = name_slot(draft, hash);
        draft->name_count += *slot == 0;
        *slot = hash;
    }
    return TARN_OK;
}

/* A name that no column but `self` (SIZE_MAX: none) has; it counts as had from now on. */
static tarn_status check_name(tarn_draft *draft, const char *name, size_t self, tarn_error *error) {
    TARN_TRY(tarn_check_column_name(name, error));
    TARN_TRY(prepare_names(draft, error));
    uint64_t hash;
    TARN_TRY(tarn_column_key(name, NULL, &hash, error));
    uint64_t *slot = name_slot(draft, hash_in_table(hash));
    bool known = *slot != 0; /* or a column that had it went, or another name has the same hash */
    draft->name_count += !known;
    *slot = hash_in_table(hash);
    for (size_t i = 0; known && i < draft->state.column_count; i++) {
        const tarn_column_head *other = draft->state.heads[i];
        if (i != self && other->key_hash == hash && tarn_name_equal(other->column.name, name))
            return tarn_fail(error, TARN_E_EXISTS, "there is a column \"%s\" already: choose another name",
                             other->column.name);
    }
    return TARN_OK;
}

tarn_status tarn_draft_add_column(tarn_draft *draft, const struct ArrowSchema *type, size_t position,
                                  tarn_error *error) {
    tarn_column_head *head;
    if (position > draft->state.column_count)
        position = draft->state.column_count;
    TARN_TRY(check_name(draft, type->name != NULL ? type->name : "", SIZE_MAX, error));
    if (draft->next_field >= UINT32_MAX)
        return tarn_fail(error, TARN_E_UNSUPPORTED, "the table has had more columns than can be numbered");
    TARN_TRY(tarn_column_head_new((uint32_t)draft->next_field, type->name, type, &head, error));
    TARN_TRY(tarn_state_insert_column(&draft->state, position, head, error));
    draft->next_field++;
    return TARN_OK;
}

tarn_status tarn_draft_drop_column(tarn_draft *draft, size_t column, tarn_error *error) {
    TARN_TRY(tarn_draft_check_column(draft, column, error));
    tarn_state_remove_column(&draft->state, column);
    return TARN_OK;
}

tarn_status tarn_draft_rename_column(tarn_draft *draft, size_t column, const char *name, tarn_error *error) {
    tarn_column_head *head;
    TARN_TRY(tarn_draft_check_column(draft, column, error));
    TARN_TRY(check_name(draft, name, column, error));
    const tarn_column *present = &draft->state.heads[column]->column;
    TARN_TRY(tarn_column_head_new(present->field, name, present->type, &head, error));
    tarn_state_set_head(&draft->state, column, head);
    return TARN_OK;
}

tarn_status tarn_draft_move_column(tarn_draft *draft, size_t column, size_t position, tarn_error *error) {
    TARN_TRY(tarn_draft_check_column(draft, column, error));
    TARN_TRY(tarn_draft_check_column(draft, position, error));
    tarn_state_move_column(&draft->state, column, position);
    return TARN_OK;
}

/* ---- values ------------------------------------------------------------------------------------------------------ */

static tarn_status check_batch(const tarn_draft *draft, tarn_batch_id id, tarn_error *error) {
    tarn_batch_entry entry;
    if (tarn_is_no_batch(id) || tarn_store_find_batch(draft->transaction->store, id, &entry))
        return TARN_OK;
    return tarn_fail(error, TARN_E_INVALID, "a batch was not put before it was used");
}

tarn_status tarn_draft_replace_column(tarn_draft *draft, size_t column, const struct ArrowSchema *type,
                                      const tarn_batch_id *ids, tarn_error *error) {
    TARN_TRY(tarn_draft_check_column(draft, column, error));
    size_t chunks = tarn_state_chunk_count(&draft->state);
    for (size_t i = 0; i < chunks; i++)
        TARN_TRY(check_batch(draft, ids[i], error));
    const tarn_column *present = &draft->state.heads[column]->column;
    if (!tarn_schema_same_type(present->type, type)) {
        tarn_column_head *head;
        TARN_TRY(tarn_column_head_new(present->field, present->name, type, &head, error));
        tarn_state_set_head(&draft->state, column, head);
    }
    for (size_t i = 0; i < chunks; i++)
        TARN_TRY(tarn_state_set_batch(&draft->state, column, i, ids[i], error));
    return TARN_OK;
}

tarn_status tarn_draft_replace_batch(tarn_draft *draft, size_t column, size_t chunk, tarn_batch_id id,
                                     tarn_error *error) {
    TARN_TRY(tarn_draft_check_column(draft, column, error));
    TARN_TRY(tarn_draft_check_chunk(draft, chunk, error));
    TARN_TRY(check_batch(draft, id, error));
    return tarn_state_set_batch(&draft->state, column, chunk, id, error);
}

tarn_status tarn_draft_append_chunk(tarn_draft *draft, int64_t rows, const tarn_batch_id *ids, tarn_error *error) {
    tarn_state *state = &draft->state;
    if (rows <= 0 || rows > TARN_CHUNK_ROWS)
        return tarn_fail(error, TARN_E_INVALID, "a chunk has 1 to %d rows, not %lld", TARN_CHUNK_ROWS, (long long)rows);
    if (draft->next_row > (uint64_t)(INT64_MAX - rows))
        return tarn_fail(error, TARN_E_UNSUPPORTED, "the table has had more rows than can be numbered");
    for (size_t i = 0; i < state->column_count; i++)
        TARN_TRY(check_batch(draft, ids[i], error));
    size_t chunk = tarn_state_chunk_count(state);
    tarn_stretch extent = {(int64_t)draft->next_row, rows};
    TARN_TRY(tarn_state_change_chunks(state, chunk, &extent, 1, error));
    draft->next_row += (uint64_t)rows;
    state->rows += rows;
    for (size_t i = 0; i < state->column_count; i++)
        TARN_TRY(tarn_state_set_batch(state, i, chunk, ids[i], error));
    return TARN_OK;
}

tarn_status tarn_draft_restart(tarn_draft *draft, tarn_error *error) {
    (void)error;
    tarn_store *store = draft->transaction->store;
    tarn_state_clear(&draft->state);
    pthread_mutex_lock(&store->lock);
    draft->state.row_space = store->ledger.next_space++;
    pthread_mutex_unlock(&store->lock);
    draft->next_row = 0;
    return TARN_OK;
}
