// Looking at blocks of text and bytes for zone maps.
#include "store/zone_block.h"

/* A value's first 16 bytes as numbers that are ordered as the bytes are; zeros behind its end. */
typedef struct key {
    uint64_t high, low;
} key;

typedef struct slice {
    const uint8_t *data;
    size_t size;
    key key;
} slice;

static uint64_t read_big(const uint8_t *bytes) {
    uint64_t value = 0;
    for (int i = 0; i < 8; i++)
        value = value << 8 | bytes[i];
    return value;
}

/* `end` is behind the last byte that may be read. */
static key key_of(const uint8_t *data, size_t size, const uint8_t *end) {
    uint8_t room[TARN_ZONE_PREFIX] = {0};
    if ((size_t)(end - data) < TARN_ZONE_PREFIX) {
        if (size > 0)
            memcpy(room, data, size < TARN_ZONE_PREFIX ? size : TARN_ZONE_PREFIX);
        return (key){read_big(room), read_big(room + 8)};
    }
    key out = {read_big(data), read_big(data + 8)};
    if (size >= TARN_ZONE_PREFIX)
        return out;
    out.low = size > 8 ? out.low & UINT64_MAX << (64 - 8 * (size - 8)) : 0;
    if (size < 8)
        out.high = size > 0 ? out.high & UINT64_MAX << (64 - 8 * size) : 0;
    return out;
}

static bool is_less(const slice *a, const slice *b) {
    if (a->key.high != b->key.high)
        return a->key.high < b->key.high;
    if (a->key.low != b->key.low)
        return a->key.low < b->key.low;
    return tarn_zone_compare_bytes(a->data, a->size, b->data, b->size) < 0;
}

static slice slice_at(const tarn_zone_view *view, int64_t i, const uint8_t *end) {
    slice out;
    if (view->type == TARN_TYPE_FIXED_BINARY) {
        out.data = (const uint8_t *)view->values + (size_t)i * view->width;
        out.size = view->width;
    } else {
        const int32_t *offsets = view->values;
        out.data = view->bytes + offsets[i];
        out.size = (size_t)(offsets[i + 1] - offsets[i]);
    }
    out.key = key_of(out.data, out.size, end);
    return out;
}

static bool is_beyond_ascii(const uint8_t *data, size_t size) {
    uint64_t all = 0, word = 0;
    size_t i = 0;
    for (; i + 8 <= size; i += 8) {
        memcpy(&word, data + i, 8);
        all |= word;
    }
    for (; i < size; i++)
        all |= data[i];
    return (all & UINT64_C(0x8080808080808080)) != 0;
}

static void keep_bound(const slice *value, tarn_zone_bound *bound, uint8_t *size) {
    *size = (uint8_t)(value->size < TARN_ZONE_PREFIX ? value->size : TARN_ZONE_PREFIX);
    *bound = (tarn_zone_bound){0};
    if (*size > 0)
        memcpy(bound->bytes, value->data, *size);
}

static void keep_bounds(const slice *least, const slice *greatest, tarn_zone *zone, tarn_zone_seen *seen) {
    keep_bound(least, &zone->least, &zone->least_size);
    keep_bound(greatest, &zone->greatest, &zone->greatest_size);
    zone->flags |= TARN_ZONE_HAS_BOUNDS;
    zone->flags |= least->size <= TARN_ZONE_PREFIX ? TARN_ZONE_EXACT_LEAST : 0;
    zone->flags |= greatest->size <= TARN_ZONE_PREFIX ? TARN_ZONE_EXACT_GREATEST : 0;
    if (seen->least == NULL || tarn_zone_compare_bytes(least->data, least->size, seen->least, seen->least_size) < 0) {
        seen->least = least->data;
        seen->least_size = least->size;
    }
    if (seen->greatest == NULL ||
        tarn_zone_compare_bytes(greatest->data, greatest->size, seen->greatest, seen->greatest_size) > 0) {
        seen->greatest = greatest->data;
        seen->greatest_size = greatest->size;
    }
}

/* Where the bytes of the block end, and with them what may be read at once. */
static const uint8_t *end_of(const tarn_zone_view *view, int64_t behind) {
    if (view->type == TARN_TYPE_FIXED_BINARY)
        return (const uint8_t *)view->values + (size_t)behind * view->width;
    return view->bytes + ((const int32_t *)view->values)[behind];
}

static void look_for_ascii(const tarn_zone_view *view, int64_t from, int64_t to, bool nulls, tarn_zone_seen *seen) {
    if (seen->beyond_ascii)
        return;
    if (!nulls) {
        const uint8_t *data = end_of(view, from);
        seen->beyond_ascii = is_beyond_ascii(data, (size_t)(end_of(view, to) - data));
        return;
    }
    for (int64_t i = from; i < to && !seen->beyond_ascii; i++) {
        if (tarn_bit_get(view->validity, i))
            seen->beyond_ascii = is_beyond_ascii(end_of(view, i), (size_t)(end_of(view, i + 1) - end_of(view, i)));
    }
}

void tarn_zone_look_at_bytes(const tarn_zone_view *view, int64_t first, tarn_zone *zone, tarn_zone_seen *seen) {
    int64_t from = view->offset + first, to = from + zone->rows, next = from;
    const uint8_t *end = end_of(view, to);
    slice least = {0}, greatest = {0};
    bool any = false;
    for (int64_t i = from; i < to; i++) {
        if (zone->nulls > 0 && !tarn_bit_get(view->validity, i))
            continue;
        slice value = slice_at(view, i, end);
        if (!any || is_less(&value, &least))
            least = value;
        if (!any || is_less(&greatest, &value))
            greatest = value;
        any = true;
        if (value.size > seen->longest)
            seen->longest = (uint32_t)value.size;
        if (i >= next) {
            tarn_zone_see(seen->sketch, tarn_zone_mix(tarn_hash64_of(value.data, value.size)));
            seen->sampled++;
            next = i - from + view->step;
            next = from + tarn_zone_sample(next & -view->step, view->step);
        }
    }
    keep_bounds(&least, &greatest, zone, seen);
    look_for_ascii(view, from, to, zone->nulls > 0, seen);
}
