/* Pipes, and the standard streams. */
#include "fs/pipe.h"

#include "fs/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

tarn_pipe tarn_pipe_input(void) {
    return (tarn_pipe){.descriptor = STDIN_FILENO, .name = "standard input"};
}

tarn_pipe tarn_pipe_output(void) {
    return (tarn_pipe){.descriptor = STDOUT_FILENO, .name = "standard output"};
}

tarn_status tarn_pipe_open(const char *path, bool for_writing, tarn_pipe *out, bool *opened, tarn_error *error) {
    /* O_NONBLOCK: opening must not wait for the other end, nor writing to it. */
    int flags = O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (for_writing ? O_WRONLY : O_RDONLY);
    struct stat info;
    int descriptor = tarn_descriptor_lift(open(path, flags));
    int reason = errno;
    *opened = descriptor >= 0;
    if (*opened)
        *out = (tarn_pipe){.descriptor = descriptor, .owned = true, .name = path};
    else if (reason != EINTR && !(reason == ENXIO && stat(path, &info) == 0 && S_ISFIFO(info.st_mode)))
        return tarn_fail_errno(error, reason, "cannot open %s", path);
    return TARN_OK;
}

void tarn_pipe_close(tarn_pipe *pipe) {
    if (pipe->owned)
        close(pipe->descriptor);
    pipe->owned = false;
}

tarn_status tarn_pipe_wait(const tarn_pipe *pipe, int milliseconds, bool *ready, tarn_error *error) {
    struct pollfd input = {.fd = pipe->descriptor, .events = POLLIN};
    int count = poll(&input, 1, milliseconds);
    if (count < 0 && errno != EINTR)
        return tarn_fail_errno(error, errno, "cannot wait for %s", pipe->name);
    *ready = count > 0;
    return TARN_OK;
}

tarn_status tarn_pipe_read(const tarn_pipe *pipe, void *data, size_t size, size_t *got, tarn_error *error) {
    for (;;) {
        ssize_t count = read(pipe->descriptor, data, size);
        if (count >= 0) {
            *got = (size_t)count;
            return TARN_OK;
        }
        bool ready;
        if (errno == EAGAIN)
            TARN_TRY(tarn_pipe_wait(pipe, -1, &ready, error));
        else if (errno != EINTR)
            return tarn_fail_errno(error, errno, "cannot read %s", pipe->name);
    }
}

/* A pipe that has room takes this much at once; more could block until somebody reads. Files never block, nor do pipes
 * that were opened here. */
static size_t piece_size(const tarn_pipe *pipe, size_t size) {
    struct stat output;
    bool may_block = !pipe->owned && fstat(pipe->descriptor, &output) == 0 && !S_ISREG(output.st_mode);
    return may_block && size > PIPE_BUF ? PIPE_BUF : size;
}

tarn_status tarn_pipe_write(const tarn_pipe *pipe, const void *data, size_t size, int milliseconds, size_t *written,
                            tarn_error *error) {
    struct pollfd output = {.fd = pipe->descriptor, .events = POLLOUT};
    *written = 0;
    if (size == 0)
        return TARN_OK;
    int ready = poll(&output, 1, milliseconds);
    if (ready == 0 || (ready < 0 && errno == EINTR))
        return TARN_OK;
    ssize_t count = write(pipe->descriptor, data, piece_size(pipe, size));
    if (count < 0 && errno != EINTR && errno != EAGAIN)
        return tarn_fail_errno(error, errno, "cannot write to %s", pipe->name);
    *written = count > 0 ? (size_t)count : 0;
    return TARN_OK;
}
