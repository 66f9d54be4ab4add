/* Puts the names of a sheet's columns together. */
#include "io/sheet_names.h"

#include <stdlib.h>

tarn_status tarn_sheet_names_add(tarn_sheet_names *names, uint64_t row, size_t column, const tarn_buffer *text,
                                 tarn_error *error) {
    TARN_TRY(tarn_grow(&names->cells, &names->capacity, names->count + 1, sizeof *names->cells, error));
    names->cells[names->count] = (tarn_header_cell){row, column, names->text.size, text->size};
    TARN_TRY(tarn_buffer_append(&names->text, text->data, text->size, error));
    names->count++;
    return TARN_OK;
}

void tarn_sheet_names_clear(tarn_sheet_names *names) {
    free(names->cells);
    tarn_buffer_free(&names->text);
    *names = (tarn_sheet_names){0};
}

/* ---- joining -------------------------------------------------------------------------------------------------------
 */

static tarn_status append(const tarn_sheet_names *names, const tarn_header_cell *cell, tarn_buffer *out,
                          tarn_error *error) {
    if (cell->size == 0)
        return TARN_OK;
    if (out->size > 0)
        TARN_TRY(tarn_buffer_append(out, " / ", 3, error));
    return tarn_buffer_append(out, names->text.data + cell->begin, cell->size, error);
}

/* The last column that a cell is merged over; its own when it is not. */
static size_t merged_to(const tarn_sheet_range *merges, size_t count, const tarn_header_cell *cell) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const tarn_sheet_range *range = &merges[middle];
        if (range->first_row < cell->row || (range->first_row == cell->row && range->first_column < cell->column))
            low = middle + 1;
        else
            high = middle;
    }
    bool begins_here = low < count && merges[low].first_row == cell->row && merges[low].first_column == cell->column;
    return begins_here ? merges[low].last_column : cell->column;
}

static bool any_merged(const tarn_sheet_range *merges, size_t count, uint64_t first_row, uint64_t last_row) {
    for (size_t i = 0; i < count && merges[i].first_row <= last_row; i++) {
        if (merges[i].first_row >= first_row && merges[i].last_column > merges[i].first_column)
            return true;
    }
    return false;
}

tarn_status tarn_sheet_names_join(const tarn_sheet_names *names, tarn_sheet *sheet, uint64_t last_row, size_t width,
                                  tarn_buffer *out, tarn_error *error) {
    size_t count;
    const tarn_sheet_range *merges = tarn_sheet_merges(sheet, &count);
    bool merged = names->count > 0 && any_merged(merges, count, names->cells[0].row, last_row);
    for (size_t i = 0; i < names->count; i++) {
        const tarn_header_cell *cell = &names->cells[i];
        bool has_next = i + 1 < names->count && names->cells[i + 1].row == cell->row;
        size_t next = has_next ? names->cells[i + 1].column : width, end = cell->column + 1;
        if (cell->row < last_row)
            end = merged ? merged_to(merges, count, cell) + 1 : next;
        end = end < next ? end : next;
        for (size_t column = cell->column; column < end && column < width; column++)
            TARN_TRY(append(names, cell, &out[column], error));
    }
    return TARN_OK;
}
