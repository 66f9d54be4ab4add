/* Segments: appending batches from many threads, making them durable, mapping them again. */
#include "store/internal.h"

#include "base/text.h"

#include <stdlib.h>

/* ---- shared files ------------------------------------------------------------------------------------------------ */

tarn_status tarn_shared_file_open(tarn_fs *fs, const char *path, tarn_open_mode mode, tarn_shared_file **out,
                                  tarn_error *error) {
    tarn_shared_file *shared = malloc(sizeof *shared);
    if (shared == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_fs_open(fs, path, mode, &shared->file, error);
    if (status != TARN_OK) {
        free(shared);
        return status;
    }
    atomic_init(&shared->holders, 1);
    *out = shared;
    return TARN_OK;
}

tarn_shared_file *tarn_shared_file_retain(tarn_shared_file *file) {
    if (file != NULL)
        atomic_fetch_add_explicit(&file->holders, 1, memory_order_relaxed);
    return file;
}

void tarn_shared_file_release(tarn_shared_file *file) {
    if (file == NULL || atomic_fetch_sub_explicit(&file->holders, 1, memory_order_acq_rel) != 1)
        return;
    tarn_file_close(file->file);
    free(file);
}

/* ---- handles ----------------------------------------------------------------------------------------------------- */

static tarn_shared_file *find_open(const tarn_store *store, uint32_t number) {
    for (size_t i = 0; i < store->open_segment_count; i++) {
        if (store->open_segments[i].number == number)
            return store->open_segments[i].file;
    }
    return NULL;
}

/* Remember a handle; called with the store's lock held. */
static tarn_status remember(tarn_store *store, uint32_t number, tarn_shared_file *file, tarn_error *error) {
    TARN_TRY(tarn_grow(&store->open_segments, &store->open_segment_capacity, store->open_segment_count + 1,
                       sizeof *store->open_segments, error));
    store->open_segments[store->open_segment_count++] =
        (tarn_open_segment){.number = number, .file = tarn_shared_file_retain(file)};
    return TARN_OK;
}

static tarn_status segment_file(tarn_store *store, uint32_t number, tarn_shared_file **out, tarn_error *error) {
    pthread_mutex_lock(&store->lock);
    *out = tarn_shared_file_retain(find_open(store, number));
    pthread_mutex_unlock(&store->lock);
    if (*out != NULL)
        return TARN_OK;
    char *path = tarn_segment_path(store, number);
    if (path == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_shared_file_open(store->fs, path, TARN_OPEN_READ, out, error);
    if (status == TARN_E_NOT_FOUND)
        status = tarn_fail(error, TARN_E_CORRUPT, "the segment %s is missing", path);
    free(path);
    if (status != TARN_OK)
        return status;
    pthread_mutex_lock(&store->lock);
    if (find_open(store, number) == NULL)
        status = remember(store, number, *out, error);
    pthread_mutex_unlock(&store->lock);
    if (status != TARN_OK)
        tarn_shared_file_release(*out);
    return status;
}

void tarn_segment_forget(tarn_store *store, uint32_t number) {
    tarn_shared_file *file = NULL;
    pthread_mutex_lock(&store->lock);
    for (size_t i = 0; i < store->open_segment_count; i++) {
        if (store->open_segments[i].number == number) {
            file = store->open_segments[i].file;
            store->open_segments[i] = store->open_segments[--store->open_segment_count];
            break;
        }
    }
    pthread_mutex_unlock(&store->lock);
    tarn_shared_file_release(file);
}

/* Remember how long a segment is of which something is going to be mapped. */
static void note_size(tarn_store *store, uint32_t number, uint64_t size) {
    pthread_mutex_lock(&store->lock);
    for (size_t i = 0; i < store->open_segment_count; i++) {
        if (store->open_segments[i].number == number && store->open_segments[i].seen < size)
            store->open_segments[i].seen = size;
    }
    pthread_mutex_unlock(&store->lock);
}

tarn_status tarn_store_check_intact(tarn_store *store, tarn_error *error) {
    TARN_TRY(tarn_fs_check_pages(store->fs, error));
    tarn_status status = TARN_OK;
    pthread_mutex_lock(&store->lock);
    for (size_t i = 0; i < store->open_segment_count && status == TARN_OK; i++) {
        const tarn_open_segment *segment = &store->open_segments[i];
        uint64_t size = 0;
        /* What lies behind the end within its last page reads as zeros, and nobody is told. */
        if (segment->seen > 0 && tarn_file_size(segment->file->file, &size, NULL) == TARN_OK && size < segment->seen)
            status = tarn_fail(error, TARN_E_CORRUPT,
                               "%s was cut off while it was being read; what was read since is not to be relied on",
                               tarn_file_path(segment->file->file));
    }
    pthread_mutex_unlock(&store->lock);
    return status;
}

/* Batches below this are read: a mapping takes pages, and of those a process may have only some ten thousands. */
#define SMALLEST_MAPPING (64 << 10)

static void free_bytes(tarn_mapping *mapping) {
    free(mapping->owner);
}

static tarn_status read_bytes(tarn_file *file, const tarn_batch_entry *entry, tarn_mapping *out, tarn_error *error) {
    size_t got = 0;
    void *bytes = tarn_aligned_alloc(entry->length);
    if (bytes == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_file_read(file, entry->offset, bytes, entry->length, &got, error);
    if (status == TARN_OK && got != entry->length)
        status = tarn_fail(error, TARN_E_CORRUPT, "%s became shorter", tarn_file_path(file));
    if (status != TARN_OK) {
        free(bytes);
        return status;
    }
    *out = (tarn_mapping){.data = bytes, .size = got, .owner = bytes, .release = free_bytes};
    return TARN_OK;
}

tarn_status tarn_segment_read(tarn_store *store, const tarn_batch_entry *entry, uint64_t from, void *out, size_t size,
                              tarn_error *error) {
    tarn_shared_file *file = NULL;
    size_t got = 0;
    TARN_TRY(segment_file(store, entry->segment, &file, error));
    tarn_status status = tarn_file_read(file->file, entry->offset + from, out, size, &got, error);
    if (status == TARN_OK && got != size)
        status = tarn_fail(error, TARN_E_CORRUPT, "%s became shorter", tarn_file_path(file->file));
    tarn_shared_file_release(file);
    return status;
}

tarn_status tarn_segment_map(tarn_store *store, const tarn_batch_entry *entry, tarn_mapping *out, tarn_error *error) {
    tarn_shared_file *file = NULL;
    TARN_TRY(segment_file(store, entry->segment, &file, error));
    uint64_t size;
    tarn_status status = tarn_file_size(file->file, &size, error);
    if (status == TARN_OK && (entry->offset > size || entry->length > size - entry->offset))
        status = tarn_fail(error, TARN_E_CORRUPT, "%s ends at byte %llu, but a batch lies at bytes %llu to %llu of it",
                           tarn_file_path(file->file), (unsigned long long)size, (unsigned long long)entry->offset,
                           (unsigned long long)entry->offset + entry->length);
    if (status == TARN_OK && entry->length >= SMALLEST_MAPPING)
        note_size(store, entry->segment, size);
    if (status == TARN_OK)
        status = entry->length < SMALLEST_MAPPING ? read_bytes(file->file, entry, out, error)
                                                  : tarn_file_map(file->file, entry->offset, entry->length, out, error);
    tarn_shared_file_release(file);
    return status;
}

/* ---- appending --------------------------------------------------------------------------------------------------- */

void tarn_segment_writer_open(tarn_store *store) {
    tarn_segment_writer *writer = &store->writer;
    const tarn_ledger *ledger = &store->ledger;
    if (ledger->segment_count == 0)
        return;
    const tarn_segment_size *last = &ledger->segments[ledger->segment_count - 1];
    char *path = last->size < store->options.segment_bytes ? tarn_segment_path(store, last->number) : NULL;
    if (path == NULL)
        return;
    tarn_shared_file *file = NULL;
    uint64_t size;
    /* A last segment that is damaged is left alone: the next batch begins another one. */
    if (tarn_shared_file_open(store->fs, path, TARN_OPEN_WRITE, &file, NULL) == TARN_OK &&
        tarn_file_size(file->file, &size, NULL) == TARN_OK && size >= last->size &&
        (size == last->size || tarn_file_truncate(file->file, last->size, NULL) == TARN_OK)) {
        writer->number = last->number;
        writer->end = last->size;
        writer->file = tarn_shared_file_retain(file);
    }
    tarn_shared_file_release(file);
    free(path);
}

static void clear_dirty(tarn_segment_writer *writer) {
    for (size_t i = 0; i < writer->dirty_count; i++)
        tarn_shared_file_release(writer->dirty[i].file);
    writer->dirty_count = 0;
}

void tarn_segment_writer_close(tarn_store *store) {
    clear_dirty(&store->writer);
    free(store->writer.dirty);
    tarn_shared_file_release(store->writer.file);
    pthread_mutex_destroy(&store->writer.lock);
}

/* Leave the segment as it is; the next batch begins another one. */
static void seal(tarn_segment_writer *writer) {
    tarn_shared_file_release(writer->file);
    writer->file = NULL;
    writer->number = 0;
}

void tarn_segment_seal(tarn_store *store) {
    pthread_mutex_lock(&store->writer.lock);
    seal(&store->writer);
    pthread_mutex_unlock(&store->writer.lock);
}

static tarn_status begin_segment(tarn_store *store, tarn_error *error) {
    tarn_segment_writer *writer = &store->writer;
    tarn_shared_file *file = NULL;
    tarn_status status;
    pthread_mutex_lock(&store->lock);
    uint32_t number = store->ledger.next_segment++;
    pthread_mutex_unlock(&store->lock);
    char *path = tarn_segment_path(store, number);
    if (path == NULL)
        return tarn_fail_memory(error);
    TARN_CHECK(tarn_shared_file_open(store->fs, path, TARN_OPEN_CREATE, &file, error));
    TARN_CHECK(tarn_file_truncate(file->file, 0, error));
    pthread_mutex_lock(&store->lock);
    status = remember(store, number, file, error);
    pthread_mutex_unlock(&store->lock);
    if (status != TARN_OK)
        goto cleanup;
    seal(writer);
    writer->number = number;
    writer->end = 0;
    writer->file = tarn_shared_file_retain(file);
    writer->fresh = true;
cleanup:
    tarn_shared_file_release(file);
    free(path);
    return status;
}

static tarn_status mark_dirty(tarn_segment_writer *writer, tarn_error *error) {
    if (writer->dirty_count > 0 && writer->dirty[writer->dirty_count - 1].number == writer->number)
        return TARN_OK;
    TARN_TRY(tarn_grow(&writer->dirty, &writer->dirty_capacity, writer->dirty_count + 1, sizeof *writer->dirty, error));
    writer->dirty[writer->dirty_count++] = (struct tarn_dirty_segment){
        .number = writer->number, .file = tarn_shared_file_retain(writer->file), .fresh = writer->fresh};
    return TARN_OK;
}

#define STREAM_ALIGNMENT 64

static tarn_status reserve(tarn_store *store, size_t size, tarn_batch_entry *entry, tarn_shared_file **file,
                           tarn_error *error) {
    tarn_segment_writer *writer = &store->writer;
    pthread_mutex_lock(&writer->lock);
    uint64_t offset = (writer->end + STREAM_ALIGNMENT - 1) & ~(uint64_t)(STREAM_ALIGNMENT - 1);
    tarn_status status = TARN_OK;
    if (writer->file == NULL || (offset > 0 && offset + size > store->options.segment_bytes)) {
        status = begin_segment(store, error);
        offset = 0;
    }
    if (status == TARN_OK)
        status = mark_dirty(writer, error);
    if (status == TARN_OK) {
        entry->segment = writer->number;
        entry->offset = offset;
        entry->length = size;
        writer->end = offset + size;
        *file = tarn_shared_file_retain(writer->file);
    }
    pthread_mutex_unlock(&writer->lock);
    return status;
}

tarn_status tarn_segment_append(tarn_store *store, const tarn_buffer *bytes, tarn_batch_entry *entry,
                                tarn_error *error) {
    tarn_shared_file *file = NULL;
    TARN_TRY(reserve(store, bytes->size, entry, &file, error));
    entry->checksum = tarn_hash64_of(bytes->data, bytes->size);
    tarn_status status = tarn_file_write(file->file, entry->offset, bytes->data, bytes->size, error);
    tarn_shared_file_release(file);
    return status;
}

static bool is_committed(tarn_store *store, uint32_t number) {
    pthread_mutex_lock(&store->lock);
    bool committed = tarn_ledger_segment(&store->ledger, number) != NULL;
    pthread_mutex_unlock(&store->lock);
    return committed;
}

/* A file that nobody wants any more, and that need not be waited for: giving back a large one takes a tenth of a
 * second and more. It is closed there too: when it is removed first, closing it is what takes long, and some hosts
 * remove no file that is open. What is not removed, whatever the reason, is swept by the next writer. */
typedef struct unwanted_file {
    tarn_fs *fs;
    char *path;
    tarn_shared_file *file;
} unwanted_file;

static void remove_unwanted(void *context) {
    unwanted_file *unwanted = context;
    tarn_shared_file_release(unwanted->file);
    tarn_fs_remove(unwanted->fs, unwanted->path, NULL);
    free(unwanted->path);
    free(unwanted);
}

#define LARGE_FILE (UINT64_C(4) << 20)

/* `file` is taken over. */
static void remove_segment(tarn_store *store, uint32_t number, tarn_shared_file *file, bool large) {
    unwanted_file *unwanted = malloc(sizeof *unwanted);
    char *path = tarn_segment_path(store, number);
    if (unwanted == NULL || path == NULL) {
        free(unwanted);
        free(path);
        tarn_shared_file_release(file);
        return;
    }
    *unwanted = (unwanted_file){store->fs, path, file};
    if (large)
        tarn_pool_defer(store->options.pool, remove_unwanted, unwanted);
    else
        remove_unwanted(unwanted);
}

void tarn_segment_abandon(tarn_store *store) {
    tarn_segment_writer *writer = &store->writer;
    for (size_t i = 0; i < writer->dirty_count; i++) {
        uint32_t number = writer->dirty[i].number;
        if (is_committed(store, number))
            continue;
        uint64_t size = 0;
        tarn_file_size(writer->dirty[i].file->file, &size, NULL);
        if (writer->number == number)
            seal(writer);
        tarn_segment_forget(store, number);
        tarn_shared_file *file = writer->dirty[i].file;
        writer->dirty[i].file = NULL; /* moved */
        remove_segment(store, number, file, size > LARGE_FILE);
    }
    clear_dirty(writer);
}

tarn_status tarn_segment_sync(tarn_store *store, tarn_error *error) {
    tarn_segment_writer *writer = &store->writer;
    tarn_status status = TARN_OK;
    bool fresh = false;
    for (size_t i = 0; i < writer->dirty_count && status == TARN_OK; i++) {
        status = tarn_file_sync(writer->dirty[i].file->file, error);
        fresh = fresh || writer->dirty[i].fresh;
    }
    if (status == TARN_OK && fresh)
        status = tarn_fs_sync_directory(store->fs, store->segment_folder, error);
    if (status != TARN_OK) {
        /* What a failed sync leaves on disk is unknown, and a second one proves nothing: never write there again. */
        seal(writer);
        return status;
    }
    writer->fresh = false;
    clear_dirty(writer);
    return TARN_OK;
}
