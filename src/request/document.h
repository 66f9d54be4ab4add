/**
 * @file document.h
 * Documents of all operations: what their writers share. For src/request only.
 */
#ifndef TARN_REQUEST_DOCUMENT_H
#define TARN_REQUEST_DOCUMENT_H

#include "base/buffer.h"
#include "tarn/request.h"

/** Shapes that answers are made of, each once, those that others are made of first. */
typedef struct tarn_shape_list {
    const tarn_shape **list; /* heap */
    size_t count, capacity;
} tarn_shape_list;
tarn_status tarn_shapes_collect(tarn_shape_list *out, tarn_error *error);

/** True when a name stands in braces in the operation's path. */
bool tarn_is_in_path(const tarn_operation *operation, const char *name);
/** True when parameters that are not in the path stand in the query, not in a body. */
bool tarn_is_asked_in_query(const tarn_operation *operation);
/** "a reader" … */
const char *tarn_role_name(tarn_role role);

tarn_status tarn_document_json(tarn_buffer *out, tarn_error *error);
tarn_status tarn_document_openapi(tarn_buffer *out, tarn_error *error);
tarn_status tarn_document_typescript(tarn_buffer *out, tarn_error *error);
tarn_status tarn_document_markdown(tarn_buffer *out, tarn_error *error);

#endif
