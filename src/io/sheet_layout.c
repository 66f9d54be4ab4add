/* What a sheet's cells do not tell: merged ranges, hidden rows and columns. */
#include "io/sheet_reader.h"

#include <stdio.h>
#include <stdlib.h>

#define MOST_MERGES 65536
#define MOST_RUNS 20

static tarn_status print_run(const tarn_sheet_runs *runs, bool as_column, tarn_buffer *out, tarn_error *error) {
    char first[TARN_CELL_NAME_SIZE], last[TARN_CELL_NAME_SIZE];
    snprintf(first, sizeof first, "%llu", (unsigned long long)runs->first);
    snprintf(last, sizeof last, "%llu", (unsigned long long)runs->last);
    if (as_column) {
        tarn_cell_name((size_t)runs->first - 1, 0, first);
        tarn_cell_name((size_t)runs->last - 1, 0, last);
    }
    TARN_TRY(tarn_buffer_printf(out, error, "%s%s", out->size > 0 ? ", " : "", first));
    return runs->last > runs->first ? tarn_buffer_printf(out, error, " to %s", last) : TARN_OK;
}

/* The text is always complete: a run that grows is written over. */
tarn_status tarn_sheet_runs_add(tarn_sheet_runs *runs, uint64_t number, uint64_t end, bool as_column,
                                tarn_error *error) {
    if (runs->count > MOST_RUNS)
        return TARN_OK;
    if (runs->first > 0 && number == runs->last + 1) {
        runs->last = end;
        runs->text.size = runs->begin;
        return print_run(runs, as_column, &runs->text, error);
    }
    if (++runs->count > MOST_RUNS)
        return tarn_buffer_append(&runs->text, " …", sizeof " …" - 1, error);
    runs->first = number;
    runs->last = end;
    runs->begin = runs->text.size;
    return print_run(runs, as_column, &runs->text, error);
}

tarn_status tarn_sheet_add_merge(tarn_sheet *sheet, const tarn_sheet_range *range, tarn_error *error) {
    char first[TARN_CELL_NAME_SIZE], last[TARN_CELL_NAME_SIZE];
    if (sheet->merged++ == 0) {
        tarn_cell_name(range->first_column, range->first_row, first);
        tarn_cell_name(range->last_column, range->last_row, last);
        snprintf(sheet->first_merged, sizeof sheet->first_merged, "%s:%s", first, last);
    }
    if (sheet->merge_count == MOST_MERGES)
        return TARN_OK;
    TARN_TRY(tarn_grow(&sheet->merges, &sheet->merge_capacity, sheet->merge_count + 1, sizeof *sheet->merges, error));
    sheet->merges[sheet->merge_count++] = *range;
    return TARN_OK;
}

static int compare_ranges(const void *a, const void *b) {
    const tarn_sheet_range *x = a, *y = b;
    if (x->first_row != y->first_row)
        return x->first_row < y->first_row ? -1 : 1;
    return (x->first_column > y->first_column) - (x->first_column < y->first_column);
}

const tarn_sheet_range *tarn_sheet_merges(tarn_sheet *sheet, size_t *count) {
    if (sheet->merge_count > 0)
        qsort(sheet->merges, sheet->merge_count, sizeof *sheet->merges, compare_ranges);
    *count = sheet->merge_count;
    return sheet->merges;
}

size_t tarn_sheet_merged(const tarn_sheet *sheet, const char **first) {
    *first = sheet->merged > 0 ? sheet->first_merged : NULL;
    return sheet->merged;
}

const tarn_buffer *tarn_sheet_hidden_rows(const tarn_sheet *sheet) {
    return &sheet->hidden_rows.text;
}

const tarn_buffer *tarn_sheet_hidden_columns(const tarn_sheet *sheet) {
    return &sheet->hidden_columns.text;
}
