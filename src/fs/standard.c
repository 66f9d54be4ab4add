#include "fs/standard.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/stat.h>
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

/** A pipe that has room takes this much at once; more could block until somebody reads. Files never block. */
static size_t piece_size(size_t size) {
    struct stat output;
    bool may_block = fstat(STDOUT_FILENO, &output) == 0 && !S_ISREG(output.st_mode);
    return may_block && size > PIPE_BUF ? PIPE_BUF : size;
}

tarn_status tarn_standard_write(const void *data, size_t size, int milliseconds, size_t *written, tarn_error *error) {
    struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT};
    *written = 0;
    if (size == 0)
        return TARN_OK;
    int ready = poll(&output, 1, milliseconds);
    if (ready == 0 || (ready < 0 && errno == EINTR))
        return TARN_OK;
    ssize_t count = write(STDOUT_FILENO, data, piece_size(size));
    if (count < 0 && errno != EINTR && errno != EAGAIN)
        return tarn_fail_errno(error, errno, "cannot write to standard output");
    *written = count > 0 ? (size_t)count : 0;
    return TARN_OK;
}
