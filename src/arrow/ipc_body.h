/**
 * @file ipc_body.h
 * The buffers of a record batch's body: found, checked against it, and decompressed. Private to src/arrow.
 */
#ifndef TARN_ARROW_IPC_BODY_H
#define TARN_ARROW_IPC_BODY_H

#include "arrow/ipc_batch.h"

typedef struct ipc_slot {
    const uint8_t *data;
    size_t size;
} ipc_slot;

typedef struct ipc_body {
    ipc_slot *slots; /**< heap */
    size_t count;
    uint64_t stored; /**< bytes of the body, for messages */
    uint64_t budget; /**< bytes that may still be allocated for this batch */
} ipc_body;

/** The buffers as they are stored: compressed ones begin with the size of what they hold. */
tarn_status ipc_body_find(const ipc_batch_source *source, ipc_body *out, tarn_error *error);

/** The buffers, decompressed. Fresh memory goes to `pile`. */
tarn_status ipc_body_open(const ipc_batch_source *source, tarn_pile *pile, ipc_body *out, tarn_error *error);
void ipc_body_close(ipc_body *body);

/** A block for `size` bytes, within the budget. */
tarn_status ipc_body_alloc(ipc_body *body, tarn_pile *pile, uint64_t size, void **out, tarn_error *error);

#endif
