/**
 * @file hash_wide.h
 * The XXH3 hashes once more, for processors with vectors of 32 bytes (AVX2): the same values in half the time. CMake
 * compiles hash_wide.c for these; call nothing here unless tarn_is_wide() says so. Private to src/base.
 */
#ifndef TARN_BASE_HASH_WIDE_H
#define TARN_BASE_HASH_WIDE_H

#include "base/hash.h"

static inline bool tarn_is_wide(void) {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2");
#else
    return false;
#endif
}

uint64_t tarn_hash64_wide(const void *data, size_t size);
tarn_hash128 tarn_hash128_wide(const void *data, size_t size);

/** `state` is an XXH3_state_t. */
void tarn_hash_update_wide(void *state, const void *data, size_t size);

#endif
