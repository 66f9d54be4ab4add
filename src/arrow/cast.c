// Casting a column to another type without losing anything.
#include "arrow/cast.h"

#include "arrow/builder.h"
#include "arrow/cast_decimal.h"
#include "arrow/layout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MICROS_PER_DAY INT64_C(86400000000)

/* How a value is carried from one type to the other. */
typedef enum carrier {
    CARRY_NONE,
    CARRY_INT,
    CARRY_FLOAT,
    CARRY_DECIMAL, /* from or to a decimal */
    CARRY_DATE,
    CARRY_TIMESTAMP,
    CARRY_TEXT,
} carrier;

static bool is_integer(tarn_type type) {
    return type >= TARN_TYPE_INT8 && type <= TARN_TYPE_UINT64;
}

static bool is_float(tarn_type type) {
    return type == TARN_TYPE_FLOAT32 || type == TARN_TYPE_FLOAT64;
}

/* "tsu:UTC": the unit at [2], the zone from [4] on. */
static bool same_zone(const char *a, const char *b) {
    return strcmp(a + 4, b + 4) == 0;
}

static carrier choose_carrier(const struct ArrowSchema *from, tarn_type from_type, const struct ArrowSchema *to,
                              tarn_type to_type) {
    bool number_to_number = (is_integer(to_type) || is_float(to_type)) && to->dictionary == NULL;
    if (from->dictionary != NULL)
        return to_type == TARN_TYPE_UTF8 && to->dictionary == NULL ? CARRY_TEXT : CARRY_NONE;
    bool is_decimal = from_type == TARN_TYPE_DECIMAL128, to_decimal = to_type == TARN_TYPE_DECIMAL128;
    if ((is_decimal && (number_to_number || to_decimal)) || (is_integer(from_type) && to_decimal))
        return CARRY_DECIMAL;
    if (is_integer(from_type) && number_to_number)
        return CARRY_INT;
    if (is_float(from_type) && number_to_number)
        return CARRY_FLOAT;
    if (from_type == TARN_TYPE_DATE32 && to_type == TARN_TYPE_TIMESTAMP && to->format[4] == '\0')
        return CARRY_DATE;
    if (from_type == TARN_TYPE_TIMESTAMP && to_type == TARN_TYPE_TIMESTAMP && same_zone(from->format, to->format))
        return CARRY_TIMESTAMP;
    return to_type == TARN_TYPE_UTF8 && to->dictionary == NULL ? CARRY_TEXT : CARRY_NONE;
}

/* False for an unsigned value that an int64 cannot hold. */
static bool read_int(tarn_type type, const void *values, int64_t i, int64_t *out) {
    switch (type) {
    case TARN_TYPE_INT8:
        *out = (int64_t)((const int8_t *)values)[i];
        return true;
    case TARN_TYPE_INT16:
        *out = ((const int16_t *)values)[i];
        return true;
    case TARN_TYPE_INT32:
    case TARN_TYPE_DATE32:
        *out = ((const int32_t *)values)[i];
        return true;
    case TARN_TYPE_UINT8:
        *out = ((const uint8_t *)values)[i];
        return true;
    case TARN_TYPE_UINT16:
        *out = ((const uint16_t *)values)[i];
        return true;
    case TARN_TYPE_UINT32:
        *out = ((const uint32_t *)values)[i];
        return true;
    case TARN_TYPE_UINT64:
        *out = (int64_t)((const uint64_t *)values)[i];
        return ((const uint64_t *)values)[i] <= INT64_MAX;
    default:
        *out = ((const int64_t *)values)[i];
        return true;
    }
}

static bool whole_double_fits(double value) {
    return value == trunc(value) && value >= -0x1p63 && value < 0x1p63;
}

/* A float32 target must give the value back. */
static bool double_fits(tarn_type to, double value) {
    return to == TARN_TYPE_FLOAT64 || isnan(value) || (double)(float)value == value;
}

static int64_t units_per_second(char unit) {
    return unit == 's' ? 1 : unit == 'm' ? 1000 : unit == 'u' ? 1000000 : 1000000000;
}

/* value * per_to / per_from, when that is exact and fits. */
static bool rescale(int64_t value, int64_t per_from, int64_t per_to, int64_t *out) {
    if (per_to >= per_from)
        return !__builtin_mul_overflow(value, per_to / per_from, out);
    *out = value / (per_from / per_to);
    return value % (per_from / per_to) == 0;
}

typedef struct cast {
    const struct ArrowSchema *from, *to;
    const struct ArrowArray *array;
    tarn_type from_type, to_type;
    carrier how;
    tarn_builder *builder;
    tarn_buffer text;
} cast;

/* TARN_E_INVALID with an empty message: the value does not fit. */
static tarn_status carry_int(cast *c, int64_t i, tarn_error *error) {
    int64_t value;
    if (!read_int(c->from_type, c->array->buffers[1], c->array->offset + i, &value))
        return TARN_E_INVALID;
    if (!is_float(c->to_type))
        return tarn_builder_int(c->builder, value, error);
    if (!whole_double_fits((double)value) || (int64_t)(double)value != value || !double_fits(c->to_type, (double)value))
        return TARN_E_INVALID;
    return tarn_builder_double(c->builder, (double)value, error);
}

static tarn_status carry_float(cast *c, int64_t i, tarn_error *error) {
    int64_t at = c->array->offset + i;
    double value = c->from_type == TARN_TYPE_FLOAT32 ? (double)((const float *)c->array->buffers[1])[at]
                                                     : ((const double *)c->array->buffers[1])[at];
    if (is_float(c->to_type))
        return double_fits(c->to_type, value) ? tarn_builder_double(c->builder, value, error) : TARN_E_INVALID;
    if (!whole_double_fits(value) || (value == 0 && signbit(value)))
        return TARN_E_INVALID;
    return tarn_builder_int(c->builder, (int64_t)value, error);
}

static tarn_status carry_decimal(cast *c, int64_t i, tarn_error *error) {
    int64_t at = c->array->offset + i, whole;
    tarn_shape from = {0}, to = {0};
    tarn_int128 value;
    double fraction;
    TARN_TRY(tarn_shape_of(c->from->format, &from, error));
    TARN_TRY(tarn_shape_of(c->to->format, &to, error));
    if (c->from_type == TARN_TYPE_UINT64)
        value = ((const uint64_t *)c->array->buffers[1])[at];
    else if (c->from_type != TARN_TYPE_DECIMAL128)
        value = read_int(c->from_type, c->array->buffers[1], at, &whole) ? whole : 0;
    else
        memcpy(&value, (const char *)c->array->buffers[1] + at * (int64_t)sizeof value, sizeof value);
    if (is_float(c->to_type))
        return tarn_decimal_double(value, from.scale, &fraction) && double_fits(c->to_type, fraction)
                   ? tarn_builder_double(c->builder, fraction, error)
                   : TARN_E_INVALID;
    bool to_integer = c->to_type != TARN_TYPE_DECIMAL128;
    if (!tarn_decimal_rescale(value, from.scale, to_integer ? TARN_DECIMAL_DIGITS : to.precision, to.scale, &value))
        return TARN_E_INVALID;
    if (!to_integer)
        return tarn_builder_raw(c->builder, &value, error);
    return value < INT64_MIN || value > INT64_MAX ? TARN_E_INVALID
                                                  : tarn_builder_int(c->builder, (int64_t)value, error);
}

static tarn_status carry_time(cast *c, int64_t i, tarn_error *error) {
    int64_t value, micros;
    int64_t per_to = units_per_second(c->to->format[2]);
    read_int(c->from_type, c->array->buffers[1], c->array->offset + i, &value);
    bool fits = c->how == CARRY_DATE ? !__builtin_mul_overflow(value, MICROS_PER_DAY, &micros) &&
                                           rescale(micros, 1000000, per_to, &micros)
                                     : rescale(value, units_per_second(c->from->format[2]), per_to, &micros);
    return fits ? tarn_builder_int(c->builder, micros, error) : TARN_E_INVALID;
}

static tarn_status carry_text(cast *c, int64_t i, tarn_error *error) {
    bool is_null = false;
    c->text.size = 0;
    TARN_TRY(tarn_array_print_cell(c->from, c->array, i, &c->text, &is_null, error));
    return is_null ? tarn_builder_null(c->builder, error)
                   : tarn_builder_bytes(c->builder, c->text.data, c->text.size, error);
}

static tarn_status carry(cast *c, int64_t i, tarn_error *error) {
    if (tarn_array_is_null(c->from, c->array, i))
        return tarn_builder_null(c->builder, error);
    switch (c->how) {
    case CARRY_INT:
        return carry_int(c, i, error);
    case CARRY_FLOAT:
        return carry_float(c, i, error);
    case CARRY_DECIMAL:
        return carry_decimal(c, i, error);
    case CARRY_DATE:
    case CARRY_TIMESTAMP:
        return carry_time(c, i, error);
    default:
        return carry_text(c, i, error);
    }
}

static tarn_status refuse_value(cast *c, int64_t i, tarn_error *error) {
    bool is_null;
    char *to = tarn_schema_type_name(c->to);
    c->text.size = 0;
    tarn_status status = tarn_array_print(c->from, c->array, i, &c->text, &is_null, error);
    if (status == TARN_OK)
        status = tarn_fail(error, TARN_E_INVALID, "the value %.*s does not fit %s without loss", (int)c->text.size,
                           (const char *)c->text.data, to != NULL ? to : c->to->format);
    free(to);
    return status;
}

static tarn_status run(cast *c, struct ArrowArray *out, int64_t *failed, tarn_error *error) {
    TARN_TRY(tarn_builder_new(c->to, &c->builder, error));
    for (int64_t i = 0; i < c->array->length; i++) {
        tarn_status status = carry(c, i, error);
        if (status == TARN_E_INVALID && failed != NULL)
            *failed = i;
        if (status == TARN_E_INVALID)
            return refuse_value(c, i, error);
        TARN_TRY(status);
    }
    return tarn_builder_finish(c->builder, out, error);
}

tarn_status tarn_array_cast(const struct ArrowSchema *from, const struct ArrowArray *array,
                            const struct ArrowSchema *to, struct ArrowArray *out, int64_t *failed, tarn_error *error) {
    cast c = {.from = from, .to = to, .array = array};
    if (tarn_schema_same_type(from, to))
        return tarn_array_concat(from, &array, 1, out, error);
    TARN_TRY(tarn_type_of(from->format, &c.from_type, error));
    TARN_TRY(tarn_type_of(to->format, &c.to_type, error));
    if (c.from_type == TARN_TYPE_NULL)
        return tarn_array_nulls(to, array->length, out, error);
    c.how = choose_carrier(from, c.from_type, to, c.to_type);
    if (c.how == CARRY_NONE) {
        char *from_name = tarn_schema_type_name(from);
        char *to_name = tarn_schema_type_name(to);
        tarn_fail(error, TARN_E_UNSUPPORTED, "%s values cannot become %s", from_name != NULL ? from_name : from->format,
                  to_name != NULL ? to_name : to->format);
        free(from_name);
        free(to_name);
        return TARN_E_UNSUPPORTED;
    }
    tarn_status status = run(&c, out, failed, error);
    tarn_builder_free(c.builder);
    tarn_buffer_free(&c.text);
    return status;
}
