/**
 * @file unicode.h
 * What commands on text need of Unicode beyond utf8proc: white space, full case mappings (SpecialCasing.txt, those
 * without conditions, and the final sigma), and the properties of letters that they rest on. Nothing depends on a
 * locale; the results are those of Python's str methods, but for apostrophes and digits in title case. Texts are valid
 * UTF-8. Tables: scripts/unicode_tables.py.
 */
#ifndef TARN_COMMAND_UNICODE_H
#define TARN_COMMAND_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct tarn_full_case {
    uint32_t point;
    uint32_t upper[3], lower[3], title[3]; /**< zeros at the end */
} tarn_full_case;
typedef struct tarn_point_range {
    uint32_t first, last;
} tarn_point_range;

/** Sorted. Points whose mapping is not the one that utf8proc has. */
extern const tarn_full_case tarn_full_cases[];
extern const size_t tarn_full_case_count;
/** Sorted. Where Cased and Case_Ignorable are not what the general category tells. */
extern const tarn_point_range tarn_cased_exceptions[], tarn_ignorable_exceptions[];
extern const size_t tarn_cased_exceptions_count, tarn_ignorable_exceptions_count;

typedef enum tarn_case {
    TARN_CASE_UPPER,
    TARN_CASE_LOWER,
    TARN_CASE_TITLE,    /**< the first letter of each word, as str.title, but see tarn_continues_word */
    TARN_CASE_SENTENCE, /**< the first character only, as str.capitalize */
} tarn_case;

/** Whether the letters that begin at text[at], behind an apostrophe or a digit, go on with a word as in don't, Macy's,
 *  3rd and 1980s, and so stay small in title case; those of O'Brien, l'eau and 4x4 begin one. */
bool tarn_continues_word(const char *text, size_t size, size_t at);

/** The bytes of a roman numeral from II to XXIV that begins at text[at], in any case, and belongs to the name before
 * it, as in Smith II and Henry VIII of England; 0: there is none. VI and XI are names and words too, and count only at
 * the end and not as Vi and Xi. */
size_t tarn_numeral_at(const char *text, size_t size, size_t at);

/** A text grows to at most as many times its bytes. */
#define TARN_CASE_GROWTH 3

/** `out` has room for TARN_CASE_GROWTH * size bytes; returns the bytes written. */
size_t tarn_unicode_case(tarn_case wanted, const char *text, size_t size, char *out);

/** The small letter of this one depends on where it stands. */
#define TARN_CAPITAL_SIGMA 0x03A3

/** The most bytes that one code point becomes. */
#define TARN_POINT_CASE_SIZE 12

/** Upper or lower case of one code point wherever it stands; a text may need tarn_unicode_case. The bytes written. */
size_t tarn_point_case(tarn_case wanted, uint32_t point, char *out);

/** Spaces, tabs, line ends and separators: what str.strip removes. */
bool tarn_is_space(uint32_t point);

/** The code point at `text` (valid UTF-8, not empty); `*size` its bytes. */
static inline uint32_t tarn_point_at(const char *text, size_t *size) {
    const uint8_t *t = (const uint8_t *)text;
    if (t[0] < 0x80) {
        *size = 1;
        return t[0];
    }
    if (t[0] < 0xE0) {
        *size = 2;
        return (uint32_t)(t[0] & 0x1F) << 6 | (t[1] & 0x3F);
    }
    if (t[0] < 0xF0) {
        *size = 3;
        return (uint32_t)(t[0] & 0x0F) << 12 | (uint32_t)(t[1] & 0x3F) << 6 | (t[2] & 0x3F);
    }
    *size = 4;
    return (uint32_t)(t[0] & 0x07) << 18 | (uint32_t)(t[1] & 0x3F) << 12 | (uint32_t)(t[2] & 0x3F) << 6 | (t[3] & 0x3F);
}

/** Where the code point begins that ends before text[end]; end > 0. */
static inline size_t tarn_point_before(const char *text, size_t end) {
    do
        end--;
    while (((uint8_t)text[end] & 0xC0) == 0x80);
    return end;
}

/** Whether no byte has its highest bit set. */
bool tarn_is_ascii(const char *text, size_t size);

#endif
