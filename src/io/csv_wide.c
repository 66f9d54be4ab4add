// Conversions to the types that are never detected, only asked for, and that need more than 64 bits or bytes.
#include "io/csv_wide.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

__extension__ typedef unsigned __int128 wide;

#define MOST_DIGITS 38

static bool is_digit(uint8_t c) {
    return c >= '0' && c <= '9';
}

bool tarn_csv_decimal_find(const char *name, tarn_csv_decimal *out) {
    static const char *const words[] = {"decimal", "numeric", "dec"};
    int precision = 18, scale = 3, used = 0;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t length = strlen(words[i]);
        const char *rest = name + length;
        if (strncasecmp(name, words[i], length) != 0)
            continue;
        if (*rest != '\0' && sscanf(rest, " ( %2d , %2d )%n", &precision, &scale, &used) != 2) {
            scale = 0;
            if (sscanf(rest, " ( %2d )%n", &precision, &used) != 1)
                continue;
        }
        if (rest[used] != '\0' || precision < 1 || precision > MOST_DIGITS || scale < 0 || scale > precision)
            continue;
        *out = (tarn_csv_decimal){(uint8_t)precision, (uint8_t)scale};
        return true;
    }
    return false;
}

/* Digits with `scale` of them behind the point; zeros past them may stand there. */
static bool read_digits(const uint8_t *text, size_t size, int scale, wide *out) {
    wide value = 0;
    int behind = -1; /* digits behind the point so far; -1 before it */
    bool any = false;
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '.' && behind < 0) {
            behind = 0;
            continue;
        }
        if (!is_digit(text[i]))
            return false;
        any = true;
        if (behind >= scale && text[i] != '0')
            return false;
        if (behind >= scale)
            continue;
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, text[i] - '0', &value))
            return false;
        behind += behind >= 0;
    }
    for (behind = behind < 0 ? 0 : behind; behind < scale; behind++) {
        if (__builtin_mul_overflow(value, 10, &value))
            return false;
    }
    *out = value;
    return any;
}

static bool read_signed(const uint8_t *text, size_t size, int scale, wide most, wide *out) {
    bool negative = size > 0 && text[0] == '-';
    size_t sign = size > 0 && (text[0] == '-' || text[0] == '+');
    wide value;
    if (!read_digits(text + sign, size - sign, scale, &value) || value > most)
        return false;
    *out = negative ? 0 - value : value;
    return true;
}

bool tarn_csv_parse_decimal(const uint8_t *text, size_t size, tarn_csv_decimal decimal, uint8_t *out) {
    wide value, most = 1;
    for (int i = 0; i < decimal.precision; i++)
        most *= 10;
    if (!read_signed(text, size, decimal.scale, most - 1, &value))
        return false;
    memcpy(out, &value, sizeof value); /* little-endian hosts */
    return true;
}

bool tarn_csv_parse_hugeint(const uint8_t *text, size_t size, uint8_t *out) {
    wide value;
    if (!read_signed(text, size, 0, ((wide)1 << 127) - 1, &value))
        return false;
    memcpy(out, &value, sizeof value);
    return true;
}

bool tarn_csv_parse_uint64(const uint8_t *text, size_t size, uint64_t *out) {
    wide value;
    size_t sign = size > 0 && text[0] == '+';
    if (!read_digits(text + sign, size - sign, 0, &value) || value > UINT64_MAX)
        return false;
    *out = (uint64_t)value;
    return true;
}

static int hex_digit(uint8_t c) {
    return is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool tarn_csv_parse_uuid(const uint8_t *text, size_t size, uint8_t *out) {
    size_t digits = 0;
    bool hyphens = size == 36;
    if (size != 32 && !hyphens)
        return false;
    for (size_t i = 0; i < size; i++) {
        if (hyphens && (i == 8 || i == 13 || i == 18 || i == 23)) {
            if (text[i] != '-')
                return false;
            continue;
        }
        int digit = hex_digit(text[i]);
        if (digit < 0)
            return false;
        out[digits / 2] = (uint8_t)(digits % 2 == 0 ? digit << 4 : out[digits / 2] | digit);
        digits++;
    }
    return true;
}

bool tarn_csv_parse_blob(uint8_t *text, size_t *size) {
    size_t to = 0;
    for (size_t i = 0; i < *size; i++) {
        if (text[i] >= 0x80)
            return false;
        if (text[i] != '\\') {
            text[to++] = text[i];
            continue;
        }
        if (*size - i < 4 || text[i + 1] != 'x' || hex_digit(text[i + 2]) < 0 || hex_digit(text[i + 3]) < 0)
            return false;
        text[to++] = (uint8_t)(hex_digit(text[i + 2]) << 4 | hex_digit(text[i + 3]));
        i += 3;
    }
    *size = to;
    return true;
}
