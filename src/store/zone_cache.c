// Zone maps that were made or read, kept up to a number of bytes; the least recently used goes.
#include "store/zone_cache.h"

#include "store/zone.h"

#include <stdlib.h>

struct tarn_zone_entry {
    tarn_hash128 key;
    const tarn_zone_map *map;
    tarn_zone_entry *next; /* in the slot */
    tarn_zone_entry *newer, *older;
};

tarn_status tarn_zone_cache_init(tarn_zone_cache *cache, uint64_t limit, tarn_error *error) {
    *cache = (tarn_zone_cache){.limit = limit, .slot_count = 64};
    cache->slots = calloc(cache->slot_count, sizeof(tarn_zone_entry *));
    if (cache->slots == NULL)
        return tarn_fail_memory(error);
    pthread_mutex_init(&cache->lock, NULL);
    return TARN_OK;
}

static tarn_zone_entry **slot_of(const tarn_zone_cache *cache, tarn_hash128 key) {
    return &cache->slots[(key.lo ^ key.hi) & (cache->slot_count - 1)];
}

static tarn_zone_entry *find(const tarn_zone_cache *cache, tarn_hash128 key) {
    tarn_zone_entry *entry = *slot_of(cache, key);
    while (entry != NULL && !tarn_hash128_equal(entry->key, key))
        entry = entry->next;
    return entry;
}

static void unlink_age(tarn_zone_cache *cache, tarn_zone_entry *entry) {
    *(entry->newer != NULL ? &entry->newer->older : &cache->newest) = entry->older;
    *(entry->older != NULL ? &entry->older->newer : &cache->oldest) = entry->newer;
}

static void link_newest(tarn_zone_cache *cache, tarn_zone_entry *entry) {
    entry->newer = NULL;
    entry->older = cache->newest;
    *(entry->older != NULL ? &entry->older->newer : &cache->oldest) = entry;
    cache->newest = entry;
}

static void drop(tarn_zone_cache *cache, tarn_zone_entry *entry) {
    tarn_zone_entry **at = slot_of(cache, entry->key);
    while (*at != entry)
        at = &(*at)->next;
    *at = entry->next;
    unlink_age(cache, entry);
    cache->entry_count--;
    cache->bytes -= tarn_zone_map_size(entry->map);
    tarn_zone_map_release(entry->map);
    free(entry);
}

void tarn_zone_cache_clear(tarn_zone_cache *cache) {
    pthread_mutex_lock(&cache->lock);
    while (cache->oldest != NULL)
        drop(cache, cache->oldest);
    pthread_mutex_unlock(&cache->lock);
}

void tarn_zone_cache_free(tarn_zone_cache *cache) {
    if (cache->slots == NULL)
        return;
    tarn_zone_cache_clear(cache);
    free(cache->slots);
    pthread_mutex_destroy(&cache->lock);
    cache->slots = NULL;
}

/* A larger table makes looking up quicker, and nothing else: want of memory is no error. */
static void grow_slots(tarn_zone_cache *cache) {
    size_t count = cache->slot_count * 2;
    tarn_zone_entry **slots = calloc(count, sizeof(tarn_zone_entry *));
    if (slots == NULL)
        return;
    free(cache->slots);
    cache->slots = slots;
    cache->slot_count = count;
    for (tarn_zone_entry *entry = cache->newest; entry != NULL; entry = entry->older) {
        tarn_zone_entry **slot = slot_of(cache, entry->key);
        entry->next = *slot;
        *slot = entry;
    }
}

const tarn_zone_map *tarn_zone_cache_look(tarn_zone_cache *cache, tarn_hash128 key) {
    const tarn_zone_map *map = NULL;
    pthread_mutex_lock(&cache->lock);
    tarn_zone_entry *entry = find(cache, key);
    if (entry != NULL) {
        unlink_age(cache, entry);
        link_newest(cache, entry);
        map = entry->map;
        tarn_zone_map_retain(map);
    }
    pthread_mutex_unlock(&cache->lock);
    return map;
}

void tarn_zone_cache_keep(tarn_zone_cache *cache, tarn_hash128 key, const tarn_zone_map *map) {
    pthread_mutex_lock(&cache->lock);
    tarn_zone_entry *entry = find(cache, key) == NULL ? calloc(1, sizeof *entry) : NULL;
    if (entry != NULL) {
        if (cache->entry_count >= cache->slot_count)
            grow_slots(cache);
        *entry = (tarn_zone_entry){.key = key, .map = map, .next = *slot_of(cache, key)};
        *slot_of(cache, key) = entry;
        cache->entry_count++;
        link_newest(cache, entry);
        tarn_zone_map_retain(map);
        cache->bytes += tarn_zone_map_size(map);
        while (cache->bytes > cache->limit && cache->oldest != entry)
            drop(cache, cache->oldest);
    }
    pthread_mutex_unlock(&cache->lock);
}

void tarn_zone_cache_forget(tarn_zone_cache *cache, tarn_hash128 key) {
    pthread_mutex_lock(&cache->lock);
    tarn_zone_entry *entry = find(cache, key);
    if (entry != NULL)
        drop(cache, entry);
    pthread_mutex_unlock(&cache->lock);
}
