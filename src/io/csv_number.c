// Numbers in text.
#include "io/csv_number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define EXACT_IN_DOUBLE (INT64_C(1) << 53)
#define SURE_DIGITS 15 /* significant ones that every double gives back */
#define MOST_DIGITS 17 /* that any double has */
#define MANTISSA_DIGITS 19

/* A decimal number taken apart: (-1)^negative × mantissa × 10^exponent. */
typedef struct decimal {
    bool negative;
    bool leading_zero; /* 007 */
    bool plain;        /* digits only: neither point nor exponent */
    bool plus;
    bool many;         /* more digits than the mantissa holds: it is cut */
    uint64_t mantissa; /* at most MANTISSA_DIGITS, trailing zeros of a fraction left out */
    int significant;   /* its digits */
    int64_t exponent;
} decimal;

static bool is_digit(uint8_t c) {
    return (uint8_t)(c - '0') < 10;
}

/* Add digits; those past the 19th only move the exponent. */
static void add_digits(decimal *d, const uint8_t *digits, size_t count, bool fraction) {
    size_t room = d->significant < MANTISSA_DIGITS ? (size_t)(MANTISSA_DIGITS - d->significant) : 0, zeros = 0;
    while (d->significant == 0 && zeros < count && digits[zeros] == '0')
        zeros++;
    size_t left = count - zeros, kept = left < room ? left : room;
    uint64_t mantissa = d->mantissa;
    for (size_t i = zeros; i < zeros + kept; i++)
        mantissa = mantissa * 10 + (uint64_t)(digits[i] - '0');
    d->mantissa = mantissa;
    d->significant += (int)left;
    d->many = d->many || kept < left;
    d->exponent += fraction ? -(int64_t)(zeros + kept) : (int64_t)(left - kept);
}

/* [+-]digits[.digits][e[+-]digits] with a digit somewhere before the e, and nothing else. */
static bool take_apart(const uint8_t *p, size_t size, decimal *d) {
    const uint8_t *end = p + size;
    *d = (decimal){.plain = true};
    if (p < end && (*p == '-' || *p == '+')) {
        d->negative = *p == '-';
        d->plus = *p == '+';
        p++;
    }
    const uint8_t *digits = p;
    while (p < end && is_digit(*p))
        p++;
    size_t whole = (size_t)(p - digits), fraction = 0;
    add_digits(d, digits, whole, false);
    d->leading_zero = whole > 1 && *digits == '0';
    if (p < end && *p == '.') {
        const uint8_t *from = ++p;
        d->plain = false;
        while (p < end && is_digit(*p))
            p++;
        fraction = (size_t)(p - from);
        size_t kept = fraction; /* zeros at the end say nothing about the value */
        while (kept > 0 && from[kept - 1] == '0')
            kept--;
        add_digits(d, from, kept, true);
    }
    if (whole + fraction == 0)
        return false;
    if (p < end && (*p == 'e' || *p == 'E')) {
        bool minus = false;
        int64_t value = 0;
        d->plain = false;
        p++;
        if (p < end && (*p == '-' || *p == '+'))
            minus = *p++ == '-';
        if (p == end)
            return false;
        for (; p < end && is_digit(*p); p++)
            value = value < 100000 ? value * 10 + (*p - '0') : value;
        d->exponent += minus ? -value : value;
    }
    return p == end;
}

static const char *const special_words[] = {"nan", "inf", "infinity"};

static bool special(const uint8_t *text, size_t size, double *out) {
    bool negative = size > 0 && *text == '-';
    text += negative;
    size -= negative;
    for (size_t i = 0; i < 3; i++) {
        if (size == strlen(special_words[i]) && strncasecmp((const char *)text, special_words[i], size) == 0) {
            double value = i == 0 ? (double)NAN : (double)INFINITY;
            *out = negative ? -value : value;
            return !(negative && i == 0);
        }
    }
    return false;
}

/* The nearest double by the C library: for what the exact path below cannot hold. */
static double by_library(const uint8_t *text, size_t size) {
    char buffer[128];
    char *copy = size < sizeof buffer ? buffer : malloc(size + 1);
    if (copy == NULL)
        return (double)NAN;
    memcpy(copy, text, size);
    copy[size] = '\0';
    double value = strtod(copy, NULL);
    if (copy != buffer)
        free(copy);
    return value;
}

#define POWERS 28 /* 5^27 is the last that fits 64 bits */

static const double ten_to[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

__extension__ typedef unsigned __int128 wide;

/* Round q × 2^e (plus a little when `sticky`) to the nearest double, ties to even. q has at least 55 bits; the result
 * is a normal number. */
static double round_to_double(wide q, bool sticky, int e) {
    uint64_t high = (uint64_t)(q >> 64);
    int bits = high != 0 ? 128 - __builtin_clzll(high) : 64 - __builtin_clzll((uint64_t)q);
    int drop = bits - 53;
    uint64_t kept = (uint64_t)(q >> drop);
    wide half = (wide)1 << (drop - 1), rest = q & (((wide)1 << drop) - 1);
    if (rest > half || (rest == half && (sticky || (kept & 1) != 0)))
        kept++;
    return ldexp((double)kept, e + drop);
}

/*
 * mantissa × 10^exponent, correctly rounded, for exponents of -27 to 27. Both numbers are integers of at most 64 bits
 * once the powers of two are set aside, so that the exact product, or the quotient with its remainder, tells.
 */
static double exact(uint64_t mantissa, int exponent) {
    uint64_t five = 1;
    int power = exponent < 0 ? -exponent : exponent;
    for (int i = 0; i < power; i++)
        five *= 5;
    if (exponent >= 0) {
        wide product = (wide)mantissa * five;
        int shift = 0;
        while (product >> 64 == 0 && shift < 60) { /* at least 64 bits, so that there is something to round off */
            product <<= 30;
            shift += 30;
        }
        return round_to_double(product, false, exponent - shift);
    }
    int shift = __builtin_clzll(mantissa) + 63; /* the dividend gets 127 bits, the quotient at least 63 */
    wide dividend = (wide)mantissa << shift;
    wide quotient = dividend / five;
    return round_to_double(quotient, quotient * five != dividend, -power - shift);
}

bool tarn_csv_parse_double(const uint8_t *text, size_t size, double *out) {
    decimal d;
    if (!take_apart(text, size, &d))
        return special(text, size, out);
    double value;
    if (d.mantissa == 0 && !d.many)
        value = 0;
    else if (d.mantissa <= (uint64_t)EXACT_IN_DOUBLE && d.exponent >= -22 && d.exponent <= 22)
        value = d.exponent < 0 ? (double)d.mantissa / ten_to[-d.exponent] : (double)d.mantissa * ten_to[d.exponent];
    else if (!d.many && d.exponent > -POWERS && d.exponent < POWERS)
        value = exact(d.mantissa, (int)d.exponent);
    else
        value = fabs(by_library(text, size));
    *out = d.negative ? -value : value;
    return isfinite(value);
}

bool tarn_csv_parse_int(const uint8_t *text, size_t size, int64_t *out) {
    bool negative = size > 0 && *text == '-';
    size_t i = size > 0 && (*text == '-' || *text == '+') ? 1 : 0;
    uint64_t value = 0;
    if (i == size)
        return false;
    if (size - i <= 18) { /* cannot overflow */
        for (; i < size; i++) {
            if (!is_digit(text[i]))
                return false;
            value = value * 10 + (uint64_t)(text[i] - '0');
        }
        *out = negative ? -(int64_t)value : (int64_t)value;
        return true;
    }
    for (; i < size; i++) {
        if (!is_digit(text[i]) || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(text[i] - '0'), &value))
            return false;
    }
    if (value > (uint64_t)INT64_MAX + negative)
        return false;
    *out = negative ? (int64_t)(0 - value) : (int64_t)value;
    return true;
}

static tarn_csv_kind integer_kind(const uint8_t *text, size_t size, const decimal *d) {
    int64_t value;
    if (d->mantissa == 0 && d->negative)
        return TARN_CSV_FLOAT; /* -0 is a double's, not an integer's */
    if (!tarn_csv_parse_int(text, size, &value))
        return TARN_CSV_TEXT;
    return value >= -EXACT_IN_DOUBLE && value <= EXACT_IN_DOUBLE ? TARN_CSV_INT : TARN_CSV_BIG_INT;
}

/* The digits that the nearest double has, as many as the text has, by the C library. */
static bool gives_back_printed(const decimal *d, double value) {
    char printed[40];
    uint64_t digits = 0;
    snprintf(printed, sizeof printed, "%.*e", d->significant - 1, value);
    for (const char *c = printed; *c != 'e' && *c != '\0'; c++)
        if (is_digit((uint8_t)*c))
            digits = digits * 10 + (uint64_t)(*c - '0');
    return digits == d->mantissa;
}

/*
 * Whether the nearest double, written with as many digits, is the same number again. A double is a whole number times a
 * power of two; times ten to the places behind the point, and rounded, it must be the digits.
 */
static bool gives_back(const uint8_t *text, size_t size, const decimal *d) {
    double value;
    int power;
    if (d->significant <= SURE_DIGITS)
        return true;
    if (d->significant > MOST_DIGITS || !tarn_csv_parse_double(text, size, &value))
        return false;
    value = fabs(value);
    if (d->exponent > 0 || d->exponent <= -POWERS)
        return gives_back_printed(d, value);
    int places = (int)-d->exponent;
    wide product = (wide)(uint64_t)ldexp(frexp(value, &power), 53);
    for (int i = 0; i < places; i++)
        product *= 5;
    int shift = 53 - power - places; /* to the right */
    if (shift <= 0)
        return product << -shift == d->mantissa;
    return shift < 127 && (product + ((wide)1 << (shift - 1))) >> shift == d->mantissa;
}

tarn_csv_kind tarn_csv_number_kind(const uint8_t *text, size_t size) {
    decimal d;
    double value;
    if (!take_apart(text, size, &d))
        return special(text, size, &value) ? TARN_CSV_NAN : TARN_CSV_TEXT;
    if (d.leading_zero || d.plus)
        return TARN_CSV_TEXT;
    if (d.plain)
        return integer_kind(text, size, &d);
    if (!gives_back(text, size, &d))
        return TARN_CSV_LONG;
    int64_t magnitude = d.exponent + d.significant;
    if (d.mantissa == 0 || (magnitude > -300 && magnitude < 300))
        return TARN_CSV_FLOAT;
    /* Near the ends of a double's range: neither infinite nor so small that digits are lost. */
    return tarn_csv_parse_double(text, size, &value) && fabs(value) >= 2.2250738585072014e-308 ? TARN_CSV_FLOAT
                                                                                               : TARN_CSV_TEXT;
}
