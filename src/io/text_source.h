/**
 * @file text_source.h
 * Bytes of a text file at any offset: from an open file, from memory, or from anything that can read at an offset
 * (a file dropped onto a browser page). What only streams (a pipe) is written to a temporary file by the caller first.
 */
#ifndef TARN_IO_TEXT_SOURCE_H
#define TARN_IO_TEXT_SOURCE_H

#include "fs/fs.h"

/** Read up to `size` bytes at `offset`; `*got` is smaller only at the end. Called from several threads at once. */
typedef tarn_status (*tarn_text_read)(void *context, uint64_t offset, void *data, size_t size, size_t *got,
                                      tarn_error *error);

/** Plain data; what it refers to must stay alive and unchanged while it is in use. */
typedef struct tarn_text_source {
    tarn_text_read read;
    void *context;
    uint64_t size;         /**< bytes in total */
    const uint8_t *memory; /**< all the bytes when they lie in memory (`read` is not called then), else NULL */
    const char *name;      /**< for messages and for the ending; may be NULL */
} tarn_text_source;

/** The file stays the caller's. Fails when its size cannot be had. */
tarn_status tarn_text_source_file(tarn_file *file, tarn_text_source *out, tarn_error *error);

tarn_text_source tarn_text_source_memory(const void *data, size_t size, const char *name);

/** Read exactly `size` bytes; fewer there means that the file was changed meanwhile: TARN_E_IO. */
tarn_status tarn_text_source_read(const tarn_text_source *source, uint64_t offset, void *data, size_t size,
                                  tarn_error *error);

#endif
