// Reading and writing the journal's JSON. Opening a workspace reads megabytes of it, of which little is wanted, so this
// is a cursor that skips what nobody asks for and allocates nothing.
#include "store/json.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

#define MAX_DEPTH 160

tarn_json tarn_json_of(const char *data, size_t size) {
    const char *text = data != NULL ? data : ""; /* an empty buffer has no memory, and NULL takes no offset */
    return (tarn_json){.at = text, .end = text + size};
}

static bool fail(tarn_json *json) {
    json->bad = true;
    return false;
}

static void skip_space(tarn_json *json) {
    while (json->at < json->end && (*json->at == ' ' || *json->at == '\t' || *json->at == '\r' || *json->at == '\n'))
        json->at++;
}

char tarn_json_peek(tarn_json *json) {
    if (json->bad)
        return 0;
    skip_space(json);
    return json->at < json->end ? *json->at : 0;
}

static bool enter(tarn_json *json, char bracket) {
    if (tarn_json_peek(json) != bracket || json->depth == MAX_DEPTH)
        return fail(json);
    json->at++;
    json->depth++;
    json->first = true;
    return true;
}

bool tarn_json_enter_object(tarn_json *json) {
    return enter(json, '{');
}

bool tarn_json_enter_array(tarn_json *json) {
    return enter(json, '[');
}

/* Consume the comma before the next item, or the closing bracket. */
static bool next_item(tarn_json *json, char closing) {
    char c = tarn_json_peek(json);
    if (c == closing) {
        json->at++;
        json->depth--;
        json->first = false; /* whatever encloses this has had at least this one */
        return false;
    }
    if (!json->first) {
        if (c != ',')
            return fail(json);
        json->at++;
        if (tarn_json_peek(json) == closing)
            return fail(json);
    }
    json->first = false;
    return !json->bad;
}

bool tarn_json_member(tarn_json *json, tarn_slice *key) {
    if (!next_item(json, '}') || !tarn_json_string(json, key))
        return false;
    if (tarn_json_peek(json) != ':')
        return fail(json);
    json->at++;
    return true;
}

bool tarn_json_element(tarn_json *json) {
    return next_item(json, ']');
}

bool tarn_json_string(tarn_json *json, tarn_slice *out) {
    if (tarn_json_peek(json) != '"')
        return fail(json);
    const char *start = ++json->at;
    for (; json->at < json->end; json->at++) {
        unsigned char c = (unsigned char)*json->at;
        if (c == '"') {
            *out = (tarn_slice){start, (size_t)(json->at - start)};
            json->at++;
            return true;
        }
        if (c < 0x20)
            return fail(json);
        if (c == '\\' && ++json->at == json->end)
            return fail(json);
    }
    return fail(json);
}

static bool is_digit(const tarn_json *json) {
    return json->at < json->end && *json->at >= '0' && *json->at <= '9';
}

static bool skip_digits(tarn_json *json) {
    if (!is_digit(json))
        return fail(json);
    while (is_digit(json))
        json->at++;
    return true;
}

static bool skip_number(tarn_json *json) {
    if (*json->at == '-')
        json->at++;
    if (json->at < json->end && *json->at == '0')
        json->at++;
    else if (!skip_digits(json))
        return false;
    if (json->at < json->end && *json->at == '.') {
        json->at++;
        if (!skip_digits(json))
            return false;
    }
    if (json->at < json->end && (*json->at == 'e' || *json->at == 'E')) {
        json->at++;
        if (json->at < json->end && (*json->at == '+' || *json->at == '-'))
            json->at++;
        return skip_digits(json);
    }
    return true;
}

static bool skip_word(tarn_json *json, const char *word) {
    size_t size = strlen(word);
    if ((size_t)(json->end - json->at) < size || memcmp(json->at, word, size) != 0)
        return fail(json);
    json->at += size;
    return true;
}

static bool skip_container(tarn_json *json, bool object) {
    if (!enter(json, object ? '{' : '['))
        return false;
    tarn_slice key;
    while (object ? tarn_json_member(json, &key) : tarn_json_element(json)) {
        if (!tarn_json_skip(json, NULL))
            return false;
    }
    return !json->bad;
}

/* Recursion is bounded by MAX_DEPTH. */
bool tarn_json_skip(tarn_json *json, tarn_slice *text) {
    char c = tarn_json_peek(json);
    const char *start = json->at;
    tarn_slice string;
    bool good;
    switch (c) {
    case '{':
    case '[':
        good = skip_container(json, c == '{');
        break;
    case '"':
        good = tarn_json_string(json, &string);
        break;
    case 't':
        good = skip_word(json, "true");
        break;
    case 'f':
        good = skip_word(json, "false");
        break;
    case 'n':
        good = skip_word(json, "null");
        break;
    default:
        good = (c == '-' || (c >= '0' && c <= '9')) ? skip_number(json) : fail(json);
    }
    if (text != NULL)
        *text = (tarn_slice){start, (size_t)(json->at - start)};
    return good;
}

uint64_t tarn_json_u64(tarn_json *json) {
    uint64_t value = 0;
    tarn_json_peek(json);
    if (json->bad || !is_digit(json)) {
        fail(json);
        return 0;
    }
    for (; is_digit(json); json->at++) {
        if (__builtin_mul_overflow(value, (uint64_t)10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(*json->at - '0'), &value)) {
            fail(json);
            return 0;
        }
    }
    if (json->at < json->end && (*json->at == '.' || *json->at == 'e' || *json->at == 'E')) {
        fail(json);
        return 0;
    }
    return value;
}

int64_t tarn_json_i64(tarn_json *json) {
    bool negative = tarn_json_peek(json) == '-';
    if (negative)
        json->at++;
    uint64_t value = tarn_json_u64(json);
    if (value > (uint64_t)INT64_MAX) {
        fail(json);
        return 0;
    }
    return negative ? -(int64_t)value : (int64_t)value;
}

bool tarn_json_bool(tarn_json *json) {
    char c = tarn_json_peek(json);
    if (c == 't')
        return skip_word(json, "true");
    if (c == 'f')
        skip_word(json, "false");
    else
        fail(json);
    return false;
}

bool tarn_json_null(tarn_json *json) {
    return tarn_json_peek(json) == 'n' && skip_word(json, "null");
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

tarn_hash128 tarn_json_hash(tarn_json *json) {
    tarn_slice text;
    tarn_hash128 hash = {0, 0};
    if (!tarn_json_string(json, &text) || text.size == 0)
        return hash;
    if (!tarn_hash128_parse(text.data, text.size, &hash))
        fail(json);
    return hash;
}

uint64_t tarn_json_hex64(tarn_json *json) {
    tarn_slice text;
    uint64_t value = 0;
    if (!tarn_json_string(json, &text))
        return 0;
    for (size_t i = 0; i < text.size; i++) {
        int digit = hex_digit(text.data[i]);
        if (digit < 0 || text.size != 16) {
            fail(json);
            return 0;
        }
        value = value << 4 | (uint64_t)digit;
    }
    if (text.size != 16)
        fail(json);
    return value;
}

/* ---- escapes ----------------------------------------------------------------------------------------------------- */

static bool read_unit(const char *p, const char *end, uint32_t *unit) {
    if (end - p < 4)
        return false;
    *unit = 0;
    for (int i = 0; i < 4; i++) {
        char c = p[i] >= 'A' && p[i] <= 'F' ? (char)(p[i] + 32) : p[i];
        int digit = hex_digit(c);
        if (digit < 0)
            return false;
        *unit = *unit << 4 | (uint32_t)digit;
    }
    return true;
}

/* The escape at `p`, behind its backslash, as UTF-8 to `out`; the place behind it, or NULL. */
static const char *resolve_escape(const char *p, const char *end, char **out) {
    static const char plain[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    const char *found = *p != '\0' ? strchr(plain, *p) : NULL;
    if (found != NULL) {
        *(*out)++ = meant[found - plain];
        return p + 1;
    }
    uint32_t unit, low;
    if (*p != 'u' || !read_unit(p + 1, end, &unit))
        return NULL;
    p += 5;
    if (unit >= 0xD800 && unit < 0xDC00) {
        if (end - p < 6 || p[0] != '\\' || p[1] != 'u' || !read_unit(p + 2, end, &low) || low < 0xDC00 || low > 0xDFFF)
            return NULL;
        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        p += 6;
    } else if (unit == 0 || (unit >= 0xDC00 && unit < 0xE000)) {
        return NULL;
    }
    *out += tarn_utf8_encode(unit, *out);
    return p;
}

char *tarn_slice_text(tarn_slice slice) {
    if (slice.data == NULL || !tarn_utf8_is_valid(slice.data, slice.size) || memchr(slice.data, 0, slice.size) != NULL)
        return NULL;
    char *text = malloc(slice.size + 1); /* an escape is never shorter than what it stands for */
    if (text == NULL)
        return NULL;
    char *out = text;
    const char *end = slice.data + slice.size;
    for (const char *p = slice.data; p < end;) {
        if (*p != '\\') {
            *out++ = *p++;
            continue;
        }
        p = p + 1 < end ? resolve_escape(p + 1, end, &out) : NULL;
        if (p == NULL) {
            free(text);
            return NULL;
        }
    }
    *out = '\0';
    return text;
}

char *tarn_json_text(tarn_json *json) {
    tarn_slice slice;
    if (!tarn_json_string(json, &slice))
        return NULL;
    char *text = tarn_slice_text(slice);
    if (text == NULL)
        fail(json);
    return text;
}

bool tarn_json_finished(tarn_json *json) {
    return tarn_json_peek(json) == 0 && !json->bad && json->at == json->end;
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

void tarn_json_out_raw(tarn_json_out *out, const char *text, size_t size) {
    if (out->status == TARN_OK)
        out->status = tarn_buffer_append(out->buffer, text, size, NULL);
}

static void separate(tarn_json_out *out) {
    if (out->comma)
        tarn_json_out_raw(out, ",", 1);
    out->comma = true;
}

void tarn_json_out_open(tarn_json_out *out, char bracket) {
    separate(out);
    tarn_json_out_raw(out, &bracket, 1);
    out->comma = false;
}

void tarn_json_out_close(tarn_json_out *out, char bracket) {
    tarn_json_out_raw(out, &bracket, 1);
    out->comma = true;
}

void tarn_json_out_key(tarn_json_out *out, const char *key) {
    separate(out);
    tarn_json_out_raw(out, "\"", 1);
    tarn_json_out_raw(out, key, strlen(key));
    tarn_json_out_raw(out, "\":", 2);
    out->comma = false;
}

void tarn_json_out_value(tarn_json_out *out, const char *text, size_t size) {
    separate(out);
    tarn_json_out_raw(out, text, size);
}

void tarn_json_out_u64(tarn_json_out *out, uint64_t value) {
    char digits[20];
    size_t start = sizeof digits;
    do {
        digits[--start] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    tarn_json_out_value(out, digits + start, sizeof digits - start);
}

void tarn_json_out_i64(tarn_json_out *out, int64_t value) {
    if (value >= 0) {
        tarn_json_out_u64(out, (uint64_t)value);
        return;
    }
    char text[24];
    int size = snprintf(text, sizeof text, "%lld", (long long)value);
    tarn_json_out_value(out, text, (size_t)size);
}

void tarn_json_out_bool(tarn_json_out *out, bool value) {
    tarn_json_out_value(out, value ? "true" : "false", value ? 4 : 5);
}

void tarn_json_out_null(tarn_json_out *out) {
    tarn_json_out_value(out, "null", 4);
}

/* One byte that JSON does not take as it is. */
static void put_special(tarn_json_out *out, unsigned char c) {
    char escape[8];
    int size = c == '"' || c == '\\' ? snprintf(escape, sizeof escape, "\\%c", c)
                                     : snprintf(escape, sizeof escape, "\\u%04x", c);
    tarn_json_out_raw(out, escape, (size_t)size);
}

void tarn_json_out_bytes(tarn_json_out *out, const char *text, size_t size) {
    separate(out);
    tarn_json_out_raw(out, "\"", 1);
    while (size > 0) {
        size_t valid = tarn_utf8_valid_prefix(text, size), from = 0;
        for (size_t i = 0; i < valid; i++) {
            unsigned char c = (unsigned char)text[i];
            if (c >= 0x20 && c != '"' && c != '\\')
                continue;
            tarn_json_out_raw(out, text + from, i - from);
            put_special(out, c);
            from = i + 1;
        }
        tarn_json_out_raw(out, text + from, valid - from);
        if (valid < size) {
            tarn_json_out_raw(out, "\xEF\xBF\xBD", 3);
            valid++;
        }
        text += valid;
        size -= valid;
    }
    tarn_json_out_raw(out, "\"", 1);
}

void tarn_json_out_text(tarn_json_out *out, const char *text) {
    tarn_json_out_bytes(out, text, strlen(text));
}

void tarn_json_out_hash(tarn_json_out *out, tarn_hash128 hash) {
    char text[TARN_HASH128_TEXT_SIZE + 2] = "\"\"";
    if (hash.hi != 0 || hash.lo != 0) {
        tarn_hash128_format(hash, text + 1);
        text[TARN_HASH128_TEXT_SIZE] = '"';
        tarn_json_out_value(out, text, TARN_HASH128_TEXT_SIZE + 1);
    } else {
        tarn_json_out_value(out, text, 2);
    }
}

void tarn_json_out_hex64(tarn_json_out *out, uint64_t value) {
    static const char digits[] = "0123456789abcdef";
    char text[18];
    text[0] = text[17] = '"';
    for (int i = 0; i < 16; i++)
        text[1 + i] = digits[value >> (60 - 4 * i) & 15];
    tarn_json_out_value(out, text, sizeof text);
}
