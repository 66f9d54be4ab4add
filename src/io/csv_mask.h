/**
 * @file csv_mask.h
 * Where in 64 bytes one of four characters stands, as a mask with a bit per byte: the inner loop of the tokeniser.
 * One version per instruction set that every machine of its kind has, and one for all others.
 */
#ifndef TARN_IO_CSV_MASK_H
#define TARN_IO_CSV_MASK_H

#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>

typedef struct tarn_csv_needles {
    __m128i c[4];
} tarn_csv_needles;

static inline tarn_csv_needles tarn_csv_needles_of(const uint8_t c[4]) {
    return (tarn_csv_needles){
        {_mm_set1_epi8((char)c[0]), _mm_set1_epi8((char)c[1]), _mm_set1_epi8((char)c[2]), _mm_set1_epi8((char)c[3])}};
}

static inline uint64_t tarn_csv_mask64(const uint8_t *p, const tarn_csv_needles *n) {
    uint64_t mask = 0;
    for (int i = 0; i < 4; i++) {
        __m128i x = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * i));
        __m128i a = _mm_or_si128(_mm_cmpeq_epi8(x, n->c[0]), _mm_cmpeq_epi8(x, n->c[1]));
        __m128i b = _mm_or_si128(_mm_cmpeq_epi8(x, n->c[2]), _mm_cmpeq_epi8(x, n->c[3]));
        mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_or_si128(a, b)) << (16 * i);
    }
    return mask;
}

#elif defined(__aarch64__) && defined(__ARM_NEON)
#include <arm_neon.h>

typedef struct tarn_csv_needles {
    uint8x16_t c[4];
} tarn_csv_needles;

static inline tarn_csv_needles tarn_csv_needles_of(const uint8_t c[4]) {
    return (tarn_csv_needles){{vdupq_n_u8(c[0]), vdupq_n_u8(c[1]), vdupq_n_u8(c[2]), vdupq_n_u8(c[3])}};
}

static inline uint8x16_t tarn_csv_match16(const uint8_t *p, const tarn_csv_needles *n) {
    static const uint8_t bit_values[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    uint8x16_t x = vld1q_u8(p);
    uint8x16_t a = vorrq_u8(vceqq_u8(x, n->c[0]), vceqq_u8(x, n->c[1]));
    uint8x16_t b = vorrq_u8(vceqq_u8(x, n->c[2]), vceqq_u8(x, n->c[3]));
    return vandq_u8(vorrq_u8(a, b), vld1q_u8(bit_values));
}

static inline uint64_t tarn_csv_mask64(const uint8_t *p, const tarn_csv_needles *n) {
    /* Adding neighbours three times sums the eight bits of each half into one byte. */
    uint8x16_t low = vpaddq_u8(tarn_csv_match16(p, n), tarn_csv_match16(p + 16, n));
    uint8x16_t high = vpaddq_u8(tarn_csv_match16(p + 32, n), tarn_csv_match16(p + 48, n));
    uint8x16_t all = vpaddq_u8(low, high);
    all = vpaddq_u8(all, all);
    return vgetq_lane_u64(vreinterpretq_u64_u8(all), 0);
}

#elif defined(__wasm_simd128__)
#include <wasm_simd128.h>

typedef struct tarn_csv_needles {
    v128_t c[4];
} tarn_csv_needles;

static inline tarn_csv_needles tarn_csv_needles_of(const uint8_t c[4]) {
    return (tarn_csv_needles){{wasm_i8x16_splat((int8_t)c[0]), wasm_i8x16_splat((int8_t)c[1]),
                               wasm_i8x16_splat((int8_t)c[2]), wasm_i8x16_splat((int8_t)c[3])}};
}

static inline uint64_t tarn_csv_mask64(const uint8_t *p, const tarn_csv_needles *n) {
    uint64_t mask = 0;
    for (int i = 0; i < 4; i++) {
        v128_t x = wasm_v128_load(p + 16 * i);
        v128_t a = wasm_v128_or(wasm_i8x16_eq(x, n->c[0]), wasm_i8x16_eq(x, n->c[1]));
        v128_t b = wasm_v128_or(wasm_i8x16_eq(x, n->c[2]), wasm_i8x16_eq(x, n->c[3]));
        mask |= (uint64_t)(uint32_t)wasm_i8x16_bitmask(wasm_v128_or(a, b)) << (16 * i);
    }
    return mask;
}

#else

typedef struct tarn_csv_needles {
    uint64_t c[4];
} tarn_csv_needles;

#define TARN_CSV_ONES UINT64_C(0x0101010101010101)
#define TARN_CSV_LOW7 UINT64_C(0x7F7F7F7F7F7F7F7F)

static inline tarn_csv_needles tarn_csv_needles_of(const uint8_t c[4]) {
    return (tarn_csv_needles){{c[0] * TARN_CSV_ONES, c[1] * TARN_CSV_ONES, c[2] * TARN_CSV_ONES, c[3] * TARN_CSV_ONES}};
}

/* 0x80 in every byte of x that is zero, without carries between bytes. */
static inline uint64_t tarn_csv_zero_bytes(uint64_t x) {
    return ~(((x & TARN_CSV_LOW7) + TARN_CSV_LOW7) | x | TARN_CSV_LOW7);
}

static inline uint64_t tarn_csv_mask64(const uint8_t *p, const tarn_csv_needles *n) {
    uint64_t mask = 0;
    for (int i = 0; i < 8; i++) {
        uint64_t x = 0;
        for (int k = 7; k >= 0; k--)
            x = x << 8 | p[8 * i + k];
        uint64_t hits = tarn_csv_zero_bytes(x ^ n->c[0]) | tarn_csv_zero_bytes(x ^ n->c[1]) |
                        tarn_csv_zero_bytes(x ^ n->c[2]) | tarn_csv_zero_bytes(x ^ n->c[3]);
        /* Gather bit 7 of each byte: the multiplication moves them next to each other at the top. */
        mask |= ((hits >> 7) * UINT64_C(0x0102040810204080) >> 56) << (8 * i);
    }
    return mask;
}

#endif
#endif
