/**
 * @file date_reader.h
 * What the files that read dates share: a place in a text, and small steps over it. The text is folded: ASCII as it is
 * or small, spaces plain, no accents; other letters are bytes from 0x80 on.
 */
#ifndef TARN_COMMAND_DATE_READER_H
#define TARN_COMMAND_DATE_READER_H

#include "command/date_text.h"

#include <string.h>
#include <strings.h>

typedef struct date_reader {
    const char *at, *end;
    int pivot;
    bool is_compact; /* digits without signs between them: so may the time be */
} date_reader;

/* A number as written: how many digits matters. */
typedef struct date_number {
    int value, digits;
} date_number;

static inline bool date_is_digit(char c) {
    return c >= '0' && c <= '9';
}

static inline bool date_is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static inline bool date_is_one_of(char c, const char *characters) {
    return c != '\0' && strchr(characters, c) != NULL;
}

static inline void date_skip(date_reader *r, const char *characters) {
    while (r->at < r->end && date_is_one_of(*r->at, characters))
        r->at++;
}

static inline bool date_take(date_reader *r, char c) {
    bool is_there = r->at < r->end && *r->at == c;
    r->at += is_there;
    return is_there;
}

/* Digits that no further digit follows. */
static inline bool date_take_number(date_reader *r, int most_digits, date_number *out) {
    *out = (date_number){0};
    while (r->at < r->end && date_is_digit(*r->at) && out->digits < most_digits) {
        out->value = out->value * 10 + (*r->at++ - '0');
        out->digits++;
    }
    return out->digits > 0 && (r->at == r->end || !date_is_digit(*r->at));
}

static inline size_t date_word_length(const date_reader *r) {
    size_t length = 0;
    while (r->at + length < r->end && date_is_letter(r->at[length]))
        length++;
    return length;
}

static inline bool date_take_word(date_reader *r, const char *word) {
    size_t length = date_word_length(r);
    if (length != strlen(word) || strncasecmp(r->at, word, length) != 0)
        return false;
    r->at += length;
    return true;
}

/* One of several words with a space before and behind each; with a point behind it or not. */
bool date_take_listed(date_reader *r, const char *words);

/* The number of a month's name, from 1; false: it is none. */
bool date_take_month(date_reader *r, int *month);
/* A weekday's name and what separates it from the date; false: it is none. */
bool date_take_weekday(date_reader *r);

/* h:mm with what belongs to it, and a zone, into `out`; false when it is no time of day. */
bool date_take_clock(date_reader *r, tarn_date_reading *out);
/* Nothing, or a time of day behind a date, up to the end of the text. */
bool date_take_time(date_reader *r, tarn_date_reading *out);
/* Nothing, or a zone. */
bool date_take_zone(date_reader *r, tarn_date_reading *out);

#endif
