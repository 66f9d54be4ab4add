// What imports, exports and migrations did, as JSON.
#include "answer/answer.h"

json_t *tarn_answer_import(const char *path, const tarn_import_result *result) {
    json_t *object = tarn_answer_change(&result->change);
    json_object_set_new(object, "path", tarn_answer_text(path));
    json_object_set_new(object, "format", tarn_answer_text(result->format));
    json_object_set_new(object, "encoding", tarn_answer_text(result->encoding));
    json_object_set_new(object, "delimiter", tarn_answer_text(result->delimiter));
    json_object_set_new(object, "header_row", json_integer(result->header_row));
    json_object_set_new(object, "columns", tarn_answer_columns(&result->schema));
    json_object_set_new(object, "warnings", tarn_answer_texts(result->warnings, result->warning_count));
    return object;
}

json_t *tarn_answer_export(const char *path, const tarn_export_result *result) {
    return json_pack("{s:o,s:o,s:I,s:I,s:I,s:I,s:o}", "path", tarn_answer_text(path), "format",
                     tarn_answer_text(result->format), "rows", (json_int_t)result->rows, "columns",
                     (json_int_t)result->columns, "bytes", (json_int_t)result->bytes, "duration_us",
                     (json_int_t)result->duration, "warnings",
                     tarn_answer_texts(&result->warning, result->warning != NULL));
}

json_t *tarn_answer_keyed_change(const tarn_change *change, const char *path, const tarn_export_result *map) {
    return json_pack("{s:o,s:{s:o,s:o,s:I}}", "change", tarn_answer_change(change), "key_map", "path",
                     tarn_answer_text(path), "format", tarn_answer_text(map->format), "values", (json_int_t)map->rows);
}

json_t *tarn_answer_migration(const tarn_migration_result *result) {
    return json_pack("{s:b,s:b,s:I,s:I,s:o,s:o}", "complete", result->problem_count == 0, "already", result->already,
                     "tables_imported", (json_int_t)result->tables, "audit_events_restored", (json_int_t)result->events,
                     "folder", tarn_answer_text(result->folder), "problems",
                     tarn_answer_texts(result->problems, result->problem_count));
}
