/* Sheets of workbooks: rows and cells, whichever format they come from. */
#include "io/sheet_reader.h"

#include "base/clock.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_ROW_TEXT ((size_t)256 << 20)
#define FREE_CELLS 100000000
#define CELLS_PER_BYTE 20
#define FREE_TEXT ((uint64_t)1 << 30)
#define TEXT_PER_BYTE 100
#define EXACT_INTEGER 9007199254740992.0 /* 2^53 */
#define DAY_MICROS 86400000000LL

void tarn_cell_name(size_t column, uint64_t row, char out[TARN_CELL_NAME_SIZE]) {
    char letters[8];
    size_t count = 0;
    for (size_t rest = column + 1; rest > 0 && count < sizeof letters; rest = (rest - 1) / 26)
        letters[count++] = (char)('A' + (rest - 1) % 26);
    for (size_t i = 0; i < count; i++)
        out[i] = letters[count - 1 - i];
    out[count] = '\0';
    if (row > 0)
        snprintf(out + count, TARN_CELL_NAME_SIZE - count, "%llu", (unsigned long long)row);
}

bool tarn_cell_column(const char *name, size_t *column, const char **end) {
    size_t value = 0;
    const char *c = name;
    for (; ((*c >= 'A' && *c <= 'Z') || (*c >= 'a' && *c <= 'z')) && value < TARN_SHEET_COLUMNS; c++)
        value = value * 26 + (size_t)((*c | 0x20) - 'a' + 1);
    *end = c;
    if (c == name || value > TARN_SHEET_COLUMNS)
        return false;
    *column = value - 1;
    return true;
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

/* ---- rows and cells ------------------------------------------------------------------------------------------------
 */

void tarn_sheet_begin_row(tarn_sheet *sheet, uint64_t number, bool is_hidden) {
    sheet->number = number;
    sheet->is_hidden = is_hidden;
    sheet->count = 0;
    sheet->text.size = 0;
}

tarn_status tarn_sheet_begin_cell(tarn_sheet *sheet, size_t column, tarn_error *error) {
    TARN_TRY(tarn_grow(&sheet->cells, &sheet->capacity, sheet->count + 1, sizeof *sheet->cells, error));
    TARN_TRY(tarn_grow(&sheet->places, &sheet->place_capacity, sheet->count + 1, sizeof *sheet->places, error));
    sheet->cells[sheet->count] = (tarn_sheet_cell){.column = column};
    sheet->places[sheet->count] = (tarn_cell_place){0};
    sheet->has_value = false;
    sheet->begin = sheet->text.size;
    return TARN_OK;
}

tarn_status tarn_sheet_add_text(tarn_sheet *sheet, const char *text, size_t size, tarn_error *error) {
    char cell[TARN_CELL_NAME_SIZE];
    if (sheet->text.size - sheet->begin + size > TARN_MOST_CELL_TEXT) {
        tarn_cell_name(sheet->cells[sheet->count].column, sheet->number, cell);
        return tarn_fail(error, TARN_E_UNSUPPORTED,
                         "%s: the cell %s holds more than 16 MB of text, where Excel's hold 32,767 characters",
                         sheet->workbook->shown, cell);
    }
    if (sheet->text.size + size > MOST_ROW_TEXT)
        return tarn_fail(error, TARN_E_UNSUPPORTED, "%s: row %llu holds more than 256 MB of text",
                         sheet->workbook->shown, (unsigned long long)sheet->number);
    return tarn_buffer_append(&sheet->text, text, size, error);
}

tarn_status tarn_sheet_cell_text(tarn_sheet *sheet, char **text, size_t *size, tarn_error *error) {
    *size = sheet->text.size - sheet->begin;
    TARN_TRY(tarn_buffer_append(&sheet->text, "", 1, error));
    *text = (char *)sheet->text.data + sheet->begin;
    return TARN_OK;
}

static bool has_values(const tarn_sheet *sheet) {
    for (size_t i = 0; i < sheet->count; i++) {
        if (sheet->cells[i].kind != TARN_CELL_EMPTY)
            return true;
    }
    return false;
}

/* A small file can unfold to endless rows, by repeating or by sharing. */
static tarn_status check_given(const tarn_sheet *sheet, tarn_error *error) {
    uint64_t file = tarn_package_size(sheet->workbook->package);
    if (sheet->cells_given > FREE_CELLS + CELLS_PER_BYTE * file)
        return tarn_fail(error, TARN_E_UNSUPPORTED, "%s: the sheet \"%s\" has too many cells for a file of its size",
                         sheet->workbook->shown, sheet->which->name);
    if (sheet->text_given > FREE_TEXT + TEXT_PER_BYTE * file)
        return tarn_fail(error, TARN_E_UNSUPPORTED, "%s: the sheet \"%s\" has too much text for a file of its size",
                         sheet->workbook->shown, sheet->which->name);
    return TARN_OK;
}

tarn_status tarn_sheet_end_row(tarn_sheet *sheet, tarn_error *error) {
    for (size_t i = 0; i < sheet->count; i++) {
        const tarn_cell_place *where = &sheet->places[i];
        const tarn_buffer *from = where->shared ? &sheet->workbook->text : &sheet->text;
        sheet->cells[i].text = where->size > 0 ? (const char *)from->data + where->begin : "";
        sheet->cells[i].size = where->size;
        sheet->text_given += where->size;
    }
    if (sheet->count == 0)
        return TARN_OK;
    sheet->cells_given += sheet->count;
    TARN_TRY(check_given(sheet, error));
    if (sheet->is_hidden && has_values(sheet))
        TARN_TRY(tarn_sheet_runs_add(&sheet->hidden_rows, sheet->number, sheet->number, false, error));
    return sheet->row(sheet->context, sheet->number, sheet->cells, sheet->count, error);
}

/* ---- numbers -------------------------------------------------------------------------------------------------------
 */

/* Zeros in front and the like become text, where they make a difference. */
static tarn_status settle_padded(tarn_sheet *sheet, const tarn_number_format *format, tarn_error *error) {
    tarn_sheet_cell *cell = &sheet->cells[sheet->count];
    char plain[32];
    if (!(cell->number >= 0 && cell->number < EXACT_INTEGER && cell->number == trunc(cell->number)))
        return TARN_OK;
    size_t begin = sheet->text.size;
    TARN_TRY(tarn_number_format_pad(format, (uint64_t)cell->number, &sheet->text, error));
    size_t size = sheet->text.size - begin;
    snprintf(plain, sizeof plain, "%.0f", cell->number);
    if (size == strlen(plain) && memcmp(sheet->text.data + begin, plain, size) == 0)
        return TARN_OK;
    cell->kind = TARN_CELL_TEXT;
    sheet->places[sheet->count] = (tarn_cell_place){.begin = begin, .size = size};
    return TARN_OK;
}

static void settle_moment(const tarn_sheet *sheet, tarn_sheet_cell *cell, tarn_number_show show) {
    if (show == TARN_SHOW_DURATION) {
        cell->kind = fabs(cell->number) < 3000000 ? TARN_CELL_DURATION : TARN_CELL_NUMBER;
        cell->micros = cell->kind == TARN_CELL_DURATION ? llround(cell->number * 86400000.0) * 1000 : 0;
        return;
    }
    if (!tarn_serial_to_micros(cell->number, sheet->workbook->epoch_1904, &cell->micros))
        return;
    cell->kind = show == TARN_SHOW_DATE && cell->micros % DAY_MICROS == 0 ? TARN_CELL_DATE : TARN_CELL_DATE_TIME;
    if (show != TARN_SHOW_TIME || cell->number >= 1)
        return;
    cell->kind = TARN_CELL_TIME;
    cell->micros = llround(cell->number * 86400000.0) * 1000;
    if (cell->micros == DAY_MICROS) /* by rounding */
        cell->micros -= 1000;
}

tarn_status tarn_sheet_settle_number(tarn_sheet *sheet, double number, const tarn_number_format *format,
                                     tarn_error *error) {
    tarn_sheet_cell *cell = &sheet->cells[sheet->count];
    cell->kind = TARN_CELL_NUMBER;
    cell->number = number;
    cell->format = format;
    if (format == NULL || format->show == TARN_SHOW_NUMBER || format->show == TARN_SHOW_PERCENT)
        return TARN_OK;
    if (format->show == TARN_SHOW_PADDED)
        return settle_padded(sheet, format, error);
    settle_moment(sheet, cell, format->show);
    return TARN_OK;
}

/* A whole number of more digits than a double has, as programs write that keep them; Excel never does. */
static bool loses_digits(const char *digits, size_t size, double number) {
    char exact[64];
    if (size < 16 || size > 40 || strspn(digits + (*digits == '-'), "0123456789") != size - (*digits == '-'))
        return false;
    snprintf(exact, sizeof exact, "%.0f", number);
    return strcmp(exact, digits) != 0;
}

tarn_status tarn_sheet_settle_digits(tarn_sheet *sheet, const char *digits, size_t size,
                                     const tarn_number_format *format, tarn_error *error) {
    tarn_sheet_cell *cell = &sheet->cells[sheet->count];
    char *end;
    double number = strtod(digits, &end);
    end += strspn(end, " \n\r\t");
    bool is_number = end != digits && *end == '\0' && isfinite(number);
    if (is_number && !loses_digits(digits, size, number))
        return tarn_sheet_settle_number(sheet, number, format, error);
    cell->kind = TARN_CELL_TEXT;
    cell->keeps_digits = is_number;
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
    sheet->which = which;
    sheet->row = row;
    sheet->context = context;
    tarn_status status =
        workbook->is_open_document ? tarn_sheet_open_table(sheet, error) : tarn_sheet_open_excel(sheet, error);
    if (status == TARN_OK)
        *out = sheet;
    else
        tarn_sheet_close(sheet);
    return status;
}

tarn_status tarn_sheet_advance(tarn_sheet *sheet, bool *more, tarn_error *error) {
    TARN_TRY(tarn_part_advance(sheet->reader, more, error));
    *more = *more && !sheet->is_finished;
    return TARN_OK;
}

void tarn_sheet_close(tarn_sheet *sheet) {
    if (sheet == NULL)
        return;
    tarn_part_close(sheet->reader);
    tarn_buffer_free(&sheet->text);
    tarn_buffer_free(&sheet->hidden_rows.text);
    tarn_buffer_free(&sheet->hidden_columns.text);
    free(sheet->merges);
    free(sheet->cells);
    free(sheet->places);
    free(sheet->state);
    free(sheet);
}
