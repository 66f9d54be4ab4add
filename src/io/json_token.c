/* The words of JSON: see the header. */
#include "io/json_token.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool tarn_json_fault(tarn_json_text *text, const uint8_t *at, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text->fault, sizeof text->fault, format, arguments);
    va_end(arguments);
    text->at = at;
    return false;
}

static bool is_digit(uint8_t c) {
    return (uint8_t)(c - '0') < 10;
}

static bool is_letter(uint8_t c) {
    return (uint8_t)((c | 32) - 'a') < 26;
}

/* What people's programs write in place of JSON, told apart so that the message helps. */
bool tarn_json_unexpected(tarn_json_text *text, const char *expected) {
    static const char *const words[] = {"NaN", "Infinity", "None", "True", "False", "undefined", "nan", "inf"};
    const uint8_t *at = text->at;
    size_t left = (size_t)(text->end - at);
    if (left == 0)
        return text->open ? tarn_json_fault(text, at, "cut off here: %s is missing", expected)
                          : tarn_json_fault(text, at, "found the array's end where %s should be", expected);
    const uint8_t *word = *at == '-' && left > 1 ? at + 1 : at;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t size = strlen(words[i]);
        if ((size_t)(text->end - word) >= size && memcmp(word, words[i], size) == 0 && !is_letter(word[size]))
            return tarn_json_fault(text, at, "%s%s is not a value of JSON: write null, true, false, a number or a text",
                                   word > at ? "-" : "", words[i]);
    }
    if (*at == '\'')
        return tarn_json_fault(text, at, "texts and keys stand in double quotes in JSON, not in single ones");
    if (*at == '/' || *at == '#')
        return tarn_json_fault(text, at, "JSON has no comments");
    if (*at < 0x20 || *at == 0x7F)
        return tarn_json_fault(text, at, "a control character (0x%02X) where %s should be", *at, expected);
    size_t size = *at < 0x80 ? 1 : *at < 0xE0 ? 2 : *at < 0xF0 ? 3 : 4;
    size = tarn_utf8_valid_prefix(at, size < left ? size : left);
    return tarn_json_fault(text, at, "found %.*s where %s should be", (int)size, (const char *)at, expected);
}

/* ---- texts ------------------------------------------------------------------------------------------------------- */

#define ONES UINT64_C(0x0101010101010101)
#define HIGH (ONES << 7)

/* Whether one of eight bytes is a quote, a backslash or a control character: their highest bits. The lowest of them is
 * right; higher ones may be wrong. */
static inline uint64_t special_bytes(uint64_t eight) {
    uint64_t quote = eight ^ (ONES * '"'), backslash = eight ^ (ONES * '\\');
    return (((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash) | ((eight - ONES * 0x20) & ~eight)) & HIGH;
}

/* The next quote, backslash or control character; the padding is one. */
static const uint8_t *find_special(const uint8_t *at) {
    for (;; at += 8) {
        uint64_t eight;
        memcpy(&eight, at, sizeof eight); /* little-endian hosts */
        uint64_t special = special_bytes(eight);
        if (special != 0)
            return at + (__builtin_ctzll(special) >> 3);
    }
}

static int hex_digit(uint8_t c) {
    if (is_digit(c))
        return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four digits; -1 when they are none. */
static int32_t hex_unit(const uint8_t *at) {
    int32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(at[i]);
        if (digit < 0)
            return -1;
        unit = unit << 4 | digit;
    }
    return unit;
}

static bool is_high(int32_t unit) {
    return (unit & 0xFC00) == 0xD800;
}

static bool is_low(int32_t unit) {
    return (unit & 0xFC00) == 0xDC00;
}

/* The escape at `at` (a backslash); gives where it ends, NULL after a fault. */
static const uint8_t *check_escape(tarn_json_text *text, const uint8_t *at) {
    if (at[1] != 'u') {
        if (at[1] != 0 && strchr("\"\\/bfnrt", at[1]) != NULL)
            return at + 2;
        tarn_json_fault(text, at,
                        "a backslash that begins none of JSON's escapes (\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u)");
        return NULL;
    }
    int32_t unit = hex_unit(at + 2);
    if (unit < 0) {
        tarn_json_fault(text, at, "\\u needs four hexadecimal digits");
        return NULL;
    }
    if (!is_high(unit) && !is_low(unit))
        return at + 6;
    if (is_high(unit) && at[6] == '\\' && at[7] == 'u' && is_low(hex_unit(at + 8)))
        return at + 12;
    tarn_json_fault(text, at, "\\u%04x is half of a surrogate pair and stands alone", (unsigned)unit);
    return NULL;
}

bool tarn_json_take_string(tarn_json_text *text, tarn_json_string *out) {
    const uint8_t *start = text->at + 1, *at = start;
    out->escaped = false;
    for (;;) {
        at = find_special(at);
        if (at >= text->end)
            return tarn_json_fault(text, text->end, "cut off here: the closing quote of a text is missing");
        if (*at == '"')
            break;
        if (*at == '\n' || *at == '\r')
            return tarn_json_fault(text, at,
                                   "a text goes on behind the end of its line: a quote is missing, or the line "
                                   "end should be \\n");
        if (*at != '\\')
            return tarn_json_fault(text, at, "a control character (0x%02X) inside a text, which JSON writes as \\u%04x",
                                   *at, *at);
        out->escaped = true;
        at = check_escape(text, at);
        if (at == NULL)
            return false;
    }
    out->raw = start;
    out->size = (size_t)(at - start);
    text->at = at + 1;
    return true;
}

size_t tarn_json_unescape(const tarn_json_string *string, uint8_t *out) {
    static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
    const uint8_t *at = string->raw, *end = at + string->size;
    uint8_t *write = out;
    while (at < end) {
        const uint8_t *mark = memchr(at, '\\', (size_t)(end - at));
        size_t plain = (size_t)((mark != NULL ? mark : end) - at);
        memmove(write, at, plain);
        write += plain;
        at += plain;
        if (mark == NULL)
            break;
        if (at[1] != 'u') {
            const char *found = strchr(from, at[1]);
            *write++ = found != NULL ? (uint8_t)to[found - from] : at[1];
            at += 2;
            continue;
        }
        uint32_t c = (uint32_t)hex_unit(at + 2);
        at += 6;
        if (is_high((int32_t)c)) {
            c = 0x10000 + ((c & 0x3FF) << 10) + ((uint32_t)hex_unit(at + 2) & 0x3FF);
            at += 6;
        }
        write += tarn_utf8_encode(c, (char *)write); /* at most 4 bytes, for 6 or 12 */
    }
    return (size_t)(write - out);
}

/* ---- numbers and words ------------------------------------------------------------------------------------------- */

/* Digits from `at` on; at least one. */
static const uint8_t *take_digits(tarn_json_text *text, const uint8_t *at, const char *place) {
    const uint8_t *from = at;
    while (is_digit(*at))
        at++;
    if (at > from)
        return at;
    text->at = at;
    if (at >= text->end && text->open)
        tarn_json_fault(text, at, "cut off here, inside of a number");
    else
        tarn_json_fault(text, at, "a number needs digits %s", place);
    return NULL;
}

bool tarn_json_take_number(tarn_json_text *text, tarn_json_number *out) {
    const uint8_t *start = text->at, *at = start + (*start == '-'), *digits = at;
    if (!is_digit(*at) && at > start && is_letter(*at))
        return tarn_json_unexpected(text, "a value");
    if ((at = take_digits(text, at, "behind its sign")) == NULL)
        return false;
    if (*digits == '0' && at - digits > 1)
        return tarn_json_fault(text, digits,
                               "a number begins with a zero, which JSON does not allow: a text is meant, or "
                               "the number without it");
    *out = (tarn_json_number){.text = start, .plain = true, .whole = *digits == '0' ? 0 : (size_t)(at - digits)};
    if (*at == '.') {
        const uint8_t *from = at + 1;
        out->plain = false;
        if ((at = take_digits(text, from, "behind its point")) == NULL)
            return false;
        const uint8_t *last = at;
        while (last > from && last[-1] == '0')
            last--;
        out->behind = (size_t)(last - from);
    }
    if ((*at | 32) == 'e') {
        out->plain = false;
        out->exponent = true;
        at++;
        at += *at == '-' || *at == '+';
        if ((at = take_digits(text, at, "in its exponent")) == NULL)
            return false;
    }
    out->size = (size_t)(at - start);
    text->at = at;
    if (is_letter(*at) || *at == '.' || *at == '_')
        return tarn_json_unexpected(text, "the end of a number");
    return true;
}

bool tarn_json_take_word(tarn_json_text *text, const char *word, size_t size) {
    if (memcmp(text->at, word, size) != 0 || is_letter(text->at[size]) || is_digit(text->at[size])) {
        size_t left = (size_t)(text->end - text->at);
        if (left < size && text->open && memcmp(text->at, word, left) == 0)
            return tarn_json_fault(text, text->end, "cut off here, inside of %s", word);
        return tarn_json_unexpected(text, "a value");
    }
    text->at += size;
    return true;
}

/* ---- whole values ------------------------------------------------------------------------------------------------ */

/* A value that holds no others. */
static bool skip_scalar(tarn_json_text *text) {
    tarn_json_string string;
    tarn_json_number number;
    switch (*text->at) {
    case '"':
        return tarn_json_take_string(text, &string);
    case 't':
        return tarn_json_take_word(text, "true", 4);
    case 'f':
        return tarn_json_take_word(text, "false", 5);
    case 'n':
        return tarn_json_take_word(text, "null", 4);
    default:
        return is_digit(*text->at) || *text->at == '-' ? tarn_json_take_number(text, &number)
                                                       : tarn_json_unexpected(text, "a value");
    }
}

/* A key and its colon. */
static bool skip_key(tarn_json_text *text) {
    tarn_json_string key;
    tarn_json_skip_space(text);
    if (*text->at != '"')
        return tarn_json_unexpected(text, "a key in double quotes");
    if (!tarn_json_take_string(text, &key))
        return false;
    tarn_json_skip_space(text);
    if (*text->at != ':')
        return tarn_json_unexpected(text, "a colon");
    text->at++;
    return true;
}

/* Which of the open values are objects: a bit for each level. */
typedef struct open_values {
    uint8_t objects[TARN_JSON_DEPTH / 8 + 1];
    unsigned depth;
} open_values;

static bool in_object(const open_values *open) {
    return (open->objects[(open->depth - 1) / 8] >> ((open->depth - 1) % 8) & 1) != 0;
}

static bool open_value(tarn_json_text *text, open_values *open, unsigned outside) {
    if (open->depth + outside >= TARN_JSON_DEPTH)
        return tarn_json_fault(text, text->at, "nested deeper than %d levels", TARN_JSON_DEPTH);
    uint8_t bit = (uint8_t)(1u << (open->depth % 8)), *byte = &open->objects[open->depth / 8];
    *byte = *text->at == '{' ? *byte | bit : *byte & (uint8_t)~bit;
    open->depth++;
    text->at++;
    return true;
}

/* Behind a value: close what ends here. `*more`: another value follows. */
static bool close_values(tarn_json_text *text, open_values *open, bool *more) {
    *more = false;
    while (open->depth > 0) {
        bool object = in_object(open);
        tarn_json_skip_space(text);
        if (*text->at == ',') {
            text->at++;
            *more = true;
            return !object || skip_key(text);
        }
        if (*text->at != (object ? '}' : ']'))
            return tarn_json_unexpected(text, object ? "a comma or }" : "a comma or ]");
        text->at++;
        open->depth--;
    }
    return true;
}

bool tarn_json_skip_value(tarn_json_text *text, unsigned depth) {
    open_values open;
    bool more = true;
    open.depth = 0;
    while (more) {
        tarn_json_skip_space(text);
        if (*text->at != '{' && *text->at != '[') {
            if (!skip_scalar(text) || !close_values(text, &open, &more))
                return false;
            continue;
        }
        if (!open_value(text, &open, depth))
            return false;
        tarn_json_skip_space(text);
        if (*text->at == (in_object(&open) ? '}' : ']')) {
            text->at++;
            open.depth--;
            if (!close_values(text, &open, &more))
                return false;
        } else if (in_object(&open) && !skip_key(text)) {
            return false;
        }
    }
    return true;
}

size_t tarn_json_compact(const uint8_t *value, size_t size, uint8_t *out) {
    uint8_t *write = out;
    bool quoted = false;
    for (size_t i = 0; i < size; i++) {
        if (!quoted && tarn_json_is_space(value[i]))
            continue;
        *write++ = value[i];
        if (value[i] == '"')
            quoted = !quoted;
        else if (quoted && value[i] == '\\' && i + 1 < size)
            *write++ = value[++i];
    }
    return (size_t)(write - out);
}
