// The declarations themselves, and OpenAPI 3.1, as JSON.
#include "request/document.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static tarn_status write_out(json_t *value, tarn_buffer *out, tarn_error *error) {
    char *text = value != NULL ? json_dumps(value, JSON_INDENT(1)) : NULL;
    json_decref(value);
    if (text == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_buffer_printf(out, error, "%s\n", text);
    free(text);
    return status;
}

static json_t *choices_json(const tarn_field *field) {
    json_t *list = json_array();
    for (const char *const *choice = field->choices; *choice != NULL; choice++)
        json_array_append_new(list, json_string(*choice));
    if (field->may_be_null && !field->is_list)
        json_array_append_new(list, json_null());
    return list;
}

/* ---- the declarations ------------------------------------------------------------------------------------------- */

static json_t *field_json(const tarn_field *field) {
    static const char *const kinds[] = {"text",    "integer", "number", "flag",   "time", "table",
                                        "version", "path",    "value",  "object", "any"};
    json_t *object =
        json_pack("{s:s,s:s,s:s}", "name", field->name, "kind", kinds[field->kind], "meaning", field->meaning);
    const struct {
        const char *name;
        bool is_set;
    } flags[] = {{"list", field->is_list},
                 {"may_be_one", field->may_be_one},
                 {"needed", field->is_needed},
                 {"may_hold_null", field->may_hold_null},
                 {"may_be_null", field->may_be_null}};
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (flags[i].is_set)
            json_object_set_new(object, flags[i].name, json_true());
    }
    if (field->unit != NULL)
        json_object_set_new(object, "unit", json_string(field->unit));
    if (field->has_range)
        json_object_set_new(object, "range", json_pack("[f,f]", field->least, field->most));
    if (field->choices != NULL)
        json_object_set_new(object, "choices", choices_json(field));
    if (field->otherwise != NULL)
        json_object_set_new(object, "otherwise", json_loads(field->otherwise, JSON_DECODE_ANY, NULL));
    if (field->shape != NULL)
        json_object_set_new(object, "shape", json_string(field->shape->name));
    return object;
}

static json_t *fields_json(const tarn_field *fields, size_t count) {
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, field_json(&fields[i]));
    return list;
}

static json_t *operation_json(const tarn_operation *operation) {
    static const char *const hows[] = {"control", "urgent", "read", "background", "change"};
    static const char *const bytes[] = {"none", "rows", "file", "maybe"};
    return json_pack("{s:s,s:s,s:s,s:s,s:s?,s:s?,s:o,s:s?,s:s,s:s,s:b}", "name", operation->name, "meaning",
                     operation->meaning, "how", hows[operation->how], "role", tarn_role_name(operation->role), "method",
                     operation->method, "path", operation->path, "parameters",
                     fields_json(operation->parameters, operation->parameter_count), "answer",
                     operation->answer != NULL ? operation->answer->name : NULL, "takes", bytes[operation->takes],
                     "gives", bytes[operation->gives], "lasting", operation->is_lasting);
}

static json_t *shapes_json(const tarn_shape_list *shapes) {
    json_t *list = json_array();
    for (size_t i = 0; i < shapes->count; i++)
        json_array_append_new(list, json_pack("{s:s,s:s?,s:o}", "name", shapes->list[i]->name, "meaning",
                                              shapes->list[i]->meaning, "fields",
                                              fields_json(shapes->list[i]->fields, shapes->list[i]->field_count)));
    return list;
}

tarn_status tarn_document_json(tarn_buffer *out, tarn_error *error) {
    size_t count;
    const tarn_operation *const *operations = tarn_operations(&count);
    tarn_shape_list shapes = {0};
    tarn_status status = tarn_shapes_collect(&shapes, error);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, operation_json(operations[i]));
    json_t *all =
        json_pack("{s:s,s:o,s:o}", "tarn", tarn_version_text(), "operations", list, "shapes", shapes_json(&shapes));
    free(shapes.list);
    if (status == TARN_OK)
        return write_out(all, out, error);
    json_decref(all);
    return status;
}
