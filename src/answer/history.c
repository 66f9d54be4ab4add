// A table's log and timeline as JSON.
#include "answer/answer.h"

static json_t *entry_json(const tarn_log_entry *entry) {
    json_t *object = json_pack(
        "{s:I,s:o,s:o,s:o,s:o,s:o}", "version", (json_int_t)entry->version, "parent", tarn_answer_number(entry->parent),
        "time", entry->time ? tarn_answer_time(entry->time) : json_null(), "user", tarn_answer_text(entry->user),
        "kind", tarn_answer_text(entry->kind), "command", tarn_answer_text(entry->command));
    json_object_set_new(object, "parameters", tarn_answer_parameters(entry->parameters));
    json_object_set_new(object, "rows_changed", tarn_answer_count(entry->rows));
    json_object_set_new(object, "cells_changed", tarn_answer_count(entry->cells));
    json_object_set_new(object, "rows", tarn_answer_count(entry->table_rows));
    json_object_set_new(object, "duration_us", tarn_answer_count(entry->duration));
    json_object_set_new(object, "head", json_boolean(entry->is_head));
    json_object_set_new(object, "on_line", json_boolean(entry->on_line));
    json_object_set_new(object, "tip", json_boolean(entry->is_tip));
    json_object_set_new(object, "reachable", json_boolean(entry->reachable));
    json_object_set_new(object, "columns", tarn_answer_count(entry->table_columns));
    return object;
}

json_t *tarn_answer_log(const tarn_log_entry *entries, size_t count) {
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, entry_json(&entries[i]));
    return list;
}

json_t *tarn_answer_timeline(const tarn_timeline *timeline) {
    return json_pack("{s:o,s:I,s:I,s:I,s:b,s:b,s:o}", "table", tarn_answer_text(timeline->table), "head",
                     (json_int_t)timeline->head, "tip", (json_int_t)timeline->tip, "newest",
                     (json_int_t)timeline->newest, "can_undo", timeline->can_undo, "can_redo", timeline->can_redo,
                     "versions", tarn_answer_log(timeline->entries, timeline->entry_count));
}
