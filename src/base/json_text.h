/**
 * @file json_text.h
 * Writing JSON strings.
 */
#ifndef TARN_BASE_JSON_TEXT_H
#define TARN_BASE_JSON_TEXT_H

#include "base/buffer.h"

/** Append `text` (valid UTF-8) in double quotes with what RFC 8259 wants escaped; other characters stay as they are. */
tarn_status tarn_json_text_quote(tarn_buffer *out, const char *text, tarn_error *error);
tarn_status tarn_json_text_quote_bytes(tarn_buffer *out, const void *data, size_t size, tarn_error *error);

#endif
