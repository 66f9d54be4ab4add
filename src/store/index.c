// Where each batch lies and where each version's record lies.
#include "store/index.h"

#include "base/asker.h"
#include "base/buffer.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- keys ----------------------------------------------------------------------------------------------------------
 */

typedef struct entry_key {
    uint64_t hi, lo;
} entry_key;

static entry_key key_of(const void *entry) {
    entry_key key;
    memcpy(&key, entry, sizeof key);
    return key;
}

static int compare_keys(entry_key a, entry_key b) {
    if (a.hi != b.hi)
        return a.hi < b.hi ? -1 : 1;
    return (a.lo > b.lo) - (a.lo < b.lo);
}

static int compare_entries(const void *a, const void *b) {
    return compare_keys(key_of(a), key_of(b));
}

/* ---- the map -------------------------------------------------------------------------------------------------------
 */

static size_t slot_of(const tarn_keyed_map *map, entry_key key) {
    uint64_t mixed = (key.hi ^ (key.lo * UINT64_C(0x9E3779B97F4A7C15))) * UINT64_C(0xD6E8FEB86659FD93);
    return (size_t)(mixed >> 32) & (map->capacity - 1);
}

static uint8_t *probe(const tarn_keyed_map *map, entry_key key) {
    for (size_t i = slot_of(map, key);; i = (i + 1) & (map->capacity - 1)) {
        uint8_t *slot = map->slots + i * map->entry_size;
        entry_key present = key_of(slot);
        if ((present.hi == 0 && present.lo == 0) || compare_keys(present, key) == 0)
            return slot;
    }
}

static tarn_status enlarge(tarn_keyed_map *map, tarn_error *error) {
    tarn_keyed_map larger = *map;
    larger.capacity = map->capacity > 0 ? map->capacity * 2 : 64;
    larger.slots = calloc(larger.capacity, map->entry_size);
    if (larger.slots == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < map->capacity; i++) {
        const uint8_t *slot = map->slots + i * map->entry_size;
        entry_key key = key_of(slot);
        if (key.hi != 0 || key.lo != 0)
            memcpy(probe(&larger, key), slot, map->entry_size);
    }
    free(map->slots);
    *map = larger;
    return TARN_OK;
}

tarn_status tarn_keyed_map_put(tarn_keyed_map *map, const void *entry, tarn_error *error) {
    if (map->count >= map->capacity / 4 * 3)
        TARN_TRY(enlarge(map, error));
    entry_key key = key_of(entry);
    uint8_t *slot = probe(map, key);
    entry_key present = key_of(slot);
    if (present.hi == 0 && present.lo == 0)
        map->count++;
    memcpy(slot, entry, map->entry_size);
    return TARN_OK;
}

void *tarn_keyed_map_find(const tarn_keyed_map *map, uint64_t hi, uint64_t lo) {
    if (map->count == 0)
        return NULL;
    uint8_t *slot = probe(map, (entry_key){hi, lo});
    entry_key present = key_of(slot);
    return present.hi == hi && present.lo == lo && (hi != 0 || lo != 0) ? slot : NULL;
}

void tarn_keyed_map_clear(tarn_keyed_map *map) {
    free(map->slots);
    *map = (tarn_keyed_map){.entry_size = map->entry_size};
}

/* The map's entries in the order of keys, in fresh memory. */
static tarn_status sorted_entries(const tarn_keyed_map *map, uint8_t **out, tarn_error *error) {
    *out = malloc(map->count * map->entry_size + 1);
    if (*out == NULL)
        return tarn_fail_memory(error);
    size_t count = 0;
    for (size_t i = 0; i < map->capacity; i++) {
        const uint8_t *slot = map->slots + i * map->entry_size;
        entry_key key = key_of(slot);
        if (key.hi != 0 || key.lo != 0)
            memcpy(*out + count++ * map->entry_size, slot, map->entry_size);
    }
    qsort(*out, count, map->entry_size, compare_entries);
    return TARN_OK;
}

/* ---- looking up ----------------------------------------------------------------------------------------------------
 */

void tarn_index_init(tarn_index *index) {
    *index =
        (tarn_index){.batches.entry_size = sizeof(tarn_batch_entry), .versions.entry_size = sizeof(tarn_version_entry)};
}

static void close_file(tarn_index_file *file) {
    if (file->mapping.release != NULL)
        tarn_mapping_release(&file->mapping);
}

void tarn_index_clear(tarn_index *index) {
    tarn_keyed_map_clear(&index->batches);
    tarn_keyed_map_clear(&index->versions);
    for (size_t i = 0; i < index->file_count; i++)
        close_file(&index->files[i]);
    free(index->files);
    tarn_index_init(index);
}

tarn_status tarn_index_add_batch(tarn_index *index, const tarn_batch_entry *entry, tarn_error *error) {
    return tarn_keyed_map_put(&index->batches, entry, error);
}

tarn_status tarn_index_add_version(tarn_index *index, const tarn_version_entry *entry, tarn_error *error) {
    return tarn_keyed_map_put(&index->versions, entry, error);
}

static const void *search(const void *entries, size_t count, size_t entry_size, entry_key key) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const uint8_t *entry = (const uint8_t *)entries + middle * entry_size;
        int order = compare_keys(key_of(entry), key);
        if (order == 0)
            return entry;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

bool tarn_index_find_batch(const tarn_index *index, tarn_hash128 id, tarn_batch_entry *out) {
    const void *found = tarn_keyed_map_find(&index->batches, id.hi, id.lo);
    for (size_t i = index->file_count; found == NULL && i > 0; i--) {
        const tarn_index_file *file = &index->files[i - 1];
        found = search(file->batches, file->batch_count, sizeof *out, (entry_key){id.hi, id.lo});
    }
    if (found != NULL)
        memcpy(out, found, sizeof *out);
    return found != NULL;
}

bool tarn_index_find_version(const tarn_index *index, uint64_t table, uint64_t version, tarn_version_entry *out) {
    const void *found = tarn_keyed_map_find(&index->versions, table, version);
    for (size_t i = index->file_count; found == NULL && i > 0; i--) {
        const tarn_index_file *file = &index->files[i - 1];
        found = search(file->versions, file->version_count, sizeof *out, (entry_key){table, version});
    }
    if (found != NULL)
        memcpy(out, found, sizeof *out);
    /* A version is made from one before it. Whoever follows parents relies on that to come to an end. */
    return found != NULL && out->parent < out->version;
}

/* The first entry of a sorted list whose key is not below `key`. */
static size_t lower_bound(const tarn_version_entry *entries, size_t count, entry_key key) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_keys(key_of(&entries[middle]), key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static tarn_status add_number(tarn_buffer *numbers, uint64_t number, tarn_error *error) {
    return tarn_buffer_append(numbers, &number, sizeof number, error);
}

static int compare_numbers(const void *a, const void *b) {
    uint64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

static size_t without_repeats(uint64_t *numbers, size_t count) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || numbers[kept - 1] != numbers[i])
            numbers[kept++] = numbers[i];
    }
    return kept;
}

tarn_status tarn_index_versions_of(const tarn_index *index, uint64_t table, uint64_t **out, size_t *count,
                                   tarn_error *error) {
    tarn_buffer numbers = {0};
    tarn_status status = tarn_buffer_reserve(&numbers, sizeof(uint64_t), error);
    for (size_t i = 0; i < index->file_count; i++) {
        const tarn_index_file *file = &index->files[i];
        size_t at = lower_bound(file->versions, file->version_count, (entry_key){table, 0});
        for (; status == TARN_OK && at < file->version_count && file->versions[at].table == table; at++)
            status = add_number(&numbers, file->versions[at].version, error);
    }
    for (size_t i = 0; status == TARN_OK && i < index->versions.capacity; i++) {
        tarn_version_entry entry;
        memcpy(&entry, index->versions.slots + i * sizeof entry, sizeof entry);
        if (entry.table == table)
            status = add_number(&numbers, entry.version, error);
    }
    if (status != TARN_OK) {
        tarn_buffer_free(&numbers);
        return status;
    }
    *out = (uint64_t *)(void *)numbers.data;
    *count = numbers.size / sizeof **out;
    qsort(*out, *count, sizeof **out, compare_numbers);
    *count = without_repeats(*out, *count);
    return TARN_OK;
}

/* ---- merging --------------------------------------------------------------------------------------------------------
 */

typedef struct source {
    const uint8_t *at, *end;
} source;

typedef enum entry_kind {
    BATCHES,
    VERSIONS,
} entry_kind;

static source file_source(const tarn_index_file *file, entry_kind kind) {
    const void *entries = kind == BATCHES ? (const void *)file->batches : (const void *)file->versions;
    size_t bytes = kind == BATCHES ? file->batch_count * sizeof(tarn_batch_entry)
                                   : file->version_count * sizeof(tarn_version_entry);
    const uint8_t *start = entries;
    return (source){start, bytes > 0 ? start + bytes : start};
}

/* Step all sources over the smallest key; the newest source that has it speaks. */
static const void *next_entry(source *sources, size_t count, size_t entry_size) {
    const uint8_t *smallest = NULL;
    for (size_t i = 0; i < count; i++) {
        if (sources[i].at < sources[i].end &&
            (smallest == NULL || compare_keys(key_of(sources[i].at), key_of(smallest)) <= 0))
            smallest = sources[i].at;
    }
    if (smallest == NULL)
        return NULL;
    entry_key key = key_of(smallest);
    for (size_t i = 0; i < count; i++) {
        if (sources[i].at < sources[i].end && compare_keys(key_of(sources[i].at), key) == 0)
            sources[i].at += entry_size;
    }
    return smallest;
}

static tarn_status each(const tarn_index *index, size_t first_file, entry_kind kind, tarn_entry_visitor visit,
                        void *context, tarn_error *error) {
    const tarn_keyed_map *map = kind == BATCHES ? &index->batches : &index->versions;
    uint8_t *recent = NULL;
    tarn_status status = TARN_OK;
    size_t count = index->file_count - first_file;
    source *sources = calloc(count + 1, sizeof *sources);
    if (sources == NULL)
        return tarn_fail_memory(error);
    TARN_CHECK(sorted_entries(map, &recent, error));
    for (size_t i = 0; i < count; i++)
        sources[i] = file_source(&index->files[first_file + i], kind);
    sources[count] = (source){recent, recent + map->count * map->entry_size};
    const void *entry;
    while ((entry = next_entry(sources, count + 1, map->entry_size)) != NULL)
        TARN_CHECK(visit(context, entry, error));
cleanup:
    free(recent);
    free(sources);
    return status;
}

tarn_status tarn_index_each_batch(const tarn_index *index, tarn_entry_visitor visit, void *context, tarn_error *error) {
    return each(index, 0, BATCHES, visit, context, error);
}

tarn_status tarn_index_each_version(const tarn_index *index, tarn_entry_visitor visit, void *context,
                                    tarn_error *error) {
    return each(index, 0, VERSIONS, visit, context, error);
}

/* ---- files ----------------------------------------------------------------------------------------------------------
 */

#define MAGIC "TARNIDX1"
#define BYTE_ORDER_MARK UINT64_C(0x0102030405060708)

/* The file: this, then the batches, then the versions. Numbers in the byte order of the machine that wrote it: the file
 * is derived, and one that does not suit is rebuilt. */
typedef struct file_header {
    char magic[8];
    uint64_t byte_order;
    uint64_t batch_count, version_count;
    uint64_t reserved[4];
} file_header;

static char *file_path(const char *folder, uint32_t number) {
    return tarn_format("%s/%08u.idx", folder, (unsigned)number);
}

static tarn_status check_file(tarn_index_file *file, const char *path, tarn_error *error) {
    file_header header;
    if (file->size >= sizeof header && tarn_hash64_of(file->mapping.data, file->size) == file->checksum) {
        memcpy(&header, file->mapping.data, sizeof header);
        size_t batches = header.batch_count * sizeof(tarn_batch_entry);
        size_t versions = header.version_count * sizeof(tarn_version_entry);
        if (memcmp(header.magic, MAGIC, sizeof header.magic) == 0 && header.byte_order == BYTE_ORDER_MARK &&
            header.batch_count <= file->size / sizeof(tarn_batch_entry) &&
            header.version_count <= file->size / sizeof(tarn_version_entry) &&
            file->size == sizeof header + batches + versions) {
            file->batch_count = header.batch_count;
            file->version_count = header.version_count;
            file->batches = (const tarn_batch_entry *)(file->mapping.data + sizeof header);
            file->versions = (const tarn_version_entry *)(file->mapping.data + sizeof header + batches);
            return TARN_OK;
        }
    }
    return tarn_fail(error, TARN_E_CORRUPT,
                     "the index file %s is damaged: " TARN_ASKER("tarn verify --repair",
                                                                 "opening it with repair: true") " rebuilds it",
                     path);
}

tarn_status tarn_index_open_file(tarn_index *index, tarn_fs *fs, const char *folder, uint32_t number, uint64_t size,
                                 uint64_t checksum, tarn_error *error) {
    tarn_file *handle = NULL;
    tarn_index_file file = {.number = number, .size = size, .checksum = checksum};
    tarn_status status;
    char *path = file_path(folder, number);
    if (path == NULL)
        return tarn_fail_memory(error);
    TARN_CHECK(tarn_grow(&index->files, &index->file_capacity, index->file_count + 1, sizeof file, error));
    TARN_CHECK(tarn_fs_open(fs, path, TARN_OPEN_READ, &handle, error));
    uint64_t present;
    TARN_CHECK(tarn_file_size(handle, &present, error));
    if (present != size) {
        status = tarn_fail(error, TARN_E_CORRUPT, "the index file %s has %llu bytes instead of %llu", path,
                           (unsigned long long)present, (unsigned long long)size);
        goto cleanup;
    }
    TARN_CHECK(tarn_file_map(handle, 0, size, &file.mapping, error));
    status = check_file(&file, path, error);
    if (status == TARN_OK)
        index->files[index->file_count++] = file;
    else
        close_file(&file);
cleanup:
    tarn_file_close(handle);
    free(path);
    return status;
}

typedef struct gathering {
    tarn_buffer *out;
    const tarn_index_filter *filter;
    uint64_t count;
} gathering;

static tarn_status gather_batch(void *context, const void *entry, tarn_error *error) {
    gathering *to = context;
    if (to->filter->keep_batch != NULL && !to->filter->keep_batch(to->filter->context, entry))
        return TARN_OK;
    to->count++;
    return tarn_buffer_append(to->out, entry, sizeof(tarn_batch_entry), error);
}

static tarn_status gather_version(void *context, const void *entry, tarn_error *error) {
    gathering *to = context;
    if (to->filter->keep_version != NULL && !to->filter->keep_version(to->filter->context, entry))
        return TARN_OK;
    to->count++;
    return tarn_buffer_append(to->out, entry, sizeof(tarn_version_entry), error);
}

static tarn_status build_file(const tarn_index *index, size_t first_file, const tarn_index_filter *filter,
                              tarn_buffer *out, tarn_error *error) {
    file_header header = {.magic = MAGIC, .byte_order = BYTE_ORDER_MARK};
    TARN_TRY(tarn_buffer_append(out, &header, sizeof header, error));
    gathering batches = {out, filter, 0}, versions = {out, filter, 0};
    TARN_TRY(each(index, first_file, BATCHES, gather_batch, &batches, error));
    TARN_TRY(each(index, first_file, VERSIONS, gather_version, &versions, error));
    header.batch_count = batches.count;
    header.version_count = versions.count;
    memcpy(out->data, &header, sizeof header);
    return TARN_OK;
}

/* Files that are not much larger than what comes after them are merged with it: sizes then fall geometrically. */
static size_t first_merged(const tarn_index *index) {
    size_t first = index->file_count;
    size_t entries = index->batches.count + index->versions.count;
    while (first > 0) {
        const tarn_index_file *file = &index->files[first - 1];
        size_t size = file->batch_count + file->version_count;
        if (size > 2 * entries)
            break;
        entries += size;
        first--;
    }
    return first;
}

static tarn_status write_file(tarn_fs *fs, const char *path, const tarn_buffer *content, tarn_error *error) {
    tarn_file *file = NULL;
    tarn_status status;
    TARN_CHECK(tarn_fs_open(fs, path, TARN_OPEN_CREATE, &file, error));
    TARN_CHECK(tarn_file_truncate(file, 0, error)); /* a leftover of an attempt that failed */
    TARN_CHECK(tarn_file_write(file, 0, content->data, content->size, error));
    TARN_CHECK(tarn_file_sync(file, error));
cleanup:
    tarn_file_close(file);
    return status;
}

tarn_status tarn_index_flush(tarn_index *index, tarn_fs *fs, const char *folder, uint32_t number,
                             const tarn_index_filter *filter, tarn_error *error) {
    static const tarn_index_filter everything = {0};
    if (filter == NULL)
        filter = &everything;
    if (index->batches.count + index->versions.count == 0 && (!filter->whole || index->file_count == 0))
        return TARN_OK;
    size_t first = filter->whole ? 0 : first_merged(index);
    tarn_buffer content = {0};
    tarn_index fresh;
    tarn_status status;
    tarn_index_init(&fresh);
    char *path = file_path(folder, number);
    if (path == NULL)
        return tarn_fail_memory(error);
    TARN_CHECK(build_file(index, first, filter, &content, error));
    TARN_CHECK(write_file(fs, path, &content, error));
    TARN_CHECK(tarn_index_open_file(&fresh, fs, folder, number, content.size,
                                    tarn_hash64_of(content.data, content.size), error));
    TARN_CHECK(tarn_grow(&index->files, &index->file_capacity, index->file_count + 1, sizeof *index->files, error));
    for (size_t i = first; i < index->file_count; i++)
        close_file(&index->files[i]);
    index->files[first] = fresh.files[0];
    index->file_count = first + 1;
    fresh.file_count = 0;
    tarn_keyed_map_clear(&index->batches);
    tarn_keyed_map_clear(&index->versions);
cleanup:
    tarn_index_clear(&fresh);
    tarn_buffer_free(&content);
    free(path);
    return status;
}
