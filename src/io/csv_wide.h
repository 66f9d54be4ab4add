/**
 * @file csv_wide.h
 * Conversions to the types that are never detected, only asked for, and that need more than 64 bits or bytes. False
 * when the text is not of that type; nothing is rounded.
 */
#ifndef TARN_IO_CSV_WIDE_H
#define TARN_IO_CSV_WIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How wide decimals are and how many of their digits stand behind the point. */
typedef struct tarn_csv_decimal {
    uint8_t precision, scale;
} tarn_csv_decimal;

/* "decimal(10, 2)", "numeric", "dec(5)": DuckDB's defaults are (18, 3), and 0 for the scale. */
bool tarn_csv_decimal_find(const char *name, tarn_csv_decimal *out);

/* 16 bytes, two's complement. */
bool tarn_csv_parse_decimal(const uint8_t *text, size_t size, tarn_csv_decimal decimal, uint8_t *out);
bool tarn_csv_parse_hugeint(const uint8_t *text, size_t size, uint8_t *out);
bool tarn_csv_parse_uint64(const uint8_t *text, size_t size, uint64_t *out);

/* 32 hexadecimal digits, with hyphens after the 8th, 12th, 16th and 20th or without any; 16 bytes, in their order. */
bool tarn_csv_parse_uuid(const uint8_t *text, size_t size, uint8_t *out);

/* \xAB is a byte, all else ASCII as it is. In place: the result is not longer. */
bool tarn_csv_parse_blob(uint8_t *text, size_t *size);

#endif
