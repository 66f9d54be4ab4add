/* What only hosts in memory promise: mappings that nothing changes, and paths without surprises. */
#include "support_fs.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

static void test_mapping_never_changes(void **state) {
    fixture *f = *state;
    tarn_file *file = open_file(f->fs, in_folder(f, "a"), TARN_OPEN_CREATE);
    assert_ok(tarn_file_write(file, 0, "0123456789", 10, NULL));
    tarn_mapping first, second;
    assert_ok(tarn_file_map(file, 0, 10, &first, NULL));
    assert_ok(tarn_file_write(file, 2, "xx", 2, NULL));
    assert_ok(tarn_file_map(file, 0, 10, &second, NULL));
    assert_ok(tarn_file_truncate(file, 4, NULL));
    assert_ok(tarn_file_write(file, 4, "abcdef", 6, NULL));
    assert_memory_equal(first.data, "0123456789", 10);
    assert_memory_equal(second.data, "01xx456789", 10);
    assert_content(f->fs, in_folder(f, "a"), "01xxabcdef");
    tarn_mapping_release(&first);
    tarn_mapping_release(&second);
    tarn_file_close(file);
}

static void test_mapping_is_no_copy(void **state) {
    fixture *f = *state;
    tarn_file *file = open_file(f->fs, in_folder(f, "a"), TARN_OPEN_CREATE);
    assert_ok(tarn_file_write(file, 0, "0123456789", 10, NULL));
    tarn_mapping first, second;
    assert_ok(tarn_file_map(file, 0, 10, &first, NULL));
    assert_ok(tarn_file_map(file, 5, 5, &second, NULL));
    assert_ptr_equal(first.data + 5, second.data);
    tarn_mapping_release(&first);
    tarn_mapping_release(&second);
    tarn_file_close(file);
}

static void test_paths(void **state) {
    fixture *f = *state;
    assert_ok(tarn_fs_make_directory(f->fs, "/p", NULL));
    put_file(f->fs, "p//./file", "x", false);
    assert_content(f->fs, "/p/file", "x");
    assert_absent(f->fs, "/p/fil");
    assert_absent(f->fs, "/p/file2");
    tarn_error error;
    assert_status(tarn_fs_stat(f->fs, "/p/../p/file", NULL, NULL, &error), TARN_E_IO);
    assert_ok(tarn_fs_remove_all(f->fs, "/p", NULL));
    assert_status(tarn_fs_make_directory(f->fs, "/", NULL), TARN_E_EXISTS);
    assert_status(tarn_fs_rename(f->fs, "/", "/elsewhere", NULL), TARN_E_IO);
}

/* ---- threads ------------------------------------------------------------------------------------------------- */

enum { THREADS = 4, ROUNDS = 200, RECORD = 100 };

typedef struct appender {
    tarn_fs *fs;
    tarn_file *file;
    unsigned number;
    atomic_uint *failures;
} appender;

/* Each thread writes records of its own number to its own places, and reads and maps what others write meanwhile. */
static void *append(void *argument) {
    appender *a = argument;
    char record[RECORD];
    char seen[RECORD];
    memset(record, 'a' + (int)a->number, sizeof record);
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint64_t place = ((uint64_t)round * THREADS + a->number) * RECORD;
        size_t got;
        tarn_mapping mapping;
        bool ok = tarn_file_write(a->file, place, record, RECORD, NULL) == TARN_OK &&
                  tarn_file_read(a->file, place, seen, RECORD, &got, NULL) == TARN_OK && got == RECORD &&
                  memcmp(seen, record, RECORD) == 0 && tarn_file_map(a->file, place, RECORD, &mapping, NULL) == TARN_OK;
        if (ok) {
            ok = memcmp(mapping.data, record, RECORD) == 0;
            tarn_mapping_release(&mapping);
        }
        ok = ok && tarn_file_sync(a->file, NULL) == TARN_OK && tarn_fs_sync_directory(a->fs, "/", NULL) == TARN_OK;
        atomic_fetch_add(a->failures, !ok);
    }
    return NULL;
}

static void test_threads_share_a_file(void **state) {
    fixture *f = *state;
    tarn_file *file = open_file(f->fs, in_folder(f, "shared"), TARN_OPEN_CREATE);
    pthread_t threads[THREADS];
    appender appenders[THREADS];
    atomic_uint failures = 0;
    for (unsigned i = 0; i < THREADS; i++) {
        appenders[i] = (appender){f->fs, file, i, &failures};
        assert_int_equal(pthread_create(&threads[i], NULL, append, &appenders[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(failures, 0);
    uint64_t size;
    assert_ok(tarn_file_size(file, &size, NULL));
    assert_int_equal(size, THREADS * ROUNDS * RECORD);
    tarn_file_close(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        HOST_TEST(test_mapping_never_changes, HOST_MEMORY), HOST_TEST(test_mapping_never_changes, HOST_FAULT),
        HOST_TEST(test_mapping_is_no_copy, HOST_MEMORY),    HOST_TEST(test_paths, HOST_MEMORY),
        HOST_TEST(test_threads_share_a_file, HOST_MEMORY),  HOST_TEST(test_threads_share_a_file, HOST_FAULT),
        HOST_TEST(test_threads_share_a_file, HOST_POSIX),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
