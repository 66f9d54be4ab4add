/* Decimals become other numbers with all their digits, or not at all. */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "arrow/cast_decimal.h"

static void changes_scales_exactly(void **state) {
    (void)state;
    tarn_int128 limit = 1, out;
    for (int i = 0; i < TARN_DECIMAL_DIGITS; i++)
        limit *= 10;
    assert_true(tarn_decimal_rescale(25, 1, 5, 3, &out) && out == 2500);
    assert_true(tarn_decimal_rescale(-2500, 3, 2, 1, &out) && out == -25);
    assert_false(tarn_decimal_rescale(2501, 3, 5, 1, &out));
    assert_false(tarn_decimal_rescale(1000, 0, 3, 0, &out));
    assert_true(tarn_decimal_rescale(999, 0, 3, 0, &out) && out == 999);
    assert_true(tarn_decimal_rescale(limit - 1, 0, 38, 0, &out) && out == limit - 1);
    assert_false(tarn_decimal_rescale(limit - 1, 0, 38, 1, &out));
    assert_false(tarn_decimal_rescale(-(limit / 10), 0, 38, 1, &out));
    assert_true(tarn_decimal_rescale(-(limit / 10) + 1, 0, 38, 1, &out));
}

static void gives_doubles_that_keep_all_digits(void **state) {
    (void)state;
    double out;
    assert_true(tarn_decimal_double(25, 1, &out) && out == 2.5);
    assert_true(tarn_decimal_double(-1, 1, &out) && out == -0.1);
    assert_true(tarn_decimal_double(999999999999999, 0, &out) && out == 999999999999999.0);
    assert_false(tarn_decimal_double(1234567890123456, 3, &out));
    assert_true(tarn_decimal_double((tarn_int128)1234567890123450000, 10, &out) && out == 123456789.012345);
    assert_true(tarn_decimal_double(0, 38, &out) && out == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_scales_exactly),
        cmocka_unit_test(gives_doubles_that_keep_all_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
