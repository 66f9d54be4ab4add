/**
 * What the tests of the public interface share: a workspace in a temporary folder, and short ways to fill it and to
 * look.
 */
#ifndef TARN_TEST_SUPPORT_API_H
#define TARN_TEST_SUPPORT_API_H

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "tarn/tarn.h"

typedef struct fixture {
    char folder[64]; /* holds the workspace and the test's files; removed afterwards */
    tarn_workspace *workspace;
    tarn_error error;
} fixture;

int setup(void **state);
int teardown(void **state);

/** A path in the folder; static, valid until eight more were asked for. */
const char *in_folder(const fixture *f, const char *name);
void put_file(const fixture *f, const char *name, const char *content);
/** Heap text; fails the test when it is not there. */
char *get_file(const fixture *f, const char *name);

void reopen(fixture *f, bool read_only);

/** Import a file of the folder made of `content`. */
void import(fixture *f, const char *table, const char *content);

/** Run SQL, compare its rows as "a|b;c|d" (null as NULL). */
void check_sql(fixture *f, const char *sql, const char *wanted);
/** The rows of a version as `tarn_page` gives them, written the same way. */
void check_rows(fixture *f, const char *version, const char *wanted);

/** Apply a command with up to three parameters (NULL-terminated names and values by turns). */
tarn_status apply(fixture *f, const char *table, const char *command, tarn_change *out, ...);
/** The same, which must work and change `cells` cells. */
#define check_apply(f, table, command, wanted_cells, ...)                                                              \
    do {                                                                                                               \
        tarn_change change_ = {0};                                                                                     \
        tarn_status status_ = apply(f, table, command, &change_, __VA_ARGS__, NULL);                                   \
        if (status_ != TARN_OK)                                                                                        \
            fail_msg("%s", (f)->error.message);                                                                        \
        assert_int_equal(change_.cells, wanted_cells);                                                                 \
        tarn_change_clear(&change_);                                                                                   \
    } while (0)

#define assert_ok(f, call)                                                                                             \
    do {                                                                                                               \
        if ((call) != TARN_OK)                                                                                         \
            fail_msg("%s", (f)->error.message);                                                                        \
    } while (0)

/** The call fails with `code`, and the message holds `part`. */
#define assert_fails(f, call, wanted_code, part)                                                                       \
    do {                                                                                                               \
        assert_int_equal(call, wanted_code);                                                                           \
        if (strstr((f)->error.message, part) == NULL)                                                                  \
            fail_msg("\"%s\" is not in \"%s\"", part, (f)->error.message);                                             \
    } while (0)

#endif
