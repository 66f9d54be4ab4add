// Numbers as text, written straight into memory.
#include "arrow/print_number.h"

#include "arrow/float_digits.h"

#include <math.h>
#include <string.h>

static const char pairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445"
    "46474849505152535455565758596061626364656667686970717273747576777879808182838485868788899091"
    "9293949596979899";

static int count_digits(uint64_t value) {
    static const uint64_t powers[] = {0,
                                      UINT64_C(10),
                                      UINT64_C(100),
                                      UINT64_C(1000),
                                      UINT64_C(10000),
                                      UINT64_C(100000),
                                      UINT64_C(1000000),
                                      UINT64_C(10000000),
                                      UINT64_C(100000000),
                                      UINT64_C(1000000000),
                                      UINT64_C(10000000000),
                                      UINT64_C(100000000000),
                                      UINT64_C(1000000000000),
                                      UINT64_C(10000000000000),
                                      UINT64_C(100000000000000),
                                      UINT64_C(1000000000000000),
                                      UINT64_C(10000000000000000),
                                      UINT64_C(100000000000000000),
                                      UINT64_C(1000000000000000000),
                                      UINT64_C(10000000000000000000)};
    int bits = 64 - __builtin_clzll(value | 1);
    int digits = bits * 1233 >> 12; /* log10(2) */
    return digits + (value >= powers[digits]);
}

/* Exactly `count` digits that end at `end`. */
static void write_backwards(char *end, uint64_t value, int count) {
    for (; count >= 2; count -= 2, value /= 100)
        memcpy(end -= 2, pairs + 2 * (value % 100), 2);
    if (count > 0)
        *--end = (char)('0' + value % 10);
}

char *tarn_write_unsigned(char *out, uint64_t value) {
    int count = value == 0 ? 1 : count_digits(value);
    write_backwards(out + count, value, count);
    return out + count;
}

char *tarn_write_signed(char *out, int64_t value) {
    if (value < 0)
        *out++ = '-';
    return tarn_write_unsigned(out, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

char *tarn_write_padded(char *out, uint64_t value, int width) {
    int count = value == 0 ? 1 : count_digits(value);
    if (count < width)
        count = width;
    write_backwards(out + count, value, count);
    return out + count;
}

char *tarn_write_scaled(char *out, int64_t value, int scale) {
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    if (value < 0)
        *out++ = '-';
    if (scale == 0)
        return tarn_write_unsigned(out, magnitude);
    int count = magnitude == 0 ? 1 : count_digits(magnitude);
    if (count <= scale) {
        memcpy(out, "0.", 2);
        memset(out + 2, '0', (size_t)(scale - count));
        write_backwards(out + 2 + scale, magnitude, count);
        return out + 2 + scale;
    }
    write_backwards(out + 1 + count, magnitude, count);
    memmove(out, out + 1, (size_t)(count - scale));
    out[count - scale] = '.';
    return out + 1 + count;
}

static char *fill(char *out, char c, int count) {
    memset(out, c, (size_t)count);
    return out + count;
}

/* d.ddde+xx, without a point when there is one digit. */
static char *write_scientific(char *out, const char *digits, int count, int exponent) {
    *out++ = digits[0];
    if (count > 1) {
        *out++ = '.';
        memcpy(out, digits + 1, (size_t)count - 1);
        out += count - 1;
    }
    *out++ = 'e';
    *out++ = exponent < 0 ? '-' : '+';
    return tarn_write_padded(out, (uint64_t)(exponent < 0 ? -exponent : exponent), 2);
}

#define LEAST_PLAIN_EXPONENT (-4)
#define MOST_PLAIN_EXPONENT 15

static char *write_decimal(char *out, tarn_decimal_digits d) {
    char digits[24];
    int count = (int)(tarn_write_unsigned(digits, d.digits) - digits);
    int exponent = d.exponent + count - 1; /* of the first digit */
    if (exponent < LEAST_PLAIN_EXPONENT || exponent > MOST_PLAIN_EXPONENT)
        return write_scientific(out, digits, count, exponent);
    if (exponent < 0) {
        memcpy(out, "0.", 2);
        out = fill(out + 2, '0', -exponent - 1);
        memcpy(out, digits, (size_t)count);
        return out + count;
    }
    int whole = exponent + 1;
    if (count <= whole) {
        memcpy(out, digits, (size_t)count);
        out = fill(out + count, '0', whole - count);
        memcpy(out, ".0", 2);
        return out + 2;
    }
    memcpy(out, digits, (size_t)whole);
    out[whole] = '.';
    memcpy(out + whole + 1, digits + whole, (size_t)(count - whole));
    return out + count + 1;
}

char *tarn_write_float(char *out, double value, bool narrow) {
    if (isnan(value)) {
        memcpy(out, "nan", 3);
        return out + 3;
    }
    if (signbit(value))
        *out++ = '-';
    if (isinf(value) || value == 0) {
        memcpy(out, value == 0 ? "0.0" : "inf", 3);
        return out + 3;
    }
    return write_decimal(out, tarn_shortest_digits(fabs(value), narrow));
}
