/**
 * @file csv_decimal.h
 * Numbers as they are written where the fraction follows a comma, or thousands are parted: 1.234,5 or 1,234.5 or 1 234.
 */
#ifndef TARN_IO_CSV_DECIMAL_H
#define TARN_IO_CSV_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TARN_CSV_LONGEST_NUMBER 64

/* The number as other functions read it, without marks between thousands and with a point; false when the text is none
 * with this decimal separator. Thousands are parted throughout by one mark: the other one of comma and point, a space
 * (or one that does not break), or an apostrophe. */
bool tarn_csv_plain_number(char decimal, const uint8_t *text, size_t size, uint8_t out[TARN_CSV_LONGEST_NUMBER],
                           size_t *out_size);

#endif
