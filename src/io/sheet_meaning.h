/**
 * @file sheet_meaning.h
 * What a sheet's formats and layout tell a reader that its values do not: shares, amounts of a currency, zeros in
 * front, hidden rows and columns. It is said, by column.
 */
#ifndef TARN_IO_SHEET_MEANING_H
#define TARN_IO_SHEET_MEANING_H

#include "io/sheet_shape.h"

typedef struct tarn_sheet_meaning tarn_sheet_meaning;

tarn_status tarn_sheet_meaning_new(size_t width, tarn_sheet_meaning **out, tarn_error *error);
void tarn_sheet_meaning_free(tarn_sheet_meaning *meaning); /**< NULL is allowed */

/** A row of values. */
void tarn_sheet_meaning_see(tarn_sheet_meaning *meaning, const tarn_sheet_cell *cells, size_t count);

/** After the last row of a sheet that was read to its end. */
tarn_status tarn_sheet_meaning_note(const tarn_sheet_meaning *meaning, const tarn_sheet *sheet,
                                    const tarn_sheet_shape *shape, tarn_notes *notes, tarn_error *error);

#endif
