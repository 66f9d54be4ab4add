// The rows of an `audit_details.csv` of the earlier layout as events of the journal.
#include "io/migrate_audit.h"

#include "base/text.h"
#include "io/csv.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

typedef struct audit {
    const tarn_io *io;
    const char *path;
    const tarn_old_tables *tables;
    tarn_csv_reader *reader;
    uint64_t done; /* entries that are in the journal already */
    uint64_t entry;
} audit;

/* ---- what an earlier run took over ---- */

static tarn_status look_at_record(void *context, const tarn_record *record, tarn_error *error) {
    (void)error;
    audit *a = context;
    if (record->kind == NULL || strcmp(record->kind, "migrated") != 0 || record->parameters == NULL)
        return TARN_OK;
    json_t *parameters = json_loads(record->parameters, 0, NULL);
    const char *source = json_string_value(json_object_get(parameters, "source"));
    json_int_t entry = json_integer_value(json_object_get(parameters, "entry"));
    if (source != NULL && strcmp(source, a->path) == 0 && (uint64_t)entry > a->done)
        a->done = (uint64_t)entry;
    json_decref(parameters);
    return TARN_OK;
}

/* ---- a row as an event ---- */

static json_t *cell(const struct ArrowArray *column, int64_t row) {
    int64_t i = column->offset + row;
    if (column->buffers[0] != NULL && !(((const uint8_t *)column->buffers[0])[i / 8] >> (i % 8) & 1))
        return json_null();
    const int32_t *offsets = (const int32_t *)column->buffers[1] + i;
    json_t *text = json_stringn((const char *)column->buffers[2] + offsets[0], (size_t)(offsets[1] - offsets[0]));
    return text;
}

static bool names_table(const char *column) {
    static const char *const names[] = {"table", "tableid", "table_id", "tablename", "table_name"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (tarn_name_equal(column, names[i]))
            return true;
    }
    return false;
}

static void find_table(const audit *a, const char *value, uint64_t *table, uint64_t *version) {
    tarn_table_state state;
    const char *name = value;
    for (size_t i = 0; i < a->tables->count; i++) {
        if (strcmp(a->tables->list[i].id, value) == 0)
            name = a->tables->list[i].name;
    }
    if (*table != 0 || tarn_store_find(a->io->store, name, &state, NULL) != TARN_OK)
        return;
    *table = state.id;
    *version = state.head;
    tarn_table_state_clear(&state);
}

static tarn_status note(const audit *a, const tarn_csv_report *report, const struct ArrowArray *batch, int64_t row,
                        tarn_error *error) {
    uint64_t table = 0, version = 0;
    json_t *parameters = json_object();
    bool good = json_object_set_new(parameters, "source", json_string(a->path)) == 0 &&
                json_object_set_new(parameters, "entry", json_integer((json_int_t)a->entry)) == 0;
    for (int64_t c = 0; c < batch->n_children && good; c++) {
        json_t *value = cell(batch->children[c], row);
        if (json_is_string(value) && names_table(report->columns[c].name))
            find_table(a, json_string_value(value), &table, &version);
        good = json_object_set_new(parameters, report->columns[c].name, value) == 0;
    }
    char *text = good ? json_dumps(parameters, JSON_COMPACT) : NULL;
    json_decref(parameters);
    if (text == NULL)
        return tarn_fail_memory(error);
    tarn_event event = {.kind = "migrated", .parameters = text, .rows = -1, .cells = -1};
    tarn_status status = tarn_store_note(a->io->store, table, version, &event, error);
    free(text);
    return status;
}

static tarn_status note_rows(audit *a, tarn_error *error) {
    const tarn_csv_report *report = tarn_csv_get_report(a->reader);
    for (size_t chunk = 0; chunk < tarn_csv_chunk_count(a->reader); chunk++) {
        struct ArrowArray batch = {0};
        TARN_TRY(tarn_csv_read_chunk(a->reader, chunk, &batch, error));
        tarn_status status = TARN_OK;
        for (int64_t row = 0; row < batch.length && status == TARN_OK; row++) {
            status = tarn_task_check(a->io->task, error);
            if (status == TARN_OK && ++a->entry > a->done)
                status = note(a, report, &batch, row, error);
        }
        tarn_array_release(&batch);
        TARN_TRY(status);
    }
    return TARN_OK;
}

tarn_status tarn_migrate_audit(const tarn_io *io, const char *path, const tarn_old_tables *tables, uint64_t *events,
                               tarn_error *error) {
    audit a = {.io = io, .path = path, .tables = tables};
    tarn_csv_options options = {.delimiter = ',', .quote = '"', .header_row = 1, .all_text = true};
    tarn_file *file = NULL;
    tarn_text_source source;
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_fs_open(io->fs, path, TARN_OPEN_READ, &file, error));
    TARN_CHECK(tarn_text_source_file(file, &source, error));
    if (source.size == 0)
        goto cleanup;
    TARN_CHECK(tarn_csv_open(&source, &options, io->pool, io->task, &a.reader, error));
    TARN_CHECK(tarn_store_walk(io->store, 1, look_at_record, &a, error));
    TARN_CHECK(note_rows(&a, error));
    *events = a.entry;
cleanup:
    tarn_csv_free(a.reader);
    tarn_file_close(file);
    return status;
}
