// Single values as text, the way DuckDB casts them to VARCHAR. Private to src/arrow.
#include "arrow/print_value.h"

#include "arrow/print_number.h"
#include "arrow/print_time.h"

#include <math.h>
#include <string.h>

#define MOST_SHORT_SCALE 38

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

tarn_status tarn_print_float(double value, bool narrow, tarn_buffer *out, tarn_error *error) {
    TARN_TRY(tarn_buffer_reserve(out, TARN_PRINT_ROOM, error));
    out->size = (size_t)(tarn_write_float((char *)out->data + out->size, value, narrow) - (char *)out->data);
    return TARN_OK;
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

tarn_status tarn_print_uuid(const uint8_t *data, tarn_buffer *out, tarn_error *error) {
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < 16; i++) {
        char text[3] = {'-', digits[data[i] >> 4], digits[data[i] & 15]};
        bool hyphen = i == 4 || i == 6 || i == 8 || i == 10;
        TARN_TRY(tarn_buffer_append(out, hyphen ? text : text + 1, hyphen ? 3 : 2, error));
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

static char *write_real(const tarn_shape *shape, const uint8_t *value, char *out) {
    double wide;
    float narrow;
    uint16_t half;
    switch (shape->type) {
    case TARN_TYPE_FLOAT64:
        memcpy(&wide, value, sizeof wide);
        return tarn_write_float(out, wide, false);
    case TARN_TYPE_FLOAT32:
        memcpy(&narrow, value, sizeof narrow);
        return tarn_write_float(out, narrow, true);
    default:
        memcpy(&half, value, sizeof half);
        return tarn_write_float(out, tarn_half_to_double(half), true);
    }
}

/* Decimals of up to 128 bits most often fit 64. */
static bool fits_64_bits(const tarn_shape *shape, const uint8_t *value, int64_t *out) {
    if (shape->width > 16 || shape->scale < 0 || shape->scale > MOST_SHORT_SCALE)
        return false;
    *out = read_signed(value, shape->width < 8 ? shape->width : 8);
    return shape->width <= 8 || read_signed(value + 8, 8) == (*out < 0 ? -1 : 0);
}

char *tarn_write_fixed(const tarn_shape *shape, const uint8_t *value, char *out) {
    int64_t number = shape->width <= 8 && shape->width > 0 ? read_signed(value, shape->width) : 0;
    switch (shape->type) {
    case TARN_TYPE_INT8:
    case TARN_TYPE_INT16:
    case TARN_TYPE_INT32:
    case TARN_TYPE_INT64:
        return tarn_write_signed(out, number);
    case TARN_TYPE_UINT8:
    case TARN_TYPE_UINT16:
    case TARN_TYPE_UINT32:
    case TARN_TYPE_UINT64:
        return tarn_write_unsigned(out, (uint64_t)number & (UINT64_MAX >> (64 - 8 * shape->width)));
    case TARN_TYPE_FLOAT16:
    case TARN_TYPE_FLOAT32:
    case TARN_TYPE_FLOAT64:
        return write_real(shape, value, out);
    case TARN_TYPE_DECIMAL32:
    case TARN_TYPE_DECIMAL64:
    case TARN_TYPE_DECIMAL128:
    case TARN_TYPE_DECIMAL256:
        return fits_64_bits(shape, value, &number) ? tarn_write_scaled(out, number, shape->scale) : NULL;
    case TARN_TYPE_DATE32:
        return tarn_write_date32(out, number);
    case TARN_TYPE_DATE64:
        return tarn_write_date64(out, number);
    case TARN_TYPE_TIME32:
    case TARN_TYPE_TIME64:
    case TARN_TYPE_DURATION:
        return tarn_write_clock(out, number, shape->unit);
    case TARN_TYPE_TIMESTAMP:
        return tarn_write_timestamp(out, number, shape->unit, shape->details[0] != '\0');
    case TARN_TYPE_INTERVAL_MONTHS:
        return tarn_write_interval(out, (int32_t)number, 0, 0, 's');
    case TARN_TYPE_INTERVAL_DAY_TIME:
        return tarn_write_interval(out, 0, (int32_t)read_signed(value, 4), read_signed(value + 4, 4), 'm');
    case TARN_TYPE_INTERVAL_MONTH_DAY_NANO:
        return tarn_write_interval(out, (int32_t)read_signed(value, 4), (int32_t)read_signed(value + 4, 4),
                                   read_signed(value + 8, 8), 'n');
    default:
        return NULL;
    }
}

tarn_status tarn_print_fixed(const tarn_shape *shape, const uint8_t *value, tarn_buffer *out, tarn_error *error) {
    TARN_TRY(tarn_buffer_reserve(out, TARN_PRINT_ROOM, error));
    char *end = tarn_write_fixed(shape, value, (char *)out->data + out->size);
    if (end != NULL) {
        out->size = (size_t)(end - (char *)out->data);
        return TARN_OK;
    }
    return tarn_type_is_decimal(shape->type) ? tarn_print_decimal(value, shape->width, shape->scale, out, error)
                                             : tarn_print_binary(value, shape->width, out, error);
}
