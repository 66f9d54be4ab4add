/**
 * @file sums.h
 * The checksums of stretches that follow a large batch's stream, so that a few of its values can be trusted without
 * reading all of it (docs/format.md). Private to src/store.
 */
#ifndef TARN_STORE_SUMS_H
#define TARN_STORE_SUMS_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/hash.h"

#include <stdbool.h>

#define TARN_SUMS_STRETCH ((size_t)16 << 10) /* bytes that have one checksum */
#define TARN_SUMS_LEAST ((size_t)256 << 10)  /* smaller streams have none: all of them is soon read */

/** Append the checksums of a stream that is a batch's to it, when it is large enough. */
tarn_status tarn_sums_append(tarn_buffer *stream, tarn_hash128 id, tarn_error *error);

/** What is known of a stream in memory. May be used from several threads. */
typedef struct tarn_sums tarn_sums;

/** Of a batch's stored bytes, which must outlive it. `*out` is NULL when no checksums follow the stream, or not those
 *  of this batch. */
tarn_status tarn_sums_open(const void *data, size_t size, tarn_hash128 id, tarn_sums **out, tarn_error *error);
void tarn_sums_free(tarn_sums *sums); /**< NULL is allowed */

/** True when these bytes lie in the stream and are what was written. Each stretch is read once. */
bool tarn_sums_hold(tarn_sums *sums, const void *from, size_t size);

#endif
