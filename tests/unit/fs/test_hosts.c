/* What every host must do, on each of them. */
#include "fs/host.h"
#include "support_fs.h"

#include "fs/mailbox.h"

#include <stdlib.h>
#include <string.h>

static void test_open_modes(void **state) {
    fixture *f = *state;
    const char *path = in_folder(f, "a");
    tarn_file *file;
    tarn_error error;
    assert_status(tarn_fs_open(f->fs, path, TARN_OPEN_READ, &file, &error), TARN_E_NOT_FOUND);
    assert_null(file);
    assert_message_has(&error, "cannot open");
    assert_message_has(&error, path);
    assert_status(tarn_fs_open(f->fs, path, TARN_OPEN_WRITE, &file, NULL), TARN_E_NOT_FOUND);
    tarn_file_close(open_file(f->fs, path, TARN_OPEN_CREATE_NEW));
    assert_status(tarn_fs_open(f->fs, path, TARN_OPEN_CREATE_NEW, &file, NULL), TARN_E_EXISTS);
    put_file(f->fs, path, "kept", false);
    file = open_file(f->fs, path, TARN_OPEN_CREATE);
    assert_string_equal(tarn_file_path(file), path);
    tarn_file_close(file);
    assert_content(f->fs, path, "kept");
    tarn_file_close(NULL);
}

static void test_open_refuses_folders(void **state) {
    fixture *f = *state;
    static const tarn_open_mode modes[] = {TARN_OPEN_READ, TARN_OPEN_WRITE, TARN_OPEN_CREATE};
    for (size_t i = 0; i < 3; i++) {
        tarn_file *file;
        tarn_error error;
        assert_status(tarn_fs_open(f->fs, f->folder, modes[i], &file, &error), TARN_E_INVALID);
        assert_message_has(&error, "folder");
    }
    put_file(f->fs, in_folder(f, "file"), "", false);
    tarn_file *file;
    assert_status(tarn_fs_open(f->fs, in_folder(f, "file/below"), TARN_OPEN_CREATE, &file, NULL), TARN_E_NOT_FOUND);
    assert_status(tarn_fs_open(f->fs, in_folder(f, "no/below"), TARN_OPEN_CREATE, &file, NULL), TARN_E_NOT_FOUND);
}

static void test_read_and_write(void **state) {
    fixture *f = *state;
    tarn_file *file = open_file(f->fs, in_folder(f, "a"), TARN_OPEN_CREATE_NEW);
    assert_ok(tarn_file_write(file, 0, "hello world", 11, NULL));
    assert_ok(tarn_file_write(file, 6, "W", 1, NULL));
    assert_ok(tarn_file_write(file, 20, "!", 1, NULL)); /* nine zeros before it */
    assert_ok(tarn_file_write(file, 5, NULL, 0, NULL));
    uint64_t size;
    assert_ok(tarn_file_size(file, &size, NULL));
    assert_int_equal(size, 21);
    char data[64];
    size_t got;
    assert_ok(tarn_file_read(file, 0, data, sizeof data, &got, NULL));
    assert_int_equal(got, 21);
    assert_memory_equal(data, "hello World\0\0\0\0\0\0\0\0\0!", 21);
    assert_ok(tarn_file_read(file, 18, data, 2, &got, NULL));
    assert_int_equal(got, 2);
    assert_ok(tarn_file_read(file, 21, data, 5, &got, NULL));
    assert_int_equal(got, 0);
    assert_ok(tarn_file_read(file, UINT64_MAX, data, 5, &got, NULL));
    assert_int_equal(got, 0);
    assert_ok(tarn_file_sync(file, NULL));
    tarn_file_close(file);
}

static void test_truncate(void **state) {
    fixture *f = *state;
    tarn_file *file = open_file(f->fs, in_folder(f, "a"), TARN_OPEN_CREATE_NEW);
    assert_ok(tarn_file_write(file, 0, "abcdef", 6, NULL));
    assert_ok(tarn_file_truncate(file, 2, NULL));
    assert_ok(tarn_file_truncate(file, 4, NULL));
    assert_ok(tarn_file_write(file, 5, "x", 1, NULL));
    char data[8];
    size_t got;
    assert_ok(tarn_file_read(file, 0, data, sizeof data, &got, NULL));
    assert_int_equal(got, 6);
    assert_memory_equal(data, "ab\0\0\0x", 6); /* what was cut off does not come back */
    tarn_file_close(file);
}

static void test_limits(void **state) {
    fixture *f = *state;
    tarn_file *file = open_file(f->fs, in_folder(f, "a"), TARN_OPEN_CREATE_NEW);
    tarn_error error;
    assert_status(tarn_file_write(file, UINT64_MAX, "x", 1, &error), TARN_E_FULL);
    assert_message_has(&error, "beyond the largest file");
    assert_status(tarn_file_write(file, INT64_MAX, "x", 1, NULL), TARN_E_FULL);
    assert_status(tarn_file_truncate(file, UINT64_MAX, &error), TARN_E_FULL);
    assert_message_has(&error, tarn_file_path(file));
    tarn_file_close(file);
}

static void test_read_only_handle(void **state) {
    fixture *f = *state;
    const char *path = in_folder(f, "a");
    put_file(f->fs, path, "text", false);
    tarn_file *file = open_file(f->fs, path, TARN_OPEN_READ);
    tarn_error error;
    assert_status(tarn_file_write(file, 0, "x", 1, &error), TARN_E_IO);
    assert_message_has(&error, "cannot write");
    assert_message_has(&error, path);
    assert_status(tarn_file_truncate(file, 1, &error), TARN_E_IO);
    assert_message_has(&error, "cannot resize");
    tarn_file_close(file);
    assert_content(f->fs, path, "text");
}

static void check_mapping(tarn_file *file, const uint8_t *wanted, uint64_t offset, size_t size) {
    tarn_mapping mapping;
    assert_ok(tarn_file_map(file, offset, size, &mapping, NULL));
    assert_int_equal(mapping.size, size);
    assert_memory_equal(mapping.data, wanted + offset, size);
    if (offset % 64 == 0)
        assert_int_equal((uintptr_t)mapping.data % 64, 0);
    tarn_mapping_release(&mapping);
    assert_null(mapping.data);
    tarn_mapping_release(&mapping);
}

static void test_map(void **state) {
    fixture *f = *state;
    enum { SIZE = 300000 };
    uint8_t *data = malloc(SIZE);
    for (size_t i = 0; i < SIZE; i++)
        data[i] = (uint8_t)(i * 7 + i / 251);
    tarn_file *file = open_file(f->fs, in_folder(f, "a"), TARN_OPEN_CREATE_NEW);
    assert_ok(tarn_file_write(file, 0, data, SIZE, NULL));
    static const struct {
        uint64_t offset;
        size_t size;
    } cases[] = {{0, SIZE},    {0, 1},        {64, 100},
                 {1, 70000},   {4096, 70000}, {4095, 200000},
                 {192, 65536}, {192, 65535},  {SIZE - 70000, 70000},
                 {SIZE - 1, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_mapping(file, data, cases[i].offset, cases[i].size);
    tarn_file_close(file);
    free(data);
}

static void test_map_outside(void **state) {
    fixture *f = *state;
    tarn_file *file = open_file(f->fs, in_folder(f, "a"), TARN_OPEN_CREATE_NEW);
    assert_ok(tarn_file_write(file, 0, "0123456789", 10, NULL));
    tarn_mapping mapping;
    tarn_error error;
    assert_status(tarn_file_map(file, 5, 6, &mapping, &error), TARN_E_IO);
    assert_message_has(&error, "6 bytes at 5");
    assert_message_has(&error, "only 10 bytes");
    assert_null(mapping.data);
    assert_status(tarn_file_map(file, 11, 0, &mapping, NULL), TARN_E_IO);
    assert_status(tarn_file_map(file, UINT64_MAX, SIZE_MAX, &mapping, NULL), TARN_E_IO);
    assert_status(tarn_file_map(file, 0, 100000, &mapping, NULL), TARN_E_IO);
    assert_ok(tarn_file_map(file, 10, 0, &mapping, NULL));
    assert_int_equal(mapping.size, 0);
    tarn_mapping_release(&mapping);
    tarn_file_close(file);
}

/* A mapping shows what was there, whatever becomes of the file's handle, its name and what is appended. */
static void test_mapping_outlives(void **state) {
    fixture *f = *state;
    static const size_t sizes[] = {100, 100000};
    for (size_t i = 0; i < 2; i++) {
        char *data = malloc(sizes[i]);
        memset(data, 'a', sizes[i]);
        tarn_file *file = open_file(f->fs, in_folder(f, "a"), TARN_OPEN_CREATE_NEW);
        assert_ok(tarn_file_write(file, 0, data, sizes[i], NULL));
        tarn_mapping mapping;
        assert_ok(tarn_file_map(file, 0, sizes[i], &mapping, NULL));
        for (int k = 1; k < 20; k++)
            assert_ok(tarn_file_write(file, sizes[i] * (size_t)k, data, sizes[i], NULL));
        tarn_file_close(file);
        assert_ok(tarn_fs_remove(f->fs, in_folder(f, "a"), NULL));
        assert_memory_equal(mapping.data, data, sizes[i]);
        tarn_mapping_release(&mapping);
        free(data);
    }
}

static void test_stat_and_list(void **state) {
    fixture *f = *state;
    put_file(f->fs, in_folder(f, "b"), "12345", false);
    put_file(f->fs, in_folder(f, "\xC3\xA4"), "", false);
    put_file(f->fs, in_folder(f, "B"), "1", false);
    assert_ok(tarn_fs_make_directory(f->fs, in_folder(f, "a"), NULL));
    tarn_entry_kind kind;
    uint64_t size;
    assert_ok(tarn_fs_stat(f->fs, in_folder(f, "b"), &kind, &size, NULL));
    assert_int_equal(kind, TARN_ENTRY_FILE);
    assert_int_equal(size, 5);
    assert_ok(tarn_fs_stat(f->fs, in_folder(f, "a"), &kind, &size, NULL));
    assert_int_equal(kind, TARN_ENTRY_DIRECTORY);
    assert_int_equal(size, 0);
    tarn_error error;
    assert_status(tarn_fs_stat(f->fs, in_folder(f, "x"), NULL, NULL, &error), TARN_E_NOT_FOUND);
    assert_message_has(&error, "/x");

    tarn_entry *entries;
    size_t count;
    assert_ok(tarn_fs_list(f->fs, f->folder, &entries, &count, NULL));
    assert_int_equal(count, 4);
    static const char *const names[] = {"B", "a", "b", "\xC3\xA4"};
    static const tarn_entry_kind kinds[] = {TARN_ENTRY_FILE, TARN_ENTRY_DIRECTORY, TARN_ENTRY_FILE, TARN_ENTRY_FILE};
    static const uint64_t sizes[] = {1, 0, 5, 0};
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(entries[i].name, names[i]);
        assert_int_equal(entries[i].kind, kinds[i]);
        assert_int_equal(entries[i].size, sizes[i]);
    }
    tarn_entries_free(entries, count);
    assert_ok(tarn_fs_list(f->fs, in_folder(f, "a"), &entries, &count, NULL));
    assert_int_equal(count, 0);
    tarn_entries_free(entries, count);
    assert_status(tarn_fs_list(f->fs, in_folder(f, "x"), &entries, &count, &error), TARN_E_NOT_FOUND);
    assert_status(tarn_fs_list(f->fs, in_folder(f, "b"), &entries, &count, &error), TARN_E_NOT_FOUND);
    assert_message_has(&error, "cannot list");
}

static void test_make_and_remove(void **state) {
    fixture *f = *state;
    assert_ok(tarn_fs_make_directory(f->fs, in_folder(f, "a"), NULL));
    tarn_error error;
    assert_status(tarn_fs_make_directory(f->fs, in_folder(f, "a"), &error), TARN_E_EXISTS);
    assert_message_has(&error, "cannot make folder");
    assert_status(tarn_fs_make_directory(f->fs, in_folder(f, "x/y"), NULL), TARN_E_NOT_FOUND);
    put_file(f->fs, in_folder(f, "a/file"), "x", false);
    assert_status(tarn_fs_remove(f->fs, in_folder(f, "a"), &error), TARN_E_EXISTS);
    assert_message_has(&error, "cannot remove");
    assert_ok(tarn_fs_sync_directory(f->fs, in_folder(f, "a"), NULL));
    assert_ok(tarn_fs_remove(f->fs, in_folder(f, "a/file"), NULL));
    assert_ok(tarn_fs_remove(f->fs, in_folder(f, "a"), NULL));
    assert_status(tarn_fs_remove(f->fs, in_folder(f, "a"), NULL), TARN_E_NOT_FOUND);
    assert_status(tarn_fs_sync_directory(f->fs, in_folder(f, "a"), &error), TARN_E_NOT_FOUND);
    put_file(f->fs, in_folder(f, "file"), "x", false);
    assert_status(tarn_fs_sync_directory(f->fs, in_folder(f, "file"), &error), TARN_E_NOT_FOUND);
    assert_message_has(&error, "cannot sync folder");
    assert_status(tarn_fs_remove(f->fs, "/", NULL), TARN_E_IO);
}

static void test_handle_outlives_name(void **state) {
    fixture *f = *state;
    tarn_file *file = open_file(f->fs, in_folder(f, "a"), TARN_OPEN_CREATE_NEW);
    assert_ok(tarn_fs_remove(f->fs, in_folder(f, "a"), NULL));
    assert_ok(tarn_file_write(file, 0, "x", 1, NULL));
    uint64_t size;
    assert_ok(tarn_file_size(file, &size, NULL));
    assert_int_equal(size, 1);
    put_file(f->fs, in_folder(f, "a"), "another", false);
    assert_ok(tarn_file_size(file, &size, NULL));
    assert_int_equal(size, 1);
    tarn_file_close(file);
}

static void test_rename(void **state) {
    fixture *f = *state;
    put_file(f->fs, in_folder(f, "a"), "a", false);
    put_file(f->fs, in_folder(f, "b"), "b", false);
    assert_ok(tarn_fs_make_directory(f->fs, in_folder(f, "d"), NULL));
    put_file(f->fs, in_folder(f, "d/c"), "c", false);
    assert_ok(tarn_fs_rename(f->fs, in_folder(f, "a"), in_folder(f, "b"), NULL));
    assert_absent(f->fs, in_folder(f, "a"));
    assert_content(f->fs, in_folder(f, "b"), "a");
    assert_ok(tarn_fs_rename(f->fs, in_folder(f, "b"), in_folder(f, "b"), NULL));
    assert_content(f->fs, in_folder(f, "b"), "a");
    assert_ok(tarn_fs_rename(f->fs, in_folder(f, "d"), in_folder(f, "e"), NULL));
    assert_content(f->fs, in_folder(f, "e/c"), "c");
    tarn_error error;
    assert_status(tarn_fs_rename(f->fs, in_folder(f, "b"), in_folder(f, "e"), &error), TARN_E_EXISTS);
    assert_message_has(&error, "cannot rename");
    assert_status(tarn_fs_rename(f->fs, in_folder(f, "e"), in_folder(f, "b"), NULL), TARN_E_EXISTS);
    assert_status(tarn_fs_rename(f->fs, in_folder(f, "x"), in_folder(f, "y"), NULL), TARN_E_NOT_FOUND);
    assert_status(tarn_fs_rename(f->fs, in_folder(f, "b"), in_folder(f, "x/y"), NULL), TARN_E_NOT_FOUND);
    assert_status(tarn_fs_rename(f->fs, in_folder(f, "e"), in_folder(f, "e/inside"), NULL), TARN_E_IO);
    assert_content(f->fs, in_folder(f, "e/c"), "c");
}

/* What has a name keeps it. */
static void test_rename_new(void **state) {
    fixture *f = *state;
    put_file(f->fs, in_folder(f, "a"), "a", false);
    put_file(f->fs, in_folder(f, "b"), "b", false);
    assert_ok(tarn_fs_make_directory(f->fs, in_folder(f, "d"), NULL));
    assert_ok(tarn_fs_rename_new(f->fs, in_folder(f, "a"), in_folder(f, "c"), NULL));
    assert_absent(f->fs, in_folder(f, "a"));
    assert_content(f->fs, in_folder(f, "c"), "a");
    assert_status(tarn_fs_rename_new(f->fs, in_folder(f, "c"), in_folder(f, "b"), NULL), TARN_E_EXISTS);
    assert_status(tarn_fs_rename_new(f->fs, in_folder(f, "c"), in_folder(f, "d"), NULL), TARN_E_EXISTS);
    assert_content(f->fs, in_folder(f, "c"), "a");
    assert_content(f->fs, in_folder(f, "b"), "b");
    assert_status(tarn_fs_rename_new(f->fs, in_folder(f, "x"), in_folder(f, "y"), NULL), TARN_E_NOT_FOUND);
    assert_absent(f->fs, in_folder(f, "y"));
    assert_status(tarn_fs_rename_new(f->fs, in_folder(f, "b"), in_folder(f, "x/y"), NULL), TARN_E_NOT_FOUND);
    assert_content(f->fs, in_folder(f, "b"), "b");
}

/* The same on file systems that have no links. */
static void test_rename_new_without_links(void **state) {
    fixture *f = *state;
    put_file(f->fs, in_folder(f, "a"), "a", false);
    put_file(f->fs, in_folder(f, "b"), "b", false);
    assert_status(tarn_host_rename_new(f->fs, in_folder(f, "a"), in_folder(f, "b"), NULL), TARN_E_EXISTS);
    assert_content(f->fs, in_folder(f, "b"), "b");
    assert_status(tarn_host_rename_new(f->fs, in_folder(f, "x"), in_folder(f, "y"), NULL), TARN_E_NOT_FOUND);
    assert_absent(f->fs, in_folder(f, "y"));
    assert_ok(tarn_host_rename_new(f->fs, in_folder(f, "a"), in_folder(f, "c"), NULL));
    assert_absent(f->fs, in_folder(f, "a"));
    assert_content(f->fs, in_folder(f, "c"), "a");
}

static void test_locks(void **state) {
    fixture *f = *state;
    const char *path = in_folder(f, "lock");
    tarn_file *a = open_file(f->fs, path, TARN_OPEN_CREATE);
    tarn_file *b = open_file(f->fs, path, TARN_OPEN_READ);
    assert_ok(tarn_file_lock(a, TARN_LOCK_SHARED, NULL));
    assert_ok(tarn_file_lock(b, TARN_LOCK_SHARED, NULL));
    tarn_error error;
    assert_status(tarn_file_lock(a, TARN_LOCK_EXCLUSIVE, &error), TARN_E_LOCKED);
    assert_message_has(&error, path);
    tarn_file_unlock(b);
    tarn_file_unlock(b);
    assert_ok(tarn_file_lock(a, TARN_LOCK_EXCLUSIVE, NULL));
    assert_ok(tarn_file_lock(a, TARN_LOCK_EXCLUSIVE, NULL));
    assert_status(tarn_file_lock(b, TARN_LOCK_SHARED, NULL), TARN_E_LOCKED);
    assert_status(tarn_file_lock(b, TARN_LOCK_EXCLUSIVE, NULL), TARN_E_LOCKED);
    tarn_file_close(a);
    assert_ok(tarn_file_lock(b, TARN_LOCK_EXCLUSIVE, NULL));
    a = open_file(f->fs, path, TARN_OPEN_WRITE);
    assert_status(tarn_file_lock(a, TARN_LOCK_SHARED, NULL), TARN_E_LOCKED);
    tarn_file_unlock(b);
    assert_ok(tarn_file_lock(a, TARN_LOCK_SHARED, NULL));
    tarn_file_close(a);
    tarn_file_close(b);
}

static void test_refused_change_of_lock(void **state) {
    fixture *f = *state;
    tarn_file *a = open_file(f->fs, in_folder(f, "lock"), TARN_OPEN_CREATE);
    tarn_file *b = open_file(f->fs, in_folder(f, "lock"), TARN_OPEN_WRITE);
    assert_ok(tarn_file_lock(a, TARN_LOCK_SHARED, NULL));
    assert_ok(tarn_file_lock(b, TARN_LOCK_SHARED, NULL));
    assert_status(tarn_file_lock(a, TARN_LOCK_EXCLUSIVE, NULL), TARN_E_LOCKED);
    assert_ok(tarn_file_lock(b, TARN_LOCK_EXCLUSIVE, NULL)); /* as a holds nothing any more */
    tarn_file_close(a);
    tarn_file_close(b);
}

static void test_free_space(void **state) {
    fixture *f = *state;
    uint64_t bytes = 0;
    assert_ok(tarn_fs_free_space(f->fs, f->folder, &bytes, NULL));
    assert_true(bytes > 0);
    tarn_error error;
    assert_status(tarn_fs_free_space(f->fs, in_folder(f, "x"), &bytes, &error), TARN_E_NOT_FOUND);
    assert_message_has(&error, "free space");
}

#define ON_HOST(kind)                                                                                                  \
    HOST_TEST(test_open_modes, kind), HOST_TEST(test_open_refuses_folders, kind),                                      \
        HOST_TEST(test_read_and_write, kind), HOST_TEST(test_truncate, kind), HOST_TEST(test_limits, kind),            \
        HOST_TEST(test_read_only_handle, kind), HOST_TEST(test_map, kind), HOST_TEST(test_map_outside, kind),          \
        HOST_TEST(test_mapping_outlives, kind), HOST_TEST(test_stat_and_list, kind),                                   \
        HOST_TEST(test_make_and_remove, kind), HOST_TEST(test_handle_outlives_name, kind),                             \
        HOST_TEST(test_rename, kind), HOST_TEST(test_rename_new, kind),                                                \
        HOST_TEST(test_rename_new_without_links, kind), HOST_TEST(test_locks, kind),                                   \
        HOST_TEST(test_refused_change_of_lock, kind), HOST_TEST(test_free_space, kind)

int main(void) {
    const struct CMUnitTest tests[] = {ON_HOST(HOST_POSIX), ON_HOST(HOST_MEMORY), ON_HOST(HOST_FAULT)};
#ifdef __EMSCRIPTEN__
    /* In a page with a files worker; the others are tested everywhere. */
    const struct CMUnitTest page_tests[] = {ON_HOST(HOST_OPFS)};
    if (tarn_opfs_mailbox()->connected != 0)
        return cmocka_run_group_tests(page_tests, NULL, NULL);
#endif
    return cmocka_run_group_tests(tests, NULL, NULL);
}
