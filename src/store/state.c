// What a table version is made of, as a value in memory.
#include "store/state.h"

#include "base/hash.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* ---- counted parts ------------------------------------------------------------------------------------------------
 */

static inline void retain(atomic_size_t *holders) {
    atomic_fetch_add_explicit(holders, 1, memory_order_relaxed);
}

/* True when the caller was the last holder and must free. */
static inline bool let_go(atomic_size_t *holders) {
    return atomic_fetch_sub_explicit(holders, 1, memory_order_acq_rel) == 1;
}

static inline bool is_shared(atomic_size_t *holders) {
    return atomic_load_explicit(holders, memory_order_acquire) > 1;
}

tarn_status tarn_column_key(const char *name, char **key, uint64_t *hash, tarn_error *error) {
    char *made = tarn_name_key(name);
    if (made == NULL)
        return tarn_fail_memory(error);
    *hash = tarn_hash64_of(made, strlen(made));
    if (key != NULL)
        *key = made;
    else
        free(made);
    return TARN_OK;
}

tarn_status tarn_column_head_new(uint32_t field, const char *name, const struct ArrowSchema *type,
                                 tarn_column_head **out, tarn_error *error) {
    tarn_column_head *head = calloc(1, sizeof *head);
    if (head == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_schema_copy(type, name, &head->schema, error);
    if (status == TARN_OK)
        status = tarn_column_key(head->schema.name != NULL ? head->schema.name : "", NULL, &head->key_hash, error);
    if (status != TARN_OK) {
        tarn_schema_release(&head->schema);
        free(head);
        return status;
    }
    atomic_init(&head->holders, 1);
    head->column = (tarn_column){.field = field, .name = head->schema.name, .type = &head->schema};
    *out = head;
    return TARN_OK;
}

void tarn_column_head_release(tarn_column_head *head) {
    if (head == NULL || !let_go(&head->holders))
        return;
    tarn_schema_release(&head->schema);
    free(head);
}

static tarn_patch_list *new_patch_list(size_t count) {
    tarn_patch_list *list = malloc(sizeof *list);
    if (list == NULL)
        return NULL;
    list->ids = malloc(count * sizeof *list->ids);
    list->rows = malloc(count * sizeof *list->rows);
    if (list->ids == NULL || list->rows == NULL) {
        free(list->ids);
        free(list->rows);
        free(list);
        return NULL;
    }
    atomic_init(&list->holders, 1);
    list->count = count;
    return list;
}

static void release_patch_list(tarn_patch_list *list) {
    if (list == NULL || !let_go(&list->holders))
        return;
    free(list->ids);
    free(list->rows);
    free(list);
}

static tarn_column_data *new_data(size_t count) {
    tarn_column_data *data = calloc(1, sizeof *data);
    if (data == NULL)
        return NULL;
    data->ids = calloc(count + 1, sizeof *data->ids);
    if (data->ids == NULL) {
        free(data);
        return NULL;
    }
    atomic_init(&data->holders, 1);
    data->count = data->capacity = count;
    return data;
}

static void release_data(tarn_column_data *data) {
    if (data == NULL || !let_go(&data->holders))
        return;
    for (size_t i = 0; data->patches != NULL && i < data->count; i++)
        release_patch_list(data->patches[i]);
    free(data->patches);
    free(data->ids);
    free(data);
}

/* The first `keep` chunks of `data`, and nulls up to `count`. */
static tarn_column_data *copy_data(const tarn_column_data *data, size_t keep, size_t count) {
    tarn_column_data *copy = new_data(count);
    if (copy == NULL)
        return NULL;
    memcpy(copy->ids, data->ids, keep * sizeof *copy->ids);
    if (data->patches != NULL) {
        copy->patches = calloc(count + 1, sizeof(tarn_patch_list *));
        if (copy->patches == NULL) {
            release_data(copy);
            return NULL;
        }
        for (size_t i = 0; i < keep; i++) {
            copy->patches[i] = data->patches[i];
            if (copy->patches[i] != NULL)
                retain(&copy->patches[i]->holders);
        }
    }
    return copy;
}

static void release_chunks(tarn_chunk_list *chunks) {
    if (chunks == NULL || !let_go(&chunks->holders))
        return;
    free(chunks->extents);
    free(chunks);
}

static void release_live(tarn_live_list *live) {
    if (live == NULL || !let_go(&live->holders))
        return;
    free(live->entries);
    free(live);
}

static void release_order(tarn_order *order) {
    if (order == NULL || !let_go(&order->holders))
        return;
    free(order->pieces);
    free(order);
}

/* ---- states -------------------------------------------------------------------------------------------------------
 */

tarn_status tarn_state_share(const tarn_state *state, tarn_state *out, tarn_error *error) {
    tarn_state copy = *state;
    copy.heads = malloc((state->column_count + 1) * sizeof(tarn_column_head *));
    copy.data = malloc((state->column_count + 1) * sizeof(tarn_column_data *));
    if (copy.heads == NULL || copy.data == NULL) {
        free(copy.heads);
        free(copy.data);
        return tarn_fail_memory(error);
    }
    copy.column_capacity = state->column_count + 1;
    for (size_t i = 0; i < state->column_count; i++) {
        copy.heads[i] = state->heads[i];
        copy.data[i] = state->data[i];
        retain(&copy.heads[i]->holders);
        retain(&copy.data[i]->holders);
    }
    if (copy.chunks != NULL)
        retain(&copy.chunks->holders);
    if (copy.live != NULL)
        retain(&copy.live->holders);
    if (copy.order != NULL)
        retain(&copy.order->holders);
    *out = copy;
    return TARN_OK;
}

void tarn_state_clear(tarn_state *state) {
    for (size_t i = 0; i < state->column_count; i++) {
        tarn_column_head_release(state->heads[i]);
        release_data(state->data[i]);
    }
    free(state->heads);
    free(state->data);
    release_chunks(state->chunks);
    release_live(state->live);
    release_order(state->order);
    *state = (tarn_state){0};
}

tarn_chunk tarn_state_chunk(const tarn_state *state, size_t chunk) {
    tarn_stretch extent = state->chunks->extents[chunk];
    bool whole = tarn_is_no_batch(tarn_state_live_id(state, chunk));
    return (tarn_chunk){.first_row = extent.first_row,
                        .rows = extent.rows,
                        .live = whole ? extent.rows : state->live->entries[chunk].live};
}

tarn_batch_id tarn_state_live_id(const tarn_state *state, size_t chunk) {
    return state->live != NULL ? state->live->entries[chunk].id : TARN_NO_BATCH;
}

const tarn_patch_list *tarn_state_patches(const tarn_state *state, size_t column, size_t chunk) {
    const tarn_column_data *data = state->data[column];
    return data->patches != NULL ? data->patches[chunk] : NULL;
}

bool tarn_state_find_chunk(const tarn_state *state, int64_t row_number, size_t *chunk) {
    size_t low = 0, high = tarn_state_chunk_count(state);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const tarn_stretch *extent = &state->chunks->extents[middle];
        if (row_number < extent->first_row) {
            high = middle;
        } else if (row_number - extent->first_row >= extent->rows) {
            low = middle + 1;
        } else {
            *chunk = middle;
            return true;
        }
    }
    return false;
}

void tarn_state_count_rows(tarn_state *state) {
    state->rows = 0;
    for (size_t i = 0; i < tarn_state_chunk_count(state); i++)
        state->rows += tarn_state_chunk(state, i).live;
}

int64_t tarn_state_end_row(const tarn_state *state) {
    size_t count = tarn_state_chunk_count(state);
    if (count == 0)
        return 0;
    return state->chunks->extents[count - 1].first_row + state->chunks->extents[count - 1].rows;
}

/* ---- columns ------------------------------------------------------------------------------------------------------
 */

static void note_field(tarn_state *state, const tarn_column_head *head) {
    if (head->column.field > state->largest_field)
        state->largest_field = head->column.field;
}

/* Room for one more column; doubled each time, so that a table of many thousands is built in linear time. */
static tarn_status make_room(tarn_state *state, tarn_error *error) {
    size_t capacity = state->column_capacity * 2 + 2;
    if (state->column_count < state->column_capacity)
        return TARN_OK;
    tarn_column_head **heads = realloc(state->heads, capacity * sizeof(tarn_column_head *));
    state->heads = heads != NULL ? heads : state->heads;
    tarn_column_data **columns = realloc(state->data, capacity * sizeof(tarn_column_data *));
    state->data = columns != NULL ? columns : state->data;
    if (heads == NULL || columns == NULL)
        return tarn_fail_memory(error);
    state->column_capacity = capacity;
    return TARN_OK;
}

tarn_status tarn_state_insert_column(tarn_state *state, size_t position, tarn_column_head *head, tarn_error *error) {
    size_t behind = state->column_count - position;
    tarn_column_data *data = new_data(tarn_state_chunk_count(state));
    tarn_status status = data == NULL ? tarn_fail_memory(error) : make_room(state, error);
    if (status != TARN_OK) {
        release_data(data);
        tarn_column_head_release(head);
        return status;
    }
    memmove(state->heads + position + 1, state->heads + position, behind * sizeof(tarn_column_head *));
    memmove(state->data + position + 1, state->data + position, behind * sizeof(tarn_column_data *));
    state->heads[position] = head;
    state->data[position] = data;
    state->column_count++;
    note_field(state, head);
    return TARN_OK;
}

void tarn_state_remove_column(tarn_state *state, size_t column) {
    tarn_column_head_release(state->heads[column]);
    release_data(state->data[column]);
    size_t behind = state->column_count - column - 1;
    memmove(state->heads + column, state->heads + column + 1, behind * sizeof(tarn_column_head *));
    memmove(state->data + column, state->data + column + 1, behind * sizeof(tarn_column_data *));
    state->column_count--;
}

void tarn_state_move_column(tarn_state *state, size_t column, size_t position) {
    tarn_column_head *head = state->heads[column];
    tarn_column_data *data = state->data[column];
    size_t from = column < position ? column + 1 : position, to = column < position ? column : position + 1;
    size_t count = column < position ? position - column : column - position;
    memmove(state->heads + to, state->heads + from, count * sizeof(tarn_column_head *));
    memmove(state->data + to, state->data + from, count * sizeof(tarn_column_data *));
    state->heads[position] = head;
    state->data[position] = data;
}

void tarn_state_set_head(tarn_state *state, size_t column, tarn_column_head *head) {
    tarn_column_head_release(state->heads[column]);
    state->heads[column] = head;
    note_field(state, head);
}

/* ---- values -------------------------------------------------------------------------------------------------------
 */

/* Make the column's data this state's own. */
static tarn_status own_data(tarn_state *state, size_t column, tarn_error *error) {
    tarn_column_data *data = state->data[column];
    if (!is_shared(&data->holders))
        return TARN_OK;
    tarn_column_data *copy = copy_data(data, data->count, data->count);
    if (copy == NULL)
        return tarn_fail_memory(error);
    release_data(data);
    state->data[column] = copy;
    return TARN_OK;
}

tarn_status tarn_state_set_batch(tarn_state *state, size_t column, size_t chunk, tarn_batch_id id, tarn_error *error) {
    const tarn_column_data *present = state->data[column];
    bool patched = present->patches != NULL && present->patches[chunk] != NULL;
    if (!patched && tarn_hash128_equal(present->ids[chunk], id))
        return TARN_OK;
    TARN_TRY(own_data(state, column, error));
    tarn_column_data *data = state->data[column];
    data->ids[chunk] = id;
    if (patched) {
        release_patch_list(data->patches[chunk]);
        data->patches[chunk] = NULL;
    }
    return TARN_OK;
}

tarn_status tarn_state_add_patch(tarn_state *state, size_t column, size_t chunk, tarn_batch_id id, int64_t rows,
                                 tarn_error *error) {
    TARN_TRY(own_data(state, column, error));
    tarn_column_data *data = state->data[column];
    if (data->patches == NULL) {
        data->patches = calloc(data->capacity + 1, sizeof(tarn_patch_list *));
        if (data->patches == NULL)
            return tarn_fail_memory(error);
    }
    tarn_patch_list *old = data->patches[chunk];
    size_t count = old != NULL ? old->count : 0;
    tarn_patch_list *list = new_patch_list(count + 1);
    if (list == NULL)
        return tarn_fail_memory(error);
    if (old != NULL) {
        memcpy(list->ids, old->ids, count * sizeof *list->ids);
        memcpy(list->rows, old->rows, count * sizeof *list->rows);
    }
    list->ids[count] = id;
    list->rows[count] = rows;
    release_patch_list(old);
    data->patches[chunk] = list;
    return TARN_OK;
}

static tarn_live_list *copy_live(const tarn_live_list *live, size_t keep, size_t count) {
    tarn_live_list *copy = malloc(sizeof *copy);
    if (copy == NULL)
        return NULL;
    copy->entries = calloc(count + 1, sizeof *copy->entries);
    if (copy->entries == NULL) {
        free(copy);
        return NULL;
    }
    if (live != NULL)
        memcpy(copy->entries, live->entries, keep * sizeof *copy->entries);
    atomic_init(&copy->holders, 1);
    copy->count = count;
    return copy;
}

static bool all_live(const tarn_live_list *live) {
    for (size_t i = 0; i < live->count; i++) {
        if (!tarn_is_no_batch(live->entries[i].id))
            return false;
    }
    return true;
}

tarn_status tarn_state_set_live(tarn_state *state, size_t chunk, tarn_batch_id id, int64_t live, tarn_error *error) {
    if (tarn_hash128_equal(tarn_state_live_id(state, chunk), id))
        return TARN_OK;
    if (state->live == NULL || is_shared(&state->live->holders)) {
        size_t count = tarn_state_chunk_count(state);
        tarn_live_list *copy = copy_live(state->live, count, count);
        if (copy == NULL)
            return tarn_fail_memory(error);
        release_live(state->live);
        state->live = copy;
    }
    state->live->entries[chunk] = (tarn_live_entry){.id = id, .live = live};
    if (tarn_is_no_batch(id) && all_live(state->live)) {
        release_live(state->live);
        state->live = NULL;
    }
    return TARN_OK;
}

/* ---- chunks and order ----------------------------------------------------------------------------------------------
 */

static tarn_chunk_list *changed_chunks(const tarn_state *state, size_t keep, const tarn_stretch *added, size_t count) {
    tarn_chunk_list *chunks = malloc(sizeof *chunks);
    if (chunks == NULL)
        return NULL;
    chunks->extents = malloc((keep + count + 1) * sizeof *chunks->extents);
    if (chunks->extents == NULL) {
        free(chunks);
        return NULL;
    }
    if (keep > 0)
        memcpy(chunks->extents, state->chunks->extents, keep * sizeof *chunks->extents);
    if (count > 0)
        memcpy(chunks->extents + keep, added, count * sizeof *chunks->extents);
    atomic_init(&chunks->holders, 1);
    chunks->count = chunks->capacity = keep + count;
    return chunks;
}

/* Room for `added` more chunks in data that nobody shares. */
static tarn_status extend_data(tarn_column_data *data, size_t added, tarn_error *error) {
    if (data->count + added > data->capacity) {
        size_t capacity = (data->count + added) * 2;
        tarn_batch_id *ids = realloc(data->ids, capacity * sizeof *ids);
        if (ids == NULL)
            return tarn_fail_memory(error);
        data->ids = ids;
        if (data->patches != NULL) {
            tarn_patch_list **patches = realloc(data->patches, capacity * sizeof *patches);
            if (patches == NULL)
                return tarn_fail_memory(error);
            data->patches = patches;
        }
        data->capacity = capacity;
    }
    memset(data->ids + data->count, 0, added * sizeof *data->ids);
    for (size_t i = 0; data->patches != NULL && i < added; i++)
        data->patches[data->count + i] = NULL;
    data->count += added;
    return TARN_OK;
}

static tarn_status change_data(tarn_state *state, size_t column, size_t keep, size_t added, tarn_error *error) {
    tarn_column_data *data = state->data[column];
    if (keep == data->count && !is_shared(&data->holders))
        return extend_data(data, added, error);
    tarn_column_data *copy = copy_data(data, keep, keep + added);
    if (copy == NULL)
        return tarn_fail_memory(error);
    release_data(data);
    state->data[column] = copy;
    return TARN_OK;
}

static tarn_status change_extents(tarn_state *state, size_t keep, const tarn_stretch *added, size_t count,
                                  tarn_error *error) {
    tarn_chunk_list *chunks = state->chunks;
    if (chunks != NULL && keep == chunks->count && !is_shared(&chunks->holders)) {
        TARN_TRY(tarn_grow(&chunks->extents, &chunks->capacity, keep + count, sizeof *chunks->extents, error));
        memcpy(chunks->extents + keep, added, count * sizeof *added);
        chunks->count += count;
        return TARN_OK;
    }
    chunks = changed_chunks(state, keep, added, count);
    if (chunks == NULL)
        return tarn_fail_memory(error);
    release_chunks(state->chunks);
    state->chunks = chunks;
    return TARN_OK;
}

tarn_status tarn_state_change_chunks(tarn_state *state, size_t keep, const tarn_stretch *added, size_t added_count,
                                     tarn_error *error) {
    size_t count = keep + added_count;
    for (size_t i = 0; i < state->column_count; i++)
        TARN_TRY(change_data(state, i, keep, added_count, error));
    if (state->live != NULL) {
        tarn_live_list *live = copy_live(state->live, keep, count);
        if (live == NULL)
            return tarn_fail_memory(error);
        release_live(state->live);
        state->live = live;
        if (all_live(live)) {
            release_live(live);
            state->live = NULL;
        }
    }
    /* Last, so that after a failure no column or live set is shorter than the chunk list says. */
    return change_extents(state, keep, added, added_count, error);
}

tarn_status tarn_state_set_order(tarn_state *state, tarn_order_kind kind, const tarn_order_piece *pieces, size_t count,
                                 tarn_error *error) {
    tarn_order *order = NULL;
    if (count > 0) {
        order = malloc(sizeof *order);
        if (order == NULL)
            return tarn_fail_memory(error);
        order->pieces = malloc(count * sizeof *pieces);
        if (order->pieces == NULL) {
            free(order);
            return tarn_fail_memory(error);
        }
        memcpy(order->pieces, pieces, count * sizeof *pieces);
        atomic_init(&order->holders, 1);
        order->kind = kind;
        order->count = count;
    }
    release_order(state->order);
    state->order = order;
    return TARN_OK;
}

/* ---- comparing -----------------------------------------------------------------------------------------------------
 */

static bool same_type_and_name(const tarn_column_head *a, const tarn_column_head *b) {
    return a == b || (strcmp(a->column.name, b->column.name) == 0 && tarn_schema_same_type(&a->schema, &b->schema));
}

bool tarn_same_head(const tarn_column_head *a, const tarn_column_head *b) {
    return a->column.field == b->column.field && same_type_and_name(a, b);
}

bool tarn_same_chunks(const tarn_chunk_list *a, const tarn_chunk_list *b) {
    size_t count_a = a != NULL ? a->count : 0, count_b = b != NULL ? b->count : 0;
    return a == b ||
           (count_a == count_b && (count_a == 0 || memcmp(a->extents, b->extents, count_a * sizeof *a->extents) == 0));
}

bool tarn_same_patches(const tarn_patch_list *a, const tarn_patch_list *b) {
    if (a == b)
        return true;
    return a != NULL && b != NULL && a->count == b->count && memcmp(a->ids, b->ids, a->count * sizeof *a->ids) == 0;
}

static bool same_data(const tarn_column_data *a, const tarn_column_data *b) {
    if (a == b)
        return true;
    if (a->count != b->count || memcmp(a->ids, b->ids, a->count * sizeof *a->ids) != 0)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        if (!tarn_same_patches(a->patches ? a->patches[i] : NULL, b->patches ? b->patches[i] : NULL))
            return false;
    }
    return true;
}

static bool same_live(const tarn_state *a, const tarn_state *b) {
    for (size_t i = 0; a->live != b->live && i < tarn_state_chunk_count(a); i++) {
        if (!tarn_hash128_equal(tarn_state_live_id(a, i), tarn_state_live_id(b, i)))
            return false;
    }
    return true;
}

bool tarn_same_order(const tarn_order *a, const tarn_order *b) {
    if (a == b)
        return true;
    if (a == NULL || b == NULL || a->kind != b->kind || a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        if (!tarn_hash128_equal(a->pieces[i].id, b->pieces[i].id))
            return false;
    }
    return true;
}

bool tarn_state_same(const tarn_state *a, const tarn_state *b) {
    if (a->column_count != b->column_count || !tarn_same_chunks(a->chunks, b->chunks) || !same_live(a, b) ||
        !tarn_same_order(a->order, b->order))
        return false;
    bool same_space = a->row_space == b->row_space;
    for (size_t i = 0; i < a->column_count; i++) {
        if (!same_type_and_name(a->heads[i], b->heads[i]) || !same_data(a->data[i], b->data[i]) ||
            (same_space && a->heads[i]->column.field != b->heads[i]->column.field))
            return false;
    }
    return true;
}
