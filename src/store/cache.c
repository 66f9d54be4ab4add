// Decoded batches, kept for re-use up to a number of bytes; the least recently used goes.
#include "store/cache.h"

#include <stdlib.h>
#include <string.h>

/* What the structures around a batch's values take, roughly: it matters for patches of a few values. */
#define BATCH_OVERHEAD 2048

/* ---- batches -------------------------------------------------------------------------------------------------------
 */

tarn_status tarn_batch_new(struct ArrowSchema *schema, struct ArrowArray *array, uint64_t bytes, tarn_batch **out,
                           tarn_error *error) {
    tarn_batch *batch = malloc(sizeof *batch);
    if (batch == NULL) {
        tarn_schema_release(schema);
        tarn_array_release(array);
        return tarn_fail_memory(error);
    }
    *batch = (tarn_batch){.schema = *schema, .array = *array, .rows = array->length, .bytes = bytes + BATCH_OVERHEAD};
    atomic_init(&batch->holders, 1);
    schema->release = NULL;
    array->release = NULL;
    *out = batch;
    return TARN_OK;
}

const struct ArrowSchema *tarn_batch_schema(const tarn_batch *batch) {
    return &batch->schema;
}

const struct ArrowArray *tarn_batch_array(const tarn_batch *batch) {
    return &batch->array;
}

void tarn_batch_retain(tarn_batch *batch) {
    atomic_fetch_add_explicit(&batch->holders, 1, memory_order_relaxed);
}

void tarn_batch_release(tarn_batch *batch) {
    if (batch == NULL || atomic_fetch_sub_explicit(&batch->holders, 1, memory_order_acq_rel) != 1)
        return;
    tarn_array_release(&batch->array);
    tarn_schema_release(&batch->schema);
    tarn_sums_free(batch->sums);
    if (batch->packed != NULL)
        tarn_mapping_release(batch->packed);
    free(batch->packed);
    free(batch);
}

/* ---- the cache ------------------------------------------------------------------------------------------------------
 */

struct tarn_cache_node {
    tarn_hash128 key;
    tarn_batch *batch; /* NULL while it is being loaded */
    tarn_cache_node *next;
    tarn_cache_node *newer, *older;
};

tarn_status tarn_cache_init(tarn_batch_cache *cache, uint64_t limit, tarn_error *error) {
    *cache = (tarn_batch_cache){.limit = limit, .slot_count = 256};
    cache->slots = calloc(cache->slot_count, sizeof(tarn_cache_node *));
    if (cache->slots == NULL)
        return tarn_fail_memory(error);
    pthread_mutex_init(&cache->lock, NULL);
    pthread_cond_init(&cache->loaded, NULL);
    return TARN_OK;
}

static tarn_cache_node **slot_of(const tarn_batch_cache *cache, tarn_hash128 key) {
    return &cache->slots[(key.lo ^ key.hi) & (cache->slot_count - 1)];
}

static tarn_cache_node *find(const tarn_batch_cache *cache, tarn_hash128 key) {
    tarn_cache_node *node = *slot_of(cache, key);
    while (node != NULL && !tarn_hash128_equal(node->key, key))
        node = node->next;
    return node;
}

static void unlink_recency(tarn_batch_cache *cache, tarn_cache_node *node) {
    *(node->newer != NULL ? &node->newer->older : &cache->newest) = node->older;
    *(node->older != NULL ? &node->older->newer : &cache->oldest) = node->newer;
    node->newer = node->older = NULL;
}

static void link_newest(tarn_batch_cache *cache, tarn_cache_node *node) {
    node->newer = NULL;
    node->older = cache->newest;
    *(node->older != NULL ? &node->older->newer : &cache->oldest) = node;
    cache->newest = node;
}

static void unlink_slot(tarn_batch_cache *cache, tarn_cache_node *node) {
    tarn_cache_node **at = slot_of(cache, node->key);
    while (*at != node)
        at = &(*at)->next;
    *at = node->next;
    cache->node_count--;
}

/* Growing the table is a matter of speed only, so want of memory is no error. */
static void grow_slots(tarn_batch_cache *cache) {
    size_t count = cache->slot_count * 2;
    tarn_cache_node **slots = calloc(count, sizeof(tarn_cache_node *));
    if (slots == NULL)
        return;
    for (size_t i = 0; i < cache->slot_count; i++) {
        for (tarn_cache_node *node = cache->slots[i], *next; node != NULL; node = next) {
            next = node->next;
            tarn_cache_node **slot = &slots[(node->key.lo ^ node->key.hi) & (count - 1)];
            node->next = *slot;
            *slot = node;
        }
    }
    free(cache->slots);
    cache->slots = slots;
    cache->slot_count = count;
}

/* Take the oldest out until the rest fits; the batches are let go by the caller, without the lock. */
static tarn_cache_node *shrink(tarn_batch_cache *cache, uint64_t limit) {
    tarn_cache_node *gone = NULL;
    while (cache->bytes > limit && cache->oldest != NULL) {
        tarn_cache_node *node = cache->oldest;
        unlink_recency(cache, node);
        unlink_slot(cache, node);
        cache->bytes -= node->batch->bytes;
        node->next = gone;
        gone = node;
    }
    return gone;
}

static void free_nodes(tarn_cache_node *node) {
    while (node != NULL) {
        tarn_cache_node *next = node->next;
        tarn_batch_release(node->batch);
        free(node);
        node = next;
    }
}

void tarn_cache_clear(tarn_batch_cache *cache) {
    pthread_mutex_lock(&cache->lock);
    tarn_cache_node *gone = shrink(cache, 0);
    cache->proved_count = 0;
    if (cache->proved != NULL)
        memset(cache->proved, 0, cache->proved_capacity * sizeof *cache->proved);
    pthread_mutex_unlock(&cache->lock);
    free_nodes(gone);
}

void tarn_cache_forget(tarn_batch_cache *cache, tarn_hash128 key) {
    pthread_mutex_lock(&cache->lock);
    tarn_cache_node *node = find(cache, key);
    if (node != NULL && node->batch != NULL) {
        unlink_recency(cache, node);
        unlink_slot(cache, node);
        cache->bytes -= node->batch->bytes;
        node->next = NULL;
    } else {
        node = NULL;
    }
    pthread_mutex_unlock(&cache->lock);
    free_nodes(node);
}

void tarn_cache_free(tarn_batch_cache *cache) {
    if (cache->slots == NULL)
        return;
    tarn_cache_clear(cache);
    free(cache->slots);
    free(cache->proved);
    pthread_cond_destroy(&cache->loaded);
    pthread_mutex_destroy(&cache->lock);
    cache->slots = NULL;
}

/* Load into a node that the caller put into the table; called and left with the lock held. */
static tarn_status load_node(tarn_batch_cache *cache, tarn_cache_node *node, tarn_cache_load load, void *context,
                             tarn_batch **out, tarn_cache_node **gone, tarn_error *error) {
    pthread_mutex_unlock(&cache->lock);
    tarn_batch *batch = NULL;
    tarn_status status = load(context, &batch, error);
    pthread_mutex_lock(&cache->lock);
    if (status == TARN_OK && batch != NULL) {
        tarn_batch_retain(batch);
        node->batch = batch;
        cache->bytes += batch->bytes;
        link_newest(cache, node);
        *gone = shrink(cache, cache->limit);
    } else {
        unlink_slot(cache, node);
        node->next = NULL;
        *gone = node;
    }
    *out = batch;
    pthread_cond_broadcast(&cache->loaded);
    return status;
}

static tarn_status add_node(tarn_batch_cache *cache, tarn_hash128 key, tarn_cache_node **out, tarn_error *error) {
    tarn_cache_node *node = calloc(1, sizeof *node);
    if (node == NULL)
        return tarn_fail_memory(error);
    if (cache->node_count >= cache->slot_count)
        grow_slots(cache);
    node->key = key;
    tarn_cache_node **slot = slot_of(cache, key);
    node->next = *slot;
    *slot = node;
    cache->node_count++;
    *out = node;
    return TARN_OK;
}

/* With the lock held: hand out the batch of a node. */
static tarn_batch *use_node(tarn_batch_cache *cache, tarn_cache_node *node) {
    unlink_recency(cache, node);
    link_newest(cache, node);
    tarn_batch_retain(node->batch);
    return node->batch;
}

tarn_batch *tarn_cache_look(tarn_batch_cache *cache, tarn_hash128 key) {
    pthread_mutex_lock(&cache->lock);
    tarn_cache_node *node = find(cache, key);
    tarn_batch *batch = node != NULL && node->batch != NULL ? use_node(cache, node) : NULL;
    pthread_mutex_unlock(&cache->lock);
    return batch;
}

tarn_status tarn_cache_get(tarn_batch_cache *cache, tarn_hash128 key, tarn_cache_load load, void *context,
                           tarn_batch **out, tarn_error *error) {
    tarn_cache_node *gone = NULL;
    tarn_status status = TARN_OK;
    *out = NULL;
    pthread_mutex_lock(&cache->lock);
    tarn_cache_node *node = find(cache, key);
    while (node != NULL && node->batch == NULL) { /* another thread is at it */
        pthread_cond_wait(&cache->loaded, &cache->lock);
        node = find(cache, key);
    }
    if (node != NULL) {
        *out = use_node(cache, node);
    } else {
        status = add_node(cache, key, &node, error);
        if (status == TARN_OK)
            status = load_node(cache, node, load, context, out, &gone, error);
    }
    pthread_mutex_unlock(&cache->lock);
    free_nodes(gone);
    return status;
}

/* ---- what was checked -------------------------------------------------------------------------------------------- */

static uint64_t *proved_slot(uint64_t *slots, size_t capacity, uint64_t place) {
    size_t i = (size_t)((place * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & (capacity - 1);
    while (slots[i] != 0 && slots[i] != place)
        i = (i + 1) & (capacity - 1);
    return &slots[i];
}

bool tarn_cache_is_proved(tarn_batch_cache *cache, uint64_t place) {
    pthread_mutex_lock(&cache->lock);
    bool found = cache->proved_count > 0 && *proved_slot(cache->proved, cache->proved_capacity, place) == place;
    pthread_mutex_unlock(&cache->lock);
    return found;
}

static bool grow_proved(tarn_batch_cache *cache) {
    size_t capacity = cache->proved_capacity > 0 ? cache->proved_capacity * 2 : 256;
    uint64_t *slots = calloc(capacity, sizeof *slots);
    if (slots == NULL)
        return false;
    for (size_t i = 0; i < cache->proved_capacity; i++) {
        if (cache->proved[i] != 0)
            *proved_slot(slots, capacity, cache->proved[i]) = cache->proved[i];
    }
    free(cache->proved);
    cache->proved = slots;
    cache->proved_capacity = capacity;
    return true;
}

void tarn_cache_prove(tarn_batch_cache *cache, uint64_t place) {
    pthread_mutex_lock(&cache->lock);
    if (cache->proved_count < cache->proved_capacity / 2 || grow_proved(cache)) {
        uint64_t *slot = proved_slot(cache->proved, cache->proved_capacity, place);
        cache->proved_count += *slot == 0;
        *slot = place;
    }
    pthread_mutex_unlock(&cache->lock);
}
