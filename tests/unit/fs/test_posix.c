/* What only the disk can do: links, pipes, permissions, other processes, limits. */
#include "support_fs.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void test_remove_all_keeps_what_links_point_to(void **state) {
    fixture *f = *state;
    assert_ok(tarn_fs_make_directories(f->fs, in_folder(f, "outside/deep"), NULL));
    put_file(f->fs, in_folder(f, "outside/file"), "kept", false);
    assert_ok(tarn_fs_make_directory(f->fs, in_folder(f, "tree"), NULL));
    assert_int_equal(symlink("../outside", in_folder(f, "tree/link")), 0);
    assert_int_equal(symlink("nowhere", in_folder(f, "tree/broken")), 0);
    assert_int_equal(symlink("outside", in_folder(f, "link")), 0);
    assert_ok(tarn_fs_remove_all(f->fs, in_folder(f, "tree"), NULL));
    assert_ok(tarn_fs_remove_all(f->fs, in_folder(f, "link"), NULL));
    assert_absent(f->fs, in_folder(f, "tree"));
    assert_absent(f->fs, in_folder(f, "link"));
    assert_content(f->fs, in_folder(f, "outside/file"), "kept");
}

static void test_links_and_other_entries(void **state) {
    fixture *f = *state;
    put_file(f->fs, in_folder(f, "file"), "123", false);
    assert_int_equal(symlink("file", in_folder(f, "link")), 0);
    assert_int_equal(mkfifo(in_folder(f, "pipe"), 0600), 0);
    tarn_entry_kind kind;
    uint64_t size;
    assert_ok(tarn_fs_stat(f->fs, in_folder(f, "link"), &kind, &size, NULL));
    assert_int_equal(kind, TARN_ENTRY_FILE);
    assert_int_equal(size, 3);
    tarn_entry *entries;
    size_t count;
    assert_ok(tarn_fs_list(f->fs, f->folder, &entries, &count, NULL));
    assert_int_equal(count, 3);
    assert_int_equal(entries[1].kind, TARN_ENTRY_OTHER);
    assert_int_equal(entries[2].kind, TARN_ENTRY_OTHER);
    tarn_entries_free(entries, count);
    static const tarn_open_mode modes[] = {TARN_OPEN_READ, TARN_OPEN_WRITE};
    for (size_t i = 0; i < 2; i++) {
        tarn_file *file;
        tarn_error error;
        assert_status(tarn_fs_open(f->fs, in_folder(f, "pipe"), modes[i], &file, &error), TARN_E_INVALID);
        assert_message_has(&error, "pipe");
    }
}

static void test_modes(void **state) {
    fixture *f = *state;
    mode_t before = umask(022);
    put_file(f->fs, in_folder(f, "file"), "", false);
    assert_ok(tarn_fs_make_directory(f->fs, in_folder(f, "folder"), NULL));
    umask(before);
    struct stat info;
    assert_int_equal(stat(in_folder(f, "file"), &info), 0);
    assert_int_equal(info.st_mode & 07777, 0644);
    assert_int_equal(stat(in_folder(f, "folder"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0755);
}

static void test_long_names(void **state) {
    fixture *f = *state;
    char name[400];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    tarn_file *file;
    tarn_error error;
    assert_status(tarn_fs_open(f->fs, in_folder(f, name), TARN_OPEN_CREATE, &file, &error), TARN_E_INVALID);
    assert_message_has(&error, "too long");
}

/* Run `child` in another process; its return value is the exit status. Not through exit: the parent's handlers are not
 * its. */
static int in_child(int (*child)(fixture *f), fixture *f) {
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(child(f));
    int status;
    while (waitpid(pid, &status, 0) < 0)
        assert_int_equal(errno, EINTR);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int try_to_lock(fixture *f) {
    tarn_file *file;
    if (tarn_fs_open(f->fs, in_folder(f, "lock"), TARN_OPEN_WRITE, &file, NULL) != TARN_OK)
        return 100;
    tarn_status status = tarn_file_lock(file, TARN_LOCK_EXCLUSIVE, NULL);
    tarn_file_close(file);
    return (int)status;
}

static void test_locks_hold_against_other_processes(void **state) {
    fixture *f = *state;
    tarn_file *file = open_file(f->fs, in_folder(f, "lock"), TARN_OPEN_CREATE);
    assert_int_equal(in_child(try_to_lock, f), TARN_OK);
    assert_ok(tarn_file_lock(file, TARN_LOCK_EXCLUSIVE, NULL));
    assert_int_equal(in_child(try_to_lock, f), TARN_E_LOCKED);
    tarn_file_close(open_file(f->fs, in_folder(f, "lock"), TARN_OPEN_READ)); /* another handle's end releases nothing */
    assert_int_equal(in_child(try_to_lock, f), TARN_E_LOCKED);
    tarn_file_unlock(file);
    assert_int_equal(in_child(try_to_lock, f), TARN_OK);
    tarn_file_close(file);
}

/* Writing beyond a limit fails like a full disk, after part was written. */
static int write_beyond_limit(fixture *f) {
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = {1000, 1000};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
        return 100;
    tarn_file *file;
    if (tarn_fs_open(f->fs, in_folder(f, "file"), TARN_OPEN_WRITE, &file, NULL) != TARN_OK)
        return 101;
    char data[4000] = {0};
    tarn_error error;
    tarn_status status = tarn_file_write(file, 0, data, sizeof data, &error);
    uint64_t size = 0;
    tarn_file_size(file, &size, NULL);
    tarn_status resized = tarn_file_truncate(file, 5000, NULL);
    tarn_file_close(file);
    if (status != TARN_E_FULL || resized != TARN_E_FULL ||
        strstr(error.message, "cannot write 4000 bytes at 0") == NULL)
        return 102;
    return size == 1000 ? 0 : 103;
}

static void test_file_size_limit(void **state) {
    fixture *f = *state;
    put_file(f->fs, in_folder(f, "file"), "", false);
    assert_int_equal(in_child(write_beyond_limit, f), 0);
}

static void test_full_device(void **state) {
    fixture *f = *state;
    tarn_file *file;
    if (access("/dev/full", W_OK) != 0)
        skip();
    assert_ok(tarn_fs_open(f->fs, "/dev/full", TARN_OPEN_WRITE, &file, NULL));
    tarn_error error;
    assert_status(tarn_file_write(file, 0, "x", 1, &error), TARN_E_FULL);
    assert_message_has(&error, "No space left");
    assert_status(tarn_file_sync(file, &error), TARN_E_IO);
    assert_message_has(&error, "cannot sync /dev/full");
    uint64_t size;
    assert_ok(tarn_file_size(file, &size, NULL));
    assert_int_equal(size, 0);
    tarn_file_close(file);
}

/* What the operating system refuses on an open file says which file and what was asked. */
static void test_failing_reads(void **state) {
    fixture *f = *state;
    tarn_file *file;
    if (tarn_fs_open(f->fs, "/proc/self/mem", TARN_OPEN_READ, &file, NULL) != TARN_OK)
        skip();
    char data[16];
    size_t got;
    tarn_error error;
    assert_status(tarn_file_read(file, 0, data, sizeof data, &got, &error), TARN_E_IO);
    assert_message_has(&error, "cannot read 16 bytes at 0 of /proc/self/mem");
    tarn_file_close(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        HOST_TEST(test_remove_all_keeps_what_links_point_to, HOST_POSIX),
        HOST_TEST(test_links_and_other_entries, HOST_POSIX),
        HOST_TEST(test_modes, HOST_POSIX),
        HOST_TEST(test_long_names, HOST_POSIX),
        HOST_TEST(test_locks_hold_against_other_processes, HOST_POSIX),
        HOST_TEST(test_file_size_limit, HOST_POSIX),
        HOST_TEST(test_full_device, HOST_POSIX),
        HOST_TEST(test_failing_reads, HOST_POSIX),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
