/**
 * @file sheet_reader.h
 * What the readers of the two kinds of sheets share. Private to sheet*.c.
 */
#ifndef TARN_IO_SHEET_READER_H
#define TARN_IO_SHEET_READER_H

#include "io/sheet.h"
#include "io/xml_part.h"

/** Where a cell's text lies while its row is read: in the row's buffer, which may still move, or among the shared. */
typedef struct tarn_cell_place {
    bool shared;
    size_t begin, size;
} tarn_cell_place;

/** Numbers that rise, as runs in words. */
typedef struct tarn_sheet_runs {
    uint64_t first, last; /* the run that is still growing; 0: none */
    size_t count, begin;  /* how many runs there are, and where the last begins in the text */
    tarn_buffer text;
} tarn_sheet_runs;

struct tarn_sheet {
    const tarn_workbook *workbook;
    const tarn_workbook_sheet *which;
    tarn_part_reader *reader;
    tarn_sheet_row row;
    void *context;
    bool is_finished; /* what is left of the part is not of this sheet */

    /* the row being read */
    uint64_t number;
    bool is_hidden;
    tarn_sheet_cell *cells;
    tarn_cell_place *places;
    size_t count, capacity, place_capacity;
    tarn_buffer text;
    uint64_t cells_given, text_given;

    /* the cell being read, which is cells[count] */
    size_t begin; /* of its value in `text` */
    bool has_value;

    /* layout */
    tarn_sheet_range *merges;
    size_t merge_count, merge_capacity, merged;
    char first_merged[2 * TARN_CELL_NAME_SIZE];
    tarn_sheet_runs hidden_rows, hidden_columns;

    void *state; /* of one kind of reader; freed with free() */
};

/** The two kinds: what is called to begin. */
tarn_status tarn_sheet_open_excel(tarn_sheet *sheet, tarn_error *error);
tarn_status tarn_sheet_open_table(tarn_sheet *sheet, tarn_error *error);

/** Begin row `number`, higher than the last. */
void tarn_sheet_begin_row(tarn_sheet *sheet, uint64_t number, bool is_hidden);
/** Begin a cell in the row. The column is checked by the caller to rise. */
tarn_status tarn_sheet_begin_cell(tarn_sheet *sheet, size_t column, tarn_error *error);
/** Add to the text of the cell. */
tarn_status tarn_sheet_add_text(tarn_sheet *sheet, const char *text, size_t size, tarn_error *error);
/** Hand out the row, if it has cells. */
tarn_status tarn_sheet_end_row(tarn_sheet *sheet, tarn_error *error);

/** The cell's text, with a NUL behind it. */
tarn_status tarn_sheet_cell_text(tarn_sheet *sheet, char **text, size_t *size, tarn_error *error);
/** The cell is a number of a format (may be NULL): its kind by what that shows. */
tarn_status tarn_sheet_settle_number(tarn_sheet *sheet, double number, const tarn_number_format *format,
                                     tarn_error *error);

/** The cell is the number that this text is, of a format (may be NULL), when a double holds it to its last digit; it is
 * that text, which the caller has placed, when it does not. So it is when it is no number. */
tarn_status tarn_sheet_settle_digits(tarn_sheet *sheet, const char *digits, size_t size,
                                     const tarn_number_format *format, tarn_error *error);

/** Write a number as one more of the run, or as the beginning of the next. `end`: the last that it stands for. */
tarn_status tarn_sheet_runs_add(tarn_sheet_runs *runs, uint64_t number, uint64_t end, bool as_column,
                                tarn_error *error);
tarn_status tarn_sheet_add_merge(tarn_sheet *sheet, const tarn_sheet_range *range, tarn_error *error);

#endif
