// Parameters in queries, names of screens, and ranges: what texts become.
#include "server/query_text.h"
#include "server/range.h"
#include "server/screen_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void expect_text(const char *sql, const char *params, const char *wanted) {
    json_t *object = json_loads(params, 0, NULL);
    char *text = tarn_query_text(sql, object, "B", NULL);
    assert_string_equal(text, wanted);
    free(text);
    json_decref(object);
}

static void the_longest_name_counts(void **state) {
    (void)state;
    expect_text("'$a$ab $abc'", "{\"a\": \"1\", \"ab\": \"2\"}", "'12 2c'");
    expect_text("'$a'", "{\"a\": \"it's\"}", "'it''s'");
    expect_text("$unknown $", "{\"a\": \"1\"}", "$unknown $");
    expect_text("$begin $beginning $end", "{}", "B Bning $end");
    expect_text("$begin", "{\"begin\": \"mine\"}", "mine");
    expect_text("$a", "{\"a\": \"$a\"}", "$a");
}

static void expect_name(const char *text, const char *wanted, const char *code) {
    char name[TARN_SCREEN_NAME_SIZE];
    const char *message = NULL, *wrong = tarn_screen_name(text, name, &message);
    if (code == NULL) {
        assert_null(wrong);
        assert_string_equal(name, wanted);
    } else {
        assert_string_equal(wrong, code);
        assert_non_null(message);
    }
}

static void screens_have_plain_names(void **state) {
    (void)state;
    expect_name("My Screen 2", "my-screen-2", NULL);
    expect_name("ab", NULL, "NAME_TOO_SHORT");
    expect_name("NEW", NULL, "RESERVED_NAME");
    expect_name("-abc", NULL, "INVALID_START");
    expect_name("abc ", NULL, "INVALID_END");
    expect_name("a  c", NULL, "CONSECUTIVE_HYPHENS");
    expect_name("a'; drop", NULL, "INVALID_CHARACTER");
}

static tarn_range_outcome range_of(const char *value, uint64_t total, uint64_t *from, uint64_t *size) {
    const tarn_pair fields[] = {{"range", value}};
    const tarn_head head = {.method = "GET", .fields = fields, .field_count = 1};
    return tarn_range_find(&head, "tag", total, from, size);
}

static void ranges_are_bounded(void **state) {
    (void)state;
    uint64_t from = 0, size = 0;
    assert_int_equal(range_of("bytes=0-0", 10, &from, &size), TARN_RANGE_PART);
    assert_true(from == 0 && size == 1);
    assert_int_equal(range_of("bytes=5-", 10, &from, &size), TARN_RANGE_PART);
    assert_true(from == 5 && size == 5);
    assert_int_equal(range_of("bytes=-3", 10, &from, &size), TARN_RANGE_PART);
    assert_true(from == 7 && size == 3);
    assert_int_equal(range_of("bytes=-30", 10, &from, &size), TARN_RANGE_PART);
    assert_true(from == 0 && size == 10);
    assert_int_equal(range_of("bytes=5-999999999999999999", 10, &from, &size), TARN_RANGE_PART);
    assert_true(from == 5 && size == 5);
    assert_int_equal(range_of("bytes=10-", 10, &from, &size), TARN_RANGE_OUTSIDE);
    assert_int_equal(range_of("bytes=-0", 10, &from, &size), TARN_RANGE_OUTSIDE);
    assert_int_equal(range_of("bytes=0-", 0, &from, &size), TARN_RANGE_OUTSIDE);
    assert_int_equal(range_of("bytes=-5", 0, &from, &size), TARN_RANGE_OUTSIDE);
    assert_int_equal(range_of("bytes=1-2,4-5", 10, &from, &size), TARN_RANGE_ALL);
    assert_int_equal(range_of("bytes=4-2", 10, &from, &size), TARN_RANGE_ALL);
    assert_int_equal(range_of("bytes=", 10, &from, &size), TARN_RANGE_ALL);
    assert_int_equal(range_of("bytes=99999999999999999999-", 10, &from, &size), TARN_RANGE_ALL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_longest_name_counts),
        cmocka_unit_test(screens_have_plain_names),
        cmocka_unit_test(ranges_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
