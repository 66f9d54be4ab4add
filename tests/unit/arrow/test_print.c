/* Values as text and as JSON, value by value; building them. The texts are what DuckDB's casts to VARCHAR give. */
#include "arrow/array_node.h"
#include "arrow/builder.h"
#include "arrow/print_value.h"
#include "support_arrow.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void assert_buffer(tarn_buffer *buffer, const char *text) {
    if (buffer->size != strlen(text) || memcmp(buffer->data ? (char *)buffer->data : "", text, buffer->size) != 0)
        fail_msg("'%.*s' instead of '%s'", (int)buffer->size, (char *)buffer->data, text);
    tarn_buffer_free(buffer);
}

/* One raw value of a fixed-width type. */
static void assert_raw(const char *format, const void *value, const char *text, const char *json) {
    tarn_error error = {0};
    struct ArrowSchema schema;
    struct ArrowArray array;
    tarn_builder *builder;
    tarn_buffer printed = {0};
    make_schema(format, &schema);
    must(tarn_builder_new(&schema, &builder, &error), &error);
    must(tarn_builder_raw(builder, value, &error), &error);
    must(tarn_builder_finish(builder, &array, &error), &error);
    assert_text(&schema, &array, 0, text);
    must(tarn_array_print_json(&schema, &array, 0, &printed, &error), &error);
    assert_buffer(&printed, json);
    tarn_builder_free(builder);
    tarn_array_release(&array);
    tarn_schema_release(&schema);
}

static void assert_integer(const char *format, int64_t value, const char *text, const char *json) {
    assert_raw(format, &value, text, json);
}

static void test_integers(void **state) {
    (void)state;
    assert_integer("c", -7, "-7", "-7");
    assert_integer("C", 200, "200", "200");
    assert_integer("s", INT16_MIN, "-32768", "-32768");
    assert_integer("S", 65535, "65535", "65535");
    assert_integer("i", -1, "-1", "-1");
    assert_integer("I", UINT32_MAX, "4294967295", "4294967295");
    assert_integer("l", INT64_MIN, "-9223372036854775808", "\"-9223372036854775808\"");
    assert_integer("l", INT64_C(1) << 53, "9007199254740992", "9007199254740992");
    assert_integer("l", (INT64_C(1) << 53) + 1, "9007199254740993", "\"9007199254740993\"");
    assert_integer("L", -1, "18446744073709551615", "\"18446744073709551615\"");
}

static void assert_double(double value, const char *text) {
    tarn_buffer out = {0};
    assert_int_equal(tarn_print_float(value, false, &out, NULL), TARN_OK);
    assert_buffer(&out, text);
}

static void assert_float(float value, const char *text) {
    tarn_buffer out = {0};
    assert_int_equal(tarn_print_float(value, true, &out, NULL), TARN_OK);
    assert_buffer(&out, text);
}

static void test_uuids(void **state) {
    (void)state;
    tarn_buffer out = {0};
    const uint8_t bytes[16] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
                               0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10};
    assert_int_equal(tarn_print_uuid(bytes, &out, NULL), TARN_OK);
    assert_buffer(&out, "01234567-89ab-cdef-fedc-ba9876543210");
}

static void test_floats(void **state) {
    (void)state;
    assert_double(1, "1.0");
    assert_double(0, "0.0");
    assert_double(-0.0, "-0.0");
    assert_double(0.1 + 0.2, "0.30000000000000004");
    assert_double(-123.456, "-123.456");
    assert_double(1e15, "1000000000000000.0");
    assert_double(1e16, "1e+16");
    assert_double(123456789012345680.0, "1.2345678901234568e+17");
    assert_double(0.0001, "0.0001");
    assert_double(0.00012345, "0.00012345");
    assert_double(0.00001, "1e-05");
    assert_double(1.5e-7, "1.5e-07");
    assert_double(5e-324, "5e-324");
    assert_double(1e100, "1e+100");
    assert_double(1.7976931348623157e308, "1.7976931348623157e+308");
    assert_double(NAN, "nan");
    assert_double(-INFINITY, "-inf");
    assert_float(0.1f, "0.1");
    assert_float(1e7f, "10000000.0");
    assert_float(123456789.0f, "123456790.0");
    assert_float(3.4e38f, "3.4e+38");
    assert_float(1e-45f, "1e-45");
    assert_raw("g", &(double){2.5}, "2.5", "2.5");
    assert_raw("g", &(double){NAN}, "nan", "\"nan\"");
    assert_raw("f", &(float){-INFINITY}, "-inf", "\"-inf\"");
    assert_raw("e", &(uint16_t){0x3C00}, "1.0", "1.0");
    assert_raw("e", &(uint16_t){0x0001}, "5.9604645e-08", "5.9604645e-08");
    assert_raw("e", &(uint16_t){0xFC00}, "-inf", "\"-inf\"");
    assert_raw("e", &(uint16_t){0x7E00}, "nan", "\"nan\"");
}

/* Floats read back as what they were, whatever their size. */
static void test_floats_come_back(void **state) {
    (void)state;
    random_source random = {1};
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = random_number(&random);
        double wide;
        float narrow;
        tarn_buffer out = {0};
        memcpy(&wide, &bits, sizeof wide);
        memcpy(&narrow, &bits, sizeof narrow);
        if (isnan(wide) || isnan(narrow))
            continue;
        assert_int_equal(tarn_print_float(wide, false, &out, NULL), TARN_OK);
        assert_int_equal(tarn_buffer_append(&out, "", 1, NULL), TARN_OK);
        assert_true(strtod((char *)out.data, NULL) == wide);
        out.size = 0;
        assert_int_equal(tarn_print_float(narrow, true, &out, NULL), TARN_OK);
        assert_int_equal(tarn_buffer_append(&out, "", 1, NULL), TARN_OK);
        assert_true(strtof((char *)out.data, NULL) == narrow);
        tarn_buffer_free(&out);
    }
}

static void assert_decimal(const char *format, int64_t value, const char *text, const char *json) {
    int64_t words[4] = {value, value >> 63, value >> 63, value >> 63};
    assert_raw(format, words, text, json);
}

static void test_decimals(void **state) {
    (void)state;
    assert_decimal("d:10,2", 150, "1.50", "1.50");
    assert_decimal("d:10,2", -5, "-0.05", "-0.05");
    assert_decimal("d:10,2", 0, "0.00", "0.00");
    assert_decimal("d:38,0", -42, "-42", "\"-42\"");
    assert_decimal("d:4,-2", 12, "1200", "1200");
    assert_decimal("d:4,-2", 0, "0", "0");
    assert_decimal("d:9,1,32", 7, "0.7", "0.7");
    assert_decimal("d:18,1,64", -7, "-0.7", "\"-0.7\"");
    assert_decimal("d:76,5,256", -1234567, "-12.34567", "\"-12.34567\"");
    static const uint64_t largest[2] = {UINT64_C(0x098A223FFFFFFFFF), UINT64_C(0x4B3B4CA85A86C47A)};
    assert_raw("d:38,10", largest, "9999999999999999999999999999.9999999999",
               "\"9999999999999999999999999999.9999999999\"");
    static const uint64_t least[4] = {0, 0, 0, UINT64_C(0x8000000000000000)};
    const char *text = "-57896044618658097711785492504343953926634992332820282019728792003956564819968";
    tarn_buffer out = {0};
    assert_int_equal(tarn_print_decimal((const uint8_t *)least, 32, 0, &out, NULL), TARN_OK);
    assert_buffer(&out, text);
}

#define DAY INT64_C(86400000000)

static void test_times(void **state) {
    (void)state;
    int64_t day = 20455; /* 2026-01-02 */
    int64_t noon = day * DAY + DAY / 2;
    assert_integer("tdD", day, "2026-01-02", "\"2026-01-02\"");
    assert_integer("tdD", -719162, "0001-01-01", "\"0001-01-01\"");
    assert_integer("tdD", -719163, "0001-12-31 (BC)", "\"0001-12-31 (BC)\"");
    assert_integer("tdD", INT32_MAX, "infinity", "\"infinity\"");
    assert_integer("tdm", day * 86400000, "2026-01-02", "\"2026-01-02\"");
    assert_integer("tdm", -1, "1969-12-31", "\"1969-12-31\"");
    assert_integer("ttu", INT64_C(11045500000), "03:04:05.5", "\"03:04:05.5\"");
    assert_integer("tts", 11045, "03:04:05", "\"03:04:05\"");
    assert_integer("ttm", 11045001, "03:04:05.001", "\"03:04:05.001\"");
    assert_integer("ttn", 1, "00:00:00.000000001", "\"00:00:00.000000001\"");
    assert_integer("tsu:", noon, "2026-01-02 12:00:00", "\"2026-01-02 12:00:00\"");
    assert_integer("tsu:UTC", noon + 500000, "2026-01-02 12:00:00.5+00", "\"2026-01-02 12:00:00.5+00\"");
    assert_integer("tsu:", -1, "1969-12-31 23:59:59.999999", "\"1969-12-31 23:59:59.999999\"");
    assert_integer("tss:", day * 86400, "2026-01-02 00:00:00", "\"2026-01-02 00:00:00\"");
    assert_integer("tsn:", 1, "1970-01-01 00:00:00.000000001", "\"1970-01-01 00:00:00.000000001\"");
    assert_integer("tsm:", INT64_MAX, "infinity", "\"infinity\"");
    assert_integer("tsu:", -INT64_MAX, "-infinity", "\"-infinity\"");
    assert_integer("tDu", -500000, "-00:00:00.5", "\"-00:00:00.5\"");
    assert_integer("tDs", 360000, "100:00:00", "\"100:00:00\"");
    assert_integer("tDn", INT64_MIN, "-2562047:47:16.854775807", "\"-2562047:47:16.854775807\"");
}

typedef struct interval {
    int32_t months, days;
    int64_t nanoseconds;
} interval;

static void test_intervals(void **state) {
    (void)state;
    assert_raw("tin", &(interval){14, -3, 1000}, "1 year 2 months -3 days 00:00:00.000001",
               "\"1 year 2 months -3 days 00:00:00.000001\"");
    assert_raw("tin", &(interval){-14, 1, -3600000000000}, "-1 year -2 months 1 day -01:00:00",
               "\"-1 year -2 months 1 day -01:00:00\"");
    assert_raw("tin", &(interval){0, 0, 0}, "00:00:00", "\"00:00:00\"");
    assert_raw("tin", &(interval){24, 0, 0}, "2 years", "\"2 years\"");
    assert_raw("tiM", &(int32_t){1}, "1 month", "\"1 month\"");
    assert_raw("tiD", (int32_t[]){2, 1500}, "2 days 00:00:01.5", "\"2 days 00:00:01.5\"");
    assert_raw("w:4", "a\x01\"z", "a\\x01\\x22z", "\"a\\\\x01\\\\x22z\"");
}

/* ---- nested ------------------------------------------------------------------------------------------------------ */

/* [texts …] as one list, beside a null list. */
static void make_list(const char *const *texts, int64_t count, struct ArrowSchema *schema, struct ArrowArray *out) {
    tarn_error error = {0};
    struct ArrowSchema text_schema;
    struct ArrowArray child;
    int32_t *offsets = tarn_aligned_alloc(3 * sizeof *offsets);
    uint8_t *validity = tarn_aligned_alloc(1);
    void *buffers[] = {validity, offsets};
    make_texts(texts, count, &text_schema, &child);
    tarn_schema_release(&text_schema);
    validity[0] = 1;
    offsets[0] = 0;
    offsets[1] = offsets[2] = (int32_t)count;
    make_schema("+l<u>", schema);
    must(tarn_array_make(out, 2, 1, buffers, 2, &child, 1, &error), &error);
}

static void test_lists(void **state) {
    (void)state;
    static const char *const texts[] = {"a",     "b c", "d,e", "",    NULL,  "null", "NULL", " x", "[a]",  "it's",
                                        "\"q\"", "{",   "a=b", "a:b", "a(b", "a\\b", "x ",   "-1", "ta\tb"};
    struct ArrowSchema schema;
    struct ArrowArray list;
    tarn_buffer json = {0};
    make_list(texts, sizeof texts / sizeof *texts, &schema, &list);
    assert_text(&schema, &list, 0,
                "[a, b c, 'd,e', '', NULL, 'null', 'NULL', ' x', '[a]', 'it\\'s', '\"q\"', '{', 'a=b', 'a:b', 'a(b', "
                "a\\b, 'x ', -1, ta\tb]");
    assert_text(&schema, &list, 1, NULL);
    assert_int_equal(tarn_array_print_json(&schema, &list, 0, &json, NULL), TARN_OK);
    assert_buffer(&json,
                  "[\"a\",\"b c\",\"d,e\",\"\",null,\"null\",\"NULL\",\" x\",\"[a]\",\"it's\",\"\\\"q\\\"\",\"{\","
                  "\"a=b\",\"a:b\",\"a(b\",\"a\\\\b\",\"x \",\"-1\",\"ta\\tb\"]");
    assert_int_equal(tarn_array_print_json(&schema, &list, 1, &json, NULL), TARN_OK);
    assert_buffer(&json, "null");
    tarn_array_release(&list);
    tarn_schema_release(&schema);
}

/* One struct of an integer and a text. */
static void make_pair(const char *format, int64_t number, const char *text, struct ArrowSchema *schema,
                      struct ArrowArray *out) {
    tarn_error error = {0};
    struct ArrowSchema part;
    struct ArrowArray children[2];
    void *buffers[] = {NULL};
    make_integers("l", &number, 1, &part, &children[0]);
    tarn_schema_release(&part);
    make_texts(&text, 1, &part, &children[1]);
    tarn_schema_release(&part);
    make_schema(format, schema);
    must(tarn_array_make(out, 1, 0, buffers, 1, children, 2, &error), &error);
}

static void test_structs(void **state) {
    (void)state;
    struct ArrowSchema schema;
    struct ArrowArray array;
    tarn_buffer json = {0};
    make_pair("+s<l;u>", 1, NULL, &schema, &array);
    assert_text(&schema, &array, 0, "{'a': 1, 'b': NULL}");
    assert_int_equal(tarn_array_print_json(&schema, &array, 0, &json, NULL), TARN_OK);
    assert_buffer(&json, "{\"a\":1,\"b\":null}");
    schema.children[0]->name = schema.children[1]->name = "";
    assert_text(&schema, &array, 0, "(1, NULL)");
    assert_int_equal(tarn_array_print_json(&schema, &array, 0, &json, NULL), TARN_OK);
    assert_buffer(&json, "[1,null]");
    tarn_array_release(&array);
    tarn_schema_release(&schema);
}

static void test_maps(void **state) {
    (void)state;
    tarn_error error = {0};
    struct ArrowSchema schema, pair_schema;
    struct ArrowArray pair, map;
    tarn_buffer json = {0};
    int32_t *offsets = tarn_aligned_alloc(2 * sizeof *offsets);
    void *buffers[] = {NULL, offsets};
    offsets[0] = 0;
    offsets[1] = 1;
    make_pair("+s<l;u>", 7, "x, y", &pair_schema, &pair);
    make_schema("+m<+s<l;u>>", &schema);
    must(tarn_array_make(&map, 1, 0, buffers, 2, &pair, 1, &error), &error);
    assert_text(&schema, &map, 0, "{7='x, y'}");
    must(tarn_array_print_json(&schema, &map, 0, &json, &error), &error);
    assert_buffer(&json, "{\"7\":\"x, y\"}");
    tarn_array_release(&map);
    tarn_schema_release(&schema);
    tarn_schema_release(&pair_schema);
}

static void assert_cell(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t i, const char *text) {
    tarn_buffer out = {0};
    bool is_null;
    assert_int_equal(tarn_array_print_cell(schema, array, i, &out, &is_null, NULL), TARN_OK);
    assert_int_equal(is_null, text == NULL);
    if (text != NULL)
        assert_buffer(&out, text);
}

/* Cells of files: nested values are JSON in which no digit is missing, all others are as they are everywhere. */
static void test_cells(void **state) {
    (void)state;
    static const char *const texts[] = {"00100", "say \"x\"", NULL};
    const int64_t big = INT64_C(9007199254740993);
    struct ArrowSchema schema;
    struct ArrowArray array;
    make_pair("+s<l;u>", big, "a, b", &schema, &array);
    assert_cell(&schema, &array, 0, "{\"a\":9007199254740993,\"b\":\"a, b\"}");
    tarn_array_release(&array);
    tarn_schema_release(&schema);
    make_list(texts, 3, &schema, &array);
    assert_cell(&schema, &array, 0, "[\"00100\",\"say \\\"x\\\"\",null]");
    assert_cell(&schema, &array, 1, NULL);
    tarn_array_release(&array);
    tarn_schema_release(&schema);
    make_integers("l", &big, 1, &schema, &array);
    assert_cell(&schema, &array, 0, "9007199254740993");
    tarn_array_release(&array);
    tarn_schema_release(&schema);
}

static void test_dictionaries_and_booleans(void **state) {
    (void)state;
    static const char *const values[] = {"x", NULL};
    struct ArrowSchema schema;
    struct ArrowArray array;
    tarn_error error = {0};
    tarn_builder *builder;
    make_dictionary((int32_t[]){0, -1, 1}, 3, values, 2, &schema, &array);
    assert_text(&schema, &array, 0, "x");
    assert_text(&schema, &array, 1, NULL);
    assert_text(&schema, &array, 2, NULL);
    tarn_array_release(&array);
    tarn_schema_release(&schema);
    make_schema("b", &schema);
    must(tarn_builder_new(&schema, &builder, &error), &error);
    must(tarn_builder_bool(builder, true, &error), &error);
    must(tarn_builder_null(builder, &error), &error);
    must(tarn_builder_bool(builder, false, &error), &error);
    must(tarn_builder_finish(builder, &array, &error), &error);
    assert_text(&schema, &array, 0, "true");
    assert_text(&schema, &array, 1, NULL);
    assert_text(&schema, &array, 2, "false");
    tarn_builder_free(builder);
    tarn_array_release(&array);
    tarn_schema_release(&schema);
}

/* ---- building ---------------------------------------------------------------------------------------------------- */

static void test_builders_start_anew(void **state) {
    (void)state;
    tarn_error error = {0};
    struct ArrowSchema schema;
    struct ArrowArray array;
    tarn_builder *builder;
    make_schema("u", &schema);
    must(tarn_builder_new(&schema, &builder, &error), &error);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < round * 20; i++)
            must(i % 3 == 1 ? tarn_builder_null(builder, &error) : tarn_builder_bytes(builder, "abc", 3, &error),
                 &error);
        must(tarn_builder_finish(builder, &array, &error), &error);
        must(tarn_array_validate(&schema, &array, &error), &error);
        assert_int_equal(array.length, round * 20);
        tarn_array_release(&array);
    }
    tarn_builder_free(builder);
    tarn_schema_release(&schema);
}

static void assert_refuses(const char *format, int64_t value, const char *text) {
    tarn_error error = {0};
    struct ArrowSchema schema;
    tarn_builder *builder;
    make_schema(format, &schema);
    must(tarn_builder_new(&schema, &builder, &error), &error);
    must_fail(tarn_builder_int(builder, value, &error), TARN_E_INVALID, &error, text);
    tarn_builder_free(builder);
    tarn_schema_release(&schema);
}

static void test_builders_refuse(void **state) {
    (void)state;
    tarn_error error = {0};
    struct ArrowSchema schema;
    tarn_builder *builder;
    assert_refuses("c", 128, "128 does not fit into int8, which holds -128 to 127");
    assert_refuses("C", -1, "uint8");
    assert_refuses("i", INT64_C(1) << 31, "int32");
    assert_refuses("L", -1, "uint64");
    assert_refuses("u", 1, "an integer does not go into a column of type utf8");
    make_schema("u", &schema);
    must(tarn_builder_new(&schema, &builder, &error), &error);
    must_fail(tarn_builder_bytes(builder, "\xFF", 1, &error), TARN_E_INVALID, &error, "UTF-8");
    must_fail(tarn_builder_double(builder, 1, &error), TARN_E_INVALID, &error, "floating-point");
    must_fail(tarn_builder_bool(builder, true, &error), TARN_E_INVALID, &error, "true or false");
    must_fail(tarn_builder_raw(builder, "x", &error), TARN_E_INVALID, &error, "fixed-width");
    tarn_builder_free(builder);
    tarn_schema_release(&schema);
    make_schema("i", &schema);
    must(tarn_builder_new(&schema, &builder, &error), &error);
    must_fail(tarn_builder_bytes(builder, "x", 1, &error), TARN_E_INVALID, &error, "text");
    tarn_builder_free(builder);
    tarn_schema_release(&schema);
    make_schema("+l<i>", &schema);
    must_fail(tarn_builder_new(&schema, &builder, &error), TARN_E_UNSUPPORTED, &error, "list<int32>");
    tarn_schema_release(&schema);
    tarn_builder_free(NULL);
}

static void test_null_columns(void **state) {
    (void)state;
    tarn_error error = {0};
    struct ArrowSchema schema;
    struct ArrowArray array;
    tarn_builder *builder;
    make_schema("n", &schema);
    must(tarn_builder_new(&schema, &builder, &error), &error);
    must(tarn_builder_null(builder, &error), &error);
    must(tarn_builder_finish(builder, &array, &error), &error);
    must(tarn_array_validate(&schema, &array, &error), &error);
    assert_text(&schema, &array, 0, NULL);
    tarn_builder_free(builder);
    tarn_array_release(&array);
    tarn_schema_release(&schema);
}

static void test_doubles_are_built(void **state) {
    (void)state;
    tarn_error error = {0};
    static const char *const formats[] = {"g", "f"};
    for (int i = 0; i < 2; i++) {
        struct ArrowSchema schema;
        struct ArrowArray array;
        tarn_builder *builder;
        make_schema(formats[i], &schema);
        must(tarn_builder_new(&schema, &builder, &error), &error);
        must(tarn_builder_double(builder, 0.1, &error), &error);
        must(tarn_builder_finish(builder, &array, &error), &error);
        assert_text(&schema, &array, 0, "0.1");
        tarn_builder_free(builder);
        tarn_array_release(&array);
        tarn_schema_release(&schema);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_uuids),
        cmocka_unit_test(test_floats),
        cmocka_unit_test(test_floats_come_back),
        cmocka_unit_test(test_decimals),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_intervals),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_structs),
        cmocka_unit_test(test_maps),
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_dictionaries_and_booleans),
        cmocka_unit_test(test_builders_start_anew),
        cmocka_unit_test(test_builders_refuse),
        cmocka_unit_test(test_null_columns),
        cmocka_unit_test(test_doubles_are_built),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
