/* Holds back the last rows of a sheet until it is known whether they are the table's. */
#include "io/sheet_tail.h"

#include "io/csv_value.h"
#include "io/grid_end.h"

#include <stdlib.h>
#include <string.h>

#define JUDGED_ROWS 128 /* among them the notes, at most TARN_GRID_MOST_NOTES */

struct tarn_sheet_tail {
    const tarn_workbook *workbook;
    const tarn_import_options *options;
    tarn_sheet_take take;
    void *context;
    tarn_sheet_held_row *rows; /* a ring of `capacity` */
    size_t capacity, begin, count;
    size_t first_column; /* of the rows with several values; SIZE_MAX: there was none */
    uint64_t before;     /* the row above the first one held */
    tarn_buffer text;
};

static size_t wanted(const tarn_import_options *options) {
    size_t asked = options->skip_footer > 0 ? (size_t)options->skip_footer : 0;
    return (asked < TARN_SHEET_ROWS ? asked : TARN_SHEET_ROWS) + JUDGED_ROWS;
}

tarn_status tarn_sheet_tail_new(const tarn_workbook *workbook, const tarn_import_options *options, tarn_sheet_take take,
                                void *context, tarn_sheet_tail **out, tarn_error *error) {
    tarn_sheet_tail *tail = calloc(1, sizeof *tail);
    if (tail != NULL)
        tail->rows = calloc(wanted(options), sizeof *tail->rows);
    if (tail == NULL || tail->rows == NULL) {
        free(tail);
        return tarn_fail_memory(error);
    }
    tail->workbook = workbook;
    tail->options = options;
    tail->take = take;
    tail->context = context;
    tail->capacity = wanted(options);
    tail->first_column = SIZE_MAX;
    *out = tail;
    return TARN_OK;
}

void tarn_sheet_tail_free(tarn_sheet_tail *tail) {
    if (tail == NULL)
        return;
    for (size_t i = 0; i < tail->capacity; i++)
        free(tail->rows[i].cells);
    free(tail->rows);
    tarn_buffer_free(&tail->text);
    free(tail);
}

static tarn_sheet_held_row *held(const tarn_sheet_tail *tail, size_t at) {
    return &tail->rows[(tail->begin + at) % tail->capacity];
}

static tarn_status let_go(tarn_sheet_tail *tail, tarn_error *error) {
    tarn_sheet_held_row *row = held(tail, 0);
    tail->before = row->row;
    tail->begin = (tail->begin + 1) % tail->capacity;
    tail->count--;
    return tail->take(tail->context, row, error);
}

static tarn_status look_at_first(tarn_sheet_tail *tail, const tarn_sheet_cell *cell, tarn_sheet_held_row *row,
                                 tarn_error *error) {
    tail->text.size = 0;
    TARN_TRY(tarn_sheet_cell_print(tail->workbook, cell, &tail->text, error));
    const uint8_t *text = tail->text.data;
    size_t size = tail->text.size;
    if (size > 0)
        tarn_csv_trim(&text, &size);
    row->first_column = cell->column;
    row->first_size = size < sizeof row->first ? size : sizeof row->first;
    memcpy(row->first, size > 0 ? (const char *)text : "", row->first_size);
    row->first_kind = tarn_sheet_cell_csv_kind(cell);
    return TARN_OK;
}

static bool holds_something(const tarn_sheet_cell *cell) {
    return cell->kind != TARN_CELL_EMPTY && (cell->kind != TARN_CELL_TEXT || cell->size > 0);
}

tarn_status tarn_sheet_tail_push(tarn_sheet_tail *tail, uint64_t number, const tarn_sheet_cell *cells, size_t count,
                                 tarn_error *error) {
    if (tail->count == tail->capacity)
        TARN_TRY(let_go(tail, error));
    tarn_sheet_held_row *row = held(tail, tail->count);
    TARN_TRY(tarn_grow(&row->cells, &row->capacity, count, sizeof *row->cells, error));
    row->row = number;
    row->count = row->filled = row->first_size = 0;
    row->first_kind = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned seen = tarn_sheet_seen(&cells[i], tail->options);
        if (seen != 0)
            row->cells[row->count++] = (tarn_sheet_held_cell){(uint32_t)cells[i].column, seen};
        if (holds_something(&cells[i]) && row->filled++ == 0)
            TARN_TRY(look_at_first(tail, &cells[i], row, error));
    }
    if (row->filled > 1 && row->first_column < tail->first_column)
        tail->first_column = row->first_column;
    tail->count++;
    return TARN_OK;
}

/* ---- the end -------------------------------------------------------------------------------------------------------
 */

/* What the judge of last rows sees: the first cell counts where the table has its first column, or before it. */
static void present(const tarn_sheet_tail *tail, size_t first_column, tarn_grid_end_row *out) {
    uint64_t before = tail->before;
    for (size_t i = 0; i < tail->count; i++) {
        const tarn_sheet_held_row *row = held(tail, i);
        bool is_first = row->filled > 0 && row->first_column <= first_column;
        out[i] = (tarn_grid_end_row){.filled = row->filled,
                                     .first = row->first,
                                     .first_size = is_first ? row->first_size : 0,
                                     .first_kind = is_first ? row->first_kind : 0,
                                     .blank_before = before > 0 && row->row > before + 1};
        before = row->row;
    }
}

static void cut(tarn_sheet_tail *tail, size_t first, tarn_sheet_foot *foot) {
    if (first == tail->count)
        return;
    foot->first = held(tail, first)->row;
    foot->last = held(tail, tail->count - 1)->row;
    foot->rows = tail->count - first;
    tail->count = first;
}

tarn_status tarn_sheet_tail_finish(tarn_sheet_tail *tail, size_t first_column, tarn_sheet_foot *out,
                                   tarn_error *error) {
    const int64_t asked = tail->options->skip_footer;
    *out = (tarn_sheet_foot){0};
    if (tail->first_column < first_column)
        first_column = tail->first_column;
    if (asked > 0)
        cut(tail, (size_t)asked < tail->count ? tail->count - (size_t)asked : 0, out);
    tarn_grid_end_row *rows = calloc(tail->count + 1, sizeof *rows);
    if (rows == NULL)
        return tarn_fail_memory(error);
    present(tail, first_column, rows);
    if (asked == 0) {
        cut(tail, tarn_grid_notes_begin(rows, tail->count), out);
        out->is_found = out->rows > 0;
    }
    size_t size = tarn_grid_total_word(rows, tail->count);
    if (size > 0 && size < sizeof out->total_word) {
        out->total_row = held(tail, tail->count - 1)->row;
        memcpy(out->total_word, rows[tail->count - 1].first, size);
    }
    free(rows);
    while (tail->count > 0)
        TARN_TRY(let_go(tail, error));
    return TARN_OK;
}
