/* Rewriting a table's batches with another codec. Ids, and so versions, stay. */
#include "store/compact.h"
#include "store/fold.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct recoding {
    tarn_store *store;
    uint64_t table;
    tarn_codec codec;
    tarn_id_set known, wanted;
    tarn_batch_entry *entries; /* before; after: with their new places */
    size_t count;
    tarn_task *task;
} recoding;

static uint64_t stored_bytes(const recoding *r) {
    uint64_t bytes = 0;
    for (size_t i = 0; i < r->count; i++)
        bytes += r->entries[i].length;
    return bytes;
}

static tarn_status know_version(void *context, const void *item, tarn_error *error) {
    recoding *r = context;
    const tarn_version_entry *entry = item;
    if (entry->table != r->table || entry->flags & TARN_VERSION_REMOVED)
        return TARN_OK;
    uint64_t key[2] = {entry->table, entry->version};
    return tarn_keyed_map_put(&r->known, key, error);
}

static tarn_status mark_version(void *context, const void *item, tarn_error *error) {
    recoding *r = context;
    const tarn_version_entry *entry = item;
    if (entry->table != r->table || entry->flags & TARN_VERSION_REMOVED)
        return TARN_OK;
    return tarn_mark_version(r->store, entry, &r->known, &r->wanted, error);
}

static tarn_status mark_folds(recoding *r, tarn_error *error) {
    tarn_version *head;
    TARN_TRY(tarn_store_version(r->store, r->table, TARN_HEAD, &head, error));
    tarn_status status = tarn_fold_mark(r->store, &head->state, &r->wanted, error);
    tarn_version_release(head);
    return status;
}

/* The table's batches that have another codec. */
static tarn_status list_entries(recoding *r, tarn_error *error) {
    TARN_TRY(tarn_index_each_version(&r->store->ledger.index, know_version, r, error));
    TARN_TRY(tarn_index_each_version(&r->store->ledger.index, mark_version, r, error));
    TARN_TRY(mark_folds(r, error));
    r->entries = calloc(r->wanted.count + 1, sizeof *r->entries);
    if (r->entries == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < r->wanted.capacity; i++) {
        tarn_batch_id id;
        tarn_batch_entry entry;
        memcpy(&id, r->wanted.slots + i * sizeof id, sizeof id);
        if (!tarn_is_no_batch(id) && tarn_store_find_batch(r->store, id, &entry) && entry.segment != 0 &&
            (entry.codec & ~TARN_BATCH_IS_FOLD) != (uint32_t)r->codec)
            r->entries[r->count++] = entry;
    }
    return TARN_OK;
}

static tarn_status recode_batch(void *context, size_t index, tarn_error *error) {
    recoding *r = context;
    tarn_batch_entry *entry = &r->entries[index];
    tarn_batch *batch = NULL;
    tarn_buffer bytes = {0};
    tarn_status status;
    TARN_CHECK(tarn_store_decode(r->store, entry, true, &batch, error));
    TARN_CHECK(
        tarn_batch_encode(tarn_batch_schema(batch), tarn_batch_array(batch), r->codec, entry->id, &bytes, error));
    TARN_CHECK(tarn_segment_append(r->store, &bytes, entry, error));
    entry->codec = (uint32_t)r->codec | (entry->codec & TARN_BATCH_IS_FOLD);
    tarn_task_advance(r->task, 1);
cleanup:
    tarn_batch_release(batch);
    tarn_buffer_free(&bytes);
    return status;
}

static tarn_status write_record(const recoding *r, const tarn_compaction *compaction, tarn_buffer *record,
                                tarn_error *error) {
    static const char *const names[] = {"none", "lz4", "zstd"};
    char parameters[64];
    snprintf(parameters, sizeof parameters, "{\"codec\":\"%s\"}", names[r->codec]);
    tarn_event event = {
        .kind = r->codec == TARN_CODEC_NONE ? "thaw" : "freeze", .parameters = parameters, .rows = -1, .cells = -1};
    tarn_json_out out = {.buffer = record};
    TARN_TRY(tarn_record_begin(r->store, &event, &out, error));
    const tarn_table *table = tarn_ledger_table(&r->store->ledger, r->table);
    tarn_json_out_key(&out, "tables");
    tarn_json_out_open(&out, '[');
    tarn_json_out_open(&out, '{');
    tarn_json_out_key(&out, "table");
    tarn_json_out_u64(&out, r->table);
    tarn_json_out_key(&out, "name");
    tarn_json_out_text(&out, table->state.name);
    tarn_json_out_key(&out, "about");
    tarn_json_out_u64(&out, table->state.head);
    tarn_json_out_key(&out, "rows");
    tarn_json_out_i64(&out, table->state.rows);
    tarn_json_out_close(&out, '}');
    tarn_json_out_close(&out, ']');
    tarn_compaction_write(compaction, &out);
    return out.status == TARN_OK ? TARN_OK : tarn_fail_memory(error);
}

static tarn_status recode(recoding *r, tarn_recode_report *out, tarn_error *error) {
    tarn_compaction compaction;
    tarn_buffer record = {0};
    tarn_status status;
    tarn_compaction_init(&compaction, r->store, NULL);
    TARN_CHECK(list_entries(r, error));
    *out = (tarn_recode_report){.batches = r->count, .bytes_before = stored_bytes(r)};
    if (r->count == 0)
        goto cleanup;
    tarn_segment_seal(r->store); /* a segment of the old ones may go: no new one may lie in it */
    tarn_task_begin(r->task, "rewriting", "batches", r->count);
    TARN_CHECK(
        tarn_parallel_for(r->store->options.pool, TARN_PRIORITY_BACKGROUND, r->task, r->count, recode_batch, r, error));
    for (size_t i = 0; i < r->count; i++)
        TARN_CHECK(tarn_keyed_map_put(&compaction.moved, &r->entries[i], error));
    TARN_CHECK(tarn_compaction_plan(&compaction, error));
    TARN_CHECK(tarn_compaction_copy(&compaction, r->task, error));
    TARN_CHECK(write_record(r, &compaction, &record, error));
    TARN_CHECK(tarn_journal_commit(r->store, &record, error));
    out->bytes_after = stored_bytes(r);
    status = tarn_compaction_finish(&compaction, NULL, error);
    if (status == TARN_OK)
        tarn_store_enforce_limit(r->store);
cleanup:
    if (status != TARN_OK)
        tarn_segment_abandon(r->store);
    tarn_compaction_clear(&compaction);
    tarn_buffer_free(&record);
    return status;
}

tarn_status tarn_store_recode(tarn_store *store, uint64_t table, tarn_codec codec, tarn_task *task,
                              tarn_recode_report *out, tarn_error *error) {
    *out = (tarn_recode_report){0};
    TARN_TRY(tarn_store_check_writable(store, error));
    if (store->transaction != NULL)
        return tarn_fail(error, TARN_E_LOCKED, "a change is being made to this workspace: try again when it has ended");
    if ((unsigned)codec > TARN_CODEC_ZSTD)
        return tarn_fail(error, TARN_E_INVALID, "there is no codec %d", (int)codec);
    if (tarn_ledger_table(&store->ledger, table) == NULL)
        return tarn_fail(error, TARN_E_NOT_FOUND, "there is no table with the id %llu", (unsigned long long)table);
    recoding r = {.store = store, .table = table, .codec = codec, .task = task};
    tarn_id_set_init(&r.known);
    tarn_id_set_init(&r.wanted);
    tarn_status status = recode(&r, out, error);
    tarn_keyed_map_clear(&r.known);
    tarn_keyed_map_clear(&r.wanted);
    free(r.entries);
    return status;
}
