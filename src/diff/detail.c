// What changed between two versions of a table, row by row and as text.
#include "diff/detail.h"

#include "arrow/printer.h"
#include "base/buffer.h"
#include "base/text.h"
#include "diff/internal.h"
#include "diff/take.h"

#include <stdlib.h>

typedef struct work {
    tarn_version *before, *after; /* NULL: no rows there */
    const tarn_diff_pair *pairs;
    size_t pair_count;
    tarn_diff_row *rows;
    size_t row_count, limit;
    tarn_audit_detail *out;
    size_t note_capacity;
} work;

/* ---- notes ---- */

/* Takes `text` over. */
static tarn_status note(work *w, char *text, tarn_error *error) {
    if (text == NULL)
        return tarn_fail_memory(error);
    tarn_status status =
        tarn_grow(&w->out->notes, &w->note_capacity, w->out->note_count + 1, sizeof *w->out->notes, error);
    if (status == TARN_OK)
        w->out->notes[w->out->note_count++] = text;
    else
        free(text);
    return status;
}

static tarn_status note_column(work *w, const tarn_diff_column *column, tarn_error *error) {
    if (column->before == NULL)
        return note(w, tarn_format("column %s was added", column->after), error);
    if (column->after == NULL)
        return note(w, tarn_format("column %s was dropped", column->before), error);
    if (column->renamed)
        TARN_TRY(note(w, tarn_format("column %s became %s", column->before, column->after), error));
    return column->retyped ? note(w,
                                  tarn_format("column %s: type %s became %s", column->after, column->type_before,
                                              column->type_after),
                                  error)
                           : TARN_OK;
}

static tarn_status note_all(work *w, const tarn_diff_info *info, tarn_error *error) {
    for (size_t i = 0; i < info->column_count; i++)
        TARN_TRY(note_column(w, &info->columns[i], error));
    return info->order_differs ? note(w, tarn_strdup("the order of the rows changed"), error) : TARN_OK;
}

/* ---- cells ---- */

static tarn_status print(tarn_printer *printer, int64_t i, char **out, tarn_error *error) {
    tarn_printed printed;
    TARN_TRY(tarn_printer_print(printer, i, &printed, error));
    if (printed.kind == TARN_PRINTED_NULL)
        return TARN_OK;
    *out = tarn_strndup(printed.size > 0 ? printed.text : "", printed.size);
    return *out == NULL ? tarn_fail_memory(error) : TARN_OK;
}

/* A column of one side in the rows that were found. */
typedef struct side {
    const tarn_column *column; /* NULL: it is not there */
    struct ArrowArray array;
    tarn_printer *printer;
} side;

static tarn_status load(const work *w, size_t pair, bool before, side *out, tarn_error *error) {
    tarn_version *version = before ? w->before : w->after;
    size_t column = before ? w->pairs[pair].before : w->pairs[pair].after;
    if (version == NULL || column == TARN_DIFF_NONE)
        return TARN_OK;
    out->column = tarn_version_column(version, column);
    TARN_TRY(tarn_diff_take(version, column, w->rows, (int64_t)w->row_count, before, &out->array, error));
    return tarn_printer_new(out->column->type, &out->array, &out->printer, error);
}

static bool is_shown(const tarn_diff_row *row, size_t pair, const side *was, const side *is, int64_t i) {
    if (row->before < 0 || row->after < 0)
        return (row->before < 0 ? is : was)->column != NULL;
    if (was->column != NULL && is->column != NULL)
        return row->part->cells != NULL && row->part->cells[pair] != NULL &&
               tarn_bit_get(row->part->cells[pair], row->offset);
    const side *only = was->column != NULL ? was : is;
    return !tarn_array_is_null(only->column->type, &only->array, i);
}

static tarn_status add_column(const work *w, size_t pair, tarn_error *error) {
    side was = {0}, is = {0};
    tarn_status status;
    TARN_CHECK(load(w, pair, true, &was, error));
    TARN_CHECK(load(w, pair, false, &is, error));
    for (size_t i = 0; i < w->row_count; i++) {
        const tarn_diff_row *row = &w->rows[i];
        if (!is_shown(row, pair, &was, &is, (int64_t)i))
            continue;
        tarn_detail_row *out = &w->out->rows[i];
        tarn_detail_cell *cell = &out->cells[out->cell_count++];
        cell->column = tarn_strdup((is.column != NULL ? is.column : was.column)->name);
        TARN_CHECK(cell->column == NULL ? tarn_fail_memory(error) : TARN_OK);
        if (was.column != NULL && row->before >= 0)
            TARN_CHECK(print(was.printer, (int64_t)i, &cell->before, error));
        if (is.column != NULL && row->after >= 0)
            TARN_CHECK(print(is.printer, (int64_t)i, &cell->after, error));
    }
cleanup:
    tarn_printer_free(was.printer);
    tarn_printer_free(is.printer);
    tarn_array_release(&was.array);
    tarn_array_release(&is.array);
    return status;
}

static tarn_status fill_rows(const work *w, tarn_error *error) {
    tarn_audit_detail *out = w->out;
    out->rows = calloc(w->row_count + 1, sizeof *out->rows);
    if (out->rows == NULL)
        return tarn_fail_memory(error);
    for (; out->row_count < w->row_count; out->row_count++) {
        const tarn_diff_row *row = &w->rows[out->row_count];
        tarn_detail_row *made = &out->rows[out->row_count];
        made->row = row->after >= 0 ? row->after : row->before;
        made->kind = row->before < 0 ? TARN_DETAIL_ADDED : row->after < 0 ? TARN_DETAIL_REMOVED : TARN_DETAIL_CHANGED;
        made->cells = calloc(w->pair_count + 1, sizeof *made->cells);
        if (made->cells == NULL)
            return tarn_fail_memory(error);
    }
    for (size_t i = 0; i < w->pair_count && w->row_count > 0; i++)
        TARN_TRY(add_column(w, i, error));
    return TARN_OK;
}

/* ---- rows in common ---- */

/* One row more than wanted tells whether there are more. */
static tarn_status find_changes(work *w, const tarn_diff *diff, tarn_error *error) {
    const tarn_diff_filter filter = {TARN_DIFF_ADDED | TARN_DIFF_REMOVED | TARN_DIFF_MODIFIED | TARN_DIFF_FILLED,
                                     TARN_DIFF_NONE};
    int64_t found = 0, wanted = (uint64_t)w->limit < INT64_MAX ? (int64_t)w->limit + 1 : INT64_MAX;
    TARN_TRY(tarn_diff_locate(diff, &filter, 0, wanted, &w->rows, &found, error));
    w->out->complete = (uint64_t)found <= w->limit;
    w->row_count = w->out->complete ? (size_t)found : w->limit;
    return TARN_OK;
}

static tarn_status compare_related(work *w, tarn_pool *pool, tarn_task *task, tarn_error *error) {
    tarn_diff *diff = NULL;
    tarn_diff_input input = {
        .before = w->before, .after = w->after, .before_name = "", .after_name = "", .pool = pool, .task = task};
    TARN_TRY(tarn_diff_prepare(&input, &diff, error));
    diff->all_columns = true;
    tarn_status status = tarn_diff_run(&input, diff, error);
    w->pairs = diff->pairs;
    w->pair_count = diff->pair_count;
    if (status == TARN_OK)
        status = note_all(w, &diff->info, error);
    if (status == TARN_OK)
        status = find_changes(w, diff, error);
    if (status == TARN_OK)
        status = fill_rows(w, error);
    tarn_diff_close(diff);
    return status;
}

/* ---- no rows in common ---- */

static tarn_status list_rows(work *w, const tarn_version *version, bool before, tarn_error *error) {
    for (size_t chunk = 0; version != NULL && chunk < tarn_version_chunk_count(version); chunk++) {
        tarn_chunk place = tarn_version_chunk(version, chunk);
        const uint8_t *live;
        TARN_TRY(tarn_version_live(version, chunk, &live, error));
        for (int64_t i = 0; i < place.rows; i++) {
            int64_t row = place.first_row + i;
            if (live != NULL && !tarn_bit_get(live, i))
                continue;
            w->out->complete = w->row_count < w->limit;
            if (!w->out->complete)
                return TARN_OK;
            w->rows[w->row_count++] = (tarn_diff_row){.kind = before ? TARN_DIFF_REMOVED : TARN_DIFF_ADDED,
                                                      .before = before ? row : -1,
                                                      .after = before ? -1 : row};
        }
    }
    return TARN_OK;
}

static size_t columns_of(const tarn_version *version) {
    return version != NULL ? tarn_version_column_count(version) : 0;
}

static int64_t rows_of(const tarn_version *version) {
    return version != NULL ? tarn_version_rows(version) : 0;
}

static tarn_status list_all(work *w, tarn_error *error) {
    size_t befores = columns_of(w->before), afters = columns_of(w->after);
    int64_t total = rows_of(w->before) + rows_of(w->after);
    size_t most = (uint64_t)total < w->limit ? (size_t)total : w->limit;
    tarn_diff_pair *pairs = calloc(befores + afters + 1, sizeof *pairs);
    tarn_status status;
    w->rows = calloc(most + 1, sizeof *w->rows);
    if (pairs == NULL || w->rows == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    for (size_t i = 0; i < befores; i++)
        pairs[w->pair_count++] = (tarn_diff_pair){i, TARN_DIFF_NONE, false};
    for (size_t i = 0; i < afters; i++)
        pairs[w->pair_count++] = (tarn_diff_pair){TARN_DIFF_NONE, i, false};
    w->pairs = pairs;
    TARN_CHECK(list_rows(w, w->before, true, error));
    if (w->out->complete)
        TARN_CHECK(list_rows(w, w->after, false, error));
    status = fill_rows(w, error);
cleanup:
    free(pairs);
    return status;
}

static tarn_status note_replaced(work *w, tarn_error *error) {
    return note(w,
                tarn_format("all rows were replaced: %lld before, %lld after, and none of them is the same row",
                            (long long)rows_of(w->before), (long long)rows_of(w->after)),
                error);
}

tarn_status tarn_detail_compare(tarn_version *before, tarn_version *after, size_t limit, tarn_pool *pool,
                                tarn_task *task, tarn_audit_detail *out, tarn_error *error) {
    work w = {.before = before, .after = after, .limit = limit, .out = out};
    bool both = before != NULL && after != NULL;
    tarn_status status = TARN_OK;
    out->complete = true;
    if (both && tarn_version_row_space(before) == tarn_version_row_space(after)) {
        status = compare_related(&w, pool, task, error);
    } else {
        if (both)
            status = note_replaced(&w, error);
        if (status == TARN_OK)
            status = list_all(&w, error);
    }
    free(w.rows);
    return status;
}

void tarn_detail_clear(tarn_audit_detail *detail) {
    for (size_t i = 0; i < detail->row_count; i++) {
        for (size_t k = 0; k < detail->rows[i].cell_count; k++) {
            free(detail->rows[i].cells[k].column);
            free(detail->rows[i].cells[k].before);
            free(detail->rows[i].cells[k].after);
        }
        free(detail->rows[i].cells);
    }
    for (size_t i = 0; i < detail->note_count; i++)
        free(detail->notes[i]);
    free(detail->rows);
    free(detail->notes);
    free(detail->table);
    free(detail->gone);
    *detail = (tarn_audit_detail){0};
}
