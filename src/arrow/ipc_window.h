/**
 * @file ipc_window.h
 * A few rows out of a column that is compressed with LZ4: only the blocks that they lie in are decompressed.
 * LZ4 frames and their blocks: https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md. Private to src/arrow.
 */
#ifndef TARN_ARROW_IPC_WINDOW_H
#define TARN_ARROW_IPC_WINDOW_H

#include "arrow/ipc_batch.h"

/**
 * Values `first` to `first + count` of the only field of a record batch, in memory of their own and not validated.
 * `total` is the number of values in the batch. TARN_E_UNSUPPORTED for what is nested or a dictionary, for other
 * codecs, and where blocks depend on each other.
 */
tarn_status ipc_window_decode(const ipc_batch_source *source, const ipc_field *field, int64_t first, int64_t count,
                              struct ArrowArray *out, int64_t *total, tarn_error *error);

#endif
