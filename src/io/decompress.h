/**
 * @file decompress.h
 * Files that are compressed as a whole (gzip, Zstandard): what is in them goes to a scratch file, from which it is
 * read.
 *
 * What comes out is bounded: TARN_DECOMPRESS_FREE bytes and TARN_DECOMPRESS_RATIO for every byte that went in. Memory
 * is a piece of each and the window of the compression (at most 128 MiB).
 */
#ifndef TARN_IO_DECOMPRESS_H
#define TARN_IO_DECOMPRESS_H

#include "io/format.h"
#include "io/io.h"

#define TARN_DECOMPRESS_FREE (UINT64_C(512) << 20)
#define TARN_DECOMPRESS_RATIO 200
#define TARN_DECOMPRESS_JUDGED ((size_t)64 << 10)

/** True for TARN_FORMAT_GZIP and TARN_FORMAT_ZSTD. */
bool tarn_is_compressed(tarn_file_format format);

/** What compresses these bytes, which a file begins with; TARN_FORMAT_UNKNOWN: nothing that is read here. */
tarn_file_format tarn_compression_of(const void *data, size_t size);

/** A name without the ending that tells the compression (.gz, .gzip, .zst, .zstd). Heap; NULL when out of memory. */
char *tarn_uncompressed_name(const char *name);

/**
 * Decompress to a scratch file; its path is heap text, and the caller removes the file. Members and frames that follow
 * each other are one text. `shown` is what messages call the file; TARN_E_FORMAT when it is damaged or cut off, or when
 * it holds more than it may. `judge` sees the first TARN_DECOMPRESS_JUDGED bytes, when there are so many, and may end
 * it before all the rest is written for nothing. Nothing is left behind on failure.
 */
typedef tarn_status (*tarn_decompress_judge)(void *context, const void *data, size_t size, tarn_error *error);
tarn_status tarn_decompress(const tarn_io *io, tarn_file *file, tarn_file_format format, const char *shown,
                            tarn_decompress_judge judge, void *context, char **path, tarn_error *error);

#endif
