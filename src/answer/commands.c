// Previews, clusters and recipes as JSON.
#include "answer/answer.h"

json_t *tarn_answer_preview(const tarn_preview *preview) {
    json_t *cells = json_array();
    for (size_t i = 0; i < preview->cell_count; i++) {
        const tarn_cell_change *cell = &preview->cells[i];
        json_array_append_new(cells, json_pack("{s:I,s:o,s:o,s:o}", "row", (json_int_t)cell->row, "column",
                                               tarn_answer_text(cell->column), "before", tarn_answer_text(cell->before),
                                               "after", tarn_answer_text(cell->after)));
    }
    bool whole = preview->message != NULL; /* rows or columns */
    return json_pack("{s:o,s:o,s:o,s:o,s:o,s:b}", "cells", cells, "message", tarn_answer_text(preview->message),
                     "shown", tarn_answer_text(preview->shown), "rows_before",
                     tarn_answer_count(whole ? preview->rows_before : -1), "rows_after",
                     tarn_answer_count(whole ? preview->rows_after : -1), "complete", preview->complete);
}

static json_t *cluster_json(const tarn_cluster *cluster) {
    json_t *values = json_array();
    for (size_t i = 0; i < cluster->count; i++)
        json_array_append_new(values, json_pack("{s:o,s:I}", "value", tarn_answer_text(cluster->spellings[i].text),
                                                "rows", (json_int_t)cluster->spellings[i].rows));
    return json_pack("{s:o,s:I,s:o}", "suggestion", tarn_answer_text(cluster->spellings[0].text), "rows",
                     (json_int_t)cluster->rows, "values", values);
}

json_t *tarn_answer_clusters(const tarn_clusters *clusters, size_t most) {
    json_t *list = json_array();
    for (size_t i = 0; i < clusters->count && i < most; i++)
        json_array_append_new(list, cluster_json(&clusters->list[i]));
    return json_pack("{s:I,s:I,s:o}", "values", (json_int_t)clusters->values, "clusters", (json_int_t)clusters->count,
                     "list", list);
}

json_t *tarn_answer_recipe_name(const char *name) {
    return json_pack("{s:o}", "name", tarn_answer_text(name));
}

json_t *tarn_answer_recipes(const tarn_recipe_info *recipes, size_t count) {
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list,
                              json_pack("{s:o,s:I,s:I,s:o,s:o}", "name", tarn_answer_text(recipes[i].name), "steps",
                                        (json_int_t)recipes[i].steps, "asks", (json_int_t)recipes[i].asks, "commands",
                                        tarn_answer_text(recipes[i].commands), "description",
                                        tarn_answer_text(recipes[i].description)));
    return list;
}
