/**
 * @file export_xlsx_value.h
 * Values of columns as the cells of a workbook have them. Private to export_xlsx*.c.
 */
#ifndef TARN_IO_EXPORT_XLSX_VALUE_H
#define TARN_IO_EXPORT_XLSX_VALUE_H

#include "io/export.h"

#include <xlsxwriter.h>

typedef enum tarn_xlsx_kind {
    CELL_TEXT,
    CELL_BOOLEAN,
    CELL_INTEGER,
    CELL_FLOAT,
    CELL_DECIMAL,
    CELL_DATE,
    CELL_TIMESTAMP,
    CELL_TIME,
    CELL_INTERVAL
} tarn_xlsx_kind;

typedef struct tarn_xlsx_column {
    const struct ArrowSchema *type;
    tarn_xlsx_kind kind;
    int64_t per_second; /* units of times */
    lxw_format *format; /* owned by the workbook */
    size_t width;       /* in characters, of the widest that was seen */
    bool is_cut;        /* a number lost its 17th digit */
} tarn_xlsx_column;

/** Of times: 's', 'm', 'u', 'n'. */
int64_t tarn_xlsx_units_per_second(char unit);

/** A whole number, or one that stands for a date or time. */
int64_t tarn_xlsx_integer(const tarn_xlsx_column *c, const struct ArrowArray *values, int64_t i);

/** Days as Excel counts them, of a date or time; false when it has none for it. */
bool tarn_xlsx_serial(const tarn_xlsx_column *c, int64_t value, double *serial);

/** Days of an interval; false when it has months, or when Excel shows none for it. */
bool tarn_xlsx_days(const struct ArrowArray *values, int64_t i, double *days);

/** Whether a workbook gives the number back: the library writes 16 digits, and some doubles need one more. */
bool tarn_xlsx_gives_back(double number);

/** A number in decimal digits that a cell gives back as they are. */
bool tarn_xlsx_is_exact(const char *text, double *number);

/** The length of a text as Excel counts it, in UTF-16 units. */
size_t tarn_xlsx_units(const char *text, size_t size);

#endif
