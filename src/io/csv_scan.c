// The tokeniser of delimited text: bytes to a table of cells, some hundred records at a time.
#include "io/csv_scan.h"

#include "io/csv_mask.h"

#include <stdlib.h>
#include <string.h>

/* Walks over the characters that mean something, 64 bytes at a time. */
typedef struct walker {
    const uint8_t *data;
    size_t size;
    size_t base;   /* of the 64 bytes that `bits` is about */
    uint64_t bits; /* characters ahead */
    tarn_csv_needles needles;
} walker;

static uint64_t mask_at(const walker *w, size_t base) {
    if (w->size - base >= 64)
        return tarn_csv_mask64(w->data + base, &w->needles);
    uint8_t tail[64];
    size_t left = w->size - base;
    memcpy(tail, w->data + base, left);
    memset(tail + left, 0, 64 - left);
    return tarn_csv_mask64(tail, &w->needles) & ((UINT64_C(1) << left) - 1);
}

static void walk_from(walker *w, size_t position) {
    w->base = position;
    w->bits = position < w->size ? mask_at(w, position) : 0;
}

/* Position of the next meaningful character, or `size`. */
static inline size_t walk(walker *w) {
    while (w->bits == 0) {
        if (w->size - w->base <= 64)
            return w->size;
        w->base += 64;
        w->bits = mask_at(w, w->base);
    }
    size_t at = w->base + (size_t)__builtin_ctzll(w->bits);
    w->bits &= w->bits - 1;
    return at;
}

/* The record being read. */
typedef struct record {
    size_t start;        /* of the record */
    size_t field_start;  /* of the cell, quote included */
    size_t surplus_from; /* index into batch->surplus of its first surplus cell */
    uint32_t column;
    uint32_t flags;    /* of the cell */
    size_t closing;    /* of a quoted cell: its closing quote */
    uint64_t lines;    /* line ends inside it */
    bool stray, after; /* to be reported once it is complete */
} record;

typedef struct scan {
    const tarn_csv_dialect *dialect;
    tarn_csv_cursor *cursor;
    tarn_csv_batch *batch;
    tarn_csv_log *log;
    tarn_error *error;
    walker walker;
    record record;
} scan;

static tarn_status add_surplus(scan *s, tarn_csv_field field) {
    tarn_csv_batch *batch = s->batch;
    TARN_TRY(
        tarn_grow(&batch->surplus, &batch->surplus_capacity, batch->n_surplus + 1, sizeof *batch->surplus, s->error));
    batch->surplus[batch->n_surplus++] = (tarn_csv_surplus){
        .row = (uint32_t)batch->rows,
        .column = s->record.column,
        .field = field,
        .raw_start = (uint32_t)s->record.field_start,
    };
    return TARN_OK;
}

static tarn_status cell_too_large(scan *s) {
    return tarn_fail(s->error, TARN_E_FORMAT,
                     "line %llu: a cell is larger than %u bytes; check the delimiter and the quotes",
                     (unsigned long long)(s->cursor->first_line + s->cursor->line + 1), s->dialect->max_cell);
}

/* A cell without quotes that ends before `at`, in a dialect that escapes there: does it have to be unescaped? */
static __attribute__((noinline)) void look_for_escapes(scan *s, size_t at) {
    record *r = &s->record;
    if ((r->flags & TARN_CSV_QUOTED) == 0 &&
        memchr(s->walker.data + r->field_start, s->dialect->escape, at - r->field_start) != NULL)
        r->flags |= TARN_CSV_ESCAPED;
}

/* The cell that began at field_start ends before `at`. */
static inline tarn_status end_cell(scan *s, size_t at) {
    record *r = &s->record;
    size_t start = r->field_start, size;
    if (__builtin_expect((r->flags & TARN_CSV_QUOTED) != 0, 0)) {
        start++;
        size = (r->flags & TARN_CSV_ESCAPED) != 0 ? at - start : r->closing - start;
    } else {
        size = at - start;
    }
    if (__builtin_expect(size > s->dialect->max_cell, 0))
        return cell_too_large(s);
    tarn_csv_field field = {(uint32_t)start, (uint32_t)size | r->flags};
    if (__builtin_expect(r->column < s->batch->width, 1))
        s->batch->fields[s->batch->rows * s->batch->width + r->column] = field;
    else
        TARN_TRY(add_surplus(s, field));
    r->column++;
    r->flags = 0;
    return TARN_OK;
}

static tarn_status report(scan *s, tarn_csv_event kind, uint64_t found) {
    return s->log == NULL ? TARN_OK : tarn_csv_log_add(s->log, kind, s->cursor->line, found, s->error);
}

/* The record ends before `at`; `next` is where the one after it begins. */
static tarn_status end_record(scan *s, size_t at, size_t next, bool line_end) {
    record *r = &s->record;
    tarn_csv_batch *batch = s->batch;
    bool blank = r->column == 0 && at == r->field_start && r->flags == 0;
    if (!blank || s->dialect->keep_blank) {
        if (__builtin_expect(s->dialect->escapes_plain, 0))
            look_for_escapes(s, at);
        TARN_TRY(end_cell(s, at));
        tarn_csv_field *row = batch->fields + batch->rows * batch->width;
        for (size_t column = r->column; column < batch->width; column++)
            row[column] = (tarn_csv_field){0, TARN_CSV_MISSING};
        for (size_t i = r->surplus_from; i < batch->n_surplus; i++)
            batch->surplus[i].raw_end = (uint32_t)at;
        batch->counts[batch->rows] = r->column;
        if (r->column > batch->widest)
            batch->widest = r->column;
        if (s->dialect->regular != 0 && r->column != s->dialect->regular)
            TARN_TRY(report(s, TARN_CSV_RAGGED, r->column));
        if (r->stray)
            TARN_TRY(report(s, TARN_CSV_STRAY_QUOTE, 0));
        if (r->after)
            TARN_TRY(report(s, TARN_CSV_AFTER_QUOTE, 0));
        batch->rows++;
    }
    s->cursor->line += r->lines + (line_end ? 1 : 0);
    s->cursor->position = next;
    *r = (record){.start = next, .field_start = next, .surplus_from = batch->n_surplus};
    return TARN_OK;
}

static bool is_escaped(const tarn_csv_dialect *dialect, const uint8_t *data, size_t at, size_t from) {
    size_t count = 0;
    while (at > from && data[at - 1] == dialect->escape) {
        count++;
        at--;
    }
    return (count & 1) != 0;
}

typedef enum answer {
    NO,
    YES,
    UNSURE, /* the bytes at hand do not tell */
} answer;

/* Is what begins like a delimiter the whole of it? */
static answer is_whole_delimiter(const scan *s, size_t at) {
    size_t left = s->walker.size - at - 1, tail = s->dialect->tail_size;
    if (left < tail)
        return s->cursor->last || memcmp(s->walker.data + at + 1, s->dialect->tail, left) != 0 ? NO : UNSURE;
    return memcmp(s->walker.data + at + 1, s->dialect->tail, tail) == 0 ? YES : NO;
}

/* Does the cell end behind the quote at `at`, in a dialect of longer delimiters or of spaces around quotes? */
static __attribute__((noinline)) answer ends_behind(const scan *s, size_t at) {
    const uint8_t *data = s->walker.data;
    size_t next = at + 1;
    while (s->dialect->spaced_quotes && next < s->walker.size && (data[next] == ' ' || data[next] == '\t') &&
           data[next] != s->dialect->delimiter)
        next++;
    if (next == s->walker.size)
        return s->cursor->last ? YES : UNSURE;
    if (data[next] == '\n' || data[next] == '\r')
        return YES;
    return data[next] == s->dialect->delimiter ? is_whole_delimiter(s, next) : NO;
}

static bool is_special(const tarn_csv_dialect *dialect) {
    return dialect->spaced_quotes || dialect->tail_size > 0;
}

/* The quote is a plain character: go on behind it. */
static void take_quote_literally(scan *s, size_t quote_at) {
    s->record.flags = 0;
    s->record.stray = true;
    walk_from(&s->walker, quote_at + 1);
}

/*
 * A quoted cell begins with the quote at `quote_at`. Find its closing quote and leave the walker before what follows.
 * False: the bytes at hand do not tell.
 */
static bool read_quoted(scan *s, size_t quote_at) {
    record *r = &s->record;
    const uint8_t *data = s->walker.data;
    size_t size = s->walker.size, from = quote_at + 1, most = (size_t)s->dialect->max_cell + 1;
    uint8_t quote = s->dialect->quote;
    uint64_t lines = 0;
    uint32_t flags = TARN_CSV_QUOTED;
    for (;;) {
        size_t at = walk(&s->walker);
        if (at - from >= most || (at == size && s->cursor->last)) {
            take_quote_literally(s, quote_at);
            return true;
        }
        if (at == size)
            return false;
        uint8_t c = data[at];
        if (c == '\n' || c == '\r') {
            if (c == '\r' && at + 1 == size && !s->cursor->last)
                return false;
            lines += c == '\n' || at + 1 == size || data[at + 1] != '\n';
            continue;
        }
        if (c != quote)
            continue;
        if (s->dialect->escape != 0 && is_escaped(s->dialect, data, at, from)) {
            flags |= TARN_CSV_ESCAPED;
            continue;
        }
        if (at + 1 == size && !s->cursor->last)
            return false;
        if (at + 1 < size && data[at + 1] == quote) {
            flags |= TARN_CSV_ESCAPED;
            walk(&s->walker);
            continue;
        }
        bool proper =
            at + 1 == size || data[at + 1] == s->dialect->delimiter || data[at + 1] == '\n' || data[at + 1] == '\r';
        if (is_special(s->dialect)) {
            answer ends = ends_behind(s, at);
            if (ends == UNSURE)
                return false;
            proper = ends == YES;
        }
        if (!proper && lines > 0) {
            take_quote_literally(s, quote_at);
            return true;
        }
        r->field_start = quote_at;
        r->closing = at;
        r->flags = proper ? flags : flags | TARN_CSV_ESCAPED;
        r->after |= !proper;
        r->lines += lines;
        /* Escapes are there to be removed even where no quote was escaped. */
        if (s->dialect->escape != 0 && memchr(data + from, s->dialect->escape, at - from) != NULL)
            r->flags |= TARN_CSV_ESCAPED;
        return true;
    }
}

/* Nothing meaningful is left in the bytes at hand. */
static tarn_status at_end(scan *s, tarn_csv_stop *stop) {
    record *r = &s->record;
    size_t size = s->walker.size;
    if (!s->cursor->last) {
        *stop = TARN_CSV_STOP_MORE;
        if (size - r->field_start > (size_t)s->dialect->max_cell + 2 && r->flags == 0)
            return cell_too_large(s);
        return TARN_OK;
    }
    *stop = TARN_CSV_STOP_END;
    if (r->start == size) {
        s->cursor->position = size;
        return TARN_OK;
    }
    return end_record(s, size, size, false);
}

/* Pass over the comments before the next record. NO: it cannot begin, and `*stop` says why. */
static __attribute__((noinline)) tarn_status skip_comments(scan *s, size_t limit, bool *may_begin,
                                                           tarn_csv_stop *stop) {
    tarn_csv_cursor *cursor = s->cursor;
    const uint8_t *data = s->walker.data;
    size_t size = s->walker.size, begin = cursor->position;
    bool unsure;
    *may_begin = false;
    for (;;) {
        size_t at = cursor->position, left = size - at;
        *stop = at >= limit ? TARN_CSV_STOP_FULL : cursor->last ? TARN_CSV_STOP_END : TARN_CSV_STOP_MORE;
        if (left == 0 || at >= limit)
            return TARN_OK;
        if (left < s->dialect->comment_size && !cursor->last)
            return TARN_OK;
        if (!tarn_csv_is_comment(s->dialect, data, size, at) || tarn_csv_is_kept(s->dialect, cursor, &unsure))
            break;
        if (unsure)
            return TARN_OK;
        size_t next = tarn_csv_next_line(data, size, at);
        bool ended = data[next - 1] == '\n' || data[next - 1] == '\r';
        if (!cursor->last && (!ended || (next == size && data[next - 1] == '\r')))
            return TARN_OK;
        TARN_TRY(report(s, TARN_CSV_COMMENT, 0));
        cursor->position = next;
        cursor->line += ended;
    }
    *may_begin = true;
    if (cursor->position != begin) {
        s->record =
            (record){.start = cursor->position, .field_start = cursor->position, .surplus_from = s->batch->n_surplus};
        walk_from(&s->walker, cursor->position);
    }
    return TARN_OK;
}

/* What begins like a delimiter, in a dialect where that may be none. `*is_one`: the cell ended and the next one began.
 * False: the bytes at hand do not tell. */
static __attribute__((noinline)) bool try_delimiter(scan *s, size_t at, bool *is_one) {
    const tarn_csv_dialect *dialect = s->dialect;
    answer whole = is_whole_delimiter(s, at);
    *is_one =
        whole == YES && !(dialect->escapes_plain && is_escaped(dialect, s->walker.data, at, s->record.field_start) &&
                          (s->record.flags & TARN_CSV_QUOTED) == 0);
    return whole != UNSURE;
}

/* Is the line end at `at` part of the cell? */
static __attribute__((noinline)) bool is_escaped_line_end(const scan *s, size_t at) {
    return s->dialect->escapes_plain && (s->record.flags & TARN_CSV_QUOTED) == 0 &&
           is_escaped(s->dialect, s->walker.data, at, s->record.field_start);
}

/* May a quoted cell begin with the quote at `at`? */
static inline bool begins_quoted(const scan *s, size_t at) {
    const record *r = &s->record;
    if (at == r->field_start)
        return true;
    if (!s->dialect->spaced_quotes || r->flags != 0)
        return false;
    for (size_t i = r->field_start; i < at; i++)
        if (s->walker.data[i] != ' ' && s->walker.data[i] != '\t')
            return false;
    return true;
}

/* The line end at `at`, with the LF of a CR LF taken along; `*next` is behind it. False: the bytes do not tell. */
static inline bool take_line_end(scan *s, size_t at, size_t *next) {
    *next = at + 1;
    if (s->walker.data[at] != '\r')
        return true;
    if (*next == s->walker.size && !s->cursor->last)
        return false;
    if (*next < s->walker.size && s->walker.data[*next] == '\n') {
        ++*next;
        walk(&s->walker);
    }
    return true;
}

static tarn_status scan_batch(scan *s, size_t limit, tarn_csv_stop *stop) {
    record *r = &s->record;
    const tarn_csv_dialect *dialect = s->dialect;
    const uint8_t *data = s->walker.data;
    size_t size = s->walker.size;
    bool is_plain = dialect->tail_size == 0 && !dialect->escapes_plain, is_one = true, may_begin = true;
    for (;;) {
        size_t at = walk(&s->walker), next;
        if (at == size)
            return at_end(s, stop);
        uint8_t c = data[at];
        if (c == dialect->delimiter) {
            if (!is_plain && !try_delimiter(s, at, &is_one)) {
                *stop = TARN_CSV_STOP_MORE;
                return TARN_OK;
            }
            if (!is_one)
                continue;
            if (!is_plain && dialect->escapes_plain)
                look_for_escapes(s, at);
            TARN_TRY(end_cell(s, at));
            r->field_start = at + 1 + dialect->tail_size;
            if (dialect->tail_size > 0)
                walk_from(&s->walker, r->field_start);
        } else if (c == '\n' || c == '\r') {
            if (!take_line_end(s, at, &next)) {
                *stop = TARN_CSV_STOP_MORE;
                return TARN_OK;
            }
            if (!is_plain && is_escaped_line_end(s, at)) {
                r->lines++;
                continue;
            }
            TARN_TRY(end_record(s, at, next, true));
            if (s->batch->rows == s->batch->capacity || next >= limit) {
                *stop = next == size && s->cursor->last ? TARN_CSV_STOP_END : TARN_CSV_STOP_FULL;
                return TARN_OK;
            }
            if (dialect->comment_size > 0)
                TARN_TRY(skip_comments(s, limit, &may_begin, stop));
            if (!may_begin)
                return TARN_OK;
        } else if (begins_quoted(s, at) && !read_quoted(s, at)) {
            *stop = TARN_CSV_STOP_MORE;
            return TARN_OK;
        }
    }
}

/* Forget the cells of the record that could not be completed. */
static void drop_incomplete(scan *s) {
    s->batch->n_surplus = s->record.surplus_from;
}

tarn_status tarn_csv_scan(const tarn_csv_dialect *dialect, tarn_csv_cursor *cursor, size_t limit, tarn_csv_batch *batch,
                          tarn_csv_log *log, tarn_csv_stop *stop, tarn_error *error) {
    const uint8_t needles[4] = {dialect->delimiter, dialect->has_quote ? dialect->quote : dialect->delimiter, '\n',
                                '\r'};
    scan s = {
        .dialect = dialect,
        .cursor = cursor,
        .batch = batch,
        .log = log,
        .error = error,
        .walker = {.data = cursor->data, .size = cursor->size, .needles = tarn_csv_needles_of(needles)},
        .record = {.start = cursor->position, .field_start = cursor->position},
    };
    batch->rows = 0;
    batch->n_surplus = 0;
    if (dialect->n_widths > 0)
        return tarn_csv_scan_fixed(dialect, cursor, limit, batch, log, stop, error);
    if (cursor->position == cursor->size) {
        *stop = cursor->last ? TARN_CSV_STOP_END : TARN_CSV_STOP_MORE;
        return TARN_OK;
    }
    if (cursor->position >= limit) {
        *stop = TARN_CSV_STOP_FULL;
        return TARN_OK;
    }
    walk_from(&s.walker, cursor->position);
    bool may_begin = true;
    tarn_status status = TARN_OK;
    if (dialect->comment_size > 0)
        status = skip_comments(&s, limit, &may_begin, stop);
    if (status == TARN_OK && may_begin)
        status = scan_batch(&s, limit, stop);
    if (status != TARN_OK || *stop == TARN_CSV_STOP_MORE)
        drop_incomplete(&s);
    return status;
}
