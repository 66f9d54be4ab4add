/**
 * @file state.h
 * What a table version is made of, as a value in memory. Its parts are counted and shared between versions, so that
 * changing one column of forty costs memory for that column only; a part is changed in place only while nobody else
 * holds it. Private to src/store.
 */
#ifndef TARN_STORE_STATE_H
#define TARN_STORE_STATE_H

#include "store/json.h"
#include "store/store.h"

#include <stdatomic.h>

/** The name for "no batch": all null (values), all live (live sets). */
#define TARN_NO_BATCH ((tarn_batch_id){0, 0})

static inline bool tarn_is_no_batch(tarn_batch_id id) {
    return id.hi == 0 && id.lo == 0;
}

typedef struct tarn_column_head {
    atomic_size_t holders;
    tarn_column column; /* points into `schema` */
    struct ArrowSchema schema;
    uint64_t key_hash; /* of the key of its name: equal for names that are equal ignoring case */
} tarn_column_head;

/** The patches over one chunk of one column, in the order in which they were laid. Never changed once shared. */
typedef struct tarn_patch_list {
    atomic_size_t holders;
    size_t count;
    int64_t *rows; /* how many cells each patch has */
    tarn_batch_id *ids;
} tarn_patch_list;

typedef struct tarn_column_data {
    atomic_size_t holders;
    size_t count; /* chunks */
    size_t capacity;
    tarn_batch_id *ids;
    tarn_patch_list **patches; /* NULL while no chunk has any */
} tarn_column_data;

typedef struct tarn_stretch {
    int64_t first_row, rows;
} tarn_stretch;

typedef struct tarn_chunk_list {
    atomic_size_t holders;
    size_t count, capacity;
    tarn_stretch *extents;
} tarn_chunk_list;

typedef struct tarn_live_entry {
    tarn_batch_id id; /* TARN_NO_BATCH: all live */
    int64_t live;
} tarn_live_entry;

typedef struct tarn_live_list {
    atomic_size_t holders;
    size_t count; /* chunks */
    tarn_live_entry *entries;
} tarn_live_list;

typedef enum tarn_order_kind {
    TARN_ORDER_RUNS,        /* int64 batches of pairs (first row number, rows) */
    TARN_ORDER_PERMUTATION, /* int64 batches of row numbers; rows not named come last, in natural order */
} tarn_order_kind;

typedef struct tarn_order_piece {
    tarn_batch_id id;
    int64_t count; /* int64 values in the batch */
} tarn_order_piece;

typedef struct tarn_order {
    atomic_size_t holders;
    tarn_order_kind kind;
    size_t count;
    tarn_order_piece *pieces;
} tarn_order;

/** A version's content. Zeroed: no columns, no rows. */
typedef struct tarn_state {
    uint64_t row_space;
    size_t column_count;
    size_t column_capacity; /* entries that heads and data have room for */
    uint32_t largest_field; /* no column has a larger one */
    tarn_column_head **heads;
    tarn_column_data **data;
    tarn_chunk_list *chunks; /* NULL: none */
    tarn_live_list *live;    /* NULL: all rows of all chunks */
    tarn_order *order;       /* NULL: natural */
    int64_t rows;            /* live ones */
} tarn_state;

/** `out` shares everything with `state`. */
tarn_status tarn_state_share(const tarn_state *state, tarn_state *out, tarn_error *error);
void tarn_state_clear(tarn_state *state);

static inline size_t tarn_state_chunk_count(const tarn_state *state) {
    return state->chunks ? state->chunks->count : 0;
}
tarn_chunk tarn_state_chunk(const tarn_state *state, size_t chunk);
tarn_batch_id tarn_state_live_id(const tarn_state *state, size_t chunk);
const tarn_patch_list *tarn_state_patches(const tarn_state *state, size_t column, size_t chunk); /**< NULL: none */
/** The chunk that holds a row number; false when none does. */
bool tarn_state_find_chunk(const tarn_state *state, int64_t row_number, size_t *chunk);
/** Recount `rows` from chunks and live sets. */
void tarn_state_count_rows(tarn_state *state);
/** The chunk list without its cuts: the end of the last chunk; 0 without rows. */
int64_t tarn_state_end_row(const tarn_state *state);

/** A column's head of a field; the schema is copied and named `name`. */
tarn_status tarn_column_head_new(uint32_t field, const char *name, const struct ArrowSchema *type,
                                 tarn_column_head **out, tarn_error *error);
/** tarn_column_head.key_hash of a name, and its key as heap text (may be NULL: not wanted). */
tarn_status tarn_column_key(const char *name, char **key, uint64_t *hash, tarn_error *error);
void tarn_column_head_release(tarn_column_head *head); /**< NULL is allowed */
/** Put a head (taken over) and all-null values for it at `position`; on failure the head is released. */
tarn_status tarn_state_insert_column(tarn_state *state, size_t position, tarn_column_head *head, tarn_error *error);
void tarn_state_remove_column(tarn_state *state, size_t column);
void tarn_state_move_column(tarn_state *state, size_t column, size_t position);
void tarn_state_set_head(tarn_state *state, size_t column, tarn_column_head *head); /**< taken over */

/** Set a chunk's batch; its patches go. */
tarn_status tarn_state_set_batch(tarn_state *state, size_t column, size_t chunk, tarn_batch_id id, tarn_error *error);
tarn_status tarn_state_add_patch(tarn_state *state, size_t column, size_t chunk, tarn_batch_id id, int64_t rows,
                                 tarn_error *error);
tarn_status tarn_state_set_live(tarn_state *state, size_t chunk, tarn_batch_id id, int64_t live, tarn_error *error);
/** Cut the chunk list to `keep` chunks and add some: what the columns and live sets say of those is null and live. */
tarn_status tarn_state_change_chunks(tarn_state *state, size_t keep, const tarn_stretch *added, size_t added_count,
                                     tarn_error *error);
/** `count` 0 means the natural order. */
tarn_status tarn_state_set_order(tarn_state *state, tarn_order_kind kind, const tarn_order_piece *pieces, size_t count,
                                 tarn_error *error);

bool tarn_same_head(const tarn_column_head *a, const tarn_column_head *b);
bool tarn_same_chunks(const tarn_chunk_list *a, const tarn_chunk_list *b);
bool tarn_same_order(const tarn_order *a, const tarn_order *b);
bool tarn_same_patches(const tarn_patch_list *a, const tarn_patch_list *b);
/** Equal for whoever looks at the table: row space and field ids may differ when everything else is equal. */
bool tarn_state_same(const tarn_state *a, const tarn_state *b);

/* ---- as JSON (state_json.c) ----------------------------------------------------------------------------------------
 */

/** Called for each batch id that a change names. */
typedef tarn_status (*tarn_id_visitor)(void *context, tarn_batch_id id, tarn_error *error);

/** Append the change that leads from `base` (NULL: from nothing; else of the same row space) to `state`. */
void tarn_state_write(tarn_json_out *out, const tarn_state *base, const tarn_state *state);
/** Call `visit` for each batch id that a change names. */
tarn_status tarn_change_ids(const char *json, size_t size, tarn_id_visitor visit, void *context, tarn_error *error);
/** Apply a change to `state` in place. TARN_E_CORRUPT when it does not fit; then `state` is of no use but can be
 *  cleared. */
tarn_status tarn_state_apply(tarn_state *state, const char *json, size_t size, tarn_error *error);

/** A type as JSON, and back (its name is ""). */
void tarn_type_write(tarn_json_out *out, const struct ArrowSchema *type);
tarn_status tarn_type_read(tarn_json *json, struct ArrowSchema *out, tarn_error *error);

#endif
