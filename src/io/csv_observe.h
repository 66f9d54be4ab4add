/**
 * @file csv_observe.h
 * What kinds of values a column's cells are, many at a time.
 */
#ifndef TARN_IO_CSV_OBSERVE_H
#define TARN_IO_CSV_OBSERVE_H

#include "io/csv_reader.h"

/* What was seen of a column whose values are mostly of a type, but not all: why it became text. */
typedef struct tarn_csv_tally {
    uint64_t values; /* cells with something in them, until `is_text` */
    uint64_t odd;    /* of those, texts */
    bool is_text;    /* too many texts for anything else to be meant: nothing is counted any more */
    uint8_t shown;   /* odd ones that were kept as examples */
} tarn_csv_tally;

#define TARN_CSV_ODD_SHOWN 3 /* examples of a column */

/* Rows of the first odd cells of a call. */
typedef struct tarn_csv_odd_rows {
    size_t row[TARN_CSV_ODD_SHOWN];
    size_t count;
} tarn_csv_odd_rows;

/* `kinds` and the kinds of these cells; stops looking once the column is plain text. Null texts become missing. `odd`
 * gets the texts among values of a type, as far as the tally has not enough examples. */
unsigned tarn_csv_observe(unsigned kinds, const tarn_csv_dialect *dialect, const tarn_csv_nulls *nulls,
                          const uint8_t *data, tarn_csv_field *fields, size_t stride, size_t rows,
                          tarn_csv_tally *tally, tarn_csv_odd_rows *odd);

#endif
