// A few rows out of a column that is compressed with LZ4: only the blocks that they lie in are decompressed.
#include "arrow/ipc_window.h"

#include "arrow/bits.h"
#include "arrow/ipc_body.h"
#include "arrow/ipc_format.h"

#include <lz4.h>
#include <lz4frame.h>
#include <stdlib.h>
#include <string.h>

/* ---- a stretch of a frame ---------------------------------------------------------------------------------------- */

#define BLOCK_IS_STORED UINT32_C(0x80000000)

/* What a compressed buffer holds, as far as its blocks can be told apart. */
typedef struct packed {
    const uint8_t *blocks;
    size_t size;        /* bytes from the first block on */
    uint64_t whole;     /* what it holds */
    size_t block_size;  /* what each block but the last holds */
    size_t block_extra; /* bytes behind each block */
} packed;

static tarn_status fail_packed(tarn_error *error) {
    return tarn_fail(error, TARN_E_FORMAT, "a buffer compressed with LZ4 is damaged");
}

static tarn_status read_frame(const uint8_t *data, size_t size, LZ4F_frameInfo_t *info, size_t *used,
                              tarn_error *error) {
    LZ4F_dctx *context;
    if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)))
        return tarn_fail_memory(error);
    *used = size;
    size_t result = LZ4F_getFrameInfo(context, info, data, used);
    LZ4F_freeDecompressionContext(context);
    return LZ4F_isError(result) ? fail_packed(error) : TARN_OK;
}

static tarn_status open_packed(ipc_slot slot, packed *out, tarn_error *error) {
    LZ4F_frameInfo_t info = {0};
    size_t used;
    *out = (packed){0};
    if (slot.size == 0)
        return TARN_OK;
    fb_buffer bytes = {.data = slot.data, .size = slot.size};
    int64_t whole = slot.size < 8 ? 0 : (int64_t)fb_number(&bytes, 0, 8);
    if (whole <= 0)
        return tarn_fail(error, TARN_E_UNSUPPORTED, "the buffer is not compressed");
    TARN_TRY(read_frame(slot.data + 8, slot.size - 8, &info, &used, error));
    if (info.blockMode != LZ4F_blockIndependent || info.blockSizeID < LZ4F_max64KB || info.dictID != 0)
        return tarn_fail(error, TARN_E_UNSUPPORTED, "the blocks of the buffer depend on each other");
    *out = (packed){.blocks = slot.data + 8 + used,
                    .size = slot.size - 8 - used,
                    .whole = (uint64_t)whole,
                    .block_size = (size_t)1 << (8 + 2 * info.blockSizeID),
                    .block_extra = info.blockChecksumFlag == LZ4F_blockChecksumEnabled ? 4 : 0};
    return TARN_OK;
}

/* The first `upto` bytes that a block holds, to `out`. */
static tarn_status unpack_block(const uint8_t *block, uint32_t mark, size_t upto, void *out, tarn_error *error) {
    uint32_t size = mark & ~BLOCK_IS_STORED;
    if (mark & BLOCK_IS_STORED) {
        if (size < upto)
            return fail_packed(error);
        memcpy(out, block, upto);
        return TARN_OK;
    }
    int made = LZ4_decompress_safe_partial((const char *)block, out, (int)size, (int)upto, (int)upto);
    return made == (int)upto ? TARN_OK : fail_packed(error);
}

/* What of the bytes from `at` to `end` lies in the block that begins at `start`, to its place in `out`. `scratch` has
 * room for a block. */
static tarn_status copy_from_block(const packed *from, const uint8_t *block, uint32_t mark, uint64_t start, uint64_t at,
                                   uint64_t end, uint8_t *out, uint8_t *scratch, tarn_error *error) {
    uint64_t stop = start + from->block_size < end ? start + from->block_size : end;
    uint64_t begin = start > at ? start : at;
    if (begin == start)
        return unpack_block(block, mark, (size_t)(stop - start), out + (begin - at), error);
    TARN_TRY(unpack_block(block, mark, (size_t)(stop - start), scratch, error));
    memcpy(out + (begin - at), scratch + (begin - start), (size_t)(stop - begin));
    return TARN_OK;
}

/* Bytes `at` to `at + size` of what the buffer holds. */
static tarn_status unpack(const packed *from, uint64_t at, size_t size, void *out, tarn_error *error) {
    tarn_status status = TARN_OK;
    const uint8_t *next = from->blocks;
    size_t left = from->size;
    if (size == 0)
        return TARN_OK;
    if (at > from->whole || size > from->whole - at)
        return fail_packed(error);
    uint8_t *scratch = malloc(from->block_size);
    if (scratch == NULL)
        return tarn_fail_memory(error);
    for (uint64_t start = 0; start < at + size; start += from->block_size) {
        fb_buffer bytes = {.data = next, .size = left};
        uint32_t mark = left < 4 ? 0 : (uint32_t)fb_number(&bytes, 0, 4);
        size_t stored = mark & ~BLOCK_IS_STORED;
        if (stored == 0 || stored > left - 4 || left - 4 - stored < from->block_extra)
            TARN_CHECK(fail_packed(error)); /* the end mark, or less than there should be */
        if (start + from->block_size > at)
            TARN_CHECK(copy_from_block(from, next + 4, mark, start, at, at + size, out, scratch, error));
        next += 4 + stored + from->block_extra;
        left -= 4 + stored + from->block_extra;
    }
cleanup:
    free(scratch);
    return status;
}

/* ---- a stretch of a column --------------------------------------------------------------------------------------- */

typedef struct window {
    const ipc_body *body;
    int64_t start;       /* the row, a multiple of 8, where bitmaps are cut */
    int64_t first, stop; /* the rows that are wanted */
} window;

/* Bytes `at` to `at + size` of buffer `slot`, as buffer `index` of the node. */
static tarn_status take_buffer(const window *w, size_t slot, uint64_t at, size_t size, struct ArrowArray *out,
                               int64_t index, void **taken, tarn_error *error) {
    packed from;
    void *memory;
    TARN_TRY(open_packed(w->body->slots[slot], &from, error));
    TARN_TRY(tarn_node_buffer(out, index, size + 1, &memory, error)); /* never nothing */
    if (taken != NULL)
        *taken = memory;
    return unpack(&from, at, size, memory, error);
}

static tarn_status take_bits(const window *w, size_t slot, struct ArrowArray *out, int64_t index, tarn_error *error) {
    return take_buffer(w, slot, (uint64_t)w->start / 8, tarn_bits_bytes(w->stop - w->start), out, index, NULL, error);
}

static tarn_status take_fixed(const window *w, size_t width, struct ArrowArray *out, tarn_error *error) {
    return take_buffer(w, 1, (uint64_t)w->start * width, (size_t)(w->stop - w->start) * width, out, 1, NULL, error);
}

/* Offsets begin at 0 again, as only the bytes from the first wanted value on are there. */
static tarn_status take_bytes(const window *w, bool wide, struct ArrowArray *out, tarn_error *error) {
    size_t width = wide ? 8 : 4, count = (size_t)(w->stop - w->start) + 1;
    void *offsets;
    TARN_TRY(take_buffer(w, 1, (uint64_t)w->start * width, count * width, out, 1, &offsets, error));
    int64_t skipped = w->first - w->start;
    int64_t first = tarn_offset_at(offsets, wide, skipped), last = tarn_offset_at(offsets, wide, (int64_t)count - 1);
    if (first < 0 || last < first)
        return fail_packed(error);
    for (size_t i = 0; i < count; i++) {
        int64_t value = (int64_t)i < skipped ? 0 : tarn_offset_at(offsets, wide, (int64_t)i) - first;
        if (wide)
            ((int64_t *)offsets)[i] = value;
        else
            ((int32_t *)offsets)[i] = (int32_t)value;
    }
    return take_buffer(w, 2, (uint64_t)first, (size_t)(last - first), out, 2, NULL, error);
}

static tarn_status take_values(const window *w, const ipc_field *field, struct ArrowArray *out, tarn_error *error) {
    switch (field->shape.layout) {
    case TARN_LAYOUT_BITS:
        return take_bits(w, 1, out, 1, error);
    case TARN_LAYOUT_FIXED:
        return take_fixed(w, field->shape.width, out, error);
    default:
        return take_bytes(w, field->shape.wide, out, error);
    }
}

static bool is_simple(const ipc_batch_source *source, const ipc_field *field) {
    tarn_layout layout = field->shape.layout;
    return !source->big_endian && field->count == 0 && field->values == NULL &&
           (layout == TARN_LAYOUT_BITS || layout == TARN_LAYOUT_FIXED || layout == TARN_LAYOUT_BYTES);
}

tarn_status ipc_window_decode(const ipc_batch_source *source, const ipc_field *field, int64_t first, int64_t count,
                              struct ArrowArray *out, int64_t *total, tarn_error *error) {
    fb_table batch = source->batch, compression = fb_child(&batch, BATCH_COMPRESSION);
    fb_vector nodes = fb_list(&batch, BATCH_NODES, NODE_SIZE);
    struct ArrowArray made = {0};
    ipc_body body = {0};
    if (!is_simple(source, field) || compression.at == 0 ||
        fb_u8(&compression, COMPRESSION_CODEC, CODEC_LZ4_FRAME) != CODEC_LZ4_FRAME)
        return tarn_fail(error, TARN_E_UNSUPPORTED, "only simple columns compressed with LZ4 can be read in part");
    int64_t buffers = tarn_layout_buffers(&field->shape);
    *total = nodes.count == 1 ? (int64_t)fb_list_number(&nodes, 0, 0, 8) : -1;
    int64_t nulls = nodes.count == 1 ? (int64_t)fb_list_number(&nodes, 0, 8, 8) : 0;
    if (batch.buffer->bad || first < 0 || count < 0 || first > *total || count > *total - first)
        return tarn_fail(error, TARN_E_FORMAT, "the record batch does not have these values");
    tarn_status status = ipc_body_find(source, &body, error);
    if (status == TARN_OK && body.count != (size_t)buffers)
        status = tarn_fail(error, TARN_E_FORMAT, "the record batch has %zu buffers", body.count);
    window w = {.body = &body, .start = first & ~INT64_C(7), .first = first, .stop = first + count};
    TARN_CHECK(status);
    TARN_CHECK(tarn_node_begin(&made, buffers, 0, false, error));
    made.offset = first - w.start;
    made.length = count;
    made.null_count = nulls == 0 ? 0 : -1;
    if (nulls != 0)
        TARN_CHECK(take_bits(&w, 0, &made, 0, error));
    TARN_CHECK(take_values(&w, field, &made, error));
    *out = made;
    made.release = NULL;
cleanup:
    tarn_array_release(&made);
    ipc_body_close(&body);
    return status;
}
