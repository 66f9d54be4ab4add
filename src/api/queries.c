// The public functions that run SQL.
#include "api/workspace.h"

#include <jansson.h>
#include <stdlib.h>

tarn_status tarn_query(tarn_workspace *workspace, const char *sql, tarn_task *task, struct ArrowArrayStream *out,
                       tarn_error *error) {
    return tarn_query_with(workspace, sql, NULL, 0, task, out, error);
}

static tarn_sql_value value_of(const tarn_value *value) {
    switch (value->kind) {
    case TARN_VALUE_BOOLEAN:
        return (tarn_sql_value){.kind = TARN_SQL_BOOL, .as.boolean = value->as.boolean};
    case TARN_VALUE_INTEGER:
        return (tarn_sql_value){.kind = TARN_SQL_INT, .as.integer = value->as.integer};
    case TARN_VALUE_NUMBER:
        return (tarn_sql_value){.kind = TARN_SQL_DOUBLE, .as.number = value->as.number};
    case TARN_VALUE_TEXT:
        return (tarn_sql_value){.kind = TARN_SQL_TEXT, .as.text = value->as.text};
    default:
        return (tarn_sql_value){.kind = TARN_SQL_NULL};
    }
}

tarn_status tarn_query_with(tarn_workspace *workspace, const char *sql, const tarn_value *values, size_t count,
                            tarn_task *task, struct ArrowArrayStream *out, tarn_error *error) {
    tarn_sql_value *given = calloc(count + 1, sizeof *given);
    if (given == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < count; i++)
        given[i] = value_of(&values[i]);
    tarn_query_options options = {.task = task, .values = given, .value_count = count, .filter = workspace->filter};
    tarn_status status = tarn_transients_query(&workspace->root->transients, workspace->engine, workspace->store, sql,
                                               &options, out, error);
    free(given);
    return status;
}

static tarn_status describe(const char *sql, char **out, tarn_error *error) {
    json_t *object = json_pack("{s:s}", "sql", sql);
    *out = object == NULL ? NULL : json_dumps(object, JSON_COMPACT);
    json_decref(object);
    return *out == NULL ? tarn_fail_memory(error) : TARN_OK;
}

static tarn_status keep_result(tarn_workspace *workspace, const char *sql, const char *table, tarn_if_exists if_exists,
                               tarn_task *task, tarn_change *out, tarn_error *error) {
    struct ArrowArrayStream stream = {0};
    char *parameters = NULL;
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_query(workspace, sql, task, &stream, error)); /* refuses what is not UTF-8 */
    TARN_CHECK(describe(sql, &parameters, error));
    tarn_io io = tarn_workspace_io(workspace, task);
    tarn_import_label label = {.kind = "command", .command = "query", .parameters = parameters};
    TARN_CHECK(tarn_io_import_stream(&io, &stream, table, if_exists, &label, out, error));
cleanup:
    tarn_stream_release(&stream);
    free(parameters);
    return status;
}

tarn_status tarn_query_into(tarn_workspace *workspace, const char *sql, const char *table, tarn_if_exists if_exists,
                            tarn_task *task, tarn_change *out, tarn_error *error) {
    TARN_TRY(tarn_writing_begin(workspace, task, error));
    tarn_status status = keep_result(workspace, sql, table, if_exists, task, out, error);
    tarn_writing_end(workspace);
    return status;
}
