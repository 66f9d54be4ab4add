/**
 * @file workbook.h
 * What all sheets of an Excel workbook share (ECMA-376 part 1, SpreadsheetML): the list of sheets, the shared strings,
 * which cell styles show dates or times, and the epoch.
 */
#ifndef TARN_IO_WORKBOOK_H
#define TARN_IO_WORKBOOK_H

#include "base/buffer.h"
#include "io/package.h"

typedef struct tarn_workbook_sheet {
    char *name, *relation, *part; /**< `part`: its path in the package; NULL when it is no sheet of cells */
    bool hidden;
} tarn_workbook_sheet;

/** How a number of a style is shown. */
typedef enum tarn_number_show {
    TARN_SHOW_NUMBER,
    TARN_SHOW_DATE,
    TARN_SHOW_DATE_TIME,
    TARN_SHOW_TIME, /**< of day */
} tarn_number_show;

typedef struct tarn_workbook {
    tarn_package *package;
    const char *shown;
    tarn_workbook_sheet *sheets;
    size_t sheet_count, sheet_capacity;
    bool epoch_1904;
    uint8_t *styles; /**< tarn_number_show by the cells' style index */
    size_t style_count, style_capacity;
    tarn_buffer text;  /**< the shared strings, one after the other */
    uint64_t *strings; /**< where each ends in `text` */
    size_t string_count, string_capacity;
} tarn_workbook;

/** Read all of it from an open package. On failure nothing is left. */
tarn_status tarn_workbook_read(tarn_package *package, const char *shown, tarn_workbook *out, tarn_error *error);
void tarn_workbook_clear(tarn_workbook *workbook);

/** By name, ignoring case, or by number from 1; NULL: the first that is not hidden. TARN_E_NOT_FOUND lists them. */
tarn_status tarn_workbook_find(const tarn_workbook *workbook, const char *choice, const tarn_workbook_sheet **out,
                               tarn_error *error);

/** How a number format's code shows numbers: "d/m/yyyy", "[h]:mm", "0.00 \"day\"" … */
tarn_number_show tarn_number_format_show(const char *code);

/** Undo the _x000D_ escapes of a string in place; returns its new size. */
size_t tarn_workbook_unescape(char *text, size_t size);

/** Append text so that unescaping gives it back. */
tarn_status tarn_workbook_escape(const char *text, size_t size, tarn_buffer *out, tarn_error *error);

#endif
