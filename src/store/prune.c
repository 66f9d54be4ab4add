/* Removing old journal files. What later loading needs of them - the changes of versions that are kept, and where the
 * batches lie - is carried over into a new file, as "kept" lines behind its checkpoint. */
#include "store/compact.h"

#include <stdlib.h>

#define BATCHES_PER_LINE 1000

typedef struct pruning {
    tarn_store *store;
    uint32_t first;     /* number of the first file that stays */
    tarn_buffer kept;   /* lines */
    tarn_json_out line; /* of batches, begun at `start` and open while `listed` > 0 */
    size_t start, listed;
} pruning;

/* ---- which files ----------------------------------------------------------------------------------------------------
 */

/* The first file to stay, so that at least `keep` records are in it and those after it. */
static tarn_status choose_first(tarn_store *store, const uint32_t *numbers, size_t count, uint64_t keep, size_t *first,
                                tarn_error *error) {
    *first = 0;
    for (size_t i = 1; i < count; i++) {
        uint64_t start;
        char hash[TARN_SHA256_TEXT_SIZE];
        char *path = tarn_journal_path(store, numbers[i]);
        tarn_status status =
            path != NULL ? tarn_journal_file_start(store, path, &start, hash, error) : tarn_fail_memory(error);
        free(path);
        TARN_TRY(status);
        if (store->ledger.record - start < keep)
            break;
        *first = i;
    }
    return TARN_OK;
}

/* ---- what is kept
 * ----------------------------------------------------------------------------------------------------- */

static void write_number(tarn_json_out *out, const char *key, uint64_t value) {
    tarn_json_out_key(out, key);
    tarn_json_out_u64(out, value);
}

static tarn_status write_kept(pruning *prune, const tarn_version_entry *entry, const tarn_table_line *line,
                              tarn_slice change, tarn_error *error) {
    tarn_json_out out = {.buffer = &prune->kept};
    size_t start = prune->kept.size;
    tarn_json_out_open(&out, '{');
    tarn_json_out_key(&out, "kept");
    tarn_json_out_open(&out, '[');
    tarn_json_out_open(&out, '{');
    write_number(&out, "table", entry->table);
    write_number(&out, "record", entry->record);
    write_number(&out, "rows", (uint64_t)entry->rows);
    write_number(&out, "columns", entry->columns);
    write_number(&out, "version", entry->version);
    write_number(&out, "parent", entry->parent);
    write_number(&out, "from", line->from);
    tarn_json_out_key(&out, "chain");
    tarn_json_out_open(&out, '[');
    tarn_json_out_u64(&out, line->links);
    tarn_json_out_u64(&out, line->delta_bytes);
    tarn_json_out_u64(&out, line->full_bytes);
    tarn_json_out_close(&out, ']');
    tarn_json_out_key(&out, "change");
    tarn_json_out_value(&out, change.data, change.size);
    tarn_json_out_close(&out, '}');
    tarn_json_out_close(&out, ']');
    if (out.status != TARN_OK)
        return tarn_fail_memory(error);
    return tarn_line_seal(&prune->kept, start, error);
}

static tarn_status keep_whole(pruning *prune, const tarn_version_entry *entry, tarn_error *error) {
    tarn_state state;
    tarn_table_line line;
    tarn_buffer change = {0};
    tarn_json_out out = {.buffer = &change};
    TARN_TRY(tarn_version_load_state(prune->store, entry->table, entry->version, &state, &line, error));
    tarn_state_write(&out, NULL, &state);
    line.from = line.links = line.delta_bytes = 0;
    line.full_bytes = change.size;
    tarn_status status = out.status == TARN_OK ? write_kept(prune, entry, &line,
                                                            (tarn_slice){(const char *)change.data, change.size}, error)
                                               : tarn_fail_memory(error);
    tarn_state_clear(&state);
    tarn_buffer_free(&change);
    return status;
}

static bool is_there(tarn_store *store, uint64_t table, uint64_t version) {
    tarn_version_entry entry;
    return tarn_store_version_entry(store, table, version, &entry) && !(entry.flags & TARN_VERSION_REMOVED);
}

/* Versions whose change would be lost; and those that build on a version which gc removed, so that nothing needs that.
 */
static tarn_status keep_version(void *context, const void *item, tarn_error *error) {
    pruning *prune = context;
    const tarn_version_entry *entry = item;
    tarn_buffer text = {0};
    tarn_table_line line;
    if (entry->flags & TARN_VERSION_REMOVED || tarn_ledger_table(&prune->store->ledger, entry->table) == NULL)
        return TARN_OK;
    tarn_status status = tarn_version_line(prune->store, entry, &text, &line, error);
    if (status == TARN_OK && line.from != 0 && !is_there(prune->store, entry->table, line.from))
        status = keep_whole(prune, entry, error);
    else if (status == TARN_OK && entry->file < prune->first)
        status = write_kept(prune, entry, &line, line.change, error);
    tarn_buffer_free(&text);
    return status;
}

static tarn_status end_batches(pruning *prune, tarn_error *error) {
    if (prune->listed == 0)
        return TARN_OK;
    prune->listed = 0;
    tarn_json_out_close(&prune->line, ']');
    return prune->line.status == TARN_OK ? tarn_line_seal(&prune->kept, prune->start, error) : tarn_fail_memory(error);
}

static tarn_status keep_batch(void *context, const void *item, tarn_error *error) {
    pruning *prune = context;
    const tarn_batch_entry *entry = item;
    if (entry->segment != 0 && tarn_ledger_segment(&prune->store->ledger, entry->segment) == NULL)
        return TARN_OK;
    if (prune->listed == 0) {
        prune->start = prune->kept.size;
        prune->line = (tarn_json_out){.buffer = &prune->kept};
        tarn_json_out_open(&prune->line, '{');
        tarn_json_out_key(&prune->line, "kept");
        tarn_json_out_open(&prune->line, '[');
        tarn_json_out_close(&prune->line, ']');
        tarn_json_out_key(&prune->line, "batches");
        tarn_json_out_open(&prune->line, '[');
    }
    tarn_line_write_batch(&prune->line, entry);
    return ++prune->listed == BATCHES_PER_LINE ? end_batches(prune, error) : TARN_OK;
}

/* All batches that the index lists. */
static tarn_status keep_batches(pruning *prune, tarn_error *error) {
    TARN_TRY(tarn_index_each_batch(&prune->store->ledger.index, keep_batch, prune, error));
    return end_batches(prune, error);
}

/* ---- carrying out
 * ------------------------------------------------------------------------------------------------------ */

/* Entries that point into files that go: kept lines take their place, and removed versions are wanted no more. */
static bool outlives(void *context, const tarn_version_entry *entry) {
    const pruning *prune = context;
    return entry->file >= prune->first;
}

/* Take the kept lines in. */
static tarn_status load_again(tarn_store *store, tarn_error *error) {
    pthread_mutex_lock(&store->lock);
    uint32_t next_segment = store->ledger.next_segment; /* numbers that were given out stay given out */
    tarn_status status = tarn_journal_load(store, error);
    if (store->ledger.next_segment < next_segment)
        store->ledger.next_segment = next_segment;
    pthread_mutex_unlock(&store->lock);
    return status;
}

static tarn_status prune_before(tarn_store *store, const uint32_t *numbers, size_t first, tarn_error *error) {
    pruning prune = {.store = store, .first = numbers[first]};
    tarn_status status;
    TARN_CHECK(tarn_index_each_version(&store->ledger.index, keep_version, &prune, error));
    TARN_CHECK(keep_batches(&prune, error));
    tarn_index_filter filter = {.keep_version = outlives, .context = &prune, .whole = true};
    TARN_CHECK(tarn_journal_rotate(store, &prune.kept, &filter, error));
    TARN_CHECK(load_again(store, error));
    TARN_CHECK(tarn_journal_rotate(store, NULL, NULL, error)); /* and the next open need not */
    for (size_t i = 0; i < first; i++) {
        char *path = tarn_journal_path(store, numbers[i]);
        status = path != NULL ? tarn_fs_remove(store->fs, path, error) : tarn_fail_memory(error);
        free(path);
        /* One by one, so that whatever is cut off here, no file is missing between two others. */
        if (status == TARN_OK)
            status = tarn_fs_sync_directory(store->fs, store->journal_folder, error);
        TARN_CHECK(status);
    }
    status = tarn_store_sweep(store, NULL, error);
cleanup:
    tarn_buffer_free(&prune.kept);
    return status;
}

tarn_status tarn_store_prune_journal(tarn_store *store, uint64_t keep, tarn_error *error) {
    uint32_t *numbers = NULL;
    size_t count = 0, first = 0;
    tarn_status status;
    TARN_TRY(tarn_store_check_writable(store, error));
    if (store->transaction != NULL)
        return tarn_fail(error, TARN_E_LOCKED, "a change is being made to this workspace: try again when it has ended");
    TARN_CHECK(tarn_journal_files(store->fs, store->journal_folder, &numbers, &count, error));
    TARN_CHECK(choose_first(store, numbers, count, keep, &first, error));
    if (first > 0)
        status = prune_before(store, numbers, first, error);
cleanup:
    free(numbers);
    return status;
}
