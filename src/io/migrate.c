// Taking over a folder of the layout that came before: `metadata.json`, which lists tables with `id`, `name` and
// `rowCount`, `tables/<id>.csv`, and perhaps `audit_details.csv`.
#include "io/migrate.h"

#include "base/text.h"
#include "io/import.h"
#include "io/migrate_audit.h"
#include "io/migrate_metadata.h"
#include "io/target.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

typedef struct migration {
    const tarn_io *io;
    char *folder; /* without a slash at its end */
    tarn_old_tables tables;
    tarn_notes problems;
    tarn_migration_result *result;
} migration;

/* ---- tables --------------------------------------------------------------------------------------------------------
 */

/* Whether a version of the table was imported from the file by an earlier run. */
typedef struct search {
    const char *path;
    uint64_t table;
    bool found;
} search;

static tarn_status look_at_record(void *context, const tarn_record *record, tarn_error *error) {
    (void)error;
    search *s = context;
    if (record->kind == NULL || strcmp(record->kind, "import") != 0 || record->table_count == 0 ||
        record->tables[0].table != s->table || record->parameters == NULL)
        return TARN_OK;
    json_t *parameters = json_loads(record->parameters, 0, NULL);
    const char *file = json_string_value(json_object_get(parameters, "file"));
    s->found |= file != NULL && strcmp(file, s->path) == 0;
    json_decref(parameters);
    return TARN_OK;
}

static tarn_status was_imported(const migration *m, const char *name, const char *path, int64_t *rows, bool *out,
                                tarn_error *error) {
    tarn_table_state state;
    *out = false;
    if (tarn_store_find(m->io->store, name, &state, NULL) != TARN_OK)
        return TARN_OK;
    search s = {.path = path, .table = state.id};
    *rows = state.rows;
    tarn_table_state_clear(&state);
    TARN_TRY(tarn_store_walk(m->io->store, 1, look_at_record, &s, error));
    *out = s.found;
    return TARN_OK;
}

/* The rows of a table that was written by a program: header in line 1, commas. */
static tarn_status import_file(const migration *m, const char *path, const char *name, int64_t *rows,
                               tarn_error *error) {
    tarn_import_options options = {.path = path, .table = name, .format = "csv", .delimiter = ',', .header_row = 1};
    tarn_import_result result = {0};
    TARN_TRY(tarn_io_import(m->io, &options, &result, error));
    *rows = result.change.rows;
    tarn_import_result_clear(&result);
    return TARN_OK;
}

static tarn_status import_table(migration *m, const tarn_old_table *table, tarn_error *error) {
    char *path = tarn_format("%s/tables/%s.csv", m->folder, table->id);
    bool imported = false;
    int64_t rows = 0;
    tarn_error refusal = {0};
    tarn_status status = path == NULL ? tarn_fail_memory(error) : TARN_OK;
    TARN_CHECK(status);
    TARN_CHECK(was_imported(m, table->name, path, &rows, &imported, error));
    status = imported ? TARN_OK : import_file(m, path, table->name, &rows, &refusal);
    if (status == TARN_E_CANCELLED || status == TARN_E_MEMORY) {
        if (error != NULL)
            *error = refusal;
    } else if (status == TARN_E_EXISTS) {
        status =
            tarn_notes_add(&m->problems, error,
                           "table \"%s\" was not imported: the workspace has one of that name; rename or drop that "
                           "one, and migrate again",
                           table->name);
    } else if (status != TARN_OK) {
        status = tarn_notes_add(&m->problems, error, "table \"%s\" was not imported: %s", table->name, refusal.message);
    } else if (table->rows < 0) {
        status = tarn_notes_add(&m->problems, error, "table \"%s\": the metadata do not tell its number of rows",
                                table->name);
    } else if (rows != table->rows) {
        status = tarn_notes_add(&m->problems, error,
                                "table \"%s\": rows found: %" PRId64 ", where the metadata tell of %" PRId64,
                                table->name, rows, table->rows);
    } else {
        m->result->tables++;
    }
cleanup:
    free(path);
    return status;
}

static tarn_status import_audit(migration *m, tarn_error *error) {
    tarn_error refusal = {0};
    char *path = tarn_path_join(m->folder, "audit_details.csv");
    if (path == NULL)
        return tarn_fail_memory(error);
    tarn_status status = TARN_OK;
    if (tarn_fs_stat(m->io->fs, path, NULL, NULL, NULL) == TARN_OK) {
        status = tarn_migrate_audit(m->io, path, &m->tables, &m->result->events, &refusal);
        if (status == TARN_E_CANCELLED || status == TARN_E_MEMORY) {
            if (error != NULL)
                *error = refusal;
        } else if (status != TARN_OK) {
            status = tarn_notes_add(&m->problems, error, "the audit details were not taken over: %s", refusal.message);
        }
    }
    free(path);
    return status;
}

/* ---- what becomes of the folder ------------------------------------------------------------------------------------
 */

static tarn_status write_report(const migration *m, tarn_error *error) {
    json_t *problems = json_array();
    for (size_t i = 0; i < m->problems.count; i++)
        json_array_append_new(problems, json_string(m->problems.lines[i]));
    json_t *report = json_pack("{s:I, s:I, s:o}", "tables_imported", (json_int_t)m->result->tables,
                               "audit_events_restored", (json_int_t)m->result->events, "problems", problems);
    char *text = report != NULL ? json_dumps(report, JSON_INDENT(2)) : NULL;
    char *path = tarn_path_join(m->folder, "migration_report.json");
    tarn_file *file = NULL;
    tarn_status status = text == NULL || path == NULL ? tarn_fail_memory(error) : TARN_OK;
    TARN_CHECK(status);
    TARN_CHECK(tarn_fs_open(m->io->fs, path, TARN_OPEN_CREATE, &file, error));
    TARN_CHECK(tarn_file_truncate(file, 0, error));
    TARN_CHECK(tarn_file_write(file, 0, text, strlen(text), error));
cleanup:
    tarn_file_close(file);
    json_decref(report);
    free(text);
    free(path);
    return status;
}

static tarn_status put_away(migration *m, bool remove, tarn_error *error) {
    bool complete = m->problems.count == 0;
    if (complete && remove)
        return tarn_fs_remove_all(m->io->fs, m->folder, error);
    if (!complete)
        TARN_TRY(write_report(m, error));
    char *name = tarn_format("%s%s", m->folder, complete ? "_migrated" : "_backup_failed_migration");
    if (name == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_fs_rename(m->io->fs, m->folder, name, error);
    if (status == TARN_OK)
        m->result->folder = name;
    else
        free(name);
    return status;
}

/* A folder that is not there, but is under one of the names that this gives. */
static tarn_status look_for_earlier_run(const migration *m, tarn_error *error) {
    static const char *const endings[] = {"_migrated", "_backup_failed_migration"};
    for (size_t i = 0; i < 2; i++) {
        char *name = tarn_format("%s%s", m->folder, endings[i]);
        if (name == NULL)
            return tarn_fail_memory(error);
        if (tarn_fs_stat(m->io->fs, name, NULL, NULL, NULL) == TARN_OK) {
            m->result->already = true;
            m->result->folder = name;
            return TARN_OK;
        }
        free(name);
    }
    return tarn_fail(error, TARN_E_NOT_FOUND, "%s: there is no such folder", m->folder);
}

/* "orders.csv" was a name once; here it would be taken for a file's. */
static tarn_status fit_names(migration *m, tarn_error *error) {
    for (size_t i = 0; i < m->tables.count; i++) {
        tarn_old_table *table = &m->tables.list[i];
        if (tarn_target_check(m->io, table->name, TARN_IF_EXISTS_FAIL, NULL, NULL) != TARN_E_INVALID)
            continue;
        char *name = tarn_io_table_name(table->name);
        if (name == NULL)
            return tarn_fail_memory(error);
        free(table->name);
        table->name = name;
    }
    return TARN_OK;
}

static tarn_status migrate(migration *m, bool remove, tarn_error *error) {
    tarn_entry_kind kind;
    tarn_status status = tarn_fs_stat(m->io->fs, m->folder, &kind, NULL, error);
    if (status == TARN_E_NOT_FOUND)
        return look_for_earlier_run(m, error);
    TARN_TRY(status);
    char *metadata = tarn_path_join(m->folder, "metadata.json");
    if (metadata == NULL)
        return tarn_fail_memory(error);
    status = tarn_fs_stat(m->io->fs, metadata, NULL, NULL, NULL);
    if (kind != TARN_ENTRY_DIRECTORY || status != TARN_OK)
        status = tarn_fail(error, TARN_E_INVALID, "%s is no folder to migrate: it has no metadata.json", m->folder);
    else
        status = tarn_old_tables_read(m->io->fs, metadata, &m->tables, &m->problems, error);
    free(metadata);
    TARN_TRY(status);
    TARN_TRY(fit_names(m, error));
    for (size_t i = 0; i < m->tables.count; i++)
        TARN_TRY(import_table(m, &m->tables.list[i], error));
    TARN_TRY(import_audit(m, error));
    return put_away(m, remove, error);
}

tarn_status tarn_io_migrate(const tarn_io *io, const char *directory, bool remove, tarn_migration_result *out,
                            tarn_error *error) {
    tarn_migration_result result = {0};
    size_t size = strlen(directory);
    while (size > 1 && directory[size - 1] == '/')
        size--;
    migration m = {.io = io, .folder = tarn_strndup(directory, size), .result = &result};
    tarn_status status = m.folder == NULL ? tarn_fail_memory(error) : migrate(&m, remove, error);
    if (status == TARN_OK) {
        result.problems = m.problems.lines;
        result.problem_count = m.problems.count;
        m.problems = (tarn_notes){0};
        *out = result;
    } else {
        tarn_migration_result_clear(&result);
    }
    tarn_notes_clear(&m.problems);
    tarn_old_tables_clear(&m.tables);
    free(m.folder);
    return status;
}
