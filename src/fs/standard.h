/**
 * @file standard.h
 * Standard input and output as streams of bytes, for "-" in place of a file's name.
 */
#ifndef TARN_FS_STANDARD_H
#define TARN_FS_STANDARD_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/** Wait up to `milliseconds` for standard input to have something to read (or to have ended), so that whoever waits for
 * a slow pipe can look at other things meanwhile. */
tarn_status tarn_standard_wait(int milliseconds, bool *ready, tarn_error *error);

/** Up to `size` bytes from standard input; `*got` is 0 only at the end. */
tarn_status tarn_standard_read(void *data, size_t size, size_t *got, tarn_error *error);

/** As much of `data` as standard output takes; `*written` is 0 when it takes nothing for `milliseconds`. A reader that
 * does not read keeps nobody waiting longer. */
tarn_status tarn_standard_write(const void *data, size_t size, int milliseconds, size_t *written, tarn_error *error);

#endif
