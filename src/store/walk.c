/* The journal as a log: walking it, checking its chain. */
#include "store/internal.h"

#include <inttypes.h>
#include <stdlib.h>

/* ---- records for visitors ---------------------------------------------------------------------------------------- */

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
        bool kept = line->kind == TARN_LINE_KEPT;
        out->record.table_count = i + 1;
        if (!copy_text(table->name, true, &out->names[i]))
            return false;
        out->tables[i] = (tarn_record_table){.table = table->table,
                                             .name = out->names[i],
                                             .before = table->has_head ? table->before
                                                       : kept          ? table->parent
                                                                       : table->about,
                                             .after = table->has_head ? table->head
                                                      : kept          ? table->version
                                                                      : table->about,
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
    if (line->kind != TARN_LINE_KEPT) { /* of which the hash is gone */
        tarn_sha256_text(text.data, text.size, record->hash);
        memcpy(record->previous, line->prev.data, sizeof record->previous - 1);
    }
    return TARN_OK;
}

/* The text that a record's hash is of. */
static tarn_slice record_text(const tarn_line *line, tarn_slice text) {
    return line->kind == TARN_LINE_PAST ? line->body : text;
}

static tarn_status visit_line(tarn_slice text, const tarn_line *line, tarn_record_visitor visit, void *context,
                              tarn_error *error) {
    shown_record shown;
    TARN_TRY(show_record(record_text(line, text), line, &shown, error));
    tarn_status status = visit(context, &shown.record, error);
    clear_shown(&shown);
    return status;
}

/* ---- walking ----------------------------------------------------------------------------------------------------- */

typedef struct walker {
    tarn_store *store;
    uint64_t from, until; /* records wanted, and the last one that this store has taken in */
    tarn_record_visitor visit;
    void *context;
} walker;

static bool is_record(const tarn_line *line) {
    return line->kind == TARN_LINE_RECORD || line->kind == TARN_LINE_PAST;
}

static tarn_status walk_text(const walker *walker, const tarn_buffer *text, const char *path, tarn_error *error) {
    tarn_line_walk walk = {.text = (const char *)text->data, .size = text->size};
    tarn_line parsed = {0};
    tarn_slice line;
    tarn_status status = TARN_OK;
    tarn_walk_step step;
    while ((step = tarn_line_walk_next(&walk, &line)) == TARN_WALK_LINE) {
        TARN_CHECK(tarn_line_parse(line.data, line.size, &parsed, error));
        if (!is_record(&parsed) || parsed.number < walker->from)
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

/* What the limit says has gone, though not all of it was pruned yet. */
static uint64_t first_shown(tarn_store *store, uint64_t from, uint64_t until) {
    uint64_t keep = tarn_store_record_limit(store);
    return keep > 0 && until > keep && from < until - keep + 1 ? until - keep + 1 : from;
}

tarn_status tarn_store_walk(tarn_store *store, uint64_t from, tarn_record_visitor visit, void *context,
                            tarn_error *error) {
    tarn_journal_set set = {0};
    char hash[TARN_SHA256_TEXT_SIZE];
    size_t first = 0;
    tarn_buffer text = {0};
    tarn_status status;
    walker walker = {store, from, 0, visit, context};
    TARN_CHECK(tarn_journal_open_files(store, &set, error));
    tarn_store_tip(store, &walker.until, hash);
    walker.from = first_shown(store, from, walker.until);
    for (first = set.count; first > 1; first--) { /* the last file that begins before the first record wanted */
        tarn_file_start start;
        TARN_CHECK(tarn_journal_file_start(set.files[first - 1]->file, &start, error));
        if (start.before < walker.from)
            break;
    }
    for (size_t i = first > 0 ? first - 1 : 0; i < set.count; i++) {
        TARN_CHECK(tarn_journal_read_from(set.files[i]->file, 0, &text, error));
        TARN_CHECK(walk_text(&walker, &text, tarn_file_path(set.files[i]->file), error));
    }
cleanup:
    tarn_buffer_free(&text);
    tarn_journal_close_files(&set);
    return status;
}

static tarn_status show_version(tarn_store *store, const tarn_version_entry *entry, tarn_record_visitor visit,
                                void *context, tarn_error *error) {
    tarn_buffer text = {0};
    tarn_line parsed = {0};
    tarn_status status = tarn_journal_read_line(store, entry->file, entry->offset, entry->length, &text, error);
    if (status == TARN_OK)
        status = tarn_line_parse((const char *)text.data, text.size, &parsed, error);
    if (status == TARN_OK)
        status = visit_line((tarn_slice){(const char *)text.data, text.size}, &parsed, visit, context, error);
    tarn_line_clear(&parsed);
    tarn_buffer_free(&text);
    return status;
}

#define SHOW_ATTEMPTS 20

tarn_status tarn_store_record_of(tarn_store *store, uint64_t table, uint64_t version, tarn_record_visitor visit,
                                 void *context, tarn_error *error) {
    tarn_version_entry entry, again;
    if (!tarn_store_version_entry(store, table, version, &entry))
        return tarn_fail(error, TARN_E_NOT_FOUND, "there is no version %" PRIu64, version);
    tarn_status status = show_version(store, &entry, visit, context, error);
    for (int attempt = 1; status == TARN_E_CORRUPT && attempt < SHOW_ATTEMPTS; attempt++) {
        tarn_store_refresh(store, NULL, NULL); /* pruning may have moved it meanwhile */
        if (!tarn_store_version_entry(store, table, version, &again) || again.file == entry.file)
            break;
        entry = again;
        status = show_version(store, &entry, visit, context, error);
    }
    return status;
}

/* ---- checking the chain ------------------------------------------------------------------------------------------ */

typedef struct chain {
    uint64_t record;
    char hash[TARN_SHA256_TEXT_SIZE];
    uint64_t checked;
    uint64_t between; /* kept lines behind the record, in the same file */
    bool begun;
    const tarn_store_tip_mark *expected; /* a record that must be there as it was; NULL: none */
    char at_expected[TARN_SHA256_TEXT_SIZE];
} chain;

static tarn_status broken(const char *path, uint64_t line, uint64_t record, const char *what, tarn_error *error) {
    return tarn_fail(error, TARN_E_CORRUPT, "line %" PRIu64 " of %s (record %" PRIu64 ") %s", line, path, record, what);
}

/* A file's checkpoint continues what came before; records that it carries over begin earlier. */
static tarn_status check_start(chain *chain, const tarn_line *parsed, const char *path, tarn_error *error) {
    tarn_file_start start;
    TARN_TRY(tarn_checkpoint_start(parsed->body, &start, error));
    if (chain->begun && (start.before != chain->record || strcmp(start.before_hash, chain->hash) != 0))
        return broken(path, 1, start.record, "does not continue the file before it: records were changed or removed",
                      error);
    chain->record = start.before;
    chain->between = 0;
    memcpy(chain->hash, start.before_hash, sizeof chain->hash);
    chain->begun = true;
    return TARN_OK;
}

/* Kept lines are no records; the next line that was appended says how many there were. */
static tarn_status check_between(const chain *chain, const tarn_line *parsed, const char *path, uint64_t line,
                                 tarn_error *error) {
    if (parsed->between == 0 || parsed->between == chain->between)
        return TARN_OK;
    return tarn_fail(error, TARN_E_CORRUPT,
                     "line %" PRIu64 " of %s: lines behind record %" PRIu64
                     " that say where folds lie were removed or added (%" PRIu64 " are there, of %" PRIu64
                     "); they are no events, and no data is in them",
                     line, path, chain->record, chain->between, parsed->between);
}

static tarn_status check_kept(chain *chain, const tarn_line *parsed, const char *path, uint64_t line,
                              tarn_error *error) {
    if (parsed->prev.size == 0) /* written with the checkpoint */
        return TARN_OK;
    if (!tarn_slice_is(parsed->prev, chain->hash)) /* one that came among records says which it came behind */
        return broken(path, line, chain->record,
                      "does not have the hash of the record before it: one of them was changed or moved", error);
    TARN_TRY(check_between(chain, parsed, path, line, error));
    chain->between++;
    return TARN_OK;
}

static tarn_status check_line(chain *chain, const tarn_line *parsed, tarn_slice text, const char *path, uint64_t line,
                              tarn_error *error) {
    if (parsed->kind == TARN_LINE_KEPT)
        return check_kept(chain, parsed, path, line, error);
    if (parsed->kind == TARN_LINE_CHECKPOINT)
        return check_start(chain, parsed, path, error);
    if (parsed->number != chain->record + 1)
        return broken(path, line, parsed->number,
                      "does not follow the one before it: records are missing or out of order", error);
    if (!tarn_slice_is(parsed->prev, chain->hash))
        return broken(path, line, parsed->number,
                      "does not have the hash of the one before it: one of them was changed", error);
    if (parsed->kind == TARN_LINE_RECORD)
        TARN_TRY(check_between(chain, parsed, path, line, error));
    text = record_text(parsed, text);
    chain->between = 0;
    chain->record = parsed->number;
    tarn_sha256_text(text.data, text.size, chain->hash);
    chain->checked++;
    if (chain->expected != NULL && chain->record == chain->expected->number)
        memcpy(chain->at_expected, chain->hash, sizeof chain->hash);
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
    /* An end that was cut off is nothing when the next file continues what is before it: see point_to_next. */
    if (step == TARN_WALK_DAMAGED)
        status = broken(path, walk.line, chain->record + 1, "was changed or is damaged", error);
cleanup:
    tarn_line_clear(&parsed);
    return status;
}

/* The record before the first that is kept counts too: its hash is all that is left of it. */
static tarn_status begin_expected(chain *chain, tarn_file *first, tarn_error *error) {
    tarn_file_start start;
    if (chain->expected == NULL)
        return TARN_OK;
    TARN_TRY(tarn_journal_file_start(first, &start, error));
    if (start.before == chain->expected->number)
        memcpy(chain->at_expected, start.before_hash, sizeof chain->at_expected);
    else if (start.before > chain->expected->number)
        return tarn_fail(error, TARN_E_NOT_FOUND,
                         "record %" PRIu64 " was pruned, the journal begins with record %" PRIu64
                         ": compare with a tip that was noted later",
                         chain->expected->number, start.before + 1);
    return TARN_OK;
}

static tarn_status check_expected(const chain *chain, tarn_error *error) {
    const tarn_store_tip_mark *expected = chain->expected;
    if (expected == NULL || strcmp(chain->at_expected, expected->hash) == 0)
        return TARN_OK;
    if (chain->at_expected[0] == '\0')
        return tarn_fail(error, TARN_E_CORRUPT,
                         "the journal ends with record %" PRIu64 ", but record %" PRIu64
                         " was there when the tip was noted: records were removed from its end",
                         chain->record, expected->number);
    return tarn_fail(error, TARN_E_CORRUPT,
                     "record %" PRIu64 " is not the one that the tip was noted of: the journal was rewritten",
                     expected->number);
}

/* The journal begins with its first file, which begins with nothing, or with what pruning left; and none is missing. */
static tarn_status check_files(tarn_store *store, const tarn_journal_set *set, tarn_error *error) {
    pthread_mutex_lock(&store->lock);
    uint32_t first = store->ledger.first_file > 0 ? store->ledger.first_file : 1, newest = store->journal.number;
    pthread_mutex_unlock(&store->lock);
    for (uint32_t number = first; number <= newest; number++) {
        if (number - first < set->count && set->numbers[number - first] == number)
            continue;
        char *path = tarn_journal_path(store, number);
        tarn_status status = path == NULL ? tarn_fail_memory(error)
                                          : tarn_fail(error, TARN_E_CORRUPT,
                                                      "%s is missing: the records in it were removed, or lost", path);
        free(path);
        return status;
    }
    tarn_file_start start;
    TARN_TRY(tarn_journal_file_start(set->files[0]->file, &start, error));
    if ((first == 1) != (start.record == 0 && start.before == 0) || (first > 1 && start.before == start.record))
        return tarn_fail(error, TARN_E_CORRUPT,
                         "%s does not begin as the journal's first file does: records are missing",
                         tarn_file_path(set->files[0]->file));
    return TARN_OK;
}

tarn_status tarn_store_verify_journal(tarn_store *store, const tarn_store_tip_mark *expected, uint64_t *records,
                                      tarn_error *error) {
    tarn_journal_set set = {0};
    char hash[TARN_SHA256_TEXT_SIZE];
    uint64_t until;
    tarn_buffer text = {0};
    chain chain = {.expected = expected};
    tarn_status status;
    TARN_CHECK(tarn_journal_open_files(store, &set, error));
    tarn_store_tip(store, &until, hash);
    TARN_CHECK(check_files(store, &set, error));
    TARN_CHECK(begin_expected(&chain, set.files[0]->file, error));
    for (size_t i = 0; i < set.count; i++) {
        TARN_CHECK(tarn_journal_read_from(set.files[i]->file, 0, &text, error));
        TARN_CHECK(check_text(&chain, &text, until, tarn_file_path(set.files[i]->file), error));
    }
    if (chain.record != until || strcmp(chain.hash, hash) != 0)
        status = tarn_fail(error, TARN_E_CORRUPT,
                           "the journal ends with record %" PRIu64 ", which is not record %" PRIu64 " as it was read",
                           chain.record, until);
    if (status == TARN_OK)
        status = check_expected(&chain, error);
cleanup:
    if (records != NULL) {
        uint64_t keep = tarn_store_record_limit(store);
        *records = keep > 0 && chain.checked > keep ? keep : chain.checked;
    }
    tarn_buffer_free(&text);
    tarn_journal_close_files(&set);
    return status;
}
