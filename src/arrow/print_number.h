/**
 * @file print_number.h
 * Numbers as text, written straight into memory. Every function returns where the text ends; nothing is terminated.
 * Private to src/arrow.
 */
#ifndef TARN_ARROW_PRINT_NUMBER_H
#define TARN_ARROW_PRINT_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/** At most 20 characters. */
char *tarn_write_unsigned(char *out, uint64_t value);

/** At most 20 characters. */
char *tarn_write_signed(char *out, int64_t value);

/** At least `width` digits (up to 20), filled up with zeros. */
char *tarn_write_padded(char *out, uint64_t value, int width);

/**
 * The shortest digits that give the same double (or float, when `narrow`), plain from 0.0001 to below 1e16, else with
 * an exponent: 1.0, 0.1, 1e+16, nan, -inf. At most 25 characters.
 */
char *tarn_write_float(char *out, double value, bool narrow);

/** A whole number as `scale` (0 to 76) digits behind the point. At most scale + 22 characters. */
char *tarn_write_scaled(char *out, int64_t value, int scale);

#endif
