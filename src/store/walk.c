/* The journal as a log: walking it, checking its chain. */
#include "store/internal.h"

#include <inttypes.h>
#include <stdlib.h>

/* ---- records for visitors
 * ------------------------------------------------------------------------------------------------ */

/* A record with strings of its own. */
typedef struct shown_record {
    tarn_record record;
    char *user, *kind, *command, *parameters;
    tarn_record_table *tables;
    char **names;
} shown_record;

static void clear_shown(shown_record *shown) {
    free(shown->user);
    free(shown->kind);
    free(shown->command);
    free(shown->parameters);
    for (size_t i = 0; i < shown->record.table_count; i++)
        free(shown->names[i]);
    free(shown->names);
    free(shown->tables);
}

static bool copy_text(tarn_slice slice, bool wanted, char **out) {
    static const tarn_slice nothing = {"", 0};
    if (wanted)
        *out = tarn_slice_text(slice.data != NULL ? slice : nothing);
    return !wanted || *out != NULL;
}

static bool copy_json(tarn_slice slice, char **out) {
    static const tarn_slice nothing = {"{}", 2};
    if (slice.data == NULL)
        slice = nothing;
    *out = malloc(slice.size + 1);
    if (*out == NULL)
        return false;
    memcpy(*out, slice.data, slice.size);
    (*out)[slice.size] = '\0';
    return true;
}

static bool show_tables(const tarn_line *line, shown_record *out) {
    out->tables = calloc(line->table_count + 1, sizeof *out->tables);
    out->names = calloc(line->table_count + 1, sizeof *out->names);
    if (out->tables == NULL || out->names == NULL)
        return false;
    for (size_t i = 0; i < line->table_count; i++) {
        const tarn_table_line *table = &line->tables[i];
        out->names[i] = tarn_slice_text(table->name);
        out->record.table_count = i + 1;
        if (out->names[i] == NULL)
            return false;
        out->tables[i] = (tarn_record_table){.table = table->table,
                                             .name = out->names[i],
                                             .before = table->has_head ? table->before : table->about,
                                             .after = table->has_head ? table->head : table->about,
                                             .is_new_version = table->version != 0,
                                             .parent = table->parent,
                                             .rows = table->rows};
    }
    return true;
}

static tarn_status show_record(tarn_slice text, const tarn_line *line, shown_record *out, tarn_error *error) {
    *out = (shown_record){0};
    if (!copy_text(line->user, true, &out->user) || !copy_text(line->event, true, &out->kind) ||
        !copy_text(line->command, line->command.data != NULL, &out->command) ||
        !copy_json(line->parameters, &out->parameters) || !show_tables(line, out)) {
        clear_shown(out);
        return tarn_fail(error, TARN_E_CORRUPT, "record %" PRIu64 " has text that is not text, or memory is short",
                         line->number);
    }
    tarn_record *record = &out->record;
    record->number = line->number;
    record->time = line->time;
    record->user = out->user;
    record->kind = out->kind;
    record->command = out->command;
    record->parameters = out->parameters;
    record->rows = line->rows;
    record->cells = line->cells;
    record->duration = line->duration;
    record->tables = out->tables;
    tarn_sha256_text(text.data, text.size, record->hash);
    return TARN_OK;
}

static tarn_status visit_line(tarn_slice text, const tarn_line *line, tarn_record_visitor visit, void *context,
                              tarn_error *error) {
    shown_record shown;
    TARN_TRY(show_record(text, line, &shown, error));
    tarn_status status = visit(context, &shown.record, error);
    clear_shown(&shown);
    return status;
}

/* ---- walking
 * ---------------------------------------------------------------------------------------------------------------- */

typedef struct walker {
    tarn_store *store;
    uint64_t from, until; /* records wanted, and the last one that this store has taken in */
    tarn_record_visitor visit;
    void *context;
} walker;

static tarn_status walk_text(const walker *walker, const tarn_buffer *text, const char *path, tarn_error *error) {
    tarn_line_walk walk = {.text = (const char *)text->data, .size = text->size};
    tarn_line parsed = {0};
    tarn_slice line;
    tarn_status status = TARN_OK;
    tarn_walk_step step;
    while ((step = tarn_line_walk_next(&walk, &line)) == TARN_WALK_LINE) {
        TARN_CHECK(tarn_line_parse(line.data, line.size, &parsed, error));
        if (parsed.kind != TARN_LINE_RECORD || parsed.number < walker->from)
            continue;
        if (parsed.number > walker->until)
            goto cleanup;
        TARN_CHECK(visit_line(line, &parsed, walker->visit, walker->context, error));
    }
    if (step == TARN_WALK_DAMAGED)
        status = tarn_fail(error, TARN_E_CORRUPT, "line %" PRIu64 " of %s was changed or is damaged", walk.line, path);
cleanup:
    tarn_line_clear(&parsed);
    return status;
}

/* The record behind which a journal file begins, from its first line alone. */
tarn_status tarn_journal_file_start(tarn_store *store, const char *path, uint64_t *record, char *hash,
                                    tarn_error *error) {
    tarn_buffer text = {0};
    tarn_line parsed = {0};
    tarn_slice line;
    tarn_status status;
    TARN_CHECK(tarn_journal_read_file(store->fs, path, &text, error));
    tarn_line_walk walk = {.text = (const char *)text.data, .size = text.size};
    if (tarn_line_walk_next(&walk, &line) != TARN_WALK_LINE) {
        status = tarn_fail(error, TARN_E_CORRUPT, "line 1 of %s is not a checkpoint", path);
        goto cleanup;
    }
    TARN_CHECK(tarn_line_parse(line.data, line.size, &parsed, error));
    status = tarn_checkpoint_position(parsed.body, record, hash, error);
cleanup:
    tarn_line_clear(&parsed);
    tarn_buffer_free(&text);
    return status;
}

/* Paths of the files that this store has taken in. Freed with free_paths. */
static tarn_status list_paths(tarn_store *store, char ***out, size_t *count, tarn_error *error) {
    uint32_t *numbers = NULL;
    size_t number_count = 0;
    *count = 0;
    TARN_TRY(tarn_journal_files(store->fs, store->journal_folder, &numbers, &number_count, error));
    pthread_mutex_lock(&store->lock);
    uint32_t newest = store->journal.number;
    pthread_mutex_unlock(&store->lock);
    tarn_status status = TARN_OK;
    *out = calloc(number_count + 1, sizeof **out);
    if (*out == NULL)
        status = tarn_fail_memory(error);
    for (size_t i = 0; status == TARN_OK && i < number_count && numbers[i] <= newest; i++) {
        (*out)[*count] = tarn_journal_path(store, numbers[i]);
        if ((*out)[(*count)++] == NULL)
            status = tarn_fail_memory(error);
    }
    free(numbers);
    return status;
}

static void free_paths(char **paths, size_t count) {
    for (size_t i = 0; paths != NULL && i < count; i++)
        free(paths[i]);
    free(paths);
}

tarn_status tarn_store_walk(tarn_store *store, uint64_t from, tarn_record_visitor visit, void *context,
                            tarn_error *error) {
    char **paths = NULL, hash[TARN_SHA256_TEXT_SIZE];
    size_t count = 0, first = 0;
    tarn_buffer text = {0};
    tarn_status status;
    walker walker = {store, from, 0, visit, context};
    tarn_store_tip(store, &walker.until, hash);
    TARN_CHECK(list_paths(store, &paths, &count, error));
    for (first = count; first > 1; first--) { /* the last file that begins before the first record wanted */
        uint64_t start;
        TARN_CHECK(tarn_journal_file_start(store, paths[first - 1], &start, hash, error));
        if (start < from)
            break;
    }
    for (size_t i = first > 0 ? first - 1 : 0; i < count; i++) {
        TARN_CHECK(tarn_journal_read_file(store->fs, paths[i], &text, error));
        TARN_CHECK(walk_text(&walker, &text, paths[i], error));
    }
cleanup:
    tarn_buffer_free(&text);
    free_paths(paths, count);
    return status;
}

tarn_status tarn_store_record_of(tarn_store *store, uint64_t table, uint64_t version, tarn_record_visitor visit,
                                 void *context, tarn_error *error) {
    tarn_version_entry entry;
    tarn_buffer text = {0};
    tarn_line parsed = {0};
    if (!tarn_store_version_entry(store, table, version, &entry))
        return tarn_fail(error, TARN_E_NOT_FOUND, "there is no version %" PRIu64, version);
    tarn_status status = tarn_journal_read_line(store, entry.file, entry.offset, entry.length, &text, error);
    if (status == TARN_OK)
        status = tarn_line_parse((const char *)text.data, text.size, &parsed, error);
    if (status == TARN_OK && parsed.kind != TARN_LINE_RECORD)
        status = tarn_fail(error, TARN_E_NOT_FOUND, "the record of version %" PRIu64 " was pruned from the journal",
                           version);
    if (status == TARN_OK)
        status = visit_line((tarn_slice){(const char *)text.data, text.size}, &parsed, visit, context, error);
    tarn_line_clear(&parsed);
    tarn_buffer_free(&text);
    return status;
}

/* ---- checking the chain
 * -------------------------------------------------------------------------------------------------------- */

typedef struct chain {
    uint64_t record;
    char hash[TARN_SHA256_TEXT_SIZE];
    uint64_t checked;
    bool begun;
} chain;

static tarn_status broken(const char *path, uint64_t line, uint64_t record, const char *what, tarn_error *error) {
    return tarn_fail(error, TARN_E_CORRUPT, "line %" PRIu64 " of %s (record %" PRIu64 ") %s", line, path, record, what);
}

static tarn_status check_line(chain *chain, const tarn_line *parsed, tarn_slice text, const char *path, uint64_t line,
                              tarn_error *error) {
    if (parsed->kind == TARN_LINE_KEPT)
        return TARN_OK;
    if (parsed->kind == TARN_LINE_CHECKPOINT) {
        uint64_t record;
        char hash[TARN_SHA256_TEXT_SIZE];
        TARN_TRY(tarn_checkpoint_position(parsed->body, &record, hash, error));
        if (chain->begun && (record != chain->record || strcmp(hash, chain->hash) != 0))
            return broken(path, line, record, "does not continue the file before it: records were changed or removed",
                          error);
        chain->record = record;
        memcpy(chain->hash, hash, sizeof hash);
        chain->begun = true;
        return TARN_OK;
    }
    if (parsed->number != chain->record + 1)
        return broken(path, line, parsed->number,
                      "does not follow the one before it: records are missing or out of order", error);
    if (!tarn_slice_is(parsed->prev, chain->hash))
        return broken(path, line, parsed->number,
                      "does not have the hash of the one before it: one of them was changed", error);
    chain->record = parsed->number;
    tarn_sha256_text(text.data, text.size, chain->hash);
    chain->checked++;
    return TARN_OK;
}

static tarn_status check_text(chain *chain, const tarn_buffer *text, uint64_t until, const char *path,
                              tarn_error *error) {
    tarn_line_walk walk = {.text = (const char *)text->data, .size = text->size};
    tarn_line parsed = {0};
    tarn_slice line;
    tarn_status status = TARN_OK;
    tarn_walk_step step = TARN_WALK_END;
    while (!(chain->begun && chain->record == until && walk.line > 0) &&
           (step = tarn_line_walk_next(&walk, &line)) == TARN_WALK_LINE) {
        TARN_CHECK(tarn_line_parse(line.data, line.size, &parsed, error));
        if (walk.line == 1 && parsed.kind != TARN_LINE_CHECKPOINT) {
            status = broken(path, 1, parsed.number, "stands where a checkpoint must", error);
            goto cleanup;
        }
        TARN_CHECK(check_line(chain, &parsed, line, path, walk.line, error));
    }
    if (step == TARN_WALK_DAMAGED || step == TARN_WALK_TORN)
        status = broken(path, step == TARN_WALK_TORN ? walk.line + 1 : walk.line, chain->record + 1,
                        "was changed or is damaged", error);
cleanup:
    tarn_line_clear(&parsed);
    return status;
}

tarn_status tarn_store_verify_journal(tarn_store *store, uint64_t *records, tarn_error *error) {
    char **paths = NULL, hash[TARN_SHA256_TEXT_SIZE];
    size_t count = 0;
    uint64_t until;
    tarn_buffer text = {0};
    chain chain = {0};
    tarn_status status;
    tarn_store_tip(store, &until, hash);
    TARN_CHECK(list_paths(store, &paths, &count, error));
    for (size_t i = 0; i < count; i++) {
        TARN_CHECK(tarn_journal_read_file(store->fs, paths[i], &text, error));
        TARN_CHECK(check_text(&chain, &text, until, paths[i], error));
    }
    if (chain.record != until || strcmp(chain.hash, hash) != 0)
        status = tarn_fail(error, TARN_E_CORRUPT,
                           "the journal ends with record %" PRIu64 ", which is not record %" PRIu64 " as it was read",
                           chain.record, until);
cleanup:
    if (records != NULL)
        *records = chain.checked;
    tarn_buffer_free(&text);
    free_paths(paths, count);
    return status;
}
