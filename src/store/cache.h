/**
 * @file cache.h
 * Decoded batches, kept for re-use up to a number of bytes; the least recently used goes. Two threads that want the
 * same batch load it once. Private to src/store.
 */
#ifndef TARN_STORE_CACHE_H
#define TARN_STORE_CACHE_H

#include "store/store.h"
#include "store/sums.h"

#include <pthread.h>
#include <stdatomic.h>

struct tarn_batch {
    atomic_size_t holders;
    struct ArrowSchema schema;
    struct ArrowArray array;
    int64_t first;        /* the array's first value is this one of the batch */
    int64_t rows;         /* values of the whole batch */
    uint64_t bytes;       /* what it costs the cache */
    tarn_sums *sums;      /* of a batch of which only what they hold may be read; else NULL */
    tarn_mapping *packed; /* its stored bytes, and no array: tarn_store_glance makes it, for itself; else NULL */
};

/** A whole batch over a schema and an array, both taken over (released on failure too). */
tarn_status tarn_batch_new(struct ArrowSchema *schema, struct ArrowArray *array, uint64_t bytes, tarn_batch **out,
                           tarn_error *error);

typedef struct tarn_cache_node tarn_cache_node;
typedef struct tarn_batch_cache {
    pthread_mutex_t lock;
    pthread_cond_t loaded;
    tarn_cache_node **slots;
    size_t slot_count, node_count;
    tarn_cache_node *newest, *oldest;
    uint64_t bytes, limit;
    uint64_t *proved; /* open addressing: places whose stored bytes were checked */
    size_t proved_count, proved_capacity;
} tarn_batch_cache;

tarn_status tarn_cache_init(tarn_batch_cache *cache, uint64_t limit, tarn_error *error);
void tarn_cache_clear(tarn_batch_cache *cache); /**< drops everything; may be used again */
void tarn_cache_free(tarn_batch_cache *cache);

/** The batch of a key, loaded by `load` when it is not there. Release with tarn_batch_release. */
typedef tarn_status (*tarn_cache_load)(void *context, tarn_batch **out, tarn_error *error);
tarn_status tarn_cache_get(tarn_batch_cache *cache, tarn_hash128 key, tarn_cache_load load, void *context,
                           tarn_batch **out, tarn_error *error);

/** The batch of a key when it is there, else NULL. Release it. */
tarn_batch *tarn_cache_look(tarn_batch_cache *cache, tarn_hash128 key);

/** Drop one batch. */
void tarn_cache_forget(tarn_batch_cache *cache, tarn_hash128 key);

/** Whether the stored bytes at a place (a number that is not 0) were checked, or written, by this process, and
 *  remembering that they were. */
bool tarn_cache_is_proved(tarn_batch_cache *cache, uint64_t place);
void tarn_cache_prove(tarn_batch_cache *cache, uint64_t place);

#endif
