// Comparisons that show no value, as JSON.
#include "answer/answer.h"

static const char *kind_of(const tarn_blind_row *row) {
    return row->kind == TARN_DIFF_ADDED ? "added" : row->kind == TARN_DIFF_REMOVED ? "removed" : "modified";
}

static json_t *row_json(const tarn_diff_info *info, const tarn_blind_row *row) {
    json_t *columns = json_array();
    for (size_t i = 0; i < info->column_count; i++) {
        if (row->columns != NULL && (row->columns[i / 8] >> (i % 8) & 1) != 0)
            json_array_append_new(columns, tarn_answer_text(info->columns[i].after));
    }
    return json_pack("{s:s,s:o,s:o,s:o}", "change", kind_of(row), "row_before", tarn_answer_count(row->row_before),
                     "row_after", tarn_answer_count(row->row_after), "columns", columns);
}

json_t *tarn_answer_blind(const tarn_blind *blind) {
    size_t count;
    const tarn_diff_info *info = tarn_blind_info(blind);
    const tarn_blind_row *rows = tarn_blind_rows_of(blind, &count);
    json_t *answer = tarn_answer_diff(info, tarn_blind_differs(blind)), *changes = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(changes, row_json(info, &rows[i]));
    json_object_set_new(answer, "changes", changes);
    return answer;
}
