/**
 * @file hash.h
 * The two hashes that Tarn's formats name: XXH3 for identity and damage (fast, no protection against an adversary) and
 * SHA-256 for the journal's chain. The algorithms are those of the xxHash library 0.8 and of nettle.
 */
#ifndef TARN_BASE_HASH_H
#define TARN_BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** An XXH3-128 value. Ordered by hi, then lo. Written as 32 lower-case hexadecimal digits, hi first. */
typedef struct tarn_hash128 {
    uint64_t hi, lo;
} tarn_hash128;

#define TARN_HASH128_TEXT_SIZE 33 /* 32 digits and a NUL */
#define TARN_SHA256_SIZE 32
#define TARN_SHA256_TEXT_SIZE 65

uint64_t tarn_hash64_of(const void *data, size_t size);
tarn_hash128 tarn_hash128_of(const void *data, size_t size);

/** XXH3-128 over pieces. One owner; not thread-safe. tarn_hasher_new gives NULL when out of memory. */
typedef struct tarn_hasher tarn_hasher;
tarn_hasher *tarn_hasher_new(void);
void tarn_hasher_update(tarn_hasher *hasher, const void *data, size_t size);
tarn_hash128 tarn_hasher_finish(const tarn_hasher *hasher);
void tarn_hasher_free(tarn_hasher *hasher);

static inline bool tarn_hash128_equal(tarn_hash128 a, tarn_hash128 b) {
    return a.hi == b.hi && a.lo == b.lo;
}
static inline int tarn_hash128_compare(tarn_hash128 a, tarn_hash128 b) {
    if (a.hi != b.hi)
        return a.hi < b.hi ? -1 : 1;
    return (a.lo > b.lo) - (a.lo < b.lo);
}

void tarn_hash128_format(tarn_hash128 hash, char text[TARN_HASH128_TEXT_SIZE]);

/** Read exactly 32 lower-case hexadecimal digits; false when `text` is anything else. */
bool tarn_hash128_parse(const char *text, size_t size, tarn_hash128 *out);

void tarn_sha256_of(const void *data, size_t size, uint8_t digest[TARN_SHA256_SIZE]);

/** As tarn_sha256_of, written as 64 lower-case hexadecimal digits and a NUL. */
void tarn_sha256_text(const void *data, size_t size, char text[TARN_SHA256_TEXT_SIZE]);

#endif
