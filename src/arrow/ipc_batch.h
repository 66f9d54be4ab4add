/**
 * @file ipc_batch.h
 * From the body of a record batch to arrays. Private to src/arrow.
 */
#ifndef TARN_ARROW_IPC_BATCH_H
#define TARN_ARROW_IPC_BATCH_H

#include "arrow/array_node.h"
#include "arrow/ipc.h"
#include "arrow/ipc_schema.h"

typedef struct ipc_batch_source {
    fb_table batch; /**< the RecordBatch table; absent: a batch without rows */
    const uint8_t *body;
    size_t body_size;
    tarn_keeper *memory; /**< holds the body */
    bool big_endian;
    const tarn_ipc_read_options *options;
    struct ArrowArray *dictionaries; /**< current values, by number */
} ipc_batch_source;

/** Decode `count` fields to a struct array of as many children. It holds the body by itself. */
tarn_status ipc_batch_decode(const ipc_batch_source *source, const ipc_field *fields, size_t count,
                             struct ArrowArray *out, tarn_error *error);

#endif
