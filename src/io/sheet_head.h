/**
 * @file sheet_head.h
 * Where a sheet has the names of its columns: its first rows as a grid, judged as those of a text are (grid.h).
 */
#ifndef TARN_IO_SHEET_HEAD_H
#define TARN_IO_SHEET_HEAD_H

#include "io/sheet.h"
#include "tarn/files.h"

/** The first and the last row (from 1) with names, or 0 and 0: there are none. Two rows that make them up together, and
 * a row of units below them, count as names; `options->header_rows` overrides how many there are. */
tarn_status tarn_sheet_judge_header(const tarn_workbook *workbook, const tarn_workbook_sheet *which,
                                    const tarn_import_options *options, uint64_t *first, uint64_t *last,
                                    tarn_error *error);

#endif
