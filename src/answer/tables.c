// Tables, their columns, and changes to them as JSON.
#include "answer/answer.h"

static json_t *steps_json(const tarn_change *change) {
    json_t *list = json_array();
    for (size_t i = 0; i < change->step_count; i++) {
        const tarn_step_change *step = &change->steps[i];
        json_array_append_new(list,
                              json_pack("{s:I,s:o,s:b,s:o,s:o,s:o}", "step", (json_int_t)i + 1, "command",
                                        tarn_answer_text(step->command), "changed", step->changed, "rows_changed",
                                        tarn_answer_count(step->rows), "cells_changed", tarn_answer_count(step->cells),
                                        "message", tarn_answer_text(step->message)));
    }
    return list;
}

json_t *tarn_answer_change(const tarn_change *change) {
    json_t *object =
        json_pack("{s:o,s:o,s:I,s:b}", "table", tarn_answer_text(change->table), "before",
                  tarn_answer_number(change->before), "version", (json_int_t)change->after, "changed", change->changed);
    json_object_set_new(object, "rows_changed", tarn_answer_count(change->rows));
    json_object_set_new(object, "cells_changed", tarn_answer_count(change->cells));
    json_object_set_new(object, "rows", tarn_answer_count(change->table_rows));
    json_object_set_new(object, "duration_us", tarn_answer_count(change->duration));
    json_object_set_new(object, "message", tarn_answer_text(change->message));
    if (change->steps != NULL)
        json_object_set_new(object, "steps", steps_json(change));
    return object;
}

json_t *tarn_answer_table(const tarn_table_info *table) {
    json_t *object = json_pack("{s:o,s:I,s:I,s:I,s:I,s:b,s:b,s:b}", "name", tarn_answer_text(table->name), "rows",
                               (json_int_t)table->rows, "columns", (json_int_t)table->columns, "version",
                               (json_int_t)table->version, "newest", (json_int_t)table->newest, "can_undo",
                               table->can_undo, "can_redo", table->can_redo, "dropped", table->dropped);
    json_object_set_new(object, "created", tarn_answer_time(table->created));
    json_object_set_new(object, "changed", tarn_answer_time(table->changed));
    return object;
}

json_t *tarn_answer_tables(const tarn_table_info *tables, size_t count) {
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, tarn_answer_table(&tables[i]));
    return list;
}

static json_t *column(const struct ArrowSchema *schema) {
    char *sql = NULL, *arrow = NULL;
    json_t *object = NULL;
    if (tarn_type_sql(schema, &sql, NULL) == TARN_OK && tarn_type_name(schema, &arrow, NULL) == TARN_OK)
        object = json_pack("{s:o,s:o,s:o}", "name", tarn_answer_text(schema->name), "type", tarn_answer_text(sql),
                           "arrow", tarn_answer_text(arrow));
    tarn_free(sql);
    tarn_free(arrow);
    return object;
}

json_t *tarn_answer_view(const tarn_view_info *info) {
    return json_pack("{s:o,s:I,s:I,s:I,s:I}", "table", tarn_answer_text(info->table), "version",
                     (json_int_t)info->version, "rows", (json_int_t)info->rows, "of", (json_int_t)info->of,
                     "result_bytes", (json_int_t)info->bytes);
}

json_t *tarn_answer_rename(const char *before, const char *name) {
    return json_pack("{s:o,s:o}", "table", tarn_answer_text(name), "before", tarn_answer_text(before));
}

json_t *tarn_answer_dropped(const char *table, bool is_dropped) {
    return json_pack("{s:o,s:b}", "table", tarn_answer_text(table), "dropped", is_dropped);
}

json_t *tarn_answer_transients(const tarn_transient_info *tables, size_t count) {
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_pack("{s:o,s:I,s:I}", "name", tarn_answer_text(tables[i].name), "rows",
                                              (json_int_t)tables[i].rows, "columns", (json_int_t)tables[i].columns));
    return list;
}

json_t *tarn_answer_schema(const tarn_table_info *table, const struct ArrowSchema *schema) {
    return json_pack("{s:o,s:o}", "table", tarn_answer_table(table), "columns", tarn_answer_columns(schema));
}

json_t *tarn_answer_columns(const struct ArrowSchema *schema) {
    json_t *list = json_array();
    for (int64_t c = 0; c < schema->n_children; c++)
        json_array_append_new(list, column(schema->children[c]));
    return list;
}
