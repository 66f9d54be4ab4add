#include "diff.h"

#include "json.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { FIXED_COLUMNS = 4 }; /* of a page, before the values */

static json_t *side_json(const tarn_diff_side *side, bool by_key) {
    /* Version 0: a file. */
    json_t *version = side->version > 0 ? json_integer((json_int_t)side->version) : json_null();
    json_t *object = json_pack("{s:o,s:o,s:I}", side->version > 0 ? "table" : "file", json_from_text(side->table),
                               "version", version, "rows", (json_int_t)side->rows);
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
                     json_from_text(column->after ? column->after : column->before), "change",
                     json_from_text(fate(column)), "before", json_from_text(column->before), "after",
                     json_from_text(column->after), "type_before", json_from_text(column->type_before), "type_after",
                     json_from_text(column->type_after), "key", column->is_key, "mapped", column->mapped,
                     "compared_as_text", column->mismatched, "left_out", column->left_out, "modified",
                     (json_int_t)column->modified);
}

json_t *diff_json(const tarn_diff_info *info) {
    json_t *columns = json_array(), *keys = json_array();
    for (size_t i = 0; i < info->column_count; i++) {
        json_array_append_new(columns, column_json(&info->columns[i]));
        if (info->columns[i].is_key)
            json_array_append_new(keys, json_from_text(info->columns[i].after));
    }
    return json_pack("{s:o,s:o,s:o,s:b,s:{s:I,s:I,s:I},s:I,s:I,s:I,s:b,s:I,s:o}", "before",
                     side_json(&info->before, info->by_key), "after", side_json(&info->after, info->by_key), "key",
                     info->by_key ? keys : (json_decref(keys), json_null()), "key_chosen", info->key_chosen, "rows",
                     "added", (json_int_t)info->added, "removed", (json_int_t)info->removed, "modified",
                     (json_int_t)info->modified, "unmatched", (json_int_t)info->unmatched, "moved",
                     (json_int_t)info->moved, "cells", (json_int_t)info->cells, "order_differs", info->order_differs,
                     "result_bytes", (json_int_t)info->bytes, "columns", columns);
}

json_t *diff_values_json(const tarn_diff_values *values) {
    json_t *list = json_array();
    for (size_t i = 0; i < values->count; i++)
        json_array_append_new(list, json_pack("{s:o,s:o,s:I}", "before", json_from_text(values->list[i].before),
                                              "after", json_from_text(values->list[i].after), "count",
                                              (json_int_t)values->list[i].count));
    return list;
}

/* One element as JSON. */
static tarn_status element_json(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t i,
                                json_t **out, tarn_error *error) {
    tarn_text text = {0};
    tarn_status status = tarn_print_json(schema, array, i, &text, error);
    if (status == TARN_OK) {
        *out = json_loads(text.data, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
        if (*out == NULL)
            *out = json_null();
    }
    tarn_text_clear(&text);
    return status;
}

static tarn_status row_json(const struct ArrowSchema *schema, const struct ArrowArray *page, int64_t i, json_t *row,
                            tarn_error *error) {
    json_t *sides[2] = {NULL, NULL};
    for (int64_t c = 0; c < schema->n_children; c++) {
        json_t *value;
        if (c == FIXED_COLUMNS) {
            json_object_set_new(row, "before", sides[0] = json_object());
            json_object_set_new(row, "after", sides[1] = json_object());
        }
        const char *name = schema->children[c]->name;
        tarn_status status = element_json(schema->children[c], page->children[c], i, &value, error);
        if (status != TARN_OK)
            return status;
        if (c < FIXED_COLUMNS)
            json_object_set_new(row, name, value);
        else
            json_object_set_new_nocheck(sides[name[0] == 'a'], strchr(name, '.') + 1, value);
    }
    if (json_is_null(json_object_get(row, "row_before")))
        json_object_set_new(row, "before", json_null());
    if (json_is_null(json_object_get(row, "row_after")))
        json_object_set_new(row, "after", json_null());
    return TARN_OK;
}

tarn_status diff_page_json(const struct ArrowSchema *schema, const struct ArrowArray *page, json_t **out,
                           tarn_error *error) {
    json_t *list = json_array();
    tarn_status status = TARN_OK;
    for (int64_t i = 0; i < page->length && status == TARN_OK; i++) {
        json_t *row = json_object();
        json_array_append_new(list, row);
        status = row_json(schema, page, i, row, error);
    }
    *out = list;
    return status;
}
