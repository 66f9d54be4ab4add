/* The journal's JSON: what is read, what is refused, and that states survive it. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>

static bool is_valid(const char *text) {
    tarn_json json = tarn_json_of(text, strlen(text));
    return tarn_json_skip(&json, NULL) && tarn_json_finished(&json);
}

static void only_json_is_taken(void **state) {
    (void)state;
    static const char *const good[] = {
        "{}",
        "[]",
        " [ 1 , -2.5e+10 , true , false , null , \"a\\u00e4\\\"\" ] ",
        "{\"a\":{\"b\":[{}]},\"c\":0}",
        "0",
        "-0.1E-2",
        "\"\"",
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(is_valid(good[i]));
    static const char *const bad[] = {
        "",    "{",     "[",     "[1",  "[1,",    "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
        "{,}", "{a:1}", "{1:2}", "01",  "+1",     "1.",   ".5",   "1e",    "1e+",     "-",        "tru",
        "nul", "True",  "\"",    "\"a", "\"\n\"", "\"\\", "[1]]", "{}{}",  "]",       "}",        "\x01",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (is_valid(bad[i]))
            fail_msg("%s was taken", bad[i]);
    }
    char deep[1001];
    memset(deep, '[', 1000);
    deep[1000] = '\0';
    assert_false(is_valid(deep));
    memset(deep + 100, ']', 100);
    deep[200] = '\0';
    assert_true(is_valid(deep));
}

static char *text_of(const char *json_text) {
    tarn_json json = tarn_json_of(json_text, strlen(json_text));
    return tarn_json_text(&json);
}

static void escapes_are_resolved(void **state) {
    (void)state;
    char *text = text_of("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\uD83D\\uDE00\xc3\xa4\"");
    assert_string_equal(text, "\"\\/\b\f\n\r\tä😀ä");
    free(text);
    static const char *const bad[] = {"\"\\x\"",     "\"\\u12\"",   "\"\\u12g4\"",
                                      "\"\\uD800\"", "\"\\uDC00\"", "\"\\uD800\\u0041\"",
                                      "\"\\u0000\"", "\"\xff\"",    "5"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_null(text_of(bad[i]));
}

static void numbers_keep_their_range(void **state) {
    (void)state;
    tarn_json json = tarn_json_of("[18446744073709551615,-9223372036854775807,18446744073709551616]", 64);
    assert_true(tarn_json_enter_array(&json));
    assert_true(tarn_json_element(&json));
    assert_true(tarn_json_u64(&json) == UINT64_MAX);
    assert_true(tarn_json_element(&json));
    assert_true(tarn_json_i64(&json) == -INT64_MAX);
    assert_true(tarn_json_element(&json));
    assert_int_equal(tarn_json_u64(&json), 0);
    assert_true(json.bad);
    static const char *const bad[] = {"9223372036854775808", "1.5", "\"1\"", "x", ""};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        json = tarn_json_of(bad[i], strlen(bad[i]));
        tarn_json_i64(&json);
        assert_true(json.bad);
    }
    json = tarn_json_of("\"00ff\"", 6);
    tarn_json_hex64(&json);
    assert_true(json.bad);
    json = tarn_json_of("\"00000000000000fG\"", 18);
    tarn_json_hex64(&json);
    assert_true(json.bad);
    json = tarn_json_of("yes", 3);
    assert_false(tarn_json_bool(&json));
    assert_true(json.bad);
}

static void what_is_written_reads_back(void **state) {
    (void)state;
    tarn_buffer text = {0};
    tarn_json_out out = {.buffer = &text};
    tarn_json_out_open(&out, '[');
    tarn_json_out_text(&out, "a\"b\\c\nd\x01ä");
    tarn_json_out_bytes(&out, "x\xffy", 3);
    tarn_json_out_i64(&out, -5);
    tarn_json_out_bool(&out, false);
    tarn_json_out_null(&out);
    tarn_json_out_hash(&out, (tarn_hash128){0, 0});
    tarn_json_out_hash(&out, (tarn_hash128){1, 2});
    tarn_json_out_hex64(&out, 0xABCDEF);
    tarn_json_out_close(&out, ']');
    assert_int_equal(out.status, TARN_OK);
    tarn_json json = tarn_json_of((const char *)text.data, text.size);
    assert_true(tarn_json_enter_array(&json) && tarn_json_element(&json));
    char *first = tarn_json_text(&json);
    assert_string_equal(first, "a\"b\\c\nd\x01ä");
    free(first);
    assert_true(tarn_json_element(&json));
    char *second = tarn_json_text(&json);
    assert_string_equal(second, "x\xEF\xBF\xBDy");
    free(second);
    assert_true(tarn_json_element(&json) && tarn_json_i64(&json) == -5);
    assert_true(tarn_json_element(&json) && !tarn_json_bool(&json));
    assert_true(tarn_json_element(&json) && tarn_json_null(&json));
    assert_true(tarn_json_element(&json) && tarn_is_no_batch(tarn_json_hash(&json)));
    assert_true(tarn_json_element(&json) && tarn_hash128_equal(tarn_json_hash(&json), (tarn_hash128){1, 2}));
    assert_true(tarn_json_element(&json) && tarn_json_hex64(&json) == 0xABCDEF);
    assert_false(tarn_json_element(&json));
    assert_true(tarn_json_finished(&json));
    tarn_buffer_free(&text);
}

/* Changes that do not fit are refused, whatever they are. */
static void bad_changes_are_refused(void **state) {
    (void)state;
    static const char *const bad[] = {
        "[]",
        "{\"chunks\":[1]}",
        "{\"chunks\":[0,[0,10,0]]}",
        "{\"chunks\":[0,[0,10,200000]]}",
        "{\"chunks\":[0,[-1,10,10]]}",
        "{\"chunks\":[0,[0,9000000000000000000,1]]}",
        "{\"chunks\":[0,[0,10,10],[5,10,10]]}",
        "{\"chunks\":[0,[0,10]]}",
        "{\"chunks\":[0,[0,10,10,10]]}",
        "{\"columns\":[1]}",
        "{\"columns\":[{\"field\":0,\"name\":\"a\",\"type\":{\"format\":\"u\"}}]}",
        "{\"columns\":[{\"field\":1,\"type\":{\"format\":\"u\"}}]}",
        "{\"columns\":[{\"field\":1,\"name\":\"a\"}]}",
        "{\"columns\":[{\"field\":1,\"name\":\"a\",\"type\":{\"format\":\"?\"}}]}",
        "{\"columns\":[{\"field\":1,\"name\":\"a\",\"type\":{\"format\":\"+l\"}}]}",
        "{\"columns\":[{\"field\":1,\"name\":\"a\",\"type\":{\"format\":\"+m\",\"children\":[{\"format\":\"u\"}]}}]}",
        "{\"columns\":[{\"field\":1,\"name\":\"a\",\"type\":{\"format\":\"u\",\"dictionary\":{\"format\":\"u\"}}}]}",
        "{\"columns\":[{\"field\":1,\"name\":\"a\",\"type\":{\"format\":\"u\",\"metadata\":[[\"a\"]]}}]}",
        "{\"columns\":[{\"field\":1,\"name\":\"a\",\"type\":{\"format\":\"u\",\"metadata\":[[\"a\",{\"hex\":\"0\"}]]}}]"
        "}",
        "{\"columns\":[{\"field\":1,\"name\":\"a\",\"type\":{\"format\":\"u\",\"metadata\":[[\"a\",{\"hex\":\"zz\"}]]}}"
        "]}",
        "{\"columns\":[{\"field\":1,\"name\":\"a\",\"type\":{\"format\":\"u\"}},1]}",
        "{\"values\":[[1,[0,1,\"\"]]]}",
        "{\"chunks\":[0,[0,10,10]],\"columns\":[{\"field\":1,\"name\":\"a\",\"type\":{\"format\":\"u\"}}],\"values\":[["
        "1,[0,2,\"\"]]]}",
        "{\"chunks\":[0,[0,10,10]],\"columns\":[{\"field\":1,\"name\":\"a\",\"type\":{\"format\":\"u\"}}],\"values\":[["
        "1,[0,1,\"zz\"]]]}",
        "{\"chunks\":[0,[0,10,10]],\"columns\":[{\"field\":1,\"name\":\"a\",\"type\":{\"format\":\"u\"}}],\"patches\":["
        "[1,[0,1,\"\"]]]}",
        "{\"chunks\":[0,[0,10,10]],\"columns\":[{\"field\":1,\"name\":\"a\",\"type\":{\"format\":\"u\"}}],"
        "\"patches\":[[1,[1,1,\"00000000000000000000000000000001\"]]]}",
        "{\"chunks\":[0,[0,10,10]],\"live\":[[1,\"\",0]]}",
        "{\"chunks\":[0,[0,10,10]],\"live\":[[0,\"00000000000000000000000000000001\",11]]}",
        "{\"order\":[\"sideways\"]}",
        "{\"order\":[\"runs\",[\"00000000000000000000000000000001\",0]]}",
        "{\"order\":5}",
        "{\"space\":\"x\"}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        tarn_state s = {0};
        tarn_status status = tarn_state_apply(&s, bad[i], strlen(bad[i]), NULL);
        if (status == TARN_OK)
            fail_msg("%s was applied", bad[i]);
        tarn_state_clear(&s);
    }
    char deep[4000] = "{\"columns\":[{\"field\":1,\"name\":\"a\",\"type\":";
    for (int i = 0; i < 70; i++)
        strcat(deep, "{\"format\":\"+l\",\"children\":[");
    tarn_state s = {0};
    assert_int_equal(tarn_state_apply(&s, deep, strlen(deep), NULL), TARN_E_CORRUPT);
    tarn_state_clear(&s);
}

static void binary_metadata_survives(void **state) {
    (void)state;
    static const char text[] =
        "{\"format\":\"z\",\"flags\":0,\"metadata\":[[\"k\",{\"hex\":\"00ff10\"}],[\"t\",\"text\"]]}";
    struct ArrowSchema type;
    tarn_json json = tarn_json_of(text, strlen(text));
    assert_ok(tarn_type_read(&json, &type, error));
    const char *value;
    size_t size;
    assert_true(tarn_schema_metadata_get(&type, "k", &value, &size));
    assert_int_equal(size, 3);
    assert_memory_equal(value, "\x00\xff\x10", 3);
    tarn_buffer written = {0};
    tarn_json_out out = {.buffer = &written};
    tarn_type_write(&out, &type);
    assert_int_equal(written.size, strlen(text));
    assert_memory_equal(written.data, text, written.size);
    tarn_buffer_free(&written);
    tarn_schema_release(&type);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_json_is_taken),       cmocka_unit_test(escapes_are_resolved),
        cmocka_unit_test(numbers_keep_their_range), cmocka_unit_test(what_is_written_reads_back),
        cmocka_unit_test(bad_changes_are_refused),  cmocka_unit_test(binary_metadata_survives),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
