/* Excel's number formats, serial dates and names of cells. */
#include "io/sheet_value.h"

#include "support_csv.h"

#include <string.h>

static void test_number_formats(void **state) {
    (void)state;
    static const struct {
        const char *code;
        tarn_number_show show;
        const char *unit;
    } cases[] = {
        {"General", TARN_SHOW_NUMBER, ""},
        {"0.00", TARN_SHOW_NUMBER, ""},
        {"#,##0 \"days\"", TARN_SHOW_NUMBER, "days"},
        {"0\\d", TARN_SHOW_NUMBER, "d"},
        {"[Red]0.0_);(0.0)", TARN_SHOW_NUMBER, ""},
        {"#,##0.00 [$€-407];[Red]-#,##0.00 [$€-407]", TARN_SHOW_NUMBER, "€"},
        {"$#,##0.00", TARN_SHOW_NUMBER, "$"},
        {"_-* #,##0.00\\ \"zł\"_-", TARN_SHOW_NUMBER, "zł"},
        {"0.0,,\"M\"", TARN_SHOW_NUMBER, ""}, /* shown in millions: the number is whole */
        {"[h]:mm:ss", TARN_SHOW_DURATION, ""},
        {"[mm]:ss.0", TARN_SHOW_DURATION, ""},
        {"0.0E+00", TARN_SHOW_NUMBER, ""},
        {"\"unclosed", TARN_SHOW_NUMBER, ""},
        {"[unclosed", TARN_SHOW_NUMBER, ""},
        {"\\", TARN_SHOW_NUMBER, ""},
        {"yyyy-mm-dd", TARN_SHOW_DATE, ""},
        {"[$-409]d mmm yy;@", TARN_SHOW_DATE, ""},
        {"mmm", TARN_SHOW_DATE, ""},
        {"dd.mm.yyyy hh:mm", TARN_SHOW_DATE_TIME, ""},
        {"m/d/yy h:mm AM/PM", TARN_SHOW_DATE_TIME, ""},
        {"hh:mm:ss.000", TARN_SHOW_TIME, ""},
        {"h:mm am/pm", TARN_SHOW_TIME, ""},
        {"0;yyyy", TARN_SHOW_NUMBER, ""}, /* the part for positive numbers counts */
        {"0.0%", TARN_SHOW_PERCENT, ""},
        {"00000", TARN_SHOW_PADDED, ""},
        {"000\\-00\\-0000", TARN_SHOW_PADDED, ""},
        {"0", TARN_SHOW_NUMBER, ""},
        {"00.00", TARN_SHOW_NUMBER, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tarn_number_format format;
        assert_int_equal(tarn_number_format_read(cases[i].code, &format, NULL), TARN_OK);
        assert_int_equal(format.show, cases[i].show);
        assert_string_equal(format.unit, cases[i].unit);
        tarn_number_format_clear(&format);
    }
}

static void check_padded(const char *code, uint64_t number, const char *wanted) {
    tarn_number_format format;
    tarn_buffer out = {0};
    assert_int_equal(tarn_number_format_read(code, &format, NULL), TARN_OK);
    assert_int_equal(format.show, TARN_SHOW_PADDED);
    assert_int_equal(tarn_number_format_pad(&format, number, &out, NULL), TARN_OK);
    assert_int_equal(out.size, strlen(wanted));
    assert_memory_equal(out.data, wanted, out.size);
    tarn_buffer_free(&out);
    tarn_number_format_clear(&format);
}

static void test_fixed_digits(void **state) {
    (void)state;
    check_padded("00000", 123, "00123");
    check_padded("00000", 0, "00000");
    check_padded("00000", 1234567, "1234567");
    check_padded("00000\\-0000", 123456789, "12345-6789");
    check_padded("00000\\-0000", 6789, "00000-6789");
    check_padded("000-00-0000", 12345678901, "12345-67-8901");
    check_padded("\"INV-\"000;@", 7, "INV-007");
}

static void test_iso_moments(void **state) {
    (void)state;
    static const struct {
        const char *text;
        tarn_sheet_kind kind;
        int64_t micros;
    } cases[] = {
        {"1970-01-02", TARN_CELL_DATE, INT64_C(86400000000)},
        {"1970-01-01T00:00:01.5", TARN_CELL_DATE_TIME, 1500000},
        {"1970-01-01 00:01", TARN_CELL_DATE_TIME, 60000000},
        {"1970-01-01T00:00:00Z", TARN_CELL_DATE_TIME, 0},
        {"12:30:00", TARN_CELL_TIME, INT64_C(45000000000)},
        {"2023-02-29", TARN_CELL_TEXT, 0},
        {"2023-13-01", TARN_CELL_TEXT, 0},
        {"24:00", TARN_CELL_TEXT, 0},
        {"1970-01-01T", TARN_CELL_TEXT, 0},
        {"1970-01-01T00:00:00+02:00", TARN_CELL_TEXT, 0},
        {"", TARN_CELL_TEXT, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t micros;
        tarn_sheet_kind kind = tarn_sheet_read_iso(cases[i].text, strlen(cases[i].text), &micros);
        assert_int_equal(kind, cases[i].kind);
        if (kind != TARN_CELL_TEXT)
            assert_int_equal(micros, cases[i].micros);
    }
}

static void check_serial(double serial, bool epoch_1904, int64_t seconds, int64_t micros) {
    int64_t found;
    assert_true(tarn_serial_to_micros(serial, epoch_1904, &found));
    assert_int_equal(found, seconds * 1000000 + micros);
}

static void test_serial_dates(void **state) {
    (void)state;
    int64_t micros;
    check_serial(25569, false, 0, 0);
    check_serial(45352.75, false, 1709316000, 0);
    check_serial(45352.000000011574, false, 1709251200, 1000); /* a millisecond */
    check_serial(1, false, -2208988800, 0);                    /* 1900-01-01 */
    check_serial(59, false, -2203977600, 0);                   /* 1900-02-28 */
    check_serial(61, false, -2203891200, 0);                   /* 1900-03-01 */
    check_serial(0, true, -2082844800, 0);                     /* 1904-01-01 */
    check_serial(2958465, false, 253402214400, 0);             /* 9999-12-31 */
    assert_false(tarn_serial_to_micros(2958466, false, &micros));
    assert_false(tarn_serial_to_micros(-1, false, &micros));
}

static void test_cell_names(void **state) {
    (void)state;
    char name[TARN_CELL_NAME_SIZE];
    tarn_cell_name(0, 1, name);
    assert_string_equal(name, "A1");
    tarn_cell_name(25, 20, name);
    assert_string_equal(name, "Z20");
    tarn_cell_name(26, 3, name);
    assert_string_equal(name, "AA3");
    tarn_cell_name(TARN_SHEET_COLUMNS - 1, 1048576, name);
    assert_string_equal(name, "XFD1048576");
}

static void check_escape(const char *plain, const char *escaped) {
    tarn_buffer out = {0};
    assert_int_equal(tarn_workbook_escape(plain, strlen(plain), &out, NULL), TARN_OK);
    assert_int_equal(out.size, strlen(escaped));
    assert_memory_equal(out.data, escaped, out.size);
    size_t size = tarn_workbook_unescape((char *)out.data, out.size);
    assert_int_equal(size, strlen(plain));
    assert_memory_equal(out.data, plain, size);
    tarn_buffer_free(&out);
}

static void test_escapes(void **state) {
    (void)state;
    check_escape("plain_text", "plain_text");
    check_escape("_x000D_", "_x005F_x000D_");
    check_escape("a_x0041_x0042_", "a_x005F_x0041_x005F_x0042_");
    check_escape("_x00G1_ _x12", "_x00G1_ _x12");
    char text[] = "1_x000D_2_x20AC_3_xD800_4_x0000_";
    size_t size = tarn_workbook_unescape(text, strlen(text));
    assert_int_equal(size, strlen("1\r2\xE2\x82\xAC"
                                  "3_xD800_4_x0000_"));
    assert_memory_equal(text,
                        "1\r2\xE2\x82\xAC"
                        "3_xD800_4_x0000_",
                        size);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_number_formats), cmocka_unit_test(test_fixed_digits), cmocka_unit_test(test_iso_moments),
        cmocka_unit_test(test_serial_dates),   cmocka_unit_test(test_cell_names),   cmocka_unit_test(test_escapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
