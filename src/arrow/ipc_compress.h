/**
 * @file ipc_compress.h
 * Bodies of one buffer: LZ4 frames and ZSTD. Private to src/arrow.
 */
#ifndef TARN_ARROW_IPC_COMPRESS_H
#define TARN_ARROW_IPC_COMPRESS_H

#include "arrow/ipc.h"

/** The most that `size` compressed bytes can hold, as far as the codec's own format allows. */
uint64_t ipc_decompressed_bound(tarn_codec codec, size_t size);

/** Exactly `out_size` bytes must come out: TARN_E_FORMAT otherwise. */
tarn_status ipc_decompress(tarn_codec codec, const void *data, size_t size, void *out, size_t out_size,
                           tarn_error *error);

/** Room that compressing `size` bytes needs. */
size_t ipc_compress_bound(tarn_codec codec, size_t size);

/** `level` 0 is the codec's default. Gives the bytes used of `out`. */
tarn_status ipc_compress(tarn_codec codec, int level, const void *data, size_t size, void *out, size_t room,
                         size_t *used, tarn_error *error);

#endif
