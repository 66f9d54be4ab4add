/**
 * @file text_encoder.h
 * UTF-8 into other encodings, for exports. An encoder is used by one thread at a time.
 */
#ifndef TARN_IO_TEXT_ENCODER_H
#define TARN_IO_TEXT_ENCODER_H

#include "base/buffer.h"
#include "io/text_encoding.h"

typedef struct tarn_text_encoder tarn_text_encoder;

/** With `replace`, characters that the encoding has not become "?". TARN_E_INVALID when this machine cannot write it.
 */
tarn_status tarn_text_encoder_new(const tarn_text_encoding *encoding, bool replace, tarn_text_encoder **out,
                                  tarn_error *error);

/** Append valid UTF-8, encoded; the state of encodings that have one ends where it began. `*failed` is the offset of
 * the first character that the encoding has not, SIZE_MAX when all went well; what was appended before it is then of no
 * use. */
tarn_status tarn_text_encoder_put(tarn_text_encoder *encoder, const char *text, size_t size, tarn_buffer *out,
                                  size_t *failed, tarn_error *error);

/** NULL is allowed. */
void tarn_text_encoder_free(tarn_text_encoder *encoder);

#endif
