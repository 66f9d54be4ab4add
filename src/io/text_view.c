// A text file as bytes in which ASCII characters are single bytes, whatever its encoding.
#include "io/text_view.h"

#include <stdlib.h>
#include <string.h>

/* Source bytes of a piece; a multiple of every unit's size. Small, since a read may use a part of a piece only. */
#define PIECE ((uint64_t)64 << 10)
#define START_SAMPLE ((size_t)64 << 10)

static bool is_wide(const tarn_text_encoding *encoding) {
    return encoding != NULL && encoding->kind != TARN_TEXT_UTF8 && encoding->kind != TARN_TEXT_SINGLE_BYTE;
}

/* The bytes of one piece: `data` holds PIECE + 4. A surrogate pair belongs to the piece in which it begins. */
static tarn_status load_piece(const tarn_text_view *view, size_t index, uint8_t *data, size_t *begin, size_t *end,
                              tarn_error *error) {
    uint64_t offset = view->start + index * PIECE;
    uint64_t left = view->source.size - offset;
    size_t size = left < PIECE ? (size_t)left : (size_t)PIECE;
    size_t extra = left - size < 2 ? 0 : 2;
    bool before = index > 0;
    uint8_t previous[2] = {0, 0};
    *begin = 0;
    *end = size;
    TARN_TRY(tarn_text_source_read(&view->source, offset, data, size + extra, error));
    if (view->encoding->kind != TARN_TEXT_UTF16LE && view->encoding->kind != TARN_TEXT_UTF16BE)
        return TARN_OK;
    size_t high = view->encoding->kind == TARN_TEXT_UTF16LE ? 1 : 0;
    if (before)
        TARN_TRY(tarn_text_source_read(&view->source, offset - 2, previous, 2, error));
    if (before && (previous[high] & 0xFC) == 0xD8 && size >= 2 && (data[high] & 0xFC) == 0xDC)
        *begin = 2;
    if (extra == 2 && (data[size - 2 + high] & 0xFC) == 0xD8 && (data[size + high] & 0xFC) == 0xDC)
        *end = size + 2;
    return TARN_OK;
}

typedef struct measure {
    tarn_text_view *view;
    uint64_t *invalid;
    tarn_task *task;
} measure;

static tarn_status measure_piece(void *context, size_t index, tarn_error *error) {
    measure *work = context;
    size_t begin = 0, end = 0, consumed;
    uint8_t *data = malloc(PIECE + 4);
    if (data == NULL)
        return tarn_fail_memory(error);
    tarn_status status = load_piece(work->view, index, data, &begin, &end, error);
    if (status == TARN_OK) {
        work->view->pieces[index + 1] = tarn_text_wide_to_utf8(work->view->encoding, data + begin, end - begin, true,
                                                               NULL, &consumed, &work->invalid[index]);
        tarn_task_advance(work->task, end - begin);
    }
    free(data);
    return status;
}

static tarn_status measure_all(tarn_text_view *view, tarn_pool *pool, tarn_task *task, tarn_error *error) {
    uint64_t bytes = view->source.size - view->start;
    view->n_pieces = (size_t)((bytes + PIECE - 1) / PIECE);
    view->pieces = calloc(view->n_pieces + 1, sizeof *view->pieces);
    measure work = {view, calloc(view->n_pieces + 1, sizeof *work.invalid), task};
    tarn_status status = TARN_OK;
    if (view->pieces == NULL || work.invalid == NULL)
        status = tarn_fail_memory(error);
    if (status == TARN_OK) {
        tarn_task_begin(task, "decoding", "bytes", bytes);
        status = tarn_parallel_for(pool, TARN_PRIORITY_USER_VISIBLE, task, view->n_pieces, measure_piece, &work, error);
    }
    for (size_t i = 0; status == TARN_OK && i < view->n_pieces; i++) {
        view->pieces[i + 1] += view->pieces[i];
        view->invalid += work.invalid[i];
    }
    if (status == TARN_OK)
        view->size = view->pieces[view->n_pieces];
    free(work.invalid);
    return status;
}

tarn_status tarn_text_view_open(const tarn_text_source *source, const tarn_text_encoding *encoding, tarn_pool *pool,
                                tarn_task *task, tarn_text_view *out, tarn_error *error) {
    *out = (tarn_text_view){.source = *source, .encoding = encoding};
    size_t sample = source->size < START_SAMPLE ? (size_t)source->size : START_SAMPLE;
    uint8_t *start = malloc(sample + 1);
    if (start == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_text_source_read(source, 0, start, sample, error);
    if (status == TARN_OK) {
        size_t mark = 0;
        const tarn_text_encoding *seen = tarn_text_encoding_of_start(start, sample, &mark);
        /* A mark that contradicts the encoding asked for is not one, except that "UTF-16" leaves the byte order open.
         */
        if (encoding == NULL || (mark > 0 && is_wide(encoding) && is_wide(seen)))
            out->encoding = seen;
        if (seen == out->encoding)
            out->start = mark;
        out->size = source->size - out->start;
    }
    free(start);
    if (status != TARN_OK)
        return status;
    if (!is_wide(out->encoding)) {
        out->memory = source->memory != NULL ? source->memory + out->start : NULL;
        return TARN_OK;
    }
    status = measure_all(out, pool, task, error);
    if (status != TARN_OK)
        tarn_text_view_free(out);
    return status;
}

static size_t piece_of(const tarn_text_view *view, uint64_t offset) {
    size_t low = 0, high = view->n_pieces;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (view->pieces[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static tarn_status read_wide(const tarn_text_view *view, uint64_t offset, uint8_t *data, size_t size,
                             tarn_error *error) {
    uint8_t *raw = malloc(PIECE + 4);
    char *text = malloc(tarn_text_utf8_bound(PIECE + 4));
    tarn_status status = raw == NULL || text == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (size_t piece = piece_of(view, offset); status == TARN_OK && size > 0; piece++) {
        size_t begin = 0, end = 0, consumed;
        uint64_t invalid = 0;
        status = load_piece(view, piece, raw, &begin, &end, error);
        if (status != TARN_OK)
            break;
        size_t got = tarn_text_wide_to_utf8(view->encoding, raw + begin, end - begin, true, text, &consumed, &invalid);
        if (got != view->pieces[piece + 1] - view->pieces[piece]) {
            status = tarn_fail(error, TARN_E_IO, "%s was changed while it was read; import it again",
                               view->source.name != NULL ? view->source.name : "the input");
            break;
        }
        size_t skip = (size_t)(offset - view->pieces[piece]);
        size_t take = got - skip < size ? got - skip : size;
        memcpy(data, text + skip, take);
        data += take;
        offset += take;
        size -= take;
    }
    free(raw);
    free(text);
    return status;
}

tarn_status tarn_text_view_read(const tarn_text_view *view, uint64_t offset, void *data, size_t size,
                                tarn_error *error) {
    if (size == 0)
        return TARN_OK;
    if (is_wide(view->encoding))
        return read_wide(view, offset, data, size, error);
    return tarn_text_source_read(&view->source, view->start + offset, data, size, error);
}

void tarn_text_view_free(tarn_text_view *view) {
    free(view->pieces);
    view->pieces = NULL;
    view->n_pieces = 0;
}
