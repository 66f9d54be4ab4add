/**
 * @file sheet_value.h
 * Single values of sheets: as text, and from text.
 */
#ifndef TARN_IO_SHEET_VALUE_H
#define TARN_IO_SHEET_VALUE_H

#include "io/sheet.h"
#include "tarn/files.h"

/** A cell as text, as people would write it: whole numbers with all their digits, others with as many as tell them from
 *  their neighbours. */
tarn_status tarn_sheet_cell_print(const tarn_workbook *workbook, const tarn_sheet_cell *cell, tarn_buffer *out,
                                  tarn_error *error);

/** What kind of value it is, as the judges of grids know them (a tarn_csv_kind); 0: there is nothing in it. */
unsigned tarn_sheet_cell_csv_kind(const tarn_sheet_cell *cell);

/** No value: empty, an error, or the text that the options say means null. */
bool tarn_sheet_cell_is_null(const tarn_sheet_cell *cell, const tarn_import_options *options);

/** A date, a time of day or both of ISO 8601: TARN_CELL_DATE, TARN_CELL_TIME or TARN_CELL_DATE_TIME; TARN_CELL_TEXT
 * when it is none of these. */
tarn_sheet_kind tarn_sheet_read_iso(const char *text, size_t size, int64_t *micros);

/** A duration as ISO 8601 writes it, "PT30H05M00.5S", days too; false when it is none. */
bool tarn_sheet_read_duration(const char *text, int64_t *micros);

#endif
