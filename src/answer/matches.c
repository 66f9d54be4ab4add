// Rows that are probably the same, as JSON.
#include "answer/answer.h"

#include <math.h>

/* 0.8571: four digits, more say nothing. */
static json_t *similarity_json(double similarity) {
    return isnan(similarity) ? json_null() : json_real(round(similarity * 10000) / 10000);
}

static json_t *row_json(const tarn_matches *matches, const tarn_matched_row *row) {
    json_t *values = json_array(); /* of the columns, in their order */
    for (size_t i = 0; i < matches->column_count; i++)
        json_array_append_new(values, tarn_answer_text(row->values[i]));
    return json_pack("{s:I,s:o}", "row", (json_int_t)row->row, "values", values);
}

static json_t *pair_json(const tarn_matches *matches, const tarn_matched_pair *pair) {
    json_t *similarities = json_array();
    for (size_t i = 0; i < matches->column_count; i++)
        json_array_append_new(similarities, similarity_json(pair->similarities[i]));
    return json_pack("{s:[I,I],s:o,s:o}", "rows", (json_int_t)pair->first, (json_int_t)pair->second, "similarity",
                     similarity_json(pair->similarity), "similarities", similarities);
}

static json_t *group_json(const tarn_matches *matches, const tarn_match_group *group) {
    json_t *rows = json_array(), *pairs = json_array();
    for (size_t i = 0; i < group->row_count; i++)
        json_array_append_new(rows, row_json(matches, &group->rows[i]));
    for (size_t i = 0; i < group->pair_count; i++)
        json_array_append_new(pairs, pair_json(matches, &group->pairs[i]));
    return json_pack("{s:o,s:o}", "rows", rows, "pairs", pairs);
}

json_t *tarn_answer_matches(const tarn_matches *matches) {
    json_t *columns = json_array(), *list = json_array();
    for (size_t i = 0; i < matches->column_count; i++)
        json_array_append_new(columns, json_pack("{s:o,s:s}", "column", tarn_answer_text(matches->columns[i]),
                                                 "compare", matches->comparisons[i]));
    for (size_t i = 0; i < matches->group_count; i++)
        json_array_append_new(list, group_json(matches, &matches->groups[i]));
    return json_pack("{s:I,s:I,s:I,s:I,s:I,s:o,s:s,s:o,s:o,s:o,s:o}", "table_rows", (json_int_t)matches->table_rows,
                     "groups", (json_int_t)matches->all_groups, "rows", (json_int_t)matches->all_rows, "pairs",
                     (json_int_t)matches->all_pairs, "compared", (json_int_t)matches->compared, "threshold",
                     similarity_json(matches->threshold), "block", matches->block, "on", tarn_answer_text(matches->on),
                     "note", tarn_answer_text(matches->note), "columns", columns, "list", list);
}
