/**
 * @file index.h
 * Where each batch lies and where each version's record lies: a map in memory for what is newer than the last
 * checkpoint, and sorted, immutable files for the rest, the newer of which win. Both kinds of entry begin with a key of
 * two numbers, and one piece of code serves them. Not thread-safe. Private to src/store.
 */
#ifndef TARN_STORE_INDEX_H
#define TARN_STORE_INDEX_H

#include "base/error.h"
#include "base/hash.h"
#include "fs/fs.h"

/** Beside the codec: not a column's values by themselves, but what patches make of some; see fold.h. */
#define TARN_BATCH_IS_FOLD 16u

/** A batch: 48 bytes, in memory as in the file. */
typedef struct tarn_batch_entry {
    tarn_hash128 id;
    uint32_t segment; /**< 0: damaged and set aside, its values read as null */
    uint32_t codec;   /**< and TARN_BATCH_IS_FOLD */
    uint64_t offset, length;
    uint64_t checksum; /**< XXH3-64 of the stored bytes */
} tarn_batch_entry;

#define TARN_VERSION_REMOVED 1u /* by gc; its change may still be needed by versions that follow */

/** A version: 64 bytes. */
typedef struct tarn_version_entry {
    uint64_t table, version;
    uint64_t parent;
    uint64_t record; /**< that made it */
    uint64_t offset; /**< of the line with its change, in the journal file */
    uint32_t file, length;
    int64_t rows; /**< live */
    uint32_t columns, flags;
} tarn_version_entry;

/** A hash map of entries by their first 16 bytes; a key of zeros is no key. */
typedef struct tarn_keyed_map {
    size_t entry_size, count, capacity;
    uint8_t *slots;
} tarn_keyed_map;

tarn_status tarn_keyed_map_put(tarn_keyed_map *map, const void *entry, tarn_error *error);
void *tarn_keyed_map_find(const tarn_keyed_map *map, uint64_t hi, uint64_t lo); /**< NULL when absent */
void tarn_keyed_map_clear(tarn_keyed_map *map);                                 /**< frees; may be used again */

/** One index file, as the checkpoint lists it. */
typedef struct tarn_index_file {
    uint32_t number;
    uint64_t size, checksum;
    tarn_mapping mapping;
    const tarn_batch_entry *batches;
    const tarn_version_entry *versions;
    size_t batch_count, version_count;
} tarn_index_file;

typedef struct tarn_index {
    tarn_keyed_map batches, versions;
    tarn_index_file *files; /* older first */
    size_t file_count, file_capacity;
} tarn_index;

void tarn_index_init(tarn_index *index);
void tarn_index_clear(tarn_index *index);

tarn_status tarn_index_add_batch(tarn_index *index, const tarn_batch_entry *entry, tarn_error *error);
tarn_status tarn_index_add_version(tarn_index *index, const tarn_version_entry *entry, tarn_error *error);
bool tarn_index_find_batch(const tarn_index *index, tarn_hash128 id, tarn_batch_entry *out);
bool tarn_index_find_version(const tarn_index *index, uint64_t table, uint64_t version, tarn_version_entry *out);

/** The numbers of all versions of a table that are listed, rising. Heap array. */
tarn_status tarn_index_versions_of(const tarn_index *index, uint64_t table, uint64_t **out, size_t *count,
                                   tarn_error *error);

/** Every entry once, in the order of keys; the entry is valid during the call. */
typedef tarn_status (*tarn_entry_visitor)(void *context, const void *entry, tarn_error *error);
tarn_status tarn_index_each_batch(const tarn_index *index, tarn_entry_visitor visit, void *context, tarn_error *error);
tarn_status tarn_index_each_version(const tarn_index *index, tarn_entry_visitor visit, void *context,
                                    tarn_error *error);

/** Map and check a file (number, size and checksum as given); TARN_E_CORRUPT when it is not what the checkpoint says.
 */
tarn_status tarn_index_open_file(tarn_index *index, tarn_fs *fs, const char *folder, uint32_t number, uint64_t size,
                                 uint64_t checksum, tarn_error *error);

/**
 * Write what is in memory to file `number`, with as many of the newest files merged in as keeps their count logarithmic
 * (all of them when `whole`), and use it instead. Entries for which `keep_batch` or `keep_version` says false are left
 * out (NULL keeps all). The file is synced, its folder not. The files that it replaces stay on disk for the caller to
 * remove. Nothing is written when nothing is there.
 */
typedef struct tarn_index_filter {
    bool (*keep_batch)(void *context, const tarn_batch_entry *entry);
    bool (*keep_version)(void *context, const tarn_version_entry *entry);
    void *context;
    bool whole;
} tarn_index_filter;
tarn_status tarn_index_flush(tarn_index *index, tarn_fs *fs, const char *folder, uint32_t number,
                             const tarn_index_filter *filter, tarn_error *error);

#endif
