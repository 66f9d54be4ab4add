/**
 * @file ipc_encode.h
 * From arrays to the nodes and buffers of a record batch. Private to src/arrow.
 */
#ifndef TARN_ARROW_IPC_ENCODE_H
#define TARN_ARROW_IPC_ENCODE_H

#include "arrow/array_node.h"
#include "arrow/ipc.h"
#include "arrow/ipc_schema.h"

/** One buffer of a body, as it will be written: a prefix when the batch is compressed, then the bytes. */
typedef struct ipc_piece {
    const void *data;
    size_t size;
    int64_t prefix; /**< size before compression */
    void *owned;    /**< heap memory behind `data`, or NULL */
} ipc_piece;

typedef struct ipc_body_plan {
    tarn_buffer nodes; /**< structs FieldNode */
    ipc_piece *pieces;
    size_t count, capacity;
    tarn_pile *pile; /**< holds what had to be copied */
    bool compressed;
} ipc_body_plan;

/** Collect an array that shows what `field` describes. The plan points into the array. */
tarn_status ipc_plan_array(ipc_body_plan *plan, const ipc_field *field, const struct ArrowArray *array,
                           tarn_error *error);

/** Compress what was collected. */
tarn_status ipc_plan_compress(ipc_body_plan *plan, const tarn_ipc_write_options *options, tarn_error *error);

/** Bytes of piece i in the body, padding not included. */
size_t ipc_piece_size(const ipc_body_plan *plan, size_t i);

void ipc_plan_free(ipc_body_plan *plan);

#endif
