/* The rows of a version in the order of their keys' digests, which says nothing about the keys. */
#include "diff/blind_work.h"

#include <stdlib.h>
#include <string.h>

/* Rows that are in a bucket on average: digests are spread evenly, whatever the keys. */
#define BUCKET_ROWS 65536
#define DEFAULT_MEMORY (UINT64_C(24) << 20)

typedef struct dealing {
    const tarn_blind_input *input;
    const struct hmac_sha256_ctx *keyed;
    tarn_diff_rules rules;
    const size_t *keys;
    tarn_dealt *out;
    int64_t *nulls; /* per chunk */
} dealing;

/* The rows of a chunk as they are digested. */
typedef struct digested {
    tarn_blind_place *places;
    uint32_t *buckets, count;
} digested;

static uint32_t bucket_of(const uint8_t *key, size_t buckets) {
    uint32_t first = (uint32_t)key[0] << 24 | (uint32_t)key[1] << 16 | (uint32_t)key[2] << 8 | key[3];
    return (uint32_t)((uint64_t)first * buckets >> 32); /* rises with the key */
}

static tarn_status digest_rows(const dealing *d, size_t chunk, tarn_blind_reading *readings, digested *out,
                               tarn_error *error) {
    const tarn_version *version = d->input->version;
    tarn_chunk extent = tarn_version_chunk(version, chunk);
    const uint8_t *live = NULL;
    TARN_TRY(tarn_version_live(version, chunk, &live, error));
    for (int64_t i = 0; i < extent.rows; i++) {
        struct hmac_sha256_ctx hmac = *d->keyed;
        bool is_null = false;
        if (live != NULL && !tarn_bit_get(live, i))
            continue;
        hmac_sha256_update(&hmac, 1, (const uint8_t *)"K");
        for (size_t k = 0; k < d->input->options->key_count && !is_null; k++) {
            const char *text;
            size_t size;
            TARN_TRY(tarn_blind_read_text(&readings[k], i, &text, &size, error));
            is_null = text == NULL;
            tarn_blind_digest_text(&hmac, text, size);
        }
        d->nulls[chunk] += is_null;
        if (is_null)
            continue;
        tarn_blind_place *place = &out->places[out->count];
        place->row = extent.first_row + i;
        hmac_sha256_digest(&hmac, sizeof place->key, place->key);
        out->buckets[out->count++] = bucket_of(place->key, d->out->buckets);
    }
    return TARN_OK;
}

static tarn_status digest_chunk(const dealing *d, size_t chunk, digested *out, tarn_error *error) {
    size_t count = d->input->options->key_count;
    tarn_blind_reading *readings = calloc(count, sizeof *readings);
    tarn_batch **batches = calloc(count, sizeof *batches);
    tarn_status status = readings == NULL || batches == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (size_t k = 0; k < count && status == TARN_OK; k++) {
        status = tarn_version_read(d->input->version, d->keys[k], chunk, &batches[k], error);
        if (status == TARN_OK)
            status = tarn_blind_reading_open(&d->rules, tarn_batch_schema(batches[k]), tarn_batch_array(batches[k]),
                                             &readings[k], error);
    }
    if (status == TARN_OK)
        status = digest_rows(d, chunk, readings, out, error);
    for (size_t k = 0; k < count; k++) {
        if (readings != NULL)
            tarn_diff_reader_close(&readings[k].reader);
        if (batches != NULL)
            tarn_batch_release(batches[k]);
    }
    free(readings);
    free(batches);
    return status;
}

static tarn_status deal_chunk(void *context, size_t chunk, tarn_error *error) {
    const dealing *d = context;
    int64_t live = tarn_version_chunk(d->input->version, chunk).live;
    digested all = {.places = malloc(((size_t)live + 1) * sizeof *all.places),
                    .buckets = malloc(((size_t)live + 1) * sizeof *all.buckets)};
    tarn_status status =
        all.places == NULL || all.buckets == NULL ? tarn_fail_memory(error) : digest_chunk(d, chunk, &all, error);
    if (status == TARN_OK)
        status = tarn_dealt_put(d->out, chunk, all.places, all.buckets, all.count, error);
    free(all.places);
    free(all.buckets);
    tarn_task_advance(d->input->task, (uint64_t)live);
    return status;
}

tarn_status tarn_blind_order_make(const tarn_blind_input *input, const struct hmac_sha256_ctx *keyed,
                                  const size_t *keys, tarn_blind_order *out, tarn_error *error) {
    size_t chunks = tarn_version_chunk_count(input->version);
    uint64_t rows = (uint64_t)tarn_version_rows(input->version);
    const tarn_diff_rules rules = {input->options->ignore_case, input->options->ignore_space, 0};
    dealing d = {input, keyed, rules, keys, &out->dealt, calloc(chunks + 1, sizeof(int64_t))};
    tarn_status status = d.nulls == NULL ? tarn_fail_memory(error) : TARN_OK;
    *out = (tarn_blind_order){0};
    if (status == TARN_OK)
        status = tarn_diff_spill_new(input->version, input->memory != 0 ? input->memory : DEFAULT_MEMORY, &out->spill,
                                     error);
    if (status == TARN_OK)
        status = tarn_dealt_make(&out->dealt, out->spill, sizeof(tarn_blind_place), (size_t)(rows / BUCKET_ROWS + 1),
                                 chunks, error);
    tarn_task_begin(input->task, "digesting keys", "rows", rows);
    if (status == TARN_OK)
        status = tarn_parallel_for(input->pool, TARN_PRIORITY_USER_VISIBLE, input->task, chunks, deal_chunk, &d, error);
    for (size_t i = 0; status == TARN_OK && i < chunks; i++)
        out->null_keys += d.nulls[i];
    free(d.nulls);
    return status;
}

void tarn_blind_order_clear(tarn_blind_order *order) {
    tarn_dealt_clear(&order->dealt);
    tarn_diff_spill_free(order->spill);
    free(order->places);
    *order = (tarn_blind_order){0};
}

static int compare_places(const void *a, const void *b) {
    const tarn_blind_place *left = a, *right = b;
    return memcmp(left->key, right->key, sizeof left->key);
}

static tarn_status load_bucket(tarn_blind_order *order, size_t bucket, tarn_error *error) {
    const tarn_dealt *dealt = &order->dealt;
    tarn_buffer scratch = {0};
    tarn_status status = TARN_OK;
    int64_t count = 0;
    for (size_t run = 0; run < dealt->run_count; run++)
        count += tarn_dealt_count(dealt, run, bucket, bucket + 1);
    if (count > order->capacity) {
        free(order->places);
        order->places = malloc((size_t)count * sizeof *order->places);
        order->capacity = order->places != NULL ? count : 0;
        if (order->places == NULL)
            return tarn_fail_memory(error);
    }
    order->count = order->at = 0;
    for (size_t run = 0; run < dealt->run_count && status == TARN_OK; run++) {
        const void *items;
        uint32_t here = 0;
        status = tarn_dealt_get(dealt, run, bucket, bucket + 1, &scratch, &items, &here, error);
        if (status == TARN_OK && here > 0)
            memcpy(order->places + order->count, items, here * sizeof *order->places);
        order->count += here;
    }
    tarn_buffer_free(&scratch);
    if (status == TARN_OK && order->count > 0)
        qsort(order->places, (size_t)order->count, sizeof *order->places, compare_places);
    return status;
}

tarn_status tarn_blind_order_next(tarn_blind_order *order, int64_t most, const tarn_blind_place **out, int64_t *count,
                                  tarn_error *error) {
    while (order->at == order->count && order->next_bucket < order->dealt.buckets)
        TARN_TRY(load_bucket(order, order->next_bucket++, error));
    int64_t left = order->count - order->at;
    *count = left < most ? left : most;
    *out = *count > 0 ? order->places + order->at : NULL;
    order->at += *count;
    return TARN_OK;
}
