/* Removing what nothing reaches. */
#include "store/compact.h"
#include "store/fold.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct collecting {
    tarn_store *store;
    const tarn_gc_options *options;
    tarn_version_entry *entries; /* all versions that are there, by table and number */
    size_t count, capacity;
    tarn_id_set kept; /* (table, version) of those that stay */
    uint64_t *tables; /* to be removed */
    size_t table_count;
    tarn_id_set wanted; /* batches */
    tarn_compaction compaction;
    tarn_gc_report *report;
} collecting;

/* ---- versions ---------------------------------------------------------------------------------------------------- */

static tarn_status list_version(void *context, const void *item, tarn_error *error) {
    collecting *gc = context;
    const tarn_version_entry *entry = item;
    if (entry->flags & TARN_VERSION_REMOVED)
        return TARN_OK;
    TARN_TRY(tarn_grow(&gc->entries, &gc->capacity, gc->count + 1, sizeof *entry, error));
    gc->entries[gc->count++] = *entry;
    return TARN_OK;
}

static tarn_status keep(collecting *gc, uint64_t table, uint64_t version, tarn_error *error) {
    uint64_t key[2] = {table, version};
    return tarn_keyed_map_put(&gc->kept, key, error);
}

static tarn_status version_time(tarn_store *store, const tarn_version_entry *entry, int64_t *out, tarn_error *error) {
    tarn_buffer text = {0};
    tarn_line parsed = {0};
    tarn_status status = tarn_journal_read_line(store, entry->file, entry->offset, entry->length, &text, error);
    if (status == TARN_OK)
        status = tarn_line_parse((const char *)text.data, text.size, &parsed, error);
    *out = parsed.time; /* of a version whose record was pruned: long ago */
    tarn_line_clear(&parsed);
    tarn_buffer_free(&text);
    return status;
}

/* Keep a version and its ancestors as far as the limits say. `*passed_head` becomes true at the head: what lies between
 * the end of the line and the head stays whatever the limits, so that redo finds its way. */
static tarn_status keep_line(collecting *gc, const tarn_table_state *table, uint64_t version, bool passed_head,
                             tarn_error *error) {
    const tarn_gc_options *options = gc->options;
    bool all = options->keep_versions == 0 && options->keep_since == 0;
    for (uint64_t seen = 0; version != 0; seen++) {
        tarn_version_entry entry;
        if (!tarn_store_version_entry(gc->store, table->id, version, &entry))
            return TARN_OK; /* removed long ago, with all before it */
        bool stays = all || !passed_head || version == table->head || seen < options->keep_versions;
        if (!stays && options->keep_since != 0) {
            int64_t time;
            TARN_TRY(version_time(gc->store, &entry, &time, error));
            stays = time >= options->keep_since;
        }
        if (stays && !(entry.flags & TARN_VERSION_REMOVED))
            TARN_TRY(keep(gc, table->id, version, error));
        passed_head = passed_head || version == table->head;
        version = entry.parent;
    }
    return TARN_OK;
}

/* Versions that somebody in this process holds stay, whatever they are; others that do not stay cannot be loaded any
 * more. */
static tarn_status keep_held(collecting *gc, tarn_error *error) {
    tarn_status status = TARN_OK;
    pthread_mutex_lock(&gc->store->lock);
    for (size_t i = 0; i < gc->store->version_count && status == TARN_OK; i++)
        status = keep(gc, gc->store->versions[i]->table, gc->store->versions[i]->number, error);
    if (!gc->options->dry_run)
        gc->store->collecting = &gc->kept;
    pthread_mutex_unlock(&gc->store->lock);
    return status;
}

static void allow_loading(tarn_store *store) {
    pthread_mutex_lock(&store->lock);
    store->collecting = NULL;
    pthread_mutex_unlock(&store->lock);
}

static bool keeps_any(const collecting *gc, uint64_t table) {
    for (size_t i = 0; i < gc->count; i++) {
        if (gc->entries[i].table == table && tarn_keyed_map_find(&gc->kept, table, gc->entries[i].version) != NULL)
            return true;
    }
    return false;
}

static tarn_status choose_versions(collecting *gc, tarn_error *error) {
    const tarn_ledger *ledger = &gc->store->ledger;
    TARN_TRY(tarn_index_each_version(&ledger->index, list_version, gc, error));
    gc->tables = calloc(ledger->table_count + 1, sizeof *gc->tables);
    if (gc->tables == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < ledger->table_count; i++) {
        const tarn_table_state *table = &ledger->tables[i].state;
        if (!table->dropped) {
            TARN_TRY(keep_line(gc, table, table->tip, false, error));
            TARN_TRY(keep_line(gc, table, table->head, true, error));
        }
    }
    TARN_TRY(keep_held(gc, error));
    for (size_t i = 0; i < ledger->table_count; i++) {
        if (ledger->tables[i].state.dropped && !keeps_any(gc, ledger->tables[i].state.id))
            gc->tables[gc->table_count++] = ledger->tables[i].state.id;
    }
    return TARN_OK;
}

static bool stays(const collecting *gc, const tarn_version_entry *entry) {
    return tarn_keyed_map_find(&gc->kept, entry->table, entry->version) != NULL;
}

static tarn_status mark_batches(collecting *gc, tarn_task *task, tarn_error *error) {
    tarn_task_begin(task, "marking", "versions", gc->count);
    for (size_t i = 0; i < gc->count; i++) {
        TARN_TRY(tarn_task_check(task, error));
        if (stays(gc, &gc->entries[i]))
            TARN_TRY(tarn_mark_version(gc->store, &gc->entries[i], &gc->kept, &gc->wanted, error));
        else
            gc->report->versions++;
        tarn_task_advance(task, 1);
    }
    return TARN_OK;
}

/* What is kept ready for the heads stays with them. */
static tarn_status mark_folds(collecting *gc, tarn_error *error) {
    const tarn_ledger *ledger = &gc->store->ledger;
    for (size_t i = 0; i < ledger->table_count; i++) {
        tarn_version *version;
        if (ledger->tables[i].state.dropped)
            continue;
        tarn_status status = tarn_store_version(gc->store, ledger->tables[i].state.id, TARN_HEAD, &version, error);
        if (status == TARN_E_CORRUPT || status == TARN_E_NOT_FOUND)
            continue;
        TARN_TRY(status);
        status = tarn_fold_mark(gc->store, &version->state, &gc->wanted, error);
        tarn_version_release(version);
        TARN_TRY(status);
    }
    return TARN_OK;
}

/* ---- the record -------------------------------------------------------------------------------------------------- */

/* Versions that go, as ranges: [[table, first, last], …]. */
static void write_versions(const collecting *gc, tarn_json_out *out) {
    tarn_json_out_key(out, "removed_versions");
    tarn_json_out_open(out, '[');
    for (size_t i = 0; i < gc->count;) {
        const tarn_version_entry *first = &gc->entries[i];
        size_t next = i + 1;
        if (stays(gc, first)) {
            i = next;
            continue;
        }
        while (next < gc->count && !stays(gc, &gc->entries[next]) && gc->entries[next].table == first->table &&
               gc->entries[next].version == gc->entries[next - 1].version + 1)
            next++;
        tarn_json_out_open(out, '[');
        tarn_json_out_u64(out, first->table);
        tarn_json_out_u64(out, first->version);
        tarn_json_out_u64(out, gc->entries[next - 1].version);
        tarn_json_out_close(out, ']');
        i = next;
    }
    tarn_json_out_close(out, ']');
}

static tarn_status write_record(const collecting *gc, tarn_buffer *record, tarn_error *error) {
    char parameters[128];
    snprintf(parameters, sizeof parameters, "{\"keep_versions\":%" PRIu64 ",\"keep_since\":%" PRId64 "}",
             gc->options->keep_versions, gc->options->keep_since);
    tarn_event event = {.kind = "gc", .parameters = parameters, .rows = -1, .cells = -1};
    tarn_json_out out = {.buffer = record};
    TARN_TRY(tarn_record_begin(gc->store, &event, &out, error));
    if (gc->report->versions > 0)
        write_versions(gc, &out);
    if (gc->table_count > 0) {
        tarn_json_out_key(&out, "removed_tables");
        tarn_json_out_open(&out, '[');
        for (size_t i = 0; i < gc->table_count; i++)
            tarn_json_out_u64(&out, gc->tables[i]);
        tarn_json_out_close(&out, ']');
    }
    tarn_compaction_write(&gc->compaction, &out);
    return out.status == TARN_OK ? TARN_OK : tarn_fail_memory(error);
}

/* Copies first, then the record, then the files go: whatever is cut off in between, every batch lies somewhere. */
static tarn_status carry_out(collecting *gc, tarn_task *task, tarn_error *error) {
    tarn_buffer record = {0};
    tarn_status status;
    TARN_CHECK(tarn_compaction_copy(&gc->compaction, task, error));
    TARN_CHECK(write_record(gc, &record, error));
    TARN_CHECK(tarn_journal_commit(gc->store, &record, error));
    status = tarn_compaction_finish(&gc->compaction, &gc->report->bytes_waiting, error);
    if (status == TARN_OK)
        tarn_store_enforce_limit(gc->store);
cleanup:
    if (status != TARN_OK)
        tarn_segment_abandon(gc->store);
    tarn_buffer_free(&record);
    return status;
}

static tarn_status collect(collecting *gc, tarn_task *task, tarn_error *error) {
    TARN_TRY(choose_versions(gc, error));
    TARN_TRY(mark_batches(gc, task, error));
    TARN_TRY(mark_folds(gc, error));
    TARN_TRY(tarn_compaction_plan(&gc->compaction, error));
    gc->report->tables = gc->table_count;
    gc->report->batches = gc->compaction.unwanted;
    gc->report->bytes = gc->compaction.freed_bytes;
    bool nothing = gc->report->versions + gc->report->tables + gc->compaction.removed_count == 0;
    if (nothing)
        gc->report->batches = 0; /* few among many that are wanted: they stay */
    if (gc->options->dry_run)
        return TARN_OK;
    if (nothing)
        return tarn_store_sweep(gc->store, &gc->report->bytes_waiting, error); /* what a lease held back last time */
    TARN_TRY(carry_out(gc, task, error));
    gc->report->bytes -= gc->report->bytes_waiting < gc->report->bytes ? gc->report->bytes_waiting : gc->report->bytes;
    return TARN_OK;
}

tarn_status tarn_store_gc(tarn_store *store, const tarn_gc_options *options, tarn_task *task, tarn_gc_report *out,
                          tarn_error *error) {
    static const tarn_gc_options defaults = {0};
    *out = (tarn_gc_report){0};
    if (options == NULL || !options->dry_run)
        TARN_TRY(tarn_store_check_writable(store, error));
    if (store->transaction != NULL)
        return tarn_fail(error, TARN_E_LOCKED, "a change is being made to this workspace: try again when it has ended");
    tarn_versions_forget_recent(store);
    collecting gc = {.store = store, .options = options != NULL ? options : &defaults, .report = out};
    tarn_id_set_init(&gc.kept);
    tarn_id_set_init(&gc.wanted);
    tarn_compaction_init(&gc.compaction, store, &gc.wanted);
    tarn_status status = collect(&gc, task, error);
    allow_loading(store);
    tarn_compaction_clear(&gc.compaction);
    tarn_keyed_map_clear(&gc.kept);
    tarn_keyed_map_clear(&gc.wanted);
    free(gc.entries);
    free(gc.tables);
    return status;
}
