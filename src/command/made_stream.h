/**
 * @file made_stream.h
 * An Arrow stream of batches that a command makes itself.
 */
#ifndef TARN_COMMAND_MADE_STREAM_H
#define TARN_COMMAND_MADE_STREAM_H

#include "arrow/array.h"

typedef struct tarn_maker {
    void *state;
    /** The next batch; out->release stays NULL at the end. */
    tarn_status (*next)(void *state, struct ArrowArray *out, tarn_error *error);
    void (*free)(void *state);
} tarn_maker;

/** Takes `schema` and the maker's state over, whatever the outcome. */
tarn_status tarn_made_stream(struct ArrowSchema *schema, const tarn_maker *maker, struct ArrowArrayStream *out,
                             tarn_error *error);

#endif
