// What table a sheet holds.
#include "io/sheet_shape.h"

#include "base/asker.h"
#include "base/text.h"
#include "io/sheet_head.h"
#include "io/sheet_names.h"
#include "io/sheet_why.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- the head ------------------------------------------------------------------------------------------------------
 */

static tarn_status find_head(const tarn_workbook *workbook, const tarn_workbook_sheet *which,
                             const tarn_import_options *options, tarn_sheet_head *out, tarn_error *error) {
    uint64_t skip = (uint64_t)options->skip, rows = options->header_rows > 0 ? (uint64_t)options->header_rows : 1;
    if (options->header_row == 0)
        return tarn_sheet_judge_head(workbook, which, options, out, error);
    if (options->header_row > 0) {
        out->first_header = skip + (uint64_t)options->header_row;
        out->last_header = out->first_header + rows - 1;
    }
    out->first_row = out->last_header > 0 ? out->last_header + 1 : skip + 1;
    return TARN_OK;
}

/* ---- the columns ---------------------------------------------------------------------------------------------------
 */

/* Cells that become null though something is in them. */
typedef struct odd_cells {
    uint64_t count, first_row;
    char first[TARN_CELL_NAME_SIZE];
} odd_cells;

typedef struct survey {
    const tarn_workbook *workbook;
    const tarn_import_options *options;
    tarn_sheet_shape *shape;
    tarn_sheet_head head;
    tarn_sheet_names names;
    tarn_sheet_tail *tail;
    tarn_sheet_why *why;
    tarn_sheet_foot foot;
    size_t first_named;    /* column; SIZE_MAX: none */
    uint64_t above, blank; /* rows with something in them above the names; rows without, between the values */
    uint64_t first_above, last_above;
    odd_cells errors, uncomputed;
} survey;

static tarn_status widen(tarn_sheet_shape *shape, size_t width, tarn_error *error) {
    if (width <= shape->width)
        return TARN_OK;
    tarn_buffer *names = realloc(shape->names, width * sizeof *names);
    shape->names = names != NULL ? names : shape->names;
    unsigned *seen = realloc(shape->seen, width * sizeof *seen);
    shape->seen = seen != NULL ? seen : shape->seen;
    if (names == NULL || seen == NULL)
        return tarn_fail_memory(error);
    for (size_t i = shape->width; i < width; i++) {
        names[i] = (tarn_buffer){0};
        seen[i] = 0;
    }
    shape->width = width;
    return TARN_OK;
}

static tarn_status add_names(survey *s, uint64_t row, const tarn_sheet_cell *cells, size_t count, tarn_error *error) {
    tarn_buffer text = {0};
    tarn_status status = TARN_OK;
    for (size_t i = 0; i < count && status == TARN_OK; i++) {
        if (tarn_sheet_cell_is_null(&cells[i], s->options))
            continue;
        text.size = 0;
        s->first_named = cells[i].column < s->first_named ? cells[i].column : s->first_named;
        TARN_CHECK(widen(s->shape, cells[i].column + 1, error));
        TARN_CHECK(tarn_sheet_cell_print(s->workbook, &cells[i], &text, error));
        TARN_CHECK(tarn_sheet_names_add(&s->names, row, cells[i].column, &text, error));
    }
cleanup:
    tarn_buffer_free(&text);
    return status;
}

/* Rows that are held back come later than those without values. */
static void count_cell(odd_cells *cells, uint64_t row, size_t column) {
    if (cells->count++ > 0 && row >= cells->first_row)
        return;
    cells->first_row = row;
    tarn_cell_name(column, row, cells->first);
}

static void count_odd(survey *s, uint64_t row, const tarn_sheet_held_cell *cell) {
    if ((cell->seen & TARN_SEEN_ERROR) != 0)
        count_cell(&s->errors, row, cell->column);
    if ((cell->seen & TARN_SEEN_UNCOMPUTED) != 0)
        count_cell(&s->uncomputed, row, cell->column);
}

/* A row that is the table's. */
static tarn_status take_row(void *context, const tarn_sheet_held_row *row, tarn_error *error) {
    survey *s = context;
    for (size_t i = 0; i < row->count; i++) {
        const tarn_sheet_held_cell *cell = &row->cells[i];
        count_odd(s, row->row, cell);
        if ((cell->seen & TARN_SEEN_VALUES) == 0)
            continue;
        TARN_TRY(widen(s->shape, cell->column + 1, error));
        s->shape->seen[cell->column] |= cell->seen & TARN_SEEN_VALUES;
    }
    tarn_sheet_why_count(s->why, row);
    uint64_t above = s->head.unit_row > 0 ? s->head.unit_row : s->head.last_header;
    uint64_t before = s->shape->last_row > 0 ? s->shape->last_row : above > 0 ? above : row->row - 1;
    s->blank += row->row - before - 1;
    s->shape->last_row = row->row;
    s->shape->rows++;
    return TARN_OK;
}

static bool is_filled(const tarn_sheet_cell *cells, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (cells[i].kind != TARN_CELL_EMPTY)
            return true;
    }
    return false;
}

/* A row without values may have formulas that are to have some. */
static void count_uncomputed(survey *s, uint64_t row, const tarn_sheet_cell *cells, size_t count) {
    for (size_t i = 0; i < count; i++)
        count_odd(s, row, &(tarn_sheet_held_cell){(uint32_t)cells[i].column, tarn_sheet_seen(&cells[i], s->options)});
}

static void count_above(survey *s, uint64_t row) {
    if (s->above++ == 0)
        s->first_above = row;
    s->last_above = row;
}

static tarn_status look_at_row(void *context, uint64_t row, const tarn_sheet_cell *cells, size_t count,
                               tarn_error *error) {
    survey *s = context;
    if (row <= (uint64_t)s->options->skip)
        return TARN_OK;
    if (row >= s->head.first_header && row <= s->head.last_header)
        return add_names(s, row, cells, count, error);
    bool filled = is_filled(cells, count);
    if (row < s->head.first_row) {
        if (filled && row != s->head.unit_row)
            count_above(s, row);
        return TARN_OK;
    }
    if (!filled) {
        count_uncomputed(s, row, cells, count);
        return TARN_OK;
    }
    TARN_TRY(tarn_sheet_why_see(s->why, row, cells, count, s->options, error));
    return tarn_sheet_tail_push(s->tail, row, cells, count, error);
}

static tarn_status asked_types(tarn_sheet_shape *shape, const tarn_import_options *options, tarn_error *error) {
    for (size_t i = 0; i < options->type_count; i++) {
        const char *equals = strrchr(options->types[i], '=');
        if (equals == NULL || (strcasecmp(equals + 1, "varchar") != 0 && strcasecmp(equals + 1, "text") != 0))
            return tarn_fail(error, TARN_E_UNSUPPORTED,
                             "\"%s\": of a workbook's column only VARCHAR can be asked for; cast it after the import",
                             options->types[i]);
        bool found = false;
        for (size_t c = 0; c < shape->width; c++) {
            if (shape->names[c].size == (size_t)(equals - options->types[i]) &&
                strncasecmp((const char *)shape->names[c].data, options->types[i], shape->names[c].size) == 0) {
                shape->types[c] = TARN_SHEET_TEXT;
                found = true;
            }
        }
        if (!found)
            return tarn_fail(error, TARN_E_INVALID, "\"%s\": the sheet has no column of that name", options->types[i]);
    }
    return TARN_OK;
}

static tarn_status decide(tarn_sheet_shape *shape, const tarn_import_options *options, tarn_error *error) {
    shape->types = calloc(shape->width + 1, sizeof *shape->types);
    shape->kept = calloc(shape->width + 1, sizeof *shape->kept);
    if (shape->types == NULL || shape->kept == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < shape->width; i++) {
        shape->types[i] = options->all_text ? TARN_SHEET_TEXT : tarn_sheet_seen_type(shape->seen[i]);
        shape->kept[i] = shape->names[i].size > 0 || shape->seen[i] != 0;
    }
    return asked_types(shape, options, error);
}

/* "row 4" or "rows 4 to 6" */
static void name_rows(uint64_t first, uint64_t last, char *text, size_t size) {
    if (first == last)
        snprintf(text, size, "row %" PRIu64, first);
    else
        snprintf(text, size, "rows %" PRIu64 " to %" PRIu64, first, last);
}

static tarn_status note_head(const survey *s, tarn_notes *notes, tarn_error *error) {
    const tarn_sheet_head *head = &s->head;
    char rows[64];
    name_rows(s->first_above, s->last_above, rows, sizeof rows);
    if (s->above > 0 && head->first_header > 0)
        TARN_TRY(
            tarn_notes_add(notes, error, "%s above the names (row %" PRIu64 ") left out", rows, head->first_header));
    else if (s->above > 0)
        TARN_TRY(tarn_notes_add(notes, error, "%s above the values left out", rows));
    if (head->unit_row > 0)
        TARN_TRY(tarn_notes_add(notes, error,
                                "row %" PRIu64 " below the names holds units, not values, and was left out: %.*s",
                                head->unit_row, (int)head->units.size, (const char *)head->units.data));
    if (head->last_header > head->first_header && s->options->header_row == 0 && s->options->header_rows == 0)
        return tarn_notes_add(
            notes, error, "the names were made of rows %" PRIu64 " to %" PRIu64 "; name the header row to use one only",
            head->first_header, head->last_header);
    return TARN_OK;
}

static tarn_status note_foot(const tarn_sheet_foot *foot, tarn_notes *notes, tarn_error *error) {
    char rows[64];
    name_rows(foot->first, foot->last, rows, sizeof rows);
    if (foot->rows > 0)
        TARN_TRY(tarn_notes_add(notes, error,
                                foot->is_found ? "%s below the table left out as notes; keep them by " TARN_ASKER(
                                                     "--skip-footer 0", "skipFooter: -1")
                                               : "%s at the end left out",
                                rows));
    if (foot->total_row > 0)
        return tarn_notes_add(notes, error,
                              "row %" PRIu64
                              " (\"%s\") looks like totals and was kept as a row; leave it out by " TARN_ASKER(
                                  "--skip-footer %zu", "skipFooter: %zu"),
                              foot->total_row, foot->total_word, foot->rows + 1);
    return TARN_OK;
}

static tarn_status note_cells(const survey *s, const tarn_sheet *sheet, tarn_notes *notes, tarn_error *error) {
    const char *merged;
    size_t ranges = tarn_sheet_merged(sheet, &merged);
    if (s->blank > 0)
        TARN_TRY(tarn_notes_add(notes, error, "left out %" PRIu64 " empty row%s between the others", s->blank,
                                s->blank == 1 ? "" : "s"));
    if (s->errors.count > 0)
        TARN_TRY(tarn_notes_add(notes, error, "%" PRIu64 " cell%s an Excel error and became null; the first is %s",
                                s->errors.count, s->errors.count == 1 ? " held" : "s held", s->errors.first));
    if (s->uncomputed.count > 0)
        TARN_TRY(
            tarn_notes_add(notes, error, "%" PRIu64 " formula%s no computed value and became null; the first is %s",
                           s->uncomputed.count, s->uncomputed.count == 1 ? " has" : "s have", s->uncomputed.first));
    if (ranges > 0)
        TARN_TRY(tarn_notes_add(notes, error,
                                "%zu merged range%s (%s%s): the value is in the first cell, null in the rest", ranges,
                                ranges == 1 ? "" : "s", merged, ranges == 1 ? "" : " …"));
    return TARN_OK;
}

static tarn_status write_notes(const survey *s, const tarn_workbook_sheet *which, const tarn_sheet *sheet,
                               tarn_notes *notes, tarn_error *error) {
    TARN_TRY(note_foot(&s->foot, notes, error));
    TARN_TRY(note_head(s, notes, error));
    TARN_TRY(note_cells(s, sheet, notes, error));
    return s->options->all_text ? TARN_OK
                                : tarn_sheet_why_note(s->why, which->name, s->shape, s->shape->last_row, notes, error);
}

static tarn_status read_sheet(survey *s, const tarn_workbook_sheet *which, tarn_task *task, tarn_sheet **sheet,
                              tarn_error *error) {
    TARN_TRY(tarn_sheet_open(s->workbook, which, look_at_row, s, sheet, error));
    for (bool more = true; more;) {
        TARN_TRY(tarn_task_check(task, error));
        TARN_TRY(tarn_sheet_advance(*sheet, &more, error));
    }
    return tarn_sheet_tail_finish(s->tail, s->first_named, &s->foot, error);
}

tarn_status tarn_sheet_shape_find(const tarn_workbook *workbook, const tarn_workbook_sheet *which,
                                  const tarn_import_options *options, tarn_task *task, tarn_sheet_shape *out,
                                  tarn_notes *notes, tarn_error *error) {
    tarn_sheet_shape shape = {0};
    tarn_sheet *sheet = NULL;
    survey s = {.workbook = workbook, .options = options, .shape = &shape, .first_named = SIZE_MAX};
    tarn_status status = TARN_OK;
    TARN_CHECK(find_head(workbook, which, options, &s.head, error));
    shape.first_header = s.head.first_header;
    shape.last_header = s.head.last_header;
    shape.first_row = s.head.first_row;
    TARN_CHECK(tarn_sheet_tail_new(workbook, options, take_row, &s, &s.tail, error));
    TARN_CHECK(tarn_sheet_why_new(workbook, &s.why, error));
    TARN_CHECK(read_sheet(&s, which, task, &sheet, error));
    TARN_CHECK(tarn_sheet_names_join(&s.names, sheet, shape.last_header, shape.width, shape.names, error));
    TARN_CHECK(decide(&shape, options, error));
    TARN_CHECK(write_notes(&s, which, sheet, notes, error));
    *out = shape;
    shape = (tarn_sheet_shape){0};
cleanup:
    tarn_sheet_names_clear(&s.names);
    tarn_sheet_tail_free(s.tail);
    tarn_sheet_why_free(s.why);
    tarn_buffer_free(&s.head.units);
    tarn_sheet_close(sheet);
    tarn_sheet_shape_clear(&shape);
    return status;
}

void tarn_sheet_shape_clear(tarn_sheet_shape *shape) {
    for (size_t i = 0; i < shape->width; i++)
        tarn_buffer_free(&shape->names[i]);
    free(shape->names);
    free(shape->seen);
    free(shape->types);
    free(shape->kept);
    *shape = (tarn_sheet_shape){0};
}
