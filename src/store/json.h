/**
 * @file json.h
 * Reading and writing the journal's JSON. Opening a workspace reads megabytes of it, of which little is wanted, so this
 * is a cursor that skips what nobody asks for and allocates nothing. Strict RFC 8259, at most 160 levels. Private to
 * src/store.
 */
#ifndef TARN_STORE_JSON_H
#define TARN_STORE_JSON_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/hash.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/** A stretch of the text being read. For a string: what lies between the quotes, escapes not resolved. */
typedef struct tarn_slice {
    const char *data;
    size_t size;
} tarn_slice;

static inline bool tarn_slice_is(tarn_slice slice, const char *text) {
    return slice.size == strlen(text) && memcmp(slice.data, text, slice.size) == 0;
}

/** Where reading has come to. After the first malformed thing `bad` is set, and everything gives false or zero. */
typedef struct tarn_json {
    const char *at, *end;
    unsigned depth;
    bool first; /* no member or element was read yet in the innermost object or array */
    bool bad;
} tarn_json;

tarn_json tarn_json_of(const char *data, size_t size);

/** Enter an object or array; marks the text bad when something else is there. */
bool tarn_json_enter_object(tarn_json *json);
bool tarn_json_enter_array(tarn_json *json);
/** Step to the next member or element, whose value must then be read or skipped; false at the end, which is consumed.
 */
bool tarn_json_member(tarn_json *json, tarn_slice *key);
bool tarn_json_element(tarn_json *json);
/** The byte that begins the next value ('{', '[', '"', 't', 'f', 'n', '-' or a digit); 0 at the end. */
char tarn_json_peek(tarn_json *json);
/** Skip a value whatever it is; `*text` (may be NULL) is the text of it. */
bool tarn_json_skip(tarn_json *json, tarn_slice *text);
bool tarn_json_string(tarn_json *json, tarn_slice *out);
uint64_t tarn_json_u64(tarn_json *json);
int64_t tarn_json_i64(tarn_json *json);
bool tarn_json_bool(tarn_json *json);
/** true when `null` was there and is consumed. */
bool tarn_json_null(tarn_json *json);
/** 32 hexadecimal digits in quotes; an empty string gives the zero hash. */
tarn_hash128 tarn_json_hash(tarn_json *json);
/** 16 hexadecimal digits in quotes. */
uint64_t tarn_json_hex64(tarn_json *json);
/** A string of valid UTF-8 without NUL, escapes resolved, in fresh memory that the caller frees; NULL when it is not
 * one (then `bad` is set) or when memory is short. */
char *tarn_json_text(tarn_json *json);
/** The same from a slice that was read before. */
char *tarn_slice_text(tarn_slice slice);
/** True when the cursor is fine and nothing but white space is left. */
bool tarn_json_finished(tarn_json *json);

/** Writing: appends to a buffer; the first failure sticks, so that callers check once, at the end. */
typedef struct tarn_json_out {
    tarn_buffer *buffer;
    tarn_status status;
    bool comma; /* one is due before the next member or element */
} tarn_json_out;

void tarn_json_out_raw(tarn_json_out *out, const char *text, size_t size); /**< as it is */
void tarn_json_out_open(tarn_json_out *out, char bracket);                 /**< '{' or '[' */
void tarn_json_out_close(tarn_json_out *out, char bracket);
void tarn_json_out_key(tarn_json_out *out, const char *key); /**< plain ASCII */
void tarn_json_out_u64(tarn_json_out *out, uint64_t value);
void tarn_json_out_i64(tarn_json_out *out, int64_t value);
void tarn_json_out_bool(tarn_json_out *out, bool value);
void tarn_json_out_null(tarn_json_out *out);
void tarn_json_out_text(tarn_json_out *out, const char *text); /**< invalid UTF-8 becomes U+FFFD */
void tarn_json_out_bytes(tarn_json_out *out, const char *text, size_t size);
void tarn_json_out_hash(tarn_json_out *out, tarn_hash128 hash); /**< the zero hash as "" */
void tarn_json_out_hex64(tarn_json_out *out, uint64_t value);
void tarn_json_out_value(tarn_json_out *out, const char *text, size_t size); /**< a value that is JSON already */

#endif
