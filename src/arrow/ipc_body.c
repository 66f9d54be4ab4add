// The buffers of a record batch's body.
#include "arrow/ipc_body.h"

#include "arrow/ipc_compress.h"
#include "arrow/ipc_format.h"

#include <inttypes.h>
#include <stdlib.h>

#define DEFAULT_MEMORY_LIMIT (UINT64_C(4) << 30)
#define FOREIGN_MEMORY (UINT64_C(512) << 20) /* and so many times the body: */
#define FOREIGN_RATIO 64

/* One compressed buffer and where it goes. */
typedef struct inflation {
    ipc_slot from;
    void *to;
    size_t size;
} inflation;

typedef struct inflations {
    tarn_codec codec;
    inflation *items;
    size_t count;
} inflations;

tarn_status ipc_body_alloc(ipc_body *body, tarn_pile *pile, uint64_t size, void **out, tarn_error *error) {
    if (size > body->budget || size > SIZE_MAX / 2)
        return tarn_fail(error, TARN_E_MEMORY,
                         "a record batch would take more memory than its %" PRIu64
                         " bytes justify: write the file again with smaller batches",
                         body->stored);
    body->budget -= size;
    return tarn_pile_alloc(pile, (size_t)size, out, error);
}

void ipc_body_close(ipc_body *body) {
    free(body->slots);
    body->slots = NULL;
}

/* Where the buffers lie. They may not overlap, so that a small body cannot stand for much data. */
static tarn_status find_slots(const ipc_batch_source *source, const fb_vector *buffers, ipc_body *body,
                              tarn_error *error) {
    uint64_t total = 0;
    for (size_t i = 0; i < buffers->count; i++) {
        uint64_t offset = fb_list_number(buffers, i, 0, 8), size = fb_list_number(buffers, i, 8, 8);
        if (size == 0)
            continue;
        if (offset > source->body_size || size > source->body_size - offset)
            return tarn_fail(error, TARN_E_FORMAT, "buffer %zu of a record batch lies outside its body", i);
        total += size;
        if (total > source->body_size)
            return tarn_fail(error, TARN_E_FORMAT, "the buffers of a record batch overlap");
        body->slots[i] = (ipc_slot){source->body + offset, (size_t)size};
    }
    return TARN_OK;
}

static tarn_status read_codec(const fb_table *compression, tarn_codec *out, tarn_error *error) {
    uint8_t codec = fb_u8(compression, COMPRESSION_CODEC, CODEC_LZ4_FRAME);
    uint8_t method = fb_u8(compression, COMPRESSION_METHOD, 0);
    if (codec > CODEC_ZSTD || method != 0)
        return tarn_fail(error, TARN_E_UNSUPPORTED, "compression number %d of Arrow bodies is not known", codec);
    *out = codec == CODEC_LZ4_FRAME ? TARN_CODEC_LZ4 : TARN_CODEC_ZSTD;
    return TARN_OK;
}

/* A compressed buffer begins with the size of what it holds; -1 says that the rest is stored as it is. */
static tarn_status plan_inflation(ipc_body *body, size_t i, tarn_pile *pile, inflations *plan, tarn_error *error) {
    ipc_slot *slot = &body->slots[i];
    if (slot->size < 8)
        return tarn_fail(error, TARN_E_FORMAT, "compressed buffer %zu of a record batch is too short", i);
    fb_buffer bytes = {.data = slot->data, .size = slot->size};
    int64_t size = (int64_t)fb_number(&bytes, 0, 8);
    ipc_slot rest = {slot->data + 8, slot->size - 8};
    if (size == -1) {
        *slot = rest;
        return TARN_OK;
    }
    if (size < 0 || (uint64_t)size > ipc_decompressed_bound(plan->codec, rest.size))
        return tarn_fail(
            error, TARN_E_FORMAT,
            "compressed buffer %zu of a record batch says that it holds %" PRId64 " bytes, which it cannot", i, size);
    if (size == 0) {
        *slot = (ipc_slot){0};
        return TARN_OK;
    }
    inflation *item = &plan->items[plan->count];
    *item = (inflation){.from = rest, .size = (size_t)size};
    TARN_TRY(ipc_body_alloc(body, pile, (uint64_t)size, &item->to, error));
    plan->count++;
    *slot = (ipc_slot){item->to, item->size};
    return TARN_OK;
}

static tarn_status inflate_one(void *context, size_t index, tarn_error *error) {
    const inflations *plan = context;
    const inflation *item = &plan->items[index];
    return ipc_decompress(plan->codec, item->from.data, item->from.size, item->to, item->size, error);
}

static tarn_status inflate_slots(const ipc_batch_source *source, const fb_table *compression, tarn_pile *pile,
                                 ipc_body *body, tarn_error *error) {
    inflations plan = {0};
    tarn_status status = TARN_OK;
    TARN_TRY(read_codec(compression, &plan.codec, error));
    plan.items = calloc(body->count + 1, sizeof *plan.items);
    if (plan.items == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < body->count; i++) {
        if (body->slots[i].size > 0)
            TARN_CHECK(plan_inflation(body, i, pile, &plan, error));
    }
    TARN_CHECK(tarn_parallel_for(source->options->pool, TARN_PRIORITY_USER_VISIBLE, source->options->task, plan.count,
                                 inflate_one, &plan, error));
cleanup:
    free(plan.items);
    return status;
}

static uint64_t budget_of(const ipc_batch_source *source) {
    const tarn_ipc_read_options *options = source->options;
    uint64_t limit = options->memory_limit == 0 ? DEFAULT_MEMORY_LIMIT : options->memory_limit;
    uint64_t justified = FOREIGN_MEMORY + (uint64_t)source->body_size * FOREIGN_RATIO;
    return options->is_foreign && justified < limit ? justified : limit;
}

tarn_status ipc_body_find(const ipc_batch_source *source, ipc_body *out, tarn_error *error) {
    fb_table batch = source->batch;
    fb_vector buffers = fb_list(&batch, BATCH_BUFFERS, BUFFER_SIZE);
    *out = (ipc_body){.count = buffers.count};
    out->budget = budget_of(source);
    out->stored = source->body_size;
    out->slots = calloc(buffers.count + 1, sizeof *out->slots);
    if (out->slots == NULL)
        return tarn_fail_memory(error);
    tarn_status status = find_slots(source, &buffers, out, error);
    if (status != TARN_OK)
        ipc_body_close(out);
    return status;
}

tarn_status ipc_body_open(const ipc_batch_source *source, tarn_pile *pile, ipc_body *out, tarn_error *error) {
    fb_table batch = source->batch, compression = fb_child(&batch, BATCH_COMPRESSION);
    ipc_body body;
    TARN_TRY(ipc_body_find(source, &body, error));
    tarn_status status = compression.at != 0 ? inflate_slots(source, &compression, pile, &body, error) : TARN_OK;
    if (status != TARN_OK) {
        ipc_body_close(&body);
        return status;
    }
    *out = body;
    return TARN_OK;
}
