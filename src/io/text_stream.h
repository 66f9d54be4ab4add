/**
 * @file text_stream.h
 * Record batches with columns as text. Private to src/io.
 */
#ifndef TARN_IO_TEXT_STREAM_H
#define TARN_IO_TEXT_STREAM_H

#include "base/error.h"
#include "tarn/arrow.h"

#include <stddef.h>

/** All columns, or those of these names (ignoring case; TARN_E_INVALID for one that is none), as text. `out` takes
 * `given` over (which is released then) when this succeeds. Values are written as tarn_array_print_cell does. */
tarn_status tarn_text_stream_new(struct ArrowArrayStream *given, const char *const *names, size_t count,
                                 struct ArrowArrayStream *out, tarn_error *error);

#endif
