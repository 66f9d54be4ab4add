/* The JSON reader: what becomes of values, whatever the size of the blocks. */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "arrow/array.h"
#include "arrow/builder.h"
#include "io/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Everything that was read, as text: types, then rows. */
typedef struct answer {
    tarn_status status;
    tarn_buffer text;
    struct ArrowSchema schema;
    tarn_error error;
    size_t batches;
} answer;

static tarn_status take(void *context, struct ArrowArray *batch, tarn_error *error) {
    answer *a = context;
    tarn_status status = tarn_array_validate(&a->schema, batch, error);
    a->batches++;
    for (int64_t row = 0; row < batch->length && status == TARN_OK; row++) {
        for (int64_t i = 0; i < a->schema.n_children && status == TARN_OK; i++) {
            bool is_null = false;
            status = tarn_buffer_printf(&a->text, error, "%s", i == 0 ? "\n" : "|");
            if (status == TARN_OK)
                status =
                    tarn_array_print_cell(a->schema.children[i], batch->children[i], row, &a->text, &is_null, error);
            if (status == TARN_OK && is_null)
                status = tarn_buffer_printf(&a->text, error, "-");
        }
    }
    tarn_array_release(batch);
    return status;
}

static void print_types(answer *a) {
    for (int64_t i = 0; i < a->schema.n_children; i++) {
        char *type = tarn_schema_type_name(a->schema.children[i]);
        tarn_buffer_printf(&a->text, NULL, "%s%s %s", i == 0 ? "" : "|", a->schema.children[i]->name, type);
        free(type);
    }
}

static void read_with(const char *json, const tarn_json_options *options, answer *a) {
    tarn_json_reader *reader = NULL;
    tarn_text_source source = tarn_text_source_memory(json, strlen(json), "t");
    *a = (answer){0};
    a->status = tarn_json_open(&source, options, NULL, NULL, &reader, &a->error);
    if (a->status == TARN_OK)
        a->status = tarn_json_schema(reader, &a->schema, &a->error);
    if (a->status == TARN_OK)
        print_types(a);
    for (size_t k = 0; a->status == TARN_OK && k < tarn_json_block_count(reader); k++)
        a->status = tarn_json_read(reader, k, take, a, &a->error);
    tarn_buffer_append(&a->text, "", 1, NULL);
    tarn_schema_release(&a->schema);
    tarn_json_free(reader);
}

/* The same for every size of blocks. */
static void gives_with(const char *json, const tarn_json_options *given, const char *expected) {
    for (unsigned size = 0; size < 20; size++) {
        answer a;
        tarn_json_options options = given != NULL ? *given : (tarn_json_options){0};
        options.block_bytes = size;
        options.block_rows = size % 4;
        read_with(json, &options, &a);
        if (a.status != TARN_OK)
            fail_msg("%s: %s", json, a.error.message);
        assert_string_equal((const char *)a.text.data, expected);
        tarn_buffer_free(&a.text);
    }
}

static void gives(const char *json, const char *expected) {
    gives_with(json, NULL, expected);
}

static void refuses_with(const char *json, const tarn_json_options *given, const char *message) {
    for (unsigned size = 0; size < 20; size++) {
        answer a;
        tarn_json_options options = given != NULL ? *given : (tarn_json_options){0};
        options.block_bytes = size;
        read_with(json, &options, &a);
        assert_int_not_equal(a.status, TARN_OK);
        if (strstr(a.error.message, message) == NULL)
            fail_msg("%s: \"%s\" is not in \"%s\"", json, message, a.error.message);
        tarn_buffer_free(&a.text);
    }
}

static void refuses(const char *json, const char *message) {
    refuses_with(json, NULL, message);
}

static void test_records(void **state) {
    (void)state;
    gives("[{\"a\":1,\"b\":\"x\"},{\"b\":\"y\"},{\"c\":true,\"a\":null}]",
          "a int64|b utf8|c bool\n1|x|-\n-|y|-\n-|-|true");
    gives("{\"a\":1}\n{\"a\":2}\n\n{\"a\":3}", "a int64\n1\n2\n3");
    gives(" {\"a\":1}{\"a\":2} {\n\"a\"\n:3} ", "a int64\n1\n2\n3");
    gives("[{\"a\":1}]\n[{\"a\":2},{\"a\":3}]\n", "a int64\n1\n2\n3");
    gives("[1,2,null]", "value int64\n1\n2\n-");
    gives("[1,\"a\"]\n[2,\"b\"]", "value list<utf8>\n[\"1\",\"a\"]\n[\"2\",\"b\"]");
    gives("[{\"a\":1},null]", "a int64\n1\n-");
    gives("[{\"a\":1},5]", "value utf8\n{\"a\":1}\n5");
    gives("{\"a\":\"}]\\\"{\"}\n{\"a\":\"\\\\\"}\n{\"a\":\"\\\\\\\"\"}", "a utf8\n}]\"{\n\\\n\\\"");
}

static void test_integers_keep_their_digits(void **state) {
    (void)state;
    gives("[{\"n\":1},{\"n\":-9223372036854775808}]", "n int64\n1\n-9223372036854775808");
    gives("[{\"n\":1},{\"n\":9223372036854775808}]", "n uint64\n1\n9223372036854775808");
    gives("[{\"n\":-1},{\"n\":9223372036854775808}]", "n decimal128(38,0)\n-1\n9223372036854775808");
    gives("[{\"n\":0},{\"n\":123456789012345678901234567890123456789}]",
          "n utf8\n0\n123456789012345678901234567890123456789");
}

static void test_fractions_keep_their_digits(void **state) {
    (void)state;
    gives("[1,2.5,1e3,-0]", "value float64\n1.0\n2.5\n1000.0\n-0.0");
    gives("[9007199254740993,0.5]", "value decimal128(17,1)\n9007199254740993.0\n0.5");
    gives("[1234567890123456.7]", "value decimal128(17,1)\n1234567890123456.7");
    gives("[123456789012345.67,0.10000000000000001]", "value float64\n123456789012345.67\n0.1");
    gives("[1e999,1]", "value utf8\n1e999\n1");
    gives("[9007199254740993,1e3,1.50]", "value utf8\n9007199254740993\n1e3\n1.50");
}

static void test_moments(void **state) {
    (void)state;
    gives("[\"2024-01-02\"]", "value date32\n2024-01-02");
    gives("[\"2024-01-02\",\"2024-01-02T03:04\"]", "value timestamp[us]\n2024-01-02 00:00:00\n2024-01-02 03:04:00");
    gives("[\"2024-01-02T03:04:05Z\",\"2024-01-02 03:04:05.5+02:00\"]",
          "value timestamp[us, UTC]\n2024-01-02 03:04:05+00\n2024-01-02 01:04:05.5+00");
    gives("[\"03:04:05\"]", "value time64[us]\n03:04:05");
    gives("[\"2024-01-02\",\"\"]", "value utf8\n2024-01-02\n");
    gives("[\"2024-01-02\",\"2024-02-30\"]", "value utf8\n2024-01-02\n2024-02-30");
    gives("[\"1\",\"true\"]", "value utf8\n1\ntrue");
}

static void test_nested(void **state) {
    (void)state;
    gives("[{\"o\":{\"x\":1}},{\"o\":null},{\"o\":{\"y\":[1,null,2.5]}},{\"o\":{}}]",
          "o struct<x: int64, y: list<float64>>\n{\"x\":1,\"y\":null}\n-\n{\"x\":null,\"y\":[1.0,null,2.5]}\n"
          "{\"x\":null,\"y\":null}");
    gives("[[],[[1],[]],null]", "value list<list<int64>>\n[]\n[[1],[]]\n-");
    gives("[{\"e\":{}},{\"e\":{}}]", "e utf8\n{}\n{}");
    gives("[{\"m\":[ 1 , \"a b\" ]},{\"m\":7}]", "m utf8\n[1,\"a b\"]\n7");
}

static void test_deep_values_are_text(void **state) {
    (void)state;
    char json[512] = "[{\"a\":", *at = json + strlen(json);
    for (int i = 0; i < 100; i++)
        *at++ = '[';
    for (int i = 0; i < 100; i++)
        *at++ = ']';
    memcpy(at, "}]", 3);
    answer a;
    read_with(json, NULL, &a);
    assert_int_equal(a.status, TARN_OK);
    assert_non_null(strstr((const char *)a.text.data, "utf8"));
    tarn_buffer_free(&a.text);
}

static void test_too_deep(void **state) {
    (void)state;
    enum { LEVELS = 50000 };
    char *json = malloc(LEVELS + 1);
    memset(json, '[', LEVELS);
    json[LEVELS] = '\0';
    answer a;
    read_with(json, NULL, &a);
    assert_int_equal(a.status, TARN_E_FORMAT);
    assert_non_null(strstr(a.error.message, "nested deeper than 3000 levels"));
    tarn_buffer_free(&a.text);
    free(json);
}

static void test_escapes(void **state) {
    (void)state;
    gives("[{\"\\u0061\":\"\\ud83d\\ude00\\t\\/\"},{\"a\":\"é\"}]", "a utf8\n😀\t/\né");
    refuses("[\"\\ud83d\"]", "half of a surrogate pair");
    refuses("[\"\\udE00\"]", "half of a surrogate pair");
    refuses("[\"\\ud83dx\"]", "half of a surrogate pair");
    refuses("[\"\\u12g4\"]", "four hexadecimal digits");
    refuses("[\"\\x\"]", "none of JSON's escapes");
    refuses("[\"a\tb\"]", "line 1, column 4: a control character (0x09)");
    refuses("[\"\xff\"]", "line 1, column 3: the byte 0xFF is not valid UTF-8");
}

/* Bytes that are not UTF-8, at each place of a text: how it is cut into blocks makes no difference to what is told. */
static void test_invalid_bytes_are_told_alike(void **state) {
    (void)state;
    static const char *const texts[] = {"1\n2.5\n\"#\"\nnull\n{\"a\":[true,-1.5e3]}\n1\n2.5\n\"#\"\nnull\n\n",
                                        "[1,null,\n{\"b\":false},\n\"x\\u00e9\",\n7]"};
    for (size_t t = 0; t < 4; t++) {
        const char *valid = texts[t / 2];
        tarn_json_options options = {.lines = t % 2 == 1};
        for (size_t at = 0; valid[at] != '\0'; at++) {
            char text[256];
            answer whole;
            snprintf(text, sizeof text, "%.*s%.*s%s", (int)at, valid, 1 + (int)(at * 7 % 40),
                     "\x88\x88\x88\x88\x88\x88\x88\x88\x88\x88\x88\x88\x88\x88\x88\x88\x88\x88\x88\x88"
                     "\x88\x88\x88\x88\x88\x88\x88\x88\x88\x88\x88\x88\x88\x88\x88\x88\x88\x88\x88\x88",
                     valid + at);
            read_with(text, &options, &whole);
            assert_int_equal(whole.status, TARN_E_FORMAT);
            refuses_with(text, &options, whole.error.message);
            tarn_buffer_free(&whole.text);
        }
    }
}

static void test_faults_and_their_places(void **state) {
    (void)state;
    refuses("{\"a\":1}\n{\"a\":2}\r\n{\"a\":x}\n", "t: line 3, column 6: found x where a value should be");
    refuses("[{\"ä\":1}\n{\"a\":1}]", "line 2, column 1: found { where a comma or ] should be");
    refuses("[{\"a\":1},]", "column 10: a comma without a value before it");
    refuses("[,1]", "column 2");
    refuses("[1,,2]", "column 4");
    refuses("[1 2]", "column 4: found 2 where a comma or ] should be");
    refuses("{\"a\":1,}", "column 8: found } where a key");
    refuses("[1", "cut off");
    refuses("[1,", "cut off");
    refuses("{\"a\":", "cut off");
    refuses("{\"a\":[1,2", "cut off");
    refuses("{\"a\":tru", "cut off");
    refuses("[1}", "column 3: found } where a comma or ] should be");
    refuses("[[1}]", "column 4: found } where a comma or ] should be");
    refuses("{\"a\":1}]", "column 8: found ], which closes nothing");
    refuses("[nul]", "found n");
    refuses("[1.]", "needs digits behind its point");
    refuses("[-]", "needs digits behind its sign");
    refuses("[.5]", "found .");
    refuses("[+1]", "found +");
    refuses("[1e]", "in its exponent");
    refuses("[NaN]", "NaN is not a value of JSON");
    refuses("  ", "nothing in it");
    refuses("[]", "no records");
}

static void test_keys_that_come_twice(void **state) {
    (void)state;
    refuses("{\"a\":1}\n{\"a\":1,\"b\":2,\"\\u0061\":3}\n{\"b\":x}", "line 3");
    refuses("{\"a\":1}\n{\"a\":1,\"b\":2,\"\\u0061\":3}\n",
            "line 2, column 14: the key \"a\" is there twice in record 2");
    refuses("[{\"o\":{\"k\":1,\"k\":1}}]", "the key \"k\" is there twice in an object of record 1");
    gives("[{\"o\":{\"k\":1,\"k\":1}},{\"o\":1}]", "o utf8\n{\"k\":1,\"k\":1}\n1");
    gives("[{\"a\":1,\"A\":2}]", "a int64|A_2 int64\n1|2");
}

static void test_records_under_keys(void **state) {
    (void)state;
    static const char json[] = "{\"n\":1,\"d\":[{\"a\":1},{\"a\":2}],\"e\":[3]}";
    gives(json, "a int64\n1\n2");
    gives_with(json, &(tarn_json_options){.lines = true},
               "n int64|d list<struct<a: int64>>|e list<int64>\n1|[{\"a\":1},{\"a\":2}]|[3]");
    gives_with(json, &(tarn_json_options){.records = ""},
               "n int64|d list<struct<a: int64>>|e list<int64>\n1|[{\"a\":1},{\"a\":2}]|[3]");
    gives_with(json, &(tarn_json_options){.records = "e"}, "value int64\n3");
    gives_with(json, &(tarn_json_options){.records = "d.a"}, "value int64\n1\n2");
    gives("{\"d\":[{\"a\":1}],\"e\":[{\"b\":1}]}",
          "d list<struct<a: int64>>|e list<struct<b: int64>>\n[{\"a\":1}]|[{\"b\":1}]");
    gives_with("{\"x/y\":{\"d\":{\"a\":1}}}{\"x/y\":{\"d\":[{\"a\":2}]}}", &(tarn_json_options){.records = "/x~1y/d"},
               "a int64\n1\n2");
    refuses_with(json, &(tarn_json_options){.records = "f"}, "instead of \"f\" there are \"n\", \"d\", \"e\"");
    refuses_with(json, &(tarn_json_options){.records = "n.x"}, "no records under \"n.x\"");
    refuses_with("{\"d\":[{\"a\":1}", &(tarn_json_options){.records = "d"}, "cut off");
    refuses_with("{\"d\" [1]}", &(tarn_json_options){.records = "d"}, "a colon is missing");
}

static void test_types_that_were_asked_for(void **state) {
    (void)state;
    static const char json[] = "[{\"a\":1.50,\"b\":\"007\",\"c\":[1, 2]},{\"b\":\"\"}]";
    gives_with(json, &(tarn_json_options){.all_text = true}, "a utf8|b utf8|c utf8\n1.50|007|[1,2]\n-||-");
    tarn_csv_override wanted[] = {{"A", "DECIMAL(4,2)"}, {"b", "BIGINT"}};
    tarn_json_options options = {.overrides = wanted, .n_overrides = 2};
    gives_with(json, &options, "a decimal128(4,2)|b int64|c list<int64>\n1.50|7|[1,2]\n-|-|-");
    wanted[0].type = "BIGINT";
    refuses_with(json, &options, "column \"a\": \"1.50\" is not of type int64");
    wanted[0].type = "NOSUCH";
    refuses_with(json, &options, "\"NOSUCH\" is not a type");
    wanted[0] = (tarn_csv_override){"nosuch", "DATE"};
    refuses_with(json, &options, "no column \"nosuch\"");
}

static void test_limits(void **state) {
    (void)state;
    tarn_json_options options = {.most_text = 4, .most_record = 100};
    gives_with("[\"1234\"]", &options, "value utf8\n1234");
    refuses_with("[\"12345\"]", &options, "a text of column \"value\" has more than");
    answer a;
    options = (tarn_json_options){.most_record = 1 << 20};
    char *json = malloc((3 << 20) + 16);
    size_t size = (size_t)sprintf(json, "{\"a\":[");
    while (size < 3 << 20)
        size += (size_t)sprintf(json + size, "1,");
    sprintf(json + size, "1]}");
    read_with(json, &options, &a);
    assert_int_equal(a.status, TARN_E_FORMAT);
    assert_non_null(strstr(a.error.message, "does not end within 1 MB"));
    tarn_buffer_free(&a.text);
    free(json);
}

/* Objects of a list that have almost no key in common would become almost only nulls. */
static void test_sparse_objects_are_text(void **state) {
    (void)state;
    tarn_buffer json = {0};
    answer a;
    tarn_buffer_printf(&json, NULL, "[{\"l\":[");
    for (int i = 0; i < 1500; i++)
        tarn_buffer_printf(&json, NULL, "%s{\"k%d\":1}", i == 0 ? "" : ",", i);
    tarn_buffer_printf(&json, NULL, "]}]");
    tarn_buffer_append(&json, "", 1, NULL);
    read_with((const char *)json.data, NULL, &a);
    assert_int_equal(a.status, TARN_OK);
    assert_memory_equal(a.text.data, "l list<utf8>", 12);
    tarn_buffer_free(&a.text);
    tarn_buffer_free(&json);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_records),
        cmocka_unit_test(test_integers_keep_their_digits),
        cmocka_unit_test(test_fractions_keep_their_digits),
        cmocka_unit_test(test_moments),
        cmocka_unit_test(test_nested),
        cmocka_unit_test(test_deep_values_are_text),
        cmocka_unit_test(test_too_deep),
        cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_invalid_bytes_are_told_alike),
        cmocka_unit_test(test_faults_and_their_places),
        cmocka_unit_test(test_keys_that_come_twice),
        cmocka_unit_test(test_records_under_keys),
        cmocka_unit_test(test_types_that_were_asked_for),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_sparse_objects_are_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
