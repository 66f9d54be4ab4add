/**
 * @file message.h
 * Messages of a WebSocket. A text is JSON. A binary message is four bytes, little-endian, that say how long the JSON
 * behind them is; then the JSON; then bytes.
 */
#ifndef TARN_SERVER_MESSAGE_H
#define TARN_SERVER_MESSAGE_H

#include "base/buffer.h"

#include <jansson.h>

typedef enum tarn_message_kind {
    TARN_MESSAGE_REQUEST, /**< {"id": N, "op": NAME, …}; with "more": true, pieces of its bytes follow */
    TARN_MESSAGE_PIECE,   /**< {"id": N, "more": true or false} and bytes: of that request */
    TARN_MESSAGE_CANCEL,  /**< {"id": N, "cancel": true} */
} tarn_message_kind;

typedef struct tarn_message {
    tarn_message_kind kind;
    uint64_t id;
    bool more;
    json_t *json;         /**< owned: of a request, without what only messages have */
    const uint8_t *bytes; /**< borrowed; NULL of a text */
    size_t size;
} tarn_message;

tarn_status tarn_message_read(bool is_text, const uint8_t *data, size_t size, tarn_message *out, tarn_error *error);
void tarn_message_clear(tarn_message *message);

/** Append one: a text when there are no bytes (NULL). */
bool tarn_message_write(const json_t *json, const void *bytes, size_t size, tarn_buffer *out);

#endif
