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
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    value = __builtin_bswap64(value);
#endif
    return value;
}

/* What stays of a key of values of 0 to 16 bytes: sizes follow no pattern that a branch could be guessed by. */
#define TOP(bytes) (UINT64_MAX << (64 - 8 * (bytes)))
static const key kept_of_size[TARN_ZONE_PREFIX + 1] = {
    {0, 0},           {TOP(1), 0},      {TOP(2), 0},      {TOP(3), 0},      {TOP(4), 0},      {TOP(5), 0},
    {TOP(6), 0},      {TOP(7), 0},      {TOP(8), 0},      {TOP(8), TOP(1)}, {TOP(8), TOP(2)}, {TOP(8), TOP(3)},
    {TOP(8), TOP(4)}, {TOP(8), TOP(5)}, {TOP(8), TOP(6)}, {TOP(8), TOP(7)}, {TOP(8), TOP(8)},
};

/* `end` is behind the last byte that may be read. */
static inline key key_of(const uint8_t *data, size_t size, const uint8_t *end) {
    const key *kept = &kept_of_size[size < TARN_ZONE_PREFIX ? size : TARN_ZONE_PREFIX];
    uint8_t room[TARN_ZONE_PREFIX] = {0};
    if ((size_t)(end - data) >= TARN_ZONE_PREFIX)
        return (key){read_big(data) & kept->high, read_big(data + 8) & kept->low};
    if (size > 0)
        memcpy(room, data, size < TARN_ZONE_PREFIX ? size : TARN_ZONE_PREFIX);
    return (key){read_big(room), read_big(room + 8)};
}

__extension__ typedef unsigned __int128 wide;

static inline wide number_of(key key) {
    return (wide)key.high << 64 | key.low;
}

static inline const uint8_t *data_at(const tarn_zone_view *view, int64_t i) {
    if (view->type == TARN_TYPE_FIXED_BINARY)
        return (const uint8_t *)view->values + (size_t)i * view->width;
    return view->bytes + ((const int32_t *)view->values)[i];
}

static inline size_t size_at(const tarn_zone_view *view, int64_t i) {
    const int32_t *offsets = view->values;
    return view->type == TARN_TYPE_FIXED_BINARY ? view->width : (size_t)(offsets[i + 1] - offsets[i]);
}

static inline slice slice_of(const uint8_t *data, size_t size, const uint8_t *end) {
    return (slice){data, size, key_of(data, size, end)};
}

/* The first half of a key alone. */
static inline uint64_t high_of(const uint8_t *data, size_t size, const uint8_t *end) {
    if ((size_t)(end - data) < sizeof(uint64_t))
        return key_of(data, size, end).high;
    return read_big(data) & kept_of_size[size < TARN_ZONE_PREFIX ? size : TARN_ZONE_PREFIX].high;
}

static bool is_beyond_ascii(const uint8_t *data, size_t size) {
    uint64_t all[4] = {0}, words[4];
    size_t i = 0;
    for (; i + sizeof words <= size; i += sizeof words) {
        memcpy(words, data + i, sizeof words);
        for (int lane = 0; lane < 4; lane++)
            all[lane] |= words[lane];
    }
    for (; i < size; i++)
        all[0] |= data[i];
    return ((all[0] | all[1] | all[2] | all[3]) & UINT64_C(0x8080808080808080)) != 0;
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

/* Under nulls may be bytes too, which do not count: they are told apart only if there is a reason to. */
static void look_for_ascii(const tarn_zone_view *view, int64_t from, int64_t to, bool nulls, tarn_zone_seen *seen) {
    const uint8_t *data = data_at(view, from);
    if (seen->beyond_ascii || !is_beyond_ascii(data, (size_t)(data_at(view, to) - data)))
        return;
    seen->beyond_ascii = !nulls;
    for (int64_t i = from; i < to && !seen->beyond_ascii; i++) {
        if (tarn_bit_get(view->validity, i))
            seen->beyond_ascii = is_beyond_ascii(data_at(view, i), (size_t)(data_at(view, i + 1) - data_at(view, i)));
    }
}

/* The least and the greatest value so far, and the 16 bytes of each behind its key. */
typedef struct range {
    slice least, greatest;
    wide least_next, greatest_next;
} range;

/* The bytes behind the first 16, as a key. Where many values begin alike these tell them apart. */
static inline wide next_of(const slice *value, const uint8_t *end) {
    if (value->size <= TARN_ZONE_PREFIX)
        return 0;
    return number_of(key_of(value->data + TARN_ZONE_PREFIX, value->size - TARN_ZONE_PREFIX, end));
}

static int compare(const slice *a, const slice *b) {
    return tarn_zone_compare_bytes(a->data, a->size, b->data, b->size);
}

static inline bool is_less(const slice *a, wide a_next, const slice *b, wide b_next) {
    wide x = number_of(a->key), y = number_of(b->key);
    if (x != y)
        return x < y;
    return a_next != b_next ? a_next < b_next : compare(a, b) < 0;
}

/* Of values that may be the least or the greatest: those beyond, and those that begin with the same 16 bytes. */
static inline void widen(range *range, const slice *value, const uint8_t *end) {
    wide next = next_of(value, end);
    if (is_less(value, next, &range->least, range->least_next)) {
        range->least = *value;
        range->least_next = next;
    }
    if (is_less(&range->greatest, range->greatest_next, value, next)) {
        range->greatest = *value;
        range->greatest_next = next;
    }
}

/* The rows that are not null, from `from` on; without a branch, as nulls may stand anywhere. */
static int64_t list_valid(const tarn_zone_view *view, int64_t from, int64_t rows, uint16_t *out) {
    int64_t count = 0;
    for (int64_t i = 0; i < rows; i++) {
        out[count] = (uint16_t)i;
        count += tarn_bit_get(view->validity, from + i);
    }
    return count;
}

static void look(const tarn_zone_view *view, const tarn_zone *zone, int64_t from, range *out, tarn_zone_seen *seen) {
    uint16_t valid[TARN_ZONE_ROWS];
    bool nulls = zone->nulls > 0;
    valid[0] = 0; /* the first row, where nothing is null */
    const uint8_t *end = data_at(view, from + zone->rows);
    int64_t count = nulls ? list_valid(view, from, zone->rows, valid) : zone->rows;
    size_t longest = 0;
    range range;
    int64_t first = from + valid[0];
    range.least = range.greatest = slice_of(data_at(view, first), size_at(view, first), end);
    range.least_next = range.greatest_next = next_of(&range.least, end);
    for (int64_t i = 0; i < count; i++) {
        int64_t row = from + (nulls ? valid[i] : i);
        const uint8_t *data = data_at(view, row);
        size_t size = size_at(view, row);
        uint64_t high = high_of(data, size, end);
        longest = size > longest ? size : longest;
        if (high > range.least.key.high && high < range.greatest.key.high)
            continue;
        slice value = slice_of(data, size, end);
        wide number = number_of(value.key);
        if (number <= number_of(range.least.key) || number >= number_of(range.greatest.key))
            widen(&range, &value, end);
    }
    seen->longest = longest > seen->longest ? (uint32_t)longest : seen->longest;
    *out = range;
}

static bool is_there(const tarn_zone_view *view, const tarn_zone *zone, int64_t i) {
    return zone->nulls == 0 || tarn_bit_get(view->validity, i);
}

static void sample(const tarn_zone_view *view, const tarn_zone *zone, int64_t from, int64_t to, tarn_zone_seen *seen) {
    for (int64_t at = 0; at < to - from; at += view->step) {
        int64_t i = from + tarn_zone_sample(at, view->step);
        if (i >= to || !is_there(view, zone, i))
            continue;
        const uint8_t *data = data_at(view, i);
        tarn_zone_see(seen->sketch, tarn_zone_mix(tarn_hash64_of(data, (size_t)(data_at(view, i + 1) - data))));
        seen->sampled++;
    }
}

void tarn_zone_look_at_bytes(const tarn_zone_view *view, int64_t first, tarn_zone *zone, tarn_zone_seen *seen) {
    int64_t from = view->offset + first, to = from + zone->rows;
    range range;
    look(view, zone, from, &range, seen);
    keep_bounds(&range.least, &range.greatest, zone, seen);
    look_for_ascii(view, from, to, zone->nulls > 0, seen);
    sample(view, zone, from, to, seen);
}
