// What a workspace holds and takes on disk.
#include "store/internal.h"

#include <stdlib.h>

static tarn_status count_version(void *context, const void *item, tarn_error *error) {
    (void)error;
    tarn_store_info *info = context;
    const tarn_version_entry *entry = item;
    info->versions += !(entry->flags & TARN_VERSION_REMOVED);
    return TARN_OK;
}

typedef struct counting {
    const tarn_ledger *ledger;
    tarn_store_info *info;
} counting;

static tarn_status count_batch(void *context, const void *item, tarn_error *error) {
    (void)error;
    const counting *counting = context;
    const tarn_batch_entry *entry = item;
    if (entry->segment != 0 && tarn_ledger_segment(counting->ledger, entry->segment) != NULL) {
        counting->info->batches++;
        counting->info->folds += (entry->codec & TARN_BATCH_IS_FOLD) != 0;
        counting->info->live_bytes += entry->length;
    }
    return TARN_OK;
}

static tarn_status count_ledger(const tarn_ledger *ledger, tarn_store_info *out, tarn_error *error) {
    counting counting = {ledger, out};
    out->records = ledger->record;
    out->segments = ledger->segment_count;
    for (size_t i = 0; i < ledger->table_count; i++) {
        out->tables += !ledger->tables[i].state.dropped;
        out->dropped_tables += ledger->tables[i].state.dropped;
    }
    TARN_TRY(tarn_index_each_version(&ledger->index, count_version, out, error));
    return tarn_index_each_batch(&ledger->index, count_batch, &counting, error);
}

static tarn_status folder_bytes(tarn_fs *fs, const char *folder, uint64_t *out, tarn_error *error) {
    tarn_entry *entries = NULL;
    size_t count = 0;
    TARN_TRY(tarn_fs_list(fs, folder, &entries, &count, error));
    *out = 0;
    for (size_t i = 0; i < count; i++)
        *out += entries[i].size;
    tarn_entries_free(entries, count);
    return TARN_OK;
}

tarn_status tarn_store_info_get(tarn_store *store, tarn_store_info *out, tarn_error *error) {
    *out = (tarn_store_info){0};
    pthread_mutex_lock(&store->lock);
    tarn_status status = count_ledger(&store->ledger, out, error);
    pthread_mutex_unlock(&store->lock);
    if (status == TARN_OK)
        status = folder_bytes(store->fs, store->segment_folder, &out->segment_bytes, error);
    if (status == TARN_OK)
        status = folder_bytes(store->fs, store->journal_folder, &out->journal_bytes, error);
    if (status == TARN_OK)
        status = folder_bytes(store->fs, store->index_folder, &out->index_bytes, error);
    return status;
}
