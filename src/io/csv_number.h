/**
 * @file csv_number.h
 * Numbers in text: see csv_value.h.
 */
#ifndef TARN_IO_CSV_NUMBER_H
#define TARN_IO_CSV_NUMBER_H

#include "io/csv_value.h"

/* INT, BIG_INT, FLOAT, LONG, NAN or TEXT. */
tarn_csv_kind tarn_csv_number_kind(const uint8_t *text, size_t size);

#endif
