// Which value became which, written to a file while a command is applied.
#include "api/key_map.h"

#include "base/asker.h"
#include "base/text.h"
#include "command/sqltext.h"

#include <stdlib.h>
#include <string.h>

#define BEFORE "_tarn_before"
#define AFTER "_tarn_after"

/* Rows keep their numbers, so that old and new values find each other. */
static tarn_status write_select(const tarn_run *run, const size_t *columns, size_t i, tarn_buffer *sql,
                                tarn_error *error) {
    const char *name = tarn_version_column(run->base, columns[i])->name;
    return tarn_sql_write(sql, error,
                          "%s SELECT DISTINCT %d AS place, %l AS \"column\", CAST(b.%i AS VARCHAR) AS original, "
                          "CAST(a.%i AS VARCHAR) AS replacement FROM tarn_rows('" BEFORE "') b "
                          "JOIN tarn_rows('" AFTER "') a ON a._tarn_id = b._tarn_id WHERE b.%i IS NOT NULL",
                          i > 0 ? " UNION ALL" : "", (int)i, name, name, name, name);
}

static bool is_first(const size_t *columns, size_t i) {
    for (size_t k = 0; k < i; k++) {
        if (columns[k] == columns[i])
            return false;
    }
    return true;
}

static tarn_status write_query(const tarn_run *run, tarn_buffer *sql, tarn_error *error) {
    size_t *columns, count;
    TARN_TRY(tarn_run_columns(run, "column", &columns, &count, error));
    tarn_status status = tarn_sql_write(sql, error, "SELECT \"column\", original, replacement FROM (");
    for (size_t i = 0; i < count && status == TARN_OK; i++) {
        if (is_first(columns, i))
            status = write_select(run, columns, i, sql, error);
    }
    free(columns);
    return status == TARN_OK ? tarn_sql_write(sql, error, ") ORDER BY place, original, replacement") : status;
}

static tarn_status note_map(const tarn_key_map_writing *writing, tarn_run *run, tarn_error *error) {
    char *path = tarn_text_printable(writing->map.file.path);
    run->result = path == NULL ? NULL : tarn_format("key map written to %s", path);
    free(path);
    return run->result == NULL ? tarn_fail_memory(error) : TARN_OK;
}

static tarn_status write_map(void *context, tarn_run *run, tarn_version *after, tarn_error *error) {
    tarn_key_map_writing *writing = context;
    tarn_query_table tables[] = {{.name = BEFORE, .version = run->base}, {.name = AFTER, .version = after}};
    tarn_query_options options = {.tables = tables, .table_count = 2, .task = run->task};
    struct ArrowArrayStream stream = {0};
    tarn_buffer sql = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(write_query(run, &sql, error));
    TARN_CHECK(tarn_engine_query(run->engine, NULL, (const char *)sql.data, sql.size, &options, &stream, error));
    TARN_CHECK(tarn_io_export_stream(&writing->io, &stream, &writing->map.file, &writing->map.written, error));
    writing->is_written = true;
    status = note_map(writing, run, error);
cleanup:
    tarn_stream_release(&stream);
    tarn_buffer_free(&sql);
    return status;
}

tarn_status tarn_key_map_begin(tarn_key_map_writing *writing, const tarn_command *command,
                               tarn_command_environment *environment, tarn_error *error) {
    if (!command->maps_values)
        return tarn_fail(error, TARN_E_UNSUPPORTED,
                         "%s has no key map: only commands that hide personal values have one (those of the family "
                         "privacy, see " TARN_ASKER("tarn commands", "commands()") ")",
                         command->name);
    if (tarn_fs_stat(writing->io.fs, writing->map.file.path, NULL, NULL, NULL) == TARN_OK)
        return tarn_fail(error, TARN_E_EXISTS, "%s is there already: choose a new file for the key map",
                         writing->map.file.path);
    writing->map.file.no_clobber = writing->map.file.is_private = true;
    environment->before_commit = write_map;
    environment->context = writing;
    return TARN_OK;
}

void tarn_key_map_end(tarn_key_map_writing *writing, bool keep, tarn_export_result *out) {
    if (writing->is_written && !keep)
        tarn_fs_remove(writing->io.fs, writing->map.file.path, NULL);
    if (keep)
        *out = writing->map.written;
    else
        tarn_export_result_clear(&writing->map.written);
}
