// Which batches are wanted, and giving back the segments of those that are not.
#include "store/compact.h"

#include <stdlib.h>

void tarn_id_set_init(tarn_id_set *set) {
    *set = (tarn_id_set){.entry_size = sizeof(tarn_batch_id)};
}

/* ---- marking --------------------------------------------------------------------------------------------------------
 */

static tarn_status mark_id(void *context, tarn_batch_id id, tarn_error *error) {
    return tarn_keyed_map_put(context, &id, error);
}

static tarn_status mark_whole(tarn_store *store, const tarn_version_entry *entry, tarn_id_set *marked,
                              tarn_error *error) {
    tarn_state state;
    tarn_table_line line;
    tarn_buffer text = {0};
    tarn_json_out out = {.buffer = &text};
    TARN_TRY(tarn_version_load_state(store, entry->table, entry->version, &state, &line, error));
    tarn_state_write(&out, NULL, &state);
    tarn_status status = out.status == TARN_OK
                             ? tarn_change_ids((const char *)text.data, text.size, mark_id, marked, error)
                             : tarn_fail_memory(error);
    tarn_state_clear(&state);
    tarn_buffer_free(&text);
    return status;
}

tarn_status tarn_mark_version(tarn_store *store, const tarn_version_entry *entry, const tarn_id_set *known,
                              tarn_id_set *marked, tarn_error *error) {
    tarn_buffer text = {0};
    tarn_table_line line;
    tarn_status status = tarn_version_line(store, entry, &text, &line, error);
    if (status == TARN_OK && (line.from == 0 || tarn_keyed_map_find(known, entry->table, line.from) != NULL))
        status = tarn_change_ids(line.change.data, line.change.size, mark_id, marked, error);
    else if (status == TARN_OK)
        status = mark_whole(store, entry, marked, error);
    tarn_buffer_free(&text);
    return status;
}

/* ---- planning ---------------------------------------------------------------------------------------------------- */

void tarn_compaction_init(tarn_compaction *compaction, tarn_store *store, const tarn_id_set *wanted) {
    *compaction = (tarn_compaction){.store = store, .wanted = wanted, .moved.entry_size = sizeof(tarn_batch_entry)};
}

void tarn_compaction_clear(tarn_compaction *compaction) {
    tarn_keyed_map_clear(&compaction->moved);
    free(compaction->removed);
}

/* Bytes of a segment that are wanted. */
typedef struct usage {
    uint32_t number;
    uint64_t size, live;
} usage;

typedef struct counting {
    tarn_compaction *compaction;
    usage *usages; /* by number, as the ledger's segments */
    size_t count;
} counting;

static usage *find_usage(const counting *counting, uint32_t number) {
    for (size_t i = counting->count; i > 0; i--) {
        if (counting->usages[i - 1].number == number)
            return &counting->usages[i - 1];
    }
    return NULL;
}

static tarn_status count_batch(void *context, const void *item, tarn_error *error) {
    (void)error;
    counting *counting = context;
    const tarn_compaction *compaction = counting->compaction;
    const tarn_batch_entry *entry = item;
    usage *usage = find_usage(counting, entry->segment);
    if (usage == NULL)
        return TARN_OK;
    if (compaction->wanted != NULL && !tarn_id_set_has(compaction->wanted, entry->id))
        counting->compaction->unwanted++;
    else if (tarn_keyed_map_find(&compaction->moved, entry->id.hi, entry->id.lo) == NULL)
        usage->live += entry->length;
    return TARN_OK;
}

/* The size of what is on disk, leftovers behind the last reference included; what records say when it is not there. */
static uint64_t segment_size(const tarn_store *store, const tarn_segment_size *segment) {
    uint64_t size = segment->size;
    char *path = tarn_segment_path(store, segment->number);
    if (path != NULL && tarn_fs_stat(store->fs, path, NULL, &size, NULL) != TARN_OK)
        size = segment->size;
    free(path);
    return size;
}

tarn_status tarn_compaction_plan(tarn_compaction *compaction, tarn_error *error) {
    const tarn_ledger *ledger = &compaction->store->ledger;
    counting counting = {compaction, calloc(ledger->segment_count + 1, sizeof(usage)), ledger->segment_count};
    compaction->removed = calloc(ledger->segment_count + 1, sizeof *compaction->removed);
    tarn_status status = TARN_OK;
    if (counting.usages == NULL || compaction->removed == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    for (size_t i = 0; i < ledger->segment_count; i++)
        counting.usages[i] =
            (usage){ledger->segments[i].number, segment_size(compaction->store, &ledger->segments[i]), 0};
    TARN_CHECK(tarn_index_each_batch(&ledger->index, count_batch, &counting, error));
    for (size_t i = 0; i < counting.count; i++) {
        const usage *usage = &counting.usages[i];
        if (usage->live > usage->size / 2)
            continue;
        compaction->removed[compaction->removed_count++] = usage->number;
        compaction->freed_bytes += usage->size - usage->live;
    }
cleanup:
    free(counting.usages);
    return status;
}

/* ---- copying ----------------------------------------------------------------------------------------------------- */

static bool is_removed(const tarn_compaction *compaction, uint32_t number) {
    for (size_t i = 0; i < compaction->removed_count; i++) {
        if (compaction->removed[i] == number)
            return true;
    }
    return false;
}

static void spare_segment(tarn_compaction *compaction, uint32_t number) {
    size_t kept = 0;
    for (size_t i = 0; i < compaction->removed_count; i++) {
        if (compaction->removed[i] != number)
            compaction->removed[kept++] = compaction->removed[i];
    }
    compaction->removed_count = kept;
}

typedef struct moving {
    tarn_compaction *compaction;
    tarn_batch_entry *entries; /* to be moved */
    size_t count, capacity;
} moving;

static tarn_status list_batch(void *context, const void *item, tarn_error *error) {
    moving *moving = context;
    const tarn_compaction *compaction = moving->compaction;
    const tarn_batch_entry *entry = item;
    if (!is_removed(compaction, entry->segment) ||
        (compaction->wanted != NULL && !tarn_id_set_has(compaction->wanted, entry->id)) ||
        tarn_keyed_map_find(&compaction->moved, entry->id.hi, entry->id.lo) != NULL)
        return TARN_OK;
    TARN_TRY(tarn_grow(&moving->entries, &moving->capacity, moving->count + 1, sizeof *entry, error));
    moving->entries[moving->count++] = *entry;
    return TARN_OK;
}

/* Copy the bytes as they are. `*good` is false when they are not what they were. */
static tarn_status copy_batch(tarn_compaction *compaction, const tarn_batch_entry *entry, bool *good,
                              tarn_error *error) {
    tarn_mapping mapping;
    tarn_error problem;
    *good = false;
    tarn_status status = tarn_segment_map(compaction->store, entry, &mapping, &problem);
    if (status == TARN_E_CORRUPT)
        return TARN_OK;
    if (status != TARN_OK) {
        if (error != NULL)
            *error = problem;
        return status;
    }
    *good = tarn_hash64_of(mapping.data, mapping.size) == entry->checksum;
    if (*good) {
        tarn_buffer bytes = {0};
        tarn_batch_entry moved = *entry;
        status = tarn_buffer_append(&bytes, mapping.data, mapping.size, error);
        if (status == TARN_OK)
            status = tarn_segment_append(compaction->store, &bytes, &moved, error);
        if (status == TARN_OK)
            status = tarn_keyed_map_put(&compaction->moved, &moved, error);
        tarn_buffer_free(&bytes);
    }
    tarn_mapping_release(&mapping);
    return status;
}

tarn_status tarn_compaction_copy(tarn_compaction *compaction, tarn_task *task, tarn_error *error) {
    moving moving = {.compaction = compaction};
    tarn_status status;
    if (is_removed(compaction, compaction->store->writer.number))
        tarn_segment_seal(compaction->store);
    TARN_CHECK(tarn_index_each_batch(&compaction->store->ledger.index, list_batch, &moving, error));
    tarn_task_begin(task, "compacting", "batches", moving.count);
    for (size_t i = 0; i < moving.count; i++) {
        bool good;
        TARN_CHECK(tarn_task_check(task, error));
        TARN_CHECK(copy_batch(compaction, &moving.entries[i], &good, error));
        if (!good)
            spare_segment(compaction, moving.entries[i].segment);
        tarn_task_advance(task, 1);
    }
    if (compaction->moved.count > 0)
        status = tarn_segment_sync(compaction->store, error);
cleanup:
    free(moving.entries);
    return status;
}

/* ---- the record -------------------------------------------------------------------------------------------------- */

void tarn_compaction_write(const tarn_compaction *compaction, tarn_json_out *out) {
    if (compaction->moved.count > 0) {
        tarn_json_out_key(out, "batches");
        tarn_json_out_open(out, '[');
        for (size_t i = 0; i < compaction->moved.capacity; i++) {
            tarn_batch_entry entry;
            memcpy(&entry, compaction->moved.slots + i * sizeof entry, sizeof entry);
            if (!tarn_is_no_batch(entry.id))
                tarn_line_write_batch(out, &entry);
        }
        tarn_json_out_close(out, ']');
    }
    if (compaction->removed_count == 0)
        return;
    tarn_json_out_key(out, "removed_segments");
    tarn_json_out_open(out, '[');
    for (size_t i = 0; i < compaction->removed_count; i++)
        tarn_json_out_u64(out, compaction->removed[i]);
    tarn_json_out_close(out, ']');
}

static bool has_segment(void *context, const tarn_batch_entry *entry) {
    const tarn_store *store = context;
    return entry->segment == 0 || tarn_ledger_segment(&store->ledger, entry->segment) != NULL;
}

static bool has_table(void *context, const tarn_version_entry *entry) {
    const tarn_store *store = context;
    return tarn_ledger_table(&store->ledger, entry->table) != NULL;
}

tarn_status tarn_compaction_finish(tarn_compaction *compaction, uint64_t *waiting, tarn_error *error) {
    tarn_store *store = compaction->store;
    tarn_index_filter filter = {has_segment, has_table, store, true};
    TARN_TRY(tarn_journal_rotate(store, &filter, error));
    return tarn_store_sweep(store, waiting, error);
}
