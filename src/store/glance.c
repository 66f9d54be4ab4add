/*
 * Reading a few values of a large batch that was never read. Of values that are stored as they are, only the stretches
 * that the few lie in are checked, and so read. Of compressed ones the stored bytes are read, checked and kept, and
 * each time only the blocks that the few lie in are decompressed. Whatever speaks against that, damage too, is left to
 * the reading of the whole batch, which says what is wrong.
 */
#include "store/zone_file.h"

#include <stdlib.h>

/* More values than these are taken for a reason to read the batch. */
enum { MOST_VALUES = 4096 };

/* Such a batch is kept beside the whole one, under a key of its own. */
static tarn_hash128 glance_key(tarn_batch_id id) {
    static const uint64_t other = UINT64_C(0xA24BAED4963EE407);
    return (tarn_hash128){id.hi ^ other, id.lo};
}

void tarn_store_forget_batch(tarn_store *store, tarn_batch_id id) {
    tarn_cache_forget(&store->cache, id);
    tarn_cache_forget(&store->cache, glance_key(id));
    tarn_zone_cache_forget(&store->zones, id);
}

/* Decode what the first stretch says of the values, and look at none of them. */
static tarn_status decode(tarn_store *store, const tarn_batch_entry *entry, tarn_mapping *mapping, tarn_batch **out,
                          tarn_error *error) {
    static const tarn_ipc_read_options options = {.skip_values = true};
    struct ArrowSchema schema = {0};
    struct ArrowArray array = {0};
    tarn_sums *sums = NULL;
    const uint8_t *data = mapping->data;
    uint64_t cost = tarn_store_mapping_cost(store, mapping);
    tarn_ipc_owner owner = {mapping, tarn_store_release_mapping};
    size_t summed = mapping->size - tarn_zones_tail(data, mapping->size);
    tarn_status status = tarn_sums_open(data, summed, entry->id, &sums, error);
    if (status == TARN_OK && (sums == NULL || !tarn_sums_hold(sums, data, TARN_SUMS_STRETCH)))
        status = tarn_fail(error, TARN_E_UNSUPPORTED, "the batch has no checksums of stretches");
    if (status == TARN_OK)
        status = tarn_ipc_decode_column(data, mapping->size, &owner, &options, &schema, &array, error);
    if (status != TARN_OK)
        tarn_store_release_mapping(mapping);
    if (status == TARN_OK)
        status = tarn_batch_new(&schema, &array, cost, out, error);
    if (status == TARN_OK)
        (*out)->sums = sums;
    else
        tarn_sums_free(sums);
    return status;
}

/* What describes the values is in the first stretch, which was checked: the values begin there, and nothing is nested.
 */
static bool is_described(const tarn_batch *batch, const uint8_t *data) {
    const struct ArrowArray *array = &batch->array;
    if (array->n_children > 0 || array->dictionary != NULL)
        return false;
    for (int64_t i = 0; i < array->n_buffers; i++) {
        if (array->buffers[i] != NULL && (uintptr_t)array->buffers[i] - (uintptr_t)data <= TARN_SUMS_STRETCH)
            return true;
    }
    return false;
}

typedef struct glancing {
    tarn_store *store;
    tarn_batch_id id;
} glancing;

/* Takes over the mapping. */
static tarn_status keep_packed(tarn_mapping *mapping, tarn_batch **out, tarn_error *error) {
    struct ArrowSchema no_schema = {0};
    struct ArrowArray no_array = {0};
    tarn_status status = tarn_batch_new(&no_schema, &no_array, mapping->size, out, error);
    if (status == TARN_OK)
        (*out)->packed = mapping;
    else
        tarn_store_release_mapping(mapping);
    return status;
}

static tarn_status keep_described(tarn_store *store, const tarn_batch_entry *entry, tarn_mapping *mapping,
                                  tarn_batch **out, tarn_error *error) {
    const uint8_t *data = mapping->data;
    TARN_TRY(decode(store, entry, mapping, out, error));
    if (is_described(*out, data))
        return TARN_OK;
    tarn_batch_release(*out);
    return tarn_fail(error, TARN_E_UNSUPPORTED, "the first stretch does not describe the values");
}

static bool can_glance(tarn_store *store, const tarn_batch_entry *entry) {
    if (entry->segment == 0 || entry->length < TARN_SUMS_LEAST)
        return false;
    return tarn_batch_codec(entry) == TARN_CODEC_LZ4 ||
           (tarn_batch_codec(entry) == TARN_CODEC_NONE && !tarn_store_is_proved(store, entry));
}

/* NULL where it cannot be done. */
static tarn_status load_glance(void *context, tarn_batch **out, tarn_error *error) {
    const glancing *what = context;
    tarn_store *store = what->store;
    tarn_batch_entry entry;
    tarn_error ignored;
    *out = NULL;
    if (!tarn_store_find_batch(store, what->id, &entry) || !can_glance(store, &entry))
        return TARN_OK;
    tarn_mapping *mapping = malloc(sizeof *mapping);
    if (mapping == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_segment_map(store, &entry, mapping, &ignored);
    if (status != TARN_OK) {
        free(mapping);
    } else if (tarn_batch_codec(&entry) == TARN_CODEC_NONE) {
        status = keep_described(store, &entry, mapping, out, &ignored);
    } else {
        if (!tarn_store_is_proved(store, &entry))
            status = tarn_store_check_bytes(store, &entry, mapping, &ignored);
        if (status == TARN_OK)
            status = keep_packed(mapping, out, &ignored);
        else
            tarn_store_release_mapping(mapping);
    }
    if (status != TARN_OK)
        *out = NULL;
    return TARN_OK;
}

/* Some values of a packed batch, which is let go. NULL where it cannot be done. */
static tarn_batch *unpack(tarn_batch *batch, int64_t first, int64_t count) {
    struct ArrowSchema schema = {0};
    struct ArrowArray array = {0};
    tarn_batch *window = NULL;
    int64_t total = 0;
    if (tarn_ipc_decode_window(batch->packed->data, batch->packed->size, first, count, &schema, &array, &total, NULL) ==
            TARN_OK &&
        tarn_batch_new(&schema, &array, 0, &window, NULL) == TARN_OK) {
        window->first = first;
        window->rows = total;
    }
    tarn_batch_release(batch);
    return window;
}

static bool hold(void *context, const void *from, size_t size) {
    return tarn_sums_hold(context, from, size);
}

tarn_status tarn_store_glance(tarn_store *store, tarn_batch_id id, int64_t first, int64_t count, tarn_batch **out,
                              tarn_error *error) {
    glancing what = {store, id};
    *out = tarn_cache_look(&store->cache, id);
    if (*out != NULL)
        return TARN_OK;
    if (count <= MOST_VALUES) {
        TARN_TRY(tarn_cache_get(&store->cache, glance_key(id), load_glance, &what, out, error));
        if (*out != NULL && (*out)->packed != NULL) {
            *out = unpack(*out, first, count);
            if (*out != NULL)
                return TARN_OK;
        }
        if (*out != NULL && tarn_array_visit_memory(&(*out)->schema, &(*out)->array, first, count, hold, (*out)->sums))
            return TARN_OK;
        tarn_batch_release(*out);
    }
    return tarn_store_read_batch(store, id, out, error);
}
