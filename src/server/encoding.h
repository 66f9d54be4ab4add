/**
 * @file encoding.h
 * Compressing responses for clients that say they understand it: gzip and zstd.
 */
#ifndef TARN_SERVER_ENCODING_H
#define TARN_SERVER_ENCODING_H

#include "base/buffer.h"
#include "server/reader.h"

typedef enum tarn_encoding { TARN_ENCODING_NONE, TARN_ENCODING_GZIP, TARN_ENCODING_ZSTD } tarn_encoding;

/** The best that the request's Accept-Encoding allows. */
tarn_encoding tarn_encoding_choose(const tarn_head *head);
/** Whether content of that type gets smaller: text does, Arrow and Parquet are compressed by themselves. */
bool tarn_encoding_suits(const char *media_type);
const char *tarn_encoding_name(tarn_encoding encoding); /**< NULL of none */
/** Whether a tag's end says which encoding it is of ("-gzip"). */
bool tarn_encoding_is_suffix(const char *text, size_t size);

bool tarn_encode(tarn_encoding encoding, const void *data, size_t size, tarn_buffer *out);

/** The same piece by piece. */
typedef struct tarn_encoder tarn_encoder;
tarn_encoder *tarn_encoder_new(tarn_encoding encoding);
/** Append what a piece becomes; with `is_last` nothing follows. */
bool tarn_encoder_add(tarn_encoder *encoder, const void *data, size_t size, bool is_last, tarn_buffer *out);
void tarn_encoder_free(tarn_encoder *encoder);

#endif
