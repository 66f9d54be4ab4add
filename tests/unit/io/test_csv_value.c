/* Single values: kinds, conversions, and that the two agree. */
#include "support_csv.h"

#include "io/csv_number.h"
#include "io/csv_value.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned kind(const char *text) {
    return (unsigned)tarn_csv_kind_of((const uint8_t *)text, strlen(text));
}

static void knows_kinds(void **state) {
    (void)state;
    static const struct {
        const char *text;
        unsigned kind;
    } cases[] = {
        {"0", TARN_CSV_INT},
        {"-12", TARN_CSV_INT},
        {"9007199254740992", TARN_CSV_INT},
        {"9007199254740993", TARN_CSV_BIG_INT},
        {"-9223372036854775808", TARN_CSV_BIG_INT},
        {"9223372036854775808", TARN_CSV_TEXT},
        {"007", TARN_CSV_TEXT},
        {"+5", TARN_CSV_TEXT},
        {"-", TARN_CSV_TEXT},
        {"-0", TARN_CSV_FLOAT},
        {"1.50", TARN_CSV_FLOAT},
        {".5", TARN_CSV_FLOAT},
        {"5.", TARN_CSV_FLOAT},
        {"1e-3", TARN_CSV_FLOAT},
        {"1E+3", TARN_CSV_FLOAT},
        {".", TARN_CSV_TEXT},
        {"1e", TARN_CSV_TEXT},
        {"1e+", TARN_CSV_TEXT},
        {"00.5", TARN_CSV_TEXT},
        {"1.2.3", TARN_CSV_TEXT},
        {"0x10", TARN_CSV_TEXT},
        {"0.30000000000000004", TARN_CSV_FLOAT},
        {"0.300000000000000041", TARN_CSV_LONG},
        {"0.30000000000000001", TARN_CSV_LONG}, /* its double, at this length, is 0.29999999999999999 */
        {"9007199254740993.0", TARN_CSV_LONG},
        {"9007199254740992.0", TARN_CSV_FLOAT},
        {"-9007199254740993.0", TARN_CSV_LONG},
        {"90071992547409930.5", TARN_CSV_LONG},
        {"9.007199254740993e15", TARN_CSV_LONG},
        {"9.007199254740993e30", TARN_CSV_FLOAT},
        {"123456789012345.67", TARN_CSV_FLOAT},
        {"1.7976931348623157e308", TARN_CSV_FLOAT},
        {"0.1000000000000000055", TARN_CSV_LONG},
        {"1E5", TARN_CSV_EXPONENT},
        {"12e0", TARN_CSV_EXPONENT},
        {"1.5E5", TARN_CSV_FLOAT},
        {"-1E5", TARN_CSV_FLOAT},
        {"1.00000000000000000000", TARN_CSV_FLOAT},
        {"1e308", TARN_CSV_EXPONENT},
        {"2e308", TARN_CSV_TEXT},
        {"1e-307", TARN_CSV_FLOAT},
        {"1e-320", TARN_CSV_TEXT},
        {"1e99999999", TARN_CSV_TEXT},
        {"0e999", TARN_CSV_EXPONENT},
        {"nan", TARN_CSV_NAN},
        {"-inf", TARN_CSV_NAN},
        {"Infinity", TARN_CSV_NAN},
        {"-nan", TARN_CSV_TEXT},
        {"nano", TARN_CSV_TEXT},
        {"true", TARN_CSV_BOOL},
        {"FALSE", TARN_CSV_BOOL},
        {"t", TARN_CSV_TEXT},
        {"2024-02-29", TARN_CSV_DATE},
        {"2023-02-29", TARN_CSV_TEXT},
        {"1900-02-29", TARN_CSV_TEXT},
        {"2000-02-29", TARN_CSV_DATE},
        {"2024-13-01", TARN_CSV_TEXT},
        {"0000-01-01", TARN_CSV_TEXT},
        {"2024-1-01", TARN_CSV_TEXT},
        {"2024-01-01 10:00", TARN_CSV_TIMESTAMP},
        {"2024-01-01T10:00:00", TARN_CSV_TIMESTAMP},
        {"2024-01-01 10:00:00.1234567", TARN_CSV_TEXT},
        {"2024-01-01 10:00:00.1234560", TARN_CSV_TIMESTAMP},
        {"2024-01-01 24:00", TARN_CSV_TEXT},
        {"2024-01-01 10:60", TARN_CSV_TEXT},
        {"2024-01-01 10:00:60", TARN_CSV_TEXT},
        {"2024-01-01T10:00Z", TARN_CSV_ZONED},
        {"2024-01-01 10:00:00+0130", TARN_CSV_ZONED},
        {"2024-01-01 10:00:00 -05:00", TARN_CSV_ZONED},
        {"2024-01-01 10:00:00+1", TARN_CSV_TEXT},
        {"2024-01-01 10:00:00+19", TARN_CSV_TEXT},
        {"2024-01-01 10:00:00+01-00", TARN_CSV_TEXT},
        {"2024-01-01x", TARN_CSV_TEXT},
        {"2024-01-01 10", TARN_CSV_TEXT},
        {"10:20:30", TARN_CSV_TIME},
        {"10:20:30.5", TARN_CSV_TIME},
        {"10:20", TARN_CSV_TEXT},
        {"25:00:00", TARN_CSV_TEXT},
        {"10:20:30.", TARN_CSV_TEXT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (kind(cases[i].text) != cases[i].kind)
            fail_msg("%s is of kind %u, not %u", cases[i].text, kind(cases[i].text), cases[i].kind);
    }
}

static void joins_kinds(void **state) {
    (void)state;
    assert_int_equal(tarn_csv_type_of_kinds(0), TARN_CSV_TYPE_TEXT);
    assert_int_equal(tarn_csv_type_of_kinds(TARN_CSV_BLANK), TARN_CSV_TYPE_TEXT);
    assert_int_equal(tarn_csv_type_of_kinds(TARN_CSV_INT | TARN_CSV_BLANK), TARN_CSV_TYPE_INT64);
    assert_int_equal(tarn_csv_type_of_kinds(TARN_CSV_INT | TARN_CSV_BIG_INT), TARN_CSV_TYPE_INT64);
    assert_int_equal(tarn_csv_type_of_kinds(TARN_CSV_INT | TARN_CSV_NAN), TARN_CSV_TYPE_FLOAT64);
    assert_int_equal(tarn_csv_type_of_kinds(TARN_CSV_FLOAT | TARN_CSV_BIG_INT), TARN_CSV_TYPE_TEXT);
    assert_int_equal(tarn_csv_type_of_kinds(TARN_CSV_NAN), TARN_CSV_TYPE_TEXT);
    assert_int_equal(tarn_csv_type_of_kinds(TARN_CSV_DATE | TARN_CSV_TIMESTAMP), TARN_CSV_TYPE_TIMESTAMP);
    assert_int_equal(tarn_csv_type_of_kinds(TARN_CSV_DATE | TARN_CSV_ZONED), TARN_CSV_TYPE_TEXT);
    assert_int_equal(tarn_csv_type_of_kinds(TARN_CSV_BOOL | TARN_CSV_INT), TARN_CSV_TYPE_TEXT);
}

static void assert_double(const char *text) {
    double value = 0, expected = strtod(text, NULL);
    if (!tarn_csv_parse_double((const uint8_t *)text, strlen(text), &value))
        fail_msg("%s is no number", text);
    if (memcmp(&value, &expected, sizeof value) != 0)
        fail_msg("%s gave %.17g, not %.17g", text, value, expected);
}

/* The C library is the judge: every way of writing random doubles, and halves between two of them. */
static void rounds_like_the_library(void **state) {
    (void)state;
    uint64_t seed = 42;
    char text[64];
    for (int i = 0; i < 200000; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        uint64_t bits = seed ^ seed >> 29;
        double value;
        memcpy(&value, &bits, sizeof value);
        if (isfinite(value)) {
            snprintf(text, sizeof text, "%.*e", (int)(bits % 19), value);
            assert_double(text);
        }
        snprintf(text, sizeof text, "%" PRIu64 "e%d", bits >> (bits & 15), (int)(bits >> 4 & 63) - 32);
        assert_double(text);
        snprintf(text, sizeof text, "%.*f", (int)(bits % 14), (double)(bits >> 20) / 1e7);
        assert_double(text);
    }
    assert_double("9007199254740993");
    assert_double("9007199254740993.0000000000000000000001");
    assert_double("-0");
    assert_double("123456789012345678901234567890");
    double value;
    assert_false(tarn_csv_parse_double((const uint8_t *)"1e999", 5, &value));
    assert_true(tarn_csv_parse_double((const uint8_t *)"-Inf", 4, &value) && isinf(value) && value < 0);
    char zeros[300];
    memset(zeros, '1', sizeof zeros);
    assert_true(tarn_csv_parse_double((const uint8_t *)zeros, sizeof zeros, &value));
}

static void parses_integers(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool fits;
        int64_t value;
    } cases[] = {{"007", true, 7},
                 {"+7", true, 7},
                 {"-9223372036854775808", true, INT64_MIN},
                 {"9223372036854775807", true, INT64_MAX},
                 {"9223372036854775808", false, 0},
                 {"99999999999999999999", false, 0},
                 {"", false, 0},
                 {"-", false, 0},
                 {"1 2", false, 0},
                 {"1234567890123456789x", false, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t value = 0;
        assert_int_equal(tarn_csv_parse_int((const uint8_t *)cases[i].text, strlen(cases[i].text), &value),
                         cases[i].fits);
        assert_int_equal(value, cases[i].fits ? cases[i].value : value);
    }
}

static void knows_type_names(void **state) {
    (void)state;
    tarn_csv_type type;
    tarn_csv_decimal decimal = {0};
    assert_true(tarn_csv_type_find("VARCHAR", &type, &decimal) && type == TARN_CSV_TYPE_TEXT);
    assert_true(tarn_csv_type_find("timestamp with time zone", &type, &decimal) && type == TARN_CSV_TYPE_TIMESTAMPTZ);
    assert_true(tarn_csv_type_find("timestamp[us]", &type, &decimal) && type == TARN_CSV_TYPE_TIMESTAMP);
    assert_false(tarn_csv_type_find("interval", &type, &decimal));
    assert_true(tarn_csv_type_find("Decimal(9, 4)", &type, &decimal) && type == TARN_CSV_TYPE_DECIMAL);
    assert_int_equal(decimal.precision, 9);
    assert_int_equal(decimal.scale, 4);
    assert_true(tarn_csv_type_find("numeric( 5 )", &type, &decimal) && decimal.precision == 5 && decimal.scale == 0);
    assert_true(tarn_csv_type_find("dec", &type, &decimal) && decimal.precision == 18 && decimal.scale == 3);
    static const char *const wrong[] = {"decimal(0)",  "decimal(39,1)", "decimal(4,5)", "decimal(4,",
                                        "decimal(4)x", "decimals",      "decimal(-1)",  "decimal()"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(tarn_csv_type_find(wrong[i], &type, &decimal));
    assert_string_equal(tarn_csv_type_format(TARN_CSV_TYPE_DATE), "tdD");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_kinds),
        cmocka_unit_test(joins_kinds),
        cmocka_unit_test(rounds_like_the_library),
        cmocka_unit_test(parses_integers),
        cmocka_unit_test(knows_type_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
