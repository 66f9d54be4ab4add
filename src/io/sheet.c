#include "io/sheet.h"

#include "base/clock.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where a cell's text lies while its row is read: in the row's buffer, which may still move, or among the shared. */
typedef struct place {
    bool shared;
    size_t begin, size;
} place;

struct tarn_sheet {
    const tarn_workbook *workbook;
    tarn_part_reader *reader;
    tarn_sheet_row row;
    void *context;

    uint64_t number; /* of the row */
    tarn_sheet_cell *cells;
    place *places;
    size_t count, capacity, place_capacity;
    tarn_buffer text;

    char type[12]; /* of the cell: its t */
    size_t style;
    bool in_cell, in_value, is_formula, has_value;
    size_t phonetic;
    size_t begin; /* of the cell's value in `text` */
    size_t merged;
    char first_merged[32];
};

void tarn_cell_name(size_t column, uint64_t row, char out[TARN_CELL_NAME_SIZE]) {
    char letters[8];
    size_t count = 0;
    for (size_t rest = column + 1; rest > 0 && count < sizeof letters; rest = (rest - 1) / 26)
        letters[count++] = (char)('A' + (rest - 1) % 26);
    for (size_t i = 0; i < count; i++)
        out[i] = letters[count - 1 - i];
    snprintf(out + count, TARN_CELL_NAME_SIZE - count, "%llu", (unsigned long long)row);
}

/* Serial 60 is 29 February 1900, which never was; days before it count from a day later. */
bool tarn_serial_to_micros(double serial, bool epoch_1904, int64_t *micros) {
    if (!(serial >= 0 && serial < 2958466)) /* 31 December 9999 */
        return false;
    int64_t milliseconds = (int64_t)llround(serial * 86400000.0);
    int64_t epoch = epoch_1904 ? tarn_days_from_civil(1904, 1, 1) : tarn_days_from_civil(1899, 12, 30);
    if (!epoch_1904 && milliseconds < (int64_t)60 * 86400000)
        epoch++;
    *micros = (epoch * 86400000 + milliseconds) * 1000;
    return true;
}

/* "BC12" is column 54; false when it is none. */
static bool parse_column(const char *reference, size_t *column) {
    size_t value = 0;
    const char *c = reference;
    for (; *c >= 'A' && *c <= 'Z' && value < TARN_SHEET_COLUMNS; c++)
        value = value * 26 + (size_t)(*c - 'A' + 1);
    if (c == reference || value > TARN_SHEET_COLUMNS)
        return false;
    *column = value - 1;
    return true;
}

static tarn_status bad_place(const tarn_sheet *sheet, const char *reference, tarn_error *error) {
    return tarn_fail(error, TARN_E_FORMAT, "%s is damaged: there can be no cell \"%.40s\" in row %llu",
                     sheet->workbook->shown, reference, (unsigned long long)sheet->number);
}

static tarn_status begin_row(tarn_sheet *sheet, const char **attributes, tarn_error *error) {
    const char *number = tarn_part_attribute(attributes, "r");
    uint64_t next = number != NULL ? strtoull(number, NULL, 10) : sheet->number + 1;
    if (next <= sheet->number || next > 1048576)
        return tarn_fail(error, TARN_E_FORMAT, "%s is damaged: row %llu comes after row %llu", sheet->workbook->shown,
                         (unsigned long long)next, (unsigned long long)sheet->number);
    sheet->number = next;
    sheet->count = 0;
    sheet->text.size = 0;
    return TARN_OK;
}

static tarn_status begin_cell(tarn_sheet *sheet, const char **attributes, tarn_error *error) {
    const char *reference = tarn_part_attribute(attributes, "r"), *type = tarn_part_attribute(attributes, "t");
    const char *style = tarn_part_attribute(attributes, "s");
    size_t least = sheet->count > 0 ? sheet->cells[sheet->count - 1].column + 1 : 0, column = least;
    if (reference != NULL && !parse_column(reference, &column))
        return bad_place(sheet, reference, error);
    if (column < least || column >= TARN_SHEET_COLUMNS)
        return bad_place(sheet, reference != NULL ? reference : "", error);
    TARN_TRY(tarn_grow(&sheet->cells, &sheet->capacity, sheet->count + 1, sizeof *sheet->cells, error));
    TARN_TRY(tarn_grow(&sheet->places, &sheet->place_capacity, sheet->count + 1, sizeof *sheet->places, error));
    sheet->cells[sheet->count] = (tarn_sheet_cell){.column = column};
    sheet->places[sheet->count] = (place){0};
    snprintf(sheet->type, sizeof sheet->type, "%s", type != NULL ? type : "n");
    sheet->style = style != NULL ? strtoul(style, NULL, 10) : 0;
    sheet->in_cell = true;
    sheet->is_formula = sheet->has_value = sheet->in_value = false;
    sheet->phonetic = 0;
    sheet->begin = sheet->text.size;
    return TARN_OK;
}

static tarn_status begin(void *context, const char *element, const char **attributes, tarn_error *error) {
    tarn_sheet *sheet = context;
    if (strcmp(element, "row") == 0)
        return begin_row(sheet, attributes, error);
    if (strcmp(element, "c") == 0)
        return begin_cell(sheet, attributes, error);
    if (strcmp(element, "mergeCell") == 0) {
        const char *range = tarn_part_attribute(attributes, "ref");
        if (sheet->merged++ == 0)
            snprintf(sheet->first_merged, sizeof sheet->first_merged, "%s", range != NULL ? range : "");
    }
    if (!sheet->in_cell)
        return TARN_OK;
    sheet->is_formula |= strcmp(element, "f") == 0;
    sheet->phonetic += strcmp(element, "rPh") == 0;
    if (strcmp(element, "v") == 0 || (strcmp(element, "t") == 0 && sheet->phonetic == 0))
        sheet->in_value = sheet->has_value = true;
    return TARN_OK;
}

static tarn_status on_text(void *context, const char *text, size_t size, tarn_error *error) {
    tarn_sheet *sheet = context;
    return sheet->in_value ? tarn_buffer_append(&sheet->text, text, size, error) : TARN_OK;
}

/* ---- the value of a cell -------------------------------------------------------------------------------------------
 */

static tarn_sheet_kind kind_of_style(const tarn_sheet *sheet, double number) {
    static const tarn_sheet_kind kinds[] = {[TARN_SHOW_NUMBER] = TARN_CELL_NUMBER,
                                            [TARN_SHOW_DATE] = TARN_CELL_DATE,
                                            [TARN_SHOW_DATE_TIME] = TARN_CELL_DATE_TIME,
                                            [TARN_SHOW_TIME] = TARN_CELL_TIME};
    int64_t micros;
    if (sheet->style >= sheet->workbook->style_count ||
        !tarn_serial_to_micros(number, sheet->workbook->epoch_1904, &micros))
        return TARN_CELL_NUMBER;
    tarn_sheet_kind kind = kinds[sheet->workbook->styles[sheet->style]];
    if (kind == TARN_CELL_DATE && micros % 86400000000 != 0)
        return TARN_CELL_DATE_TIME;
    return kind == TARN_CELL_TIME && number >= 1 ? TARN_CELL_DATE_TIME : kind;
}

static tarn_status read_number(tarn_sheet *sheet, tarn_sheet_cell *cell, const char *text, tarn_error *error) {
    char *end;
    cell->number = strtod(text, &end);
    if (end == text || *end != '\0' || !isfinite(cell->number))
        return tarn_fail(error, TARN_E_FORMAT, "%s is damaged: \"%.40s\" in row %llu is no number",
                         sheet->workbook->shown, text, (unsigned long long)sheet->number);
    return TARN_OK;
}

static tarn_status read_shared(tarn_sheet *sheet, tarn_sheet_cell *cell, place *where, const char *text,
                               tarn_error *error) {
    const tarn_workbook *book = sheet->workbook;
    TARN_TRY(read_number(sheet, cell, text, error));
    if (!(cell->number >= 0 && cell->number < (double)book->string_count))
        return tarn_fail(error, TARN_E_FORMAT, "%s is damaged: row %llu refers to text %.20s, which is not there",
                         book->shown, (unsigned long long)sheet->number, text);
    size_t index = (size_t)cell->number;
    cell->kind = TARN_CELL_TEXT;
    where->shared = true;
    where->begin = index > 0 ? book->strings[index - 1] : 0;
    where->size = book->strings[index] - where->begin;
    return TARN_OK;
}

static tarn_status read_value(tarn_sheet *sheet, tarn_sheet_cell *cell, place *where, tarn_error *error) {
    size_t size = sheet->text.size - sheet->begin;
    bool is_string = strcmp(sheet->type, "str") == 0 || strcmp(sheet->type, "inlineStr") == 0;
    TARN_TRY(tarn_buffer_append(&sheet->text, "", 1, error)); /* a NUL for the numbers */
    char *text = (char *)sheet->text.data + sheet->begin;
    if (strcmp(sheet->type, "s") == 0)
        return read_shared(sheet, cell, where, text, error);
    *where = (place){.begin = sheet->begin, .size = is_string ? tarn_workbook_unescape(text, size) : size};
    if (is_string)
        cell->kind = TARN_CELL_TEXT;
    else if (size == 0)
        cell->kind = TARN_CELL_EMPTY;
    else if (strcmp(sheet->type, "e") == 0)
        cell->kind = TARN_CELL_ERROR;
    else if (strcmp(sheet->type, "d") == 0)
        cell->kind = TARN_CELL_ISO;
    else {
        TARN_TRY(read_number(sheet, cell, text, error));
        cell->kind = strcmp(sheet->type, "b") == 0 ? TARN_CELL_BOOLEAN : kind_of_style(sheet, cell->number);
    }
    return TARN_OK;
}

static tarn_status end_cell(tarn_sheet *sheet, tarn_error *error) {
    tarn_sheet_cell *cell = &sheet->cells[sheet->count];
    sheet->in_cell = false;
    cell->is_formula = sheet->is_formula;
    if (sheet->has_value)
        TARN_TRY(read_value(sheet, cell, &sheet->places[sheet->count], error));
    sheet->count++;
    return TARN_OK;
}

static tarn_status end_row(tarn_sheet *sheet, tarn_error *error) {
    for (size_t i = 0; i < sheet->count; i++) {
        const place *where = &sheet->places[i];
        const tarn_buffer *from = where->shared ? &sheet->workbook->text : &sheet->text;
        sheet->cells[i].text = where->size > 0 ? (const char *)from->data + where->begin : "";
        sheet->cells[i].size = where->size;
    }
    return sheet->count > 0 ? sheet->row(sheet->context, sheet->number, sheet->cells, sheet->count, error) : TARN_OK;
}

static tarn_status end(void *context, const char *element, tarn_error *error) {
    tarn_sheet *sheet = context;
    if (strcmp(element, "row") == 0)
        return end_row(sheet, error);
    if (!sheet->in_cell)
        return TARN_OK;
    if (strcmp(element, "c") == 0)
        return end_cell(sheet, error);
    sheet->phonetic -= strcmp(element, "rPh") == 0;
    if (strcmp(element, "v") == 0 || strcmp(element, "t") == 0)
        sheet->in_value = false;
    return TARN_OK;
}

/* ---- life ----------------------------------------------------------------------------------------------------------
 */

tarn_status tarn_sheet_open(const tarn_workbook *workbook, const tarn_workbook_sheet *which, tarn_sheet_row row,
                            void *context, tarn_sheet **out, tarn_error *error) {
    tarn_sheet *sheet = calloc(1, sizeof *sheet);
    if (sheet == NULL)
        return tarn_fail_memory(error);
    sheet->workbook = workbook;
    sheet->row = row;
    sheet->context = context;
    tarn_part_handler handler = {begin, end, on_text, sheet};
    tarn_status status = tarn_part_open(workbook->package, which->part, &handler, &sheet->reader, error);
    if (status == TARN_OK)
        *out = sheet;
    else
        tarn_sheet_close(sheet);
    return status;
}

tarn_status tarn_sheet_advance(tarn_sheet *sheet, bool *more, tarn_error *error) {
    return tarn_part_advance(sheet->reader, more, error);
}

size_t tarn_sheet_merged(const tarn_sheet *sheet, const char **first) {
    *first = sheet->merged > 0 ? sheet->first_merged : NULL;
    return sheet->merged;
}

void tarn_sheet_close(tarn_sheet *sheet) {
    if (sheet == NULL)
        return;
    tarn_part_close(sheet->reader);
    tarn_buffer_free(&sheet->text);
    free(sheet->cells);
    free(sheet->places);
    free(sheet);
}
