/* One pass over quotes and brackets: see the header. */
#include "io/json_scan.h"

#include "io/csv_mask.h"
#include "io/json_token.h"

#include <stdlib.h>
#include <string.h>

#define WINDOW ((size_t)1 << 20)

tarn_status tarn_json_cursor_open(tarn_json_cursor *cursor, const tarn_text_view *view, tarn_task *task,
                                  tarn_error *error) {
    cursor->view = view;
    cursor->task = task;
    cursor->at = cursor->size = 0;
    cursor->offset = 0;
    cursor->window = malloc(WINDOW + 64);
    return cursor->window == NULL ? tarn_fail_memory(error) : TARN_OK;
}

void tarn_json_cursor_close(tarn_json_cursor *cursor) {
    free(cursor->window);
    cursor->window = NULL;
}

void tarn_json_cursor_seek(tarn_json_cursor *cursor, uint64_t offset) {
    if (offset >= cursor->offset && offset - cursor->offset <= cursor->size) {
        cursor->at = (size_t)(offset - cursor->offset);
        return;
    }
    cursor->offset = offset;
    cursor->at = cursor->size = 0;
}

/* The next window, when this one is used up; it has no bytes at the end of the view. */
static tarn_status fill(tarn_json_cursor *cursor, tarn_error *error) {
    if (cursor->at < cursor->size)
        return TARN_OK;
    TARN_TRY(tarn_task_check(cursor->task, error));
    cursor->offset += cursor->size;
    cursor->at = 0;
    uint64_t left = cursor->view->size - cursor->offset;
    cursor->size = left < WINDOW ? (size_t)left : WINDOW;
    tarn_task_advance(cursor->task, cursor->size);
    return tarn_text_view_read(cursor->view, cursor->offset, cursor->window, cursor->size, error);
}

tarn_status tarn_json_cursor_next(tarn_json_cursor *cursor, int *out, tarn_error *error) {
    TARN_TRY(fill(cursor, error));
    *out = cursor->size == 0 ? -1 : cursor->window[cursor->at++];
    return TARN_OK;
}

tarn_status tarn_json_cursor_peek(tarn_json_cursor *cursor, int *out, tarn_error *error) {
    for (;;) {
        TARN_TRY(fill(cursor, error));
        if (cursor->size == 0) {
            *out = -1;
            return TARN_OK;
        }
        while (cursor->at < cursor->size) {
            if (!tarn_json_is_space(cursor->window[cursor->at])) {
                *out = cursor->window[cursor->at];
                return TARN_OK;
            }
            cursor->at++;
        }
    }
}

tarn_status tarn_json_blocks_add(tarn_json_blocks *blocks, tarn_json_block block, tarn_error *error) {
    TARN_TRY(tarn_grow(&blocks->list, &blocks->capacity, blocks->count + 1, sizeof *blocks->list, error));
    blocks->list[blocks->count++] = block;
    return TARN_OK;
}

/* ---- the pass ---------------------------------------------------------------------------------------------------- */

/* The state of a pass between two bytes. */
typedef struct scan {
    tarn_json_cursor *cursor;
    tarn_json_blocks *blocks;
    bool commas;
    uint64_t depth;     /* brackets that are open */
    uint64_t in_string; /* all ones, or zero */
    uint64_t escaped;   /* whether the next byte is: 1 or 0 */
    uint64_t begin;     /* of the block */
    uint64_t cut;       /* behind the last whole record */
    uint64_t records;   /* in the block, up to `cut` */
    tarn_csv_needles quotes, backslashes, openings, closings, separators;
} scan;

static tarn_csv_needles needles(char a, char b) {
    const uint8_t c[4] = {(uint8_t)a, (uint8_t)b, (uint8_t)a, (uint8_t)b};
    return tarn_csv_needles_of(c);
}

/* Which bytes a backslash before them escapes, where backslashes stand in rows. */
static uint64_t escaped_bytes(uint64_t backslashes, uint64_t *carry) {
    const uint64_t even = UINT64_C(0x5555555555555555);
    uint64_t sum, first = *carry;
    if (backslashes == 0) {
        *carry = 0;
        return first;
    }
    backslashes &= ~first;
    uint64_t follows = backslashes << 1 | first;
    uint64_t odd_starts = backslashes & ~even & ~follows;
    *carry = __builtin_add_overflow(odd_starts, backslashes, &sum);
    return (even ^ sum << 1) & follows;
}

/* Each bit is the parity of the bits up to it: ones from an opening quote to before the closing one. */
static uint64_t parity(uint64_t bits) {
    for (int shift = 1; shift < 64; shift *= 2)
        bits ^= bits << shift;
    return bits;
}

/* A whole record ends before `place`. */
static tarn_status record_ends(scan *s, uint64_t place, tarn_error *error) {
    bool line_end_only = !s->commas && place == s->cut + 1;
    s->cut = place;
    if (line_end_only)
        return TARN_OK;
    s->records++;
    if (s->blocks == NULL || (place - s->begin < s->cursor->block_bytes && s->records < s->cursor->block_records))
        return TARN_OK;
    tarn_json_block block = {.offset = s->begin, .size = (size_t)(place - s->begin), .commas = s->commas};
    s->begin = place;
    s->records = 0;
    return tarn_json_blocks_add(s->blocks, block, error);
}

/* What stands between `from` and `to` of 64 bytes outside of all brackets: separators end records. */
static tarn_status separators(scan *s, uint64_t mask, unsigned from, unsigned to, uint64_t base, tarn_error *error) {
    mask &= from < 64 ? ~UINT64_C(0) << from : 0;
    mask &= to < 64 ? (UINT64_C(1) << to) - 1 : ~UINT64_C(0);
    for (; mask != 0; mask &= mask - 1)
        TARN_TRY(record_ends(s, base + (unsigned)__builtin_ctzll(mask) + 1, error));
    return TARN_OK;
}

/* 64 bytes at `p`, of which `size` count. `*end`: where the closing bracket is, 64 when it is not here. */
static tarn_status scan64(scan *s, const uint8_t *p, unsigned size, uint64_t base, unsigned *end, tarn_error *error) {
    uint64_t valid = size < 64 ? (UINT64_C(1) << size) - 1 : ~UINT64_C(0);
    uint64_t quotes = tarn_csv_mask64(p, &s->quotes) & valid;
    uint64_t escaped = escaped_bytes(tarn_csv_mask64(p, &s->backslashes) & valid, &s->escaped);
    uint64_t in_string = parity(quotes & ~escaped) ^ s->in_string;
    uint64_t outside = ~in_string & valid;
    uint64_t openings = tarn_csv_mask64(p, &s->openings) & outside;
    uint64_t closings = tarn_csv_mask64(p, &s->closings) & outside;
    uint64_t separating = tarn_csv_mask64(p, &s->separators) & outside;
    s->in_string = (uint64_t)((int64_t)in_string >> 63);
    unsigned from = 0;
    *end = 64;
    for (uint64_t brackets = openings | closings; brackets != 0; brackets &= brackets - 1) {
        unsigned at = (unsigned)__builtin_ctzll(brackets);
        if (s->depth == 0)
            TARN_TRY(separators(s, separating, from, at, base, error));
        if ((openings >> at & 1) != 0) {
            s->depth++;
            continue;
        }
        if (s->depth == 0) {
            *end = at;
            return TARN_OK;
        }
        from = at + 1;
        if (--s->depth == 0 && !s->commas)
            TARN_TRY(record_ends(s, base + at + 1, error));
    }
    return s->depth == 0 ? separators(s, separating, from, 64, base, error) : TARN_OK;
}

/* What is left of the records before `end`. */
static tarn_status finish(scan *s, uint64_t end, bool open, tarn_error *error) {
    tarn_json_block block = {
        .offset = s->begin, .size = (size_t)(end - s->begin), .commas = s->commas, .last = true, .open = open};
    return s->blocks == NULL ? TARN_OK : tarn_json_blocks_add(s->blocks, block, error);
}

tarn_status tarn_json_scan(tarn_json_cursor *cursor, bool commas, tarn_json_blocks *blocks, int *closing,
                           tarn_error *error) {
    scan s = {.cursor = cursor, .blocks = blocks, .commas = commas, .begin = tarn_json_cursor_place(cursor)};
    s.cut = s.begin;
    s.quotes = needles('"', '"');
    s.backslashes = needles('\\', '\\');
    s.openings = needles('{', '[');
    s.closings = needles('}', ']');
    s.separators = commas ? needles(',', ',') : needles('\n', '\r');
    *closing = -1;
    for (;;) {
        unsigned end;
        TARN_TRY(fill(cursor, error));
        if (cursor->size == 0)
            return finish(&s, cursor->offset, true, error);
        unsigned size = cursor->size - cursor->at < 64 ? (unsigned)(cursor->size - cursor->at) : 64;
        uint64_t base = tarn_json_cursor_place(cursor);
        TARN_TRY(scan64(&s, cursor->window + cursor->at, size, base, &end, error));
        if (end < 64) {
            *closing = cursor->window[cursor->at + end];
            cursor->at += end + 1;
            return finish(&s, base + end, false, error);
        }
        cursor->at += size;
        if (base + size - s.cut > cursor->most_record && blocks != NULL)
            return finish(&s, base + size, true, error);
    }
}
