// Comparisons as JSON.
#include "answer/answer.h"

static json_t *side_json(const tarn_diff_side *side, bool by_key) {
    /* Version 0: a file. */
    json_t *version = tarn_answer_number(side->version);
    json_t *object = json_pack("{s:o,s:o,s:I}", "table", tarn_answer_text(side->table), "version", version, "rows",
                               (json_int_t)side->rows);
    if (by_key) {
        json_object_set_new(object, "null_keys", json_integer((json_int_t)side->null_keys));
        json_object_set_new(object, "duplicate_keys", json_integer((json_int_t)side->duplicate_keys));
    }
    return object;
}

static const char *fate(const tarn_diff_column *column) {
    return column->before == NULL  ? "added"
           : column->after == NULL ? "removed"
           : column->renamed       ? "renamed"
           : column->retyped       ? "retyped"
                                   : NULL;
}

static json_t *column_json(const tarn_diff_column *column) {
    return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:b,s:b,s:b,s:b,s:I}", "name",
                     tarn_answer_text(column->after ? column->after : column->before), "change",
                     tarn_answer_text(fate(column)), "before", tarn_answer_text(column->before), "after",
                     tarn_answer_text(column->after), "type_before", tarn_answer_text(column->type_before),
                     "type_after", tarn_answer_text(column->type_after), "key", column->is_key, "mapped",
                     column->mapped, "compared_as_text", column->mismatched, "left_out", column->left_out, "modified",
                     (json_int_t)column->modified);
}

json_t *tarn_answer_diff(const tarn_diff_info *info, bool differs) {
    json_t *columns = json_array(), *keys = json_array();
    for (size_t i = 0; i < info->column_count; i++) {
        json_array_append_new(columns, column_json(&info->columns[i]));
        if (info->columns[i].is_key)
            json_array_append_new(keys, tarn_answer_text(info->columns[i].after));
    }
    return json_pack("{s:b,s:o,s:o,s:o,s:b,s:{s:I,s:I,s:I},s:I,s:I,s:I,s:b,s:I,s:o}", "differs", differs, "before",
                     side_json(&info->before, info->by_key), "after", side_json(&info->after, info->by_key), "keys",
                     info->by_key ? keys : (json_decref(keys), json_null()), "key_chosen", info->key_chosen, "rows",
                     "added", (json_int_t)info->added, "removed", (json_int_t)info->removed, "modified",
                     (json_int_t)info->modified, "unmatched", (json_int_t)info->unmatched, "moved",
                     (json_int_t)info->moved, "cells", (json_int_t)info->cells, "order_differs", info->order_differs,
                     "result_bytes", (json_int_t)info->bytes, "columns", columns);
}

json_t *tarn_answer_diff_values(const tarn_diff_values *values) {
    json_t *list = json_array();
    for (size_t i = 0; i < values->count; i++)
        json_array_append_new(list, json_pack("{s:o,s:o,s:I}", "before", tarn_answer_text(values->list[i].before),
                                              "after", tarn_answer_text(values->list[i].after), "count",
                                              (json_int_t)values->list[i].count));
    return list;
}

json_t *tarn_answer_diff_value_counts(const tarn_diff_values *values) {
    return json_pack("{s:o,s:I,s:b}", "values", tarn_answer_diff_values(values), "different",
                     (json_int_t)values->different, "complete", values->complete);
}
