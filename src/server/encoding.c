// Compressing responses: gzip and zstd.
#include "server/encoding.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>
#include <zstd.h>

/* Fast rather than small: the network is near. */
#define GZIP_LEVEL 2
#define ZSTD_LEVEL 1
#define STEP 65536

struct tarn_encoder {
    tarn_encoding encoding;
    z_stream gzip;
    ZSTD_CCtx *zstd;
};

/* The weight that a word has in "gzip;q=0.5, *;q=0"; -1: it is not there. */
static double weight_of(const char *list, const char *word) {
    size_t length = strlen(word);
    for (const char *at = list; *at != '\0';) {
        at += strspn(at, " \t,");
        size_t size = strcspn(at, ";, \t");
        size_t all = strcspn(at, ",");
        if (size == length && strncasecmp(at, word, length) == 0) {
            const char *weight = memchr(at, ';', all);
            weight = weight != NULL ? weight + 1 + strspn(weight + 1, " \t") : NULL;
            return weight != NULL && strncasecmp(weight, "q=", 2) == 0 ? strtod(weight + 2, NULL) : 1;
        }
        at += all;
    }
    return -1;
}

static double wish_for(const char *list, const char *word) {
    double weight = weight_of(list, word);
    return weight >= 0 ? weight : weight_of(list, "*");
}

tarn_encoding tarn_encoding_choose(const tarn_head *head) {
    const char *list = tarn_head_field(head, "accept-encoding");
    if (list == NULL)
        return TARN_ENCODING_NONE;
    double gzip = wish_for(list, "gzip"), zstd = wish_for(list, "zstd");
    if (zstd > 0 && zstd >= gzip)
        return TARN_ENCODING_ZSTD;
    return gzip > 0 ? TARN_ENCODING_GZIP : TARN_ENCODING_NONE;
}

bool tarn_encoding_suits(const char *media_type) {
    static const char *const suited[] = {"text/", "application/json", "application/x-ndjson",
                                         "application/problem+json", "image/svg"};
    for (size_t i = 0; media_type != NULL && i < sizeof suited / sizeof suited[0]; i++)
        if (strncmp(media_type, suited[i], strlen(suited[i])) == 0)
            return true;
    return false;
}

const char *tarn_encoding_name(tarn_encoding encoding) {
    return encoding == TARN_ENCODING_GZIP ? "gzip" : encoding == TARN_ENCODING_ZSTD ? "zstd" : NULL;
}

bool tarn_encoding_is_suffix(const char *text, size_t size) {
    return size == 5 && (strncmp(text, "-gzip", 5) == 0 || strncmp(text, "-zstd", 5) == 0);
}

tarn_encoder *tarn_encoder_new(tarn_encoding encoding) {
    tarn_encoder *encoder = calloc(1, sizeof *encoder);
    if (encoder == NULL)
        return NULL;
    encoder->encoding = encoding;
    bool made = encoding == TARN_ENCODING_GZIP
                    ? deflateInit2(&encoder->gzip, GZIP_LEVEL, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK
                    : (encoder->zstd = ZSTD_createCCtx()) != NULL;
    if (made && encoder->zstd != NULL)
        ZSTD_CCtx_setParameter(encoder->zstd, ZSTD_c_compressionLevel, ZSTD_LEVEL);
    if (made)
        return encoder;
    free(encoder);
    return NULL;
}

void tarn_encoder_free(tarn_encoder *encoder) {
    if (encoder == NULL)
        return;
    if (encoder->encoding == TARN_ENCODING_GZIP)
        deflateEnd(&encoder->gzip);
    ZSTD_freeCCtx(encoder->zstd);
    free(encoder);
}

static bool add_gzip(z_stream *gzip, const void *data, size_t size, bool is_last, tarn_buffer *out) {
    gzip->next_in = (Bytef *)data;
    gzip->avail_in = (uInt)size;
    int code;
    do {
        if (tarn_buffer_reserve(out, STEP, NULL) != TARN_OK)
            return false;
        gzip->next_out = out->data + out->size;
        gzip->avail_out = STEP;
        code = deflate(gzip, is_last ? Z_FINISH : Z_SYNC_FLUSH);
        out->size += STEP - gzip->avail_out;
    } while (code == Z_OK && gzip->avail_out == 0);
    return code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR;
}

static bool add_zstd(ZSTD_CCtx *zstd, const void *data, size_t size, bool is_last, tarn_buffer *out) {
    ZSTD_inBuffer input = {data, size, 0};
    size_t left;
    do {
        if (tarn_buffer_reserve(out, STEP, NULL) != TARN_OK)
            return false;
        ZSTD_outBuffer output = {out->data + out->size, STEP, 0};
        left = ZSTD_compressStream2(zstd, &output, &input, is_last ? ZSTD_e_end : ZSTD_e_flush);
        if (ZSTD_isError(left))
            return false;
        out->size += output.pos;
    } while (left > 0);
    return true;
}

bool tarn_encoder_add(tarn_encoder *encoder, const void *data, size_t size, bool is_last, tarn_buffer *out) {
    return encoder->encoding == TARN_ENCODING_GZIP ? add_gzip(&encoder->gzip, data, size, is_last, out)
                                                   : add_zstd(encoder->zstd, data, size, is_last, out);
}

bool tarn_encode(tarn_encoding encoding, const void *data, size_t size, tarn_buffer *out) {
    tarn_encoder *encoder = tarn_encoder_new(encoding);
    bool done = encoder != NULL && tarn_encoder_add(encoder, data, size, true, out);
    tarn_encoder_free(encoder);
    return done;
}
