/**
 * @file grid_end.h
 * What stands below a table, judged alike for delimited text and for sheets of workbooks: notes, which are left out,
 * and a row of totals, which is kept and said. Pure functions of the last rows.
 */
#ifndef TARN_IO_GRID_END_H
#define TARN_IO_GRID_END_H

#include <stdbool.h>
#include <stddef.h>

#define TARN_GRID_MOST_NOTES 40 /**< rows below the table, at most */

/** One of the last rows. */
typedef struct tarn_grid_end_row {
    size_t filled;     /**< cells that hold something */
    const char *first; /**< what its first cell holds, without spaces around; not owned */
    size_t first_size;
    unsigned first_kind; /**< a tarn_csv_kind; 0: there is nothing in it */
    bool blank_before;   /**< an empty line or row comes before it */
} tarn_grid_end_row;

/** Which row the notes begin with; `count` when there are none. The rows before it are the table's. */
size_t tarn_grid_notes_begin(const tarn_grid_end_row *rows, size_t count);

/** How many bytes of the last row's first cell are a word for totals ("Total", "Summe:" without the colon); 0: it
 * begins otherwise. */
size_t tarn_grid_total_word(const tarn_grid_end_row *rows, size_t count);

#endif
