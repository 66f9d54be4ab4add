/**
 * @file sheet_shape.h
 * What table a sheet holds: where its header is, and each column's name and type over all of its rows.
 *
 * Without a given header row its first rows are judged as those of a text are (sheet_head.h), and so are its last ones:
 * titles, units and notes are left out, and said (sheet_tail.h). Rows without values are no rows. A column's type is
 * the narrowest that fits all of its values, as for CSV (csv.h); text stays text, whatever it looks like; an empty text
 * is null where the other values are none.
 */
#ifndef TARN_IO_SHEET_SHAPE_H
#define TARN_IO_SHEET_SHAPE_H

#include "io/names.h"
#include "io/sheet_value.h"
#include "jobs/jobs.h"
#include "tarn/files.h"

typedef enum tarn_sheet_type {
    TARN_SHEET_TEXT,
    TARN_SHEET_BOOLEAN,
    TARN_SHEET_INTEGER,
    TARN_SHEET_FLOAT,
    TARN_SHEET_DATE,
    TARN_SHEET_TIMESTAMP,
    TARN_SHEET_TIME,
    TARN_SHEET_INTERVAL, /**< durations */
} tarn_sheet_type;

typedef struct tarn_sheet_shape {
    uint64_t first_header, last_header; /**< rows from 1; 0: there is no header */
    uint64_t first_row, last_row;       /**< values stand between them, both included */
    tarn_buffer *names;                 /**< per column of the sheet; empty: none */
    size_t width;                       /**< columns of the sheet that are looked at */
    unsigned *seen;                     /**< per column: the kinds of its values, as bits (sheet_seen.h) */
    tarn_sheet_type *types;             /**< per column */
    bool *kept;                         /**< per column: it has a name or a value */
    uint64_t rows;
} tarn_sheet_shape;

/** Read the whole sheet once. Oddities go to `notes`. */
tarn_status tarn_sheet_shape_find(const tarn_workbook *workbook, const tarn_workbook_sheet *which,
                                  const tarn_import_options *options, tarn_task *task, tarn_sheet_shape *out,
                                  tarn_notes *notes, tarn_error *error);
void tarn_sheet_shape_clear(tarn_sheet_shape *shape);

#endif
