/**
 * @file sheet_head.h
 * Where a sheet has the names of its columns: its first rows as a grid, judged as those of a text are (grid.h).
 */
#ifndef TARN_IO_SHEET_HEAD_H
#define TARN_IO_SHEET_HEAD_H

#include "io/sheet.h"
#include "tarn/files.h"

/** Rows count from 1. Zeroed, the sheet has neither names nor values. */
typedef struct tarn_sheet_head {
    uint64_t first_header, last_header; /**< rows with names; 0: there are none */
    uint64_t unit_row;                  /**< a row below them with units, which is left out; 0: none */
    tarn_buffer units;                  /**< what it says; owned */
    uint64_t first_row;                 /**< values begin in it or below */
} tarn_sheet_head;

/** `*out` is zeroed. `options->header_rows` overrides how many rows of names there are, `options->skip` rows are not
 * looked at. */
tarn_status tarn_sheet_judge_head(const tarn_workbook *workbook, const tarn_workbook_sheet *which,
                                  const tarn_import_options *options, tarn_sheet_head *out, tarn_error *error);

#endif
