// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/error.h"
#include "base/text.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static void test_status_names(void **state) {
    (void)state;
    assert_string_equal(tarn_status_name(TARN_OK), "TARN_OK");
    assert_string_equal(tarn_status_name(TARN_E_INVALID), "TARN_E_INVALID");
    assert_string_equal(tarn_status_name(TARN_E_LOCKED), "TARN_E_LOCKED");
    assert_string_equal(tarn_status_name(TARN_E_INTERNAL), "TARN_E_INTERNAL");
    assert_string_equal(tarn_status_name((tarn_status)19), "TARN_E_UNKNOWN");
    assert_string_equal(tarn_status_name((tarn_status)-1), "TARN_E_UNKNOWN");
}

static void test_fail(void **state) {
    (void)state;
    tarn_error error;
    assert_int_equal(tarn_fail(&error, TARN_E_FORMAT, "line %d: %s", 7, "no comma"), TARN_E_FORMAT);
    assert_int_equal(error.code, TARN_E_FORMAT);
    assert_string_equal(error.message, "line 7: no comma");
    assert_int_equal(tarn_fail(NULL, TARN_E_IO, "%s", "x"), TARN_E_IO);
    assert_int_equal(tarn_fail_memory(&error), TARN_E_MEMORY);
    assert_string_equal(error.message, "out of memory");
    assert_int_equal(tarn_fail_memory(NULL), TARN_E_MEMORY);
}

static void test_fail_errno(void **state) {
    (void)state;
    static const struct {
        int errnum;
        tarn_status status;
    } cases[] = {{ENOENT, TARN_E_NOT_FOUND}, {ENOTDIR, TARN_E_NOT_FOUND}, {EEXIST, TARN_E_EXISTS},
                 {ENOTEMPTY, TARN_E_EXISTS}, {ENOSPC, TARN_E_FULL},       {EDQUOT, TARN_E_FULL},
                 {EFBIG, TARN_E_FULL},       {ENOMEM, TARN_E_MEMORY},     {EROFS, TARN_E_READ_ONLY},
                 {EIO, TARN_E_IO},           {EACCES, TARN_E_IO},         {ENAMETOOLONG, TARN_E_INVALID}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tarn_error error;
        assert_int_equal(tarn_fail_errno(&error, cases[i].errnum, "cannot open %s", "f"), cases[i].status);
        assert_int_equal(error.code, cases[i].status);
        assert_int_equal(strncmp(error.message, "cannot open f: ", 15), 0);
        assert_string_equal(error.message + 15, strerror(cases[i].errnum));
        assert_int_equal(tarn_fail_errno(NULL, cases[i].errnum, "x"), cases[i].status);
    }
}

static void test_context(void **state) {
    (void)state;
    tarn_error error;
    tarn_fail(&error, TARN_E_CORRUPT, "checksum differs");
    assert_int_equal(tarn_fail_context(&error, TARN_E_CORRUPT, "table %s", "orders"), TARN_E_CORRUPT);
    assert_string_equal(error.message, "table orders: checksum differs");
    assert_int_equal(error.code, TARN_E_CORRUPT);
    assert_int_equal(tarn_fail_context(&error, TARN_E_IO, "import"), TARN_E_IO);
    assert_string_equal(error.message, "import: table orders: checksum differs");
    assert_int_equal(tarn_fail_context(NULL, TARN_E_IO, "x"), TARN_E_IO);
}

static void assert_cut_well(const tarn_error *error) {
    size_t length = strlen(error->message);
    assert_true(length < TARN_ERROR_MESSAGE_SIZE);
    assert_true(length > TARN_ERROR_MESSAGE_SIZE - 10);
    assert_true(tarn_utf8_is_valid(error->message, length));
    assert_string_equal(error->message + length - strlen("…"), "…");
}

/* A message that is too long ends in an ellipsis and is never cut inside of a character. */
static void test_long_messages(void **state) {
    (void)state;
    char text[3000];
    tarn_error error;
    for (size_t shift = 0; shift < 4; shift++) {
        memset(text, 'a', shift);
        for (size_t i = shift; i + 4 < sizeof text; i += 4)
            memcpy(text + i, "\xF0\x9F\x98\x80", 5);
        tarn_fail(&error, TARN_E_INVALID, "%s", text);
        assert_cut_well(&error);
        tarn_fail_errno(&error, EIO, "%s", text);
        assert_cut_well(&error);
        tarn_fail(&error, TARN_E_INVALID, "%s", text);
        tarn_fail_context(&error, TARN_E_INVALID, "%s", "column");
        assert_cut_well(&error);
        assert_int_equal(strncmp(error.message, "column: ", 8), 0);
        tarn_fail_context(&error, TARN_E_INVALID, "%s", text);
        assert_cut_well(&error);
    }
    /* Exactly what fits stays whole. */
    memset(text, 'x', TARN_ERROR_MESSAGE_SIZE - 1);
    text[TARN_ERROR_MESSAGE_SIZE - 1] = '\0';
    tarn_fail(&error, TARN_E_INVALID, "%s", text);
    assert_string_equal(error.message, text);
}

static tarn_status try_twice(tarn_status first, int *reached) {
    TARN_TRY(first);
    (*reached)++;
    return TARN_OK;
}

static tarn_status check_and_clean(tarn_status first, int *cleaned) {
    tarn_status status;
    TARN_CHECK(first);
    TARN_CHECK(TARN_OK);
cleanup:
    (*cleaned)++;
    return status;
}

static void test_macros(void **state) {
    (void)state;
    int count = 0;
    assert_int_equal(try_twice(TARN_E_IO, &count), TARN_E_IO);
    assert_int_equal(count, 0);
    assert_int_equal(try_twice(TARN_OK, &count), TARN_OK);
    assert_int_equal(count, 1);
    assert_int_equal(check_and_clean(TARN_E_FULL, &count), TARN_E_FULL);
    assert_int_equal(check_and_clean(TARN_OK, &count), TARN_OK);
    assert_int_equal(count, 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status_names), cmocka_unit_test(test_fail),          cmocka_unit_test(test_fail_errno),
        cmocka_unit_test(test_context),      cmocka_unit_test(test_long_messages), cmocka_unit_test(test_macros),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
