/**
 * @file stream.h
 * A request whose bytes, or whose answer's, may be of any size: it runs on a thread of its own, which waits for the
 * client and is waited for, so that no more than a few pieces are in memory.
 */
#ifndef TARN_SERVER_STREAM_H
#define TARN_SERVER_STREAM_H

#include "server/connection.h"
#include "server/place.h"

typedef struct tarn_stream tarn_stream;

/** What its owner wants to know, on the loop's thread. */
typedef struct tarn_stream_owner {
    void *context;
    /** The first bytes of the answer are there, and more will follow. */
    void (*begin)(void *context, const char *media_type);
    /** Bytes; with `release`, valid until that is called. */
    void (*write)(void *context, const void *data, size_t size, tarn_release release, void *release_context);
    /** The last call. `reply` is the owner's to clear. When nothing was written before, its bytes are all of it. */
    void (*end)(void *context, tarn_reply *reply);
    size_t (*unsent)(void *context); /**< how much is under way to the client */
    void (*fed)(void *context);      /**< there is room again after tarn_stream_feed said that there is not */
} tarn_stream_owner;

/**
 * Run `request` (a text, which is copied) for a caller, whom it holds. With `takes`, bytes come by tarn_stream_feed.
 */
tarn_status tarn_stream_start(tarn_loop *loop, tarn_caller *caller, const char *request, bool takes,
                              const tarn_stream_owner *owner, tarn_stream **out, tarn_error *error);

/** Bytes came. False when enough are waiting: hold the client until `fed` is called. */
bool tarn_stream_feed(tarn_stream *stream, const void *data, size_t size);
void tarn_stream_feed_end(tarn_stream *stream);
/** There is room for more of the answer. */
void tarn_stream_pump(tarn_stream *stream);

/** Ask it to stop; its end is told as ever. */
void tarn_stream_cancel(tarn_stream *stream);
/** How far it is; false when that is not known yet. */
bool tarn_stream_progress(const tarn_stream *stream, tarn_progress_state *out);

/** The owner has gone: cancels it. No call follows. */
void tarn_stream_leave(tarn_stream *stream);

#endif
