// Bringing values of fixed width to the types that the store keeps.
#include "arrow/array_node.h"
#include "arrow/bits.h"
#include "arrow/normalize_rule.h"
#include "arrow/print_value.h"

#include <string.h>

#define MILLISECONDS_PER_DAY 86400000
#define NANOSECONDS_PER_MILLISECOND 1000000

static void widen_halves(const uint16_t *from, int64_t count, float *to) {
    for (int64_t i = 0; i < count; i++)
        to[i] = (float)tarn_half_to_double(from[i]);
}

/* Days that the milliseconds lie in. */
static tarn_status days_of_milliseconds(const int64_t *from, int64_t count, int32_t *to, const tarn_path *path,
                                        tarn_error *error) {
    for (int64_t i = 0; i < count; i++) {
        int64_t days = from[i] / MILLISECONDS_PER_DAY - (from[i] % MILLISECONDS_PER_DAY < 0);
        if (days < INT32_MIN || days > INT32_MAX)
            return tarn_fail_at(error, TARN_E_UNSUPPORTED, path, "a date64 is too far away for a date32");
        to[i] = (int32_t)days;
    }
    return TARN_OK;
}

/* Two's complement numbers of one width to another. Values that do not fit cannot be kept. */
static tarn_status resize_decimals(const uint8_t *from, size_t width, int64_t count, uint8_t *to, size_t to_width,
                                   const tarn_path *path, tarn_error *error) {
    size_t common = width < to_width ? width : to_width;
    for (int64_t i = 0; i < count; i++, from += width, to += to_width) {
        int sign = from[common - 1] >> 7 ? 0xFF : 0;
        for (size_t j = common; j < width; j++) {
            if (from[j] != sign)
                return tarn_fail_at(error, TARN_E_UNSUPPORTED, path, "a decimal256 is too large for a decimal128");
        }
        memcpy(to, from, common);
        memset(to + common, sign, to_width - common);
    }
    return TARN_OK;
}

typedef struct interval {
    int32_t months, days;
    int64_t nanoseconds;
} interval;

static void intervals_of_months(const int32_t *from, int64_t count, interval *to) {
    for (int64_t i = 0; i < count; i++)
        to[i] = (interval){.months = from[i]};
}

static void intervals_of_days(const int32_t *from, int64_t count, interval *to) {
    for (int64_t i = 0; i < count; i++)
        to[i] = (interval){.days = from[2 * i], .nanoseconds = from[2 * i + 1] * (int64_t)NANOSECONDS_PER_MILLISECOND};
}

/* What lies under nulls may be any garbage: it must not make a value fail. */
static tarn_status convert_range(const tarn_shape *from, const uint8_t *values, int64_t count, const tarn_shape *to,
                                 uint8_t *out, const tarn_path *path, tarn_error *error) {
    switch (from->type) {
    case TARN_TYPE_FLOAT16:
        widen_halves((const uint16_t *)(const void *)values, count, (float *)(void *)out);
        return TARN_OK;
    case TARN_TYPE_DATE64:
        return days_of_milliseconds((const int64_t *)(const void *)values, count, (int32_t *)(void *)out, path, error);
    case TARN_TYPE_INTERVAL_MONTHS:
        intervals_of_months((const int32_t *)(const void *)values, count, (interval *)(void *)out);
        return TARN_OK;
    case TARN_TYPE_INTERVAL_DAY_TIME:
        intervals_of_days((const int32_t *)(const void *)values, count, (interval *)(void *)out);
        return TARN_OK;
    default:
        return resize_decimals(values, from->width, count, out, to->width, path, error);
    }
}

tarn_status tarn_normalize_fixed(const tarn_shape *from, const struct ArrowArray *array, const tarn_shape *to,
                                 void *out, const tarn_path *path, tarn_error *error) {
    const uint8_t *validity = tarn_validity_of(array);
    const uint8_t *values = array->buffers[1];
    int64_t end = array->offset + array->length;
    int64_t stop;
    memset(out, 0, (size_t)array->length * to->width);
    for (int64_t at = array->offset; (stop = tarn_bits_run(validity, &at, end)) > at; at = stop)
        TARN_TRY(convert_range(from, values + (size_t)at * from->width, stop - at, to,
                               (uint8_t *)out + (size_t)(at - array->offset) * to->width, path, error));
    return TARN_OK;
}
