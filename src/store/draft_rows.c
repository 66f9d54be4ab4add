/* Which rows of a draft are live, and rows that are inserted. */
#include "store/internal.h"

#include <stdlib.h>

/* Inserted rows are joined to a last chunk up to this size, so that typing in rows does not make a chunk of each. */
#define SMALL_CHUNK 2048
#define SMALL_BYTES (1 << 20) /* of a column */

/* ---- live sets --------------------------------------------------------------------------------------------------- */

/* Keep bits as a boolean batch and set them as the chunk's live rows. */
static tarn_status put_live(tarn_draft *draft, size_t chunk, const uint8_t *bits, int64_t rows, tarn_error *error) {
    struct ArrowSchema schema = {0};
    struct ArrowArray array = {0};
    size_t size = (size_t)(rows + 7) / 8;
    int64_t live = tarn_bits_count(bits, 0, rows);
    if (live == rows)
        return tarn_state_set_live(&draft->state, chunk, TARN_NO_BATCH, rows, error);
    uint8_t *copy = tarn_aligned_alloc(size);
    if (copy == NULL)
        return tarn_fail_memory(error);
    memcpy(copy, bits, size);
    if (rows % 8 != 0)
        copy[size - 1] &= (uint8_t)((1u << (rows % 8)) - 1);
    void *buffers[] = {NULL, copy};
    tarn_batch_id id;
    tarn_status status;
    TARN_CHECK(tarn_array_make(&array, rows, 0, buffers, 2, NULL, 0, error));
    TARN_CHECK(tarn_schema_make(&schema, "b", "values", error));
    TARN_CHECK(tarn_store_put(draft->transaction->store, &schema, &array, &id, error));
    status = tarn_state_set_live(&draft->state, chunk, id, live, error);
cleanup:
    tarn_schema_release(&schema);
    tarn_array_release(&array);
    return status;
}

tarn_status tarn_draft_set_live(tarn_draft *draft, size_t chunk, const uint8_t *bits, tarn_error *error) {
    TARN_TRY(tarn_draft_check_chunk(draft, chunk, error));
    int64_t rows = draft->state.chunks->extents[chunk].rows;
    tarn_status status = bits == NULL ? tarn_state_set_live(&draft->state, chunk, TARN_NO_BATCH, rows, error)
                                      : put_live(draft, chunk, bits, rows, error);
    tarn_state_count_rows(&draft->state);
    return status;
}

/* A copy of a chunk's live bits, with room for `rows` of them, new ones live. */
static tarn_status copy_live(tarn_draft *draft, size_t chunk, int64_t rows, uint8_t **out, tarn_error *error) {
    int64_t present = draft->state.chunks->extents[chunk].rows;
    tarn_batch_id id = tarn_state_live_id(&draft->state, chunk);
    tarn_batch *batch = NULL;
    if (!tarn_is_no_batch(id))
        TARN_TRY(tarn_store_read_plain(draft->transaction->store, id, "b", present, &batch, error));
    uint8_t *bits = malloc((size_t)(rows + 7) / 8 + 1);
    if (bits == NULL) {
        tarn_batch_release(batch);
        return tarn_fail_memory(error);
    }
    memset(bits, 0xFF, (size_t)(rows + 7) / 8);
    if (batch != NULL) {
        const uint8_t *old = tarn_batch_array(batch)->buffers[1];
        memcpy(bits, old, (size_t)present / 8);
        for (int64_t i = present / 8 * 8; i < present; i++) {
            if (!tarn_bit_get(old, i))
                tarn_bit_clear(bits, i);
        }
    }
    tarn_batch_release(batch);
    *out = bits;
    return TARN_OK;
}

static int compare_numbers(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/* Clear the bits of rows of one chunk. */
static tarn_status delete_in_chunk(tarn_draft *draft, size_t chunk, const int64_t *rows, int64_t count,
                                   int64_t *changed, tarn_error *error) {
    tarn_stretch extent = draft->state.chunks->extents[chunk];
    uint8_t *bits;
    int64_t deleted = 0;
    TARN_TRY(copy_live(draft, chunk, extent.rows, &bits, error));
    for (int64_t i = 0; i < count; i++) {
        int64_t offset = rows[i] - extent.first_row;
        deleted += tarn_bit_get(bits, offset);
        tarn_bit_clear(bits, offset);
    }
    tarn_status status = deleted > 0 ? put_live(draft, chunk, bits, extent.rows, error) : TARN_OK;
    free(bits);
    *changed += deleted;
    return status;
}

tarn_status tarn_draft_delete_rows(tarn_draft *draft, const int64_t *row_numbers, int64_t count, int64_t *changed,
                                   tarn_error *error) {
    int64_t deleted = 0;
    tarn_status status = TARN_OK;
    int64_t *rows = malloc((size_t)count * sizeof *rows + 1);
    if (rows == NULL)
        return tarn_fail_memory(error);
    if (count > 0)
        memcpy(rows, row_numbers, (size_t)count * sizeof *rows);
    qsort(rows, (size_t)count, sizeof *rows, compare_numbers);
    for (int64_t i = 0; i < count; i++) {
        size_t chunk;
        if (!tarn_state_find_chunk(&draft->state, rows[i], &chunk)) {
            status = tarn_fail(error, TARN_E_NOT_FOUND, "there is no row %lld", (long long)rows[i]);
            goto cleanup;
        }
    }
    for (int64_t i = 0; i < count;) {
        size_t chunk;
        tarn_state_find_chunk(&draft->state, rows[i], &chunk);
        tarn_stretch extent = draft->state.chunks->extents[chunk];
        int64_t next = i + 1;
        while (next < count && rows[next] < extent.first_row + extent.rows)
            next++;
        TARN_CHECK(delete_in_chunk(draft, chunk, rows + i, next - i, &deleted, error));
        i = next;
    }
    tarn_state_count_rows(&draft->state);
    if (changed != NULL)
        *changed = deleted;
cleanup:
    free(rows);
    return status;
}

/* ---- inserting --------------------------------------------------------------------------------------------------- */

/* A struct's child as its own array, for reading only. */
static struct ArrowArray child_window(const struct ArrowArray *rows, size_t column) {
    struct ArrowArray window = *rows->children[column];
    window.offset += rows->offset;
    window.length = rows->length;
    if (window.null_count != 0)
        window.null_count = -1;
    return window;
}

/* Put the last chunk's values of a column with the new ones behind them. */
static tarn_status put_joined(tarn_draft *draft, size_t column, size_t chunk, const struct ArrowArray *rows,
                              tarn_batch_id *out, tarn_error *error) {
    const struct ArrowSchema *type = &draft->state.heads[column]->schema;
    tarn_store *store = draft->transaction->store;
    struct ArrowArray window = child_window(rows, column), joined = {0};
    tarn_batch *present = NULL;
    tarn_status status;
    TARN_CHECK(tarn_state_read(store, &draft->state, column, chunk, &present, error));
    const struct ArrowArray *both[] = {tarn_batch_array(present), &window};
    TARN_CHECK(tarn_array_concat(type, both, 2, &joined, error));
    status = tarn_store_put(store, type, &joined, out, error);
cleanup:
    tarn_array_release(&joined);
    tarn_batch_release(present);
    return status;
}

static tarn_status join_to_last_chunk(tarn_draft *draft, const struct ArrowArray *rows, tarn_error *error) {
    tarn_state *state = &draft->state;
    size_t last = tarn_state_chunk_count(state) - 1;
    tarn_stretch extent = state->chunks->extents[last];
    bool all_live = tarn_is_no_batch(tarn_state_live_id(state, last));
    uint8_t *bits = NULL;
    tarn_status status = TARN_OK;
    tarn_batch_id *ids = calloc(state->column_count + 1, sizeof *ids);
    if (ids == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < state->column_count; i++)
        TARN_CHECK(put_joined(draft, i, last, rows, &ids[i], error));
    if (!all_live)
        TARN_CHECK(copy_live(draft, last, extent.rows + rows->length, &bits, error));
    extent.rows += rows->length;
    TARN_CHECK(tarn_state_change_chunks(state, last, &extent, 1, error));
    draft->next_row += (uint64_t)rows->length;
    for (size_t i = 0; i < state->column_count; i++)
        TARN_CHECK(tarn_state_set_batch(state, i, last, ids[i], error));
    if (!all_live)
        TARN_CHECK(put_live(draft, last, bits, extent.rows, error));
    tarn_state_count_rows(state);
cleanup:
    free(ids);
    free(bits);
    return status;
}

static bool can_join(const tarn_draft *draft, int64_t rows) {
    size_t count = tarn_state_chunk_count(&draft->state);
    if (count == 0 || (uint64_t)tarn_state_end_row(&draft->state) != draft->next_row)
        return false;
    return draft->state.chunks->extents[count - 1].rows + rows <= SMALL_CHUNK;
}

/* Whether what joining makes of the last chunk is small in bytes, too: all of it is written again. */
static tarn_status is_light(tarn_draft *draft, const int64_t *bytes, bool *out, tarn_error *error) {
    size_t last = tarn_state_chunk_count(&draft->state) - 1;
    *out = true;
    for (size_t i = 0; i < draft->state.column_count && *out; i++) {
        tarn_batch *present = NULL;
        TARN_TRY(tarn_state_read(draft->transaction->store, &draft->state, i, last, &present, error));
        *out = bytes[i] + tarn_array_bytes(&draft->state.heads[i]->schema, tarn_batch_array(present)) <= SMALL_BYTES;
        tarn_batch_release(present);
    }
    return TARN_OK;
}

tarn_status tarn_draft_join_rows(tarn_draft *draft, const struct ArrowArray *rows, const int64_t *bytes, bool *joined,
                                 tarn_error *error) {
    *joined = can_join(draft, rows->length);
    if (*joined)
        TARN_TRY(is_light(draft, bytes, joined, error));
    return *joined ? join_to_last_chunk(draft, rows, error) : TARN_OK;
}

/* Append rows; they come last. */
static tarn_status append_rows(tarn_draft *draft, const struct ArrowArray *rows, tarn_error *error) {
    if (can_join(draft, rows->length))
        return join_to_last_chunk(draft, rows, error);
    tarn_appender *appender;
    TARN_TRY(tarn_appender_new(draft, &appender, error));
    tarn_status status = tarn_appender_add(appender, rows, error);
    if (status == TARN_OK)
        status = tarn_appender_finish(appender, error);
    tarn_appender_free(appender);
    return status;
}

tarn_status tarn_draft_insert_rows(tarn_draft *draft, int64_t position, const struct ArrowArray *rows,
                                   tarn_error *error) {
    tarn_version *before = NULL;
    if (rows->n_children != (int64_t)draft->state.column_count)
        return tarn_fail(error, TARN_E_INVALID, "the rows have %lld values each, the table has %zu columns",
                         (long long)rows->n_children, draft->state.column_count);
    TARN_TRY(tarn_draft_complete_order(draft, error));
    TARN_TRY(tarn_version_over(draft->transaction->store, &draft->state, &before, error));
    tarn_status status = TARN_OK;
    if (position < 0 || position > before->state.rows) {
        status = tarn_fail(error, TARN_E_INVALID, "rows cannot be inserted at %lld: the table has %lld rows",
                           (long long)position, (long long)before->state.rows);
        goto cleanup;
    }
    if (rows->length == 0)
        goto cleanup;
    int64_t first = (int64_t)draft->next_row;
    TARN_CHECK(append_rows(draft, rows, error));
    status = tarn_draft_place_rows(draft, before, position, first, rows->length, error);
cleanup:
    tarn_version_release(before);
    return status;
}
