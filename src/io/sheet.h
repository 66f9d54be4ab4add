/**
 * @file sheet.h
 * The cells of one sheet of a workbook, row by row (ECMA-376 part 1, 18.3; ISO/IEC 26300 part 1, 9).
 *
 * What a few bytes can be made to unfold to is bounded: all of a sheet's rows may have 100 million cells and 1 GiB of
 * text, and beyond that 20 cells and 100 bytes for each byte of the file.
 */
#ifndef TARN_IO_SHEET_H
#define TARN_IO_SHEET_H

#include "io/workbook.h"

#define TARN_SHEET_COLUMNS 16384
#define TARN_SHEET_ROWS 1048576

typedef enum tarn_sheet_kind {
    TARN_CELL_EMPTY,
    TARN_CELL_NUMBER,
    TARN_CELL_DATE,      /**< a number that its style shows as a date; `micros` since 1970 */
    TARN_CELL_DATE_TIME, /**< … as date and time; `micros` since 1970 */
    TARN_CELL_TIME,      /**< … as a time of day; `micros` since midnight */
    TARN_CELL_DURATION,  /**< … as hours that go on after 24; `micros` */
    TARN_CELL_BOOLEAN,
    TARN_CELL_TEXT,
    TARN_CELL_ERROR, /**< #DIV/0! and the like, in `text` */
} tarn_sheet_kind;

typedef struct tarn_sheet_cell {
    size_t column; /**< from 0 */
    tarn_sheet_kind kind;
    bool keeps_digits; /**< text that is a number of more digits than `number` could hold */
    bool is_formula;   /**< of which there may be no computed value: kind EMPTY */
    double number;     /**< booleans: 0 or 1 */
    int64_t micros;
    const tarn_number_format *format; /**< of numbers; NULL: nothing is known */
    const char *text;                 /**< not NUL-terminated; valid during the call */
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
void tarn_sheet_close(tarn_sheet *sheet); /**< NULL is allowed */

/* ---- known at the end ---- */

/** Rows from 1, columns from 0, ends included. */
typedef struct tarn_sheet_range {
    uint64_t first_row, last_row;
    size_t first_column, last_column;
} tarn_sheet_range;

/** The merged ranges, by first row and column; at most the first 65,536 of them. Owned by the sheet. */
const tarn_sheet_range *tarn_sheet_merges(tarn_sheet *sheet, size_t *count);
/** How many merged ranges there are. `*first` is one of them ("A1:C1"), owned by the sheet; NULL when none. */
size_t tarn_sheet_merged(const tarn_sheet *sheet, const char **first);
/** The hidden rows that have values and the hidden columns, as "6, 9 to 12" and "C, F to H": buffers owned by the
 * sheet, cut after some; empty for none. */
const tarn_buffer *tarn_sheet_hidden_rows(const tarn_sheet *sheet);
const tarn_buffer *tarn_sheet_hidden_columns(const tarn_sheet *sheet);

/** "B7" of column 1 and row 7; "B" for row 0. */
#define TARN_CELL_NAME_SIZE 32
void tarn_cell_name(size_t column, uint64_t row, char out[TARN_CELL_NAME_SIZE]);
/** Of "B7" or "B"; false when there can be no such column. `*end` is where its letters end. */
bool tarn_cell_column(const char *name, size_t *column, const char **end);

/** Microseconds since 1970 of a serial number, to the millisecond; false when it is no moment that Excel has. */
bool tarn_serial_to_micros(double serial, bool epoch_1904, int64_t *micros);

#endif
