/**
 * @file zone_cache.h
 * Zone maps that were made or read, kept up to a number of bytes; the least recently used goes. Private to src/store.
 */
#ifndef TARN_STORE_ZONE_CACHE_H
#define TARN_STORE_ZONE_CACHE_H

#include "store/zones.h"

#include "base/hash.h"

#include <pthread.h>

#define TARN_ZONE_CACHE_BYTES (UINT64_C(64) << 20) /* of some 20,000 batches of 122,880 rows */

typedef struct tarn_zone_entry tarn_zone_entry;
typedef struct tarn_zone_cache {
    pthread_mutex_t lock;
    tarn_zone_entry **slots;
    size_t slot_count, entry_count;
    tarn_zone_entry *newest, *oldest;
    uint64_t bytes, limit;
} tarn_zone_cache;

tarn_status tarn_zone_cache_init(tarn_zone_cache *cache, uint64_t limit, tarn_error *error);
void tarn_zone_cache_clear(tarn_zone_cache *cache); /**< drops everything; may be used again */
void tarn_zone_cache_free(tarn_zone_cache *cache);

/** The map of a key, to be released; NULL when it is not there. */
const tarn_zone_map *tarn_zone_cache_look(tarn_zone_cache *cache, tarn_hash128 key);
/** Keep a map (retained). One that is there already stays. That there is no memory for it is no error. */
void tarn_zone_cache_keep(tarn_zone_cache *cache, tarn_hash128 key, const tarn_zone_map *map);
void tarn_zone_cache_forget(tarn_zone_cache *cache, tarn_hash128 key);

#endif
