// Documents of all operations: what their writers share.
#include "request/document.h"

#include <stdlib.h>
#include <string.h>

static bool has(const tarn_shape_list *shapes, const tarn_shape *shape) {
    for (size_t i = 0; i < shapes->count; i++) {
        if (shapes->list[i] == shape)
            return true;
    }
    return false;
}

static tarn_status collect(tarn_shape_list *out, const tarn_shape *shape, tarn_error *error) {
    if (shape == NULL || has(out, shape))
        return TARN_OK;
    for (size_t i = 0; i < shape->field_count; i++)
        TARN_TRY(collect(out, shape->fields[i].shape, error));
    TARN_TRY(tarn_grow(&out->list, &out->capacity, out->count + 1, sizeof *out->list, error));
    out->list[out->count++] = shape;
    return TARN_OK;
}

tarn_status tarn_shapes_collect(tarn_shape_list *out, tarn_error *error) {
    size_t count;
    const tarn_operation *const *operations = tarn_operations(&count);
    for (size_t i = 0; i < count; i++) {
        for (size_t p = 0; p < operations[i]->parameter_count; p++)
            TARN_TRY(collect(out, operations[i]->parameters[p].shape, error));
        TARN_TRY(collect(out, operations[i]->answer, error));
    }
    return TARN_OK;
}

bool tarn_is_in_path(const tarn_operation *operation, const char *name) {
    const char *at = operation->path;
    size_t size = strlen(name);
    while (at != NULL && (at = strchr(at, '{')) != NULL) {
        at++;
        if (strncmp(at, name, size) == 0 && at[size] == '}')
            return true;
    }
    return false;
}

bool tarn_is_asked_in_query(const tarn_operation *operation) {
    return operation->takes != TARN_BYTES_NONE || strcmp(operation->method, "GET") == 0 ||
           strcmp(operation->method, "DELETE") == 0;
}

const char *tarn_role_name(tarn_role role) {
    return role == TARN_ROLE_READER ? "reader" : role == TARN_ROLE_WRITER ? "writer" : "owner";
}

tarn_status tarn_operations_document(tarn_document document, char **out, tarn_error *error) {
    tarn_buffer text = {0};
    tarn_status status = document == TARN_DOCUMENT_OPENAPI      ? tarn_document_openapi(&text, error)
                         : document == TARN_DOCUMENT_TYPESCRIPT ? tarn_document_typescript(&text, error)
                         : document == TARN_DOCUMENT_MARKDOWN   ? tarn_document_markdown(&text, error)
                                                                : tarn_document_json(&text, error);
    if (status == TARN_OK)
        status = tarn_buffer_append(&text, "", 1, error);
    if (status == TARN_OK)
        *out = (char *)text.data;
    else
        tarn_buffer_free(&text);
    return status;
}
