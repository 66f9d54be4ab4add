// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/json_text.h"

#include <string.h>

static void check(const char *text, size_t size, const char *wanted) {
    tarn_buffer out = {0};
    assert_int_equal(tarn_buffer_append(&out, ">", 1, NULL), TARN_OK); /* what is there stays */
    assert_int_equal(tarn_json_text_quote_bytes(&out, text, size, NULL), TARN_OK);
    assert_int_equal(out.size, 1 + strlen(wanted));
    assert_memory_equal(out.data + 1, wanted, strlen(wanted));
    tarn_buffer_free(&out);
}

static void test_quoting(void **state) {
    (void)state;
    check("", 0, "\"\"");
    check("plain", 5, "\"plain\"");
    check("a\"b\\c/", 6, "\"a\\\"b\\\\c/\"");
    check("\b\t\n\f\r", 5, "\"\\b\\t\\n\\f\\r\"");
    check("\v\x01\x1F\x7F", 4, "\"\\u000b\\u0001\\u001f\x7F\"");
    check("a\0b", 3, "\"a\\u0000b\"");
    check("Größe 😀", strlen("Größe 😀"), "\"Größe 😀\"");
}

static void test_strings(void **state) {
    (void)state;
    tarn_buffer out = {0};
    assert_int_equal(tarn_json_text_quote(&out, "line\nbreak", NULL), TARN_OK);
    assert_int_equal(out.size, strlen("\"line\\nbreak\""));
    assert_memory_equal(out.data, "\"line\\nbreak\"", out.size);
    tarn_buffer_free(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quoting),
        cmocka_unit_test(test_strings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
