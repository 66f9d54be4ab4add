/* Excel's number formats, serial dates and names of cells. */
#include "io/sheet.h"

#include "support_csv.h"

#include <string.h>

static void test_number_formats(void **state) {
    (void)state;
    static const struct {
        const char *code;
        tarn_number_show show;
    } cases[] = {
        {"General", TARN_SHOW_NUMBER},
        {"0.00", TARN_SHOW_NUMBER},
        {"#,##0 \"days\"", TARN_SHOW_NUMBER},
        {"0\\d", TARN_SHOW_NUMBER},
        {"[Red]0.0_);(0.0)", TARN_SHOW_NUMBER},
        {"[h]:mm:ss", TARN_SHOW_NUMBER},
        {"0.0E+00", TARN_SHOW_NUMBER},
        {"\"unclosed", TARN_SHOW_NUMBER},
        {"yyyy-mm-dd", TARN_SHOW_DATE},
        {"[$-409]d mmm yy;@", TARN_SHOW_DATE},
        {"mmm", TARN_SHOW_DATE},
        {"dd.mm.yyyy hh:mm", TARN_SHOW_DATE_TIME},
        {"m/d/yy h:mm AM/PM", TARN_SHOW_DATE_TIME},
        {"hh:mm:ss.000", TARN_SHOW_TIME},
        {"h:mm am/pm", TARN_SHOW_TIME},
        {"0;yyyy", TARN_SHOW_NUMBER}, /* the part for positive numbers counts */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(tarn_number_format_show(cases[i].code), cases[i].show);
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
        cmocka_unit_test(test_number_formats),
        cmocka_unit_test(test_serial_dates),
        cmocka_unit_test(test_cell_names),
        cmocka_unit_test(test_escapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
