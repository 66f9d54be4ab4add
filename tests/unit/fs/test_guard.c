/* Folders that somebody else made: links, pipes and second names in them; and descriptors that files must not have. */
#include "support_fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A folder "victim" with a file, and a folder "ours", guarded, with links to both: "file", "folder", "nothing". */
static void make_trap(fixture *f) {
    assert_ok(tarn_fs_make_directory(f->fs, in_folder(f, "victim"), NULL));
    put_file(f->fs, in_folder(f, "victim/doc"), "precious", false);
    assert_ok(tarn_fs_make_directory(f->fs, in_folder(f, "ours"), NULL));
    assert_int_equal(symlink("../victim/doc", in_folder(f, "ours/file")), 0);
    assert_int_equal(symlink("../victim", in_folder(f, "ours/folder")), 0);
    assert_int_equal(symlink("../victim/new", in_folder(f, "ours/nothing")), 0);
    assert_ok(tarn_fs_guard(f->fs, in_folder(f, "ours"), NULL));
}

static void assert_untouched(fixture *f) {
    tarn_entry *entries;
    size_t count;
    assert_content(f->fs, in_folder(f, "victim/doc"), "precious");
    assert_ok(tarn_fs_list(f->fs, in_folder(f, "victim"), &entries, &count, NULL));
    assert_int_equal(count, 1);
    tarn_entries_free(entries, count);
}

static void test_links_are_not_opened(void **state) {
    fixture *f = *state;
    static const char *const names[] = {"ours/file", "ours/folder/doc", "ours/nothing", "ours/folder"};
    static const tarn_open_mode modes[] = {TARN_OPEN_READ, TARN_OPEN_WRITE, TARN_OPEN_CREATE};
    make_trap(f);
    for (size_t i = 0; i < 4; i++) {
        for (size_t j = 0; j < 3; j++) {
            tarn_file *file;
            tarn_error error;
            assert_status(tarn_fs_open(f->fs, in_folder(f, names[i]), modes[j], &file, &error), TARN_E_CORRUPT);
            assert_message_has(&error, names[i]);
            assert_message_has(&error, "link");
        }
    }
    assert_untouched(f);
}

static void test_names_are_not_reached_through_links(void **state) {
    fixture *f = *state;
    tarn_entry *entries;
    size_t count;
    tarn_entry_kind kind;
    make_trap(f);
    assert_status(tarn_fs_list(f->fs, in_folder(f, "ours/folder"), &entries, &count, NULL), TARN_E_CORRUPT);
    assert_status(tarn_fs_sync_directory(f->fs, in_folder(f, "ours/folder"), NULL), TARN_E_CORRUPT);
    assert_status(tarn_fs_make_directory(f->fs, in_folder(f, "ours/folder/new"), NULL), TARN_E_CORRUPT);
    assert_status(tarn_fs_remove(f->fs, in_folder(f, "ours/folder/doc"), NULL), TARN_E_CORRUPT);
    assert_status(tarn_fs_stat(f->fs, in_folder(f, "ours/folder/doc"), &kind, NULL, NULL), TARN_E_CORRUPT);
    put_file(f->fs, in_folder(f, "ours/mine"), "x", false);
    assert_status(tarn_fs_rename(f->fs, in_folder(f, "ours/mine"), in_folder(f, "ours/folder/doc"), NULL),
                  TARN_E_CORRUPT);
    assert_status(tarn_fs_rename(f->fs, in_folder(f, "ours/folder/doc"), in_folder(f, "ours/mine"), NULL),
                  TARN_E_CORRUPT);
    assert_ok(tarn_fs_stat(f->fs, in_folder(f, "ours/folder"), &kind, NULL, NULL));
    assert_int_equal(kind, TARN_ENTRY_OTHER);
    assert_status(tarn_fs_remove_all(f->fs, in_folder(f, "ours/folder/doc"), NULL), TARN_E_CORRUPT);
    assert_ok(tarn_fs_remove_all(f->fs, in_folder(f, "ours"), NULL)); /* the links go, not what they point to */
    assert_absent(f->fs, in_folder(f, "ours"));
    assert_untouched(f);
}

static void test_a_guarded_folder_is_no_link(void **state) {
    fixture *f = *state;
    tarn_entry *entries;
    size_t count;
    tarn_file *file;
    assert_ok(tarn_fs_make_directory(f->fs, in_folder(f, "victim"), NULL));
    put_file(f->fs, in_folder(f, "victim/doc"), "precious", false);
    assert_int_equal(symlink("victim", in_folder(f, "link")), 0);
    assert_content(f->fs, in_folder(f, "link/doc"), "precious"); /* what people name is reached as they name it */
    assert_ok(tarn_fs_guard(f->fs, in_folder(f, "link"), NULL));
    assert_status(tarn_fs_open(f->fs, in_folder(f, "link/doc"), TARN_OPEN_WRITE, &file, NULL), TARN_E_CORRUPT);
    assert_status(tarn_fs_list(f->fs, in_folder(f, "link"), &entries, &count, NULL), TARN_E_CORRUPT);
    assert_untouched(f);
}

static void test_a_guarded_folder_is_not_left(void **state) {
    fixture *f = *state;
    tarn_file *file;
    make_trap(f);
    assert_status(tarn_fs_open(f->fs, in_folder(f, "ours/../victim/doc"), TARN_OPEN_WRITE, &file, NULL),
                  TARN_E_INVALID);
    assert_status(tarn_fs_remove(f->fs, in_folder(f, "ours/../victim/doc"), NULL), TARN_E_INVALID);
    /* and another folder whose name begins alike is not meant */
    assert_ok(tarn_fs_make_directory(f->fs, in_folder(f, "ours2"), NULL));
    assert_int_equal(symlink("../victim/doc", in_folder(f, "ours2/file")), 0);
    assert_content(f->fs, in_folder(f, "ours2/file"), "precious");
}

static void test_only_plain_files_are_opened(void **state) {
    fixture *f = *state;
    tarn_file *file;
    tarn_error error;
    make_trap(f);
    assert_int_equal(mkfifo(in_folder(f, "ours/pipe"), 0600), 0);
    assert_ok(tarn_fs_make_directory(f->fs, in_folder(f, "ours/inner"), NULL));
    assert_status(tarn_fs_open(f->fs, in_folder(f, "ours/pipe"), TARN_OPEN_READ, &file, &error), TARN_E_CORRUPT);
    assert_message_has(&error, "it is no file");
    assert_status(tarn_fs_open(f->fs, in_folder(f, "ours/pipe"), TARN_OPEN_WRITE, &file, &error), TARN_E_CORRUPT);
    assert_status(tarn_fs_open(f->fs, in_folder(f, "ours/inner"), TARN_OPEN_READ, &file, &error), TARN_E_CORRUPT);
    assert_status(tarn_fs_open(f->fs, in_folder(f, "ours/inner"), TARN_OPEN_CREATE, &file, &error), TARN_E_CORRUPT);
}

static void test_second_names_are_not_written_to(void **state) {
    fixture *f = *state;
    tarn_file *file;
    tarn_error error;
    make_trap(f);
    assert_int_equal(link(in_folder(f, "victim/doc"), in_folder(f, "ours/twin")), 0);
    assert_content(f->fs, in_folder(f, "ours/twin"), "precious");
    assert_status(tarn_fs_open(f->fs, in_folder(f, "ours/twin"), TARN_OPEN_WRITE, &file, &error), TARN_E_INVALID);
    assert_message_has(&error, "another name");
    assert_status(tarn_fs_open(f->fs, in_folder(f, "ours/twin"), TARN_OPEN_CREATE, &file, &error), TARN_E_INVALID);
    assert_ok(tarn_fs_remove(f->fs, in_folder(f, "ours/twin"), NULL));
    assert_untouched(f);
}

static mode_t mode_of(const char *path) {
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    return info.st_mode & 07777;
}

static void test_temporary_folders_are_private(void **state) {
    fixture *f = *state;
    char *first, *second;
    mode_t before = umask(0);
    assert_ok(tarn_fs_make_unique_directory(f->fs, f->folder, "x-", &first, NULL));
    assert_ok(tarn_fs_make_unique_directory(f->fs, f->folder, "x-", &second, NULL));
    umask(before);
    assert_int_equal(mode_of(first), 0700);
    assert_string_not_equal(first, second);
    free(first);
    free(second);
}

/* In a process without standard descriptors; what is then written to standard output and error goes nowhere. */
static int write_without_descriptors(fixture *f) {
    tarn_file *files[5];
    static const char *const names[] = {"a", "b", "c", "d", "e"};
    for (int i = 0; i < 3; i++)
        close(i);
    for (size_t i = 0; i < 5; i++) {
        if (tarn_fs_open(f->fs, in_folder(f, names[i]), TARN_OPEN_CREATE, &files[i], NULL) != TARN_OK ||
            tarn_file_write(files[i], 0, names[i], 1, NULL) != TARN_OK)
            return 10;
    }
    for (int i = 0; i < 3; i++) {
        struct stat info;
        if (fstat(i, &info) != 0 || !S_ISCHR(info.st_mode))
            return 20 + i;
        if (write(i, "message", 7) != 7)
            return 30 + i;
    }
    for (size_t i = 0; i < 5; i++) {
        uint64_t size = 0;
        if (tarn_file_size(files[i], &size, NULL) != TARN_OK || size != 1)
            return 40;
        tarn_file_close(files[i]);
    }
    return 0;
}

static void test_files_do_not_get_the_standard_descriptors(void **state) {
    fixture *f = *state;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(write_without_descriptors(f));
    int status;
    while (waitpid(pid, &status, 0) < 0)
        assert_int_equal(errno, EINTR);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_content(f->fs, in_folder(f, "a"), "a");
}

/* ---- pages that are lost ----------------------------------------------------------------------------------------- */

#define PAGES_BYTES ((size_t)512 << 10)

static tarn_file *make_large(fixture *f, const char *name, char letter) {
    tarn_file *file = open_file(f->fs, in_folder(f, name), TARN_OPEN_CREATE);
    char *bytes = malloc(PAGES_BYTES);
    assert_non_null(bytes);
    memset(bytes, letter, PAGES_BYTES);
    assert_ok(tarn_file_write(file, 0, bytes, PAGES_BYTES, NULL));
    free(bytes);
    return file;
}

static unsigned char byte_at(const tarn_mapping *mapping, size_t offset) {
    return *(const volatile unsigned char *)(mapping->data + offset);
}

static void one_file_is_cut_off(fixture *f) {
    tarn_mapping cut, whole;
    tarn_error error;
    tarn_file *first = make_large(f, "first", 'f'), *second = make_large(f, "second", 's');
    assert_ok(tarn_file_map(first, 64, PAGES_BYTES - 64, &cut, NULL));
    assert_ok(tarn_file_map(second, 0, PAGES_BYTES, &whole, NULL));
    assert_true(cut.is_paged);
    assert_int_equal(byte_at(&cut, 300000), 'f');
    assert_ok(tarn_fs_check_pages(f->fs, NULL));
    assert_int_equal(truncate(in_folder(f, "first"), 65536), 0);
    assert_int_equal(byte_at(&cut, 400000), 0);
    assert_int_equal(byte_at(&cut, 70000), 0);
    assert_int_equal(byte_at(&cut, 60000), 'f');
    for (size_t i = 0; i < PAGES_BYTES; i += 1000)
        assert_int_equal(byte_at(&whole, i), 's');
    assert_status(tarn_fs_check_pages(f->fs, &error), TARN_E_CORRUPT);
    assert_message_has(&error, "first");
    tarn_mapping_release(&cut);
    tarn_mapping_release(&whole);
    assert_status(tarn_fs_check_pages(f->fs, &error), TARN_E_CORRUPT); /* nobody forgets */
    assert_message_has(&error, "first");
    tarn_fs *other;
    assert_ok(tarn_fs_posix(&other, NULL));
    assert_ok(tarn_fs_check_pages(other, NULL)); /* but it is nothing to others */
    tarn_fs_free(other);
    tarn_file_close(first);
    tarn_file_close(second);
}

/* More mappings than a block of the table has, let go of in another order, and after their host. */
static void many_mappings_are_cut_off(fixture *f) {
    enum { COUNT = 2500 };
    tarn_fs *fs;
    tarn_mapping *mappings = calloc(COUNT, sizeof *mappings);
    assert_non_null(mappings);
    tarn_file_close(make_large(f, "large", 'x'));
    assert_ok(tarn_fs_posix(&fs, NULL));
    tarn_file *file = open_file(fs, in_folder(f, "large"), TARN_OPEN_READ);
    for (size_t i = 0; i < COUNT; i++)
        assert_ok(tarn_file_map(file, i % 7 * 4096, PAGES_BYTES / 2, &mappings[i], NULL));
    for (size_t i = 0; i < COUNT; i += 2)
        tarn_mapping_release(&mappings[i]);
    for (size_t i = 0; i < COUNT; i += 4)
        assert_ok(tarn_file_map(file, 0, PAGES_BYTES / 2, &mappings[i], NULL));
    assert_int_equal(truncate(in_folder(f, "large"), 0), 0);
    assert_int_equal(byte_at(&mappings[COUNT - 1], 5), 0);
    assert_status(tarn_fs_check_pages(fs, NULL), TARN_E_CORRUPT);
    tarn_file_close(file);
    tarn_fs_free(fs);
    for (size_t i = 0; i < COUNT; i++)
        tarn_mapping_release(&mappings[i]);
    free(mappings);
}

/* In one test: cmocka takes the signal for itself before each. */
static void test_files_cut_off_under_their_readers(void **state) {
    one_file_is_cut_off(*state);
    many_mappings_are_cut_off(*state);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        HOST_TEST(test_links_are_not_opened, HOST_POSIX),
        HOST_TEST(test_names_are_not_reached_through_links, HOST_POSIX),
        HOST_TEST(test_a_guarded_folder_is_no_link, HOST_POSIX),
        HOST_TEST(test_a_guarded_folder_is_not_left, HOST_POSIX),
        HOST_TEST(test_only_plain_files_are_opened, HOST_POSIX),
        HOST_TEST(test_second_names_are_not_written_to, HOST_POSIX),
        HOST_TEST(test_temporary_folders_are_private, HOST_POSIX),
        HOST_TEST(test_files_do_not_get_the_standard_descriptors, HOST_POSIX),
        HOST_TEST(test_files_cut_off_under_their_readers, HOST_POSIX),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
