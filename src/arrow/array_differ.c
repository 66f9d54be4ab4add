/* Where two arrays differ: block by block of 64 elements, equal blocks in bulk, others value by value. */
#include "arrow/array_node.h"
#include "arrow/array_work.h"
#include "arrow/bits.h"

#include <string.h>

#define BLOCK 64

/* Pairs of indices into two dictionaries that are known to mean equal values. */
enum { KNOWN_PAIRS = 256 };

typedef struct pair {
    const struct ArrowSchema *schema;
    const struct ArrowArray *a, *b;
    const uint8_t *valid_a, *valid_b;
    tarn_shape shape;
    bool same_dictionary; /* equal indices mean equal values */
    int64_t known_a[KNOWN_PAIRS], known_b[KNOWN_PAIRS];
} pair;

static uint64_t low_bits(int64_t count) {
    return count == BLOCK ? UINT64_MAX : (UINT64_C(1) << count) - 1;
}

static uint64_t load_bits(const uint8_t *bits, int64_t at, int64_t count) {
    return bits == NULL ? low_bits(count) : tarn_bits_load(bits, at, count);
}

/* ---- values of fixed width --------------------------------------------------------------------------------------- */

/* Floats are compared as the integers that they are stored as, and NaNs are forgiven afterwards. */
#define DEFINE_DIFFERING(bits)                                                                                         \
    static uint64_t differing_##bits(const void *a, const void *b, int64_t count) {                                    \
        const uint##bits##_t *x = a, *y = b;                                                                           \
        uint64_t word = 0;                                                                                             \
        for (int64_t i = 0; i < count; i++)                                                                            \
            word |= (uint64_t)(x[i] != y[i]) << i;                                                                     \
        return word;                                                                                                   \
    }
DEFINE_DIFFERING(8)
DEFINE_DIFFERING(16)
DEFINE_DIFFERING(32)
DEFINE_DIFFERING(64)

static uint64_t differing_wide(const uint8_t *a, const uint8_t *b, size_t width, int64_t count) {
    uint64_t word = 0;
    for (int64_t i = 0; i < count; i++)
        word |= (uint64_t)(memcmp(a + (size_t)i * width, b + (size_t)i * width, width) != 0) << i;
    return word;
}

static bool is_nan(tarn_type type, const uint8_t *value) {
    if (type == TARN_TYPE_FLOAT64) {
        double number;
        memcpy(&number, value, sizeof number);
        return number != number;
    }
    if (type == TARN_TYPE_FLOAT32) {
        float number;
        memcpy(&number, value, sizeof number);
        return number != number;
    }
    uint16_t half;
    memcpy(&half, value, sizeof half);
    return (half & 0x7FFF) > 0x7C00;
}

static uint64_t forgive_nans(const pair *p, const uint8_t *a, const uint8_t *b, uint64_t word) {
    size_t width = p->shape.width;
    for (uint64_t left = word; left != 0; left &= left - 1) {
        size_t at = (size_t)__builtin_ctzll(left) * width;
        if (is_nan(p->shape.type, a + at) && is_nan(p->shape.type, b + at))
            word &= ~(left & -left);
    }
    return word;
}

static uint64_t fixed_differ(const pair *p, int64_t at_a, int64_t at_b, int64_t count) {
    size_t width = p->shape.width;
    if (width == 0)
        return 0;
    const uint8_t *a = (const uint8_t *)p->a->buffers[1] + (size_t)at_a * width;
    const uint8_t *b = (const uint8_t *)p->b->buffers[1] + (size_t)at_b * width;
    if (memcmp(a, b, (size_t)count * width) == 0)
        return 0;
    uint64_t word = width == 8   ? differing_64(a, b, count)
                    : width == 4 ? differing_32(a, b, count)
                    : width == 2 ? differing_16(a, b, count)
                    : width == 1 ? differing_8(a, b, count)
                                 : differing_wide(a, b, width, count);
    return tarn_type_is_float(p->shape.type) ? forgive_nans(p, a, b, word) : word;
}

/* ---- bytes ------------------------------------------------------------------------------------------------------- */

/* Most texts are short: two loads that may overlap spare a call for them. */
static inline bool same_bytes(const uint8_t *a, const uint8_t *b, size_t size) {
    uint64_t x, y, x_end, y_end;
    if (size > 16)
        return memcmp(a, b, size) == 0;
    if (size >= 8) {
        memcpy(&x, a, 8);
        memcpy(&y, b, 8);
        memcpy(&x_end, a + size - 8, 8);
        memcpy(&y_end, b + size - 8, 8);
        return ((x ^ y) | (x_end ^ y_end)) == 0;
    }
    for (size_t i = 0; i < size; i++) {
        if (a[i] != b[i])
            return false;
    }
    return true;
}

/* The blocks of both lie alike: the same lengths, and the same bytes behind each other. */
static bool same_texts(const pair *p, int64_t at_a, int64_t at_b, int64_t count) {
    const void *ends_a = p->a->buffers[1], *ends_b = p->b->buffers[1];
    bool wide = p->shape.wide;
    int64_t first_a = tarn_offset_at(ends_a, wide, at_a), first_b = tarn_offset_at(ends_b, wide, at_b);
    int64_t size = tarn_offset_at(ends_a, wide, at_a + count) - first_a;
    if (tarn_offset_at(ends_b, wide, at_b + count) - first_b != size)
        return false;
    int64_t wrong = 0;
    for (int64_t i = 1; i < count; i++)
        wrong |=
            (tarn_offset_at(ends_a, wide, at_a + i) - first_a) ^ (tarn_offset_at(ends_b, wide, at_b + i) - first_b);
    return wrong == 0 && (size == 0 || memcmp((const uint8_t *)p->a->buffers[2] + first_a,
                                              (const uint8_t *)p->b->buffers[2] + first_b, (size_t)size) == 0);
}

static uint64_t texts_differ(const pair *p, int64_t at_a, int64_t at_b, int64_t count, uint64_t wanted) {
    if (same_texts(p, at_a, at_b, count))
        return 0;
    const void *ends_a = p->a->buffers[1], *ends_b = p->b->buffers[1];
    const uint8_t *bytes_a = p->a->buffers[2], *bytes_b = p->b->buffers[2];
    bool wide = p->shape.wide;
    uint64_t word = 0;
    for (uint64_t left = wanted; left != 0; left &= left - 1) {
        int64_t i = __builtin_ctzll(left);
        int64_t from_a = tarn_offset_at(ends_a, wide, at_a + i), from_b = tarn_offset_at(ends_b, wide, at_b + i);
        int64_t size = tarn_offset_at(ends_a, wide, at_a + i + 1) - from_a;
        if (tarn_offset_at(ends_b, wide, at_b + i + 1) - from_b != size ||
            (size > 0 && !same_bytes(bytes_a + from_a, bytes_b + from_b, (size_t)size)))
            word |= left & -left;
    }
    return word;
}

/* ---- everything else: by the functions for single elements ------------------------------------------------------- */

/* Comparing two dictionaries pays only when there are not many more values than indices. */
static bool is_same_dictionary(const pair *p) {
    const struct ArrowArray *a = p->a->dictionary, *b = p->b->dictionary;
    return a->length == b->length && p->a->length > a->length / 4 && tarn_array_equal(p->schema->dictionary, a, b);
}

static bool is_known(pair *p, int64_t i) {
    int64_t x = tarn_index_at(p->shape.type, p->a->buffers[1], p->a->offset + i);
    int64_t y = tarn_index_at(p->shape.type, p->b->buffers[1], p->b->offset + i);
    if (p->same_dictionary && x == y)
        return true;
    size_t slot = (size_t)x % KNOWN_PAIRS;
    if (p->known_a[slot] == x && p->known_b[slot] == y)
        return true;
    if (!tarn_array_element_equal(p->schema, p->a, i, p->b, i))
        return false;
    p->known_a[slot] = x;
    p->known_b[slot] = y;
    return true;
}

/* A null may hide in an index and in the value that an index names, so that nulls are left to the comparison. */
static uint64_t dictionaries_differ(pair *p, int64_t i, uint64_t wanted, uint64_t both) {
    uint64_t word = 0;
    for (uint64_t left = wanted; left != 0; left &= left - 1) {
        uint64_t bit = left & -left;
        int64_t at = i + __builtin_ctzll(left);
        bool same = both & bit ? is_known(p, at) : tarn_array_element_equal(p->schema, p->a, at, p->b, at);
        word |= same ? 0 : bit;
    }
    return word;
}

static uint64_t elements_differ(const pair *p, int64_t i, int64_t count, uint64_t wanted) {
    struct ArrowArray a = tarn_array_window(p->a, i, count), b = tarn_array_window(p->b, i, count);
    uint64_t word = 0;
    if (tarn_array_equal(p->schema, &a, &b))
        return 0;
    for (uint64_t left = wanted; left != 0; left &= left - 1) {
        int64_t at = __builtin_ctzll(left);
        if (!tarn_array_element_equal(p->schema, &a, at, &b, at))
            word |= left & -left;
    }
    return word;
}

/* ---- blocks ------------------------------------------------------------------------------------------------------ */

/* `both`: valid on both sides. Bits that are not wanted may come out as anything. */
static uint64_t values_differ(pair *p, int64_t i, int64_t count, uint64_t wanted, uint64_t both) {
    int64_t at_a = p->a->offset + i, at_b = p->b->offset + i;
    if (p->schema->dictionary != NULL)
        return dictionaries_differ(p, i, wanted, both);
    switch (p->shape.layout) {
    case TARN_LAYOUT_NULL:
        return 0;
    case TARN_LAYOUT_BITS:
        return tarn_bits_load(p->a->buffers[1], at_a, count) ^ tarn_bits_load(p->b->buffers[1], at_b, count);
    case TARN_LAYOUT_FIXED:
        return fixed_differ(p, at_a, at_b, count);
    case TARN_LAYOUT_BYTES:
        return texts_differ(p, at_a, at_b, count, wanted & both);
    default:
        return elements_differ(p, i, count, wanted & both);
    }
}

static uint64_t block_differs(pair *p, int64_t i, int64_t count, uint64_t wanted) {
    uint64_t valid_a = load_bits(p->valid_a, p->a->offset + i, count);
    uint64_t valid_b = load_bits(p->valid_b, p->b->offset + i, count);
    uint64_t both = valid_a & valid_b;
    if (p->schema->dictionary != NULL)
        return values_differ(p, i, count, wanted, both) & wanted;
    uint64_t values = (wanted & both) != 0 ? values_differ(p, i, count, wanted, both) : 0;
    return ((valid_a ^ valid_b) | (values & both)) & wanted;
}

static void begin(pair *p) {
    bool has_validity = tarn_layout_has_validity(p->shape.layout);
    p->valid_a = has_validity ? tarn_validity_of(p->a) : NULL;
    p->valid_b = has_validity ? tarn_validity_of(p->b) : NULL;
    if (p->schema->dictionary != NULL) {
        p->same_dictionary = is_same_dictionary(p);
        memset(p->known_a, -1, sizeof p->known_a); /* no valid index is -1 */
    }
}

/* The very same values: what a command left alone. */
static bool is_same_memory(const struct ArrowArray *a, const struct ArrowArray *b) {
    if (a->offset != b->offset || a->n_buffers != b->n_buffers || a->n_children > 0 || a->dictionary != NULL ||
        b->dictionary != NULL)
        return false;
    for (int64_t i = 0; i < a->n_buffers; i++) {
        if (a->buffers[i] != b->buffers[i])
            return false;
    }
    return a->n_buffers > 0;
}

int64_t tarn_array_differ(const struct ArrowSchema *schema, const struct ArrowArray *a, const struct ArrowArray *b,
                          const uint8_t *live, uint8_t *differing) {
    pair p;
    p.schema = schema;
    p.a = a;
    p.b = b;
    bool is_comparable =
        tarn_shape_of(schema->format, &p.shape, NULL) == TARN_OK && tarn_layout_is_plain(p.shape.layout);
    if (is_comparable && is_same_memory(a, b)) {
        if (differing != NULL)
            memset(differing, 0, tarn_bits_bytes(a->length));
        return 0;
    }
    if (is_comparable)
        begin(&p);
    int64_t total = 0;
    for (int64_t i = 0; i < a->length; i += BLOCK) {
        int64_t count = a->length - i < BLOCK ? a->length - i : BLOCK;
        uint64_t wanted = load_bits(live, i, count);
        uint64_t word = !is_comparable ? wanted : wanted != 0 ? block_differs(&p, i, count, wanted) : 0;
        total += __builtin_popcountll(word);
        if (differing != NULL)
            memcpy(differing + i / 8, &word, tarn_bits_bytes(count));
    }
    return total;
}
