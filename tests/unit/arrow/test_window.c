/* A few rows out of a compressed column. */
#include "support_arrow.h"

#include "arrow/ipc.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS = 60000 }; /* of eight bytes: several blocks of 64 KiB */

static const char *const simple_types[] = {"b", "c", "s", "i",   "l",      "g",   "u",
                                           "z", "U", "Z", "w:5", "d:20,3", "tdD", "tsu:UTC"};
#define SIMPLE_TYPES (sizeof simple_types / sizeof *simple_types)

static tarn_buffer encode(const struct ArrowSchema *schema, const struct ArrowArray *array, tarn_codec codec) {
    tarn_buffer data = {0};
    tarn_error error = {0};
    tarn_ipc_write_options options = {.codec = codec};
    must(tarn_ipc_encode_column(schema, array, &options, &data, &error), &error);
    return data;
}

static void assert_window(const tarn_buffer *data, const struct ArrowSchema *schema, const struct ArrowArray *array,
                          int64_t first, int64_t count) {
    struct ArrowSchema again;
    struct ArrowArray window;
    tarn_error error = {0};
    int64_t total;
    must(tarn_ipc_decode_window(data->data, data->size, first, count, &again, &window, &total, &error), &error);
    assert_int_equal(total, array->length);
    assert_int_equal(window.length, count);
    struct ArrowArray wanted = tarn_array_window(array, first, count);
    assert_true(tarn_schema_same_type(schema, &again));
    assert_true(tarn_array_equal(schema, &wanted, &window));
    tarn_schema_release(&again);
    tarn_array_release(&window);
}

static void test_any_rows_of_any_type(void **state) {
    (void)state;
    random_source random = {20261126};
    for (size_t t = 0; t < SIMPLE_TYPES; t++) {
        struct ArrowSchema schema;
        struct ArrowArray array;
        make_schema(simple_types[t], &schema);
        random_array(&random, &schema, ROWS, &array);
        tarn_buffer data = encode(&schema, &array, TARN_CODEC_LZ4);
        for (int i = 0; i < 60; i++) {
            int64_t first = random_below(&random, ROWS), count = random_below(&random, 200);
            assert_window(&data, &schema, &array, first, count < ROWS - first ? count : ROWS - first);
        }
        assert_window(&data, &schema, &array, 0, ROWS);
        assert_window(&data, &schema, &array, 0, 0);
        assert_window(&data, &schema, &array, ROWS, 0);
        assert_window(&data, &schema, &array, ROWS - 1, 1);
        tarn_buffer_free(&data);
        tarn_array_release(&array);
        tarn_schema_release(&schema);
    }
}

/* Blocks that did not shrink are stored as they are; those of one value are tiny. */
static void test_blocks_of_all_kinds(void **state) {
    (void)state;
    random_source random = {7};
    int64_t *values = malloc(ROWS * sizeof *values);
    for (int64_t i = 0; i < ROWS; i++)
        values[i] = i < ROWS / 2 ? (int64_t)random_number(&random) : 42;
    struct ArrowSchema schema;
    struct ArrowArray array;
    make_integers("l", values, ROWS, &schema, &array);
    tarn_buffer data = encode(&schema, &array, TARN_CODEC_LZ4);
    for (int64_t first = 0; first + 100 <= ROWS; first += 997)
        assert_window(&data, &schema, &array, first, 100);
    tarn_buffer_free(&data);
    tarn_array_release(&array);
    tarn_schema_release(&schema);
    free(values);
}

static void refuse(const tarn_buffer *data, int64_t first, int64_t count, tarn_status wanted) {
    struct ArrowSchema schema;
    struct ArrowArray array;
    int64_t total;
    assert_int_equal(tarn_ipc_decode_window(data->data, data->size, first, count, &schema, &array, &total, NULL),
                     wanted);
}

static void test_what_cannot_be_read_in_part(void **state) {
    (void)state;
    random_source random = {3};
    static const char *const nested[] = {"+l<i>", "+s<i;u>", "~c<u>"};
    struct ArrowSchema schema;
    struct ArrowArray array;
    for (size_t i = 0; i < sizeof nested / sizeof *nested; i++) {
        make_schema(nested[i], &schema);
        random_array(&random, &schema, 100, &array);
        tarn_buffer data = encode(&schema, &array, TARN_CODEC_LZ4);
        refuse(&data, 0, 10, TARN_E_UNSUPPORTED);
        tarn_buffer_free(&data);
        tarn_array_release(&array);
        tarn_schema_release(&schema);
    }
    make_schema("l", &schema);
    random_array(&random, &schema, 1000, &array);
    for (tarn_codec codec = TARN_CODEC_NONE; codec <= TARN_CODEC_ZSTD; codec++) {
        tarn_buffer data = encode(&schema, &array, codec);
        if (codec != TARN_CODEC_LZ4)
            refuse(&data, 0, 10, TARN_E_UNSUPPORTED);
        refuse(&data, 1000, 1, codec == TARN_CODEC_LZ4 ? TARN_E_FORMAT : TARN_E_UNSUPPORTED);
        tarn_buffer_free(&data);
    }
    tarn_array_release(&array);
    tarn_schema_release(&schema);
}

/* Whatever is wrong: an error or a valid array, never a step outside of the memory. */
static void test_any_changed_byte(void **state) {
    (void)state;
    random_source random = {11};
    struct ArrowSchema schema;
    struct ArrowArray array;
    make_schema("u", &schema);
    random_array(&random, &schema, 300, &array);
    tarn_buffer data = encode(&schema, &array, TARN_CODEC_LZ4);
    for (size_t at = 0; at < data.size; at++) {
        struct ArrowSchema again;
        struct ArrowArray window;
        int64_t total;
        uint8_t *copy = malloc(data.size); /* of its own, so that a sanitizer sees its end */
        memcpy(copy, data.data, data.size);
        copy[at] ^= (uint8_t)(1 + random_below(&random, 255));
        if (tarn_ipc_decode_window(copy, data.size, 100, 50, &again, &window, &total, NULL) == TARN_OK) {
            assert_int_equal(tarn_array_validate(&again, &window, NULL), TARN_OK);
            tarn_schema_release(&again);
            tarn_array_release(&window);
        }
        free(copy);
    }
    tarn_buffer_free(&data);
    tarn_array_release(&array);
    tarn_schema_release(&schema);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_rows_of_any_type),
        cmocka_unit_test(test_blocks_of_all_kinds),
        cmocka_unit_test(test_what_cannot_be_read_in_part),
        cmocka_unit_test(test_any_changed_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
