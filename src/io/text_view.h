/**
 * @file text_view.h
 * A text file as bytes in which ASCII characters are single bytes, whatever its encoding: UTF-8 and single-byte
 * encodings as they are (without the mark), UTF-16 and UTF-32 converted to UTF-8 piece by piece on every read.
 */
#ifndef TARN_IO_TEXT_VIEW_H
#define TARN_IO_TEXT_VIEW_H

#include "io/text_encoding.h"
#include "io/text_source.h"
#include "jobs/jobs.h"

typedef struct tarn_text_view {
    tarn_text_source source;            /**< what is read; not owned */
    const tarn_text_encoding *encoding; /**< NULL while it is not known: UTF-8 or a single-byte encoding */
    uint64_t start;                     /**< bytes of the mark */
    uint64_t size;                      /**< bytes of the view */
    const uint8_t *memory;              /**< the view's bytes when they lie in memory as they are, else NULL */
    uint64_t *pieces;                   /**< wide encodings: where each piece of the source begins in the view */
    size_t n_pieces;
    uint64_t invalid; /**< wide encodings: characters that had to be replaced */
} tarn_text_view;

/** Look at the beginning (or take `encoding`, unless NULL) and, for wide encodings, measure the whole file in parallel.
 */
tarn_status tarn_text_view_open(const tarn_text_source *source, const tarn_text_encoding *encoding, tarn_pool *pool,
                                tarn_task *task, tarn_text_view *out, tarn_error *error);

/** Exactly `size` bytes at `offset`, which must lie within the view. Thread-safe. */
tarn_status tarn_text_view_read(const tarn_text_view *view, uint64_t offset, void *data, size_t size,
                                tarn_error *error);

void tarn_text_view_free(tarn_text_view *view);

#endif
