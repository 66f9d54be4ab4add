/* Numbers with another decimal separator or parted thousands, made plain. */
#include "io/csv_decimal.h"

#include <string.h>

static bool is_digit(uint8_t c) {
    return c >= '0' && c <= '9';
}

/* The bytes of a mark between thousands at the beginning of `text`; 0: there is none. */
static size_t mark_size(char decimal, const uint8_t *text, size_t size) {
    static const char *const marks[] = {" ", "'", "\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x99"};
    if (size > 0 && *text == (decimal == ',' ? '.' : ','))
        return 1;
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        size_t length = strlen(marks[i]);
        if (size >= length && memcmp(text, marks[i], length) == 0)
            return length;
    }
    return 0;
}

/* Whole digits, parted in threes or not at all. Returns the bytes taken; 0 when they are no such number. */
static size_t take_whole(char decimal, const uint8_t *text, size_t size, uint8_t *out, size_t *used) {
    size_t at = 0, digits = 0;
    while (at < size && is_digit(text[at])) {
        out[(*used)++] = text[at++];
        digits++;
    }
    size_t mark = mark_size(decimal, text + at, size - at), begin = at;
    if (mark == 0 || digits == 0 || digits > 3)
        return at;
    while (size - at > mark + 2 && memcmp(text + at, text + begin, mark) == 0) {
        for (size_t i = 0; i < 3; i++) {
            if (!is_digit(text[at + mark + i]))
                return 0;
            out[(*used)++] = text[at + mark + i];
        }
        at += mark + 3;
    }
    return at;
}

bool tarn_csv_plain_number(char decimal, const uint8_t *text, size_t size, uint8_t out[TARN_CSV_LONGEST_NUMBER],
                           size_t *out_size) {
    size_t used = 0, at = 0;
    if (size == 0 || size > TARN_CSV_LONGEST_NUMBER)
        return false;
    if (text[0] == '-' || text[0] == '+')
        out[used++] = text[at++];
    size_t whole = take_whole(decimal, text + at, size - at, out, &used);
    at += whole;
    if (at < size && text[at] == (uint8_t)decimal) {
        out[used++] = '.';
        at++;
        size_t fraction = at;
        while (at < size && is_digit(text[at]))
            out[used++] = text[at++];
        if (at == fraction)
            return false;
    } else if (whole == 0) {
        return false;
    }
    if (at < size && (text[at] | 32) == 'e') {
        memcpy(out + used, text + at, size - at); /* whether that is an exponent, who reads the number tells */
        used += size - at;
        at = size;
    }
    *out_size = used;
    return at == size;
}
