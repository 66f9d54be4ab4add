/**
 * @file sheet_why.h
 * Why a sheet's columns became text: what kinds of values each has, and the first cells of each kind (why.h).
 */
#ifndef TARN_IO_SHEET_WHY_H
#define TARN_IO_SHEET_WHY_H

#include "io/sheet_tail.h"

typedef struct tarn_sheet_why tarn_sheet_why;

tarn_status tarn_sheet_why_new(const tarn_workbook *workbook, tarn_sheet_why **out, tarn_error *error);
void tarn_sheet_why_free(tarn_sheet_why *why); /**< NULL is allowed */

/** A row of cells as it is read: the first ones of each kind are kept as examples. */
tarn_status tarn_sheet_why_see(tarn_sheet_why *why, uint64_t row, const tarn_sheet_cell *cells, size_t count,
                               const tarn_import_options *options, tarn_error *error);
/** A row that turned out to be the table's: its cells are counted. */
void tarn_sheet_why_count(tarn_sheet_why *why, const tarn_sheet_held_row *row);

/** Note the columns of `shape` that became text for a few of their values. Examples below `last_row` are not of the
 * table. */
tarn_status tarn_sheet_why_note(const tarn_sheet_why *why, const char *sheet_name, const tarn_sheet_shape *shape,
                                uint64_t last_row, tarn_notes *notes, tarn_error *error);

#endif
