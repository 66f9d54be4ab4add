/* Elements of any plain array as text and as JSON. */
#include "arrow/array_node.h"
#include "arrow/builder.h"
#include "arrow/print_value.h"
#include "base/json_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static tarn_status put(tarn_buffer *out, const char *text, tarn_error *error) {
    return tarn_buffer_append(out, text, strlen(text), error);
}

/* One element: an array and a physical position in it, dictionary indices followed. */
typedef struct element {
    const struct ArrowSchema *schema;
    const struct ArrowArray *array;
    int64_t at;
    tarn_shape shape;
    bool is_null;
} element;

static tarn_status find_element(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t at,
                                element *out, tarn_error *error) {
    *out = (element){.schema = schema, .array = array, .at = at};
    TARN_TRY(tarn_shape_of(schema->format, &out->shape, error));
    if (!tarn_layout_is_plain(out->shape.layout))
        return tarn_fail_not_plain(error, schema);
    const uint8_t *validity = tarn_validity_of(array);
    out->is_null = out->shape.layout == TARN_LAYOUT_NULL || (validity != NULL && !tarn_bit_get(validity, at));
    if (out->is_null || schema->dictionary == NULL)
        return TARN_OK;
    int64_t index = tarn_index_at(out->shape.type, array->buffers[1], at);
    return find_element(schema->dictionary, array->dictionary, array->dictionary->offset + index, out, error);
}

/* The elements of a list or map element, as physical positions of the child. */
static void list_range(const element *e, int64_t *start, int64_t *end) {
    const struct ArrowArray *child = e->array->children[0];
    if (e->shape.layout == TARN_LAYOUT_FIXED_LIST) {
        *start = e->at * e->shape.list_size;
        *end = *start + e->shape.list_size;
    } else {
        *start = tarn_offset_at(e->array->buffers[1], e->shape.wide, e->at);
        *end = tarn_offset_at(e->array->buffers[1], e->shape.wide, e->at + 1);
    }
    *start += child->offset;
    *end += child->offset;
}

static void bytes_range(const element *e, const uint8_t **data, size_t *size) {
    int64_t start = tarn_offset_at(e->array->buffers[1], e->shape.wide, e->at);
    int64_t end = tarn_offset_at(e->array->buffers[1], e->shape.wide, e->at + 1);
    *size = (size_t)(end - start);
    *data = *size == 0 ? (const uint8_t *)"" : (const uint8_t *)e->array->buffers[2] + start;
}

static bool is_nested(tarn_layout layout) {
    return layout == TARN_LAYOUT_LIST || layout == TARN_LAYOUT_FIXED_LIST || layout == TARN_LAYOUT_STRUCT;
}

/* ---- text -------------------------------------------------------------------------------------------------------- */

static tarn_status print_element(const element *e, tarn_buffer *out, tarn_error *error);

/* Text inside nested values is quoted where it could be mistaken for something else. */
static bool needs_quotes(const char *text, size_t size) {
    if (size == 0 || (size == 4 && strncasecmp(text, "null", 4) == 0))
        return true;
    if (strchr(" \t\n\v\f\r", text[0]) != NULL || strchr(" \t\n\v\f\r", text[size - 1]) != NULL)
        return true;
    for (size_t i = 0; i < size; i++) {
        if (text[i] != '\0' && strchr(",{}[]()=:'\"", text[i]) != NULL)
            return true;
    }
    return false;
}

static tarn_status put_quoted(const char *text, size_t size, tarn_buffer *out, tarn_error *error) {
    TARN_TRY(put(out, "'", error));
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\'' || text[i] == '\\')
            TARN_TRY(put(out, "\\", error));
        TARN_TRY(tarn_buffer_append(out, &text[i], 1, error));
    }
    return put(out, "'", error);
}

/* A part of a nested value. */
static tarn_status print_part(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t at,
                              tarn_buffer *out, tarn_error *error) {
    element e;
    TARN_TRY(find_element(schema, array, at, &e, error));
    if (e.is_null)
        return put(out, "NULL", error);
    if (is_nested(e.shape.layout))
        return print_element(&e, out, error);
    tarn_buffer text = {0};
    tarn_status status = print_element(&e, &text, error);
    if (status == TARN_OK) {
        if (needs_quotes((const char *)text.data, text.size))
            status = put_quoted((const char *)text.data, text.size, out, error);
        else
            status = tarn_buffer_append(out, text.data, text.size, error);
    }
    tarn_buffer_free(&text);
    return status;
}

static tarn_status print_list(const element *e, tarn_buffer *out, tarn_error *error) {
    int64_t start, end;
    list_range(e, &start, &end);
    TARN_TRY(put(out, "[", error));
    for (int64_t i = start; i < end; i++) {
        if (i > start)
            TARN_TRY(put(out, ", ", error));
        TARN_TRY(print_part(e->schema->children[0], e->array->children[0], i, out, error));
    }
    return put(out, "]", error);
}

static tarn_status print_map(const element *e, tarn_buffer *out, tarn_error *error) {
    const struct ArrowSchema *schema = e->schema->children[0];
    const struct ArrowArray *entries = e->array->children[0];
    int64_t start, end;
    list_range(e, &start, &end);
    TARN_TRY(put(out, "{", error));
    for (int64_t i = start; i < end; i++) {
        if (i > start)
            TARN_TRY(put(out, ", ", error));
        TARN_TRY(print_part(schema->children[0], entries->children[0], entries->children[0]->offset + i, out, error));
        TARN_TRY(put(out, "=", error));
        TARN_TRY(print_part(schema->children[1], entries->children[1], entries->children[1]->offset + i, out, error));
    }
    return put(out, "}", error);
}

/* A struct whose fields have no names is a tuple. */
static bool is_tuple(const struct ArrowSchema *schema) {
    for (int64_t i = 0; i < schema->n_children; i++) {
        if (schema->children[i]->name != NULL && schema->children[i]->name[0] != '\0')
            return false;
    }
    return schema->n_children > 0;
}

static tarn_status print_struct(const element *e, tarn_buffer *out, tarn_error *error) {
    bool tuple = is_tuple(e->schema);
    TARN_TRY(put(out, tuple ? "(" : "{", error));
    for (int64_t i = 0; i < e->schema->n_children; i++) {
        const struct ArrowArray *child = e->array->children[i];
        const char *name = e->schema->children[i]->name ? e->schema->children[i]->name : "";
        if (i > 0)
            TARN_TRY(put(out, ", ", error));
        if (!tuple) {
            TARN_TRY(put_quoted(name, strlen(name), out, error));
            TARN_TRY(put(out, ": ", error));
        }
        TARN_TRY(print_part(e->schema->children[i], child, child->offset + e->at, out, error));
    }
    return put(out, tuple ? ")" : "}", error);
}

/* Arrow's canonical extension type for UUIDs. */
static bool is_uuid(const element *e) {
    static const char uuid[] = "arrow.uuid";
    const char *value;
    size_t size;
    return e->shape.type == TARN_TYPE_FIXED_BINARY && e->shape.width == 16 &&
           tarn_schema_metadata_get(e->schema, "ARROW:extension:name", &value, &size) && size == sizeof uuid - 1 &&
           memcmp(value, uuid, size) == 0;
}

static tarn_status print_element(const element *e, tarn_buffer *out, tarn_error *error) {
    const uint8_t *data;
    size_t size;
    switch (e->shape.layout) {
    case TARN_LAYOUT_BITS:
        return put(out, tarn_bit_get(e->array->buffers[1], e->at) ? "true" : "false", error);
    case TARN_LAYOUT_FIXED:
        data = (const uint8_t *)e->array->buffers[1] + (size_t)e->at * e->shape.width;
        return is_uuid(e) ? tarn_print_uuid(data, out, error) : tarn_print_fixed(&e->shape, data, out, error);
    case TARN_LAYOUT_BYTES:
        bytes_range(e, &data, &size);
        return tarn_type_is_text(e->shape.type) ? tarn_buffer_append(out, data, size, error)
                                                : tarn_print_binary(data, size, out, error);
    case TARN_LAYOUT_STRUCT:
        return print_struct(e, out, error);
    default:
        return e->shape.type == TARN_TYPE_MAP ? print_map(e, out, error) : print_list(e, out, error);
    }
}

tarn_status tarn_array_print(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t i,
                             tarn_buffer *out, bool *is_null, tarn_error *error) {
    element e;
    TARN_TRY(find_element(schema, array, array->offset + i, &e, error));
    *is_null = e.is_null;
    return e.is_null ? TARN_OK : print_element(&e, out, error);
}

/* ---- JSON -------------------------------------------------------------------------------------------------------- */

/* Where JSON goes to, and whether its numbers have all their digits, also those that a double cannot hold. */
typedef struct json_out {
    tarn_buffer *text;
    bool all_digits;
} json_out;

static tarn_status json_at(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t at,
                           const json_out *out, tarn_error *error);

#define LARGEST_EXACT_INTEGER (INT64_C(1) << 53) /* of a double, which is what most readers of JSON use */
#define LARGEST_EXACT_DIGITS 15

/* Whether the text of a fixed-width value can stand in JSON as a number. */
static bool is_json_number(const element *e, const char *text, size_t size, bool all_digits) {
    switch (e->shape.type) {
    case TARN_TYPE_FLOAT16:
    case TARN_TYPE_FLOAT32:
    case TARN_TYPE_FLOAT64:
        return memchr(text, 'n', size) == NULL; /* nan, inf */
    case TARN_TYPE_DECIMAL32:
    case TARN_TYPE_DECIMAL64:
    case TARN_TYPE_DECIMAL128:
    case TARN_TYPE_DECIMAL256:
        return all_digits || e->shape.precision <= LARGEST_EXACT_DIGITS;
    default:
        break;
    }
    if (e->shape.type < TARN_TYPE_INT8 || e->shape.type > TARN_TYPE_UINT64)
        return false;
    if (all_digits || e->shape.width < 8)
        return true;
    int64_t value = ((const int64_t *)e->array->buffers[1])[e->at];
    return value >= (e->shape.type == TARN_TYPE_UINT64 ? 0 : -LARGEST_EXACT_INTEGER) && value <= LARGEST_EXACT_INTEGER;
}

static tarn_status json_scalar(const element *e, const json_out *out, tarn_error *error) {
    tarn_buffer text = {0};
    tarn_status status = print_element(e, &text, error);
    if (status != TARN_OK)
        goto cleanup;
    if (e->shape.layout == TARN_LAYOUT_BITS || (e->shape.layout == TARN_LAYOUT_FIXED &&
                                                is_json_number(e, (const char *)text.data, text.size, out->all_digits)))
        status = tarn_buffer_append(out->text, text.data, text.size, error);
    else
        status = tarn_json_text_quote_bytes(out->text, text.data ? (const void *)text.data : "", text.size, error);
cleanup:
    tarn_buffer_free(&text);
    return status;
}

static tarn_status json_list(const element *e, const json_out *out, tarn_error *error) {
    int64_t start, end;
    list_range(e, &start, &end);
    TARN_TRY(put(out->text, "[", error));
    for (int64_t i = start; i < end; i++) {
        if (i > start)
            TARN_TRY(put(out->text, ",", error));
        TARN_TRY(json_at(e->schema->children[0], e->array->children[0], i, out, error));
    }
    return put(out->text, "]", error);
}

/* Keys of JSON are text, whatever the keys of the map are. */
static tarn_status json_key(const struct ArrowSchema *schema, const struct ArrowArray *keys, int64_t i,
                            const json_out *out, tarn_error *error) {
    tarn_buffer text = {0};
    bool is_null;
    tarn_status status = tarn_array_print(schema, keys, i, &text, &is_null, error);
    if (status == TARN_OK)
        status = tarn_json_text_quote_bytes(out->text, text.data ? (const void *)text.data : "", text.size, error);
    tarn_buffer_free(&text);
    return status;
}

static tarn_status json_map(const element *e, const json_out *out, tarn_error *error) {
    const struct ArrowSchema *schema = e->schema->children[0];
    const struct ArrowArray *entries = e->array->children[0];
    int64_t start, end;
    list_range(e, &start, &end);
    TARN_TRY(put(out->text, "{", error));
    for (int64_t i = start; i < end; i++) {
        if (i > start)
            TARN_TRY(put(out->text, ",", error));
        TARN_TRY(json_key(schema->children[0], entries->children[0], i, out, error));
        TARN_TRY(put(out->text, ":", error));
        TARN_TRY(json_at(schema->children[1], entries->children[1], entries->children[1]->offset + i, out, error));
    }
    return put(out->text, "}", error);
}

/* A tuple's fields have no names: it is a list. */
static tarn_status json_struct(const element *e, const json_out *out, tarn_error *error) {
    bool tuple = is_tuple(e->schema);
    TARN_TRY(put(out->text, tuple ? "[" : "{", error));
    for (int64_t i = 0; i < e->schema->n_children; i++) {
        const struct ArrowArray *child = e->array->children[i];
        const char *name = e->schema->children[i]->name;
        if (i > 0)
            TARN_TRY(put(out->text, ",", error));
        if (!tuple) {
            TARN_TRY(tarn_json_text_quote(out->text, name != NULL ? name : "", error));
            TARN_TRY(put(out->text, ":", error));
        }
        TARN_TRY(json_at(e->schema->children[i], child, child->offset + e->at, out, error));
    }
    return put(out->text, tuple ? "]" : "}", error);
}

static tarn_status json_at(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t at,
                           const json_out *out, tarn_error *error) {
    element e;
    TARN_TRY(find_element(schema, array, at, &e, error));
    if (e.is_null)
        return put(out->text, "null", error);
    if (e.shape.layout == TARN_LAYOUT_STRUCT)
        return json_struct(&e, out, error);
    if (e.shape.type == TARN_TYPE_MAP)
        return json_map(&e, out, error);
    return is_nested(e.shape.layout) ? json_list(&e, out, error) : json_scalar(&e, out, error);
}

tarn_status tarn_array_print_json(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t i,
                                  tarn_buffer *out, tarn_error *error) {
    return json_at(schema, array, array->offset + i, &(json_out){.text = out}, error);
}

tarn_status tarn_array_print_cell(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t i,
                                  tarn_buffer *out, bool *is_null, tarn_error *error) {
    element e;
    TARN_TRY(find_element(schema, array, array->offset + i, &e, error));
    *is_null = e.is_null;
    if (e.is_null || !is_nested(e.shape.layout))
        return e.is_null ? TARN_OK : print_element(&e, out, error);
    return json_at(schema, array, array->offset + i, &(json_out){.text = out, .all_digits = true}, error);
}
