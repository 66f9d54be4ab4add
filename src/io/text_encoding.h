/**
 * @file text_encoding.h
 * Character encodings of text files: recognising them and turning them into UTF-8. All functions are pure.
 */
#ifndef TARN_IO_TEXT_ENCODING_H
#define TARN_IO_TEXT_ENCODING_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum tarn_text_kind {
    TARN_TEXT_UTF8,
    TARN_TEXT_SINGLE_BYTE, /**< ASCII below 0x80, a table above */
    TARN_TEXT_MULTI_BYTE,  /**< those of East Asia, in which a byte below 0x80 may be half a character: iconv reads them
                            */
    TARN_TEXT_UTF16LE,
    TARN_TEXT_UTF16BE,
    TARN_TEXT_UTF32LE,
    TARN_TEXT_UTF32BE,
} tarn_text_kind;

typedef struct tarn_text_encoding {
    const char *name; /**< as the WHATWG's Encoding Standard or IANA call it */
    tarn_text_kind kind;
    const uint16_t *table;      /**< single-byte encodings: code points of 0x80 to 0xFF */
    const char *iconv_names[2]; /**< of multi-byte encodings: what iconv may call it, the best first */
} tarn_text_encoding;

/** By name, ignoring case, '-', '_' and spaces, with the labels of the Encoding Standard and other usual synonyms
 * ("latin1", "cp1252", "sjis", "macroman"); else NULL. Where that standard takes ISO-8859-1, -9 and -11 for the code
 * pages of Windows, they are themselves here. */
const tarn_text_encoding *tarn_text_encoding_find(const char *name);

/** The names that can be given, one string for messages. */
const char *tarn_text_encoding_names(void);

/** All of them, one after the other; NULL past the last. */
const tarn_text_encoding *tarn_text_encoding_at(size_t index);

/** What the first bytes say: an encoding with a mark of `*mark_size` bytes, or UTF-16 seen from its zero bytes (mark
 * 0); NULL when they say nothing (UTF-8 or a single-byte encoding). */
const tarn_text_encoding *tarn_text_encoding_of_start(const uint8_t *data, size_t size, size_t *mark_size);

/** What is valid as UTF-8 and what is not. Adding up pieces that begin and end at line ends gives the same in any
 * order. */
typedef struct tarn_text_census {
    uint64_t valid;   /**< well-formed sequences of two bytes and more */
    uint64_t invalid; /**< bytes that belong to none */
} tarn_text_census;

void tarn_text_census_merge(tarn_text_census *into, const tarn_text_census *from);

/** Take a census of `size` bytes; `on_invalid` (may be NULL) is called for each invalid byte in order. */
void tarn_text_census_take(tarn_text_census *census, const uint8_t *data, size_t size,
                           void (*on_invalid)(void *context, size_t offset), void *context);

/** The most bytes of UTF-8 that `size` bytes can become. */
static inline size_t tarn_text_utf8_bound(size_t size) {
    return size * 3;
}

/** UTF-8 with invalid bytes replaced by U+FFFD, or a single-byte encoding, to UTF-8. `out` holds
 * tarn_text_utf8_bound(size) bytes; returns those written. */
size_t tarn_text_to_utf8(const tarn_text_encoding *encoding, const uint8_t *data, size_t size, char *out);

/**
 * Convert whole UTF-16 or UTF-32 units; a surrogate pair is never cut when `size` ends inside it: `*consumed` tells.
 * With `last`, what is left over becomes U+FFFD. `out` may be NULL to count only, else holds tarn_text_utf8_bound(size)
 * bytes.
 */
size_t tarn_text_wide_to_utf8(const tarn_text_encoding *encoding, const uint8_t *data, size_t size, bool last,
                              char *out, size_t *consumed, uint64_t *invalid);

#endif
