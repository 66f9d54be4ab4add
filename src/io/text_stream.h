/**
 * @file text_stream.h
 * Record batches with every column as text. Private to src/io.
 */
#ifndef TARN_IO_TEXT_STREAM_H
#define TARN_IO_TEXT_STREAM_H

#include "base/error.h"
#include "tarn/arrow.h"

/** `out` takes `given` over (which is released then) when this succeeds. Values are written as tarn_array_print_cell
 *  does. */
tarn_status tarn_text_stream_new(struct ArrowArrayStream *given, struct ArrowArrayStream *out, tarn_error *error);

#endif
