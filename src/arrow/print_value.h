/**
 * @file print_value.h
 * Single values as text, the way DuckDB casts them to VARCHAR. Private to src/arrow.
 */
#ifndef TARN_ARROW_PRINT_VALUE_H
#define TARN_ARROW_PRINT_VALUE_H

#include "arrow/layout.h"

/** The shortest digits that give the same double (or float, when `narrow`): 1.0, 0.1, 1e+16, nan, -inf. */
tarn_status tarn_print_float(double value, bool narrow, tarn_buffer *out, tarn_error *error);

/** A two's complement integer of `width` bytes with `scale` digits behind the point. */
tarn_status tarn_print_decimal(const uint8_t *value, size_t width, int32_t scale, tarn_buffer *out, tarn_error *error);

/**
 * A value of a fixed-width type that is a number, a date, a time or an interval, into memory that has TARN_PRINT_ROOM
 * bytes. Gives where the text ends, NULL for what may need more: bytes, and decimals of more than 64 bits.
 */
#define TARN_PRINT_ROOM 96
char *tarn_write_fixed(const tarn_shape *shape, const uint8_t *value, char *out);

/** A value of a fixed-width type that is a number, a date, a time, an interval or bytes. */
tarn_status tarn_print_fixed(const tarn_shape *shape, const uint8_t *value, tarn_buffer *out, tarn_error *error);

/** Bytes: printable ASCII as it is except \ ' ", all else as \xAB. */
tarn_status tarn_print_binary(const uint8_t *data, size_t size, tarn_buffer *out, tarn_error *error);

/** 16 bytes as 01234567-89ab-cdef-0123-456789abcdef. */
tarn_status tarn_print_uuid(const uint8_t *data, tarn_buffer *out, tarn_error *error);

/** A half-precision float as a double. */
double tarn_half_to_double(uint16_t bits);

#endif
