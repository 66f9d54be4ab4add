#include "fs/standard.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

tarn_status tarn_standard_wait(int milliseconds, bool *ready, tarn_error *error) {
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    int count = poll(&input, 1, milliseconds);
    if (count < 0 && errno != EINTR)
        return tarn_fail_errno(error, errno, "cannot wait for standard input");
    *ready = count > 0;
    return TARN_OK;
}

tarn_status tarn_standard_read(void *data, size_t size, size_t *got, tarn_error *error) {
    for (;;) {
        ssize_t count = read(STDIN_FILENO, data, size);
        if (count >= 0) {
            *got = (size_t)count;
            return TARN_OK;
        }
        if (errno != EINTR)
            return tarn_fail_errno(error, errno, "cannot read standard input");
    }
}

tarn_status tarn_standard_write(const void *data, size_t size, tarn_error *error) {
    const char *at = data;
    while (size > 0) {
        ssize_t count = write(STDOUT_FILENO, at, size);
        if (count < 0 && errno != EINTR)
            return tarn_fail_errno(error, errno, "cannot write to standard output");
        if (count > 0) {
            at += count;
            size -= (size_t)count;
        }
    }
    return TARN_OK;
}
