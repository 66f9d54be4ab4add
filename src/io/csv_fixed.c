/* Lines whose cells have fixed widths, told in characters: the tokeniser, and what the widths seem to be. */
#include "base/text.h"
#include "io/csv_dialect.h"

#include <string.h>

typedef struct line {
    const uint8_t *data;
    size_t begin, end, next;
    bool is_utf8; /* and not all ASCII: bytes are not characters */
} line;

/* The line at `begin`; false when the bytes at hand do not hold all of it. */
static bool find_line(const tarn_csv_cursor *cursor, line *out) {
    const uint8_t *data = cursor->data;
    size_t end = cursor->position;
    unsigned char high = 0;
    while (end < cursor->size && data[end] != '\n' && data[end] != '\r')
        high |= data[end++];
    size_t next = end + (end < cursor->size);
    if (!cursor->last && (end == cursor->size || (data[end] == '\r' && next == cursor->size)))
        return false;
    if (end < cursor->size && data[end] == '\r' && next < cursor->size && data[next] == '\n')
        next++;
    *out = (line){data, cursor->position, end, next, false};
    out->is_utf8 = high >= 0x80 && tarn_utf8_is_valid(data + out->begin, end - out->begin);
    return true;
}

/* Behind `width` characters from `at`. */
static size_t behind(const line *l, size_t at, uint32_t width) {
    for (; width > 0 && at < l->end; width--) {
        at++;
        while (l->is_utf8 && at < l->end && (l->data[at] & 0xC0) == 0x80)
            at++;
    }
    return at;
}

/* Without the spaces that fill the width. */
static tarn_csv_field cut(const line *l, size_t from, size_t to) {
    const uint8_t *text = l->data + from;
    size_t size = to - from;
    tarn_csv_trim(&text, &size);
    return (tarn_csv_field){(uint32_t)(text - l->data), (uint32_t)size};
}

static tarn_status add_rest(tarn_csv_batch *batch, const line *l, size_t from, tarn_error *error) {
    TARN_TRY(tarn_grow(&batch->surplus, &batch->surplus_capacity, batch->n_surplus + 1, sizeof *batch->surplus, error));
    batch->surplus[batch->n_surplus++] = (tarn_csv_surplus){
        .row = (uint32_t)batch->rows,
        .column = (uint32_t)batch->width,
        .field = cut(l, from, l->end),
        .raw_start = (uint32_t)from,
        .raw_end = (uint32_t)l->end,
    };
    return TARN_OK;
}

static tarn_status add_record(const tarn_csv_dialect *dialect, const tarn_csv_cursor *cursor, const line *l,
                              tarn_csv_batch *batch, tarn_csv_log *log, tarn_error *error) {
    tarn_csv_field *row = batch->fields + batch->rows * batch->width;
    size_t at = l->begin;
    uint32_t count = (uint32_t)dialect->n_widths; /* a line that ends early has its last cells empty */
    for (size_t column = 0; column < dialect->n_widths; column++) {
        size_t from = at;
        at = behind(l, at, dialect->widths[column]);
        if (column < batch->width)
            row[column] = cut(l, from, at);
    }
    for (size_t column = dialect->n_widths; column < batch->width; column++)
        row[column] = (tarn_csv_field){0, TARN_CSV_MISSING};
    if (cut(l, at, l->end).size_and_flags > 0) {
        if (batch->width == dialect->n_widths)
            TARN_TRY(add_rest(batch, l, at, error));
        else if (batch->width > dialect->n_widths)
            row[dialect->n_widths] = cut(l, at, l->end);
        count++;
    }
    batch->counts[batch->rows++] = count;
    batch->widest = count > batch->widest ? count : batch->widest;
    return log != NULL && dialect->regular != 0 && count != dialect->regular
               ? tarn_csv_log_add(log, TARN_CSV_RAGGED, cursor->line, count, error)
               : TARN_OK;
}

tarn_status tarn_csv_scan_fixed(const tarn_csv_dialect *dialect, tarn_csv_cursor *cursor, size_t limit,
                                tarn_csv_batch *batch, tarn_csv_log *log, tarn_csv_stop *stop, tarn_error *error) {
    line l;
    while (cursor->position < cursor->size) {
        *stop = TARN_CSV_STOP_FULL;
        if (batch->rows == batch->capacity || cursor->position >= limit)
            return TARN_OK;
        *stop = TARN_CSV_STOP_MORE;
        if (cursor->size - cursor->position < dialect->comment_size && !cursor->last)
            return TARN_OK;
        if (!find_line(cursor, &l))
            return TARN_OK;
        if (l.end - l.begin > dialect->max_cell)
            return tarn_fail(error, TARN_E_FORMAT, "line %llu is longer than %u bytes; check the widths",
                             (unsigned long long)(cursor->first_line + cursor->line + 1), dialect->max_cell);
        if (tarn_csv_is_comment(dialect, cursor->data, cursor->size, cursor->position)) {
            if (log != NULL)
                TARN_TRY(tarn_csv_log_add(log, TARN_CSV_COMMENT, cursor->line, 0, error));
        } else if (l.end > l.begin || dialect->keep_blank) {
            TARN_TRY(add_record(dialect, cursor, &l, batch, log, error));
        }
        cursor->position = l.next;
        cursor->line += l.next > l.end;
    }
    *stop = cursor->last ? TARN_CSV_STOP_END : TARN_CSV_STOP_MORE;
    return TARN_OK;
}

/* ---- guessing the widths ------------------------------------------------------------------------------------------
 */

tarn_status tarn_csv_guess_widths(tarn_csv_reader *reader, const tarn_csv_head *head, tarn_error *error) {
    enum { MOST_LENGTH = 1024, MOST_LINES = 200, LEAST_LINES = 3 };
    bool filled[MOST_LENGTH] = {false};
    size_t lines = 0, longest = 0, columns = 0, start = 0;
    bool wide_gap = false, begun = false;
    for (size_t at = head->begin; at < head->size && lines < MOST_LINES;) {
        size_t next = tarn_csv_next_line(head->data, head->size, at), length = next - at;
        while (length > 0 && (head->data[at + length - 1] == '\n' || head->data[at + length - 1] == '\r'))
            length--;
        if (length >= MOST_LENGTH || memchr(head->data + at, '\t', length) != NULL)
            return TARN_OK;
        for (size_t i = 0; i < length; i++) {
            filled[i] |= head->data[at + i] != ' ';
            wide_gap |=
                i > 1 && head->data[at + i] != ' ' && head->data[at + i - 1] == ' ' && head->data[at + i - 2] == ' ';
        }
        longest = length > longest ? length : longest;
        lines += length > 0;
        at = next;
    }
    if (lines < LEAST_LINES || !wide_gap)
        return TARN_OK;
    tarn_buffer *out = &reader->guess_widths;
    for (size_t i = 1; i <= longest; i++) {
        begun |= filled[i - 1];
        if (i < longest && !(begun && filled[i] && !filled[i - 1]))
            continue;
        TARN_TRY(tarn_buffer_printf(out, error, "%s%zu", columns++ > 0 ? "," : "", i - start));
        start = i;
    }
    if (columns < 2)
        out->size = 0;
    return TARN_OK;
}
