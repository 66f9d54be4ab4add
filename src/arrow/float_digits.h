/**
 * @file float_digits.h
 * The shortest decimal digits of a binary floating-point number.
 *
 * The method is Raffaello Giulietti's "The Schubfach way to render doubles" (2021): the ends of the interval that
 * rounds to the number, scaled by a power of ten with three 64-bit multiplications, show by plain integer comparisons
 * which decimals lie in it.
 */
#ifndef TARN_ARROW_FLOAT_DIGITS_H
#define TARN_ARROW_FLOAT_DIGITS_H

#include <stdbool.h>
#include <stdint.h>

/** digits * 10^exponent; `digits` has at most 17 of them and does not end in 0. */
typedef struct tarn_decimal_digits {
    uint64_t digits;
    int exponent;
} tarn_decimal_digits;

/**
 * The shortest digits that are read back as `value`, which is finite and above zero; of several the nearest. With
 * `narrow` the value is a float, and digits have to be read back as that float.
 */
tarn_decimal_digits tarn_shortest_digits(double value, bool narrow);

/** 10^k for k from TARN_LEAST_POWER to TARN_MOST_POWER as 128 bits, the highest of which is set, rounded up. */
#define TARN_LEAST_POWER (-292)
#define TARN_MOST_POWER 324
typedef struct tarn_power_of_ten {
    uint64_t high, low;
} tarn_power_of_ten;
extern const tarn_power_of_ten tarn_powers_of_ten[TARN_MOST_POWER - TARN_LEAST_POWER + 1];

#endif
