/**
 * @file response.h
 * Responses: whole ones, which may be cut, compressed and revalidated, and those that are sent as they are made.
 */
#ifndef TARN_SERVER_RESPONSE_H
#define TARN_SERVER_RESPONSE_H

#include "server/connection.h"

#include <jansson.h>

/** Add a field, before the response begins. Characters that have no place in one are left out. */
void tarn_response_field(tarn_exchange *exchange, const char *name, const char *format, ...) TARN_PRINTF(3, 4);

/** Begin a response of `length` bytes, or -1: of as many as will be written. */
void tarn_response_begin(tarn_exchange *exchange, int status, const char *media_type, int64_t length);
/** Write a piece; with `release` it is valid until that is called, else copied. See tarn_connection_unsent. */
void tarn_response_write(tarn_exchange *exchange, const void *data, size_t size, tarn_release release, void *context);
void tarn_response_end(tarn_exchange *exchange);

typedef struct tarn_content {
    const char *media_type;
    const void *data;
    size_t size;
    tarn_release release; /**< called with `owner` when the data has been sent; NULL: it stays by itself */
    void *owner;
    const char *tag; /**< what stands for it, without quotes; NULL: none */
    bool is_lasting; /**< it never changes */
} tarn_content;

/** A whole response: 304 when the client has it, 206 of the range it wants, compressed when it may be. */
void tarn_response_give(tarn_exchange *exchange, int status, const tarn_content *content);
/** JSON, whose reference is taken over; NULL says that memory has run out. */
void tarn_response_json(tarn_exchange *exchange, int status, json_t *json);
/** No content: 204, 304. */
void tarn_response_empty(tarn_exchange *exchange, int status);

/** Whether the client has what `tag` (without quotes, encodings left aside) stands for. */
bool tarn_response_is_known(const tarn_exchange *exchange, const char *tag);
/** Say how it may be kept. */
void tarn_response_caching(tarn_exchange *exchange, const char *tag, const char *encoding, bool is_lasting);

const char *tarn_status_reason(int status);

#endif
