/* Says what number formats and hidden parts of a sheet mean for its table. */
#include "io/sheet_meaning.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MOST_NAMED 10 /* columns in one note */
#define MOST_UNITS 3  /* of one column */

typedef struct column_meaning {
    bool percent, padded;
    size_t units;
    char unit[MOST_UNITS][sizeof((tarn_number_format *)0)->unit];
} column_meaning;

struct tarn_sheet_meaning {
    size_t width;
    column_meaning *columns;
};

tarn_status tarn_sheet_meaning_new(size_t width, tarn_sheet_meaning **out, tarn_error *error) {
    tarn_sheet_meaning *meaning = calloc(1, sizeof *meaning);
    if (meaning != NULL)
        meaning->columns = calloc(width + 1, sizeof *meaning->columns);
    if (meaning == NULL || meaning->columns == NULL) {
        free(meaning);
        return tarn_fail_memory(error);
    }
    meaning->width = width;
    *out = meaning;
    return TARN_OK;
}

void tarn_sheet_meaning_free(tarn_sheet_meaning *meaning) {
    if (meaning == NULL)
        return;
    free(meaning->columns);
    free(meaning);
}

static void see_unit(column_meaning *column, const char *unit) {
    for (size_t i = 0; i < column->units; i++) {
        if (strcmp(column->unit[i], unit) == 0)
            return;
    }
    if (column->units < MOST_UNITS)
        memcpy(column->unit[column->units++], unit, sizeof column->unit[0]);
}

void tarn_sheet_meaning_see(tarn_sheet_meaning *meaning, const tarn_sheet_cell *cells, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const tarn_number_format *format = cells[i].format;
        if (format == NULL || cells[i].column >= meaning->width || cells[i].kind == TARN_CELL_EMPTY)
            continue;
        column_meaning *column = &meaning->columns[cells[i].column];
        column->percent |= format->show == TARN_SHOW_PERCENT;
        column->padded |= format->show == TARN_SHOW_PADDED && cells[i].kind == TARN_CELL_TEXT;
        if (format->unit[0] != '\0' && cells[i].kind == TARN_CELL_NUMBER)
            see_unit(column, format->unit);
    }
}

/* ---- notes ---------------------------------------------------------------------------------------------------------
 */

static tarn_status print_name(const tarn_sheet_shape *shape, size_t at, tarn_buffer *out, tarn_error *error) {
    char letters[TARN_CELL_NAME_SIZE];
    const tarn_buffer *name = &shape->names[at];
    if (name->size > 0)
        return tarn_buffer_append(out, name->data, name->size, error);
    tarn_cell_name(at, 0, letters);
    return tarn_buffer_printf(out, error, "%s", letters);
}

static tarn_status print_units(const column_meaning *column, tarn_buffer *out, tarn_error *error) {
    for (size_t i = 0; i < column->units; i++)
        TARN_TRY(tarn_buffer_printf(out, error, "%s%s", i == 0 ? " (" : ", ", column->unit[i]));
    return column->units > 0 ? tarn_buffer_append(out, ")", 1, error) : TARN_OK;
}

typedef bool (*column_test)(const column_meaning *column);

static bool is_percent(const column_meaning *column) {
    return column->percent;
}

static bool is_padded(const column_meaning *column) {
    return column->padded;
}

static bool has_unit(const column_meaning *column) {
    return column->units > 0;
}

/* One note for all columns of which something holds. */
static tarn_status note_columns(const tarn_sheet_meaning *meaning, const tarn_sheet_shape *shape, column_test test,
                                const char *what, tarn_notes *notes, tarn_error *error) {
    tarn_buffer list = {0};
    size_t found = 0;
    tarn_status status = TARN_OK;
    for (size_t i = 0; i < meaning->width; i++) {
        if (!test(&meaning->columns[i]) || ++found > MOST_NAMED)
            continue;
        if (found > 1)
            TARN_CHECK(tarn_buffer_append(&list, ", ", 2, error));
        TARN_CHECK(print_name(shape, i, &list, error));
        if (test == has_unit)
            TARN_CHECK(print_units(&meaning->columns[i], &list, error));
    }
    if (found > MOST_NAMED)
        TARN_CHECK(tarn_buffer_printf(&list, error, " and %zu more", found - MOST_NAMED));
    if (found > 0)
        TARN_CHECK(tarn_notes_add(notes, error, "%s: %.*s", what, (int)list.size, (const char *)list.data));
cleanup:
    tarn_buffer_free(&list);
    return status;
}

/* "row 6" or "columns B to C, F" */
static tarn_status print_hidden(const tarn_buffer *list, const char *what, tarn_buffer *out, tarn_error *error) {
    if (list->size == 0)
        return TARN_OK;
    bool is_one = memchr(list->data, ',', list->size) == NULL && memchr(list->data, 't', list->size) == NULL;
    return tarn_buffer_printf(out, error, "%s%s%s %.*s", out->size > 0 ? ", " : "", what, is_one ? "" : "s",
                              (int)list->size, (const char *)list->data);
}

static tarn_status note_hidden(const tarn_sheet *sheet, tarn_notes *notes, tarn_error *error) {
    tarn_buffer list = {0};
    tarn_status status = print_hidden(tarn_sheet_hidden_rows(sheet), "row", &list, error);
    if (status == TARN_OK)
        status = print_hidden(tarn_sheet_hidden_columns(sheet), "column", &list, error);
    if (status == TARN_OK && list.size > 0)
        status = tarn_notes_add(notes, error, "hidden in the workbook, and imported all the same: %.*s", (int)list.size,
                                (const char *)list.data);
    tarn_buffer_free(&list);
    return status;
}

tarn_status tarn_sheet_meaning_note(const tarn_sheet_meaning *meaning, const tarn_sheet *sheet,
                                    const tarn_sheet_shape *shape, tarn_notes *notes, tarn_error *error) {
    TARN_TRY(note_columns(meaning, shape, is_padded,
                          "made text, to keep the digits and signs that the number format shows", notes, error));
    TARN_TRY(note_columns(meaning, shape, is_percent, "shown as percent, and imported as fractions (15% is 0.15)",
                          notes, error));
    TARN_TRY(note_columns(meaning, shape, has_unit, "the number format shows a unit, which the numbers are without",
                          notes, error));
    return note_hidden(sheet, notes, error);
}
