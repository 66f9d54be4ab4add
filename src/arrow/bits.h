/**
 * @file bits.h
 * Bitmaps in words of 64 bits at any bit offset. Nothing here reads a byte that holds none of the bits asked for.
 * Private to src/arrow.
 */
#ifndef TARN_ARROW_BITS_H
#define TARN_ARROW_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** Bytes that `count` bits take. */
static inline size_t tarn_bits_bytes(int64_t count) {
    return (size_t)(count / 8) + (count % 8 != 0);
}

/** 1 to 64 bits from position `at` on, the first in bit 0, the others zero. */
static inline uint64_t tarn_bits_load(const uint8_t *bits, int64_t at, int64_t count) {
    const uint8_t *p = bits + (at >> 3);
    unsigned shift = (unsigned)(at & 7);
    uint64_t word = 0;
    if (count == 64) {
        memcpy(&word, p, 8);
        return shift == 0 ? word : word >> shift | (uint64_t)p[8] << (64 - shift);
    }
    size_t bytes = tarn_bits_bytes((int64_t)shift + count);
    memcpy(&word, p, bytes < 8 ? bytes : 8);
    word >>= shift;
    if (bytes > 8)
        word |= (uint64_t)p[8] << (64 - shift);
    return word & ((UINT64_C(1) << count) - 1);
}

/** True when all `count` bits from `at` on are ones. */
bool tarn_bits_all(const uint8_t *bits, int64_t at, int64_t count);

/** Copy bits to bit 0 of `out` on; unused bits of the last byte become zero. */
void tarn_bits_copy(const uint8_t *bits, int64_t at, int64_t count, uint8_t *out);

/** Copy bits to any place; other bits of `out` stay. */
void tarn_bits_copy_to(const uint8_t *bits, int64_t at, int64_t count, uint8_t *out, int64_t out_at);

/** Set `count` bits from `at` on. */
void tarn_bits_fill(uint8_t *bits, int64_t at, int64_t count);

/**
 * The next run of ones from `*at` on and before `end`: its start comes in `*at`, its end is returned. When there is
 * none both are `end`. `bits` NULL means all ones.
 */
int64_t tarn_bits_run(const uint8_t *bits, int64_t *at, int64_t end);

#endif
