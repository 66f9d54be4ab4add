/* Where an export goes: what is there already, and what comes while it is being written. */
#include "io/sink.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static void put(tarn_fs *fs, const char *path, const char *text) {
    tarn_file *file = NULL;
    assert_int_equal(tarn_fs_open(fs, path, TARN_OPEN_CREATE, &file, NULL), TARN_OK);
    assert_int_equal(tarn_file_write(file, 0, text, strlen(text), NULL), TARN_OK);
    tarn_file_close(file);
}

/* The folder's only file, and what is in it. */
static void check_only(tarn_fs *fs, const char *name, const char *text) {
    tarn_entry *entries = NULL;
    size_t count = 0, got = 0;
    char path[64], data[64] = {0};
    tarn_file *file = NULL;
    assert_int_equal(tarn_fs_list(fs, "/", &entries, &count, NULL), TARN_OK);
    assert_int_equal(count, 1);
    assert_string_equal(entries[0].name, name);
    tarn_entries_free(entries, count);
    snprintf(path, sizeof path, "/%s", name);
    assert_int_equal(tarn_fs_open(fs, path, TARN_OPEN_READ, &file, NULL), TARN_OK);
    assert_int_equal(tarn_file_read(file, 0, data, sizeof data - 1, &got, NULL), TARN_OK);
    tarn_file_close(file);
    assert_string_equal(data, text);
}

static tarn_status export_while(tarn_fs *fs, bool no_clobber, const char *meanwhile, tarn_error *error) {
    tarn_sink sink = {0};
    tarn_export_options options = {.path = "/out.csv", .no_clobber = no_clobber};
    TARN_TRY(tarn_sink_open(fs, NULL, &options, &sink, error));
    assert_int_equal(tarn_sink_write(&sink, "mine", 4, error), TARN_OK);
    if (meanwhile != NULL)
        put(fs, "/out.csv", meanwhile);
    return tarn_sink_commit(&sink, error);
}

static void test_targets(void **state) {
    (void)state;
    tarn_fs *fs = NULL;
    tarn_error error = {0};
    assert_int_equal(tarn_fs_memory(&fs, NULL), TARN_OK);
    assert_int_equal(export_while(fs, true, "theirs", &error), TARN_E_EXISTS);
    assert_non_null(strstr(error.message, "/out.csv is there already"));
    check_only(fs, "out.csv", "theirs");
    assert_int_equal(export_while(fs, true, NULL, &error), TARN_E_EXISTS);
    check_only(fs, "out.csv", "theirs");
    assert_int_equal(export_while(fs, false, NULL, &error), TARN_OK);
    check_only(fs, "out.csv", "mine");
    put(fs, "/out.csv", "more than that");
    assert_int_equal(export_while(fs, false, "theirs", &error), TARN_OK);
    check_only(fs, "out.csv", "mine");
    assert_int_equal(tarn_fs_remove(fs, "/out.csv", NULL), TARN_OK);
    assert_int_equal(export_while(fs, true, NULL, &error), TARN_OK);
    check_only(fs, "out.csv", "mine");
    tarn_fs_free(fs);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_targets)};
    return cmocka_run_group_tests_name("sink", tests, NULL, NULL);
}
