/**
 * @file export_style.h
 * How delimited text is written when it is not as Tarn does by itself (export_text.c): for spreadsheets, for programs
 * that want another encoding, decimal mark or line end. Private to src/io.
 */
#ifndef TARN_IO_EXPORT_STYLE_H
#define TARN_IO_EXPORT_STYLE_H

#include "arrow/printer.h"
#include "io/export.h"
#include "io/text_encoder.h"

/** True when any option asks for more than the delimiter. */
bool tarn_export_is_styled(const tarn_export_options *options);

/** Refuse what cannot be: TARN_E_INVALID. `text`: the format is CSV or TSV, to which these options apply. */
tarn_status tarn_export_check_style(const tarn_export_options *options, bool text, tarn_error *error);

/** What separates fields: the one asked for, else `usual`, or a semicolon when numbers have commas in them. */
char tarn_export_delimiter(const tarn_export_options *options, char usual);

/** The byte order mark, where one is wanted. */
tarn_status tarn_export_mark(const tarn_export_options *options, tarn_buffer *out, tarn_error *error);

/** Lines under way, of one thread. */
typedef struct tarn_export_lines {
    const tarn_export_run *run;
    tarn_text_encoder *encoder; /* NULL: UTF-8 */
    tarn_buffer line;
    size_t *ends; /* in the line, of each cell so far */
    int64_t cells;
} tarn_export_lines;

tarn_status tarn_export_lines_open(const tarn_export_run *run, tarn_export_lines *out, tarn_error *error);

/** Add a cell; `is_number` when its column's values have decimals. */
tarn_status tarn_export_lines_cell(tarn_export_lines *lines, const tarn_printed *cell, bool is_number,
                                   tarn_error *error);

/** End the line and append it to `out`. `row` counts from 1; 0 is the header, for messages. */
tarn_status tarn_export_lines_end(tarn_export_lines *lines, int64_t row, tarn_buffer *out, tarn_error *error);

void tarn_export_lines_close(tarn_export_lines *lines);

#endif
