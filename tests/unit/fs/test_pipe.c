/* Standard input and output with a pipe in their place, and pipes with a name. */
#include "support_fs.h"

#include "fs/pipe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Put `replacement` in the place of a standard stream; gives what was there. */
static int replace_stream(int stream, int replacement) {
    int kept = dup(stream);
    assert_true(kept >= 0);
    assert_int_equal(dup2(replacement, stream), stream);
    return kept;
}

static void restore_stream(int stream, int kept) {
    assert_int_equal(dup2(kept, stream), stream);
    close(kept);
}

static void test_read(void **state) {
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "hello", 5), 5);
    close(ends[1]);
    int kept = replace_stream(STDIN_FILENO, ends[0]);
    char data[16];
    size_t got, at_end = 1;
    tarn_pipe input = tarn_pipe_input();
    tarn_status status = tarn_pipe_read(&input, data, sizeof data, &got, NULL);
    tarn_status end_status = tarn_pipe_read(&input, data + 5, sizeof data - 5, &at_end, NULL);
    close(STDIN_FILENO);
    tarn_error error;
    tarn_status closed_status = tarn_pipe_read(&input, data, 1, &got, &error);
    restore_stream(STDIN_FILENO, kept);
    close(ends[0]);
    assert_ok(status);
    assert_memory_equal(data, "hello", 5);
    assert_ok(end_status);
    assert_int_equal(at_end, 0);
    assert_status(closed_status, TARN_E_IO);
    assert_message_has(&error, "cannot read standard input");
}

static void test_write(void **state) {
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    int kept = replace_stream(STDOUT_FILENO, ends[1]);
    size_t written, empty_written = 1, closed_written = 1;
    tarn_pipe output = tarn_pipe_output();
    tarn_status status = tarn_pipe_write(&output, "hello", 5, 1000, &written, NULL);
    tarn_status empty_status = tarn_pipe_write(&output, "", 0, 1000, &empty_written, NULL);
    close(STDOUT_FILENO);
    tarn_error error;
    tarn_status closed_status = tarn_pipe_write(&output, "x", 1, 1000, &closed_written, &error);
    restore_stream(STDOUT_FILENO, kept);
    close(ends[1]);
    char data[16];
    assert_int_equal(read(ends[0], data, sizeof data), 5);
    close(ends[0]);
    assert_memory_equal(data, "hello", 5);
    assert_ok(status);
    assert_int_equal(written, 5);
    assert_ok(empty_status);
    assert_int_equal(empty_written, 0);
    assert_status(closed_status, TARN_E_IO);
    assert_int_equal(closed_written, 0);
    assert_message_has(&error, "cannot write to standard output");
}

static void test_write_does_not_wait_for_a_reader(void **state) {
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    int kept = replace_stream(STDOUT_FILENO, ends[1]);
    char data[100000] = {0};
    size_t total = 0, written = 1;
    tarn_pipe output = tarn_pipe_output();
    tarn_status status = TARN_OK;
    while (status == TARN_OK && written > 0) {
        status = tarn_pipe_write(&output, data, sizeof data, 0, &written, NULL);
        total += written;
    }
    restore_stream(STDOUT_FILENO, kept);
    close(ends[1]);
    close(ends[0]);
    assert_ok(status);
    assert_true(total > 0);
}

static void test_named(void **state) {
    (void)state;
    char folder[] = "/tmp/tarn-pipe-XXXXXX", path[64], data[8];
    tarn_pipe reader, writer;
    tarn_error error;
    bool opened = true, ready = true;
    size_t size;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/p", folder);
    assert_status(tarn_pipe_open(path, false, &reader, &opened, &error), TARN_E_NOT_FOUND);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_ok(tarn_pipe_open(path, true, &writer, &opened, NULL));
    assert_false(opened); /* nobody reads yet */
    assert_ok(tarn_pipe_open(path, false, &reader, &opened, NULL));
    assert_true(opened);
    assert_ok(tarn_pipe_wait(&reader, 0, &ready, NULL));
    assert_false(ready);
    assert_ok(tarn_pipe_open(path, true, &writer, &opened, NULL));
    assert_true(opened);
    assert_ok(tarn_pipe_write(&writer, "abc", 3, 0, &size, NULL));
    assert_int_equal(size, 3);
    assert_ok(tarn_pipe_wait(&reader, 0, &ready, NULL));
    assert_true(ready);
    assert_ok(tarn_pipe_read(&reader, data, sizeof data, &size, NULL));
    assert_int_equal(size, 3);
    tarn_pipe_close(&writer);
    tarn_pipe_close(&writer);
    assert_ok(tarn_pipe_read(&reader, data, sizeof data, &size, NULL));
    assert_int_equal(size, 0);
    tarn_pipe_close(&reader);
    unlink(path);
    rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_named),
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_write),
        cmocka_unit_test(test_write_does_not_wait_for_a_reader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
