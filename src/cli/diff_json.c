// A page of a comparison as JSON.
#include "diff.h"

#include "json.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { FIXED_COLUMNS = 4 }; /* of a page, before the values */

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
