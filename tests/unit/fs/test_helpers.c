/* What is built on the hosts: paths, folders with their parents, whole trees. */
#include "support_fs.h"

#include <stdlib.h>
#include <string.h>

static void check_join(const char *directory, const char *name, const char *wanted) {
    char *path = tarn_path_join(directory, name);
    assert_string_equal(path, wanted);
    free(path);
}

static void test_path_join(void **state) {
    (void)state;
    check_join("a", "b", "a/b");
    check_join("a/", "b", "a/b");
    check_join("/", "b", "/b");
    check_join(".", "b/c", "./b/c");
}

static void test_make_directories(void **state) {
    fixture *f = *state;
    assert_ok(tarn_fs_make_directories(f->fs, in_folder(f, "a//b/c/"), NULL));
    assert_ok(tarn_fs_make_directories(f->fs, in_folder(f, "a/b/c"), NULL));
    assert_ok(tarn_fs_make_directories(f->fs, "/", NULL));
    tarn_entry_kind kind;
    assert_ok(tarn_fs_stat(f->fs, in_folder(f, "a/b/c"), &kind, NULL, NULL));
    assert_int_equal(kind, TARN_ENTRY_DIRECTORY);
    put_file(f->fs, in_folder(f, "a/file"), "", false);
    tarn_error error;
    assert_status(tarn_fs_make_directories(f->fs, in_folder(f, "a/file"), &error), TARN_E_EXISTS);
    assert_message_has(&error, "a file has that name");
    assert_true(tarn_fs_make_directories(f->fs, in_folder(f, "a/file/x/y"), &error) != TARN_OK);
}

static void test_remove_all(void **state) {
    fixture *f = *state;
    assert_ok(tarn_fs_make_directories(f->fs, in_folder(f, "a/b/c"), NULL));
    assert_ok(tarn_fs_make_directories(f->fs, in_folder(f, "a/d"), NULL));
    put_file(f->fs, in_folder(f, "a/b/x"), "x", false);
    put_file(f->fs, in_folder(f, "a/b/c/y"), "y", false);
    assert_ok(tarn_fs_remove_all(f->fs, in_folder(f, "a"), NULL));
    assert_absent(f->fs, in_folder(f, "a"));
    assert_ok(tarn_fs_remove_all(f->fs, in_folder(f, "a"), NULL));
    put_file(f->fs, in_folder(f, "file"), "x", false);
    assert_ok(tarn_fs_remove_all(f->fs, in_folder(f, "file"), NULL));
    assert_absent(f->fs, in_folder(f, "file"));
}

static void test_unique_directories(void **state) {
    fixture *f = *state;
    for (int i = 0; i < 50; i++) {
        char *path;
        assert_ok(tarn_fs_make_unique_directory(f->fs, f->folder, "t-", &path, NULL));
        assert_int_equal(strlen(path), strlen(f->folder) + strlen("/t-") + 16);
        free(path);
    }
    tarn_entry *entries;
    size_t count;
    assert_ok(tarn_fs_list(f->fs, f->folder, &entries, &count, NULL));
    assert_int_equal(count, 50);
    tarn_entries_free(entries, count);
    char *path;
    assert_status(tarn_fs_make_unique_directory(f->fs, in_folder(f, "x"), "t-", &path, NULL), TARN_E_NOT_FOUND);
    assert_null(path);
}

static void test_unique_directory_gives_up(void **state) {
    fixture *f = *state;
    tarn_fault_plan plan = {
        .kinds = TARN_FAULT_MAKE_DIRECTORY, .call = 1, .status = TARN_E_EXISTS, .lasting = true, .written = 0};
    tarn_fault_plan_set(f->fs, &plan);
    char *path;
    assert_status(tarn_fs_make_unique_directory(f->fs, f->folder, "t-", &path, NULL), TARN_E_EXISTS);
    assert_null(path);
    assert_true(tarn_fault_plan_hits(f->fs) > 10);
    tarn_fault_plan_set(f->fs, NULL);
}

/* Every call of the helpers fails once: the failure is reported, and doing it again works. */
static void fail_each_call(fixture *f, tarn_status (*work)(fixture *f, tarn_error *error), unsigned kinds) {
    for (uint64_t call = 1;; call++) {
        tarn_fault_plan plan = {.kinds = kinds, .call = call, .status = TARN_E_IO, .lasting = false, .written = 0};
        tarn_fault_plan_set(f->fs, &plan);
        tarn_error error;
        tarn_status status = work(f, &error);
        uint64_t hits = tarn_fault_plan_hits(f->fs);
        tarn_fault_plan_set(f->fs, NULL);
        assert_ok(tarn_fs_remove_all(f->fs, in_folder(f, "a"), NULL));
        if (hits == 0) {
            assert_ok(status);
            assert_true(call > 3);
            return;
        }
        assert_status(status, TARN_E_IO);
        assert_message_has(&error, "injected");
    }
}

static tarn_status make_three(fixture *f, tarn_error *error) {
    return tarn_fs_make_directories(f->fs, in_folder(f, "a/b/c"), error);
}

static tarn_status make_and_remove(fixture *f, tarn_error *error) {
    tarn_status status = make_three(f, error);
    if (status == TARN_OK)
        status = tarn_fs_make_directory(f->fs, in_folder(f, "a/b/d"), error);
    return status != TARN_OK ? status : tarn_fs_remove_all(f->fs, in_folder(f, "a/b/c"), error);
}

static void test_helpers_report_failures(void **state) {
    fail_each_call(*state, make_three, TARN_FAULT_ANY);
    fail_each_call(*state, make_and_remove, TARN_FAULT_ANY);
}

static void test_remove_all_reports_failing_child(void **state) {
    fixture *f = *state;
    assert_ok(make_three(f, NULL));
    tarn_fault_plan plan = {.kinds = TARN_FAULT_REMOVE, .call = 2, .status = TARN_E_IO, .lasting = true, .written = 0};
    tarn_fault_plan_set(f->fs, &plan);
    tarn_error error;
    assert_status(tarn_fs_remove_all(f->fs, in_folder(f, "a"), &error), TARN_E_IO);
    assert_message_has(&error, "injected");
    tarn_fault_plan_set(f->fs, NULL);
}

/* Somebody else makes the folder between looking and making. */
static void test_make_directories_after_somebody_else(void **state) {
    fixture *f = *state;
    assert_ok(make_three(f, NULL));
    tarn_fault_plan plan = {
        .kinds = TARN_FAULT_STAT, .call = 1, .status = TARN_E_NOT_FOUND, .lasting = false, .written = 0};
    tarn_fault_plan_set(f->fs, &plan);
    assert_ok(make_three(f, NULL));
    assert_int_equal(tarn_fault_plan_hits(f->fs), 1);
    tarn_fault_plan_set(f->fs, NULL);
    put_file(f->fs, in_folder(f, "file"), "", false);
    tarn_fault_plan_set(f->fs, &plan);
    tarn_error error;
    assert_status(tarn_fs_make_directories(f->fs, in_folder(f, "file"), &error), TARN_E_EXISTS);
    tarn_fault_plan_set(f->fs, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_path_join),
        HOST_TEST(test_make_directories, HOST_POSIX),
        HOST_TEST(test_make_directories, HOST_MEMORY),
        HOST_TEST(test_remove_all, HOST_POSIX),
        HOST_TEST(test_remove_all, HOST_MEMORY),
        HOST_TEST(test_unique_directories, HOST_POSIX),
        HOST_TEST(test_unique_directories, HOST_MEMORY),
        HOST_TEST(test_unique_directory_gives_up, HOST_FAULT),
        HOST_TEST(test_helpers_report_failures, HOST_FAULT),
        HOST_TEST(test_remove_all_reports_failing_child, HOST_FAULT),
        HOST_TEST(test_make_directories_after_somebody_else, HOST_FAULT),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
