/**
 * @file zone.h
 * What the makers, readers and mergers of zone maps share. Private to src/store.
 */
#ifndef TARN_STORE_ZONE_H
#define TARN_STORE_ZONE_H

#include "store/internal.h"
#include "store/zones.h"

/** A zone map with the memory that its pointers point into. */
typedef struct tarn_zone_box {
    tarn_zone_map map; /* first, so that a pointer to it is one to the box */
    atomic_size_t holders;
    uint8_t sketch[TARN_ZONE_REGISTERS];
    uint8_t texts[2 * TARN_ZONE_LONGEST]; /* the least, then the greatest */
    tarn_zone parts[];
} tarn_zone_box;

/** Zeroed but for its pointers to parts and sketch; of `rows` rows, whose parts know how many those are. */
tarn_status tarn_zone_box_new(tarn_zone_kind kind, int64_t rows, tarn_zone_box **out, tarn_error *error);
/** A changeable copy. */
tarn_status tarn_zone_box_copy(const tarn_zone_map *map, tarn_zone_box **out, tarn_error *error);
/** Bytes that it takes. */
size_t tarn_zone_map_size(const tarn_zone_map *map);

/** Keep the least and the greatest value of the whole, if they are short enough. */
void tarn_zone_keep_texts(tarn_zone_box *box, const uint8_t *least, size_t least_size, const uint8_t *greatest,
                          size_t greatest_size);

static inline size_t tarn_zone_part_count(int64_t rows) {
    return (size_t)((rows + TARN_ZONE_ROWS - 1) / TARN_ZONE_ROWS);
}

/** Below zero, zero or above, as a is less than, equal to or greater than b. */
int tarn_zone_compare_bytes(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size);
int tarn_zone_compare_wide(tarn_zone_wide a, tarn_zone_wide b);
/** Whether the least bound is not above the greatest. */
bool tarn_zone_is_in_order(tarn_zone_kind kind, const tarn_zone *zone);

/** Widen `into` by a zone of other rows: bounds, NaN, and with `count` rows and nulls too. */
void tarn_zone_merge(tarn_zone_kind kind, tarn_zone *into, const tarn_zone *from, bool count);
/** Make `whole` of the parts. */
void tarn_zone_sum_up(tarn_zone_box *box);

/* ---- how many different values there are ---- */

static inline uint64_t tarn_zone_mix(uint64_t value) {
    value ^= value >> 33;
    value *= UINT64_C(0xFF51AFD7ED558CCD);
    value ^= value >> 33;
    value *= UINT64_C(0xC4CEB9FE1A85EC53);
    return value ^ value >> 33;
}

/** Let a sketch see a value's hash. */
static inline void tarn_zone_see(uint8_t *sketch, uint64_t hash) {
    uint8_t rank = (uint8_t)(1 + __builtin_clzll(hash << 8 | 0x80));
    uint8_t *at = &sketch[hash >> 56];
    *at = *at < rank ? rank : *at;
}

/** How many different values there are among `count`, of which `sampled` were seen. */
int64_t tarn_zone_estimate(const uint8_t *sketch, int64_t sampled, int64_t count);
/** The same of a map that has a sketch, into `distinct`. */
void tarn_zone_count_distinct(tarn_zone_map *map);

#endif
