/**
 * @file csv_observe.h
 * What kinds of values a column's cells are, many at a time.
 */
#ifndef TARN_IO_CSV_OBSERVE_H
#define TARN_IO_CSV_OBSERVE_H

#include "io/csv_reader.h"

/* `kinds` and the kinds of these cells; may stop looking once text was seen. Null texts become missing. */
unsigned tarn_csv_observe(unsigned kinds, const tarn_csv_dialect *dialect, const tarn_csv_nulls *nulls,
                          const uint8_t *data, tarn_csv_field *fields, size_t stride, size_t rows);

#endif
