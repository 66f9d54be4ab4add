/* Values of golden files, compared buffer by buffer; what lies under nulls does not count. */
#include "arrow/layout.h"
#include "arrow/print_value.h"
#include "support_golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct golden_column {
    const json_t *document;
    const json_t *field;  /* of the schema */
    const json_t *column; /* of the batch */
    const struct ArrowSchema *schema;
    const struct ArrowArray *array;
    tarn_shape shape;
} golden_column;

static void compare_column(const json_t *document, const json_t *field, const json_t *column,
                           const struct ArrowSchema *schema, const struct ArrowArray *array);

static const json_t *item(const golden_column *c, const char *key, int64_t i) {
    return json_array_get(json_object_get(c->column, key), (size_t)i);
}

/* 64-bit numbers are written as strings. */
static int64_t number_of(const json_t *value) {
    if (json_is_string(value)) {
        const char *text = json_string_value(value);
        return text[0] == '-' ? strtoll(text, NULL, 10) : (int64_t)strtoull(text, NULL, 10);
    }
    if (json_is_boolean(value))
        return json_is_true(value);
    assert_true(json_is_integer(value));
    return json_integer_value(value);
}

static bool is_valid(const golden_column *c, int64_t i) {
    const json_t *validity = item(c, "VALIDITY", i);
    return validity == NULL || number_of(validity) != 0;
}

static void compare_validity(const golden_column *c) {
    if (!tarn_layout_has_validity(c->shape.layout))
        return;
    for (int64_t i = 0; i < c->array->length; i++)
        assert_int_equal(tarn_array_is_null(c->schema, c->array, i), !is_valid(c, i));
}

/* ---- bytes ------------------------------------------------------------------------------------------------------- */

static uint8_t hex_digit(char c) {
    return (uint8_t)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
}

static void compare_hex(const char *hex, const uint8_t *data, size_t size) {
    assert_int_equal(strlen(hex), 2 * size);
    for (size_t i = 0; i < size; i++)
        assert_int_equal(hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]), data[i]);
}

/* Text is written as it is, bytes as hexadecimal digits. */
static void compare_bytes(const golden_column *c, const json_t *expected, const uint8_t *data, size_t size) {
    assert_non_null(expected);
    if (!tarn_type_is_text(c->shape.type)) {
        compare_hex(json_string_value(expected), data, size);
        return;
    }
    assert_int_equal(json_string_length(expected), size);
    if (size > 0)
        assert_memory_equal(json_string_value(expected), data, size);
}

static void compare_strings(const golden_column *c) {
    const void *offsets = c->array->buffers[1];
    for (int64_t i = 0; i < c->array->length; i++) {
        int64_t start = tarn_offset_at(offsets, c->shape.wide, c->array->offset + i);
        int64_t end = tarn_offset_at(offsets, c->shape.wide, c->array->offset + i + 1);
        if (is_valid(c, i))
            compare_bytes(c, item(c, "DATA", i), (const uint8_t *)c->array->buffers[2] + start, (size_t)(end - start));
    }
}

static void compare_views(const golden_column *c) {
    for (int64_t i = 0; i < c->array->length; i++) {
        int32_t view[4];
        const json_t *expected = item(c, "VIEWS", i);
        const uint8_t *at = (const uint8_t *)c->array->buffers[1] + (size_t)(c->array->offset + i) * sizeof view;
        if (!is_valid(c, i))
            continue;
        memcpy(view, at, sizeof view);
        assert_int_equal(view[0], number_of(json_object_get(expected, "SIZE")));
        if (view[0] <= 12) {
            compare_bytes(c, json_object_get(expected, "INLINED"), at + 4, (size_t)view[0]);
            continue;
        }
        compare_hex(json_string_value(json_object_get(expected, "PREFIX_HEX")), at + 4, 4);
        assert_int_equal(view[2], number_of(json_object_get(expected, "BUFFER_INDEX")));
        assert_int_equal(view[3], number_of(json_object_get(expected, "OFFSET")));
        const char *hex = json_string_value(item(c, "VARIADIC_DATA_BUFFERS", view[2])) + 2 * (size_t)view[3];
        for (int32_t j = 0; j < view[0]; j++)
            assert_int_equal(hex_digit(hex[2 * j]) << 4 | hex_digit(hex[2 * j + 1]),
                             ((const uint8_t *)c->array->buffers[2 + view[2]])[view[3] + j]);
    }
}

/* ---- fixed-width values ------------------------------------------------------------------------------------------ */

static int32_t int32_at(const uint8_t *p) {
    int32_t value;
    memcpy(&value, p, sizeof value);
    return value;
}

static int64_t int64_at(const uint8_t *p) {
    int64_t value;
    memcpy(&value, p, sizeof value);
    return value;
}

static void compare_float(const golden_column *c, const json_t *expected, const uint8_t *value) {
    double wanted = json_number_value(expected);
    if (c->shape.width == 8) {
        assert_memory_equal(&wanted, value, sizeof wanted);
    } else if (c->shape.width == 4) {
        float narrow = (float)wanted;
        assert_memory_equal(&narrow, value, sizeof narrow);
    } else {
        assert_true(tarn_half_to_double((uint16_t)(value[0] | value[1] << 8)) == wanted);
    }
}

static void compare_decimal(const golden_column *c, const json_t *expected, const uint8_t *value) {
    tarn_buffer text = {0};
    assert_int_equal(tarn_print_decimal(value, c->shape.width, 0, &text, NULL), TARN_OK);
    assert_int_equal(text.size, json_string_length(expected));
    assert_memory_equal(text.data, json_string_value(expected), text.size);
    tarn_buffer_free(&text);
}

static void compare_interval(const golden_column *c, const json_t *expected, const uint8_t *value) {
    if (c->shape.type == TARN_TYPE_INTERVAL_MONTHS) {
        assert_int_equal(int32_at(value), number_of(expected));
    } else if (c->shape.type == TARN_TYPE_INTERVAL_DAY_TIME) {
        assert_int_equal(int32_at(value), number_of(json_object_get(expected, "days")));
        assert_int_equal(int32_at(value + 4), number_of(json_object_get(expected, "milliseconds")));
    } else {
        assert_int_equal(int32_at(value), number_of(json_object_get(expected, "months")));
        assert_int_equal(int32_at(value + 4), number_of(json_object_get(expected, "days")));
        assert_int_equal(int64_at(value + 8), number_of(json_object_get(expected, "nanoseconds")));
    }
}

static void compare_integer(const golden_column *c, const json_t *expected, const uint8_t *value) {
    int64_t wanted = number_of(expected);
    assert_memory_equal(&wanted, value, c->shape.width); /* little-endian hosts */
}

static void compare_fixed(const golden_column *c) {
    for (int64_t i = 0; i < c->array->length; i++) {
        const json_t *expected = item(c, "DATA", i);
        const uint8_t *value = (const uint8_t *)c->array->buffers[1] + (size_t)(c->array->offset + i) * c->shape.width;
        if (!is_valid(c, i))
            continue;
        assert_non_null(expected);
        if (tarn_type_is_float(c->shape.type))
            compare_float(c, expected, value);
        else if (c->shape.type >= TARN_TYPE_DECIMAL32 && c->shape.type <= TARN_TYPE_DECIMAL256)
            compare_decimal(c, expected, value);
        else if (c->shape.type >= TARN_TYPE_INTERVAL_MONTHS && c->shape.type <= TARN_TYPE_INTERVAL_MONTH_DAY_NANO)
            compare_interval(c, expected, value);
        else if (c->shape.type == TARN_TYPE_FIXED_BINARY)
            compare_hex(json_string_value(expected), value, c->shape.width);
        else
            compare_integer(c, expected, value);
    }
}

static void compare_bits(const golden_column *c) {
    for (int64_t i = 0; i < c->array->length; i++) {
        if (is_valid(c, i))
            assert_int_equal(tarn_bit_get(c->array->buffers[1], c->array->offset + i), number_of(item(c, "DATA", i)));
    }
}

/* ---- nested ones ------------------------------------------------------------------------------------------------- */

static void compare_offsets(const golden_column *c) {
    for (int64_t i = 0; i <= c->array->length && c->array->length > 0; i++)
        assert_int_equal(tarn_offset_at(c->array->buffers[1], c->shape.wide, c->array->offset + i),
                         number_of(item(c, "OFFSET", i)));
}

static void compare_list_views(const golden_column *c) {
    for (int64_t i = 0; i < c->array->length; i++) {
        int64_t at = c->array->offset + i;
        assert_int_equal(tarn_offset_at(c->array->buffers[1], c->shape.wide, at), number_of(item(c, "OFFSET", i)));
        assert_int_equal(tarn_offset_at(c->array->buffers[2], c->shape.wide, at), number_of(item(c, "SIZE", i)));
    }
}

static void compare_children(const golden_column *c) {
    size_t i;
    json_t *field;
    json_array_foreach(json_object_get(c->field, "children"), i, field) compare_column(
        c->document, field, item(c, "children", (int64_t)i), c->schema->children[i], c->array->children[i]);
}

static const json_t *dictionary_column(const json_t *document, int64_t id) {
    size_t i;
    json_t *dictionary;
    json_array_foreach(json_object_get(document, "dictionaries"), i, dictionary) {
        if (json_integer_value(json_object_get(dictionary, "id")) == id)
            return json_array_get(json_object_get(json_object_get(dictionary, "data"), "columns"), 0);
    }
    fail_msg("the JSON has no dictionary %lld", (long long)id);
    return NULL;
}

/* Values of a dictionary are described by the field that is encoded with it. */
static void compare_dictionary(const golden_column *c) {
    const json_t *encoding = json_object_get(c->field, "dictionary");
    const json_t *column = dictionary_column(c->document, json_integer_value(json_object_get(encoding, "id")));
    json_t *values = json_copy((json_t *)(uintptr_t)c->field);
    json_object_del(values, "dictionary");
    compare_column(c->document, values, column, c->schema->dictionary, c->array->dictionary);
    json_decref(values);
}

static void compare_values(const golden_column *c) {
    switch (c->shape.layout) {
    case TARN_LAYOUT_BITS:
        compare_bits(c);
        break;
    case TARN_LAYOUT_FIXED:
        compare_fixed(c);
        break;
    case TARN_LAYOUT_BYTES:
        compare_strings(c);
        break;
    case TARN_LAYOUT_VIEW:
        compare_views(c);
        break;
    case TARN_LAYOUT_LIST:
        compare_offsets(c);
        break;
    case TARN_LAYOUT_LIST_VIEW:
        compare_list_views(c);
        break;
    default:
        break;
    }
}

static void compare_column(const json_t *document, const json_t *field, const json_t *column,
                           const struct ArrowSchema *schema, const struct ArrowArray *array) {
    golden_column c = {document, field, column, schema, array, {0}};
    assert_non_null(column);
    assert_int_equal(tarn_shape_of(schema->format, &c.shape, NULL), TARN_OK);
    assert_int_equal(number_of(json_object_get(column, "count")), array->length);
    compare_validity(&c);
    compare_values(&c);
    if (schema->dictionary != NULL)
        compare_dictionary(&c);
    else
        compare_children(&c);
}

void golden_compare_batch(const json_t *document, size_t index, const struct ArrowSchema *schema,
                          const struct ArrowArray *batch) {
    const json_t *expected = json_array_get(json_object_get(document, "batches"), index);
    size_t i;
    json_t *field;
    assert_non_null(expected);
    assert_int_equal(number_of(json_object_get(expected, "count")), batch->length);
    json_array_foreach(json_object_get(json_object_get(document, "schema"), "fields"), i, field)
        compare_column(document, field, json_array_get(json_object_get(expected, "columns"), i), schema->children[i],
                       batch->children[i]);
}
