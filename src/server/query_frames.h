/**
 * @file query_frames.h
 * An Arrow IPC stream, as its bytes come, as the frames of the query stream protocol: a line of JSON that says how many
 * bytes follow, and those. Bodies pass through; only what is in front of them is kept.
 */
#ifndef TARN_SERVER_QUERY_FRAMES_H
#define TARN_SERVER_QUERY_FRAMES_H

#include "base/buffer.h"

typedef struct tarn_query_frames {
    tarn_buffer head;    /* of the message that begins: prefix and metadata */
    tarn_buffer waiting; /* dictionaries, which go with the batch behind them */
    uint64_t body;       /* bytes that still belong to the message */
    bool is_dictionary, has_ended;
} tarn_query_frames;

/** Append to `out` what `size` bytes of the stream become. False when they are no stream, or memory has run out. */
bool tarn_query_frames_add(tarn_query_frames *frames, const uint8_t *data, size_t size, tarn_buffer *out);
void tarn_query_frames_free(tarn_query_frames *frames);

#endif
