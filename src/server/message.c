// Messages of a WebSocket.
#include "server/message.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

static tarn_status parse(const char *text, size_t size, tarn_message *out, tarn_error *error) {
    json_error_t wrong;
    out->json = json_loadb(text, size, JSON_REJECT_DUPLICATES, &wrong);
    if (out->json == NULL)
        return tarn_fail(error, TARN_E_INVALID, "the message is not JSON: %s", wrong.text);
    const json_t *id = json_object_get(out->json, "id");
    if (!json_is_integer(id) || json_integer_value(id) < 0)
        return tarn_fail(error, TARN_E_INVALID, "the message has no 'id', a whole number from 0 on");
    out->id = (uint64_t)json_integer_value(id);
    out->more = json_is_true(json_object_get(out->json, "more"));
    out->kind = json_is_true(json_object_get(out->json, "cancel")) ? TARN_MESSAGE_CANCEL
                : json_object_get(out->json, "op") != NULL         ? TARN_MESSAGE_REQUEST
                                                                   : TARN_MESSAGE_PIECE;
    if (out->kind == TARN_MESSAGE_PIECE && (out->bytes == NULL || json_object_get(out->json, "more") == NULL))
        return tarn_fail(error, TARN_E_INVALID, "the request has no 'op'");
    json_object_del(out->json, "id");
    json_object_del(out->json, "more");
    return TARN_OK;
}

enum { LENGTH_SIZE = 4 };

static size_t read_length(const uint8_t *data) {
    return (size_t)data[0] | (size_t)data[1] << 8 | (size_t)data[2] << 16 | (size_t)data[3] << 24;
}

tarn_status tarn_message_read(bool is_text, const uint8_t *data, size_t size, tarn_message *out, tarn_error *error) {
    *out = (tarn_message){0};
    size_t length = size, before = 0;
    if (!is_text) {
        before = LENGTH_SIZE;
        if (size < before || (length = read_length(data)) > size - before)
            return tarn_fail(error, TARN_E_INVALID,
                             "a binary message begins with the length of its JSON in four bytes, little-endian");
        out->bytes = data + before + length;
        out->size = size - before - length;
    }
    tarn_status status = parse(size > 0 ? (const char *)data + before : "", length, out, error);
    if (status != TARN_OK)
        tarn_message_clear(out);
    return status;
}

void tarn_message_clear(tarn_message *message) {
    json_decref(message->json);
    message->json = NULL;
}

bool tarn_message_write(const json_t *json, const void *bytes, size_t size, tarn_buffer *out) {
    char *text = json != NULL ? json_dumps(json, JSON_COMPACT) : NULL;
    if (text == NULL)
        return false;
    size_t length = strlen(text);
    const uint8_t prefix[4] = {(uint8_t)length, (uint8_t)(length >> 8), (uint8_t)(length >> 16),
                               (uint8_t)(length >> 24)};
    bool written = bytes == NULL || tarn_buffer_append(out, prefix, sizeof prefix, NULL) == TARN_OK;
    written = written && tarn_buffer_append(out, text, length, NULL) == TARN_OK;
    written = written && (size == 0 || tarn_buffer_append(out, bytes, size, NULL) == TARN_OK);
    free(text);
    return written;
}
