// Hashes of rows over some columns, and comparing rows for good.
#include "command/row_hash.h"

#include "arrow/builder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NULL_HASH UINT64_C(0x2545F4914F6CDD1D)
#define NAN_HASH UINT64_C(0x7FF8000000000001)

static uint64_t mix(uint64_t hash, uint64_t value) {
    hash = (hash ^ value) * UINT64_C(0x9FB21C651E98DF25);
    return hash ^ (hash >> 32);
}

static uint64_t float_bits(tarn_type type, const uint8_t *value, uint64_t bits) {
    float small;
    double large;
    if (type == TARN_TYPE_FLOAT32) {
        memcpy(&small, value, sizeof small);
        return isnan(small) ? NAN_HASH : bits;
    }
    memcpy(&large, value, sizeof large);
    return isnan(large) ? NAN_HASH : bits;
}

static void hash_fixed(const struct ArrowSchema *schema, tarn_type type, size_t width, const struct ArrowArray *values,
                       uint64_t *hashes) {
    const uint8_t *data = (const uint8_t *)values->buffers[1] + (size_t)values->offset * width;
    bool is_float = type == TARN_TYPE_FLOAT32 || type == TARN_TYPE_FLOAT64;
    for (int64_t i = 0; i < values->length; i++, data += width) {
        uint64_t bits = 0;
        if (tarn_array_is_null(schema, values, i)) {
            hashes[i] = mix(hashes[i], NULL_HASH);
            continue;
        }
        if (width > sizeof bits) {
            hashes[i] = mix(hashes[i], tarn_hash64_of(data, width));
            continue;
        }
        memcpy(&bits, data, width);
        hashes[i] = mix(hashes[i], is_float ? float_bits(type, data, bits) : bits);
    }
}

static void hash_bits(const struct ArrowSchema *schema, const struct ArrowArray *values, uint64_t *hashes) {
    for (int64_t i = 0; i < values->length; i++) {
        bool null = tarn_array_is_null(schema, values, i);
        hashes[i] = mix(hashes[i], null ? NULL_HASH : tarn_bit_get(values->buffers[1], values->offset + i));
    }
}

static void hash_text(const struct ArrowSchema *schema, const struct ArrowArray *values, uint64_t *hashes) {
    const int32_t *offsets = (const int32_t *)values->buffers[1] + values->offset;
    const uint8_t *data = values->buffers[2];
    for (int64_t i = 0; i < values->length; i++) {
        bool null = tarn_array_is_null(schema, values, i);
        size_t size = null ? 0 : (size_t)(offsets[i + 1] - offsets[i]);
        hashes[i] = mix(hashes[i], null ? NULL_HASH : tarn_hash64_of(size > 0 ? data + offsets[i] : NULL, size));
    }
}

/* Each of the distinct values once. */
static tarn_status hash_dictionary(const struct ArrowSchema *schema, const struct ArrowArray *values, uint64_t *hashes,
                                   tarn_error *error) {
    const int32_t *indices = (const int32_t *)values->buffers[1] + values->offset;
    uint64_t *distinct = calloc((size_t)values->dictionary->length + 1, sizeof *distinct);
    if (distinct == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_row_hash(schema->dictionary, values->dictionary, distinct, error);
    for (int64_t i = 0; i < values->length && status == TARN_OK; i++) {
        bool null = tarn_array_is_null(schema, values, i);
        hashes[i] = mix(hashes[i], null ? NULL_HASH : distinct[indices[i]]);
    }
    free(distinct);
    return status;
}

/* Whatever else there is (lists, structs …) by what it looks like. */
static tarn_status hash_printed(const struct ArrowSchema *schema, const struct ArrowArray *values, uint64_t *hashes,
                                tarn_error *error) {
    tarn_buffer text = {0};
    tarn_status status = TARN_OK;
    for (int64_t i = 0; i < values->length && status == TARN_OK; i++) {
        bool null = false;
        text.size = 0;
        status = tarn_array_print(schema, values, i, &text, &null, error);
        hashes[i] = mix(hashes[i], null ? NULL_HASH : tarn_hash64_of(text.data, text.size));
    }
    tarn_buffer_free(&text);
    return status;
}

tarn_status tarn_row_hash(const struct ArrowSchema *type, const struct ArrowArray *values, uint64_t *hashes,
                          tarn_error *error) {
    tarn_type layout;
    TARN_TRY(tarn_type_of(type->format, &layout, error));
    size_t width = tarn_type_width(layout, type->format);
    if (type->dictionary != NULL && layout == TARN_TYPE_INT32)
        return hash_dictionary(type, values, hashes, error);
    if (layout == TARN_TYPE_BOOL)
        hash_bits(type, values, hashes);
    else if (layout == TARN_TYPE_UTF8 || layout == TARN_TYPE_BINARY)
        hash_text(type, values, hashes);
    else if (width > 0 && type->dictionary == NULL)
        hash_fixed(type, layout, width, values, hashes);
    else
        return hash_printed(type, values, hashes, error);
    return TARN_OK;
}
