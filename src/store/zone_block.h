/**
 * @file zone_block.h
 * Looking at a block of values for a zone map. Private to src/store.
 */
#ifndef TARN_STORE_ZONE_BLOCK_H
#define TARN_STORE_ZONE_BLOCK_H

#include "store/zone.h"

/** An array, taken apart. */
typedef struct tarn_zone_view {
    tarn_zone_kind kind;
    tarn_type type; /* of a dictionary column: of its indices */
    bool is_dictionary;
    size_t width;
    int64_t offset;
    const uint8_t *validity; /* NULL: nothing is null */
    const void *values;      /* of text: where they end */
    const uint8_t *bytes;
    int64_t step; /* of so many values one is looked at for the sketch */
} tarn_zone_view;

/** What was seen in all blocks so far. */
typedef struct tarn_zone_seen {
    uint8_t *sketch;
    uint32_t sampled;
    uint32_t longest;
    bool beyond_ascii;
    const uint8_t *least, *greatest; /* of bytes; NULL before the first value */
    size_t least_size, greatest_size;
} tarn_zone_seen;

/** Of each `step` values from `at` on, the place of the one to look at: not the same one of each, as values may follow
 *  a rhythm. `step` is a power of two. */
static inline int64_t tarn_zone_sample(int64_t at, int64_t step) {
    return at + ((int64_t)(((uint32_t)at * UINT32_C(2654435761)) >> 24) & (step - 1));
}

/** Bounds of the zone's rows, from row `first` of the array on. Its rows and nulls are filled in, and not all are null.
 */
void tarn_zone_look_at_fixed(const tarn_zone_view *view, int64_t first, tarn_zone *zone, tarn_zone_seen *seen);
void tarn_zone_look_at_bytes(const tarn_zone_view *view, int64_t first, tarn_zone *zone, tarn_zone_seen *seen);

#endif
