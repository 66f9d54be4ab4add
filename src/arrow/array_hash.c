/*
 * The hash of a column's logical values: XXH3-128 of the byte stream below. All numbers are little-endian.
 *
 *   column  = type, length (u64), values; for a dictionary whose order means something also the dictionary as a
 *             column, so that values which no element has, and their order, count
 *
 *   type    = format string and a NUL;
 *             u8: 1 when the column is a dictionary whose order means something, else 0;
 *             "ARROW:extension:name" and "ARROW:extension:metadata", each as u32 size and bytes (absent: size 0);
 *             u64 number of children; for each child: its name and a NUL if the parent is a struct, then its type;
 *             u8: 1 and the type of the dictionary's values, or 0
 *
 *   values  = nothing for the null type; for all others validity and then, by layout,
 *     bits        the values packed from bit 0 of byte 0 on, nulls as 0, unused bits of the last byte 0
 *     fixed       the values as they are in memory, nulls as zero bytes, every NaN as the quiet NaN with no payload
 *                 and no sign
 *     bytes       ends, then the bytes of all values one after the other, nothing for nulls
 *     list, map   ends, then the values (as here, with validity) of the elements of all lists, nothing for nulls
 *     fixed list  the values of all elements; those of null lists are null
 *     struct      the values of each child in turn; those under null structs are null
 *     dictionary  as fixed: for each element the u64 number of its value, numbered from 0 in the order of first
 *                 appearance among the distinct values of the column, nulls as 0; then u64 number of distinct values,
 *                 then these values in that order. A null value in the dictionary makes a null element.
 *
 *   validity = u8 0 when nothing is null; else u8 1 and the validity bits packed from bit 0 on, unused bits 0
 *   ends     = for each element the sum of the lengths up to and including it, nulls counting 0; as u32, or as u64 for
 *              the large types
 *
 * Every part of the stream is a few long runs of memory for a column without nulls, so that hashing goes at the speed
 * of XXH3.
 */
#include "arrow/array_node.h"
#include "arrow/array_work.h"
#include "arrow/bits.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES 4096

/* Values on their way into the hash, put right. Aligned for every fixed-width type. */
typedef struct block {
    _Alignas(64) uint8_t bytes[BLOCK_BYTES];
} block;

static tarn_status hash_values(tarn_hasher *hasher, const struct ArrowSchema *schema, const struct ArrowArray *array,
                               tarn_error *error);

static void put_u8(tarn_hasher *hasher, uint8_t value) {
    tarn_hasher_update(hasher, &value, 1);
}

static void put_u32(tarn_hasher *hasher, uint32_t value) {
    tarn_hasher_update(hasher, &value, sizeof value);
}

static void put_u64(tarn_hasher *hasher, uint64_t value) {
    tarn_hasher_update(hasher, &value, sizeof value);
}

static int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}

/* ---- type -------------------------------------------------------------------------------------------------------- */

static void hash_metadata(tarn_hasher *hasher, const struct ArrowSchema *schema, const char *key) {
    const char *value = NULL;
    size_t size = 0;
    tarn_schema_metadata_get(schema, key, &value, &size);
    put_u32(hasher, (uint32_t)size);
    tarn_hasher_update(hasher, value, size);
}

static void hash_type(tarn_hasher *hasher, const struct ArrowSchema *schema) {
    bool is_struct = strcmp(schema->format, "+s") == 0;
    tarn_hasher_update(hasher, schema->format, strlen(schema->format) + 1);
    put_u8(hasher, schema->dictionary != NULL && (schema->flags & ARROW_FLAG_DICTIONARY_ORDERED) != 0);
    hash_metadata(hasher, schema, "ARROW:extension:name");
    hash_metadata(hasher, schema, "ARROW:extension:metadata");
    put_u64(hasher, (uint64_t)schema->n_children);
    for (int64_t i = 0; i < schema->n_children; i++) {
        const struct ArrowSchema *child = schema->children[i];
        const char *name = child->name ? child->name : "";
        if (is_struct)
            tarn_hasher_update(hasher, name, strlen(name) + 1);
        hash_type(hasher, child);
    }
    put_u8(hasher, schema->dictionary != NULL);
    if (schema->dictionary != NULL)
        hash_type(hasher, schema->dictionary);
}

/* ---- validity and bits ------------------------------------------------------------------------------------------- */

/* `count` bits from `at` on, and those of `mask` where it is not NULL. */
static void hash_bits(tarn_hasher *hasher, const uint8_t *bits, const uint8_t *mask, int64_t at, int64_t count) {
    block words;
    for (int64_t done = 0; done < count;) {
        int64_t part = smaller(count - done, BLOCK_BYTES * 8);
        for (int64_t i = 0; i < part; i += 64) {
            int64_t some = smaller(64, part - i);
            uint64_t word = tarn_bits_load(bits, at + done + i, some);
            if (mask != NULL)
                word &= tarn_bits_load(mask, at + done + i, some);
            memcpy(words.bytes + i / 8, &word, sizeof word);
        }
        tarn_hasher_update(hasher, words.bytes, tarn_bits_bytes(part));
        done += part;
    }
}

/* Gives the bitmap when there are nulls, else NULL. */
static const uint8_t *hash_validity(tarn_hasher *hasher, const struct ArrowArray *array) {
    const uint8_t *validity = tarn_validity_of(array);
    if (validity != NULL && tarn_bits_all(validity, array->offset, array->length))
        validity = NULL;
    put_u8(hasher, validity != NULL);
    if (validity != NULL)
        hash_bits(hasher, validity, NULL, array->offset, array->length);
    return validity;
}

/* ---- fixed-width values ------------------------------------------------------------------------------------------ */

static void settle_nans_64(double *values, int64_t count) {
    static const uint64_t nan = UINT64_C(0x7FF8000000000000);
    bool any = false;
    for (int64_t i = 0; i < count; i++)
        any |= values[i] != values[i];
    for (int64_t i = 0; any && i < count; i++) {
        if (values[i] != values[i])
            memcpy(&values[i], &nan, sizeof nan);
    }
}

static void settle_nans_32(float *values, int64_t count) {
    static const uint32_t nan = UINT32_C(0x7FC00000);
    bool any = false;
    for (int64_t i = 0; i < count; i++)
        any |= values[i] != values[i];
    for (int64_t i = 0; any && i < count; i++) {
        if (values[i] != values[i])
            memcpy(&values[i], &nan, sizeof nan);
    }
}

static void settle_nans_16(uint16_t *values, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        if ((values[i] & 0x7FFF) > 0x7C00)
            values[i] = 0x7E00;
    }
}

static void settle_nans(tarn_type type, block *values, int64_t count) {
    if (type == TARN_TYPE_FLOAT64)
        settle_nans_64((double *)(void *)values->bytes, count);
    else if (type == TARN_TYPE_FLOAT32)
        settle_nans_32((float *)(void *)values->bytes, count);
    else if (type == TARN_TYPE_FLOAT16)
        settle_nans_16((uint16_t *)(void *)values->bytes, count);
}

/*
 * Whether NaNs or infinities may be among `size` bytes of floats: an exponent of all ones carries into the sign's place
 * when 1 is added to it. Looks at several numbers in each word of 64 bits; a last part of a word counts as suspicious.
 */
static bool may_have_nans(tarn_type type, const uint8_t *values, size_t size) {
    uint64_t exponents, ones, carries;
    if (type == TARN_TYPE_FLOAT64) {
        exponents = UINT64_C(0x7FF0000000000000);
        ones = UINT64_C(0x0010000000000000);
        carries = UINT64_C(0x8000000000000000);
    } else if (type == TARN_TYPE_FLOAT32) {
        exponents = UINT64_C(0x7F8000007F800000);
        ones = UINT64_C(0x0080000000800000);
        carries = UINT64_C(0x8000000080000000);
    } else {
        exponents = UINT64_C(0x7C007C007C007C00);
        ones = UINT64_C(0x0400040004000400);
        carries = UINT64_C(0x8000800080008000);
    }
    uint64_t seen[4] = {0, 0, 0, 0};
    uint64_t words[4];
    for (; size >= sizeof words; values += sizeof words, size -= sizeof words) {
        memcpy(words, values, sizeof words);
        for (int i = 0; i < 4; i++)
            seen[i] |= (words[i] & exponents) + ones;
    }
    return size > 0 || ((seen[0] | seen[1] | seen[2] | seen[3]) & carries) != 0;
}

static void clear_nulls(const uint8_t *validity, int64_t at, int64_t count, size_t width, block *values) {
    for (int64_t i = 0; i < count; i += 64) {
        int64_t some = smaller(64, count - i);
        uint64_t nulls = ~tarn_bits_load(validity, at + i, some);
        if (some < 64)
            nulls &= (UINT64_C(1) << some) - 1;
        for (; nulls != 0; nulls &= nulls - 1) {
            uint8_t *value = values->bytes + (size_t)(i + __builtin_ctzll(nulls)) * width;
            if (width == 8) /* the usual widths without calls */
                memset(value, 0, 8);
            else if (width == 4)
                memset(value, 0, 4);
            else
                memset(value, 0, width);
        }
    }
}

static void hash_zeros(tarn_hasher *hasher, size_t count, size_t width) {
    block zeros;
    memset(&zeros, 0, sizeof zeros);
    for (; count > 0; count--) {
        for (size_t left = width; left > 0;) {
            size_t part = left < sizeof zeros.bytes ? left : sizeof zeros.bytes;
            tarn_hasher_update(hasher, zeros.bytes, part);
            left -= part;
        }
    }
}

/* Values so wide that a block holds few of them: run by run. */
static void hash_wide(tarn_hasher *hasher, const uint8_t *values, size_t width, const uint8_t *validity, int64_t at,
                      int64_t count) {
    int64_t end = at + count;
    int64_t last = at;
    int64_t stop;
    for (int64_t run = at; (stop = tarn_bits_run(validity, &run, end)) > run; run = stop) {
        hash_zeros(hasher, (size_t)(run - last), width);
        tarn_hasher_update(hasher, values + (size_t)(run - at) * width, (size_t)(stop - run) * width);
        last = stop;
    }
    hash_zeros(hasher, (size_t)(end - last), width);
}

static void hash_fixed(tarn_hasher *hasher, const tarn_shape *shape, const struct ArrowArray *array,
                       const uint8_t *validity) {
    size_t width = shape->width;
    int64_t length = array->length;
    if (length == 0 || width == 0)
        return;
    const uint8_t *values = (const uint8_t *)array->buffers[1] + (size_t)array->offset * width;
    if (validity == NULL && !tarn_type_is_float(shape->type)) {
        tarn_hasher_update(hasher, values, (size_t)length * width);
        return;
    }
    if (width > 64) {
        hash_wide(hasher, values, width, validity, array->offset, length);
        return;
    }
    int64_t per_block = (int64_t)(BLOCK_BYTES / width);
    block copy;
    for (int64_t done = 0; done < length; done += per_block) {
        int64_t count = smaller(per_block, length - done);
        const uint8_t *from = values + (size_t)done * width;
        bool settle = tarn_type_is_float(shape->type) && may_have_nans(shape->type, from, (size_t)count * width);
        if (validity == NULL && !settle) {
            tarn_hasher_update(hasher, from, (size_t)count * width);
            continue;
        }
        memcpy(copy.bytes, from, (size_t)count * width);
        if (settle)
            settle_nans(shape->type, &copy, count);
        if (validity != NULL)
            clear_nulls(validity, array->offset + done, count, width, &copy);
        tarn_hasher_update(hasher, copy.bytes, (size_t)count * width);
    }
}

/* ---- offsets ----------------------------------------------------------------------------------------------------- */

static void hash_ends_32(tarn_hasher *hasher, const int32_t *ends, int64_t count, int32_t first) {
    if (first == 0) {
        tarn_hasher_update(hasher, ends, (size_t)count * sizeof *ends);
        return;
    }
    enum { PER_BLOCK = BLOCK_BYTES / sizeof(int32_t) };
    _Alignas(64) int32_t copy[PER_BLOCK];
    for (int64_t done = 0; done < count; done += PER_BLOCK) {
        int64_t part = smaller(PER_BLOCK, count - done);
        for (int64_t i = 0; i < part; i++)
            copy[i] = ends[done + i] - first;
        tarn_hasher_update(hasher, copy, (size_t)part * sizeof *copy);
    }
}

static void hash_ends_64(tarn_hasher *hasher, const int64_t *ends, int64_t count, int64_t first) {
    if (first == 0) {
        tarn_hasher_update(hasher, ends, (size_t)count * sizeof *ends);
        return;
    }
    enum { PER_BLOCK = BLOCK_BYTES / sizeof(int64_t) };
    _Alignas(64) int64_t copy[PER_BLOCK];
    for (int64_t done = 0; done < count; done += PER_BLOCK) {
        int64_t part = smaller(PER_BLOCK, count - done);
        for (int64_t i = 0; i < part; i++)
            copy[i] = ends[done + i] - first;
        tarn_hasher_update(hasher, copy, (size_t)part * sizeof *copy);
    }
}

/* The ends of an array whose nulls are empty. Gives where its values begin and how many there are. */
static void hash_ends(tarn_hasher *hasher, const tarn_shape *shape, const struct ArrowArray *array, int64_t *first,
                      int64_t *total) {
    *first = *total = 0;
    if (array->length == 0)
        return;
    *first = tarn_offset_at(array->buffers[1], shape->wide, array->offset);
    *total = tarn_offset_at(array->buffers[1], shape->wide, array->offset + array->length) - *first;
    if (shape->wide)
        hash_ends_64(hasher, (const int64_t *)array->buffers[1] + array->offset + 1, array->length, *first);
    else
        hash_ends_32(hasher, (const int32_t *)array->buffers[1] + array->offset + 1, array->length, (int32_t)*first);
}

/* ---- layouts ----------------------------------------------------------------------------------------------------- */

static tarn_status hash_below(tarn_hasher *hasher, const struct ArrowSchema *schema, const tarn_shape *shape,
                              const struct ArrowArray *array, tarn_error *error) {
    int64_t first, total;
    switch (shape->layout) {
    case TARN_LAYOUT_BYTES:
        hash_ends(hasher, shape, array, &first, &total);
        if (total > 0)
            tarn_hasher_update(hasher, (const uint8_t *)array->buffers[2] + first, (size_t)total);
        return TARN_OK;
    case TARN_LAYOUT_LIST:
        hash_ends(hasher, shape, array, &first, &total);
        break;
    case TARN_LAYOUT_FIXED_LIST:
        first = array->offset * shape->list_size;
        total = array->length * shape->list_size;
        break;
    default:
        first = array->offset;
        total = array->length;
        break;
    }
    for (int64_t i = 0; i < schema->n_children; i++) {
        struct ArrowArray child = tarn_array_window(array->children[i], first, total);
        TARN_TRY(hash_values(hasher, schema->children[i], &child, error));
    }
    return TARN_OK;
}

/* What lies under nulls must not be seen: hash a copy without it. Rare for bytes and lists, whose nulls are mostly
 * empty; usual for structs with nulls. */
static tarn_status hash_masked(tarn_hasher *hasher, const struct ArrowSchema *schema, const tarn_shape *shape,
                               const struct ArrowArray *array, tarn_error *error) {
    int64_t *indices;
    struct ArrowArray copy = {0};
    TARN_TRY(tarn_visible_indices(array, &indices, error));
    tarn_status status = tarn_array_take(schema, array, indices, array->length, &copy, error);
    free(indices);
    if (status != TARN_OK)
        return status;
    status = hash_below(hasher, schema, shape, &copy, error);
    tarn_array_release(&copy);
    return status;
}

static tarn_status hash_nested(tarn_hasher *hasher, const struct ArrowSchema *schema, const tarn_shape *shape,
                               const struct ArrowArray *array, tarn_error *error) {
    const uint8_t *validity = hash_validity(hasher, array);
    bool offsets = shape->layout == TARN_LAYOUT_BYTES || shape->layout == TARN_LAYOUT_LIST;
    if (validity != NULL && !(offsets && tarn_nulls_are_empty(shape, array)))
        return hash_masked(hasher, schema, shape, array, error);
    return hash_below(hasher, schema, shape, array, error);
}

static void hash_codes(tarn_hasher *hasher, int64_t *codes, int64_t count) {
    bool nulls = false;
    for (int64_t i = 0; i < count; i++)
        nulls |= codes[i] < 0;
    put_u8(hasher, nulls);
    if (!nulls) {
        tarn_hasher_update(hasher, codes, (size_t)count * sizeof *codes);
        return;
    }
    block packed;
    for (int64_t done = 0; done < count; done += BLOCK_BYTES * 8) {
        int64_t part = smaller(BLOCK_BYTES * 8, count - done);
        memset(&packed, 0, sizeof packed);
        for (int64_t i = 0; i < part; i++)
            packed.bytes[i >> 3] |= (uint8_t)((codes[done + i] >= 0) << (i & 7));
        tarn_hasher_update(hasher, packed.bytes, tarn_bits_bytes(part));
    }
    for (int64_t i = 0; i < count; i++)
        codes[i] = codes[i] < 0 ? 0 : codes[i];
    tarn_hasher_update(hasher, codes, (size_t)count * sizeof *codes);
}

static tarn_status hash_dictionary(tarn_hasher *hasher, const struct ArrowSchema *schema,
                                   const struct ArrowArray *array, tarn_error *error) {
    tarn_interner *interner = NULL;
    struct ArrowArray values = {0};
    int64_t *codes = malloc((size_t)(array->length > 0 ? array->length : 1) * sizeof *codes);
    tarn_status status = codes != NULL ? TARN_OK : tarn_fail_memory(error);
    if (status != TARN_OK)
        goto cleanup;
    TARN_CHECK(tarn_interner_new(schema->dictionary, &interner, error));
    TARN_CHECK(tarn_dictionary_codes(schema, array, interner, codes, error));
    hash_codes(hasher, codes, array->length);
    put_u64(hasher, (uint64_t)tarn_interner_count(interner));
    TARN_CHECK(tarn_interner_values(interner, &values, error));
    TARN_CHECK(hash_values(hasher, schema->dictionary, &values, error));
cleanup:
    tarn_array_release(&values);
    tarn_interner_free(interner);
    free(codes);
    return status;
}

static tarn_status hash_values(tarn_hasher *hasher, const struct ArrowSchema *schema, const struct ArrowArray *array,
                               tarn_error *error) {
    tarn_shape shape;
    TARN_TRY(tarn_shape_of(schema->format, &shape, error));
    if (!tarn_layout_is_plain(shape.layout))
        return tarn_fail_not_plain(error, schema);
    if (schema->dictionary != NULL)
        return hash_dictionary(hasher, schema, array, error);
    switch (shape.layout) {
    case TARN_LAYOUT_NULL:
        return TARN_OK;
    case TARN_LAYOUT_BITS: {
        const uint8_t *validity = hash_validity(hasher, array);
        hash_bits(hasher, array->buffers[1], validity, array->offset, array->length);
        return TARN_OK;
    }
    case TARN_LAYOUT_FIXED:
        hash_fixed(hasher, &shape, array, hash_validity(hasher, array));
        return TARN_OK;
    default:
        return hash_nested(hasher, schema, &shape, array, error);
    }
}

tarn_status tarn_array_hash(const struct ArrowSchema *schema, const struct ArrowArray *array, tarn_hash128 *out,
                            tarn_error *error) {
    tarn_hasher *hasher = tarn_hasher_new();
    if (hasher == NULL)
        return tarn_fail_memory(error);
    hash_type(hasher, schema);
    put_u64(hasher, (uint64_t)array->length);
    tarn_status status = hash_values(hasher, schema, array, error);
    if (status == TARN_OK && schema->dictionary != NULL && (schema->flags & ARROW_FLAG_DICTIONARY_ORDERED)) {
        hash_type(hasher, schema->dictionary);
        put_u64(hasher, (uint64_t)array->dictionary->length);
        status = hash_values(hasher, schema->dictionary, array->dictionary, error);
    }
    if (status == TARN_OK)
        *out = tarn_hasher_finish(hasher);
    tarn_hasher_free(hasher);
    return status;
}
