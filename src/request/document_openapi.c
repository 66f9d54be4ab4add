// OpenAPI 3.1: every operation at its path.
#include "request/document.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define REFERENCE "#/components/schemas/"

/* ---- schemas ---------------------------------------------------------------------------------------------------- */

static json_t *reference(const char *name) {
    char text[200];
    snprintf(text, sizeof text, REFERENCE "%s", name);
    return json_pack("{s:s}", "$ref", text);
}

static const char *type_name(tarn_field_kind kind) {
    return kind == TARN_FIELD_INTEGER  ? "integer"
           : kind == TARN_FIELD_NUMBER ? "number"
           : kind == TARN_FIELD_FLAG   ? "boolean"
           : kind == TARN_FIELD_OBJECT ? "object"
                                       : "string";
}

/* Of a list: of each of its elements. */
static json_t *one_schema(const tarn_field *field) {
    bool may_be_null = field->is_list ? field->may_hold_null : field->may_be_null;
    json_t *schema = json_object();
    if (field->kind == TARN_FIELD_OBJECT && field->shape != NULL) {
        json_decref(schema);
        schema = reference(field->shape->name);
        return may_be_null ? json_pack("{s:[o,{s:s}]}", "anyOf", schema, "type", "null") : schema;
    }
    if (field->kind == TARN_FIELD_ANY)
        return schema;
    if (field->kind == TARN_FIELD_VALUE)
        json_object_set_new(schema, "type", json_pack("[s,s,s,s]", "string", "number", "boolean", "null"));
    else if (may_be_null)
        json_object_set_new(schema, "type", json_pack("[s,s]", type_name(field->kind), "null"));
    else
        json_object_set_new(schema, "type", json_string(type_name(field->kind)));
    if (field->kind == TARN_FIELD_INTEGER)
        json_object_set_new(schema, "format", json_string("int64"));
    if (field->kind == TARN_FIELD_TIME)
        json_object_set_new(schema, "format", json_string("date-time"));
    if (field->has_range) {
        json_object_set_new(schema, "minimum", json_integer((json_int_t)field->least));
        if (field->most < 9007199254740991.0)
            json_object_set_new(schema, "maximum", json_integer((json_int_t)field->most));
    }
    return schema;
}

static void add_choices(json_t *schema, const tarn_field *field) {
    json_t *list = json_array();
    for (const char *const *choice = field->choices; *choice != NULL; choice++)
        json_array_append_new(list, json_string(*choice));
    if (field->is_list ? field->may_hold_null : field->may_be_null)
        json_array_append_new(list, json_null());
    json_object_set_new(schema, "enum", list);
}

/* A meaning beside a reference is allowed since 3.1. */
static json_t *field_schema(const tarn_field *field, bool is_described) {
    json_t *schema = one_schema(field);
    if (field->choices != NULL)
        add_choices(schema, field);
    if (field->is_list)
        schema =
            json_pack("{s:o,s:o}", "type",
                      field->may_be_null ? json_pack("[s,s]", "array", "null") : json_string("array"), "items", schema);
    if (is_described)
        json_object_set_new(schema, "description", json_string(field->meaning));
    if (field->otherwise != NULL)
        json_object_set_new(schema, "default", json_loads(field->otherwise, JSON_DECODE_ANY, NULL));
    return schema;
}

/* Members that are not in the path, when `operation` is given. `strict`: no others are allowed. */
static json_t *object_schema(const tarn_field *fields, size_t count, const tarn_operation *operation) {
    json_t *properties = json_object(), *needed = json_array();
    for (size_t i = 0; i < count; i++) {
        if (operation != NULL && tarn_is_in_path(operation, fields[i].name))
            continue;
        json_object_set_new(properties, fields[i].name, field_schema(&fields[i], true));
        if (fields[i].is_needed)
            json_array_append_new(needed, json_string(fields[i].name));
    }
    json_t *schema =
        json_pack("{s:s,s:o,s:b}", "type", "object", "properties", properties, "additionalProperties", false);
    if (json_array_size(needed) > 0)
        json_object_set(schema, "required", needed);
    json_decref(needed);
    return schema;
}

/* ---- operations ------------------------------------------------------------------------------------------------- */

/* Objects stand in a query as their JSON. */
static json_t *parameter_json(const tarn_operation *operation, const tarn_field *field) {
    bool is_in_path = tarn_is_in_path(operation, field->name);
    bool is_json = !field->is_list && (field->kind == TARN_FIELD_OBJECT || field->kind == TARN_FIELD_ANY);
    json_t *schema = field_schema(field, false);
    json_t *object = json_pack("{s:s,s:s,s:b,s:s}", "name", field->name, "in", is_in_path ? "path" : "query",
                               "required", is_in_path || field->is_needed, "description", field->meaning);
    if (is_json)
        json_object_set_new(object, "content", json_pack("{s:{s:o}}", "application/json", "schema", schema));
    else
        json_object_set_new(object, "schema", schema);
    return object;
}

static json_t *parameters_json(const tarn_operation *operation) {
    json_t *list = json_array();
    for (size_t i = 0; i < operation->parameter_count; i++) {
        const tarn_field *field = &operation->parameters[i];
        if (tarn_is_in_path(operation, field->name) || tarn_is_asked_in_query(operation))
            json_array_append_new(list, parameter_json(operation, field));
    }
    return list;
}

static json_t *bytes_schema(void) {
    return json_pack("{s:s,s:s}", "type", "string", "format", "binary");
}

static json_t *body_json(const tarn_operation *operation) {
    if (operation->takes != TARN_BYTES_NONE)
        return json_pack("{s:b,s:{s:{s:o}}}", "required", operation->takes == TARN_BYTES_ROWS, "content",
                         "application/octet-stream", "schema", bytes_schema());
    json_t *schema = object_schema(operation->parameters, operation->parameter_count, operation);
    bool is_needed = json_object_get(schema, "required") != NULL;
    return json_pack("{s:b,s:{s:{s:o}}}", "required", is_needed, "content", "application/json", "schema", schema);
}

/* Bytes are the body, and the answer then stands in a header. */
static json_t *answer_json(const tarn_operation *operation) {
    json_t *content = json_object();
    if (operation->gives == TARN_BYTES_NONE || operation->gives == TARN_BYTES_MAYBE)
        json_object_set_new(content, "application/json",
                            json_pack("{s:o}", "schema",
                                      operation->answer != NULL ? reference(operation->answer->name)
                                                                : json_pack("{s:s}", "type", "object")));
    if (operation->gives != TARN_BYTES_NONE)
        json_object_set_new(content, "application/octet-stream", json_pack("{s:o}", "schema", bytes_schema()));
    if (operation->gives == TARN_BYTES_ROWS) {
        json_object_set_new(content, "application/vnd.apache.arrow.stream",
                            json_pack("{s:o}", "schema", bytes_schema()));
        json_object_set_new(content, "text/csv", json_pack("{s:{s:s}}", "schema", "type", "string"));
        json_object_set_new(content, "application/json",
                            json_pack("{s:{s:s,s:{s:s}}}", "schema", "type", "array", "items", "type", "object"));
    }
    return json_pack("{s:s,s:o}", "description", operation->meaning, "content", content);
}

static json_t *operation_json(const tarn_operation *operation) {
    json_t *object = json_pack("{s:s,s:s,s:o}", "operationId", operation->name, "summary", operation->meaning,
                               "parameters", parameters_json(operation));
    bool has_body =
        operation->takes != TARN_BYTES_NONE || (!tarn_is_asked_in_query(operation) && operation->parameter_count > 0);
    if (has_body)
        json_object_set_new(object, "requestBody", body_json(operation));
    json_object_set_new(
        object, "responses",
        json_pack("{s:o,s:{s:s}}", "200", answer_json(operation), "default", "$ref", "#/components/responses/Problem"));
    json_object_set_new(object, "x-tarn-role", json_string(tarn_role_name(operation->role)));
    return object;
}

static void add_operation(json_t *paths, const tarn_operation *operation) {
    char method[16] = {0};
    for (size_t i = 0; operation->method[i] != '\0' && i < sizeof method - 1; i++)
        method[i] = (char)(operation->method[i] | 0x20);
    json_t *path = json_object_get(paths, operation->path);
    if (path == NULL) {
        path = json_object();
        json_object_set_new(paths, operation->path, path);
    }
    json_object_set_new(path, method, operation_json(operation));
}

/* ---- the document ----------------------------------------------------------------------------------------------- */

/* RFC 9457, with the library's code. */
static json_t *problem_response(void) {
    return json_pack("{s:s,s:{s:{s:{s:s}}}}", "description", "What went wrong, and what to do about it.", "content",
                     "application/problem+json", "schema", "$ref", REFERENCE "Problem");
}

static json_t *problem_schema(void) {
    return json_pack("{s:s,s:[s,s,s],s:{s:{s:s},s:{s:s},s:{s:s},s:{s:s},s:{s:s}}}", "type", "object", "required",
                     "title", "status", "code", "properties", "type", "type", "string", "title", "type", "string",
                     "status", "type", "integer", "detail", "type", "string", "code", "type", "string");
}

static json_t *schemas_json(tarn_error *error) {
    tarn_shape_list shapes = {0};
    json_t *schemas = json_object();
    if (tarn_shapes_collect(&shapes, error) != TARN_OK) {
        free(shapes.list);
        json_decref(schemas);
        return NULL;
    }
    for (size_t i = 0; i < shapes.count; i++) {
        const tarn_shape *shape = shapes.list[i];
        json_t *schema = object_schema(shape->fields, shape->field_count, NULL);
        if (shape->meaning != NULL)
            json_object_set_new(schema, "description", json_string(shape->meaning));
        json_object_set_new(schemas, shape->name, schema);
    }
    json_object_set_new(schemas, "Problem", problem_schema());
    free(shapes.list);
    return schemas;
}

tarn_status tarn_document_openapi(tarn_buffer *out, tarn_error *error) {
    size_t count;
    const tarn_operation *const *operations = tarn_operations(&count);
    json_t *paths = json_object(), *schemas = schemas_json(error);
    for (size_t i = 0; i < count; i++) {
        if (operations[i]->path != NULL)
            add_operation(paths, operations[i]);
    }
    json_t *document =
        json_pack("{s:s,s:{s:s,s:s,s:s},s:[{s:s}],s:[{s:[]}],s:o,s:{s:o,s:{s:o},s:{s:{s:s,s:s}}}}", "openapi", "3.1.0",
                  "info", "title", "Tarn", "version", tarn_version_text(), "description",
                  "Versioned tables. A version is named by text: orders (the head), orders@3, orders~1.", "servers",
                  "url", "/api/v1", "security", "token", "paths", paths, "components", "schemas", schemas, "responses",
                  "Problem", problem_response(), "securitySchemes", "token", "type", "http", "scheme", "bearer");
    char *text = document != NULL ? json_dumps(document, JSON_INDENT(1)) : NULL;
    json_decref(document);
    if (text == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_buffer_printf(out, error, "%s\n", text);
    free(text);
    return status;
}
