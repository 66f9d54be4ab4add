/**
 * @file cast_decimal.h
 * Decimals beside other numbers: exact, or not at all. Private to src/arrow.
 */
#ifndef TARN_ARROW_CAST_DECIMAL_H
#define TARN_ARROW_CAST_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#define TARN_DECIMAL_DIGITS 38 /* of a decimal128, at most */

__extension__ typedef __int128 tarn_int128;

/** The same number with another scale; false when digits would be lost, or it has more than `precision` digits. */
bool tarn_decimal_rescale(tarn_int128 value, int from_scale, int precision, int scale, tarn_int128 *out);

/** As a double that gives all its digits back; false when it has too many. */
bool tarn_decimal_double(tarn_int128 value, int scale, double *out);

#endif
