// Keys of rows as hashes, and rows of both sides with the same key.
#include "diff/keys.h"

#include "base/buffer.h"

#include <stdlib.h>
#include <string.h>

static tarn_status append_number(const tarn_diff_reader *reader, int64_t i, tarn_buffer *key, bool *is_null,
                                 tarn_error *error) {
    tarn_diff_number number;
    *is_null = !tarn_diff_read_number(reader, i, &number);
    if (*is_null)
        return TARN_OK;
    if (reader->form != TARN_FORM_EXACT)
        return tarn_buffer_append(key, &number.real, sizeof number.real, error);
    TARN_TRY(tarn_buffer_append(key, &number.value, sizeof number.value, error));
    return tarn_buffer_append(key, &number.scale, sizeof number.scale, error);
}

static tarn_status append_text(tarn_diff_reader *reader, int64_t i, tarn_buffer *key, bool *is_null,
                               tarn_error *error) {
    const char *text;
    size_t size;
    TARN_TRY(tarn_diff_read_text(reader, i, &text, &size, error));
    *is_null = text == NULL;
    if (*is_null)
        return TARN_OK;
    TARN_TRY(tarn_buffer_append(key, &size, sizeof size, error));
    return size > 0 ? tarn_buffer_append(key, text, size, error) : TARN_OK;
}

/* A single whole number needs no hashing. */
static bool hash_number(const tarn_diff_reader *reader, int64_t i, tarn_hash128 *out, bool *is_null) {
    tarn_diff_number number;
    *is_null = !tarn_diff_read_number(reader, i, &number);
    *out = (tarn_hash128){(uint64_t)(number.value >> 64), (uint64_t)number.value};
    return *is_null || number.scale == 0;
}

tarn_status tarn_diff_hasher_make(tarn_diff_hasher *hasher, size_t count, tarn_error *error) {
    *hasher = (tarn_diff_hasher){.readers = calloc(count + 1, sizeof *hasher->readers), .count = count};
    return hasher->readers == NULL ? tarn_fail_memory(error) : TARN_OK;
}

void tarn_diff_hasher_close(tarn_diff_hasher *hasher) {
    for (size_t k = 0; hasher->readers != NULL && k < hasher->count; k++)
        tarn_diff_reader_close(&hasher->readers[k]);
    free(hasher->readers);
    tarn_buffer_free(&hasher->key);
    *hasher = (tarn_diff_hasher){0};
}

tarn_status tarn_diff_hash(tarn_diff_hasher *hasher, int64_t i, tarn_hash128 *out, bool *is_null, tarn_error *error) {
    tarn_diff_reader *readers = hasher->readers;
    tarn_buffer *key = &hasher->key;
    if (hasher->count == 1 && readers[0].form == TARN_FORM_EXACT && hash_number(&readers[0], i, out, is_null))
        return TARN_OK;
    key->size = 0;
    *is_null = false;
    for (size_t k = 0; k < hasher->count && !*is_null; k++)
        TARN_TRY(readers[k].form == TARN_FORM_TEXT ? append_text(&readers[k], i, key, is_null, error)
                                                   : append_number(&readers[k], i, key, is_null, error));
    *out = tarn_hash128_of(key->data, key->size);
    return TARN_OK;
}

/* ---- a side ---- */

typedef struct dealing {
    const tarn_diff_key *key;
    bool before;
    size_t partitions, first;
    tarn_dealt *out;
} dealing;

/* The rows of a chunk as they are found. */
typedef struct found {
    tarn_diff_keyed_row *rows;
    uint32_t *buckets;
    uint32_t count;
} found;

static const tarn_version *version_of(const dealing *d) {
    return d->before ? d->key->diff->before : d->key->diff->after;
}

static tarn_status open_reader(const dealing *d, size_t k, size_t chunk, tarn_batch **batch, tarn_diff_reader *reader,
                               tarn_error *error) {
    const tarn_diff *diff = d->key->diff;
    const tarn_diff_pair *pair = &diff->pairs[d->key->pairs[k]];
    tarn_diff_form form = tarn_diff_form_of(tarn_version_column(diff->before, pair->before)->type,
                                            tarn_version_column(diff->after, pair->after)->type);
    TARN_TRY(tarn_version_read(version_of(d), d->before ? pair->before : pair->after, chunk, batch, error));
    return tarn_diff_reader_open(reader, tarn_batch_schema(*batch), tarn_batch_array(*batch), form, &diff->rules,
                                 error);
}

static tarn_status hash_rows(const dealing *d, tarn_diff_hasher *hasher, size_t chunk, found *out, tarn_error *error) {
    const uint8_t *live = NULL;
    int64_t rows = tarn_version_chunk(version_of(d), chunk).rows;
    TARN_TRY(tarn_version_live(version_of(d), chunk, &live, error));
    for (int64_t i = 0; i < rows; i++) {
        tarn_hash128 hash = {0};
        bool is_null;
        if (live != NULL && !tarn_bit_get(live, i))
            continue;
        TARN_TRY(tarn_diff_hash(hasher, i, &hash, &is_null, error));
        tarn_diff_keyed_row *row = &out->rows[out->count];
        memcpy(row->hash, &hash, sizeof row->hash);
        row->offset = (uint32_t)i;
        out->buckets[out->count++] = (uint32_t)(is_null ? d->partitions : tarn_diff_mix(hash) & (d->partitions - 1));
    }
    return TARN_OK;
}

static tarn_status hash_chunk(const dealing *d, size_t chunk, found *out, tarn_error *error) {
    tarn_diff_hasher hasher;
    size_t columns = d->key->pair_count;
    tarn_batch **batches = calloc(columns + 1, sizeof(tarn_batch *));
    tarn_status status = tarn_diff_hasher_make(&hasher, columns, error);
    if (batches == NULL)
        status = tarn_fail_memory(error);
    for (size_t k = 0; k < columns && status == TARN_OK; k++)
        status = open_reader(d, k, chunk, &batches[k], &hasher.readers[k], error);
    if (status == TARN_OK)
        status = hash_rows(d, &hasher, chunk, out, error);
    tarn_diff_hasher_close(&hasher);
    for (size_t k = 0; batches != NULL && k < columns; k++)
        tarn_batch_release(batches[k]);
    free(batches);
    return status;
}

static tarn_status deal_chunk(void *context, size_t chunk, tarn_error *error) {
    const dealing *d = context;
    size_t most = (size_t)tarn_version_chunk(version_of(d), chunk).live + 1;
    found f = {.rows = malloc(most * sizeof *f.rows), .buckets = malloc(most * sizeof *f.buckets)};
    tarn_status status =
        f.rows == NULL || f.buckets == NULL ? tarn_fail_memory(error) : hash_chunk(d, chunk, &f, error);
    if (status == TARN_OK)
        status = tarn_dealt_put(d->out, d->first + chunk, f.rows, f.buckets, f.count, error);
    free(f.rows);
    free(f.buckets);
    tarn_task_advance(d->key->task, (uint64_t)tarn_version_chunk(version_of(d), chunk).rows);
    return status;
}

tarn_status tarn_diff_deal_keys(const tarn_diff_key *key, bool before, size_t partitions, size_t first, tarn_dealt *out,
                                tarn_error *error) {
    dealing d = {key, before, partitions, first, out};
    return tarn_parallel_for(key->pool, TARN_PRIORITY_USER_VISIBLE, key->task,
                             tarn_version_chunk_count(before ? key->diff->before : key->diff->after), deal_chunk, &d,
                             error);
}
