/* Spreadsheets' number formats. */
#include "io/number_format.h"

#include "base/text.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MOST_CODE 255 /* as in Excel; longer ones are cut */

/* What is met while walking a code. */
typedef struct findings {
    bool date, time, month, elapsed, percent;
    bool other_places; /* of digits that may be absent, fractions, exponents, groups */
    bool scaled;       /* shown in thousands */
    size_t zeros;
    char literal[64]; /* other characters, in their order */
} findings;

/* The next piece of a code: a quoted text, an escaped character, brackets, one character. */
typedef enum piece_kind { PIECE_END, PIECE_CHARACTER, PIECE_LITERAL, PIECE_BRACKETS, PIECE_NOTHING } piece_kind;

typedef struct piece {
    piece_kind kind;
    const char *text;
    size_t size;
} piece;

static size_t character_size(const char *c) {
    size_t size = *c != '\0';
    while (size > 0 && (c[size] & 0xC0) == 0x80)
        size++;
    return size;
}

static piece next_piece(const char **at) {
    const char *c = *at, *end;
    piece found = {PIECE_CHARACTER, c, 1};
    switch (*c) {
    case '\0':
    case ';':
        return (piece){PIECE_END, c, 0};
    case '"':
        end = strchr(c + 1, '"');
        found = (piece){PIECE_LITERAL, c + 1, end != NULL ? (size_t)(end - c - 1) : strlen(c + 1)};
        *at = end != NULL ? end + 1 : c + strlen(c);
        return found;
    case '\\':
        found = (piece){PIECE_LITERAL, c + 1, character_size(c + 1)};
        *at = c + 1 + found.size;
        return found;
    case '_': /* a space as wide as a character; a character that fills the cell */
    case '*':
        *at = c + 1 + character_size(c + 1);
        return (piece){PIECE_NOTHING, c, 0};
    case '[':
        end = strchr(c, ']');
        found = (piece){PIECE_BRACKETS, c + 1, end != NULL ? (size_t)(end - c - 1) : strlen(c + 1)};
        *at = end != NULL ? end + 1 : c + strlen(c);
        return found;
    default:
        found.size = character_size(c);
        *at = c + found.size;
        return found;
    }
}

static void add_literal(findings *f, const char *text, size_t size) {
    size_t used = strlen(f->literal);
    if (used + size < sizeof f->literal)
        memcpy(f->literal + used, text, size);
}

/* [h], [$€-407], [Red], [>100] */
static void see_brackets(findings *f, const piece *p) {
    if (p->size > 0 && strchr("hHmMsS", p->text[0]) != NULL && strspn(p->text, "hHmMsS") >= p->size)
        f->elapsed = true;
    if (p->size > 1 && p->text[0] == '$') {
        const char *dash = memchr(p->text, '-', p->size);
        add_literal(f, p->text + 1, (dash != NULL ? (size_t)(dash - p->text) : p->size) - 1);
    }
}

static void see_character(findings *f, const piece *p) {
    int letter = tolower((unsigned char)p->text[0]);
    f->date |= letter == 'y' || letter == 'd';
    f->time |= letter == 'h' || letter == 's';
    f->month |= letter == 'm';
    f->percent |= letter == '%';
    f->zeros += letter == '0';
    f->other_places |= strchr("#?.,/e@", letter) != NULL;
    f->scaled |= letter == ',' && strspn(p->text, ",") > 0 && strchr("0#?", p->text[strspn(p->text, ",")]) == NULL;
    if (strchr("-+() :$", letter) != NULL || p->size > 1)
        add_literal(f, p->text, p->size);
}

static findings walk(const char *code) {
    findings f = {0};
    for (const char *at = code;;) {
        if (strncasecmp(at, "General", 7) == 0) {
            f.other_places = true;
            at += 7;
            continue;
        }
        if (strncasecmp(at, "AM/PM", 5) == 0 || strncasecmp(at, "A/P", 3) == 0) {
            f.time = true;
            at += at[1] == '/' ? 3 : 5;
            continue;
        }
        piece p = next_piece(&at);
        if (p.kind == PIECE_END)
            return f;
        if (p.kind == PIECE_BRACKETS)
            see_brackets(&f, &p);
        else if (p.kind == PIECE_LITERAL)
            add_literal(&f, p.text, p.size);
        else if (p.kind == PIECE_CHARACTER)
            see_character(&f, &p);
    }
}

static tarn_number_show show_of(const findings *f) {
    if (f->elapsed)
        return TARN_SHOW_DURATION;
    if (f->date || (f->month && !f->time))
        return f->time ? TARN_SHOW_DATE_TIME : TARN_SHOW_DATE;
    if (f->time)
        return TARN_SHOW_TIME;
    if (f->percent)
        return TARN_SHOW_PERCENT;
    return f->zeros > 1 && !f->other_places ? TARN_SHOW_PADDED : TARN_SHOW_NUMBER;
}

/* What stands around the number, without spaces, signs and brackets, and cut where a character ends. */
static void read_unit(const findings *f, char *out, size_t room) {
    const char *from = f->literal + strspn(f->literal, " -+():"), *end = from + strlen(from);
    while (end > from && strchr(" -+():", end[-1]) != NULL)
        end--;
    size_t size = (size_t)(end - from);
    size = size < room ? size : room - 1;
    size = tarn_utf8_valid_prefix(from, size);
    memcpy(out, from, size);
    out[size] = '\0';
}

tarn_status tarn_number_format_read(const char *code, tarn_number_format *out, tarn_error *error) {
    tarn_number_format format = {0};
    char *cut = tarn_strndup(code, strnlen(code, MOST_CODE));
    if (cut == NULL)
        return tarn_fail_memory(error);
    findings f = walk(cut);
    format.show = show_of(&f);
    if (format.show == TARN_SHOW_NUMBER && f.zeros + f.other_places > 0 && !f.scaled)
        read_unit(&f, format.unit, sizeof format.unit);
    if (format.show == TARN_SHOW_PADDED)
        format.code = cut;
    else
        free(cut);
    *out = format;
    return TARN_OK;
}

void tarn_number_format_clear(tarn_number_format *format) {
    free(format->code);
    *format = (tarn_number_format){0};
}

/* ECMA-376 part 1, 18.8.30, with those of the East Asian languages. */
tarn_number_show tarn_number_format_built_in(long id) {
    if (id == 9 || id == 10)
        return TARN_SHOW_PERCENT;
    if (id == 22)
        return TARN_SHOW_DATE_TIME;
    if (id == 46)
        return TARN_SHOW_DURATION;
    if ((id >= 18 && id <= 21) || id == 45 || id == 47 || (id >= 32 && id <= 35) || id == 55 || id == 56)
        return TARN_SHOW_TIME;
    if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 58))
        return TARN_SHOW_DATE;
    return TARN_SHOW_NUMBER;
}

/* ---- fixed digits --------------------------------------------------------------------------------------------------
 */

tarn_status tarn_number_format_pad(const tarn_number_format *format, uint64_t number, tarn_buffer *out,
                                   tarn_error *error) {
    char digits[MOST_CODE + 32];
    size_t places = walk(format->code).zeros, next = 0;
    snprintf(digits, sizeof digits, "%0*" PRIu64, (int)places, number);
    size_t extra = strlen(digits) - places; /* more digits than places: all of them before the first place's */
    for (const char *at = format->code;;) {
        piece p = next_piece(&at);
        if (p.kind == PIECE_END)
            return TARN_OK;
        if (p.kind == PIECE_CHARACTER && *p.text == '0') {
            size_t count = 1 + (next == 0 ? extra : 0);
            TARN_TRY(tarn_buffer_append(out, digits + next, count, error));
            next += count;
        } else if (p.kind == PIECE_BRACKETS && p.size > 1 && p.text[0] == '$') {
            const char *dash = memchr(p.text, '-', p.size);
            TARN_TRY(tarn_buffer_append(out, p.text + 1, (dash != NULL ? (size_t)(dash - p.text) : p.size) - 1, error));
        } else if (p.kind == PIECE_LITERAL || p.kind == PIECE_CHARACTER) {
            TARN_TRY(tarn_buffer_append(out, p.text, p.size, error));
        }
    }
}
