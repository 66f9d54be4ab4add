#include "diff/keys.h"

#include "base/buffer.h"

#include <stdlib.h>
#include <string.h>

typedef struct work {
    const tarn_diff *diff;
    bool before;
    const size_t *pairs;
    size_t pair_count;
    tarn_diff_keys *out;
    tarn_task *task;
} work;

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

static tarn_status open_reader(const work *w, size_t k, size_t chunk, tarn_batch **batch, tarn_diff_reader *reader,
                               tarn_error *error) {
    const tarn_diff_pair *pair = &w->diff->pairs[w->pairs[k]];
    tarn_diff_form form = tarn_diff_form_of(tarn_version_column(w->diff->before, pair->before)->type,
                                            tarn_version_column(w->diff->after, pair->after)->type);
    TARN_TRY(tarn_version_read(w->out->version, w->before ? pair->before : pair->after, chunk, batch, error));
    return tarn_diff_reader_open(reader, tarn_batch_schema(*batch), tarn_batch_array(*batch), form, &w->diff->rules,
                                 error);
}

static tarn_status hash_rows(const work *w, tarn_diff_hasher *hasher, size_t chunk, tarn_error *error) {
    const uint8_t *live = NULL;
    tarn_diff_keys *out = w->out;
    tarn_chunk place = tarn_version_chunk(out->version, chunk);
    int64_t at = out->starts[chunk];
    TARN_TRY(tarn_version_live(out->version, chunk, &live, error));
    for (int64_t i = 0; i < place.rows; i++) {
        bool is_null;
        if (live != NULL && !tarn_bit_get(live, i))
            continue;
        TARN_TRY(tarn_diff_hash(hasher, i, &out->hashes[at], &is_null, error));
        out->rows[at] = place.first_row + i;
        out->is_null[at++] = is_null;
    }
    return TARN_OK;
}

static tarn_status hash_chunk(void *context, size_t chunk, tarn_error *error) {
    const work *w = context;
    tarn_diff_hasher hasher;
    tarn_batch **batches = calloc(w->pair_count, sizeof(tarn_batch *));
    tarn_status status = tarn_diff_hasher_make(&hasher, w->pair_count, error);
    if (batches == NULL)
        status = tarn_fail_memory(error);
    for (size_t k = 0; k < w->pair_count && status == TARN_OK; k++)
        status = open_reader(w, k, chunk, &batches[k], &hasher.readers[k], error);
    if (status == TARN_OK)
        status = hash_rows(w, &hasher, chunk, error);
    tarn_diff_hasher_close(&hasher);
    for (size_t k = 0; batches != NULL && k < w->pair_count; k++)
        tarn_batch_release(batches[k]);
    free(batches);
    tarn_task_advance(w->task, (uint64_t)tarn_version_chunk(w->out->version, chunk).rows);
    return status;
}

tarn_status tarn_diff_keys_of(const tarn_diff *diff, bool before, const size_t *pairs, size_t pair_count,
                              tarn_pool *pool, tarn_task *task, tarn_diff_keys *out, tarn_error *error) {
    const tarn_version *version = before ? diff->before : diff->after;
    size_t chunks = tarn_version_chunk_count(version);
    *out = (tarn_diff_keys){.version = version, .starts = calloc(chunks + 1, sizeof *out->starts)};
    for (size_t i = 0; i < chunks && out->starts != NULL; i++)
        out->starts[i + 1] = out->count += tarn_version_chunk(version, i).live;
    out->rows = malloc(((size_t)out->count + 1) * sizeof *out->rows);
    out->hashes = malloc(((size_t)out->count + 1) * sizeof *out->hashes);
    out->is_null = malloc((size_t)out->count + 1);
    if (out->starts == NULL || out->rows == NULL || out->hashes == NULL || out->is_null == NULL)
        return tarn_fail_memory(error);
    work w = {diff, before, pairs, pair_count, out, task};
    return tarn_parallel_for(pool, TARN_PRIORITY_USER_VISIBLE, task, chunks, hash_chunk, &w, error);
}

void tarn_diff_keys_clear(tarn_diff_keys *keys) {
    free(keys->starts);
    free(keys->rows);
    free(keys->hashes);
    free(keys->is_null);
    *keys = (tarn_diff_keys){0};
}
