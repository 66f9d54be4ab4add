/**
 * @file bytes.h
 * Bytes of any size that come in pieces and go out in pieces: a file that somebody uploads, an export on its way to a
 * socket. Part of tarn.h.
 *
 * Both are called from one thread at a time, and may keep it waiting: that is how whoever is slower holds the other
 * back. Nothing is asked for before it is needed, and no more than a few pieces are ever held.
 */
#ifndef TARN_BYTES_H
#define TARN_BYTES_H

#include "tarn/error.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Where bytes come from. */
typedef struct tarn_byte_source {
    void *context;
    /** Put up to `capacity` bytes (at least 1) into `into`; `*got` 0 is the end. Waits until there are some. What it
     *  fails with is what the work fails with. */
    tarn_status (*read)(void *context, void *into, size_t capacity, size_t *got, tarn_error *error);
} tarn_byte_source;

/** Where bytes go. */
typedef struct tarn_byte_sink {
    void *context;
    /** Called once, before the first bytes: what they are, as a media type (static text). All that can be known to be
     *  wrong with the request is known by then. May be NULL. */
    tarn_status (*begin)(void *context, const char *media_type, tarn_error *error);
    /** Take all `size` bytes (at least 1); waits until there is room. When it fails the work ends with that failure. */
    tarn_status (*write)(void *context, const void *data, size_t size, tarn_error *error);
} tarn_byte_sink;

#ifdef __cplusplus
}
#endif
#endif
