/**
 * @file json_token.h
 * The words of JSON (RFC 8259) in memory: texts, numbers, literals, and whole values passed over. Nothing is allocated
 * and nothing recurses, whatever the nesting. Strict: what JSON does not allow is a fault, with its place.
 */
#ifndef TARN_IO_JSON_TOKEN_H
#define TARN_IO_JSON_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TARN_JSON_PADDING 64 /* readable bytes, all zero, behind the end of a text */
#define TARN_JSON_DEPTH 3000 /* levels of nesting that are read */

/* A text being read. After a function has returned false, `at` is the place and `fault` says what is wrong there. */
typedef struct tarn_json_text {
    const uint8_t *at, *begin, *end;
    bool open; /* nothing follows the end, which may be where a file was cut off; else an array's end does */
    char fault[200];
} tarn_json_text;

/* A text value or a key: what stands between the quotes. */
typedef struct tarn_json_string {
    const uint8_t *raw;
    size_t size;
    bool escaped; /* has backslashes */
} tarn_json_string;

typedef struct tarn_json_number {
    const uint8_t *text;
    size_t size;
    bool plain;    /* an integer without exponent */
    bool exponent; /* has one */
    size_t whole;  /* digits before the point; 0 of "0.5" */
    size_t behind; /* digits behind it, zeros at the end left out */
} tarn_json_number;

/* Record a fault at `at`; returns false. */
bool tarn_json_fault(tarn_json_text *text, const uint8_t *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Say what stands at text->at instead of what was expected ("a value", "a comma or ]"); returns false. */
bool tarn_json_unexpected(tarn_json_text *text, const char *expected);

static inline bool tarn_json_is_space(uint8_t c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static inline void tarn_json_skip_space(tarn_json_text *text) {
    const uint8_t *at = text->at;
    while (tarn_json_is_space(*at)) /* the padding ends it */
        at++;
    text->at = at;
}

/* From the opening quote to behind the closing one. Escapes are checked, lone surrogates refused. */
bool tarn_json_take_string(tarn_json_text *text, tarn_json_string *out);

/* The characters themselves; `out` holds string->size bytes. Returns how many were written. */
size_t tarn_json_unescape(const tarn_json_string *string, uint8_t *out);

/* At a digit or a minus. */
bool tarn_json_take_number(tarn_json_text *text, tarn_json_number *out);

/* At a letter: true, false or null; anything else is a fault. */
bool tarn_json_take_word(tarn_json_text *text, const char *word, size_t size);

/* Pass over the value at text->at, checking all of it. `depth`: how many levels it lies in already. */
bool tarn_json_skip_value(tarn_json_text *text, unsigned depth);

/* A value without the spaces between its words; `out` holds `size` bytes. Returns how many were written. */
size_t tarn_json_compact(const uint8_t *value, size_t size, uint8_t *out);

#endif
