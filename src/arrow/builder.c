// Building one column value by value, and printing one value.
#include "arrow/builder.h"

#include "arrow/array_node.h"
#include "arrow/bits.h"
#include "arrow/layout.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct tarn_builder {
    struct ArrowSchema schema;
    tarn_shape shape;
    int64_t length, null_count;
    tarn_buffer validity, values, bytes; /* values: bits, fixed-width values or offsets */
};

static bool can_build(const struct ArrowSchema *schema, const tarn_shape *shape) {
    if (schema->dictionary != NULL)
        return false;
    switch (shape->layout) {
    case TARN_LAYOUT_NULL:
    case TARN_LAYOUT_BITS:
        return true;
    case TARN_LAYOUT_FIXED:
        return shape->width > 0;
    case TARN_LAYOUT_BYTES:
        return !shape->wide;
    default:
        return false;
    }
}

static tarn_status begin(tarn_builder *builder, tarn_error *error) {
    builder->length = builder->null_count = 0;
    int32_t zero = 0;
    if (builder->shape.layout == TARN_LAYOUT_BYTES)
        return tarn_buffer_append(&builder->values, &zero, sizeof zero, error);
    return TARN_OK;
}

tarn_status tarn_builder_new(const struct ArrowSchema *schema, tarn_builder **out, tarn_error *error) {
    tarn_shape shape;
    TARN_TRY(tarn_shape_of(schema->format, &shape, error));
    if (!can_build(schema, &shape)) {
        char *name = tarn_schema_type_name(schema);
        tarn_fail(error, TARN_E_UNSUPPORTED, "columns of type %s cannot be built value by value",
                  name ? name : schema->format);
        free(name);
        return TARN_E_UNSUPPORTED;
    }
    tarn_builder *builder = calloc(1, sizeof *builder);
    if (builder == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_schema_copy(schema, NULL, &builder->schema, error);
    if (status == TARN_OK)
        status = tarn_shape_of(builder->schema.format, &builder->shape, error);
    if (status == TARN_OK)
        status = begin(builder, error);
    if (status != TARN_OK) {
        tarn_builder_free(builder);
        return status;
    }
    *out = builder;
    return TARN_OK;
}

void tarn_builder_free(tarn_builder *builder) {
    if (builder == NULL)
        return;
    tarn_schema_release(&builder->schema);
    tarn_buffer_free(&builder->validity);
    tarn_buffer_free(&builder->values);
    tarn_buffer_free(&builder->bytes);
    free(builder);
}

/* Make room for bit number builder->length, which is 0 then. */
static tarn_status add_bit(tarn_builder *builder, tarn_buffer *bits, tarn_error *error) {
    static const uint8_t zero = 0;
    return builder->length % 8 == 0 ? tarn_buffer_append(bits, &zero, 1, error) : TARN_OK;
}

static tarn_status add_validity(tarn_builder *builder, bool valid, tarn_error *error) {
    TARN_TRY(add_bit(builder, &builder->validity, error));
    if (valid)
        tarn_bit_set(builder->validity.data, builder->length);
    else
        builder->null_count++;
    return TARN_OK;
}

static tarn_status add_offset(tarn_builder *builder, tarn_error *error) {
    int32_t end = (int32_t)builder->bytes.size;
    return tarn_buffer_append(&builder->values, &end, sizeof end, error);
}

static tarn_status add_zeros(tarn_builder *builder, size_t count, tarn_error *error) {
    return tarn_buffer_resize(&builder->values, builder->values.size + count, error);
}

tarn_status tarn_builder_null(tarn_builder *builder, tarn_error *error) {
    switch (builder->shape.layout) {
    case TARN_LAYOUT_BITS:
        TARN_TRY(add_bit(builder, &builder->values, error));
        break;
    case TARN_LAYOUT_FIXED:
        TARN_TRY(add_zeros(builder, builder->shape.width, error));
        break;
    case TARN_LAYOUT_BYTES:
        TARN_TRY(add_offset(builder, error));
        break;
    default:
        break;
    }
    TARN_TRY(add_validity(builder, false, error));
    builder->length++;
    return TARN_OK;
}

static tarn_status fail_kind(const tarn_builder *builder, const char *what, tarn_error *error) {
    char *name = tarn_schema_type_name(&builder->schema);
    tarn_fail(error, TARN_E_INVALID, "%s does not go into a column of type %s", what,
              name ? name : builder->schema.format);
    free(name);
    return TARN_E_INVALID;
}

static tarn_status add_fixed(tarn_builder *builder, const void *value, tarn_error *error) {
    TARN_TRY(tarn_buffer_append(&builder->values, value, builder->shape.width, error));
    TARN_TRY(add_validity(builder, true, error));
    builder->length++;
    return TARN_OK;
}

tarn_status tarn_builder_bool(tarn_builder *builder, bool value, tarn_error *error) {
    if (builder->shape.type != TARN_TYPE_BOOL)
        return fail_kind(builder, "true or false", error);
    TARN_TRY(add_bit(builder, &builder->values, error));
    if (value)
        tarn_bit_set(builder->values.data, builder->length);
    TARN_TRY(add_validity(builder, true, error));
    builder->length++;
    return TARN_OK;
}

/* What a type of integers holds; false for other types. */
static bool integer_range(const tarn_shape *shape, int64_t *least, int64_t *most) {
    *least = INT64_MIN;
    *most = INT64_MAX;
    switch (shape->type) {
    case TARN_TYPE_UINT8:
    case TARN_TYPE_UINT16:
    case TARN_TYPE_UINT32:
    case TARN_TYPE_UINT64:
        *least = 0;
        if (shape->width < 8)
            *most = (INT64_C(1) << (8 * shape->width)) - 1;
        return true;
    case TARN_TYPE_INT8:
    case TARN_TYPE_INT16:
    case TARN_TYPE_INT32:
    case TARN_TYPE_INT64:
    case TARN_TYPE_DATE32:
    case TARN_TYPE_DATE64:
    case TARN_TYPE_TIME32:
    case TARN_TYPE_TIME64:
    case TARN_TYPE_TIMESTAMP:
    case TARN_TYPE_DURATION:
    case TARN_TYPE_INTERVAL_MONTHS:
        if (shape->width < 8) {
            *most = (INT64_C(1) << (8 * shape->width - 1)) - 1;
            *least = -*most - 1;
        }
        return true;
    default:
        return false;
    }
}

tarn_status tarn_builder_int(tarn_builder *builder, int64_t value, tarn_error *error) {
    int64_t least, most;
    if (!integer_range(&builder->shape, &least, &most))
        return fail_kind(builder, "an integer", error);
    if (value < least || value > most) {
        char *name = tarn_schema_type_name(&builder->schema);
        tarn_fail(error, TARN_E_INVALID, "%" PRId64 " does not fit into %s, which holds %" PRId64 " to %" PRId64, value,
                  name ? name : builder->schema.format, least, most);
        free(name);
        return TARN_E_INVALID;
    }
    return add_fixed(builder, &value, error); /* little-endian hosts: the low bytes come first */
}

tarn_status tarn_builder_double(tarn_builder *builder, double value, tarn_error *error) {
    float narrow = (float)value;
    if (builder->shape.type == TARN_TYPE_FLOAT64)
        return add_fixed(builder, &value, error);
    if (builder->shape.type == TARN_TYPE_FLOAT32)
        return add_fixed(builder, &narrow, error);
    return fail_kind(builder, "a floating-point number", error);
}

tarn_status tarn_builder_bytes(tarn_builder *builder, const void *data, size_t size, tarn_error *error) {
    if (builder->shape.layout != TARN_LAYOUT_BYTES)
        return fail_kind(builder, "text", error);
    if (builder->shape.type == TARN_TYPE_UTF8 && !tarn_utf8_is_valid(data, size))
        return tarn_fail(error, TARN_E_INVALID, "the text is not valid UTF-8");
    if (size > INT32_MAX - builder->bytes.size)
        return tarn_fail(error, TARN_E_UNSUPPORTED, "the values of one column would pass 2 GiB in one piece");
    TARN_TRY(tarn_buffer_append(&builder->bytes, data, size, error));
    TARN_TRY(add_offset(builder, error));
    TARN_TRY(add_validity(builder, true, error));
    builder->length++;
    return TARN_OK;
}

tarn_status tarn_builder_raw(tarn_builder *builder, const void *value, tarn_error *error) {
    if (builder->shape.layout != TARN_LAYOUT_FIXED)
        return fail_kind(builder, "a fixed-width value", error);
    return add_fixed(builder, value, error);
}

static void *take_data(tarn_buffer *buffer) {
    void *data = buffer->data;
    *buffer = (tarn_buffer){0};
    return data;
}

tarn_status tarn_builder_finish(tarn_builder *builder, struct ArrowArray *out, tarn_error *error) {
    void *buffers[3] = {NULL, NULL, NULL};
    int64_t count = tarn_layout_buffers(&builder->shape);
    if (count > 0) { /* buffers exist even when empty, for readers that want them */
        TARN_TRY(tarn_buffer_reserve(&builder->values, 1, error));
        TARN_TRY(tarn_buffer_reserve(&builder->bytes, 1, error));
    }
    if (count > 0 && builder->null_count > 0)
        buffers[0] = take_data(&builder->validity);
    builder->validity.size = 0;
    if (count > 1)
        buffers[1] = take_data(&builder->values);
    if (count > 2)
        buffers[2] = take_data(&builder->bytes);
    TARN_TRY(
        tarn_array_make(out, builder->length, builder->null_count, count > 0 ? buffers : NULL, count, NULL, 0, error));
    return begin(builder, error);
}
