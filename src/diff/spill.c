// Rows dealt out to buckets.
#include "diff/spill.h"

#include "fs/fs.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct tarn_diff_spill {
    tarn_store *store;
    uint64_t limit;
    atomic_uint_least64_t bytes; /* of items in memory */
    atomic_uint_least64_t end;   /* of the file */
    pthread_mutex_t mutex;       /* guards making the file */
    _Atomic(tarn_file *) file;
    char *path; /* NULL: it has no name any more */
};

/* ---- the file ---- */

tarn_status tarn_diff_spill_new(const tarn_version *version, uint64_t limit, tarn_diff_spill **out, tarn_error *error) {
    tarn_diff_spill *spill = calloc(1, sizeof *spill);
    if (spill == NULL)
        return tarn_fail_memory(error);
    spill->store = tarn_version_store(version);
    spill->limit = limit;
    pthread_mutex_init(&spill->mutex, NULL);
    *out = spill;
    return TARN_OK;
}

void tarn_diff_spill_free(tarn_diff_spill *spill) {
    if (spill == NULL)
        return;
    tarn_file_close(atomic_load(&spill->file));
    if (spill->path != NULL)
        tarn_fs_remove(tarn_store_fs(spill->store), spill->path, NULL);
    free(spill->path);
    pthread_mutex_destroy(&spill->mutex);
    free(spill);
}

uint64_t tarn_diff_spilled(const tarn_diff_spill *spill) {
    return atomic_load(&spill->end);
}

static tarn_status make_file(tarn_diff_spill *spill, tarn_error *error) {
    tarn_fs *fs = tarn_store_fs(spill->store);
    tarn_file *file = NULL;
    TARN_TRY(tarn_store_scratch_path(spill->store, "diff", &spill->path, error));
    TARN_TRY(tarn_fs_open(fs, spill->path, TARN_OPEN_CREATE_PRIVATE, &file, error));
    if (tarn_fs_remove(fs, spill->path, NULL) == TARN_OK) {
        free(spill->path);
        spill->path = NULL;
    }
    atomic_store(&spill->file, file);
    return TARN_OK;
}

static tarn_status open_file(tarn_diff_spill *spill, tarn_file **out, tarn_error *error) {
    tarn_status status = TARN_OK;
    pthread_mutex_lock(&spill->mutex);
    if (atomic_load(&spill->file) == NULL)
        status = make_file(spill, error);
    pthread_mutex_unlock(&spill->mutex);
    *out = atomic_load(&spill->file);
    return status;
}

static tarn_status write_run(tarn_diff_spill *spill, const void *items, uint64_t bytes, uint64_t *offset,
                             tarn_error *error) {
    tarn_file *file;
    tarn_status status = open_file(spill, &file, error);
    *offset = atomic_fetch_add(&spill->end, bytes);
    if (status == TARN_OK)
        status = tarn_file_write(file, *offset, items, bytes, error);
    return status == TARN_OK ? status
                             : tarn_fail_context(error, status,
                                                 "what is compared does not fit into the memory set "
                                                 "aside for it, and cannot be put on disk");
}

/* ---- runs ---- */

tarn_status tarn_dealt_make(tarn_dealt *dealt, tarn_diff_spill *spill, size_t item_size, size_t buckets, size_t runs,
                            tarn_error *error) {
    *dealt = (tarn_dealt){.spill = spill, .item_size = item_size, .buckets = buckets, .run_count = runs};
    dealt->runs = calloc(runs + 1, sizeof *dealt->runs);
    return dealt->runs == NULL ? tarn_fail_memory(error) : TARN_OK;
}

void tarn_dealt_clear(tarn_dealt *dealt) {
    for (size_t i = 0; dealt->runs != NULL && i < dealt->run_count; i++) {
        tarn_dealt_run *run = &dealt->runs[i];
        if (run->items != NULL)
            atomic_fetch_sub(&dealt->spill->bytes, run->ends[dealt->buckets - 1] * (uint64_t)dealt->item_size);
        free(run->items);
        free(run->ends);
    }
    free(dealt->runs);
    *dealt = (tarn_dealt){0};
}

/* Where each bucket begins; each item put there moves its bucket's on, so that they are the ends afterwards. */
static void sort_items(const tarn_dealt *dealt, const uint8_t *items, const uint32_t *buckets, uint32_t count,
                       uint32_t *ends, uint8_t *out) {
    uint32_t sum = 0;
    for (uint32_t i = 0; i < count; i++)
        ends[buckets[i]]++;
    for (size_t b = 0; b < dealt->buckets; b++) {
        uint32_t here = ends[b];
        ends[b] = sum;
        sum += here;
    }
    size_t size = dealt->item_size;
    for (uint32_t i = 0; i < count; i++)
        memcpy(out + (size_t)ends[buckets[i]]++ * size, items + i * size, size);
}

tarn_status tarn_dealt_put(tarn_dealt *dealt, size_t run, const void *items, const uint32_t *buckets, uint32_t count,
                           tarn_error *error) {
    tarn_dealt_run *out = &dealt->runs[run];
    uint64_t bytes = (uint64_t)count * dealt->item_size;
    uint8_t *sorted = malloc(bytes + 1);
    out->ends = calloc(dealt->buckets + 1, sizeof *out->ends);
    if (out->ends == NULL || sorted == NULL) {
        free(sorted);
        return tarn_fail_memory(error);
    }
    sort_items(dealt, items, buckets, count, out->ends, sorted);
    if (atomic_fetch_add(&dealt->spill->bytes, bytes) + bytes <= dealt->spill->limit) {
        out->items = sorted;
        return TARN_OK;
    }
    atomic_fetch_sub(&dealt->spill->bytes, bytes);
    tarn_status status = bytes > 0 ? write_run(dealt->spill, sorted, bytes, &out->offset, error) : TARN_OK;
    free(sorted);
    return status;
}

static uint32_t begin_of(const tarn_dealt_run *run, size_t bucket) {
    return bucket == 0 ? 0 : run->ends[bucket - 1];
}

uint32_t tarn_dealt_count(const tarn_dealt *dealt, size_t run, size_t from, size_t to) {
    const tarn_dealt_run *of = &dealt->runs[run];
    return of->ends == NULL || to <= from ? 0 : begin_of(of, to) - begin_of(of, from);
}

tarn_status tarn_dealt_get(const tarn_dealt *dealt, size_t run, size_t from, size_t to, tarn_buffer *scratch,
                           const void **items, uint32_t *count, tarn_error *error) {
    const tarn_dealt_run *of = &dealt->runs[run];
    *count = tarn_dealt_count(dealt, run, from, to);
    *items = "";
    if (*count == 0)
        return TARN_OK;
    uint64_t begin = begin_of(of, from) * (uint64_t)dealt->item_size;
    size_t bytes = (size_t)*count * dealt->item_size, got = 0;
    if (of->items != NULL) {
        *items = (const uint8_t *)of->items + begin;
        return TARN_OK;
    }
    TARN_TRY(tarn_buffer_resize(scratch, bytes, error));
    TARN_TRY(tarn_file_read(atomic_load(&dealt->spill->file), of->offset + begin, scratch->data, bytes, &got, error));
    if (got < bytes)
        return tarn_fail(error, TARN_E_IO, "a scratch file lost what was written to it");
    *items = scratch->data;
    return TARN_OK;
}
