// What housekeeping found and did, as JSON.
#include "answer/answer.h"

json_t *tarn_answer_status(const tarn_workspace_info *info, const char *directory, const char *notice) {
    json_t *object =
        json_pack("{s:o,s:b,s:o,s:i,s:I,s:I,s:I,s:I,s:I,s:I}", "directory", tarn_answer_text(directory), "read_only",
                  info->read_only, "notice", tarn_answer_text(notice), "format_version", (int)info->format_version,
                  "tables", (json_int_t)info->tables, "dropped_tables", (json_int_t)info->dropped_tables, "versions",
                  (json_int_t)info->versions, "records", (json_int_t)info->records, "batches",
                  (json_int_t)info->batches, "segments", (json_int_t)info->segments);
    json_object_set_new(object, "folds", json_integer((json_int_t)info->folds));
    json_object_set_new(object, "bytes_total", json_integer((json_int_t)info->bytes_total));
    json_object_set_new(object, "bytes_segments", json_integer((json_int_t)info->bytes_segments));
    json_object_set_new(object, "bytes_journal", json_integer((json_int_t)info->bytes_journal));
    json_object_set_new(object, "bytes_index", json_integer((json_int_t)info->bytes_index));
    json_object_set_new(object, "threads", json_integer(info->threads));
    json_object_set_new(object, "memory_limit", json_integer((json_int_t)info->memory_limit));
    json_object_set_new(object, "tarn", json_string(tarn_version_text()));
    json_object_set_new(object, "engine", json_string(tarn_engine_version_text()));
    return object;
}

json_t *tarn_answer_gc(const tarn_gc_result *result, bool dry_run) {
    return json_pack("{s:b,s:I,s:I,s:I,s:I,s:I}", "dry_run", dry_run, "versions", (json_int_t)result->versions,
                     "tables", (json_int_t)result->tables, "batches", (json_int_t)result->batches, "bytes",
                     (json_int_t)result->bytes, "bytes_waiting", (json_int_t)result->bytes_waiting);
}

json_t *tarn_answer_freeze(const char *table, const tarn_freeze_result *result) {
    return json_pack("{s:o,s:I,s:I,s:I,s:I}", "table", tarn_answer_text(table), "batches", (json_int_t)result->batches,
                     "bytes_before", (json_int_t)result->bytes_before, "bytes_after", (json_int_t)result->bytes_after,
                     "duration_us", (json_int_t)result->duration);
}

json_t *tarn_answer_verify(const tarn_verify_result *result) {
    json_t *problems = json_array();
    for (size_t i = 0; i < result->problem_count; i++)
        json_array_append_new(problems, json_pack("{s:o,s:o,s:b}", "what", tarn_answer_text(result->problems[i].what),
                                                  "affects", tarn_answer_text(result->problems[i].affects), "repaired",
                                                  result->problems[i].repaired));
    return json_pack("{s:b,s:I,s:I,s:I,s:I,s:I,s:o}", "sound", result->problem_count == 0, "records",
                     (json_int_t)result->records, "versions", (json_int_t)result->versions, "batches",
                     (json_int_t)result->batches, "segments", (json_int_t)result->segments, "bytes",
                     (json_int_t)result->bytes, "problems", problems);
}
