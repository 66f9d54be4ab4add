/* The audit log: reading, checking, limiting, writing it. */
#include "history/audit.h"
#include "api/workspace.h"
#include "base/asker.h"
#include "base/clock.h"
#include "base/text.h"
#include "diff/detail.h"
#include "io/sink.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Dropped tables have events too. */
static tarn_status find_table(tarn_store *store, const char *name, uint64_t *out, tarn_error *error) {
    tarn_table_state state;
    *out = 0;
    if (name == NULL)
        return TARN_OK;
    tarn_status status = tarn_store_find(store, name, &state, error);
    if (status == TARN_E_NOT_FOUND && tarn_store_find_dropped(store, name, &state, NULL) == TARN_OK)
        status = TARN_OK;
    if (status != TARN_OK)
        return status;
    *out = state.id;
    tarn_table_state_clear(&state);
    return TARN_OK;
}

tarn_status tarn_audit(tarn_workspace *workspace, const tarn_audit_filter *filter, tarn_audit_event **out,
                       size_t *count, tarn_error *error) {
    static const tarn_audit_filter everything = {0};
    tarn_error missing = {0};
    if (filter == NULL)
        filter = &everything;
    tarn_audit_wanted wanted = {.before = filter->before, .limit = filter->limit};
    tarn_status status = find_table(workspace->store, filter->table, &wanted.table, &missing);
    if (status == TARN_E_NOT_FOUND) /* events outlive tables that gc removed */
        wanted.table_name = filter->table;
    else if (status != TARN_OK)
        return tarn_fail(error, status, "%s", missing.message);
    TARN_TRY(tarn_audit_read(workspace->store, &wanted, out, count, error));
    if (wanted.table_name == NULL || *count > 0)
        return TARN_OK;
    tarn_audit_events_free(*out, *count);
    return tarn_fail(error, TARN_E_NOT_FOUND, "%s", missing.message);
}

void tarn_audit_free(tarn_audit_event *events, size_t count) {
    tarn_audit_events_free(events, count);
}

/* ---- the chain ---- */

tarn_status tarn_audit_tip_get(tarn_workspace *workspace, tarn_audit_tip *out, tarn_error *error) {
    (void)error;
    tarn_store_tip(workspace->store, &out->number, out->hash);
    return TARN_OK;
}

static bool is_hash(const char *text) {
    return strlen(text) == TARN_AUDIT_HASH_SIZE - 1 && strspn(text, "0123456789abcdef") == TARN_AUDIT_HASH_SIZE - 1;
}

tarn_status tarn_audit_tip_parse(const char *text, tarn_audit_tip *out, tarn_error *error) {
    char *end = NULL;
    unsigned long long number = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != ':' || !is_hash(end + 1))
        return tarn_fail(error, TARN_E_INVALID,
                         "\"%s\" is no tip: it has the form NUMBER:HASH, as " TARN_ASKER("tarn audit --tip prints it",
                                                                                         "auditTip gives it"),
                         text);
    out->number = number;
    memcpy(out->hash, end + 1, sizeof out->hash);
    return TARN_OK;
}

static tarn_status verify(tarn_store *store, const tarn_audit_tip *expected, uint64_t *records, tarn_audit_tip *tip,
                          tarn_error *error) {
    tarn_store_tip_mark mark = {0};
    if (expected != NULL) {
        mark.number = expected->number;
        memcpy(mark.hash, expected->hash, sizeof mark.hash);
    }
    if (tip != NULL)
        tarn_store_tip(store, &tip->number, tip->hash);
    return tarn_store_verify_journal(store, expected != NULL ? &mark : NULL, records, error);
}

/* A journal that is damaged refuses to open, and says where. */
tarn_status tarn_audit_verify(const char *directory, const tarn_audit_tip *expected, uint64_t *records,
                              tarn_audit_tip *tip, tarn_error *error) {
    tarn_fs *fs = NULL;
    tarn_store *store = NULL;
    tarn_store_options options = {.read_only = true};
    char *folder = tarn_path_join(directory, ".tarn");
    tarn_status status = folder == NULL ? tarn_fail_memory(error) : tarn_fs_native(&fs, error);
    if (status == TARN_OK)
        status = tarn_store_open(fs, folder, &options, &store, error);
    if (status == TARN_OK)
        status = verify(store, expected, records, tip, error);
    tarn_store_close(store);
    tarn_fs_free(fs);
    free(folder);
    return status;
}

/* ---- the limit ---- */

tarn_status tarn_audit_limit(tarn_workspace *workspace, uint64_t *out, tarn_error *error) {
    (void)error;
    *out = tarn_store_record_limit(workspace->store);
    return TARN_OK;
}

tarn_status tarn_audit_set_limit(tarn_workspace *workspace, uint64_t keep, tarn_error *error) {
    char parameters[64];
    snprintf(parameters, sizeof parameters, "{\"keep\":%" PRIu64 "}", keep);
    tarn_event event = {.kind = "setting", .command = "audit-limit", .parameters = parameters, .rows = -1, .cells = -1};
    TARN_TRY(tarn_writing_begin(workspace, NULL, error));
    tarn_status status = tarn_store_set_record_limit(workspace->store, keep, &event, error);
    tarn_writing_end(workspace);
    return status;
}

/* ---- as a file ---- */

static tarn_status write_file(tarn_workspace *workspace, const tarn_audit_export_options *options,
                              const tarn_buffer *text, tarn_task *task, tarn_error *error) {
    tarn_sink sink = {0};
    tarn_export_options target = {.path = options->path, .sink = options->sink, .no_clobber = options->no_clobber};
    TARN_TRY(tarn_sink_open(workspace->files, task, &target, &sink, error));
    tarn_status status = tarn_sink_write(&sink, text->data, text->size, error);
    if (status == TARN_OK)
        status = tarn_sink_commit(&sink, error);
    tarn_sink_abort(&sink);
    return status;
}

tarn_status tarn_audit_export(tarn_workspace *workspace, const tarn_audit_filter *filter,
                              const tarn_audit_export_options *options, tarn_task *task, size_t *count,
                              tarn_error *error) {
    tarn_audit_event *events = NULL;
    size_t found = 0;
    tarn_buffer text = {0};
    tarn_audit_about about = {.workspace = workspace->directory,
                              .table = filter != NULL ? filter->table : NULL,
                              .limit = tarn_store_record_limit(workspace->store),
                              .now = tarn_now()};
    TARN_TRY(tarn_audit(workspace, filter, &events, &found, error));
    tarn_status status = tarn_audit_write(options->format, &about, events, found, &text, error);
    if (status == TARN_OK)
        status = write_file(workspace, options, &text, task, error);
    if (status == TARN_OK && count != NULL)
        *count = found;
    tarn_buffer_free(&text);
    tarn_audit_events_free(events, found);
    return status;
}

/* ---- row detail ---- */

typedef struct wanted {
    uint64_t record, table; /* table 0: the first one */
    bool found, has_table;
    uint64_t before, after;
    tarn_audit_detail *out;
} wanted;

static tarn_status take_event(void *context, const tarn_record *record, tarn_error *error) {
    wanted *w = context;
    if (record->number != w->record)
        return TARN_E_CANCELLED; /* the walk is over: nothing else is of interest */
    w->found = true;
    for (size_t i = 0; i < record->table_count && !w->has_table; i++) {
        const tarn_record_table *table = &record->tables[i];
        if (w->table != 0 && table->table != w->table)
            continue;
        w->has_table = true;
        w->table = table->table;
        w->before = table->before;
        w->after = table->after;
        w->out->table = tarn_strdup(table->name);
        if (w->out->table == NULL)
            return tarn_fail_memory(error);
    }
    return TARN_OK;
}

static tarn_status find_event(tarn_workspace *workspace, wanted *w, tarn_error *error) {
    tarn_status status = tarn_store_walk(workspace->store, w->record, take_event, w, error);
    if (status != TARN_OK && (status != TARN_E_CANCELLED))
        return status;
    if (!w->found)
        return tarn_fail(error, TARN_E_NOT_FOUND, "the audit log has no event %" PRIu64, w->record);
    if (!w->has_table)
        return tarn_fail(error, TARN_E_NOT_FOUND, "event %" PRIu64 " did nothing to %s", w->record,
                         w->table != 0 ? "this table" : "any table");
    w->out->record = w->record;
    w->out->before = w->before;
    w->out->after = w->after;
    return TARN_OK;
}

/* Versions that gc removed are said to be gone; everything else that is wrong is an error. */
static tarn_status load_version(tarn_workspace *workspace, const wanted *w, uint64_t number, tarn_version **out,
                                tarn_error *error) {
    tarn_error problem = {0};
    if (number == 0)
        return TARN_OK;
    tarn_status status = tarn_store_version(workspace->store, w->table, number, out, &problem);
    if (status == TARN_E_NOT_FOUND) {
        w->out->gone =
            tarn_format("the row detail is gone: gc removed version %" PRIu64 " of %s", number, w->out->table);
        return w->out->gone == NULL ? tarn_fail_memory(error) : TARN_OK;
    }
    if (status != TARN_OK && error != NULL)
        *error = problem;
    return status;
}

static tarn_status compare(tarn_workspace *workspace, const wanted *w, size_t limit, tarn_task *task,
                           tarn_error *error) {
    tarn_version *before = NULL, *after = NULL;
    tarn_status status = load_version(workspace, w, w->before, &before, error);
    if (status == TARN_OK && w->out->gone == NULL)
        status = load_version(workspace, w, w->after, &after, error);
    w->out->complete = true;
    if (status == TARN_OK && w->out->gone == NULL && before != after)
        status = tarn_detail_compare(before, after, limit, workspace->pool, task, w->out, error);
    tarn_version_release(before);
    tarn_version_release(after);
    return status;
}

tarn_status tarn_audit_detail_get(tarn_workspace *workspace, uint64_t record, const char *table, size_t limit,
                                  tarn_task *task, tarn_audit_detail *out, tarn_error *error) {
    tarn_audit_detail detail = {0};
    wanted w = {.record = record, .out = &detail};
    TARN_TRY(find_table(workspace->store, table, &w.table, error));
    tarn_status status = find_event(workspace, &w, error);
    if (status == TARN_OK)
        status = compare(workspace, &w, limit, task, error);
    if (status == TARN_OK)
        *out = detail;
    else
        tarn_detail_clear(&detail);
    return status;
}

void tarn_audit_detail_clear(tarn_audit_detail *detail) {
    tarn_detail_clear(detail);
}
