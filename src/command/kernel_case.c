/* Upper and lower case. */
#include "command/text_kernel.h"
#include "command/unicode.h"

#include <stdlib.h>
#include <string.h>

enum { VECTOR = 32 };

static size_t grown(const void *state, size_t size) {
    (void)state;
    return TARN_CASE_GROWTH * size;
}

static inline char to_upper(char c) {
    return (char)(c - ((uint8_t)(c - 'a') < 26 ? 32 : 0));
}

static inline char to_lower(char c) {
    return (char)(c + ((uint8_t)(c - 'A') < 26 ? 32 : 0));
}

/* In vectors of a fixed size: compilers need one, and that `out` overlaps nothing, to make them without -O3. */
#define DEFINE_ASCII(name, map)                                                                                        \
    static void name(const char *restrict text, size_t size, char *restrict out) {                                     \
        size_t at = 0;                                                                                                 \
        for (; at + VECTOR <= size; at += VECTOR) {                                                                    \
            for (size_t i = 0; i < VECTOR; i++)                                                                        \
                out[at + i] = map(text[at + i]);                                                                       \
        }                                                                                                              \
        for (; at < size; at++)                                                                                        \
            out[at] = map(text[at]);                                                                                   \
    }
DEFINE_ASCII(upper_ascii, to_upper)
DEFINE_ASCII(lower_ascii, to_lower)

/* What a byte is to title case, in bits. */
enum {
    LETTER = 1,
    JOINT = 2,   /* an apostrophe or a digit: a letter behind it may go on with the word before, as in Macy's and 2nd */
    NUMERAL = 4, /* of roman ones up to 20 */
};

#define KINDS_8(kind) kind, kind, kind, kind, kind, kind, kind, kind

#define LETTERS(first)                                                                                                 \
    [first] = KINDS_8(LETTER), LETTER | NUMERAL, KINDS_8(LETTER), LETTER, LETTER, LETTER, LETTER, LETTER | NUMERAL,    \
    LETTER, LETTER | NUMERAL, LETTER, LETTER /* i, v and x */

static const uint8_t kinds[256] = {['\''] = JOINT, ['0'] = KINDS_8(JOINT), JOINT, JOINT, LETTERS('A'), LETTERS('a')};

/* A letter that goes on with the word before it is small, and the numeral whose second letter it is has capitals. The
 * last letter that is done. */
static __attribute__((noinline)) size_t mend_word(const char *text, size_t size, size_t at, char *out) {
    if ((kinds[(uint8_t)text[at - 1]] & JOINT) != 0) {
        if (tarn_continues_word(text, size, at))
            out[at] = to_lower(text[at]);
        return at;
    }
    size_t length = tarn_numeral_at(text, size, at - 1);
    for (size_t i = at; i + 1 < at + length; i++)
        out[i] = to_upper(text[i]);
    return length == 0 ? at : at + length - 2;
}

static size_t title_ascii(const char *text, size_t size, char *out) {
    unsigned before = 0, first = 0; /* first: NUMERAL where that began a word */
    for (size_t i = 0; i < size; i++) {
        uint8_t c = (uint8_t)text[i];
        unsigned kind = kinds[c];
        out[i] = (char)((kind & LETTER) != 0 ? (c & 0xDF) | (before & LETTER) << 5 : c);
        if (((((before & JOINT) >> 1) | first) & kind) != 0)
            i = mend_word(text, size, i, out);
        first = kind & NUMERAL & ~(before << 2);
        before = kind;
    }
    return size;
}

static size_t upper(const void *state, const char *text, size_t size, char *out) {
    (void)state;
    if (!tarn_is_ascii(text, size))
        return tarn_unicode_case(TARN_CASE_UPPER, text, size, out);
    upper_ascii(text, size, out);
    return size;
}

static size_t lower(const void *state, const char *text, size_t size, char *out) {
    (void)state;
    if (!tarn_is_ascii(text, size))
        return tarn_unicode_case(TARN_CASE_LOWER, text, size, out);
    lower_ascii(text, size, out);
    return size;
}

static size_t title(const void *state, const char *text, size_t size, char *out) {
    (void)state;
    return tarn_is_ascii(text, size) ? title_ascii(text, size, out)
                                     : tarn_unicode_case(TARN_CASE_TITLE, text, size, out);
}

static size_t sentence(const void *state, const char *text, size_t size, char *out) {
    (void)state;
    if (!tarn_is_ascii(text, size))
        return tarn_unicode_case(TARN_CASE_SENTENCE, text, size, out);
    lower_ascii(text, size, out);
    out[0] = to_upper(out[0]);
    return size;
}

/* ---- many texts at once ------------------------------------------------------------------------------------------ */

enum {
    TWO_BYTES = 0x80,    /* the first code point of two bytes … */
    THREE_BYTES = 0x800, /* … and of three */
    STRIP = 256,         /* bytes done at once */
};

struct tarn_even_case {
    tarn_case wanted;
    uint16_t pairs[THREE_BYTES - TWO_BYTES]; /* what code points of two bytes become; 0: not two bytes always */
};

/* False when the code point becomes longer or shorter, or what the characters around it say. */
static bool map_point(tarn_case wanted, uint32_t point, size_t size, char *out) {
    char mapped[TARN_POINT_CASE_SIZE];
    bool depends = wanted == TARN_CASE_LOWER && point == TARN_CAPITAL_SIGMA;
    if (depends || tarn_point_case(wanted, point, mapped) != size)
        return false;
    memcpy(out, mapped, size);
    return true;
}

tarn_status tarn_even_case_new(tarn_case wanted, tarn_even_case **out, tarn_error *error) {
    tarn_even_case *even = calloc(1, sizeof *even);
    if (even == NULL)
        return tarn_fail_memory(error);
    even->wanted = wanted;
    for (uint32_t i = 0; i < THREE_BYTES - TWO_BYTES; i++)
        map_point(wanted, TWO_BYTES + i, 2, (char *)&even->pairs[i]);
    *out = even;
    return TARN_OK;
}

/* The first byte from `at` on and before `end` that is not ASCII, else `end`. */
static size_t next_wide(const char *text, size_t at, size_t end) {
    uint64_t word;
    for (; at + 8 <= end; at += 8) {
        memcpy(&word, text + at, 8);
        word &= UINT64_C(0x8080808080808080);
        if (word != 0)
            return at + (size_t)__builtin_ctzll(word) / 8;
    }
    while (at < end && (uint8_t)text[at] < 0x80)
        at++;
    return at;
}

static bool map_wide(const tarn_even_case *even, const char *text, size_t *size, char *out) {
    uint32_t point = tarn_point_at(text, size);
    if (point >= THREE_BYTES)
        return map_point(even->wanted, point, *size, out);
    uint16_t pair = even->pairs[point - TWO_BYTES];
    memcpy(out, &pair, sizeof pair);
    return pair != 0;
}

/* Each strip as if it were ASCII, which leaves other bytes as they are, and then its other code points. */
static size_t map_evenly(const void *state, const char *text, size_t size, char *out) {
    const tarn_even_case *even = state;
    for (size_t from = 0, at; from < size; from = at) {
        size_t end = size - from < STRIP ? size : from + STRIP, length;
        if (even->wanted == TARN_CASE_UPPER)
            upper_ascii(text + from, end - from, out + from);
        else
            lower_ascii(text + from, end - from, out + from);
        for (at = next_wide(text, from, end); at < end; at = next_wide(text, at + length, end)) {
            if (!map_wide(even, text + at, &length, out + at))
                return at;
            if (at + length > end) /* the next strip begins behind it */
                end = at + length;
        }
    }
    return size;
}

const tarn_text_kernel tarn_upper_kernel = {.bound = grown, .map = upper, .map_evenly = map_evenly};
const tarn_text_kernel tarn_lower_kernel = {.bound = grown, .map = lower, .map_evenly = map_evenly};
const tarn_text_kernel tarn_title_kernel = {.bound = grown, .map = title};
const tarn_text_kernel tarn_sentence_kernel = {.bound = grown, .map = sentence};
