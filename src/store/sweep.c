/* What crashes and gc leave behind, removed by the holder of the lock. */
#include "store/internal.h"

#include <stdlib.h>

static void remove_entry(tarn_store *store, const char *folder, const char *name) {
    char *path = tarn_path_join(folder, name);
    if (path != NULL)
        tarn_fs_remove(store->fs, path, NULL); /* what stays now is swept another time */
    free(path);
}

typedef bool (*entry_judge)(tarn_store *store, const tarn_entry *entry, void *context);

/* Remove the files of a folder that `judge` says are of no use. What is no plain file is not Tarn's. */
static tarn_status sweep_folder(tarn_store *store, const char *folder, entry_judge is_useless, void *context,
                                tarn_error *error) {
    tarn_entry *entries = NULL;
    size_t count = 0;
    TARN_TRY(tarn_fs_list(store->fs, folder, &entries, &count, error));
    for (size_t i = 0; i < count; i++) {
        if (entries[i].kind == TARN_ENTRY_FILE && is_useless(store, &entries[i], context))
            remove_entry(store, folder, entries[i].name);
    }
    tarn_entries_free(entries, count);
    return TARN_OK;
}

typedef struct segment_sweep {
    bool held; /* a reader may still map segments that gc gave up */
    uint64_t waiting;
} segment_sweep;

static bool is_useless_segment(tarn_store *store, const tarn_entry *entry, void *context) {
    segment_sweep *sweep = context;
    uint32_t number = tarn_file_number(entry->name, ".seg");
    if (number == 0 || number == store->writer.number || tarn_ledger_segment(&store->ledger, number) != NULL)
        return false;
    if (sweep->held && number < store->ledger.next_segment) {
        sweep->waiting += entry->size;
        return false;
    }
    tarn_segment_forget(store, number);
    return true;
}

static bool is_useless_index(tarn_store *store, const tarn_entry *entry, void *context) {
    (void)context;
    uint32_t number = tarn_file_number(entry->name, ".idx");
    for (size_t i = 0; i < store->ledger.index.file_count; i++) {
        if (store->ledger.index.files[i].number == number)
            return false;
    }
    return number != 0;
}

static bool is_useless_journal(tarn_store *store, const tarn_entry *entry, void *context) {
    (void)context;
    uint32_t number = tarn_file_number(entry->name, ".jsonl");
    return number != 0 && (number > store->journal.number || number < store->ledger.first_file);
}

tarn_status tarn_store_sweep_index(tarn_store *store, tarn_error *error) {
    return sweep_folder(store, store->index_folder, is_useless_index, NULL, error);
}

tarn_status tarn_store_sweep(tarn_store *store, uint64_t *waiting, tarn_error *error) {
    uint64_t oldest;
    segment_sweep segments = {0};
    TARN_TRY(tarn_lease_oldest(store, &oldest, error));
    segments.held = oldest < store->ledger.gc_record;
    TARN_TRY(sweep_folder(store, store->segment_folder, is_useless_segment, &segments, error));
    if (!store->index_incomplete) /* else the checkpoint still names the files that were found damaged */
        TARN_TRY(tarn_store_sweep_index(store, error));
    TARN_TRY(sweep_folder(store, store->journal_folder, is_useless_journal, NULL, error));
    tarn_scratch_sweep(store);
    if (waiting != NULL)
        *waiting = segments.waiting;
    return TARN_OK;
}

tarn_status tarn_store_number_index(tarn_store *store, tarn_error *error) {
    tarn_entry *entries = NULL;
    size_t count = 0;
    TARN_TRY(tarn_fs_list(store->fs, store->index_folder, &entries, &count, error));
    for (size_t i = 0; i < count; i++) {
        uint32_t number = tarn_file_number(entries[i].name, ".idx");
        if (number > store->last_index)
            store->last_index = number;
    }
    tarn_entries_free(entries, count);
    return TARN_OK;
}
