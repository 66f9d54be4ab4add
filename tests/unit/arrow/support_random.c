/* Random arrays of any type. */
#include "arrow/array_node.h"
#include "arrow/bits.h"
#include "arrow/layout.h"
#include "support_arrow.h"

#include <string.h>

#define MOST_EXTRA 9 /* elements before and after those that are shown */

uint64_t random_number(random_source *random) {
    uint64_t z = random->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

int64_t random_below(random_source *random, int64_t limit) {
    return limit <= 0 ? 0 : (int64_t)(random_number(random) % (uint64_t)limit);
}

typedef struct maker {
    random_source *random;
    const struct ArrowSchema *schema;
    struct ArrowArray *out;
    tarn_shape shape;
    int64_t whole; /* elements, those that are not shown included */
} maker;

static void *buffer(const maker *m, int64_t index, size_t size) {
    tarn_error error = {0};
    void *block;
    must(tarn_node_buffer(m->out, index, size, &block, &error), &error);
    memset(block, 0, size);
    return block;
}

/* No bitmap; a bitmap of ones; nulls whose number is known or not. */
static void fill_validity(const maker *m) {
    int64_t kind = random_below(m->random, 4);
    m->out->null_count = 0;
    if (!tarn_layout_has_validity(m->shape.layout) || kind == 0)
        return;
    uint8_t *bits = buffer(m, 0, tarn_bits_bytes(m->whole));
    int64_t valid = 0;
    for (int64_t i = 0; i < m->whole; i++) {
        bool bit = kind == 1 || random_below(m->random, 3) > 0;
        if (bit)
            tarn_bit_set(bits, i);
        valid += bit && i >= m->out->offset && i < m->out->offset + m->out->length;
    }
    m->out->null_count = kind == 2 ? -1 : m->out->length - valid;
}

static void random_bytes(random_source *random, uint8_t *out, size_t size) {
    for (size_t i = 0; i < size; i++)
        out[i] = (uint8_t)random_number(random);
}

static void random_text(random_source *random, uint8_t *out, size_t size) {
    static const char *const pieces[] = {"a", "Z", " ", "7", ",", "'", "\\"};
    size_t i = 0;
    while (size - i >= 2 && random_below(random, 4) == 0) {
        memcpy(out + i, "ü", 2);
        i += 2;
    }
    for (; i < size; i++)
        out[i] = (uint8_t)pieces[random_below(random, 7)][0];
}

static void fill_fixed(const maker *m) {
    uint8_t *values = buffer(m, 1, (size_t)m->whole * m->shape.width);
    random_bytes(m->random, values, (size_t)m->whole * m->shape.width);
    for (int64_t i = 0; i < m->whole; i++) { /* small values, and with them equal ones, are frequent */
        uint8_t *value = values + (size_t)i * m->shape.width;
        if (m->shape.width > 0 && random_below(m->random, 2) == 0) {
            memset(value, 0, m->shape.width);
            value[0] = (uint8_t)random_below(m->random, 4);
        } else if (m->shape.type == TARN_TYPE_FLOAT64 && random_below(m->random, 4) == 0) {
            memset(value + 6, 0x7F + 0x80 * (int)random_below(m->random, 2), 2); /* some NaN or other */
        }
    }
}

static void put_offset(const maker *m, void *offsets, int64_t i, int64_t value) {
    if (m->shape.wide)
        ((int64_t *)offsets)[i] = value;
    else
        ((int32_t *)offsets)[i] = (int32_t)value;
}

/* Offsets that need not begin at 0; gives the last. */
static int64_t fill_offsets(const maker *m, int64_t most) {
    void *offsets = buffer(m, 1, (size_t)(m->whole + 1) * 8);
    int64_t at = random_below(m->random, 3);
    for (int64_t i = 0; i <= m->whole; i++) {
        put_offset(m, offsets, i, at);
        at += i == m->whole ? 0 : random_below(m->random, most);
    }
    return at;
}

static void fill_bytes(const maker *m) {
    int64_t last = fill_offsets(m, 20);
    uint8_t *bytes = buffer(m, 2, (size_t)last);
    memset(bytes, '-', (size_t)last);
    for (int64_t i = 0; i < m->whole; i++) {
        int64_t start = tarn_offset_at(m->out->buffers[1], m->shape.wide, i);
        int64_t end = tarn_offset_at(m->out->buffers[1], m->shape.wide, i + 1);
        if (tarn_type_is_text(m->shape.type))
            random_text(m->random, bytes + start, (size_t)(end - start));
        else
            random_bytes(m->random, bytes + start, (size_t)(end - start));
    }
}

#define VIEW_BUFFERS 2
#define VIEW_BUFFER_SIZE 200

static void fill_views(const maker *m) {
    uint8_t *views = buffer(m, 1, (size_t)m->whole * 16);
    int64_t *sizes = buffer(m, 2 + VIEW_BUFFERS, VIEW_BUFFERS * sizeof *sizes);
    uint8_t *data[VIEW_BUFFERS];
    for (int k = 0; k < VIEW_BUFFERS; k++) {
        data[k] = buffer(m, 2 + k, VIEW_BUFFER_SIZE);
        memset(data[k], 'a' + k, VIEW_BUFFER_SIZE);
        sizes[k] = VIEW_BUFFER_SIZE;
    }
    for (int64_t i = 0; i < m->whole; i++) {
        int32_t view[4] = {(int32_t)random_below(m->random, 30), 0, (int32_t)random_below(m->random, VIEW_BUFFERS),
                           (int32_t)random_below(m->random, VIEW_BUFFER_SIZE - 30)};
        if (view[0] > 12)
            memcpy(&view[1], data[view[2]] + view[3], 4);
        else
            memset(&view[1], 'x', 12);
        memcpy(views + i * 16, view, sizeof view);
    }
}

static void fill_child(const maker *m, int64_t i, int64_t length) {
    tarn_array_release(m->out->children[i]);
    random_array(m->random, m->schema->children[i], length, m->out->children[i]);
}

static void fill_list(const maker *m) {
    fill_child(m, 0, fill_offsets(m, 4));
    if (m->shape.type != TARN_TYPE_MAP)
        return;
    struct ArrowArray *entries = m->out->children[0]; /* neither these nor their keys may be null */
    entries->null_count = 0;
    entries->children[0]->null_count = 0;
}

static void fill_list_views(const maker *m) {
    void *offsets = buffer(m, 1, (size_t)m->whole * 8);
    void *sizes = buffer(m, 2, (size_t)m->whole * 8);
    int64_t elements = 1 + random_below(m->random, 20);
    for (int64_t i = 0; i < m->whole; i++) {
        int64_t start = random_below(m->random, elements);
        put_offset(m, offsets, i, start);
        put_offset(m, sizes, i, random_below(m->random, elements - start + 1));
    }
    fill_child(m, 0, elements);
}

/* Runs of 1 to 4; the ends are not random numbers of their type. */
static void fill_runs(const maker *m) {
    tarn_error error = {0};
    struct ArrowArray *ends = m->out->children[0];
    tarn_shape shape;
    void *block;
    must(tarn_shape_of(m->schema->children[0]->format, &shape, &error), &error);
    must(tarn_node_begin(ends, 2, 0, false, &error), &error);
    must(tarn_node_buffer(ends, 1, (size_t)(m->whole + 1) * 8, &block, &error), &error);
    int64_t end = 0;
    for (; end < m->whole; ends->length++) {
        end += 1 + random_below(m->random, 4);
        memcpy((uint8_t *)block + (size_t)ends->length * shape.width, &end, shape.width);
    }
    fill_child(m, 1, ends->length);
}

static void fill_indices(const maker *m) {
    int64_t count = 1 + random_below(m->random, 6);
    uint8_t *indices = buffer(m, 1, (size_t)m->whole * m->shape.width);
    random_array(m->random, m->schema->dictionary, count, m->out->dictionary);
    for (int64_t i = 0; i < m->whole; i++) {
        const uint8_t *validity = m->out->buffers[0];
        bool null = validity != NULL && !tarn_bit_get(validity, i);
        int64_t index = null && m->out->null_count != 0 ? -1 : random_below(m->random, count);
        memcpy(indices + (size_t)i * m->shape.width, &index, m->shape.width);
    }
}

static void fill_values(const maker *m) {
    switch (m->shape.layout) {
    case TARN_LAYOUT_BITS:
        random_bytes(m->random, buffer(m, 1, tarn_bits_bytes(m->whole)), tarn_bits_bytes(m->whole));
        break;
    case TARN_LAYOUT_FIXED:
        fill_fixed(m);
        break;
    case TARN_LAYOUT_BYTES:
        fill_bytes(m);
        break;
    case TARN_LAYOUT_VIEW:
        fill_views(m);
        break;
    case TARN_LAYOUT_LIST:
        fill_list(m);
        break;
    case TARN_LAYOUT_FIXED_LIST:
        fill_child(m, 0, m->whole * m->shape.list_size);
        break;
    case TARN_LAYOUT_LIST_VIEW:
        fill_list_views(m);
        break;
    case TARN_LAYOUT_STRUCT:
        for (int64_t i = 0; i < m->schema->n_children; i++)
            fill_child(m, i, m->whole);
        break;
    case TARN_LAYOUT_RUN_END:
        fill_runs(m);
        break;
    default:
        m->out->null_count = m->out->length;
    }
}

void random_array(random_source *random, const struct ArrowSchema *schema, int64_t length, struct ArrowArray *out) {
    tarn_error error = {0};
    maker m = {.random = random, .schema = schema, .out = out};
    must(tarn_shape_of(schema->format, &m.shape, &error), &error);
    int64_t buffers = tarn_layout_buffers(&m.shape) + (m.shape.layout == TARN_LAYOUT_VIEW ? VIEW_BUFFERS : 0);
    must(tarn_node_begin(out, buffers, schema->n_children, schema->dictionary != NULL, &error), &error);
    out->length = length;
    out->offset = random_below(random, MOST_EXTRA);
    m.whole = out->offset + length + random_below(random, MOST_EXTRA);
    fill_validity(&m);
    if (schema->dictionary != NULL)
        fill_indices(&m);
    else
        fill_values(&m);
}
