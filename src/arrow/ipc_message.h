/**
 * @file ipc_message.h
 * Encapsulated messages: a length, metadata, a body. Found in memory or read from a source. Private to src/arrow.
 */
#ifndef TARN_ARROW_IPC_MESSAGE_H
#define TARN_ARROW_IPC_MESSAGE_H

#include "arrow/array_node.h"
#include "arrow/flatbuffer_read.h"
#include "arrow/ipc.h"

/** One message. Its tables point into it, so it stays where it was made. */
typedef struct ipc_message {
    fb_buffer bytes; /**< the metadata */
    int type;        /**< HEADER_… */
    fb_table header;
    const uint8_t *body;
    size_t body_size;
    tarn_keeper *memory; /**< holds metadata and body */
} ipc_message;

void ipc_message_free(ipc_message *message); /**< NULL is allowed */

/**
 * The message at `*at`, which is moved behind it. NULL at the end of the stream: an end marker or no bytes left.
 * `memory` holds the bytes.
 */
tarn_status ipc_message_at(const uint8_t *data, size_t size, tarn_keeper *memory, size_t *at, ipc_message **out,
                           tarn_error *error);

/** The message that a file's footer describes. */
tarn_status ipc_message_of_block(const uint8_t *data, size_t size, tarn_keeper *memory, int64_t offset,
                                 int64_t metadata_size, int64_t body_size, ipc_message **out, tarn_error *error);

/** The next message of a source, with memory of its own. `first`: the magic of a file may come before it. */
tarn_status ipc_message_read(tarn_ipc_read read, void *context, bool first, ipc_message **out, tarn_error *error);

#endif
