// Rows of a version by key.
#include "diff/lookup.h"

#include "diff/keys.h"

#include <stdatomic.h>
#include <stdlib.h>

/* The wanted keys in a hash table with open addressing. */
typedef struct index {
    const tarn_diff_lookup *lookup;
    tarn_hash128 *hashes;        /* of the wanted keys */
    int64_t *slots;              /* wanted keys, counted from 1; 0: free */
    atomic_int_least64_t *found; /* per wanted key: row number, NONE or SEVERAL */
    uint64_t mask;
} index_of_keys;

static int64_t *find_slot(const index_of_keys *index, tarn_hash128 hash) {
    uint64_t slot = tarn_diff_mix(hash) & index->mask;
    for (;; slot = (slot + 1) & index->mask) {
        int64_t wanted = index->slots[slot];
        if (wanted == 0 || tarn_hash128_equal(index->hashes[wanted - 1], hash))
            return &index->slots[slot];
    }
}

static tarn_status open_column(const tarn_diff_lookup *lookup, size_t k, const struct ArrowSchema *type,
                               const struct ArrowArray *values, tarn_diff_hasher *hasher, tarn_error *error) {
    return tarn_diff_reader_open(&hasher->readers[k], type, values, lookup->forms[k], lookup->rules, error);
}

/* ---- what is wanted ---- */

static tarn_status add_wanted(index_of_keys *index, tarn_diff_hasher *hasher, int64_t *out, tarn_error *error) {
    for (int64_t i = 0; i < index->lookup->count; i++) {
        bool is_null;
        TARN_TRY(tarn_diff_hash(hasher, i, &index->hashes[i], &is_null, error));
        out[i] = is_null ? TARN_LOOKUP_NULL : TARN_LOOKUP_NONE;
        if (is_null)
            continue;
        int64_t *slot = find_slot(index, index->hashes[i]);
        if (*slot != 0)
            out[i] = TARN_LOOKUP_REPEATED;
        else
            *slot = i + 1;
    }
    return TARN_OK;
}

static tarn_status index_wanted(index_of_keys *index, int64_t *out, tarn_error *error) {
    const tarn_diff_lookup *lookup = index->lookup;
    uint64_t size = 16;
    tarn_diff_hasher hasher;
    while (size < 2 * (uint64_t)lookup->count)
        size *= 2;
    index->mask = size - 1;
    index->slots = calloc(size, sizeof *index->slots);
    index->hashes = malloc(((size_t)lookup->count + 1) * sizeof *index->hashes);
    index->found = malloc(((size_t)lookup->count + 1) * sizeof *index->found);
    if (index->slots == NULL || index->hashes == NULL || index->found == NULL)
        return tarn_fail_memory(error);
    for (int64_t i = 0; i < lookup->count; i++)
        atomic_init(&index->found[i], TARN_LOOKUP_NONE);
    tarn_status status = tarn_diff_hasher_make(&hasher, lookup->column_count, error);
    for (size_t k = 0; k < lookup->column_count && status == TARN_OK; k++)
        status = open_column(lookup, k, lookup->types[k], lookup->values[k], &hasher, error);
    if (status == TARN_OK)
        status = add_wanted(index, &hasher, out, error);
    tarn_diff_hasher_close(&hasher);
    return status;
}

/* ---- what there is ---- */

static void note_row(const index_of_keys *index, tarn_hash128 hash, int64_t row) {
    int64_t wanted = *find_slot(index, hash);
    int_least64_t none = TARN_LOOKUP_NONE;
    if (wanted != 0 && !atomic_compare_exchange_strong(&index->found[wanted - 1], &none, row))
        atomic_store(&index->found[wanted - 1], TARN_LOOKUP_SEVERAL);
}

static tarn_status search_rows(const index_of_keys *index, size_t chunk, tarn_diff_hasher *hasher, tarn_error *error) {
    const uint8_t *live;
    tarn_chunk place = tarn_version_chunk(index->lookup->version, chunk);
    TARN_TRY(tarn_version_live(index->lookup->version, chunk, &live, error));
    for (int64_t i = 0; i < place.rows; i++) {
        tarn_hash128 hash;
        bool is_null;
        if (live != NULL && !tarn_bit_get(live, i))
            continue;
        TARN_TRY(tarn_diff_hash(hasher, i, &hash, &is_null, error));
        if (!is_null)
            note_row(index, hash, place.first_row + i);
    }
    return TARN_OK;
}

static tarn_status search_chunk(void *context, size_t chunk, tarn_error *error) {
    const index_of_keys *index = context;
    const tarn_diff_lookup *lookup = index->lookup;
    tarn_diff_hasher hasher = {0};
    tarn_batch **batches = calloc(lookup->column_count + 1, sizeof(tarn_batch *));
    tarn_status status =
        batches == NULL ? tarn_fail_memory(error) : tarn_diff_hasher_make(&hasher, lookup->column_count, error);
    for (size_t k = 0; k < lookup->column_count && status == TARN_OK; k++) {
        status = tarn_version_read(lookup->version, lookup->columns[k], chunk, &batches[k], error);
        if (status == TARN_OK)
            status =
                open_column(lookup, k, tarn_batch_schema(batches[k]), tarn_batch_array(batches[k]), &hasher, error);
    }
    if (status == TARN_OK)
        status = search_rows(index, chunk, &hasher, error);
    tarn_diff_hasher_close(&hasher);
    for (size_t k = 0; batches != NULL && k < lookup->column_count; k++)
        tarn_batch_release(batches[k]);
    free(batches);
    tarn_task_advance(lookup->task, (uint64_t)tarn_version_chunk(lookup->version, chunk).rows);
    return status;
}

tarn_status tarn_diff_look_up(const tarn_diff_lookup *lookup, int64_t *out, tarn_error *error) {
    index_of_keys index = {.lookup = lookup};
    tarn_status status = index_wanted(&index, out, error);
    tarn_task_begin(lookup->task, "looking for rows", "rows", (uint64_t)tarn_version_rows(lookup->version));
    if (status == TARN_OK && lookup->count > 0)
        status = tarn_parallel_for(lookup->pool, TARN_PRIORITY_USER_VISIBLE, lookup->task,
                                   tarn_version_chunk_count(lookup->version), search_chunk, &index, error);
    for (int64_t i = 0; i < lookup->count && status == TARN_OK; i++) {
        if (out[i] == TARN_LOOKUP_NONE)
            out[i] = atomic_load(&index.found[i]);
    }
    free(index.slots);
    free(index.hashes);
    free(index.found);
    return status;
}
