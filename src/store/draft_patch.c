/* Laying values over single cells. */
#include "store/internal.h"

#include <stdlib.h>

/* Many patches make reading a chunk slow: past this many, or this share of its rows, they are folded into a new base.
 */
#define MAX_PATCHES 64
#define MAX_PATCHED_SHARE 16

/* A cell to set: its row, and which of the caller's values it gets. */
typedef struct cell {
    int64_t row, value;
} cell;

static int compare_cells(const void *a, const void *b) {
    const cell *left = a, *right = b;
    if (left->row != right->row)
        return left->row < right->row ? -1 : 1;
    return (left->value > right->value) - (left->value < right->value);
}

/* Cells by rising row, of equal rows the last one. */
static tarn_status sort_cells(const int64_t *rows, int64_t count, cell **out, size_t *kept, tarn_error *error) {
    cell *cells = malloc((size_t)count * sizeof *cells + 1);
    if (cells == NULL)
        return tarn_fail_memory(error);
    bool rising = true;
    for (int64_t i = 0; i < count; i++) {
        cells[i] = (cell){rows[i], i};
        rising = rising && (i == 0 || rows[i - 1] < rows[i]);
    }
    if (!rising)
        qsort(cells, (size_t)count, sizeof *cells, compare_cells);
    *kept = 0;
    for (int64_t i = 0; i < count; i++) {
        if (i + 1 == count || cells[i].row != cells[i + 1].row)
            cells[(*kept)++] = cells[i];
    }
    *out = cells;
    return TARN_OK;
}

/* The patch's schema: struct<row: int64, value: T>. */
static tarn_status patch_schema(const struct ArrowSchema *type, struct ArrowSchema *out, tarn_error *error) {
    struct ArrowSchema schema;
    TARN_TRY(tarn_schema_make_nested(&schema, "+s", "values", 2, error));
    tarn_status status = tarn_schema_make(schema.children[0], "l", "row", error);
    if (status == TARN_OK)
        status = tarn_schema_copy(type, "value", schema.children[1], error);
    if (status != TARN_OK) {
        tarn_schema_release(&schema);
        return status;
    }
    *out = schema;
    return TARN_OK;
}

/* `values` is moved into the patch whatever the outcome. */
static tarn_status put_patch(tarn_draft *draft, const struct ArrowSchema *type, const cell *cells, size_t count,
                             struct ArrowArray *values, tarn_batch_id *out, tarn_error *error) {
    struct ArrowSchema schema = {0};
    struct ArrowArray patch = {0}, children[2] = {{0}, *values};
    tarn_status status = TARN_OK;
    values->release = NULL;
    int64_t *rows = tarn_aligned_alloc(count * sizeof *rows);
    if (rows == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    for (size_t i = 0; i < count; i++)
        rows[i] = cells[i].row;
    void *row_buffers[] = {NULL, rows}, *no_buffers[] = {NULL};
    TARN_CHECK(tarn_array_make(&children[0], (int64_t)count, 0, row_buffers, 2, NULL, 0, error));
    TARN_CHECK(tarn_array_make(&patch, (int64_t)count, 0, no_buffers, 1, children, 2, error));
    TARN_CHECK(patch_schema(type, &schema, error));
    status = tarn_store_put(draft->transaction->store, &schema, &patch, out, error);
cleanup:
    tarn_array_release(&children[0]);
    tarn_array_release(&children[1]);
    tarn_array_release(&patch);
    tarn_schema_release(&schema);
    return status;
}

/* Leave out the cells that have their value already. */
static tarn_status drop_equal(tarn_draft *draft, size_t column, cell *cells, size_t *count,
                              const struct ArrowArray *values, tarn_error *error) {
    const struct ArrowSchema *type = &draft->state.heads[column]->schema;
    struct ArrowArray present = {0};
    int64_t *rows = malloc(*count * sizeof *rows + 1);
    if (rows == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < *count; i++)
        rows[i] = cells[i].row;
    tarn_status status =
        tarn_state_take(draft->transaction->store, &draft->state, column, rows, (int64_t)*count, &present, error);
    size_t kept = 0;
    for (size_t i = 0; status == TARN_OK && i < *count; i++) {
        if (!tarn_array_element_equal(type, values, cells[i].value, &present, (int64_t)i))
            cells[kept++] = cells[i];
    }
    *count = kept;
    tarn_array_release(&present);
    free(rows);
    return status;
}

static bool wants_folding(const tarn_state *state, size_t column, size_t chunk) {
    const tarn_patch_list *list = tarn_state_patches(state, column, chunk);
    int64_t cells = 0;
    for (size_t i = 0; i < list->count; i++)
        cells += list->rows[i];
    return list->count > MAX_PATCHES || cells > state->chunks->extents[chunk].rows / MAX_PATCHED_SHARE;
}

static tarn_status fold(tarn_draft *draft, size_t column, size_t chunk, tarn_error *error) {
    tarn_store *store = draft->transaction->store;
    tarn_batch *whole = NULL;
    tarn_batch_id id;
    TARN_TRY(tarn_state_read(store, &draft->state, column, chunk, &whole, error));
    tarn_status status =
        tarn_store_put(store, &draft->state.heads[column]->schema, tarn_batch_array(whole), &id, error);
    tarn_batch_release(whole);
    if (status != TARN_OK)
        return status;
    return tarn_state_set_batch(&draft->state, column, chunk, id, error);
}

/* Set cells of one chunk; some of them may be as they are to be. */
static tarn_status patch_chunk(tarn_draft *draft, size_t column, size_t chunk, cell *cells, size_t count,
                               const struct ArrowArray *values, int64_t *changed, tarn_error *error) {
    const struct ArrowSchema *type = &draft->state.heads[column]->schema;
    TARN_TRY(drop_equal(draft, column, cells, &count, values, error));
    if (count == 0)
        return TARN_OK;
    int64_t *indices = malloc(count * sizeof *indices);
    if (indices == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < count; i++)
        indices[i] = cells[i].value;
    struct ArrowArray chosen = {0};
    tarn_batch_id id;
    tarn_status status = tarn_array_take(type, values, indices, (int64_t)count, &chosen, error);
    free(indices);
    if (status != TARN_OK)
        return status;
    TARN_TRY(put_patch(draft, type, cells, count, &chosen, &id, error));
    TARN_TRY(tarn_state_add_patch(&draft->state, column, chunk, id, (int64_t)count, error));
    *changed += (int64_t)count;
    return wants_folding(&draft->state, column, chunk) ? fold(draft, column, chunk, error) : TARN_OK;
}

tarn_status tarn_draft_patch(tarn_draft *draft, size_t column, const int64_t *row_numbers,
                             const struct ArrowArray *values, int64_t *changed, tarn_error *error) {
    cell *cells = NULL;
    size_t count = 0;
    int64_t differ = 0;
    TARN_TRY(tarn_draft_check_column(draft, column, error));
    TARN_TRY(sort_cells(row_numbers, values->length, &cells, &count, error));
    tarn_status status = TARN_OK;
    for (size_t i = 0; i < count; i++) { /* all of them before the first is changed */
        size_t chunk;
        if (!tarn_state_find_chunk(&draft->state, cells[i].row, &chunk)) {
            status = tarn_fail(error, TARN_E_NOT_FOUND, "there is no row %lld", (long long)cells[i].row);
            goto cleanup;
        }
    }
    for (size_t i = 0; i < count;) {
        size_t chunk, next = i + 1;
        tarn_state_find_chunk(&draft->state, cells[i].row, &chunk);
        tarn_stretch extent = draft->state.chunks->extents[chunk];
        while (next < count && cells[next].row < extent.first_row + extent.rows)
            next++;
        TARN_CHECK(patch_chunk(draft, column, chunk, cells + i, next - i, values, &differ, error));
        i = next;
    }
    if (changed != NULL)
        *changed = differ;
cleanup:
    free(cells);
    return status;
}
