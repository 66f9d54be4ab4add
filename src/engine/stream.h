/**
 * @file stream.h
 * Streams of this module keep the whole tarn_error: their private data begins with one, and they are known by the
 * function that gives their last error. Internal.
 */
#ifndef TARN_ENGINE_STREAM_H
#define TARN_ENGINE_STREAM_H

#include "base/error.h"
#include "tarn/arrow.h"

/** First member of the private data of a stream. */
typedef struct tarn_stream_base {
    tarn_error error; /**< of the last failed call; code TARN_OK: none */
} tarn_stream_base;

/** What such a stream has as get_last_error. */
const char *tarn_stream_last_error(struct ArrowArrayStream *stream);

/** The errno that goes with a status; 0 for TARN_OK. */
int tarn_stream_errno(tarn_status status);

#endif
