// Decimals beside other numbers: exact, or not at all.
#include "arrow/cast_decimal.h"

#define CERTAIN INT64_C(1000000000000000) /* of 15 digits every double gives all back */
#define EXACT_POWER 22                    /* of ten, in a double */

static tarn_int128 power_of_ten(int exponent) {
    tarn_int128 power = 1;
    while (exponent-- > 0)
        power *= 10;
    return power;
}

bool tarn_decimal_rescale(tarn_int128 value, int from_scale, int precision, int scale, tarn_int128 *out) {
    for (; from_scale > scale; from_scale--) {
        if (value % 10 != 0)
            return false;
        value /= 10;
    }
    tarn_int128 limit = power_of_ten(precision < TARN_DECIMAL_DIGITS ? precision : TARN_DECIMAL_DIGITS);
    for (; from_scale < scale; from_scale++) {
        if (value >= limit / 10 || value <= -limit / 10)
            return false;
        value *= 10;
    }
    *out = value;
    return value < limit && value > -limit;
}

bool tarn_decimal_double(tarn_int128 value, int scale, double *out) {
    while (scale > 0 && value % 10 == 0) {
        value /= 10;
        scale--;
    }
    if (value >= CERTAIN || value <= -CERTAIN || scale > EXACT_POWER || scale < 0)
        return false;
    double divisor = 1;
    for (int i = 0; i < scale; i++)
        divisor *= 10;
    *out = (double)(int64_t)value / divisor;
    return true;
}
