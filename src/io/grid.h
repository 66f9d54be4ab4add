/**
 * @file grid.h
 * The first rows of a table, as any reader has them (delimited text, a sheet of a workbook), and the judgement of their
 * shape: which rows are titles above the table, whether it has names and in which rows, and whether a row of units
 * follows. Pure functions of the cells, so that the same table reads the same whatever file it came in.
 */
#ifndef TARN_IO_GRID_H
#define TARN_IO_GRID_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TARN_GRID_MOST_ABOVE 60 /* title rows, at most */

/** A cell without the spaces around it. */
typedef struct tarn_grid_cell {
    const char *text; /* as a person reads it; any bytes; not owned */
    uint32_t size;
    uint16_t kind; /* a tarn_csv_kind; 0: there is nothing in it */
} tarn_grid_cell;

typedef struct tarn_grid {
    size_t rows, width;
    const tarn_grid_cell *cells; /* rows × width */
    const uint32_t *counts;      /* cells that each row was written with; NULL: they are all as wide as the grid */
    size_t regular;              /* cells of a usual row */
} tarn_grid;

typedef struct tarn_grid_shape {
    size_t above;       /* title rows to leave out: the names, or the first row of values, come after them */
    size_t header_rows; /* 0: no names; 2: two rows that make them up together */
    size_t unit_rows;   /* 1: the row below the names holds units, or names once more, above columns of values */
} tarn_grid_shape;

void tarn_grid_judge(const tarn_grid *grid, tarn_grid_shape *out);

/** How much a row looks like names of the columns below it: above 0 it does. The unit is about one column's worth. */
double tarn_grid_header_score(const tarn_grid *grid, size_t row);

/** Cells of a row that hold something. */
size_t tarn_grid_filled(const tarn_grid *grid, size_t row);

/** A word that stands for a value that is not there (n/a, null, -, ?): it tells nothing about a column. */
bool tarn_grid_is_null_word(const char *text, size_t size);

#endif
