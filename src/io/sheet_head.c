/* The first rows of a sheet, handed to the judge of names. */
#include "io/sheet_head.h"

#include "io/grid.h"
#include "io/sheet_value.h"

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
    uint64_t skip;            /* rows up to it are not looked at */
    uint64_t rows[HEAD_ROWS]; /* their numbers in the sheet; only rows that hold something */
    size_t count, width;
    head_cell *cells;
    size_t n_cells, capacity;
    tarn_buffer texts;
} head;

static tarn_status add_cell(head *h, const tarn_sheet_cell *cell, tarn_error *error) {
    size_t begin = h->texts.size;
    TARN_TRY(tarn_sheet_cell_print(h->workbook, cell, &h->texts, error));
    size_t size = h->texts.size - begin < LONGEST_TEXT ? h->texts.size - begin : LONGEST_TEXT;
    h->texts.size = begin + size;
    TARN_TRY(tarn_grow(&h->cells, &h->capacity, h->n_cells + 1, sizeof *h->cells, error));
    h->cells[h->n_cells++] =
        (head_cell){h->count, cell->column, begin, (uint32_t)size, (uint16_t)tarn_sheet_cell_csv_kind(cell)};
    h->width = cell->column + 1 > h->width ? cell->column + 1 : h->width;
    return TARN_OK;
}

static tarn_status look_at_row(void *context, uint64_t row, const tarn_sheet_cell *cells, size_t count,
                               tarn_error *error) {
    head *h = context;
    size_t before = h->n_cells;
    if (row <= h->skip || h->count == HEAD_ROWS || h->n_cells >= HEAD_CELLS)
        return TARN_OK;
    for (size_t i = 0; i < count; i++) {
        if (!tarn_sheet_cell_is_null(&cells[i], h->options) && tarn_sheet_cell_csv_kind(&cells[i]) != 0)
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

/* What a row of units says, for the message about it. */
static tarn_status take_units(const head *h, size_t row, tarn_sheet_head *out, tarn_error *error) {
    enum { SHOWN = 200 };
    out->unit_row = h->rows[row];
    for (size_t i = 0; i < h->n_cells && out->units.size < SHOWN; i++) {
        const head_cell *cell = &h->cells[i];
        if (cell->row == row)
            TARN_TRY(tarn_buffer_printf(&out->units, error, "%s%.*s", out->units.size > 0 ? ", " : "", (int)cell->size,
                                        (const char *)h->texts.data + cell->text));
    }
    return TARN_OK;
}

static tarn_status place(const head *h, const tarn_grid_shape *shape, int header_rows, tarn_sheet_head *out,
                         tarn_error *error) {
    size_t names = header_rows > 0 && shape->header_rows == 0 ? 1 : shape->header_rows;
    if (h->count == 0)
        return TARN_OK;
    out->first_row = h->rows[shape->above];
    if (names == 0)
        return TARN_OK;
    out->first_header = h->rows[shape->above];
    out->last_header =
        header_rows > 0 ? out->first_header + (uint64_t)header_rows - 1 : h->rows[shape->above + names - 1];
    out->first_row = out->last_header + 1;
    if (header_rows > 0 || shape->unit_rows == 0)
        return TARN_OK;
    TARN_TRY(take_units(h, shape->above + names, out, error));
    out->first_row = out->unit_row + 1;
    return TARN_OK;
}

tarn_status tarn_sheet_judge_head(const tarn_workbook *workbook, const tarn_workbook_sheet *which,
                                  const tarn_import_options *options, tarn_sheet_head *out, tarn_error *error) {
    head h = {.workbook = workbook, .options = options, .skip = (uint64_t)options->skip};
    tarn_sheet *sheet = NULL;
    tarn_grid_shape shape;
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_sheet_open(workbook, which, look_at_row, &h, &sheet, error));
    for (bool more = true; more && h.count < HEAD_ROWS && h.n_cells < HEAD_CELLS;)
        TARN_CHECK(tarn_sheet_advance(sheet, &more, error));
    TARN_CHECK(judge(&h, &shape, error));
    status = place(&h, &shape, options->header_rows, out, error);
cleanup:
    tarn_sheet_close(sheet);
    free(h.cells);
    tarn_buffer_free(&h.texts);
    return status;
}
