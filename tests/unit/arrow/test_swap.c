/* Values of the other endianness. */
#include "arrow/swap.h"
#include "support_arrow.h"

#include <string.h>

static void assert_swapped(const char *format, const void *given, const void *wanted, size_t width, size_t count) {
    tarn_shape shape;
    uint8_t bytes[64];
    tarn_error error = {0};
    must(tarn_shape_of(format, &shape, &error), &error);
    memcpy(bytes, given, width * count);
    tarn_swap_values(bytes, tarn_swap_of(&shape), width, count);
    assert_memory_equal(bytes, wanted, width * count);
}

static void test_numbers(void **state) {
    (void)state;
    assert_swapped("c", "abc", "abc", 1, 3);
    assert_swapped("s", "abcd", "badc", 2, 2);
    assert_swapped("f", "abcd", "dcba", 4, 1);
    assert_swapped("tsu:", "abcdefgh", "hgfedcba", 8, 1);
    assert_swapped("d:10,2", "abcdefghijklmnop", "ponmlkjihgfedcba", 16, 1);
    assert_swapped("w:4", "abcd", "abcd", 4, 1);
}

static void test_intervals(void **state) {
    (void)state;
    assert_swapped("tiM", "abcd", "dcba", 4, 1);
    assert_swapped("tiD", "abcdefgh", "dcbahgfe", 8, 1);
    assert_swapped("tin", "abcdefghijklmnop", "dcbahgfeponmlkji", 16, 1);
}

static void test_views(void **state) {
    (void)state;
    uint8_t views[] = "\0\0\0\2hi__________\0\0\0\xD"
                      "abcd\0\0\0\1\0\0\0\2";
    tarn_swap_values(views, TARN_SWAP_VIEW, 16, 2);
    assert_memory_equal(views,
                        "\2\0\0\0hi__________\xD\0\0\0"
                        "abcd\1\0\0\0\2\0\0\0",
                        32);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_intervals),
        cmocka_unit_test(test_views),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
