/**
 * @file workbook.h
 * What all sheets of a workbook share: the list of sheets, the shared texts, what the cells' styles say about numbers,
 * and the epoch. Excel's workbooks (ECMA-376 part 1, SpreadsheetML, transitional and strict) and OpenDocument
 * spreadsheets (ISO/IEC 26300).
 */
#ifndef TARN_IO_WORKBOOK_H
#define TARN_IO_WORKBOOK_H

#include "base/buffer.h"
#include "io/number_format.h"
#include "io/package.h"

/** No cell and no shared text may have more bytes; Excel's hold 32,767 characters. */
#define TARN_MOST_CELL_TEXT ((size_t)16 << 20)

typedef struct tarn_workbook_sheet {
    char *name;
    char *part; /**< its path in the package; NULL when it is no sheet of cells */
    bool hidden;
} tarn_workbook_sheet;

typedef struct tarn_workbook {
    tarn_package *package;
    const char *shown;
    bool is_open_document; /**< all sheets in one part, one after the other */
    tarn_workbook_sheet *sheets;
    size_t sheet_count, sheet_capacity;
    bool epoch_1904;
    tarn_number_format *formats; /**< the first is the general one */
    size_t format_count, format_capacity;
    uint32_t *styles; /**< an index into formats by the cells' style index */
    size_t style_count, style_capacity;
    char **style_names; /**< OpenDocument: the names of the styles that show durations, sorted */
    size_t style_name_count, style_name_capacity;
    tarn_buffer text;  /**< the shared texts, one after the other */
    uint64_t *strings; /**< where each ends in `text` */
    size_t string_count, string_capacity;
} tarn_workbook;

/** Read all of it from an open package. On failure nothing is left; TARN_E_FORMAT says what else the package is. */
tarn_status tarn_workbook_read(tarn_package *package, const char *shown, tarn_workbook *out, tarn_error *error);
void tarn_workbook_clear(tarn_workbook *workbook);

/** By name, ignoring case, or by number from 1; NULL: the first that is not hidden. TARN_E_NOT_FOUND lists them. */
tarn_status tarn_workbook_find(const tarn_workbook *workbook, const char *choice, const tarn_workbook_sheet **out,
                               tarn_error *error);

/** Undo the _x000D_ escapes of a string in place; returns its new size. */
size_t tarn_workbook_unescape(char *text, size_t size);

/** Append text so that unescaping gives it back. */
tarn_status tarn_workbook_escape(const char *text, size_t size, tarn_buffer *out, tarn_error *error);

/* ---- private to workbook*.c ---- */

/** A new sheet at the end of the list, zeroed but for the copied name. */
tarn_status tarn_workbook_add_sheet(tarn_workbook *book, const char *name, tarn_workbook_sheet **out,
                                    tarn_error *error);
/** The styles of an Excel workbook, from that part. */
tarn_status tarn_workbook_read_styles(tarn_workbook *book, const char *part, tarn_error *error);
/** The shared texts of an Excel workbook, from that part. */
tarn_status tarn_workbook_read_strings(tarn_workbook *book, const char *part, tarn_error *error);
/** The sheets and styles of an OpenDocument spreadsheet. */
tarn_status tarn_workbook_read_open_document(tarn_workbook *book, tarn_error *error);

#endif
