#include "arrow/print_value.h"

#include "base/clock.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- floating-point numbers -------------------------------------------------------------------------------------- */

double tarn_half_to_double(uint16_t bits) {
    int exponent = bits >> 10 & 31;
    int fraction = bits & 1023;
    double magnitude;
    if (exponent == 31)
        magnitude = fraction == 0 ? INFINITY : NAN;
    else if (exponent == 0)
        magnitude = ldexp(fraction, -24);
    else
        magnitude = ldexp(1024 + fraction, exponent - 25);
    return bits >> 15 ? -magnitude : magnitude;
}

/* Digits of a finite number above zero, first one before the point, without zeros at the end. */
typedef struct digits {
    char text[20];
    int count;
    int exponent;
} digits;

static bool gives_back(const char *text, double value, bool narrow) {
    return narrow ? strtof(text, NULL) == (float)value : strtod(text, NULL) == value;
}

static void read_digits(const char *text, digits *out) {
    out->count = 0;
    const char *p = text;
    for (; *p != '\0' && *p != 'e'; p++) {
        if (*p >= '0' && *p <= '9' && out->count < (int)sizeof out->text)
            out->text[out->count++] = *p;
    }
    while (out->count > 1 && out->text[out->count - 1] == '0')
        out->count--;
    out->exponent = *p == 'e' ? (int)strtol(p + 1, NULL, 10) : 0;
}

/* Numbers of full precision need 15 to 17 digits (floats 6 to 9), and zeros at their end go; subnormal ones need fewer.
 */
static void shortest_digits(double value, bool narrow, digits *out) {
    char text[40];
    bool subnormal = value < (narrow ? 0x1p-126 : 0x1p-1022);
    int most = narrow ? 8 : 16;
    for (int after_point = subnormal ? 0 : narrow ? 5 : 14; after_point <= most; after_point++) {
        snprintf(text, sizeof text, "%.*e", after_point, value);
        if (gives_back(text, value, narrow))
            break;
    }
    read_digits(text, out);
}

/* Plain digits from 0.0001 to below 1e16, else an exponent. */
static int place_digits(const digits *d, char *out, size_t size) {
    if (d->exponent < -4 || d->exponent >= 16)
        return snprintf(out, size, "%c%s%.*se%c%02d", d->text[0], d->count > 1 ? "." : "", d->count - 1, d->text + 1,
                        d->exponent < 0 ? '-' : '+', abs(d->exponent));
    if (d->exponent < 0)
        return snprintf(out, size, "0.%.*s%.*s", -d->exponent - 1, "000", d->count, d->text);
    int whole = d->exponent + 1;
    if (d->count <= whole)
        return snprintf(out, size, "%.*s%.*s.0", d->count, d->text, whole - d->count, "0000000000000000");
    return snprintf(out, size, "%.*s.%.*s", whole, d->text, d->count - whole, d->text + whole);
}

tarn_status tarn_print_float(double value, bool narrow, tarn_buffer *out, tarn_error *error) {
    char text[48];
    digits d = {.text = "0", .count = 1};
    if (isnan(value))
        return tarn_buffer_append(out, "nan", 3, error);
    if (signbit(value))
        TARN_TRY(tarn_buffer_append(out, "-", 1, error));
    if (isinf(value))
        return tarn_buffer_append(out, "inf", 3, error);
    if (value != 0)
        shortest_digits(fabs(value), narrow, &d);
    int length = place_digits(&d, text, sizeof text);
    return tarn_buffer_append(out, text, (size_t)length, error);
}

/* ---- decimals ---------------------------------------------------------------------------------------------------- */

#define MOST_LIMBS 8 /* of 32 bits: decimal256 */

/* Divide by a billion in place, most significant limb first; gives the rest. */
static uint32_t divide_by_billion(uint32_t *limbs, size_t count) {
    uint64_t rest = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t value = rest << 32 | limbs[i];
        limbs[i] = (uint32_t)(value / 1000000000u);
        rest = value % 1000000000u;
    }
    return (uint32_t)rest;
}

/* The magnitude of a little-endian two's complement number, most significant limb first. */
static bool read_magnitude(const uint8_t *value, size_t width, uint32_t *limbs) {
    size_t count = width / 4;
    bool negative = value[width - 1] >> 7;
    uint64_t carry = negative;
    for (size_t i = 0; i < count; i++) {
        uint32_t limb;
        memcpy(&limb, value + 4 * i, sizeof limb);
        uint64_t sum = (negative ? (uint32_t)~limb : limb) + carry;
        limbs[count - 1 - i] = (uint32_t)sum;
        carry = sum >> 32;
    }
    return negative;
}

/* Digits of the magnitude without leading zeros, right-aligned in `text`; gives where they start. */
static size_t magnitude_digits(uint32_t *limbs, size_t count, char *text, size_t size) {
    size_t at = size;
    while (at >= 9) {
        uint32_t rest = divide_by_billion(limbs, count);
        for (int i = 0; i < 9; i++, rest /= 10)
            text[--at] = (char)('0' + rest % 10);
    }
    while (at + 1 < size && text[at] == '0')
        at++;
    return at;
}

tarn_status tarn_print_decimal(const uint8_t *value, size_t width, int32_t scale, tarn_buffer *out, tarn_error *error) {
    uint32_t limbs[MOST_LIMBS] = {0};
    char text[90]; /* 10 times 9 digits: more than 256 bits can be */
    bool negative = read_magnitude(value, width, limbs);
    size_t at = magnitude_digits(limbs, width / 4, text, sizeof text);
    const char *digits = text + at;
    int count = (int)(sizeof text - at);
    if (negative)
        TARN_TRY(tarn_buffer_append(out, "-", 1, error));
    if (scale <= 0) {
        TARN_TRY(tarn_buffer_append(out, digits, (size_t)count, error));
        for (; scale < 0 && digits[0] != '0'; scale++)
            TARN_TRY(tarn_buffer_append(out, "0", 1, error));
        return TARN_OK;
    }
    if (count > scale)
        return tarn_buffer_printf(out, error, "%.*s.%.*s", count - scale, digits, scale, digits + count - scale);
    TARN_TRY(tarn_buffer_append(out, "0.", 2, error));
    for (int zeros = scale - count; zeros > 0; zeros--)
        TARN_TRY(tarn_buffer_append(out, "0", 1, error));
    return tarn_buffer_append(out, digits, (size_t)count, error);
}

/* ---- dates and times --------------------------------------------------------------------------------------------- */

static int64_t units_per_second(char unit) {
    return unit == 's' ? 1 : unit == 'm' ? 1000 : unit == 'u' ? 1000000 : 1000000000;
}

static int digits_of_unit(char unit) {
    return unit == 's' ? 0 : unit == 'm' ? 3 : unit == 'u' ? 6 : 9;
}

/* Division that rounds down, and the rest, which is not negative. */
static int64_t divide_down(int64_t value, int64_t by, int64_t *rest) {
    *rest = value % by;
    if (*rest >= 0)
        return value / by;
    *rest += by;
    return value / by - 1;
}

static tarn_status print_fraction(int64_t fraction, int digits, tarn_buffer *out, tarn_error *error) {
    if (fraction == 0)
        return TARN_OK;
    for (; fraction % 10 == 0; fraction /= 10)
        digits--;
    return tarn_buffer_printf(out, error, ".%0*" PRId64, digits, fraction);
}

/* A time of day, or a duration of any number of hours, in units since midnight. */
static tarn_status print_clock(int64_t units, char unit, tarn_buffer *out, tarn_error *error) {
    int64_t fraction;
    int64_t seconds = divide_down(units, units_per_second(unit), &fraction);
    TARN_TRY(tarn_buffer_printf(out, error, "%02" PRId64 ":%02d:%02d", seconds / 3600, (int)(seconds / 60 % 60),
                                (int)(seconds % 60)));
    return print_fraction(fraction, digits_of_unit(unit), out, error);
}

static tarn_status print_date(int64_t days, tarn_buffer *out, tarn_error *error) {
    int64_t year;
    int month, day;
    tarn_civil_from_days(days, &year, &month, &day);
    bool before_christ = year <= 0;
    return tarn_buffer_printf(out, error, "%04" PRId64 "-%02d-%02d%s", before_christ ? 1 - year : year, month, day,
                              before_christ ? " (BC)" : "");
}

static tarn_status print_infinity(bool negative, tarn_buffer *out, tarn_error *error) {
    return tarn_buffer_printf(out, error, "%sinfinity", negative ? "-" : "");
}

static tarn_status print_timestamp(const tarn_shape *shape, int64_t value, tarn_buffer *out, tarn_error *error) {
    int64_t rest;
    if (value == INT64_MAX || value == -INT64_MAX)
        return print_infinity(value < 0, out, error);
    int64_t days = divide_down(value, 86400 * units_per_second(shape->unit), &rest);
    TARN_TRY(print_date(days, out, error));
    TARN_TRY(tarn_buffer_append(out, " ", 1, error));
    TARN_TRY(print_clock(rest, shape->unit, out, error));
    return shape->details[0] == '\0' ? TARN_OK : tarn_buffer_append(out, "+00", 3, error);
}

static tarn_status print_signed_clock(int64_t units, char unit, tarn_buffer *out, tarn_error *error) {
    if (units >= 0)
        return print_clock(units, unit, out, error);
    TARN_TRY(tarn_buffer_append(out, "-", 1, error));
    return print_clock(units == INT64_MIN ? INT64_MAX : -units, unit, out, error);
}

/* "2 years ", "-1 day " …; nothing for 0. */
static tarn_status print_part(int32_t count, const char *name, tarn_buffer *out, tarn_error *error) {
    if (count == 0)
        return TARN_OK;
    return tarn_buffer_printf(out, error, "%" PRId32 " %s%s ", count, name, count == 1 || count == -1 ? "" : "s");
}

static tarn_status print_interval(int32_t months, int32_t days, int64_t units, char unit, tarn_buffer *out,
                                  tarn_error *error) {
    size_t start = out->size;
    TARN_TRY(print_part(months / 12, "year", out, error));
    TARN_TRY(print_part(months % 12, "month", out, error));
    TARN_TRY(print_part(days, "day", out, error));
    if (units != 0 || out->size == start)
        return print_signed_clock(units, unit, out, error);
    out->size--; /* the last space */
    return TARN_OK;
}

/* ---- bytes ------------------------------------------------------------------------------------------------------- */

tarn_status tarn_print_binary(const uint8_t *data, size_t size, tarn_buffer *out, tarn_error *error) {
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < size; i++) {
        uint8_t c = data[i];
        bool plain = c >= ' ' && c < 0x7F && c != '\\' && c != '\'' && c != '"';
        char escape[4] = {'\\', 'x', digits[c >> 4], digits[c & 15]};
        TARN_TRY(plain ? tarn_buffer_append(out, &c, 1, error) : tarn_buffer_append(out, escape, 4, error));
    }
    return TARN_OK;
}

/* ---- all of them ------------------------------------------------------------------------------------------------- */

/* The value of a signed type of up to 8 bytes. */
static int64_t read_signed(const uint8_t *value, size_t width) {
    uint64_t bits = 0;
    memcpy(&bits, value, width); /* little-endian hosts */
    unsigned shift = (unsigned)(64 - 8 * width);
    return (int64_t)(bits << shift) >> shift;
}

static tarn_status print_real(const tarn_shape *shape, const uint8_t *value, tarn_buffer *out, tarn_error *error) {
    double wide;
    float narrow;
    uint16_t half;
    switch (shape->type) {
    case TARN_TYPE_FLOAT64:
        memcpy(&wide, value, sizeof wide);
        return tarn_print_float(wide, false, out, error);
    case TARN_TYPE_FLOAT32:
        memcpy(&narrow, value, sizeof narrow);
        return tarn_print_float(narrow, true, out, error);
    default:
        memcpy(&half, value, sizeof half);
        return tarn_print_float(tarn_half_to_double(half), true, out, error);
    }
}

tarn_status tarn_print_fixed(const tarn_shape *shape, const uint8_t *value, tarn_buffer *out, tarn_error *error) {
    int64_t number = shape->width <= 8 && shape->width > 0 ? read_signed(value, shape->width) : 0;
    switch (shape->type) {
    case TARN_TYPE_INT8:
    case TARN_TYPE_INT16:
    case TARN_TYPE_INT32:
    case TARN_TYPE_INT64:
        return tarn_buffer_printf(out, error, "%" PRId64, number);
    case TARN_TYPE_UINT8:
    case TARN_TYPE_UINT16:
    case TARN_TYPE_UINT32:
    case TARN_TYPE_UINT64:
        return tarn_buffer_printf(out, error, "%" PRIu64, (uint64_t)number & (UINT64_MAX >> (64 - 8 * shape->width)));
    case TARN_TYPE_FLOAT16:
    case TARN_TYPE_FLOAT32:
    case TARN_TYPE_FLOAT64:
        return print_real(shape, value, out, error);
    case TARN_TYPE_DECIMAL32:
    case TARN_TYPE_DECIMAL64:
    case TARN_TYPE_DECIMAL128:
    case TARN_TYPE_DECIMAL256:
        return tarn_print_decimal(value, shape->width, shape->scale, out, error);
    case TARN_TYPE_DATE32:
        return number == INT32_MAX || number == -INT32_MAX ? print_infinity(number < 0, out, error)
                                                           : print_date(number, out, error);
    case TARN_TYPE_DATE64:
        return print_date(divide_down(number, 86400000, &(int64_t){0}), out, error);
    case TARN_TYPE_TIME32:
    case TARN_TYPE_TIME64:
    case TARN_TYPE_DURATION:
        return print_signed_clock(number, shape->unit, out, error);
    case TARN_TYPE_TIMESTAMP:
        return print_timestamp(shape, number, out, error);
    case TARN_TYPE_INTERVAL_MONTHS:
        return print_interval((int32_t)number, 0, 0, 's', out, error);
    case TARN_TYPE_INTERVAL_DAY_TIME:
        return print_interval(0, (int32_t)read_signed(value, 4), read_signed(value + 4, 4), 'm', out, error);
    case TARN_TYPE_INTERVAL_MONTH_DAY_NANO:
        return print_interval((int32_t)read_signed(value, 4), (int32_t)read_signed(value + 4, 4),
                              read_signed(value + 8, 8), 'n', out, error);
    default:
        return tarn_print_binary(value, shape->width, out, error);
    }
}
