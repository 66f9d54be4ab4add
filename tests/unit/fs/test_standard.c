/* Standard input and output, with a pipe in their place. */
#include "support_fs.h"

#include "fs/standard.h"

#include <string.h>
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
    tarn_status status = tarn_standard_read(data, sizeof data, &got, NULL);
    tarn_status end_status = tarn_standard_read(data + 5, sizeof data - 5, &at_end, NULL);
    close(STDIN_FILENO);
    tarn_error error;
    tarn_status closed_status = tarn_standard_read(data, 1, &got, &error);
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
    tarn_status status = tarn_standard_write("hello", 5, NULL);
    tarn_status empty_status = tarn_standard_write("", 0, NULL);
    close(STDOUT_FILENO);
    tarn_error error;
    tarn_status closed_status = tarn_standard_write("x", 1, &error);
    restore_stream(STDOUT_FILENO, kept);
    close(ends[1]);
    char data[16];
    assert_int_equal(read(ends[0], data, sizeof data), 5);
    close(ends[0]);
    assert_memory_equal(data, "hello", 5);
    assert_ok(status);
    assert_ok(empty_status);
    assert_status(closed_status, TARN_E_IO);
    assert_message_has(&error, "cannot write to standard output");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
