// The XXH3 hashes once more, for processors with vectors of 32 bytes (AVX2).
#include "base/hash_wide.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t tarn_hash64_wide(const void *data, size_t size) {
    return XXH3_64bits(data, size);
}

tarn_hash128 tarn_hash128_wide(const void *data, size_t size) {
    XXH128_hash_t hash = XXH3_128bits(data, size);
    return (tarn_hash128){hash.high64, hash.low64};
}

void tarn_hash_update_wide(void *state, const void *data, size_t size) {
    XXH3_128bits_update(state, data, size);
}
