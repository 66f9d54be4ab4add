/* Files that may be named behind a fence, and those that may not. */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "fs/fenced.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char home[] = "/tmp/tarn-fenced-XXXXXX";
static char inside[64], also[64];

static int make(void **state) {
    char command[600];
    (void)state;
    if (mkdtemp(home) == NULL)
        return -1;
    snprintf(inside, sizeof inside, "%s/in", home);
    snprintf(also, sizeof also, "%s/also", home);
    snprintf(
        command, sizeof command,
        "mkdir %s %s %s/instead && echo a >%s/a && echo s >%s/secret && ln -s %s/secret %s/link && ln -s / %s/root "
        "&& mkfifo %s/pipe",
        inside, also, home, inside, home, home, inside, inside, inside);
    return system(command);
}

static int unmake(void **state) {
    tarn_fs *fs = NULL;
    (void)state;
    if (tarn_fs_native(&fs, NULL) == TARN_OK)
        tarn_fs_remove_all(fs, home, NULL);
    tarn_fs_free(fs);
    return 0;
}

static tarn_status opens(tarn_fs *fs, const char *format, const char *part) {
    char path[200];
    tarn_file *file = NULL;
    snprintf(path, sizeof path, format, part);
    tarn_status status = tarn_fs_open(fs, path, TARN_OPEN_READ, &file, NULL);
    tarn_file_close(file);
    return status;
}

static void only_what_lies_below_can_be_opened(void **state) {
    tarn_fs *fs = NULL;
    tarn_file *file = NULL;
    (void)state;
    assert_int_equal(tarn_fs_fenced(inside, also, &fs, NULL), TARN_OK);
    assert_int_equal(opens(fs, "%s", "a"), TARN_OK);
    assert_int_equal(opens(fs, "%s/a", inside), TARN_OK);
    assert_int_equal(opens(fs, "%s/none", inside), TARN_E_NOT_FOUND);
    assert_int_equal(opens(fs, "%s/secret", home), TARN_E_FORBIDDEN);
    assert_int_equal(opens(fs, "%s/../secret", inside), TARN_E_FORBIDDEN);
    assert_int_equal(opens(fs, "%s", "../secret"), TARN_E_FORBIDDEN);
    assert_int_equal(opens(fs, "%s/instead/x", home), TARN_E_FORBIDDEN);
    assert_int_equal(opens(fs, "%s", "/etc/passwd"), TARN_E_FORBIDDEN);
    assert_int_equal(opens(fs, "%s", "link"), TARN_E_FORBIDDEN);
    assert_int_equal(opens(fs, "%s", "root/etc/passwd"), TARN_E_FORBIDDEN);
    assert_int_not_equal(opens(fs, "%s", "pipe"), TARN_OK);
    assert_int_equal(tarn_fs_stat(fs, "link", NULL, NULL, NULL), TARN_E_FORBIDDEN);
    assert_int_equal(tarn_fs_stat(fs, "pipe", NULL, NULL, NULL), TARN_E_FORBIDDEN);
    assert_int_equal(tarn_fs_rename(fs, "a", "/tmp/tarn-stolen", NULL), TARN_E_FORBIDDEN);
    char path[100];
    snprintf(path, sizeof path, "%s/made", also);
    assert_int_equal(tarn_fs_open(fs, path, TARN_OPEN_CREATE_NEW, &file, NULL), TARN_OK);
    tarn_file_close(file);
    tarn_fs_free(fs);
}

static void behind_a_closed_fence_there_is_nothing(void **state) {
    tarn_fs *fs = NULL;
    tarn_error error = {0};
    (void)state;
    assert_int_equal(tarn_fs_fenced(NULL, NULL, &fs, NULL), TARN_OK);
    assert_int_equal(tarn_fs_stat(fs, "a", NULL, NULL, &error), TARN_E_FORBIDDEN);
    assert_non_null(strstr(error.message, "send the bytes"));
    assert_int_equal(opens(fs, "%s/a", inside), TARN_E_FORBIDDEN);
    tarn_fs_free(fs);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_lies_below_can_be_opened),
        cmocka_unit_test(behind_a_closed_fence_there_is_nothing),
    };
    return cmocka_run_group_tests(tests, make, unmake);
}
