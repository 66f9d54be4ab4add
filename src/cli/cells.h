/**
 * @file cells.h
 * Any text as something that one line of a terminal can show: escaped, measured, cut.
 */
#ifndef TARN_CLI_CELLS_H
#define TARN_CLI_CELLS_H

#include "text.h"

/** How null is shown. A text that is just this is shown in quotes. */
#define CELL_NULL "∅"

/** Columns that `size` bytes of escaped text take on a terminal (wide characters 2, combining ones 0). */
size_t cell_width(const char *text, size_t size);

/**
 * Append `text` so that nothing in it moves the cursor, hides, or changes direction: control characters, invalid bytes
 * and invisible format characters become \n, \t, \xNN and \u{NNNN}.
 */
void cell_escape(cli_text *out, const char *text, size_t size);

/**
 * As cell_escape, and in quotes where the bare text could be mistaken: empty, with white space at an end, beginning
 * with a quote, or looking like null.
 */
void cell_quote(cli_text *out, const char *text, size_t size);

/** Two values beside each other: both in quotes when one of them has to be. NULL is null. */
void cell_quote_both(cli_text *out_a, const char *a, size_t a_size, cli_text *out_b, const char *b, size_t b_size);

/** Append as much of escaped text as fits into `width` columns, with "…" when something was cut. Returns the columns.
 */
size_t cell_cut(cli_text *out, const char *text, size_t size, size_t width);

#endif
