/**
 * @file streams.h
 * Arrow streams made of what is at hand. For src/request only.
 */
#ifndef TARN_REQUEST_STREAMS_H
#define TARN_REQUEST_STREAMS_H

#include "base/error.h"
#include "tarn/arrow.h"

#include <stdbool.h>

/** A stream of one batch, or of none when `rows` is NULL. Both are borrowed for as long as the stream lives. */
tarn_status tarn_stream_borrow(const struct ArrowSchema *schema, const struct ArrowArray *rows,
                               struct ArrowArrayStream *out, tarn_error *error);

/** The first `most` rows of a stream, which is borrowed; `*more` becomes true when there are others behind them. */
tarn_status tarn_stream_head(struct ArrowArrayStream *stream, int64_t most, bool *more, struct ArrowArrayStream *out,
                             tarn_error *error);

#endif
