/**
 * @file sheet_seen.h
 * What kinds of values a sheet's cells are, as bits, and what they make a column.
 */
#ifndef TARN_IO_SHEET_SEEN_H
#define TARN_IO_SHEET_SEEN_H

#include "io/sheet_shape.h"

enum {
    TARN_SEEN_TEXT = 1,
    TARN_SEEN_BOOLEAN = 2,
    TARN_SEEN_INTEGER = 4,
    TARN_SEEN_FLOAT = 8,
    TARN_SEEN_DATE = 16,
    TARN_SEEN_TIMESTAMP = 32,
    TARN_SEEN_TIME = 64,
    TARN_SEEN_DURATION = 128,
    TARN_SEEN_ERROR = 256,      /**< no value: an Excel error */
    TARN_SEEN_UNCOMPUTED = 512, /**< no value: a formula whose value was never computed */
};
#define TARN_SEEN_VALUES 255u

/** 0: there is nothing in it. */
unsigned tarn_sheet_seen(const tarn_sheet_cell *cell, const tarn_import_options *options);

/** The narrowest type for values of these kinds. */
tarn_sheet_type tarn_sheet_seen_type(unsigned seen);

#endif
