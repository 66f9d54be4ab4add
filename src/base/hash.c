// The two hashes that Tarn's formats name.
#include "base/hash.h"

#include "base/hash_wide.h"

#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

/* Less than this is hashed by code without vectors. */
#define LEAST_WIDE 256

static bool wants_wide(size_t size) {
    return size >= LEAST_WIDE && tarn_is_wide();
}

uint64_t tarn_hash64_of(const void *data, size_t size) {
    if (wants_wide(size))
        return tarn_hash64_wide(data, size);
    return XXH3_64bits(data, size);
}

tarn_hash128 tarn_hash128_of(const void *data, size_t size) {
    if (wants_wide(size))
        return tarn_hash128_wide(data, size);
    XXH128_hash_t hash = XXH3_128bits(data, size);
    return (tarn_hash128){hash.high64, hash.low64};
}

struct tarn_hasher {
    XXH3_state_t state;
};

tarn_hasher *tarn_hasher_new(void) {
    /* XXH3_state_t wants 64-byte alignment, and its size is a multiple of it. */
    tarn_hasher *hasher = aligned_alloc(64, sizeof *hasher);
    if (hasher != NULL)
        XXH3_128bits_reset(&hasher->state);
    return hasher;
}

void tarn_hasher_update(tarn_hasher *hasher, const void *data, size_t size) {
    if (wants_wide(size))
        tarn_hash_update_wide(&hasher->state, data, size);
    else
        XXH3_128bits_update(&hasher->state, data, size);
}

tarn_hash128 tarn_hasher_finish(const tarn_hasher *hasher) {
    XXH128_hash_t hash = XXH3_128bits_digest(&hasher->state);
    return (tarn_hash128){hash.high64, hash.low64};
}

void tarn_hasher_free(tarn_hasher *hasher) {
    free(hasher);
}

void tarn_hash128_format(tarn_hash128 hash, char text[TARN_HASH128_TEXT_SIZE]) {
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < 16; i++) {
        text[i] = digits[(hash.hi >> (60 - 4 * i)) & 15];
        text[16 + i] = digits[(hash.lo >> (60 - 4 * i)) & 15];
    }
    text[32] = '\0';
}

static bool parse_hex64(const char *text, uint64_t *out) {
    uint64_t value = 0;
    for (int i = 0; i < 16; i++) {
        char c = text[i];
        uint64_t digit;
        if (c >= '0' && c <= '9')
            digit = (uint64_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            digit = (uint64_t)(c - 'a') + 10;
        else
            return false;
        value = value << 4 | digit;
    }
    *out = value;
    return true;
}

bool tarn_hash128_parse(const char *text, size_t size, tarn_hash128 *out) {
    return size == 32 && parse_hex64(text, &out->hi) && parse_hex64(text + 16, &out->lo);
}

void tarn_sha256_of(const void *data, size_t size, uint8_t digest[TARN_SHA256_SIZE]) {
    struct sha256_ctx context;
    sha256_init(&context);
    sha256_update(&context, size, data);
    sha256_digest(&context, TARN_SHA256_SIZE, digest);
}

void tarn_sha256_text(const void *data, size_t size, char text[TARN_SHA256_TEXT_SIZE]) {
    static const char digits[] = "0123456789abcdef";
    uint8_t digest[TARN_SHA256_SIZE];
    tarn_sha256_of(data, size, digest);
    for (int i = 0; i < TARN_SHA256_SIZE; i++) {
        text[2 * i] = digits[digest[i] >> 4];
        text[2 * i + 1] = digits[digest[i] & 15];
    }
    text[2 * TARN_SHA256_SIZE] = '\0';
}
