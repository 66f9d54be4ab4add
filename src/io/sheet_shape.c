// What table a sheet holds.
#include "io/sheet_shape.h"

#include "base/text.h"
#include "io/sheet_head.h"
#include "io/sheet_names.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define EXACT_INTEGER 9007199254740992.0 /* 2^53: larger ones may have lost digits already */

enum {
    SEEN_TEXT = 1,
    SEEN_BOOLEAN = 2,
    SEEN_INTEGER = 4,
    SEEN_FLOAT = 8,
    SEEN_DATE = 16,
    SEEN_TIMESTAMP = 32,
    SEEN_TIME = 64,
    SEEN_DURATION = 128
};

/* ---- values --------------------------------------------------------------------------------------------------------
 */

static unsigned seen_in(const tarn_sheet_cell *cell) {
    switch (cell->kind) {
    case TARN_CELL_NUMBER:
        return cell->number == trunc(cell->number) && fabs(cell->number) <= EXACT_INTEGER ? SEEN_INTEGER : SEEN_FLOAT;
    case TARN_CELL_BOOLEAN:
        return SEEN_BOOLEAN;
    case TARN_CELL_DATE:
        return SEEN_DATE;
    case TARN_CELL_DATE_TIME:
        return SEEN_TIMESTAMP;
    case TARN_CELL_TIME:
        return SEEN_TIME;
    case TARN_CELL_DURATION:
        return SEEN_DURATION;
    default:
        return cell->size > 0 ? SEEN_TEXT : 0;
    }
}

static tarn_sheet_type type_of(unsigned seen) {
    switch (seen) {
    case SEEN_BOOLEAN:
        return TARN_SHEET_BOOLEAN;
    case SEEN_INTEGER:
        return TARN_SHEET_INTEGER;
    case SEEN_FLOAT:
    case SEEN_FLOAT | SEEN_INTEGER:
        return TARN_SHEET_FLOAT;
    case SEEN_DATE:
        return TARN_SHEET_DATE;
    case SEEN_TIMESTAMP:
    case SEEN_TIMESTAMP | SEEN_DATE:
        return TARN_SHEET_TIMESTAMP;
    case SEEN_TIME:
        return TARN_SHEET_TIME;
    case SEEN_DURATION:
    case SEEN_DURATION | SEEN_TIME:
        return TARN_SHEET_INTERVAL;
    default:
        return TARN_SHEET_TEXT;
    }
}

/* ---- the header ----------------------------------------------------------------------------------------------------
 */

static tarn_status find_header(const tarn_workbook *workbook, const tarn_workbook_sheet *which,
                               const tarn_import_options *options, tarn_sheet_shape *shape, tarn_error *error) {
    int rows = options->header_rows > 0 ? options->header_rows : 1;
    if (options->header_row == 0)
        return tarn_sheet_judge_header(workbook, which, options, &shape->first_header, &shape->last_header, error);
    shape->first_header = options->header_row > 0 ? (uint64_t)options->header_row : 0;
    shape->last_header = shape->first_header > 0 ? shape->first_header + (uint64_t)rows - 1 : 0;
    return TARN_OK;
}

/* ---- the columns ---------------------------------------------------------------------------------------------------
 */

typedef struct survey {
    const tarn_workbook *workbook;
    const tarn_import_options *options;
    tarn_sheet_shape *shape;
    tarn_sheet_names names;
    uint64_t above, last_row, blank; /* rows above the header; the last row with values; rows without, between */
    uint64_t errors, uncomputed;
    char first_error[TARN_CELL_NAME_SIZE], first_uncomputed[TARN_CELL_NAME_SIZE];
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
        TARN_CHECK(widen(s->shape, cells[i].column + 1, error));
        TARN_CHECK(tarn_sheet_cell_print(s->workbook, &cells[i], &text, error));
        TARN_CHECK(tarn_sheet_names_add(&s->names, row, cells[i].column, &text, error));
    }
cleanup:
    tarn_buffer_free(&text);
    return status;
}

static void count_odd(survey *s, uint64_t row, const tarn_sheet_cell *cell) {
    if (cell->kind == TARN_CELL_ERROR && s->errors++ == 0)
        tarn_cell_name(cell->column, row, s->first_error);
    if (cell->kind == TARN_CELL_EMPTY && cell->is_formula && s->uncomputed++ == 0)
        tarn_cell_name(cell->column, row, s->first_uncomputed);
}

static tarn_status look_at_row(void *context, uint64_t row, const tarn_sheet_cell *cells, size_t count,
                               tarn_error *error) {
    survey *s = context;
    bool filled = false;
    if (row >= s->shape->first_header && row <= s->shape->last_header)
        return add_names(s, row, cells, count, error);
    for (size_t i = 0; i < count; i++) {
        bool below = row > s->shape->last_header;
        if (below)
            count_odd(s, row, &cells[i]);
        if (cells[i].kind == TARN_CELL_EMPTY)
            continue;
        filled = true;
        if (!below || tarn_sheet_cell_is_null(&cells[i], s->options))
            continue; /* what an empty text is depends on the column's other values */
        TARN_TRY(widen(s->shape, cells[i].column + 1, error));
        s->shape->seen[cells[i].column] |= seen_in(&cells[i]);
    }
    if (filled && row < s->shape->first_header)
        s->above++;
    if (!filled || row < s->shape->first_header)
        return TARN_OK;
    uint64_t before = s->last_row > 0 ? s->last_row : s->shape->last_header > 0 ? s->shape->last_header : row - 1;
    s->blank += row - before - 1;
    s->last_row = row;
    s->shape->rows++;
    return TARN_OK;
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
        shape->types[i] = options->all_text ? TARN_SHEET_TEXT : type_of(shape->seen[i]);
        shape->kept[i] = shape->names[i].size > 0 || shape->seen[i] != 0;
    }
    return asked_types(shape, options, error);
}

static tarn_status note_oddities(const survey *s, const tarn_sheet *sheet, tarn_notes *notes, tarn_error *error) {
    const char *merged;
    size_t ranges = tarn_sheet_merged(sheet, &merged);
    if (s->above > 0)
        TARN_TRY(tarn_notes_add(notes, error, "left out %" PRIu64 " row%s above the names in row %" PRIu64, s->above,
                                s->above == 1 ? "" : "s", s->shape->first_header));
    if (s->blank > 0)
        TARN_TRY(tarn_notes_add(notes, error, "left out %" PRIu64 " empty row%s between the others", s->blank,
                                s->blank == 1 ? "" : "s"));
    if (s->errors > 0)
        TARN_TRY(tarn_notes_add(notes, error, "%" PRIu64 " cell%s an Excel error and became null; the first is %s",
                                s->errors, s->errors == 1 ? " held" : "s held", s->first_error));
    if (s->uncomputed > 0)
        TARN_TRY(tarn_notes_add(notes, error,
                                "%" PRIu64 " formula%s no computed value and became null; the first is %s",
                                s->uncomputed, s->uncomputed == 1 ? " has" : "s have", s->first_uncomputed));
    if (ranges > 0)
        TARN_TRY(tarn_notes_add(notes, error,
                                "%zu merged range%s (%s%s): the value is in the first cell, null in the rest", ranges,
                                ranges == 1 ? "" : "s", merged, ranges == 1 ? "" : " …"));
    return TARN_OK;
}

tarn_status tarn_sheet_shape_find(const tarn_workbook *workbook, const tarn_workbook_sheet *which,
                                  const tarn_import_options *options, tarn_task *task, tarn_sheet_shape *out,
                                  tarn_notes *notes, tarn_error *error) {
    tarn_sheet_shape shape = {0};
    tarn_sheet *sheet = NULL;
    survey s = {.workbook = workbook, .options = options, .shape = &shape};
    tarn_status status = TARN_OK;
    TARN_CHECK(find_header(workbook, which, options, &shape, error));
    TARN_CHECK(tarn_sheet_open(workbook, which, look_at_row, &s, &sheet, error));
    for (bool more = true; more;) {
        TARN_CHECK(tarn_task_check(task, error));
        TARN_CHECK(tarn_sheet_advance(sheet, &more, error));
    }
    TARN_CHECK(tarn_sheet_names_join(&s.names, sheet, shape.last_header, shape.width, shape.names, error));
    TARN_CHECK(decide(&shape, options, error));
    TARN_CHECK(note_oddities(&s, sheet, notes, error));
    *out = shape;
    shape = (tarn_sheet_shape){0};
cleanup:
    tarn_sheet_names_clear(&s.names);
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
