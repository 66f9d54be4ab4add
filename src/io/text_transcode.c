/* Multi-byte encodings to UTF-8 by iconv, a piece at a time. */
#include "io/text_transcode.h"

#include "base/buffer.h"
#include "base/text.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#define PIECE ((size_t)256 << 10)

typedef struct transcoder {
    tarn_transcoding *run;
    iconv_t converter;
    char *out;     /* 4 * PIECE bytes */
    uint64_t line; /* of what comes next, from 1 */
    bool after_cr;
} transcoder;

static tarn_status open_converter(const tarn_text_encoding *encoding, iconv_t *out, tarn_error *error) {
    for (size_t i = 0; i < 2 && encoding->iconv_names[i] != NULL; i++) {
        *out = iconv_open("UTF-8", encoding->iconv_names[i]);
        if (*out != (iconv_t)-1)
            return TARN_OK;
    }
    return tarn_fail(error, TARN_E_INVALID, "this machine has no tables for %s: convert the text to UTF-8 first",
                     encoding->name);
}

static void count_lines(transcoder *t, const char *data, size_t size) {
    for (size_t i = 0; i < size; i++) {
        t->line += data[i] == '\r' || (data[i] == '\n' && !t->after_cr);
        t->after_cr = data[i] == '\r';
    }
}

static tarn_status put(transcoder *t, const char *data, size_t size, tarn_error *error) {
    count_lines(t, data, size);
    return size > 0 ? t->run->write(t->run->context, data, size, error) : TARN_OK;
}

static tarn_status put_invalid(transcoder *t, tarn_error *error) {
    tarn_transcoding *run = t->run;
    run->invalid++;
    bool known = run->n_invalid_lines > 0 && run->invalid_lines[run->n_invalid_lines - 1] == t->line;
    if (!known && run->n_invalid_lines < TARN_TRANSCODE_LINES)
        run->invalid_lines[run->n_invalid_lines++] = t->line;
    return put(t, "\xEF\xBF\xBD", 3, error);
}

/* As much as can be; `*used` tells. With `last`, what is cut off at the end is invalid, not awaited. */
static tarn_status convert(transcoder *t, const uint8_t *data, size_t size, bool last, size_t *used,
                           tarn_error *error) {
    char *in = (char *)(uintptr_t)data; /* iconv's parameter is not const, though it writes nothing there */
    size_t left = size;
    while (left > 0) {
        char *out = t->out;
        size_t room = 4 * PIECE;
        size_t result = iconv(t->converter, &in, &left, &out, &room);
        int reason = errno;
        TARN_TRY(put(t, t->out, (size_t)(out - t->out), error));
        if (result != (size_t)-1 || reason == E2BIG)
            continue;
        if (reason == EINVAL && !last)
            break;
        TARN_TRY(put_invalid(t, error));
        in++;
        left--;
    }
    *used = size - left;
    return TARN_OK;
}

static size_t line_end(const uint8_t *data, size_t size, size_t from) {
    const uint8_t *end = memchr(data + from, '\n', size - from);
    return end != NULL ? (size_t)(end - data) + 1 : size;
}

/* Line by line: UTF-8 stays. A line that does not end here is left for later, unless it is `last` or fills the piece.
 */
static tarn_status convert_lines(transcoder *t, const uint8_t *data, size_t size, bool last, size_t *used,
                                 tarn_error *error) {
    size_t at = 0;
    while (at < size) {
        size_t end = line_end(data, size, at), done = 0;
        if (data[end - 1] != '\n' && !last && (at > 0 || size < PIECE))
            break;
        if (tarn_utf8_is_valid(data + at, end - at)) {
            TARN_TRY(put(t, (const char *)data + at, end - at, error));
            done = end - at;
        } else {
            TARN_TRY(convert(t, data + at, end - at, last || data[end - 1] == '\n', &done, error));
        }
        at += done;
        if (done == 0)
            break;
    }
    *used = at;
    return TARN_OK;
}

static tarn_status convert_all(transcoder *t, const tarn_text_source *source, uint8_t *piece, tarn_error *error) {
    size_t kept = 0;
    tarn_task_begin(t->run->task, "decoding", "bytes", source->size);
    for (uint64_t offset = 0; offset < source->size;) {
        size_t got = PIECE - kept, used = 0;
        if (source->size - offset < got)
            got = (size_t)(source->size - offset);
        TARN_TRY(tarn_task_check(t->run->task, error));
        TARN_TRY(tarn_text_source_read(source, offset, piece + kept, got, error));
        offset += got;
        bool last = offset == source->size;
        TARN_TRY(t->run->keep_utf8 ? convert_lines(t, piece, kept + got, last, &used, error)
                                   : convert(t, piece, kept + got, last, &used, error));
        kept = kept + got - used;
        memmove(piece, piece + used, kept);
        tarn_task_advance(t->run->task, got);
    }
    return TARN_OK;
}

tarn_status tarn_text_transcode(const tarn_text_source *source, tarn_transcoding *run, tarn_error *error) {
    transcoder t = {.run = run, .line = 1, .out = malloc(4 * PIECE)};
    uint8_t *piece = malloc(PIECE);
    tarn_status status = t.out == NULL || piece == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK)
        status = open_converter(run->encoding, &t.converter, error);
    if (status == TARN_OK) {
        status = convert_all(&t, source, piece, error);
        iconv_close(t.converter);
    }
    free(t.out);
    free(piece);
    return status;
}
