// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/clock.h"

#include <string.h>

static const int64_t second = 1000000;

static void test_clocks(void **state) {
    (void)state;
    int64_t before = tarn_monotonic();
    int64_t now = tarn_now();
    assert_true(tarn_monotonic() >= before);
    assert_true(now > 1700000000 * second); /* in microseconds, and not in seconds or nanoseconds */
    assert_true(now < 17000000000 * second);
}

static void check_text(int64_t micros, const char *wanted) {
    char text[TARN_TIME_TEXT_SIZE];
    tarn_time_format(micros, text);
    assert_string_equal(text, wanted);
    int64_t parsed;
    assert_true(tarn_time_parse(text, strlen(text), &parsed));
    assert_int_equal(parsed, micros);
}

static void test_format_and_parse(void **state) {
    (void)state;
    check_text(0, "1970-01-01T00:00:00.000000Z");
    check_text(1, "1970-01-01T00:00:00.000001Z");
    check_text(-1, "1969-12-31T23:59:59.999999Z");
    check_text(1709210096 * second + 789012, "2024-02-29T12:34:56.789012Z");
    check_text(-2208988800 * second, "1900-01-01T00:00:00.000000Z");
    check_text(253402300799 * second + 999999, "9999-12-31T23:59:59.999999Z");
    check_text(-62167219200 * second, "0000-01-01T00:00:00.000000Z");
}

static void test_years_are_clamped(void **state) {
    (void)state;
    char text[TARN_TIME_TEXT_SIZE];
    tarn_time_format(INT64_MAX, text);
    assert_string_equal(text, "9999-12-31T23:59:59.999999Z");
    tarn_time_format(INT64_MIN, text);
    assert_string_equal(text, "0000-01-01T00:00:00.000000Z");
}

static void test_parse_refuses(void **state) {
    (void)state;
    static const char *const wrong[] = {
        "",
        "2024-02-29T12:34:56.789012",
        "2024-02-29T12:34:56.789012ZZ",
        "2024-02-29 12:34:56.789012Z",
        "2024/02-29T12:34:56.789012Z",
        "2024-02/29T12:34:56.789012Z",
        "2024-02-29T12.34:56.789012Z",
        "2024-02-29T12:34.56.789012Z",
        "2024-02-29T12:34:56,789012Z",
        "2024-02-29T12:34:56.789012z",
        "2024-00-29T12:34:56.789012Z",
        "2024-13-29T12:34:56.789012Z",
        "2024-02-00T12:34:56.789012Z",
        "2024-01-32T12:34:56.789012Z",
        "2024-02-29T24:34:56.789012Z",
        "2024-02-29T12:60:56.789012Z",
        "2024-02-29T12:34:60.789012Z",
        "+024-02-29T12:34:56.789012Z",
        "2024-a2-29T12:34:56.789012Z",
        "2024-02-b9T12:34:56.789012Z",
        "2024-02-29Tc2:34:56.789012Z",
        "2024-02-29T12:d4:56.789012Z",
        "2024-02-29T12:34:e6.789012Z",
        "2024-02-29T12:34:56.f89012Z",
        "2023-02-29T12:34:56.789012Z",
        "1900-02-29T12:34:56.789012Z",
        "2024-04-31T12:34:56.789012Z",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        int64_t parsed;
        if (tarn_time_parse(wrong[i], strlen(wrong[i]), &parsed))
            fail_msg("'%s' was taken for a time", wrong[i]);
    }
    int64_t parsed;
    assert_true(tarn_time_parse("2000-02-29T00:00:00.000000Z", 27, &parsed));
}

/* Each day of 800 years, against a calendar that counts days one by one. */
static void test_civil_days(void **state) {
    (void)state;
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t days = -146097;
    for (int64_t year = 1570; year < 2370; year++) {
        bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        for (int month = 1; month <= 12; month++) {
            int length = lengths[month - 1] + (month == 2 && leap);
            for (int day = 1; day <= length; day++, days++) {
                int64_t y;
                int m, d;
                tarn_civil_from_days(days, &y, &m, &d);
                assert_true(y == year && m == month && d == day);
                assert_true(tarn_days_from_civil(year, month, day) == days);
            }
        }
    }
    assert_int_equal(tarn_days_from_civil(1970, 1, 1), 0);
    assert_int_equal(tarn_days_from_civil(-1, 12, 31), tarn_days_from_civil(0, 1, 1) - 1);
    assert_int_equal(tarn_days_from_civil(-400, 3, 1), tarn_days_from_civil(0, 3, 1) - 146097);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clocks),
        cmocka_unit_test(test_format_and_parse),
        cmocka_unit_test(test_years_are_clamped),
        cmocka_unit_test(test_parse_refuses),
        cmocka_unit_test(test_civil_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
