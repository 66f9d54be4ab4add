/**
 * @file number_format.h
 * What a spreadsheet's number format says about a number that the number alone does not (ECMA-376 part 1, 18.8.30):
 * that it is a date or a duration, that zeros stand in front of it, that it is a share or an amount of some currency.
 */
#ifndef TARN_IO_NUMBER_FORMAT_H
#define TARN_IO_NUMBER_FORMAT_H

#include "base/buffer.h"

typedef enum tarn_number_show {
    TARN_SHOW_NUMBER,
    TARN_SHOW_DATE,
    TARN_SHOW_DATE_TIME,
    TARN_SHOW_TIME,     /**< of day */
    TARN_SHOW_DURATION, /**< hours that go on after 24: [h]:mm */
    TARN_SHOW_PERCENT,
    TARN_SHOW_PADDED, /**< a fixed number of digits, perhaps with other characters between: 00000, 000-00-0000 */
} tarn_number_show;

typedef struct tarn_number_format {
    tarn_number_show show;
    char unit[24]; /**< what is written before or after a number: "€", "kg"; "" for none */
    char *code;    /**< owned; NULL when `show` says all */
} tarn_number_format;

/** Of a format's code. */
tarn_status tarn_number_format_read(const char *code, tarn_number_format *out, tarn_error *error);
void tarn_number_format_clear(tarn_number_format *format);

/** Of a number of the formats that every workbook has without saying so. */
tarn_number_show tarn_number_format_built_in(long id);

/** Append a whole number as a format of fixed digits shows it. */
tarn_status tarn_number_format_pad(const tarn_number_format *format, uint64_t number, tarn_buffer *out,
                                   tarn_error *error);

#endif
