/**
 * @file grid.h
 * A table on the terminal: a header, perhaps a second line with types, and aligned rows. Columns shrink to the width
 * there is; those that still do not fit are left out and can be named by whoever prints the footer.
 */
#ifndef TARN_CLI_GRID_H
#define TARN_CLI_GRID_H

#include "text.h"

#include <stdio.h>

/** Terminals of fewer columns than this show lists of events without what matters least. */
enum { GRID_NARROW = 110 };

typedef enum grid_style {
    GRID_PLAIN,
    GRID_DIM,
    GRID_GREEN,
    GRID_RED,
    GRID_YELLOW,
    GRID_GREEN_MARK, /**< turned round, so that spaces are seen too */
    GRID_RED_MARK,
} grid_style;

/** Part of a cell's text that has a style of its own. */
typedef struct grid_span {
    size_t from, to; /**< bytes of the escaped text */
    grid_style style;
} grid_span;

typedef struct grid_cell {
    char *text; /**< escaped */
    size_t size, width;
    grid_style style;
    grid_span *spans; /**< in their order, beside each other; NULL: none */
    size_t span_count;
} grid_cell;

typedef struct grid_column {
    grid_cell name, type;
    bool right;     /**< aligned to the right */
    bool whole;     /**< never cut; set by hand */
    size_t natural; /**< columns that its widest cell takes */
    size_t width;   /**< columns that it gets; 0: left out */
} grid_column;

typedef struct grid {
    grid_column *columns;
    size_t column_count, hidden;
    bool has_types, colour, laid_out;
    size_t limit;      /**< columns of the terminal; 0: none */
    size_t cell_limit; /**< columns of a cell at most; 0: none */
    size_t important;  /**< so many columns from the left get their room before any other gets some; set by hand */
    grid_cell *cells;  /**< row by row */
    size_t cell_count, cell_capacity;
} grid;

/** An empty grid; freed with grid_free. */
void grid_begin(grid *grid, size_t columns, bool colour, size_t limit, size_t cell_limit);
/** `type` may be NULL. */
void grid_column_set(grid *grid, size_t i, const char *name, const char *type, bool right);
/** The next cell, from left to right and row by row. Escaped here; GRID_DIM and the like colour it. */
void grid_add(grid *grid, const char *text, grid_style style);
/** The same for text that already is escaped; takes the text over. */
void grid_add_escaped(grid *grid, cli_text *text, grid_style style);
/** The same with styles for parts of it, which are copied. */
void grid_add_spans(grid *grid, cli_text *text, const grid_span *spans, size_t count);
/** The same for heap text from a function of human.h, which is freed. */
void grid_add_owned(grid *grid, char *text, grid_style style);

size_t grid_rows(const grid *grid);
/** Share out the width, by the cells that are there. */
void grid_lay_out(grid *grid);
void grid_print_header(grid *grid, FILE *out);
/** Print the rows and forget them; the widths stay. */
void grid_print_rows(grid *grid, FILE *out);
/** Lay out and print everything. */
void grid_print(grid *grid, FILE *out);
void grid_free(grid *grid);

#endif
