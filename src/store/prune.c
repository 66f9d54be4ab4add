/* Removing old records. What is kept goes over into a new journal file, behind a checkpoint of the present state: the
 * records that stay, as "past" lines, from which the chain can be checked; and as "kept" lines what later loading needs
 * of those that go - the changes of versions, with what made them, and where the batches lie. When that file is durable
 * the older ones are of no use any more, whatever is cut off in between. */
#include "store/compact.h"

#include "base/asker.h"
#include "base/clock.h"

#include <stdlib.h>

#define BATCHES_PER_LINE 1000

typedef struct pruning {
    tarn_store *store;
    uint64_t cut; /* the last record that goes */
    tarn_carried carried;
    tarn_json_out line; /* of batches, begun at `start` and open while `listed` > 0 */
    size_t start, listed;
} pruning;

/* ---- records that stay ----------------------------------------------------------------------------------------------
 */

static tarn_status carry_record(pruning *prune, tarn_slice record, tarn_error *error) {
    tarn_buffer *lines = &prune->carried.lines;
    size_t start = lines->size;
    TARN_TRY(tarn_buffer_append(lines, "{\"past\":", strlen("{\"past\":"), error));
    TARN_TRY(tarn_buffer_append(lines, record.data, record.size, error));
    return tarn_line_seal(lines, start, error);
}

static tarn_status carry_records(pruning *prune, tarn_file *file, tarn_buffer *text, tarn_line *parsed, bool *found,
                                 tarn_error *error) {
    tarn_slice line;
    tarn_walk_step step;
    TARN_TRY(tarn_journal_read_from(file, 0, text, error));
    tarn_line_walk walk = {.text = (const char *)text->data, .size = text->size};
    while ((step = tarn_line_walk_next(&walk, &line)) == TARN_WALK_LINE) {
        TARN_TRY(tarn_line_parse(line.data, line.size, parsed, error));
        if (parsed->kind != TARN_LINE_RECORD && parsed->kind != TARN_LINE_PAST)
            continue;
        tarn_slice record = parsed->kind == TARN_LINE_PAST ? parsed->body : line;
        if (parsed->number > prune->cut)
            TARN_TRY(carry_record(prune, record, error));
        if (parsed->number != prune->cut)
            continue;
        tarn_sha256_text(record.data, record.size, prune->carried.anchor_hash);
        *found = true;
    }
    return step != TARN_WALK_DAMAGED ? TARN_OK
                                     : tarn_fail(error, TARN_E_CORRUPT, "line %llu of %s was changed or is damaged",
                                                 (unsigned long long)walk.line, tarn_file_path(file));
}

static tarn_status carry_all_records(pruning *prune, tarn_error *error) {
    tarn_journal_set set = {0};
    tarn_buffer text = {0};
    tarn_line parsed = {0};
    bool found = false;
    tarn_status status = tarn_journal_open_files(prune->store, &set, error);
    for (size_t i = 0; status == TARN_OK && i < set.count; i++)
        status = carry_records(prune, set.files[i]->file, &text, &parsed, &found, error);
    if (status == TARN_OK && !found)
        status = tarn_fail(error, TARN_E_CORRUPT,
                           "record %llu is missing in the journal: run " TARN_ASKER("tarn verify", "verify()"),
                           (unsigned long long)prune->cut);
    tarn_line_clear(&parsed);
    tarn_buffer_free(&text);
    tarn_journal_close_files(&set);
    return status;
}

/* ---- versions whose record goes -------------------------------------------------------------------------------------
 */

static void write_number(tarn_json_out *out, const char *key, uint64_t value) {
    tarn_json_out_key(out, key);
    tarn_json_out_u64(out, value);
}

/* A string as it stands in a line: the quotes are around it there. */
static void write_slice(tarn_json_out *out, const char *key, tarn_slice text) {
    if (text.data == NULL)
        return;
    tarn_json_out_key(out, key);
    tarn_json_out_value(out, text.data - 1, text.size + 2);
}

/* What made the version: members as a record has them. */
static void write_origin(tarn_json_out *out, const tarn_line *line, uint64_t record) {
    char time[TARN_TIME_TEXT_SIZE];
    tarn_time_format(line->time, time);
    write_number(out, "number", record);
    tarn_json_out_key(out, "time");
    tarn_json_out_text(out, time);
    write_slice(out, "user", line->user);
    write_slice(out, "kind", line->event);
    write_slice(out, "command", line->command);
    if (line->parameters.data != NULL) {
        tarn_json_out_key(out, "params");
        tarn_json_out_value(out, line->parameters.data, line->parameters.size);
    }
    tarn_json_out_key(out, "rows");
    tarn_json_out_i64(out, line->rows);
    tarn_json_out_key(out, "cells");
    tarn_json_out_i64(out, line->cells);
    tarn_json_out_key(out, "duration_us");
    tarn_json_out_i64(out, line->duration);
}

static void write_version(tarn_json_out *out, const tarn_version_entry *entry, const tarn_table_line *line,
                          tarn_slice change) {
    tarn_json_out_open(out, '{');
    write_number(out, "table", entry->table);
    write_slice(out, "name", line->name);
    write_number(out, "record", entry->record);
    write_number(out, "rows", (uint64_t)entry->rows);
    write_number(out, "columns", entry->columns);
    write_number(out, "version", entry->version);
    write_number(out, "parent", entry->parent);
    tarn_line_write_change(out, line, change);
    tarn_json_out_close(out, '}');
}

static tarn_status write_kept(pruning *prune, const tarn_version_entry *entry, const tarn_line *origin,
                              const tarn_table_line *line, tarn_slice change, tarn_error *error) {
    tarn_json_out out = {.buffer = &prune->carried.lines};
    size_t start = prune->carried.lines.size;
    tarn_json_out_open(&out, '{');
    tarn_json_out_key(&out, "kept");
    tarn_json_out_open(&out, '[');
    write_version(&out, entry, line, change);
    tarn_json_out_close(&out, ']');
    write_origin(&out, origin, entry->record);
    if (out.status != TARN_OK)
        return tarn_fail_memory(error);
    return tarn_line_seal(&prune->carried.lines, start, error);
}

/* The version as a change from nothing. */
static tarn_status keep_whole(pruning *prune, const tarn_version_entry *entry, const tarn_line *origin,
                              const tarn_table_line *line, tarn_error *error) {
    tarn_state state;
    tarn_table_line whole;
    tarn_buffer change = {0};
    tarn_json_out out = {.buffer = &change};
    TARN_TRY(tarn_version_load_state(prune->store, entry->table, entry->version, &state, &whole, error));
    tarn_state_write(&out, NULL, &state);
    whole.name = line->name;
    whole.from = whole.links = whole.delta_bytes = 0;
    whole.full_bytes = change.size;
    tarn_status status = out.status == TARN_OK ? write_kept(prune, entry, origin, &whole,
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

static const tarn_table_line *line_of(const tarn_line *parsed, const tarn_version_entry *entry) {
    for (size_t i = 0; i < parsed->table_count; i++) {
        if (parsed->tables[i].table == entry->table && parsed->tables[i].version == entry->version)
            return &parsed->tables[i];
    }
    return NULL;
}

static tarn_status keep_parsed(pruning *prune, const tarn_version_entry *entry, const tarn_line *parsed,
                               tarn_error *error) {
    const tarn_table_line *line = line_of(parsed, entry);
    if (line == NULL || line->change.size == 0)
        return tarn_fail(error, TARN_E_CORRUPT, "the journal record of version %llu does not have its change",
                         (unsigned long long)entry->version);
    if (line->from != 0 && !is_there(prune->store, entry->table, line->from))
        return keep_whole(prune, entry, parsed, line, error);
    /* what an earlier pruning kept of a record that stays differs from the record: it stands by itself */
    if (entry->record <= prune->cut || parsed->kind == TARN_LINE_KEPT)
        return write_kept(prune, entry, parsed, line, line->change, error);
    return TARN_OK;
}

/* Versions whose change would be lost; and those that build on a version which gc removed, so that nothing needs that.
 */
static tarn_status keep_version(void *context, const void *item, tarn_error *error) {
    pruning *prune = context;
    const tarn_version_entry *entry = item;
    tarn_buffer text = {0};
    tarn_line parsed = {0};
    if (entry->flags & TARN_VERSION_REMOVED || tarn_ledger_table(&prune->store->ledger, entry->table) == NULL)
        return TARN_OK;
    tarn_status status = tarn_journal_read_line(prune->store, entry->file, entry->offset, entry->length, &text, error);
    if (status == TARN_OK)
        status = tarn_line_parse((const char *)text.data, text.size, &parsed, error);
    if (status == TARN_OK)
        status = keep_parsed(prune, entry, &parsed, error);
    tarn_line_clear(&parsed);
    tarn_buffer_free(&text);
    return status;
}

/* ---- batches --------------------------------------------------------------------------------------------------------
 */

static tarn_status end_batches(pruning *prune, tarn_error *error) {
    if (prune->listed == 0)
        return TARN_OK;
    prune->listed = 0;
    tarn_json_out_close(&prune->line, ']');
    return prune->line.status == TARN_OK ? tarn_line_seal(&prune->carried.lines, prune->start, error)
                                         : tarn_fail_memory(error);
}

static tarn_status keep_batch(void *context, const void *item, tarn_error *error) {
    pruning *prune = context;
    const tarn_batch_entry *entry = item;
    if (entry->segment != 0 && tarn_ledger_segment(&prune->store->ledger, entry->segment) == NULL)
        return TARN_OK;
    if (prune->listed == 0) {
        prune->start = prune->carried.lines.size;
        prune->line = (tarn_json_out){.buffer = &prune->carried.lines};
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

/* ---- carrying out ------------------------------------------------------------------------------------------------ */

/* Entries that point into files that go: of versions that were removed, and are wanted no more. */
static bool outlives(void *context, const tarn_version_entry *entry) {
    const tarn_store *store = context;
    return entry->file >= store->ledger.first_file;
}

/* Take the carried lines in: the index points into the new file from then on. */
static tarn_status load_again(tarn_store *store, tarn_error *error) {
    pthread_mutex_lock(&store->lock);
    uint32_t next_segment = store->ledger.next_segment; /* numbers that were given out stay given out */
    tarn_status status = tarn_journal_load(store, error);
    if (store->ledger.next_segment < next_segment)
        store->ledger.next_segment = next_segment;
    pthread_mutex_unlock(&store->lock);
    return status;
}

static tarn_status remove_files(tarn_store *store, tarn_error *error) {
    uint32_t *numbers = NULL;
    size_t count = 0;
    tarn_status status = tarn_journal_files(store->fs, store->journal_folder, &numbers, &count, error);
    for (size_t i = 0; status == TARN_OK && i < count && numbers[i] < store->ledger.first_file; i++) {
        char *path = tarn_journal_path(store, numbers[i]);
        status = path != NULL ? tarn_fs_remove(store->fs, path, error) : tarn_fail_memory(error);
        free(path);
    }
    free(numbers);
    return status == TARN_OK ? tarn_fs_sync_directory(store->fs, store->journal_folder, error) : status;
}

static tarn_status prune_to(tarn_store *store, uint64_t cut, tarn_error *error) {
    pruning prune = {.store = store, .cut = cut, .carried.anchor = cut};
    tarn_status status;
    TARN_CHECK(carry_all_records(&prune, error));
    TARN_CHECK(tarn_index_each_version(&store->ledger.index, keep_version, &prune, error));
    TARN_CHECK(keep_batches(&prune, error));
    TARN_CHECK(tarn_journal_carry_over(store, &prune.carried, error));
    TARN_CHECK(load_again(store, error));
    tarn_index_filter filter = {.keep_version = outlives, .context = store, .whole = true};
    TARN_CHECK(tarn_journal_rotate(store, &filter, error)); /* so that opening need not read all that */
    status = remove_files(store, error);
cleanup:
    tarn_buffer_free(&prune.carried.lines);
    return status;
}

tarn_status tarn_journal_oldest(tarn_store *store, uint64_t *out, tarn_error *error) {
    tarn_journal_set set = {0};
    tarn_file_start start = {0};
    TARN_TRY(tarn_journal_open_files(store, &set, error));
    tarn_status status = tarn_journal_file_start(set.files[0]->file, &start, error);
    tarn_journal_close_files(&set);
    *out = start.before;
    return status;
}

tarn_status tarn_store_prune_journal(tarn_store *store, uint64_t keep, tarn_error *error) {
    uint64_t oldest;
    TARN_TRY(tarn_store_check_writable(store, error));
    if (store->transaction != NULL)
        return tarn_fail(error, TARN_E_LOCKED, "a change is being made to this workspace: try again when it has ended");
    TARN_TRY(tarn_journal_oldest(store, &oldest, error));
    uint64_t record = store->ledger.record;
    return record - oldest > keep ? prune_to(store, record - keep, error) : TARN_OK;
}

/* ---- the limit ------------------------------------------------------------------------------------------------------
 */

/* Pruning writes the journal anew. So that a commit costs little whatever the size of that, one record more than the
 * limit may stay for each so many bytes. */
#define BYTES_PER_RECORD (256 << 10)

static tarn_status journal_bytes(tarn_store *store, uint64_t *out, tarn_error *error) {
    tarn_journal_set set = {0};
    *out = 0;
    tarn_status status = tarn_journal_open_files(store, &set, error);
    for (size_t i = 0; status == TARN_OK && i < set.count; i++) {
        uint64_t size = 0;
        status = tarn_file_size(set.files[i]->file, &size, error);
        *out += size;
    }
    tarn_journal_close_files(&set);
    return status;
}

void tarn_store_enforce_limit(tarn_store *store) {
    uint64_t oldest, bytes, keep = tarn_store_record_limit(store);
    if (keep == 0 || store->ledger.record <= keep || tarn_journal_oldest(store, &oldest, NULL) != TARN_OK)
        return;
    uint64_t kept = store->ledger.record - oldest;
    if (kept > keep && journal_bytes(store, &bytes, NULL) == TARN_OK && kept - keep > bytes / BYTES_PER_RECORD)
        tarn_store_prune_journal(store, keep, NULL);
}
