// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/buffer.h"

#include <stdlib.h>
#include <string.h>

static void test_aligned_alloc(void **state) {
    (void)state;
    static const size_t sizes[] = {0, 1, 63, 64, 65, 100000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint8_t *data = tarn_aligned_alloc(sizes[i]);
        assert_non_null(data);
        assert_int_equal((uintptr_t)data % TARN_ALIGNMENT, 0);
        memset(data, 1, sizes[i] > 0 ? sizes[i] : TARN_ALIGNMENT);
        free(data);
    }
    assert_null(tarn_aligned_alloc(SIZE_MAX));
}

static void test_append(void **state) {
    (void)state;
    tarn_buffer buffer = {0};
    for (unsigned i = 0; i < 10000; i++)
        assert_int_equal(tarn_buffer_append(&buffer, &i, sizeof i, NULL), TARN_OK);
    assert_int_equal(buffer.size, 10000 * sizeof(unsigned));
    assert_true(buffer.capacity >= buffer.size);
    assert_int_equal((uintptr_t)buffer.data % TARN_ALIGNMENT, 0);
    for (unsigned i = 0; i < 10000; i++)
        assert_memory_equal(buffer.data + i * sizeof i, &i, sizeof i);
    assert_int_equal(tarn_buffer_append(&buffer, NULL, 0, NULL), TARN_OK);
    tarn_buffer_free(&buffer);
    assert_null(buffer.data);
    assert_int_equal(buffer.capacity, 0);
    assert_int_equal(tarn_buffer_append(&buffer, "again", 5, NULL), TARN_OK);
    assert_memory_equal(buffer.data, "again", 5);
    tarn_buffer_free(&buffer);
}

static void test_resize_clears(void **state) {
    (void)state;
    tarn_buffer buffer = {0};
    assert_int_equal(tarn_buffer_append(&buffer, "abcdef", 6, NULL), TARN_OK);
    assert_int_equal(tarn_buffer_resize(&buffer, 2, NULL), TARN_OK);
    assert_int_equal(tarn_buffer_resize(&buffer, 5, NULL), TARN_OK);
    assert_memory_equal(buffer.data, "ab\0\0\0", 5);
    tarn_buffer_free(&buffer);
    assert_int_equal(tarn_buffer_resize(&buffer, 0, NULL), TARN_OK);
    assert_int_equal(tarn_buffer_resize(&buffer, 1000, NULL), TARN_OK);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(buffer.data[i], 0);
    tarn_buffer_free(&buffer);
}

static void test_printf_and_align(void **state) {
    (void)state;
    tarn_buffer buffer = {0};
    assert_int_equal(tarn_buffer_printf(&buffer, NULL, "%s=%d", "x", 42), TARN_OK);
    assert_int_equal(tarn_buffer_printf(&buffer, NULL, ";"), TARN_OK);
    assert_int_equal(buffer.size, 5);
    assert_memory_equal(buffer.data, "x=42;", 5);
    assert_int_equal(tarn_buffer_align(&buffer, 8, NULL), TARN_OK);
    assert_int_equal(buffer.size, 8);
    assert_memory_equal(buffer.data, "x=42;\0\0\0", 8);
    assert_int_equal(tarn_buffer_align(&buffer, 8, NULL), TARN_OK);
    assert_int_equal(buffer.size, 8);
    assert_int_equal(tarn_buffer_printf(&buffer, NULL, "%*d", 500, 7), TARN_OK);
    assert_int_equal(buffer.size, 508);
    tarn_buffer_free(&buffer);
}

static void test_impossible_sizes(void **state) {
    (void)state;
    tarn_buffer buffer = {0};
    tarn_error error;
    assert_int_equal(tarn_buffer_append(&buffer, "x", 1, NULL), TARN_OK);
    assert_int_equal(tarn_buffer_reserve(&buffer, SIZE_MAX, &error), TARN_E_MEMORY);
    assert_string_equal(error.message, "out of memory");
    assert_int_equal(tarn_buffer_reserve(&buffer, SIZE_MAX - 8, &error), TARN_E_MEMORY);
    assert_int_equal(tarn_buffer_resize(&buffer, SIZE_MAX, &error), TARN_E_MEMORY);
    assert_int_equal(buffer.size, 1);
    assert_int_equal(buffer.data[0], 'x');
    tarn_buffer_free(&buffer);
}

static void test_grow(void **state) {
    (void)state;
    uint64_t *array = NULL;
    size_t capacity = 0;
    size_t moves = 0;
    for (size_t i = 0; i < 10000; i++) {
        size_t before = capacity;
        assert_int_equal(tarn_grow(&array, &capacity, i + 1, sizeof *array, NULL), TARN_OK);
        moves += capacity != before;
        array[i] = i;
    }
    assert_true(moves < 20);
    for (size_t i = 0; i < 10000; i++)
        assert_int_equal(array[i], i);
    assert_int_equal(tarn_grow(&array, &capacity, 100000, sizeof *array, NULL), TARN_OK);
    assert_true(capacity >= 100000);
    size_t before = capacity;
    assert_int_equal(tarn_grow(&array, &capacity, SIZE_MAX / 2, sizeof *array, NULL), TARN_E_MEMORY);
    assert_int_equal(capacity, before);
    assert_int_equal(array[9999], 9999);
    free(array);
}

static void test_checked_arithmetic(void **state) {
    (void)state;
    size_t result;
    assert_true(tarn_add_size(3, 4, &result));
    assert_int_equal(result, 7);
    assert_false(tarn_add_size(SIZE_MAX, 1, &result));
    assert_true(tarn_mul_size(3, 4, &result));
    assert_int_equal(result, 12);
    assert_false(tarn_mul_size(SIZE_MAX / 2, 3, &result));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_aligned_alloc),      cmocka_unit_test(test_append),
        cmocka_unit_test(test_resize_clears),      cmocka_unit_test(test_printf_and_align),
        cmocka_unit_test(test_impossible_sizes),   cmocka_unit_test(test_grow),
        cmocka_unit_test(test_checked_arithmetic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
