/* Files in and out of a workspace. */
#include "api/workspace.h"
#include "base/text.h"
#include "io/migrate.h"

#include <jansson.h>
#include <stdlib.h>

tarn_status tarn_import(tarn_workspace *workspace, const tarn_import_options *options, tarn_task *task,
                        tarn_import_result *out, tarn_error *error) {
    tarn_io io = tarn_workspace_io(workspace, task);
    TARN_TRY(tarn_writing_begin(workspace, task, error));
    tarn_status status = tarn_io_import(&io, options, out, error);
    if (status == TARN_OK) {
        status = tarn_schema(workspace, out->change.table, &out->schema, error);
        if (status != TARN_OK)
            tarn_import_result_clear(out);
    }
    tarn_writing_end(workspace);
    return status;
}

tarn_status tarn_migrate(tarn_workspace *workspace, const char *directory, bool remove, tarn_task *task,
                         tarn_migration_result *out, tarn_error *error) {
    tarn_io io = tarn_workspace_io(workspace, task);
    TARN_TRY(tarn_writing_begin(workspace, task, error));
    tarn_status status = tarn_io_migrate(&io, directory, remove, out, error);
    tarn_writing_end(workspace);
    return status;
}

tarn_status tarn_import_stream(tarn_workspace *workspace, struct ArrowArrayStream *stream, const char *table,
                               tarn_if_exists if_exists, tarn_task *task, tarn_change *out, tarn_error *error) {
    tarn_io io = tarn_workspace_io(workspace, task);
    tarn_import_label label = {.kind = "import", .parameters = "{\"format\":\"arrow-stream\"}"};
    tarn_status status = tarn_writing_begin(workspace, task, error);
    if (status == TARN_OK) {
        status = tarn_io_import_stream(&io, stream, table, if_exists, &label, out, error);
        tarn_writing_end(workspace);
    }
    tarn_stream_release(stream);
    return status;
}

/* An export changes nothing, but who took data out, and when, belongs into the audit log. */
static tarn_status note_export(tarn_workspace *workspace, uint64_t table, uint64_t version, const char *sql,
                               const tarn_export_options *options, const tarn_export_result *result,
                               tarn_error *error) {
    if (tarn_store_is_read_only(workspace->store))
        return TARN_OK;
    char *path = options->sink == NULL ? tarn_text_printable(options->path) : NULL; /* bytes go to no path */
    json_t *object = path == NULL && options->sink == NULL
                         ? NULL
                         : json_pack("{s:s*, s:s, s:s*}", "path", path, "format", result->format, "sql", sql);
    char *parameters = object == NULL ? NULL : json_dumps(object, JSON_COMPACT);
    json_decref(object);
    free(path);
    if (parameters == NULL)
        return tarn_fail_memory(error);
    tarn_event event = {
        .kind = "export", .parameters = parameters, .rows = result->rows, .cells = -1, .duration = result->duration};
    TARN_TRY(tarn_writing_begin(workspace, NULL, error));
    tarn_status status = tarn_store_note(workspace->store, table, version, &event, error);
    tarn_writing_end(workspace);
    free(parameters);
    return status;
}

tarn_status tarn_export(tarn_workspace *workspace, const char *version, const tarn_export_options *options,
                        tarn_task *task, tarn_export_result *out, tarn_error *error) {
    tarn_version *loaded;
    tarn_export_result result = {0};
    tarn_io io = tarn_workspace_io(workspace, task);
    TARN_TRY(tarn_store_open_version(workspace->store, version, &loaded, error));
    tarn_status status = tarn_io_export_version(&io, loaded, options, &result, error);
    if (status == TARN_OK)
        status = note_export(workspace, tarn_version_table(loaded), tarn_version_number(loaded), NULL, options, &result,
                             error);
    tarn_version_release(loaded);
    if (status == TARN_OK)
        *out = result;
    else
        tarn_export_result_clear(&result);
    return status;
}

static tarn_status export_versions(tarn_workspace *workspace, tarn_version **versions, const char *const *names,
                                   size_t count, const tarn_export_options *options, tarn_task *task,
                                   tarn_export_result *out, tarn_error *error) {
    tarn_io io = tarn_workspace_io(workspace, task);
    for (size_t i = 0; i < count; i++)
        TARN_TRY(tarn_store_open_version(workspace->store, names[i], &versions[i], error));
    TARN_TRY(tarn_io_export_versions(&io, versions, names, count, options, out, error));
    for (size_t i = 0; i < count; i++) {
        tarn_export_result one = *out;
        one.rows = tarn_version_rows(versions[i]);
        TARN_TRY(note_export(workspace, tarn_version_table(versions[i]), tarn_version_number(versions[i]), NULL,
                             options, &one, error));
    }
    return TARN_OK;
}

tarn_status tarn_export_tables(tarn_workspace *workspace, const char *const *versions, size_t count,
                               const tarn_export_options *options, tarn_task *task, tarn_export_result *out,
                               tarn_error *error) {
    tarn_export_result result = {0};
    tarn_version **loaded = calloc(count + 1, sizeof *loaded);
    if (loaded == NULL)
        return tarn_fail_memory(error);
    tarn_status status = export_versions(workspace, loaded, versions, count, options, task, &result, error);
    for (size_t i = 0; i < count; i++)
        tarn_version_release(loaded[i]);
    free(loaded);
    if (status == TARN_OK)
        *out = result;
    else
        tarn_export_result_clear(&result);
    return status;
}

tarn_status tarn_import_target(const tarn_import_options *options, char **out, tarn_error *error) {
    *out = tarn_io_import_target(options);
    return *out == NULL ? tarn_fail_memory(error) : TARN_OK;
}

tarn_status tarn_list_sheets(tarn_workspace *workspace, const char *path, tarn_task *task, tarn_sheet_info **out,
                             size_t *count, tarn_error *error) {
    tarn_io io = tarn_workspace_io(workspace, task);
    return tarn_io_list_sheets(&io, path, out, count, error);
}

tarn_status tarn_export_query(tarn_workspace *workspace, const char *sql, const tarn_export_options *options,
                              tarn_task *task, tarn_export_result *out, tarn_error *error) {
    struct ArrowArrayStream stream = {0};
    tarn_export_result result = {0};
    tarn_io io = tarn_workspace_io(workspace, task);
    TARN_TRY(tarn_query(workspace, sql, task, &stream, error));
    tarn_status status = tarn_io_export_stream(&io, &stream, options, &result, error);
    tarn_stream_release(&stream);
    if (status == TARN_OK)
        status = note_export(workspace, 0, 0, sql, options, &result, error);
    if (status == TARN_OK)
        *out = result;
    else
        tarn_export_result_clear(&result);
    return status;
}

tarn_status tarn_write_stream(tarn_workspace *workspace, struct ArrowArrayStream *stream,
                              const tarn_export_options *options, tarn_task *task, tarn_export_result *out,
                              tarn_error *error) {
    tarn_io io = tarn_workspace_io(workspace, task);
    tarn_status status = tarn_io_export_stream(&io, stream, options, out, error);
    tarn_stream_release(stream);
    return status;
}
