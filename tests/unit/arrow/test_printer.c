/* Columns printed quickly against the same columns printed value by value; digits of floats against trying. */
#include "arrow/builder.h"
#include "arrow/print_value.h"
#include "arrow/printer.h"
#include "support_arrow.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void assert_same(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t i,
                        tarn_printer *printer) {
    tarn_buffer slow = {0};
    tarn_printed quick;
    tarn_error error = {0};
    bool is_null;
    must(tarn_array_print(schema, array, i, &slow, &is_null, &error), &error);
    must(tarn_printer_print(printer, i, &quick, &error), &error);
    assert_int_equal(quick.kind == TARN_PRINTED_NULL, is_null);
    if (!is_null) {
        assert_int_equal(quick.size, slow.size);
        assert_true(slow.size == 0 || memcmp(quick.text, slow.data, slow.size) == 0);
    }
    if (quick.kind == TARN_PRINTED_PLAIN)
        assert_true(quick.size > 0 && memchr(quick.text, ',', quick.size) == NULL);
    tarn_buffer_free(&slow);
}

static void test_all_types(void **state) {
    (void)state;
    random_source random = {20};
    for (size_t t = 0; plain_types[t] != NULL; t++) {
        for (int round = 0; round < 8; round++) {
            struct ArrowSchema schema;
            struct ArrowArray array;
            tarn_printer *printer;
            tarn_error error = {0};
            make_schema(plain_types[t], &schema);
            random_array(&random, &schema, random_below(&random, 60), &array);
            must(tarn_printer_new(&schema, &array, &printer, &error), &error);
            for (int64_t i = 0; i < array.length; i++)
                assert_same(&schema, &array, i, printer);
            tarn_printer_free(printer);
            tarn_array_release(&array);
            tarn_schema_release(&schema);
        }
    }
}

static void test_views_are_refused(void **state) {
    (void)state;
    static const char *const views[] = {"vu", "vz", "+vl<i>"};
    for (size_t t = 0; t < sizeof views / sizeof *views; t++) {
        struct ArrowSchema schema;
        struct ArrowArray array = {0};
        tarn_printer *printer = NULL;
        tarn_error error = {0};
        make_schema(views[t], &schema);
        must_fail(tarn_printer_new(&schema, &array, &printer, &error), TARN_E_UNSUPPORTED, &error, "");
        tarn_schema_release(&schema);
    }
}

/* The digits of the shortest of the nearest decimals of 1, 2, 3 … digits that is read back as the number. */
static void digits_by_trial(double value, bool narrow, char *digits, int *exponent) {
    char text[40];
    for (int after_point = 0; after_point < 17; after_point++) {
        snprintf(text, sizeof text, "%.*e", after_point, value);
        if (narrow ? strtof(text, NULL) == (float)value : strtod(text, NULL) == value)
            break;
    }
    *exponent = atoi(strchr(text, 'e') + 1);
    for (const char *p = text; *p != 'e'; p++) {
        if (*p != '.')
            *digits++ = *p;
    }
    *digits = '\0';
}

/* What was printed, as digits without zeros around them and the exponent of the first. */
static void digits_of(const char *text, size_t size, char *digits, int *exponent) {
    int point = -1, first = -1, count = 0, at = 0;
    *exponent = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] == 'e') {
            *exponent = atoi(text + i + 1);
            break;
        }
        if (text[i] == '.') {
            point = at;
            continue;
        }
        if (first < 0 && text[i] != '0')
            first = at;
        if (first >= 0)
            digits[count++] = text[i];
        at++;
    }
    while (count > 1 && digits[count - 1] == '0')
        count--;
    digits[count] = '\0';
    *exponent += (point < 0 ? at : point) - 1 - first;
}

static void assert_shortest(double value, bool narrow) {
    char expected[40], got[400];
    int expected_exponent, exponent;
    tarn_buffer out = {0};
    if (!(value > 0) || isinf(value))
        return;
    assert_int_equal(tarn_print_float(value, narrow, &out, NULL), TARN_OK);
    assert_int_equal(tarn_buffer_append(&out, "", 1, NULL), TARN_OK);
    digits_by_trial(value, narrow, expected, &expected_exponent);
    digits_of((const char *)out.data, out.size - 1, got, &exponent);
    if (strcmp(expected, got) != 0 || expected_exponent != exponent)
        fail_msg("%a is printed as %s, its digits are %s with exponent %d", value, (const char *)out.data, expected,
                 expected_exponent);
    tarn_buffer_free(&out);
}

static void test_floats_of_all_sizes(void **state) {
    (void)state;
    random_source random = {7};
    for (int i = 0; i < 40000; i++) {
        uint64_t bits = random_number(&random) >> 1;
        uint32_t narrow_bits = (uint32_t)(bits >> 32);
        double value;
        float narrow;
        memcpy(&value, &bits, sizeof value);
        memcpy(&narrow, &narrow_bits, sizeof narrow);
        assert_shortest(value, false);
        assert_shortest(narrow, true);
        assert_shortest((double)(bits % 1000000000) / 100, false);
        assert_shortest((double)(bits >> 10), false);
        assert_shortest((double)(bits >> 10) * 0x1p-53, false);
    }
}

/* Where the interval that rounds to a number is lopsided, and the numbers beside it. */
static void test_floats_beside_powers(void **state) {
    (void)state;
    for (int exponent = -1074; exponent < 1024; exponent++) {
        double power = ldexp(1, exponent);
        assert_shortest(power, false);
        assert_shortest(nextafter(power, 0), false);
        assert_shortest(nextafter(power, INFINITY), false);
        if (exponent < -149 || exponent > 127)
            continue;
        assert_shortest(power, true);
        assert_shortest(nextafterf((float)power, 0), true);
        assert_shortest(nextafterf((float)power, INFINITY), true);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_types),
        cmocka_unit_test(test_views_are_refused),
        cmocka_unit_test(test_floats_of_all_sizes),
        cmocka_unit_test(test_floats_beside_powers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
