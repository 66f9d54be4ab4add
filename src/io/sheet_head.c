/* The first rows of a sheet, handed to the judge of names. */
#include "io/sheet_head.h"

#include "io/csv_value.h"
#include "io/grid.h"
#include "io/sheet_shape.h"
#include "io/sheet_value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HEAD_ROWS 64
#define HEAD_CELLS ((size_t)1 << 18)
#define LONGEST_TEXT 200 /* bytes of a cell that are looked at */

/* A cell that holds something. */
typedef struct head_cell {
    size_t row, column; /* of the head's rows */
    size_t text;        /* in the head's texts */
    uint32_t size;
    uint16_t kind;
} head_cell;

typedef struct head {
    const tarn_workbook *workbook;
    const tarn_import_options *options;
    uint64_t rows[HEAD_ROWS]; /* their numbers in the sheet; only rows that hold something */
    size_t count, width;
    head_cell *cells;
    size_t n_cells, capacity;
    tarn_buffer texts;
} head;

static uint16_t kind_of(const tarn_sheet_cell *cell) {
    switch (cell->kind) {
    case TARN_CELL_NUMBER:
        return cell->number == trunc(cell->number) ? TARN_CSV_INT : TARN_CSV_FLOAT;
    case TARN_CELL_BOOLEAN:
        return TARN_CSV_BOOL;
    case TARN_CELL_DATE:
        return TARN_CSV_DATE;
    case TARN_CELL_DATE_TIME:
        return TARN_CSV_TIMESTAMP;
    case TARN_CELL_TIME:
    case TARN_CELL_DURATION:
        return TARN_CSV_TIME;
    default:
        return cell->size > 0 ? TARN_CSV_TEXT : 0;
    }
}

static tarn_status add_cell(head *h, const tarn_sheet_cell *cell, tarn_error *error) {
    size_t begin = h->texts.size;
    TARN_TRY(tarn_sheet_cell_print(h->workbook, cell, &h->texts, error));
    size_t size = h->texts.size - begin < LONGEST_TEXT ? h->texts.size - begin : LONGEST_TEXT;
    h->texts.size = begin + size;
    TARN_TRY(tarn_grow(&h->cells, &h->capacity, h->n_cells + 1, sizeof *h->cells, error));
    h->cells[h->n_cells++] = (head_cell){h->count, cell->column, begin, (uint32_t)size, kind_of(cell)};
    h->width = cell->column + 1 > h->width ? cell->column + 1 : h->width;
    return TARN_OK;
}

static tarn_status look_at_row(void *context, uint64_t row, const tarn_sheet_cell *cells, size_t count,
                               tarn_error *error) {
    head *h = context;
    size_t before = h->n_cells;
    if (h->count == HEAD_ROWS || h->n_cells >= HEAD_CELLS)
        return TARN_OK;
    for (size_t i = 0; i < count; i++) {
        if (!tarn_sheet_cell_is_null(&cells[i], h->options) && kind_of(&cells[i]) != 0)
            TARN_TRY(add_cell(h, &cells[i], error));
    }
    if (h->n_cells > before)
        h->rows[h->count++] = row;
    return TARN_OK;
}

static tarn_status judge(const head *h, tarn_grid_shape *out, tarn_error *error) {
    *out = (tarn_grid_shape){0};
    if (h->count == 0)
        return TARN_OK;
    tarn_grid_cell *cells = calloc(h->count * h->width, sizeof *cells);
    if (cells == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < h->n_cells; i++) {
        const head_cell *cell = &h->cells[i];
        cells[cell->row * h->width + cell->column] =
            (tarn_grid_cell){(const char *)h->texts.data + cell->text, cell->size, cell->kind};
    }
    tarn_grid grid = {.rows = h->count, .width = h->width, .cells = cells, .regular = h->width};
    tarn_grid_judge(&grid, out);
    free(cells);
    return TARN_OK;
}

tarn_status tarn_sheet_judge_header(const tarn_workbook *workbook, const tarn_workbook_sheet *which,
                                    const tarn_import_options *options, uint64_t *first, uint64_t *last,
                                    tarn_error *error) {
    head h = {.workbook = workbook, .options = options};
    tarn_sheet *sheet = NULL;
    tarn_grid_shape shape;
    tarn_status status = TARN_OK;
    *first = *last = 0;
    TARN_CHECK(tarn_sheet_open(workbook, which, look_at_row, &h, &sheet, error));
    for (bool more = true; more && h.count < HEAD_ROWS && h.n_cells < HEAD_CELLS;)
        TARN_CHECK(tarn_sheet_advance(sheet, &more, error));
    TARN_CHECK(judge(&h, &shape, error));
    size_t rows = shape.header_rows + shape.unit_rows;
    if (options->header_rows > 0)
        rows = 1;
    if (rows == 0)
        goto cleanup;
    *first = h.rows[shape.above];
    *last = options->header_rows > 0 ? *first + (uint64_t)options->header_rows - 1 : h.rows[shape.above + rows - 1];
cleanup:
    tarn_sheet_close(sheet);
    free(h.cells);
    tarn_buffer_free(&h.texts);
    return status;
}
