/* Comparing arrays: in runs of valid values, each run in bulk. */
#include "arrow/array_node.h"
#include "arrow/array_work.h"
#include "arrow/bits.h"

#include <string.h>

typedef struct pair {
    const struct ArrowSchema *schema;
    const struct ArrowArray *a, *b;
    tarn_shape shape;
} pair;

/* `count` elements from physical positions of both arrays on. */
static bool equal_range(const struct ArrowSchema *schema, const struct ArrowArray *a, int64_t at_a,
                        const struct ArrowArray *b, int64_t at_b, int64_t count);

static bool equal_bits(const uint8_t *a, int64_t at_a, const uint8_t *b, int64_t at_b, int64_t count) {
    for (int64_t i = 0; i < count; i += 64) {
        int64_t some = count - i < 64 ? count - i : 64;
        if (tarn_bits_load(a, at_a + i, some) != tarn_bits_load(b, at_b + i, some))
            return false;
    }
    return true;
}

static bool is_nan_16(uint16_t bits) {
    return (bits & 0x7FFF) > 0x7C00;
}

static bool equal_floats(const pair *p, const void *a, const void *b, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        bool same;
        if (p->shape.type == TARN_TYPE_FLOAT64) {
            double x = ((const double *)a)[i], y = ((const double *)b)[i];
            same = memcmp(&x, &y, sizeof x) == 0 || (x != x && y != y);
        } else if (p->shape.type == TARN_TYPE_FLOAT32) {
            float x = ((const float *)a)[i], y = ((const float *)b)[i];
            same = memcmp(&x, &y, sizeof x) == 0 || (x != x && y != y);
        } else {
            uint16_t x = ((const uint16_t *)a)[i], y = ((const uint16_t *)b)[i];
            same = x == y || (is_nan_16(x) && is_nan_16(y));
        }
        if (!same)
            return false;
    }
    return true;
}

static bool equal_fixed(const pair *p, int64_t at_a, int64_t at_b, int64_t count) {
    size_t width = p->shape.width;
    if (width == 0)
        return true;
    const uint8_t *a = (const uint8_t *)p->a->buffers[1] + (size_t)at_a * width;
    const uint8_t *b = (const uint8_t *)p->b->buffers[1] + (size_t)at_b * width;
    if (a == b || memcmp(a, b, (size_t)count * width) == 0)
        return true;
    return tarn_type_is_float(p->shape.type) && equal_floats(p, a, b, count);
}

/* Same lengths of all elements; gives where the values of both begin and how many there are. */
static bool equal_lengths(const pair *p, int64_t at_a, int64_t at_b, int64_t count, int64_t *first_a, int64_t *first_b,
                          int64_t *total) {
    bool wide = p->shape.wide;
    const void *a = p->a->buffers[1], *b = p->b->buffers[1];
    *first_a = tarn_offset_at(a, wide, at_a);
    *first_b = tarn_offset_at(b, wide, at_b);
    *total = tarn_offset_at(a, wide, at_a + count) - *first_a;
    if (*first_a == *first_b) {
        size_t width = wide ? 8 : 4;
        return memcmp((const uint8_t *)a + (size_t)at_a * width, (const uint8_t *)b + (size_t)at_b * width,
                      (size_t)(count + 1) * width) == 0;
    }
    int64_t shift = *first_b - *first_a;
    for (int64_t i = 1; i <= count; i++) {
        if (tarn_offset_at(a, wide, at_a + i) + shift != tarn_offset_at(b, wide, at_b + i))
            return false;
    }
    return true;
}

static bool equal_bytes(const pair *p, int64_t at_a, int64_t at_b, int64_t count) {
    int64_t first_a, first_b, total;
    if (!equal_lengths(p, at_a, at_b, count, &first_a, &first_b, &total))
        return false;
    return total == 0 || memcmp((const uint8_t *)p->a->buffers[2] + first_a,
                                (const uint8_t *)p->b->buffers[2] + first_b, (size_t)total) == 0;
}

static bool equal_child(const pair *p, int64_t c, int64_t at_a, int64_t at_b, int64_t count) {
    const struct ArrowArray *a = p->a->children[c], *b = p->b->children[c];
    return equal_range(p->schema->children[c], a, a->offset + at_a, b, b->offset + at_b, count);
}

static bool equal_lists(const pair *p, int64_t at_a, int64_t at_b, int64_t count) {
    int64_t first_a, first_b, total;
    return equal_lengths(p, at_a, at_b, count, &first_a, &first_b, &total) &&
           equal_child(p, 0, first_a, first_b, total);
}

static bool equal_structs(const pair *p, int64_t at_a, int64_t at_b, int64_t count) {
    for (int64_t c = 0; c < p->schema->n_children; c++) {
        if (!equal_child(p, c, at_a, at_b, count))
            return false;
    }
    return true;
}

/* -1 when the value that the index names is null. */
static int64_t index_of_value(const pair *p, const struct ArrowArray *array, int64_t at) {
    int64_t index = tarn_index_at(p->shape.type, array->buffers[1], at);
    return tarn_array_is_null(p->schema->dictionary, array->dictionary, index) ? -1 : index;
}

static bool equal_values(const pair *p, int64_t at_a, int64_t at_b, int64_t count) {
    switch (p->shape.layout) {
    case TARN_LAYOUT_BITS:
        return equal_bits(p->a->buffers[1], at_a, p->b->buffers[1], at_b, count);
    case TARN_LAYOUT_FIXED:
        return equal_fixed(p, at_a, at_b, count);
    case TARN_LAYOUT_BYTES:
        return equal_bytes(p, at_a, at_b, count);
    case TARN_LAYOUT_LIST:
        return equal_lists(p, at_a, at_b, count);
    case TARN_LAYOUT_FIXED_LIST:
        return equal_child(p, 0, at_a * p->shape.list_size, at_b * p->shape.list_size, count * p->shape.list_size);
    case TARN_LAYOUT_STRUCT:
        return equal_structs(p, at_a, at_b, count);
    default:
        return true;
    }
}

static bool same_memory(const struct ArrowArray *a, const struct ArrowArray *b) {
    if (a == b)
        return true;
    if (a->offset != b->offset || a->n_buffers != b->n_buffers || a->n_children > 0 || a->dictionary != NULL)
        return false;
    for (int64_t i = 0; i < a->n_buffers; i++) {
        if (a->buffers[i] != b->buffers[i])
            return false;
    }
    return true;
}

/* Whether equal indices mean equal values. Comparing all values pays only for many elements. */
static bool share_values(const pair *p, int64_t count) {
    const struct ArrowArray *a = p->a->dictionary, *b = p->b->dictionary;
    if (a->length != b->length)
        return false;
    return same_memory(a, b) || (count > a->length / 4 && tarn_array_equal(p->schema->dictionary, a, b));
}

/* Nulls of a dictionary column hide in two places, so these go one by one. */
static bool equal_dictionaries(const pair *p, int64_t at_a, int64_t at_b, int64_t count) {
    const uint8_t *valid_a = tarn_validity_of(p->a), *valid_b = tarn_validity_of(p->b);
    bool shared = share_values(p, count);
    for (int64_t i = 0; i < count; i++) {
        int64_t x = valid_a && !tarn_bit_get(valid_a, at_a + i) ? -1 : index_of_value(p, p->a, at_a + i);
        int64_t y = valid_b && !tarn_bit_get(valid_b, at_b + i) ? -1 : index_of_value(p, p->b, at_b + i);
        if (x == y && (x < 0 || shared))
            continue;
        if (x < 0 || y < 0 ||
            !tarn_array_element_equal(p->schema->dictionary, p->a->dictionary, x, p->b->dictionary, y))
            return false;
    }
    return true;
}

static bool equal_validity(const uint8_t *a, int64_t at_a, const uint8_t *b, int64_t at_b, int64_t count) {
    if (a != NULL && b != NULL)
        return equal_bits(a, at_a, b, at_b, count);
    if (a != NULL)
        return tarn_bits_all(a, at_a, count);
    return b == NULL || tarn_bits_all(b, at_b, count);
}

static bool equal_range(const struct ArrowSchema *schema, const struct ArrowArray *a, int64_t at_a,
                        const struct ArrowArray *b, int64_t at_b, int64_t count) {
    pair p = {.schema = schema, .a = a, .b = b};
    if (tarn_shape_of(schema->format, &p.shape, NULL) != TARN_OK || !tarn_layout_is_plain(p.shape.layout))
        return false;
    if (count == 0 || p.shape.layout == TARN_LAYOUT_NULL)
        return true;
    if (schema->dictionary != NULL)
        return equal_dictionaries(&p, at_a, at_b, count);
    const uint8_t *valid_a = tarn_validity_of(a), *valid_b = tarn_validity_of(b);
    if (!equal_validity(valid_a, at_a, valid_b, at_b, count))
        return false;
    const uint8_t *valid = valid_b == NULL ? NULL : valid_a;
    int64_t end = at_a + count;
    int64_t stop;
    for (int64_t at = at_a; (stop = tarn_bits_run(valid, &at, end)) > at; at = stop) {
        if (!equal_values(&p, at, at_b + (at - at_a), stop - at))
            return false;
    }
    return true;
}

/* Where the order of a dictionary means something (ENUM), values that no element has belong to the column too. */
static bool equal_ordered(const struct ArrowSchema *schema, const struct ArrowArray *a, const struct ArrowArray *b) {
    if (schema->dictionary == NULL || !(schema->flags & ARROW_FLAG_DICTIONARY_ORDERED))
        return true;
    return tarn_array_equal(schema->dictionary, a->dictionary, b->dictionary);
}

bool tarn_array_equal(const struct ArrowSchema *schema, const struct ArrowArray *a, const struct ArrowArray *b) {
    return a->length == b->length && equal_range(schema, a, a->offset, b, b->offset, a->length) &&
           equal_ordered(schema, a, b);
}

bool tarn_array_element_equal(const struct ArrowSchema *schema, const struct ArrowArray *a, int64_t i,
                              const struct ArrowArray *b, int64_t j) {
    return equal_range(schema, a, a->offset + i, b, b->offset + j, 1);
}
