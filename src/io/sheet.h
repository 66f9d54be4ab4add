/**
 * @file sheet.h
 * The cells of one sheet of an Excel workbook, row by row (ECMA-376 part 1, 18.3).
 */
#ifndef TARN_IO_SHEET_H
#define TARN_IO_SHEET_H

#include "io/workbook.h"

#define TARN_SHEET_COLUMNS 16384

typedef enum tarn_sheet_kind {
    TARN_CELL_EMPTY,
    TARN_CELL_NUMBER,
    TARN_CELL_DATE,      /**< a number that its style shows as a date; serial days in `number` */
    TARN_CELL_DATE_TIME, /**< … as date and time */
    TARN_CELL_TIME,      /**< … as a time of day */
    TARN_CELL_BOOLEAN,
    TARN_CELL_TEXT,
    TARN_CELL_ERROR, /**< #DIV/0! and the like, in `text` */
    TARN_CELL_ISO,   /**< a date or time written as ISO 8601 text, in `text` */
} tarn_sheet_kind;

typedef struct tarn_sheet_cell {
    size_t column; /**< from 0 */
    tarn_sheet_kind kind;
    bool is_formula;  /**< of which there may be no computed value: kind EMPTY */
    double number;    /**< booleans: 0 or 1 */
    const char *text; /**< not NUL-terminated; valid during the call */
    size_t size;
} tarn_sheet_cell;

/** A row with at least one cell, empty or not; `row` counts from 1, cells come by rising column. */
typedef tarn_status (*tarn_sheet_row)(void *context, uint64_t row, const tarn_sheet_cell *cells, size_t count,
                                      tarn_error *error);

typedef struct tarn_sheet tarn_sheet;

/** The workbook must stay; one sheet of it can be read at a time. */
tarn_status tarn_sheet_open(const tarn_workbook *workbook, const tarn_workbook_sheet *which, tarn_sheet_row row,
                            void *context, tarn_sheet **out, tarn_error *error);
/** Read on, calling `row` for what was completed; `*more` is false at the end. */
tarn_status tarn_sheet_advance(tarn_sheet *sheet, bool *more, tarn_error *error);
/** Merged ranges; complete at the end. `*first` is one of them ("A1:C1"), owned by the sheet; NULL when none. */
size_t tarn_sheet_merged(const tarn_sheet *sheet, const char **first);
void tarn_sheet_close(tarn_sheet *sheet); /**< NULL is allowed */

/** "B7" of column 1 and row 7. */
#define TARN_CELL_NAME_SIZE 32
void tarn_cell_name(size_t column, uint64_t row, char out[TARN_CELL_NAME_SIZE]);

/** Microseconds since 1970 of a serial number, to the millisecond; false when it is no moment that Excel has. */
bool tarn_serial_to_micros(double serial, bool epoch_1904, int64_t *micros);

#endif
