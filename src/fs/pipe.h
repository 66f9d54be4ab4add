/**
 * @file pipe.h
 * Streams of bytes: standard input and output, for "-" in place of a file's name, and pipes and devices that have
 * names. Whoever waits for the other end can look at other things meanwhile.
 */
#ifndef TARN_FS_PIPE_H
#define TARN_FS_PIPE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct tarn_pipe {
    int descriptor;
    bool owned;       /**< to be closed */
    const char *name; /**< for messages; borrowed */
} tarn_pipe;

tarn_pipe tarn_pipe_input(void);  /**< standard input */
tarn_pipe tarn_pipe_output(void); /**< standard output */

/** Open a named pipe or a device. A pipe that nobody reads yet cannot be opened for writing: `*opened` is false then,
 * and it is to be tried again. */
tarn_status tarn_pipe_open(const char *path, bool for_writing, tarn_pipe *out, bool *opened, tarn_error *error);

/** Close it if it was opened. Fine on a closed one. */
void tarn_pipe_close(tarn_pipe *pipe);

/** Wait up to `milliseconds` for something to read, or the end. */
tarn_status tarn_pipe_wait(const tarn_pipe *pipe, int milliseconds, bool *ready, tarn_error *error);

/** Up to `size` bytes; `*got` is 0 only at the end. */
tarn_status tarn_pipe_read(const tarn_pipe *pipe, void *data, size_t size, size_t *got, tarn_error *error);

/** As much of `data` as the other end takes; `*written` is 0 when it takes nothing for `milliseconds`. A reader that
 * does not read keeps nobody waiting longer. */
tarn_status tarn_pipe_write(const tarn_pipe *pipe, const void *data, size_t size, int milliseconds, size_t *written,
                            tarn_error *error);

#endif
