/**
 * @file sheet_tail.h
 * The last rows of a sheet, held back while it is surveyed: whether they are the table's shows when the sheet ends.
 * Rows that others have followed are let go, and counted as the table's then.
 */
#ifndef TARN_IO_SHEET_TAIL_H
#define TARN_IO_SHEET_TAIL_H

#include "io/sheet_seen.h"

/** A cell with something in it. */
typedef struct tarn_sheet_held_cell {
    uint32_t column, seen; /* TARN_SEEN_… */
} tarn_sheet_held_cell;

#define TARN_SHEET_HELD_TEXT 200 /* bytes of a row's first cell that are looked at */

typedef struct tarn_sheet_held_row {
    uint64_t row;
    tarn_sheet_held_cell *cells;
    size_t count, capacity;
    size_t filled;       /* cells with a value, an error, a formula: not all of them are `cells` */
    size_t first_column; /* of the first of those */
    unsigned first_kind; /* a tarn_csv_kind */
    size_t first_size;
    char first[TARN_SHEET_HELD_TEXT];
} tarn_sheet_held_row;

/** Takes a row that is the table's. */
typedef tarn_status (*tarn_sheet_take)(void *context, const tarn_sheet_held_row *row, tarn_error *error);

typedef struct tarn_sheet_tail tarn_sheet_tail;

tarn_status tarn_sheet_tail_new(const tarn_workbook *workbook, const tarn_import_options *options, tarn_sheet_take take,
                                void *context, tarn_sheet_tail **out, tarn_error *error);
void tarn_sheet_tail_free(tarn_sheet_tail *tail); /**< NULL is allowed */

/** A row that holds something. */
tarn_status tarn_sheet_tail_push(tarn_sheet_tail *tail, uint64_t row, const tarn_sheet_cell *cells, size_t count,
                                 tarn_error *error);

/** What was found below the table. */
typedef struct tarn_sheet_foot {
    uint64_t first, last; /* the rows left out; 0: none */
    size_t rows;          /* of those, the ones that hold something */
    bool is_found;        /* they are notes, and nobody asked for it */
    uint64_t total_row;   /* the last row of the table looks like totals; 0: it does not */
    char total_word[32];
} tarn_sheet_foot;

/** After the last row: leave out those asked for, or notes, and let go of the rest. `first_column`: the table's first,
 * by its names; SIZE_MAX: it has none. */
tarn_status tarn_sheet_tail_finish(tarn_sheet_tail *tail, size_t first_column, tarn_sheet_foot *out, tarn_error *error);

#endif
