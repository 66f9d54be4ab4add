// Results of comparisons that are kept, so that asking for one again costs nothing.
#include "diff/cache.h"

#include "base/buffer.h"
#include "base/hash.h"
#include "diff/internal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

typedef struct kept {
    tarn_buffer key; /* everything that the result depends on */
    tarn_diff *diff;
} kept;

struct tarn_diff_cache {
    pthread_mutex_t mutex; /* guards what follows */
    kept *list;            /* the one used last at the end */
    size_t count, capacity;
    uint64_t bytes, limit, hits, misses;
};

/* ---- what a result depends on ---- */

static tarn_status add_text(tarn_buffer *key, const char *text, tarn_error *error) {
    return tarn_buffer_append(key, text, strlen(text) + 1, error);
}

static tarn_status add_number(tarn_buffer *key, uint64_t number, tarn_error *error) {
    return tarn_buffer_append(key, &number, sizeof number, error);
}

static tarn_status add_texts(tarn_buffer *key, const char *const *texts, size_t count, tarn_error *error) {
    TARN_TRY(add_number(key, count, error));
    for (size_t i = 0; i < count; i++)
        TARN_TRY(add_text(key, texts[i], error));
    return TARN_OK;
}

static tarn_status make_key(const tarn_diff_input *input, tarn_buffer *key, tarn_error *error) {
    static const tarn_diff_options defaults = {0};
    const tarn_diff_options *options = input->options != NULL ? input->options : &defaults;
    TARN_TRY(add_number(key, tarn_version_table(input->before), error));
    TARN_TRY(add_number(key, tarn_version_number(input->before), error));
    TARN_TRY(add_number(key, tarn_version_table(input->after), error));
    TARN_TRY(add_number(key, tarn_version_number(input->after), error));
    TARN_TRY(add_text(key, input->before_name, error));
    TARN_TRY(add_text(key, input->after_name, error));
    TARN_TRY(add_texts(key, options->keys, options->key_count, error));
    TARN_TRY(add_texts(key, options->leave_out, options->leave_out_count, error));
    TARN_TRY(add_number(key, options->map_count, error));
    for (size_t i = 0; i < options->map_count; i++) {
        TARN_TRY(add_text(key, options->map[i].before, error));
        TARN_TRY(add_text(key, options->map[i].after, error));
    }
    TARN_TRY(tarn_buffer_append(key, &options->tolerance, sizeof options->tolerance, error));
    return add_number(
        key, (uint64_t)options->complete << 2 | (uint64_t)options->ignore_case << 1 | (uint64_t)options->ignore_space,
        error);
}

static uint64_t id_of(const tarn_buffer *key) {
    uint64_t id = tarn_hash64_of(key->data, key->size);
    return id != 0 ? id : 1;
}

/* ---- the list; with the mutex held ---- */

static void drop(tarn_diff_cache *cache, size_t place) {
    kept gone = cache->list[place];
    memmove(&cache->list[place], &cache->list[place + 1], (cache->count - place - 1) * sizeof *cache->list);
    cache->count--;
    cache->bytes -= gone.diff->info.bytes;
    tarn_buffer_free(&gone.key);
    tarn_diff_close(gone.diff);
}

/* Use it: it moves to the end. */
static tarn_diff *use(tarn_diff_cache *cache, size_t place) {
    kept used = cache->list[place];
    memmove(&cache->list[place], &cache->list[place + 1], (cache->count - place - 1) * sizeof *cache->list);
    cache->list[cache->count - 1] = used;
    tarn_diff_retain(used.diff);
    cache->hits++;
    return used.diff;
}

static tarn_diff *find(tarn_diff_cache *cache, const tarn_buffer *key) {
    for (size_t i = 0; i < cache->count; i++) {
        const tarn_buffer *other = &cache->list[i].key;
        if (other->size == key->size && memcmp(other->data, key->data, key->size) == 0)
            return use(cache, i);
    }
    return NULL;
}

/* Takes `key` over when there is room. A failure only means that the result is not kept. */
static void keep(tarn_diff_cache *cache, tarn_buffer *key, tarn_diff *diff) {
    uint64_t bytes = diff->info.bytes;
    if (bytes > cache->limit)
        return;
    while (cache->count > 0 && cache->bytes + bytes > cache->limit)
        drop(cache, 0);
    if (tarn_grow(&cache->list, &cache->capacity, cache->count + 1, sizeof *cache->list, NULL) != TARN_OK)
        return;
    tarn_diff_retain(diff);
    cache->list[cache->count++] = (kept){*key, diff};
    cache->bytes += bytes;
    *key = (tarn_buffer){0};
}

/* ---- public ---- */

tarn_status tarn_diff_cache_new(uint64_t byte_limit, tarn_diff_cache **out, tarn_error *error) {
    tarn_diff_cache *cache = calloc(1, sizeof *cache);
    if (cache == NULL)
        return tarn_fail_memory(error);
    pthread_mutex_init(&cache->mutex, NULL);
    cache->limit = byte_limit;
    *out = cache;
    return TARN_OK;
}

void tarn_diff_cache_free(tarn_diff_cache *cache) {
    if (cache == NULL)
        return;
    tarn_diff_cache_forget(cache, 0);
    pthread_mutex_destroy(&cache->mutex);
    free(cache->list);
    free(cache);
}

/* Two threads that ask for the same at once both compare: the later result is kept by nobody but its handle. */
tarn_status tarn_diff_cache_compare(tarn_diff_cache *cache, const tarn_diff_input *input, tarn_diff **out,
                                    tarn_error *error) {
    tarn_buffer key = {0};
    tarn_diff *diff = NULL, *other = NULL;
    tarn_status status;
    TARN_CHECK(make_key(input, &key, error));
    pthread_mutex_lock(&cache->mutex);
    *out = find(cache, &key);
    cache->misses += *out == NULL;
    pthread_mutex_unlock(&cache->mutex);
    if (*out != NULL)
        goto cleanup;
    TARN_CHECK(tarn_diff_compare(input, &diff, error));
    diff->info.id = id_of(&key);
    pthread_mutex_lock(&cache->mutex);
    other = find(cache, &key);
    if (other == NULL)
        keep(cache, &key, diff);
    pthread_mutex_unlock(&cache->mutex);
    tarn_diff_close(other);
    *out = diff;
cleanup:
    tarn_buffer_free(&key);
    return status;
}

tarn_status tarn_diff_cache_find(tarn_diff_cache *cache, uint64_t id, tarn_diff **out, tarn_error *error) {
    tarn_diff *found = NULL;
    pthread_mutex_lock(&cache->mutex);
    for (size_t i = 0; i < cache->count && found == NULL; i++) {
        if (cache->list[i].diff->info.id == id)
            found = use(cache, i);
    }
    pthread_mutex_unlock(&cache->mutex);
    if (found == NULL)
        return tarn_fail(error, TARN_E_NOT_FOUND, "this comparison is not kept any more: compare again");
    *out = found;
    return TARN_OK;
}

void tarn_diff_cache_forget(tarn_diff_cache *cache, uint64_t id) {
    pthread_mutex_lock(&cache->mutex);
    for (size_t i = cache->count; i-- > 0;) {
        if (id == 0 || cache->list[i].diff->info.id == id)
            drop(cache, i);
    }
    pthread_mutex_unlock(&cache->mutex);
}

void tarn_diff_cache_info_get(tarn_diff_cache *cache, tarn_diff_cache_info *out) {
    pthread_mutex_lock(&cache->mutex);
    *out = (tarn_diff_cache_info){cache->count, cache->bytes, cache->limit, cache->hits, cache->misses};
    pthread_mutex_unlock(&cache->mutex);
}
