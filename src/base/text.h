/**
 * @file text.h
 * UTF-8 text: validation, case-folded names, and small string helpers. All functions are pure and thread-safe.
 */
#ifndef TARN_BASE_TEXT_H
#define TARN_BASE_TEXT_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * The length of the longest prefix of `data` that is valid UTF-8 (RFC 3629: no surrogates, no overlong forms, nothing
 * above U+10FFFF). Equal to `size` when all is valid. NUL bytes are valid.
 */
size_t tarn_utf8_valid_prefix(const void *data, size_t size);

static inline bool tarn_utf8_is_valid(const void *data, size_t size) {
    return tarn_utf8_valid_prefix(data, size) == size;
}

/** Write code point `c` (a valid one) as UTF-8 to `out`; returns the bytes written, 1 to 4. */
size_t tarn_utf8_encode(uint32_t c, char out[4]);

/**
 * The key under which names are unique: Unicode case folding after NFC normalisation (utf8proc). Valid UTF-8 in, a heap
 * string out (the caller frees it); NULL when out of memory or when `name` is not valid UTF-8.
 */
char *tarn_name_key(const char *name);

/** True when both names have the same key. */
bool tarn_name_equal(const char *a, const char *b);

/** Columns that `text` takes on a terminal (wide characters count 2, combining ones 0, invalid bytes 1). */
size_t tarn_display_width(const char *text, size_t size);

/** A heap copy of `text` in which bytes that are not UTF-8 are written as \xAB, so that it can be recorded and shown;
 * NULL when out of memory. */
char *tarn_text_printable(const char *text);

/** A heap copy of `size` bytes with a NUL behind them; NULL when out of memory. */
char *tarn_strndup(const char *text, size_t size);
char *tarn_strdup(const char *text);

/** snprintf into a fresh heap string; NULL when out of memory. */
char *tarn_format(const char *format, ...) TARN_PRINTF(1, 2);

/** The characters of `a` that must be changed, added or removed to get `b`: for "did you mean" (bytes, at most 64). */
size_t tarn_edit_distance(const char *a, const char *b);

#endif
