/* Reading a column of a state: the base batch with its patches laid over it, and single values at row numbers. */
#include "store/fold.h"

#include <stdlib.h>

/* ---- what a slot is made of -------------------------------------------------------------------------------------- */

/* Everything that gives one column of one chunk its values. */
typedef struct layers {
    tarn_batch *base; /* NULL: all null */
    tarn_patch_cells *patches;
    size_t count;
} layers;

static void clear_layers(layers *layers) {
    tarn_batch_release(layers->base);
    for (size_t i = 0; i < layers->count; i++)
        tarn_batch_release(layers->patches[i].batch);
    free(layers->patches);
    *layers = (struct layers){0};
}

tarn_status tarn_store_open_patch(tarn_store *store, tarn_batch_id id, const struct ArrowSchema *type,
                                  tarn_patch_cells *out, tarn_error *error) {
    *out = (tarn_patch_cells){0};
    TARN_TRY(tarn_store_read_batch(store, id, &out->batch, error));
    if (out->batch == NULL)
        return TARN_OK; /* set aside: as if it had not been laid */
    const struct ArrowSchema *schema = tarn_batch_schema(out->batch);
    const struct ArrowArray *array = tarn_batch_array(out->batch);
    if (strcmp(schema->format, "+s") != 0 || schema->n_children != 2 || strcmp(schema->children[0]->format, "l") != 0 ||
        !tarn_schema_same_type(schema->children[1], type) || array->offset != 0 ||
        array->children[0]->length < array->length || array->children[1]->length < array->length ||
        (array->length > 0 && array->children[0]->buffers[1] == NULL)) {
        tarn_batch_release(out->batch);
        out->batch = NULL;
        return tarn_fail(error, TARN_E_CORRUPT, "a patch is not one");
    }
    out->rows = (const int64_t *)array->children[0]->buffers[1] + array->children[0]->offset;
    out->values = array->children[1];
    out->count = array->length;
    return TARN_OK;
}

/* Whether a batch can be the base of the slot. */
static bool is_base(const tarn_state *state, size_t column, size_t chunk, const tarn_batch *batch) {
    return batch->rows == state->chunks->extents[chunk].rows &&
           tarn_schema_same_type(&batch->schema, &state->heads[column]->schema);
}

/* A fold of the first patches as base; how many those are, 0 when there is none that is good. */
static size_t open_fold(tarn_store *store, const tarn_state *state, size_t column, size_t chunk, int64_t first,
                        int64_t rows, tarn_batch **out) {
    tarn_hash128 key;
    size_t count = tarn_fold_find(store, state, column, chunk, &key);
    if (count > 0 && tarn_store_glance(store, key, first, rows, out, NULL) == TARN_OK && *out != NULL) {
        if (is_base(state, column, chunk, *out))
            return count;
        tarn_batch_release(*out);
    }
    *out = NULL;
    return 0;
}

/* Of the base `count` values from `first` on may be looked at. */
static tarn_status open_layers(tarn_store *store, const tarn_state *state, size_t column, size_t chunk, int64_t first,
                               int64_t count, bool folded, layers *out, tarn_error *error) {
    const struct ArrowSchema *type = &state->heads[column]->schema;
    tarn_batch_id base = state->data[column]->ids[chunk];
    const tarn_patch_list *list = tarn_state_patches(state, column, chunk);
    tarn_status status = TARN_OK;
    *out = (layers){0};
    size_t laid = folded ? open_fold(store, state, column, chunk, first, count, &out->base) : 0;
    if (out->base == NULL && !tarn_is_no_batch(base))
        TARN_CHECK(tarn_store_glance(store, base, first, count, &out->base, error));
    if (out->base != NULL && !is_base(state, column, chunk, out->base)) {
        status = tarn_fail(error, TARN_E_CORRUPT, "its batch has another type or length");
        goto cleanup;
    }
    if (list == NULL || list->count == laid)
        goto cleanup;
    out->patches = calloc(list->count, sizeof *out->patches);
    if (out->patches == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    for (size_t i = laid; i < list->count; i++) {
        TARN_CHECK(tarn_store_open_patch(store, list->ids[i], type, &out->patches[out->count], error));
        out->count += out->patches[out->count].batch != NULL;
    }
cleanup:
    if (status != TARN_OK)
        clear_layers(out);
    return status;
}

tarn_status tarn_state_name_place(const tarn_state *state, size_t column, size_t chunk, tarn_status status,
                                  tarn_error *error) {
    if (status != TARN_E_CORRUPT)
        return status;
    tarn_stretch extent = state->chunks->extents[chunk];
    return tarn_fail_context(error, status, "column \"%s\", rows %lld to %lld", state->heads[column]->column.name,
                             (long long)extent.first_row, (long long)(extent.first_row + extent.rows - 1));
}

/* ---- a whole chunk ----------------------------------------------------------------------------------------------- */

/* Base and patches one after the other, and which element of that each row shows. */
static tarn_status overlay(const struct ArrowSchema *type, const struct ArrowArray *base, tarn_stretch extent,
                           const layers *layers, struct ArrowArray *out, tarn_error *error) {
    const struct ArrowArray **arrays = malloc((layers->count + 1) * sizeof *arrays);
    int64_t *indices = malloc((size_t)extent.rows * sizeof *indices + 1);
    struct ArrowArray all = {0};
    tarn_status status = TARN_OK;
    if (arrays == NULL || indices == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    for (int64_t i = 0; i < extent.rows; i++)
        indices[i] = i;
    arrays[0] = base;
    int64_t offset = extent.rows;
    for (size_t i = 0; i < layers->count; i++) {
        const tarn_patch_cells *patch = &layers->patches[i];
        for (int64_t j = 0; j < patch->count; j++) {
            int64_t row = patch->rows[j] - extent.first_row;
            if (row < 0 || row >= extent.rows) {
                status = tarn_fail(error, TARN_E_CORRUPT, "a patch lies outside of its chunk");
                goto cleanup;
            }
            indices[row] = offset + j;
        }
        arrays[i + 1] = patch->values;
        offset += patch->values->length;
    }
    TARN_CHECK(tarn_array_concat(type, arrays, layers->count + 1, &all, error));
    status = tarn_array_take(type, &all, indices, extent.rows, out, error);
cleanup:
    tarn_array_release(&all);
    free(arrays);
    free(indices);
    return status;
}

typedef struct patched {
    tarn_store *store;
    const tarn_state *state;
    size_t column, chunk;
    bool folded; /* folds may be used */
} patched;

static tarn_status load_patched(void *context, tarn_batch **out, tarn_error *error) {
    const patched *what = context;
    const struct ArrowSchema *type = &what->state->heads[what->column]->schema;
    tarn_stretch extent = what->state->chunks->extents[what->chunk];
    struct ArrowSchema schema = {0};
    struct ArrowArray nulls = {0}, array = {0};
    layers layers;
    TARN_TRY(
        open_layers(what->store, what->state, what->column, what->chunk, 0, extent.rows, what->folded, &layers, error));
    tarn_status status = TARN_OK;
    if (layers.count == 0 && layers.base != NULL) { /* folded, all of it */
        tarn_batch_retain(layers.base);
        *out = layers.base;
        goto cleanup;
    }
    if (layers.base == NULL)
        TARN_CHECK(tarn_array_nulls(type, extent.rows, &nulls, error));
    const struct ArrowArray *base = layers.base != NULL ? &layers.base->array : &nulls;
    if (layers.count > 0) {
        TARN_CHECK(overlay(type, base, extent, &layers, &array, error));
    } else {
        array = nulls;
        nulls.release = NULL;
    }
    TARN_CHECK(tarn_schema_copy(type, "values", &schema, error));
    uint64_t bytes = (uint64_t)tarn_array_bytes(&schema, &array);
    status = tarn_batch_new(&schema, &array, bytes, out, error);
cleanup:
    clear_layers(&layers);
    tarn_schema_release(&schema);
    tarn_array_release(&array);
    tarn_array_release(&nulls);
    return status;
}

tarn_status tarn_state_patched_key(const tarn_state *state, size_t column, size_t chunk, tarn_hash128 *out,
                                   tarn_error *error) {
    const tarn_patch_list *list = tarn_state_patches(state, column, chunk);
    tarn_batch_id base = state->data[column]->ids[chunk];
    tarn_buffer text = {0};
    tarn_json_out json = {.buffer = &text};
    tarn_json_out_hash(&json, base);
    tarn_json_out_i64(&json, state->chunks->extents[chunk].rows);
    tarn_json_out_i64(&json, state->chunks->extents[chunk].first_row);
    tarn_type_write(&json, &state->heads[column]->schema);
    for (size_t i = 0; list != NULL && i < list->count; i++)
        tarn_json_out_hash(&json, list->ids[i]);
    *out = tarn_hash128_of(text.data, text.size);
    tarn_buffer_free(&text);
    return json.status == TARN_OK ? TARN_OK : tarn_fail_memory(error);
}

tarn_status tarn_state_read(tarn_store *store, const tarn_state *state, size_t column, size_t chunk, tarn_batch **out,
                            tarn_error *error) {
    tarn_batch_id base = state->data[column]->ids[chunk];
    tarn_status status = TARN_OK;
    *out = NULL;
    if (tarn_state_patches(state, column, chunk) == NULL && !tarn_is_no_batch(base)) {
        status = tarn_store_read_batch(store, base, out, error);
        if (*out != NULL && ((*out)->array.length != state->chunks->extents[chunk].rows ||
                             !tarn_schema_same_type(&(*out)->schema, &state->heads[column]->schema))) {
            tarn_batch_release(*out);
            *out = NULL;
            status = tarn_fail(error, TARN_E_CORRUPT, "its batch has another type or length");
        }
    }
    if (status == TARN_OK && *out == NULL) { /* patched, all null, or set aside as damaged */
        patched what = {store, state, column, chunk, true};
        tarn_hash128 key;
        status = tarn_state_patched_key(state, column, chunk, &key, error);
        if (status == TARN_OK)
            status = tarn_cache_get(&store->cache, key, load_patched, &what, out, error);
    }
    return tarn_state_name_place(state, column, chunk, status, error);
}

tarn_status tarn_state_read_unfolded(tarn_store *store, const tarn_state *state, size_t column, size_t chunk,
                                     tarn_batch **out, tarn_error *error) {
    const patched what = {store, state, column, chunk, false};
    return tarn_state_name_place(state, column, chunk, load_patched((void *)&what, out, error), error);
}

/* ---- single values ----------------------------------------------------------------------------------------------- */

/* Where the value of a row comes from: an array (0: base) and an index into it; index -1 is null. */
typedef struct source {
    size_t layer;
    int64_t index;
} source;

static source find_source(const layers *layers, tarn_stretch extent, int64_t row) {
    for (size_t i = layers->count; i > 0; i--) {
        const tarn_patch_cells *patch = &layers->patches[i - 1];
        int64_t low = 0, high = patch->count;
        while (low < high) {
            int64_t middle = low + (high - low) / 2;
            if (patch->rows[middle] == row)
                return (source){i, middle};
            if (patch->rows[middle] < row)
                low = middle + 1;
            else
                high = middle;
        }
    }
    return (source){0, layers->base != NULL ? row - extent.first_row - layers->base->first : -1};
}

/* Values of rows of one chunk, without making the patched chunk. NOLINTNEXTLINE(readability-function-size) */
static tarn_status take_from_chunk(tarn_store *store, const tarn_state *state, size_t column, size_t chunk,
                                   const int64_t *rows, int64_t count, struct ArrowArray *out, tarn_error *error) {
    const struct ArrowSchema *type = &state->heads[column]->schema;
    layers layers;
    struct ArrowArray all = {0}, *taken = NULL;
    const struct ArrowArray **arrays = NULL;
    int64_t *indices = NULL;
    int64_t first = rows[0], last = rows[0];
    for (int64_t i = 1; i < count; i++) {
        first = rows[i] < first ? rows[i] : first;
        last = rows[i] > last ? rows[i] : last;
    }
    TARN_TRY(open_layers(store, state, column, chunk, first - state->chunks->extents[chunk].first_row, last - first + 1,
                         true, &layers, error));
    tarn_status status = TARN_OK;
    size_t used = 0;
    taken = calloc(layers.count + 1, sizeof *taken);
    arrays = malloc((layers.count + 1) * sizeof *arrays);
    indices = malloc((size_t)count * 2 * sizeof *indices + 1);
    source *sources = malloc((size_t)count * sizeof *sources + 1);
    if (taken == NULL || arrays == NULL || indices == NULL || sources == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    for (int64_t i = 0; i < count; i++)
        sources[i] = find_source(&layers, state->chunks->extents[chunk], rows[i]);
    int64_t *slots = indices + count, next = 0;
    for (size_t layer = 0; layer <= layers.count; layer++) {
        int64_t wanted = 0;
        for (int64_t i = 0; i < count; i++) {
            if (sources[i].layer == layer) {
                indices[wanted] = sources[i].index;
                slots[i] = next + wanted++;
            }
        }
        if (wanted == 0)
            continue;
        if (layer == 0 && layers.base == NULL)
            TARN_CHECK(tarn_array_nulls(type, wanted, &taken[used], error));
        else
            TARN_CHECK(tarn_array_take(type, layer == 0 ? &layers.base->array : layers.patches[layer - 1].values,
                                       indices, wanted, &taken[used], error));
        arrays[used] = &taken[used];
        used++;
        next += wanted;
    }
    if (used == 1) { /* one layer has them all, in order */
        *out = taken[0];
        taken[0].release = NULL;
        goto cleanup;
    }
    TARN_CHECK(tarn_array_concat(type, arrays, used, &all, error));
    status = tarn_array_take(type, &all, slots, count, out, error);
cleanup:
    tarn_array_release(&all);
    for (size_t i = 0; taken != NULL && i < used; i++)
        tarn_array_release(&taken[i]);
    free(taken);
    free(arrays);
    free(indices);
    free(sources);
    clear_layers(&layers);
    return tarn_state_name_place(state, column, chunk, status, error);
}

tarn_status tarn_state_take(tarn_store *store, const tarn_state *state, size_t column, const int64_t *row_numbers,
                            int64_t count, struct ArrowArray *out, tarn_error *error) {
    const struct ArrowSchema *type = &state->heads[column]->schema;
    struct ArrowArray *pieces = NULL;
    const struct ArrowArray **pointers = NULL;
    size_t used = 0, capacity = 0;
    tarn_status status = TARN_OK;
    if (count == 0)
        return tarn_array_nulls(type, 0, out, error);
    for (int64_t from = 0; from < count;) {
        size_t chunk;
        if (!tarn_state_find_chunk(state, row_numbers[from], &chunk)) {
            status = tarn_fail(error, TARN_E_NOT_FOUND, "there is no row %lld", (long long)row_numbers[from]);
            goto cleanup;
        }
        tarn_stretch extent = state->chunks->extents[chunk];
        int64_t to = from + 1;
        while (to < count && row_numbers[to] >= extent.first_row && row_numbers[to] - extent.first_row < extent.rows)
            to++;
        TARN_CHECK(tarn_grow(&pieces, &capacity, used + 1, sizeof *pieces, error));
        TARN_CHECK(take_from_chunk(store, state, column, chunk, row_numbers + from, to - from, &pieces[used], error));
        used++;
        from = to;
    }
    if (used == 1) {
        *out = pieces[0];
        pieces[0].release = NULL;
        goto cleanup;
    }
    pointers = malloc(used * sizeof *pointers);
    if (pointers == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    for (size_t i = 0; i < used; i++)
        pointers[i] = &pieces[i];
    status = tarn_array_concat(type, pointers, used, out, error);
cleanup:
    for (size_t i = 0; i < used; i++)
        tarn_array_release(&pieces[i]);
    free(pieces);
    free(pointers);
    return status;
}
