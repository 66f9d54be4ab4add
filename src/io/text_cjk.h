/**
 * @file text_cjk.h
 * The multi-byte encodings of East Asia, byte by byte: where a character ends, and whether it is one that is in use.
 */
#ifndef TARN_IO_TEXT_CJK_H
#define TARN_IO_TEXT_CJK_H

#include "io/text_encoding.h"
#include "io/text_score.h"

/**
 * Cut text into characters; their codes are not told (a placeholder beyond ASCII), only their lengths and how common
 * what stands in that part of the encoding is. `signs` has room for `size`. Returns how many there are; 0 when the
 * bytes cannot be that encoding or it is none of these (ISO-2022-JP tells itself by its escape sequences).
 */
size_t tarn_text_cjk_signs(const tarn_text_encoding *encoding, const uint8_t *data, size_t size, tarn_text_sign *signs);

/** True when the beginning of a text without bytes above 0x7F has the escape sequences of ISO-2022-JP. */
bool tarn_text_is_iso_2022_jp(const uint8_t *data, size_t size);

#endif
