/* UTF-8 into other encodings: tables turned around, UTF-16 and UTF-32 by hand, the multi-byte ones by iconv. */
#include "io/text_encoder.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#define CODES 0x10000 /* a table's characters are all below */

struct tarn_text_encoder {
    const tarn_text_encoding *encoding;
    bool replace;
    uint8_t *bytes; /* of single-byte encodings: per character its byte, 0 for none */
    iconv_t converter;
    bool has_converter;
};

static tarn_status turn_around(tarn_text_encoder *encoder, tarn_error *error) {
    encoder->bytes = calloc(CODES, 1);
    if (encoder->bytes == NULL)
        return tarn_fail_memory(error);
    for (unsigned i = 128; i-- > 0;) {
        if (encoder->encoding->table[i] != 0xFFFD)
            encoder->bytes[encoder->encoding->table[i]] = (uint8_t)(i + 128);
    }
    return TARN_OK;
}

static tarn_status open_converter(tarn_text_encoder *encoder, tarn_error *error) {
    const tarn_text_encoding *encoding = encoder->encoding;
    for (size_t i = 0; i < 2 && encoding->iconv_names[i] != NULL && !encoder->has_converter; i++) {
        encoder->converter = iconv_open(encoding->iconv_names[i], "UTF-8");
        encoder->has_converter = encoder->converter != (iconv_t)-1;
    }
    return encoder->has_converter
               ? TARN_OK
               : tarn_fail(error, TARN_E_INVALID, "this machine has no tables to write %s: choose another encoding",
                           encoding->name);
}

tarn_status tarn_text_encoder_new(const tarn_text_encoding *encoding, bool replace, tarn_text_encoder **out,
                                  tarn_error *error) {
    tarn_text_encoder *encoder = calloc(1, sizeof *encoder);
    if (encoder == NULL)
        return tarn_fail_memory(error);
    *encoder = (tarn_text_encoder){.encoding = encoding, .replace = replace};
    tarn_status status = TARN_OK;
    if (encoding->kind == TARN_TEXT_SINGLE_BYTE)
        status = turn_around(encoder, error);
    else if (encoding->kind == TARN_TEXT_MULTI_BYTE)
        status = open_converter(encoder, error);
    if (status != TARN_OK)
        tarn_text_encoder_free(encoder);
    else
        *out = encoder;
    return status;
}

/* The character at `p`, which is valid UTF-8; its length. */
static size_t next_code(const uint8_t *p, uint32_t *code) {
    size_t length = p[0] < 0x80 ? 1 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    *code = length == 1 ? p[0] : p[0] & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++)
        *code = *code << 6 | (p[i] & 0x3F);
    return length;
}

static size_t put_unit(uint32_t unit, size_t bytes, bool big, uint8_t *out) {
    for (size_t i = 0; i < bytes; i++)
        out[big ? bytes - 1 - i : i] = (uint8_t)(unit >> (8 * i));
    return bytes;
}

static size_t put_wide(tarn_text_kind kind, uint32_t code, uint8_t *out) {
    bool big = kind == TARN_TEXT_UTF16BE || kind == TARN_TEXT_UTF32BE;
    if (kind == TARN_TEXT_UTF32LE || kind == TARN_TEXT_UTF32BE)
        return put_unit(code, 4, big, out);
    if (code < 0x10000)
        return put_unit(code, 2, big, out);
    put_unit(0xD800 + ((code - 0x10000) >> 10), 2, big, out);
    return 2 + put_unit(0xDC00 + ((code - 0x10000) & 0x3FF), 2, big, out + 2);
}

static tarn_status put_by_code(tarn_text_encoder *encoder, const char *text, size_t size, tarn_buffer *out,
                               size_t *failed, tarn_error *error) {
    TARN_TRY(tarn_buffer_reserve(out, 4 * size, error));
    for (size_t at = 0; at < size;) {
        uint32_t code;
        uint8_t *to = out->data + out->size;
        size_t length = next_code((const uint8_t *)text + at, &code);
        if (encoder->bytes == NULL) {
            out->size += put_wide(encoder->encoding->kind, code, to);
        } else {
            uint8_t byte = code < 0x80 ? (uint8_t)code : code < CODES ? encoder->bytes[code] : 0;
            if (byte == 0 && code != 0 && !encoder->replace) {
                *failed = at;
                return TARN_OK;
            }
            *to = byte == 0 && code != 0 ? '?' : byte;
            out->size++;
        }
        at += length;
    }
    return TARN_OK;
}

/* One call of iconv with room for what it writes; NULL `in` ends the state. */
static bool run_iconv(tarn_text_encoder *encoder, char **in, size_t *left, tarn_buffer *out) {
    char *to = (char *)out->data + out->size;
    size_t room = out->capacity - out->size;
    size_t result = iconv(encoder->converter, in, left, &to, &room);
    out->size = out->capacity - room;
    return result != (size_t)-1;
}

static tarn_status put_by_iconv(tarn_text_encoder *encoder, const char *text, size_t size, tarn_buffer *out,
                                size_t *failed, tarn_error *error) {
    char *in = (char *)(uintptr_t)text; /* iconv's parameter is not const, though it writes nothing there */
    size_t left = size;
    while (left > 0) {
        uint32_t code;
        TARN_TRY(tarn_buffer_reserve(out, 4 * left + 16, error));
        if (run_iconv(encoder, &in, &left, out) || errno == E2BIG)
            continue;
        if (!encoder->replace) {
            *failed = (size_t)(in - text);
            iconv(encoder->converter, NULL, NULL, NULL, NULL);
            return TARN_OK;
        }
        size_t length = next_code((const uint8_t *)in, &code);
        char *question = (char[]){'?'};
        size_t one = 1;
        in += length < left ? length : left;
        left -= length < left ? length : left;
        run_iconv(encoder, &question, &one, out);
    }
    TARN_TRY(tarn_buffer_reserve(out, 16, error));
    run_iconv(encoder, NULL, NULL, out);
    return TARN_OK;
}

tarn_status tarn_text_encoder_put(tarn_text_encoder *encoder, const char *text, size_t size, tarn_buffer *out,
                                  size_t *failed, tarn_error *error) {
    *failed = SIZE_MAX;
    if (encoder->encoding->kind == TARN_TEXT_UTF8)
        return tarn_buffer_append(out, text, size, error);
    return encoder->has_converter ? put_by_iconv(encoder, text, size, out, failed, error)
                                  : put_by_code(encoder, text, size, out, failed, error);
}

void tarn_text_encoder_free(tarn_text_encoder *encoder) {
    if (encoder == NULL)
        return;
    if (encoder->has_converter)
        iconv_close(encoder->converter);
    free(encoder->bytes);
    free(encoder);
}
