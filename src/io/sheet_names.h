/**
 * @file sheet_names.h
 * The names of a sheet's columns, from the rows that make them up: "2023 / Cost". A name in an upper row also stands
 * for the columns that its cell is merged over or, where none of these rows has merged cells, for the empty cells to
 * its right.
 */
#ifndef TARN_IO_SHEET_NAMES_H
#define TARN_IO_SHEET_NAMES_H

#include "io/sheet.h"

typedef struct tarn_header_cell {
    uint64_t row;
    size_t column, begin, size; /* of its text */
} tarn_header_cell;

/** The cells of the rows with names, as they come. Zeroed is empty. */
typedef struct tarn_sheet_names {
    tarn_header_cell *cells;
    size_t count, capacity;
    tarn_buffer text;
} tarn_sheet_names;

/** Rows and columns rise. */
tarn_status tarn_sheet_names_add(tarn_sheet_names *names, uint64_t row, size_t column, const tarn_buffer *text,
                                 tarn_error *error);
/** When the whole sheet was read: append to `out[column]` for `width` columns. `last_row` is the lowest row of names.
 */
tarn_status tarn_sheet_names_join(const tarn_sheet_names *names, tarn_sheet *sheet, uint64_t last_row, size_t width,
                                  tarn_buffer *out, tarn_error *error);
void tarn_sheet_names_clear(tarn_sheet_names *names);

#endif
