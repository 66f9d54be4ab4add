/* Batches: keeping values under an id made of them, and getting them back. */
#include "base/asker.h"
#include "store/zone_file.h"

#include <stdlib.h>

/* ---- finding ----------------------------------------------------------------------------------------------------- */

static bool find_locked(const tarn_store *store, tarn_batch_id id, tarn_batch_entry *out) {
    if (tarn_index_find_batch(&store->ledger.index, id, out))
        return true;
    const tarn_batch_entry *pending = tarn_keyed_map_find(&store->pending, id.hi, id.lo);
    if (pending != NULL)
        *out = *pending;
    return pending != NULL;
}

bool tarn_store_find_batch(tarn_store *store, tarn_batch_id id, tarn_batch_entry *out) {
    pthread_mutex_lock(&store->lock);
    bool found = find_locked(store, id, out);
    pthread_mutex_unlock(&store->lock);
    return found;
}

/* As tarn_store_find_batch, but only where a new version may rely on it: not in segments that gc gave up. */
static bool find_shareable(tarn_store *store, tarn_batch_id id, tarn_batch_entry *out) {
    pthread_mutex_lock(&store->lock);
    const tarn_batch_entry *pending = tarn_keyed_map_find(&store->pending, id.hi, id.lo);
    bool found = pending != NULL;
    if (found)
        *out = *pending;
    else
        found = tarn_index_find_batch(&store->ledger.index, id, out) && out->segment != 0 &&
                tarn_ledger_segment(&store->ledger, out->segment) != NULL;
    pthread_mutex_unlock(&store->lock);
    return found;
}

/* ---- decoding ---------------------------------------------------------------------------------------------------- */

/* A number for a place in the segments: offsets are multiples of 64 and segments stay far below 2^46 bytes. */
static uint64_t place_of(const tarn_batch_entry *entry) {
    return ((uint64_t)entry->segment << 40 | (entry->offset >> 6)) + 1;
}

void tarn_store_release_mapping(void *context) {
    tarn_mapping *mapping = context;
    tarn_mapping_release(mapping);
    free(mapping);
}

tarn_status tarn_store_check_bytes(tarn_store *store, const tarn_batch_entry *entry, const tarn_mapping *mapping,
                                   tarn_error *error) {
    if (tarn_hash64_of(mapping->data, mapping->size) == entry->checksum)
        return TARN_OK;
    char *path = tarn_segment_path(store, entry->segment);
    unsigned long long from = entry->offset, to = from + entry->length;
    tarn_status status = tarn_fail(error, TARN_E_CORRUPT, "bytes %llu to %llu of %s were changed or are damaged", from,
                                   to, path != NULL ? path : "a segment");
    free(path);
    return status;
}

bool tarn_store_is_proved(tarn_store *store, const tarn_batch_entry *entry) {
    return tarn_cache_is_proved(&store->cache, place_of(entry));
}

/* A process may have only some ten thousands of mappings, so that each counts for something. */
#define LEAST_PAGED_COST (16 << 10)

/* What a batch in pages of its file counts against options->cache_bytes, so that options->mapped_bytes of them fit. */
static uint64_t paged_cost(const tarn_store_options *options, uint64_t size) {
    uint64_t cost = size / (options->mapped_bytes / options->cache_bytes);
    uint64_t least = size < LEAST_PAGED_COST ? size : LEAST_PAGED_COST;
    return cost < least ? least : cost;
}

uint64_t tarn_store_mapping_cost(const tarn_store *store, const tarn_mapping *mapping) {
    return mapping->is_paged ? paged_cost(&store->options, mapping->size) : mapping->size;
}

/* A large batch that was written without zones gets its own when it is first read, for as long as this process lives.
 */
static tarn_status note_zones(tarn_store *store, tarn_batch_id id, const tarn_batch *batch, tarn_error *error) {
    const tarn_zone_map *map = tarn_zone_cache_look(&store->zones, id);
    if (map == NULL) {
        TARN_TRY(tarn_zone_map_of(&batch->schema, &batch->array, &map, error));
        tarn_zone_cache_keep(&store->zones, id, map);
    }
    tarn_zone_map_release(map);
    return TARN_OK;
}

tarn_status tarn_store_decode(tarn_store *store, const tarn_batch_entry *entry, bool trusted, tarn_batch **out,
                              tarn_error *error) {
    struct ArrowSchema schema = {0};
    struct ArrowArray array = {0};
    bool proved = trusted && tarn_store_is_proved(store, entry);
    *out = NULL;
    tarn_mapping *mapping = malloc(sizeof *mapping);
    if (mapping == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_segment_map(store, entry, mapping, error);
    if (status != TARN_OK) {
        free(mapping);
        return status;
    }
    if (!proved)
        status = tarn_store_check_bytes(store, entry, mapping, error);
    if (status != TARN_OK) {
        tarn_store_release_mapping(mapping);
        return status;
    }
    const uint8_t *data = mapping->data;
    size_t size = mapping->size;
    uint64_t bytes = tarn_store_mapping_cost(store, mapping); /* decoding takes the mapping over */
    tarn_ipc_owner owner = {mapping, tarn_store_release_mapping};
    tarn_ipc_read_options options = {.skip_values = proved};
    bool lacks_zones = tarn_zones_are_stored(tarn_batch_codec(entry), size) && tarn_zones_tail(data, size) == 0;
    status = tarn_ipc_decode_column(data, size, &owner, &options, &schema, &array, error);
    if (status == TARN_E_FORMAT)
        status = tarn_fail_context(error, TARN_E_CORRUPT, "the batch at byte %llu of segment %u",
                                   (unsigned long long)entry->offset, (unsigned)entry->segment);
    if (status != TARN_OK) {
        tarn_store_release_mapping(mapping);
        return status;
    }
    if (tarn_batch_codec(entry) != TARN_CODEC_NONE)
        bytes = (uint64_t)tarn_array_bytes(&schema, &array);
    if (!proved)
        tarn_cache_prove(&store->cache, place_of(entry));
    status = tarn_batch_new(&schema, &array, bytes, out, error);
    if (status == TARN_OK && lacks_zones)
        status = note_zones(store, entry->id, *out, error);
    if (status != TARN_OK) {
        tarn_batch_release(*out);
        *out = NULL;
    }
    return status;
}

typedef struct loading {
    tarn_store *store;
    tarn_batch_id id;
} loading;

static bool same_place(const tarn_batch_entry *a, const tarn_batch_entry *b) {
    return a->segment == b->segment && a->offset == b->offset;
}

static tarn_status load_batch(void *context, tarn_batch **out, tarn_error *error) {
    const loading *what = context;
    tarn_batch_entry entry, now;
    if (!tarn_store_find_batch(what->store, what->id, &entry)) {
        char text[TARN_HASH128_TEXT_SIZE];
        tarn_hash128_format(what->id, text);
        return tarn_fail(
            error, TARN_E_CORRUPT,
            "no segment holds the batch %s: " TARN_ASKER("tarn verify --repair", "verify()") " says what is lost",
            text);
    }
    for (;;) {
        if (entry.segment == 0) {
            *out = NULL;
            return TARN_OK;
        }
        tarn_status status = tarn_store_decode(what->store, &entry, true, out, error);
        /* Another thread may have moved it, and removed the segment, between looking up and reading. */
        if (status != TARN_E_CORRUPT || !tarn_store_find_batch(what->store, what->id, &now) || same_place(&entry, &now))
            return status;
        entry = now;
    }
}

tarn_status tarn_store_read_batch(tarn_store *store, tarn_batch_id id, tarn_batch **out, tarn_error *error) {
    loading what = {store, id};
    return tarn_cache_get(&store->cache, id, load_batch, &what, out, error);
}

tarn_status tarn_store_read_plain(tarn_store *store, tarn_batch_id id, const char *format, int64_t length,
                                  tarn_batch **out, tarn_error *error) {
    TARN_TRY(tarn_store_read_batch(store, id, out, error));
    if (*out == NULL)
        return TARN_OK;
    const struct ArrowArray *array = &(*out)->array;
    if (strcmp((*out)->schema.format, format) == 0 && array->length == length && array->offset == 0 &&
        array->n_buffers == 2 && (length == 0 || array->buffers[1] != NULL) && array->dictionary == NULL)
        return TARN_OK;
    tarn_batch_release(*out);
    *out = NULL;
    return tarn_fail(error, TARN_E_CORRUPT, "a batch that should hold %lld values of format \"%s\" holds others",
                     (long long)length, format);
}

/* ---- keeping ----------------------------------------------------------------------------------------------------- */

/* Another id for values whose own is taken by different ones. */
tarn_batch_id tarn_batch_id_salted(tarn_batch_id id, uint64_t salt) {
    uint64_t words[3] = {id.hi, id.lo, salt};
    uint8_t bytes[sizeof words];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(words[i / 8] >> (8 * (i % 8)));
    return salt == 0 ? id : tarn_hash128_of(bytes, sizeof bytes);
}

/* True when the batch is there and has these very values; a damaged one does not. */
static tarn_status has_values(tarn_store *store, tarn_batch_id id, const struct ArrowSchema *type,
                              const struct ArrowArray *values, bool *same, tarn_error *error) {
    tarn_batch *batch = NULL;
    *same = false;
    tarn_error ignored;
    tarn_status status = tarn_store_read_batch(store, id, &batch, &ignored);
    if (status == TARN_E_CORRUPT)
        return TARN_OK;
    if (status != TARN_OK) {
        if (error != NULL)
            *error = ignored;
        return status;
    }
    *same = batch != NULL && batch->array.length == values->length && tarn_schema_same_type(&batch->schema, type) &&
            tarn_array_equal(type, &batch->array, values);
    tarn_batch_release(batch);
    return TARN_OK;
}

tarn_status tarn_batch_encode(const struct ArrowSchema *type, const struct ArrowArray *values, tarn_codec codec,
                              tarn_batch_id id, tarn_buffer *out, tarn_error *error) {
    struct ArrowSchema named = {0};
    const tarn_zone_map *zones = NULL;
    tarn_status status;
    tarn_ipc_write_options options = {.codec = codec};
    /* While the values are still near from having been hashed; whether zones are wanted is known only afterwards. */
    if (tarn_zones_are_stored(codec, (uint64_t)tarn_array_bytes(type, values)))
        TARN_CHECK(tarn_zone_map_of(type, values, &zones, error));
    TARN_CHECK(tarn_schema_copy(type, "values", &named, error));
    TARN_CHECK(tarn_ipc_encode_column(&named, values, &options, out, error));
    if (codec == TARN_CODEC_NONE)
        TARN_CHECK(tarn_sums_append(out, id, error));
    if (tarn_zones_are_stored(codec, out->size)) {
        if (zones == NULL)
            TARN_CHECK(tarn_zone_map_of(type, values, &zones, error));
        TARN_CHECK(tarn_zones_append(out, zones, id, error));
    }
cleanup:
    tarn_zone_map_release(zones);
    tarn_schema_release(&named);
    return status;
}

static tarn_status write_batch(tarn_store *store, const struct ArrowSchema *type, const struct ArrowArray *values,
                               tarn_batch_entry *entry, tarn_error *error) {
    tarn_buffer bytes = {0};
    tarn_status status;
    TARN_CHECK(tarn_batch_encode(type, values, store->options.codec, entry->id, &bytes, error));
    TARN_CHECK(tarn_segment_append(store, &bytes, entry, error));
    entry->codec = (uint32_t)store->options.codec;
    /* This process made the values and their bytes: a check of its own would find what its memory holds anyway. */
    tarn_cache_prove(&store->cache, place_of(entry));
cleanup:
    tarn_buffer_free(&bytes);
    return status;
}

/* List what was written as pending; false when another thread listed the same id meanwhile. */
static tarn_status list_pending(tarn_store *store, const tarn_batch_entry *entry, bool *listed, tarn_error *error) {
    tarn_status status = TARN_OK;
    pthread_mutex_lock(&store->lock);
    *listed = tarn_keyed_map_find(&store->pending, entry->id.hi, entry->id.lo) == NULL;
    if (*listed)
        status = tarn_keyed_map_put(&store->pending, entry, error);
    pthread_mutex_unlock(&store->lock);
    return status;
}

tarn_status tarn_store_put(tarn_store *store, const struct ArrowSchema *type, const struct ArrowArray *values,
                           tarn_batch_id *out, tarn_error *error) {
    tarn_hash128 hash;
    TARN_TRY(store->hash(type, values, &hash, error));
    for (uint64_t salt = 0;; salt++) {
        tarn_batch_entry entry;
        tarn_batch_id id = tarn_batch_id_salted(hash, salt);
        bool known = tarn_is_no_batch(id);
        if (!known && find_shareable(store, id, &entry)) {
            bool same;
            TARN_TRY(has_values(store, id, type, values, &same, error));
            if (same) {
                *out = id;
                return TARN_OK;
            }
            known = true;
        }
        /* An id that only gc'd or damaged bytes have stays theirs as long as anything may refer to it. */
        if (known || tarn_store_find_batch(store, id, &entry))
            continue;
        entry = (tarn_batch_entry){.id = id};
        bool listed;
        TARN_TRY(write_batch(store, type, values, &entry, error));
        TARN_TRY(list_pending(store, &entry, &listed, error));
        if (listed) {
            *out = id;
            return TARN_OK;
        }
        salt--; /* look again: it is most likely the same values */
    }
}
