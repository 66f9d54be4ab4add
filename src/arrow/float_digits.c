// The shortest decimal digits of a binary floating-point number.
#include "arrow/float_digits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A finite number above zero: significand * 2^exponent. */
typedef struct binary {
    uint64_t significand;
    int exponent;
    bool lopsided; /* a power of two: the numbers below it lie twice as close as those above */
    bool subnormal;
} binary;

static binary binary_of(double value, bool narrow) {
    uint64_t bits = 0;
    float single = (float)value;
    if (narrow)
        memcpy(&bits, &single, sizeof single);
    else
        memcpy(&bits, &value, sizeof value);
    int width = narrow ? 23 : 52;
    int bias = narrow ? 150 : 1075;
    int exponent = (int)(bits >> width & (narrow ? 0xFF : 0x7FF));
    uint64_t fraction = bits & ((UINT64_C(1) << width) - 1);
    if (exponent == 0)
        return (binary){.significand = fraction, .exponent = 1 - bias, .subnormal = true};
    return (binary){.significand = fraction | UINT64_C(1) << width,
                    .exponent = exponent - bias,
                    .lopsided = fraction == 0 && exponent > 1};
}

/* The logarithms of powers of two and ten, rounded down, in whole numbers; exact for exponents of doubles. */
static int log10_of_power_of_2(int exponent, bool three_quarters) {
    return (exponent * 1262611 - (three_quarters ? 524031 : 0)) >> 22;
}

static int log2_of_power_of_10(int exponent) {
    return (exponent * 1741647) >> 19;
}

/* The highest 64 bits of the product; its lowest bit is set too when anything below them is not zero. */
static uint64_t multiply_to_odd(tarn_power_of_ten power, uint64_t by) {
    __extension__ typedef unsigned __int128 wide;
    uint64_t low = (uint64_t)(((wide)power.low * by) >> 64);
    wide high = (wide)power.high * by + low;
    return (uint64_t)(high >> 64) | ((uint64_t)high > 1);
}

/* What four times the number and four times the ends of its interval are in units of 10^k. */
static tarn_decimal_digits search(const binary *b) {
    uint64_t middle = 4 * b->significand;
    int k = log10_of_power_of_2(b->exponent, b->lopsided);
    int shift = b->exponent + log2_of_power_of_10(-k) + 1;
    tarn_power_of_ten power = tarn_powers_of_ten[-k - TARN_LEAST_POWER];
    uint64_t odd = b->significand & 1; /* the ends themselves round to the number when it is even */
    uint64_t lowest = multiply_to_odd(power, (middle - 2 + b->lopsided) << shift) + odd;
    uint64_t value = multiply_to_odd(power, middle << shift);
    uint64_t highest = multiply_to_odd(power, (middle + 2) << shift) - odd;
    uint64_t whole = value / 4;
    uint64_t tens = whole / 10;
    bool down = lowest <= 40 * tens, up = 40 * tens + 40 <= highest;
    if (whole >= 10 && down != up)
        return (tarn_decimal_digits){tens + up, k + 1};
    down = lowest <= 4 * whole;
    up = 4 * whole + 4 <= highest;
    if (down == up) /* both or neither: the nearer one */
        up = value > 4 * whole + 2 || (value == 4 * whole + 2 && (whole & 1));
    return (tarn_decimal_digits){whole + up, k};
}

static tarn_decimal_digits without_zeros(tarn_decimal_digits d) {
    while (d.digits % 100000000 == 0) {
        d.digits /= 100000000;
        d.exponent += 8;
    }
    while (d.digits % 10 == 0) {
        d.digits /= 10;
        d.exponent++;
    }
    return d;
}

/* The nearest decimal of 1, 2, 3 … digits that is read back as the number. */
static tarn_decimal_digits by_trial(double value, bool narrow) {
    char text[40];
    int after_point = 0;
    do
        snprintf(text, sizeof text, "%.*e", after_point, value);
    while (++after_point < 17 && (narrow ? strtof(text, NULL) != (float)value : strtod(text, NULL) != value));
    uint64_t digits = 0;
    for (const char *p = text; *p != 'e'; p++)
        digits = *p == '.' ? digits : digits * 10 + (uint64_t)(*p - '0');
    int exponent = (int)strtol(strchr(text, 'e') + 1, NULL, 10);
    return without_zeros((tarn_decimal_digits){digits, exponent - (after_point - 1)});
}

#define DIGITS_WITHOUT_CHOICE UINT64_C(1000000000000000)
#define DIGITS_WITHOUT_CHOICE_NARROW UINT64_C(1000000)

tarn_decimal_digits tarn_shortest_digits(double value, bool narrow) {
    binary b = binary_of(value, narrow);
    if (b.exponent <= 0 && b.exponent > -53 && (b.significand & ((UINT64_C(1) << -b.exponent) - 1)) == 0)
        return without_zeros((tarn_decimal_digits){b.significand >> -b.exponent, 0}); /* a whole number */
    if (b.subnormal)
        return by_trial(value, narrow);
    tarn_decimal_digits d = without_zeros(search(&b));
    /* Short decimals are the only ones of their length. Of longer ones the lopsided interval of a power of two can hold
     * one that is not the nearest of its length. */
    return b.lopsided && d.digits >= (narrow ? DIGITS_WITHOUT_CHOICE_NARROW : DIGITS_WITHOUT_CHOICE)
               ? by_trial(value, narrow)
               : d;
}
