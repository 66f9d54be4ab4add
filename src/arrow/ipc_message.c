// Encapsulated messages.
#include "arrow/ipc_message.h"

#include "arrow/ipc_format.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_PIECE (UINT64_C(1) << 20)
#define MAGIC_PADDED_SIZE 8

static tarn_status fail_cut(tarn_error *error) {
    return tarn_fail(error, TARN_E_FORMAT, "the Arrow data ends in the middle of a message: it was cut off");
}

void ipc_message_free(ipc_message *message) {
    if (message == NULL)
        return;
    tarn_keeper_release(message->memory);
    free(message);
}

/* Make sense of the metadata. Gives the size that it says the body has. */
static tarn_status parse_metadata(ipc_message *message, const uint8_t *data, size_t size, int64_t *body_size,
                                  tarn_error *error) {
    message->bytes = (fb_buffer){.data = data, .size = size};
    fb_table root = fb_root(&message->bytes);
    int version = fb_i16(&root, MESSAGE_VERSION, 0);
    message->type = fb_u8(&root, MESSAGE_HEADER_TYPE, 0);
    message->header = fb_child(&root, MESSAGE_HEADER);
    *body_size = fb_i64(&root, MESSAGE_BODY_LENGTH, 0);
    if (message->bytes.bad || root.at == 0)
        return tarn_fail(error, TARN_E_FORMAT, "the metadata of an Arrow message is malformed");
    if (version < VERSION_4 || version > VERSION_5)
        return tarn_fail(error, TARN_E_UNSUPPORTED,
                         "this is version %d of Arrow's metadata; versions 4 and 5 can be read", version + 1);
    if (message->type < HEADER_SCHEMA || message->type > HEADER_BATCH)
        return tarn_fail(error, TARN_E_UNSUPPORTED, "an Arrow message of kind %d is no table: tensors are not read",
                         message->type);
    if (message->header.at == 0 || *body_size < 0)
        return tarn_fail(error, TARN_E_FORMAT, "the metadata of an Arrow message is malformed");
    return TARN_OK;
}

static tarn_status new_message(tarn_keeper *memory, ipc_message **out, tarn_error *error) {
    ipc_message *message = calloc(1, sizeof *message);
    if (message == NULL)
        return tarn_fail_memory(error);
    tarn_keeper_retain(memory);
    message->memory = memory;
    *out = message;
    return TARN_OK;
}

static uint32_t word_at(const uint8_t *p) {
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* The size of the metadata and of what precedes it; older writers left the continuation marker out. */
static tarn_status read_prefix(const uint8_t *data, size_t size, uint32_t *metadata, size_t *prefix,
                               tarn_error *error) {
    if (size < 4)
        return fail_cut(error);
    *metadata = word_at(data);
    *prefix = 4;
    if (*metadata == IPC_CONTINUATION) {
        if (size < 8)
            return fail_cut(error);
        *metadata = word_at(data + 4);
        *prefix = 8;
    }
    return TARN_OK;
}

tarn_status ipc_message_at(const uint8_t *data, size_t size, tarn_keeper *memory, size_t *at, ipc_message **out,
                           tarn_error *error) {
    uint32_t metadata = 0;
    size_t prefix = 0;
    int64_t body = 0;
    *out = NULL;
    if (*at == size)
        return TARN_OK;
    TARN_TRY(read_prefix(data + *at, size - *at, &metadata, &prefix, error));
    size_t left = size - *at - prefix;
    if (metadata == 0) {
        *at += prefix;
        return TARN_OK;
    }
    if (metadata > left)
        return fail_cut(error);
    ipc_message *message = NULL;
    TARN_TRY(new_message(memory, &message, error));
    tarn_status status = parse_metadata(message, data + *at + prefix, metadata, &body, error);
    if (status == TARN_OK && (uint64_t)body > left - metadata)
        status = fail_cut(error);
    if (status != TARN_OK) {
        ipc_message_free(message);
        return status;
    }
    message->body = data + *at + prefix + metadata;
    message->body_size = (size_t)body;
    *at += prefix + metadata + (size_t)body;
    *out = message;
    return TARN_OK;
}

tarn_status ipc_message_of_block(const uint8_t *data, size_t size, tarn_keeper *memory, int64_t offset,
                                 int64_t metadata_size, int64_t body_size, ipc_message **out, tarn_error *error) {
    uint32_t metadata = 0;
    size_t prefix = 0;
    int64_t body = 0;
    if (offset < 0 || (uint64_t)offset > size || metadata_size < 8 || (uint64_t)metadata_size > size - (size_t)offset ||
        body_size < 0 || (uint64_t)body_size > size - (size_t)offset - (size_t)metadata_size)
        return tarn_fail(error, TARN_E_FORMAT, "the footer of the Arrow file points outside the file");
    TARN_TRY(read_prefix(data + offset, (size_t)metadata_size, &metadata, &prefix, error));
    if (metadata > (size_t)metadata_size - prefix)
        return tarn_fail(error, TARN_E_FORMAT, "the footer of the Arrow file does not fit its messages");
    ipc_message *message = NULL;
    TARN_TRY(new_message(memory, &message, error));
    tarn_status status = parse_metadata(message, data + offset + prefix, metadata, &body, error);
    if (status == TARN_OK && body > body_size)
        status = tarn_fail(error, TARN_E_FORMAT, "the footer of the Arrow file does not fit its messages");
    if (status != TARN_OK) {
        ipc_message_free(message);
        return status;
    }
    message->body = data + offset + metadata_size;
    message->body_size = (size_t)body_size;
    *out = message;
    return TARN_OK;
}

/* ---- sources ----------------------------------------------------------------------------------------------------- */

/* Read up to `size` bytes, fewer only at the end. */
static tarn_status read_some(tarn_ipc_read read, void *context, void *data, size_t size, size_t *got,
                             tarn_error *error) {
    *got = 0;
    while (*got < size) {
        size_t piece = 0;
        TARN_TRY(read(context, (uint8_t *)data + *got, size - *got, &piece, error));
        if (piece == 0)
            break;
        *got += piece;
    }
    return TARN_OK;
}

/* Read exactly `size` bytes into a fresh block. It grows with what really comes, whatever `size` says. */
static tarn_status read_block(tarn_ipc_read read, void *context, uint64_t size, tarn_pile *pile, uint8_t **out,
                              tarn_error *error) {
    tarn_buffer buffer = {0};
    tarn_status status;
    size_t piece = (size_t)(size < FIRST_PIECE ? size : FIRST_PIECE);
    TARN_CHECK(tarn_buffer_reserve(&buffer, piece, error));
    for (;;) {
        size_t got;
        TARN_CHECK(read_some(read, context, buffer.data + buffer.size, piece, &got, error));
        buffer.size += got;
        if (got < piece) {
            status = fail_cut(error);
            goto cleanup;
        }
        if (buffer.size == size)
            break;
        piece = (size_t)(size - buffer.size < buffer.size ? size - buffer.size : buffer.size);
        TARN_CHECK(tarn_buffer_reserve(&buffer, piece, error));
    }
    *out = buffer.data;
    status = tarn_pile_add(pile, buffer.data, error);
    return status;
cleanup:
    tarn_buffer_free(&buffer);
    return status;
}

/* The size of the next message's metadata, 0 at the end. */
static tarn_status read_size(tarn_ipc_read read, void *context, bool first, uint32_t *out, tarn_error *error) {
    uint8_t bytes[MAGIC_PADDED_SIZE];
    size_t got;
    *out = 0;
    TARN_TRY(read_some(read, context, bytes, 4, &got, error));
    if (got == 0)
        return TARN_OK;
    if (got < 4)
        return fail_cut(error);
    if (first && memcmp(bytes, IPC_MAGIC, 4) == 0) {
        TARN_TRY(read_some(read, context, bytes + 4, 4, &got, error));
        if (got < 4 || memcmp(bytes, IPC_MAGIC, IPC_MAGIC_SIZE) != 0)
            return fail_cut(error);
        return read_size(read, context, false, out, error);
    }
    *out = word_at(bytes);
    if (*out != IPC_CONTINUATION)
        return TARN_OK;
    TARN_TRY(read_some(read, context, bytes, 4, &got, error));
    if (got < 4)
        return fail_cut(error);
    *out = word_at(bytes);
    return TARN_OK;
}

static tarn_status read_message(tarn_ipc_read read, void *context, uint32_t size, tarn_pile *pile, ipc_message *message,
                                tarn_error *error) {
    uint8_t *metadata, *body;
    int64_t body_size;
    if (size > INT32_MAX)
        return tarn_fail(error, TARN_E_FORMAT, "this is no Arrow data, or it is damaged");
    TARN_TRY(read_block(read, context, size, pile, &metadata, error));
    TARN_TRY(parse_metadata(message, metadata, size, &body_size, error));
    if (body_size == 0)
        return TARN_OK;
    TARN_TRY(read_block(read, context, (uint64_t)body_size, pile, &body, error));
    message->body = body;
    message->body_size = (size_t)body_size;
    return TARN_OK;
}

tarn_status ipc_message_read(tarn_ipc_read read, void *context, bool first, ipc_message **out, tarn_error *error) {
    uint32_t size = 0;
    tarn_pile *pile = NULL;
    ipc_message *message = NULL;
    tarn_status status;
    *out = NULL;
    TARN_TRY(read_size(read, context, first, &size, error));
    if (size == 0)
        return TARN_OK;
    TARN_TRY(tarn_pile_new(NULL, &pile, error));
    status = new_message(tarn_pile_keeper(pile), &message, error);
    if (status == TARN_OK)
        status = read_message(read, context, size, pile, message, error);
    tarn_keeper_release(tarn_pile_keeper(pile));
    if (status != TARN_OK)
        ipc_message_free(message);
    else
        *out = message;
    return status;
}
