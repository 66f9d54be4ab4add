/* Sheets of Excel workbooks. */
#include "io/sheet_reader.h"
#include "io/sheet_value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Readings (rPh) are no part of a text and have no rule. */
enum { SHEET = 1, COLUMNS, COLUMN, ROWS, ROW, CELL, VALUE, FORMULA, INLINE, RUN, TEXT, MERGES, MERGE };

static const tarn_xml_rule rules[] = {
    {0, TARN_XML_SHEET, "worksheet", SHEET},
    {SHEET, TARN_XML_SHEET, "sheetData", ROWS},
    {SHEET, TARN_XML_SHEET, "cols", COLUMNS},
    {SHEET, TARN_XML_SHEET, "mergeCells", MERGES},
    {COLUMNS, TARN_XML_SHEET, "col", COLUMN},
    {ROWS, TARN_XML_SHEET, "row", ROW},
    {ROW, TARN_XML_SHEET, "c", CELL},
    {CELL, TARN_XML_SHEET, "v", VALUE},
    {CELL, TARN_XML_SHEET, "f", FORMULA},
    {CELL, TARN_XML_SHEET, "is", INLINE},
    {INLINE, TARN_XML_SHEET, "t", TEXT},
    {INLINE, TARN_XML_SHEET, "r", RUN},
    {RUN, TARN_XML_SHEET, "t", TEXT},
    {MERGES, TARN_XML_SHEET, "mergeCell", MERGE},
    {0},
};

typedef enum value_type { NUMBER, SHARED, STRING, BOOLEAN, ERROR, ISO, OTHER } value_type;

/* Of the cell that is open. */
typedef struct excel_cell {
    value_type type;
    size_t style;
    bool in_value; /* in its first value */
} excel_cell;

static value_type type_of(const char *name) {
    static const struct {
        const char *name;
        value_type type;
    } types[] = {{"s", SHARED},  {"n", NUMBER}, {"str", STRING}, {"inlineStr", STRING},
                 {"b", BOOLEAN}, {"e", ERROR},  {"d", ISO}};
    if (name == NULL)
        return NUMBER;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(name, types[i].name) == 0)
            return types[i].type;
    }
    return OTHER;
}

/* ---- rows, columns, ranges -----------------------------------------------------------------------------------------
 */

/* Digits only; false for anything else. */
static bool read_whole(const char *text, uint64_t most, uint64_t *out) {
    uint64_t value = 0;
    const char *c = text;
    for (; *c >= '0' && *c <= '9' && value <= most; c++)
        value = value * 10 + (uint64_t)(*c - '0');
    *out = value;
    return c != text && *c == '\0' && value <= most;
}

static tarn_status begin_row(tarn_sheet *sheet, const char **attributes, tarn_error *error) {
    const char *number = tarn_part_attribute(attributes, "r");
    uint64_t next = sheet->number + 1;
    if (number != NULL && *number != '\0' && !read_whole(number, TARN_SHEET_ROWS, &next))
        return tarn_fail(error, TARN_E_FORMAT, "%s is damaged: there can be no row \"%.40s\"", sheet->workbook->shown,
                         number);
    if (next <= sheet->number)
        return tarn_fail(error, TARN_E_FORMAT, "%s is damaged: row %llu comes after row %llu", sheet->workbook->shown,
                         (unsigned long long)next, (unsigned long long)sheet->number);
    if (next > TARN_SHEET_ROWS)
        return tarn_fail(error, TARN_E_FORMAT, "%s is damaged: the sheet \"%s\" has more than 1,048,576 rows",
                         sheet->workbook->shown, sheet->which->name);
    tarn_sheet_begin_row(sheet, next, tarn_xml_is_true(tarn_part_attribute(attributes, "hidden")));
    return TARN_OK;
}

static tarn_status see_columns(tarn_sheet *sheet, const char **attributes, tarn_error *error) {
    const char *first = tarn_part_attribute(attributes, "min"), *last = tarn_part_attribute(attributes, "max");
    uint64_t from, to;
    if (!tarn_xml_is_true(tarn_part_attribute(attributes, "hidden")) || first == NULL || last == NULL ||
        !read_whole(first, TARN_SHEET_COLUMNS, &from) || !read_whole(last, TARN_SHEET_COLUMNS, &to) || from == 0 ||
        to < from || to == TARN_SHEET_COLUMNS) /* all the rest, unused */
        return TARN_OK;
    return tarn_sheet_runs_add(&sheet->hidden_columns, from, to, true, error);
}

static bool read_corner(const char *text, size_t *column, uint64_t *row, const char **end) {
    if (!tarn_cell_column(text, column, end))
        return false;
    char *after;
    errno = 0;
    *row = **end >= '0' && **end <= '9' ? strtoull(*end, &after, 10) : 0;
    *end = *row > 0 ? after : *end;
    return *row > 0 && *row <= TARN_SHEET_ROWS;
}

static tarn_status see_merge(tarn_sheet *sheet, const char **attributes, tarn_error *error) {
    const char *range = tarn_part_attribute(attributes, "ref"), *end;
    tarn_sheet_range found;
    if (range == NULL || !read_corner(range, &found.first_column, &found.first_row, &end) || *end != ':' ||
        !read_corner(end + 1, &found.last_column, &found.last_row, &end) || *end != '\0' ||
        found.last_column < found.first_column || found.last_row < found.first_row)
        return TARN_OK;
    return tarn_sheet_add_merge(sheet, &found, error);
}

/* ---- cells ---------------------------------------------------------------------------------------------------------
 */

static tarn_status begin_cell(tarn_sheet *sheet, const char **attributes, tarn_error *error) {
    const char *reference = tarn_part_attribute(attributes, "r"), *style = tarn_part_attribute(attributes, "s"), *end;
    size_t least = sheet->count > 0 ? sheet->cells[sheet->count - 1].column + 1 : 0, column = least;
    excel_cell *cell = sheet->state;
    bool given = reference != NULL && *reference != '\0';
    if ((given && !tarn_cell_column(reference, &column, &end)) || column < least || column >= TARN_SHEET_COLUMNS)
        return tarn_fail(error, TARN_E_FORMAT, "%s is damaged: there can be no cell \"%.40s\" in row %llu",
                         sheet->workbook->shown, given ? reference : "", (unsigned long long)sheet->number);
    TARN_TRY(tarn_sheet_begin_cell(sheet, column, error));
    *cell = (excel_cell){.type = type_of(tarn_part_attribute(attributes, "t")),
                         .style = style != NULL ? strtoul(style, NULL, 10) : 0};
    return TARN_OK;
}

static tarn_status begin(void *context, int element, const char **attributes, tarn_error *error) {
    tarn_sheet *sheet = context;
    excel_cell *cell = sheet->state;
    switch (element) {
    case ROW:
        return begin_row(sheet, attributes, error);
    case CELL:
        return begin_cell(sheet, attributes, error);
    case COLUMN:
        return see_columns(sheet, attributes, error);
    case MERGE:
        return see_merge(sheet, attributes, error);
    case FORMULA:
        sheet->cells[sheet->count].is_formula = true;
        return TARN_OK;
    case VALUE:
    case INLINE:
        cell->in_value = !sheet->has_value;
        sheet->has_value = true;
        return TARN_OK;
    default:
        return TARN_OK;
    }
}

static tarn_status text(void *context, int element, const char *piece, size_t size, tarn_error *error) {
    tarn_sheet *sheet = context;
    const excel_cell *cell = sheet->state;
    if ((element != VALUE && element != TEXT) || !cell->in_value)
        return TARN_OK;
    return tarn_sheet_add_text(sheet, piece, size, error);
}

/* ---- the value of a cell -------------------------------------------------------------------------------------------
 */

static const tarn_number_format *format_of(const tarn_sheet *sheet) {
    const tarn_workbook *book = sheet->workbook;
    size_t style = ((const excel_cell *)sheet->state)->style;
    return style < book->style_count ? &book->formats[book->styles[style]] : NULL;
}

static tarn_status read_shared(tarn_sheet *sheet, const char *index, tarn_error *error) {
    const tarn_workbook *book = sheet->workbook;
    uint64_t number;
    if (!read_whole(index, SIZE_MAX / 16, &number) || number >= book->string_count)
        return tarn_fail(error, TARN_E_FORMAT, "%s is damaged: row %llu refers to text %.20s, which is not there",
                         book->shown, (unsigned long long)sheet->number, index);
    size_t begin = number > 0 ? book->strings[number - 1] : 0;
    sheet->cells[sheet->count].kind = TARN_CELL_TEXT;
    sheet->places[sheet->count] =
        (tarn_cell_place){.shared = true, .begin = begin, .size = book->strings[number] - begin};
    return TARN_OK;
}

static tarn_status read_value(tarn_sheet *sheet, tarn_error *error) {
    tarn_sheet_cell *cell = &sheet->cells[sheet->count];
    tarn_cell_place *where = &sheet->places[sheet->count];
    value_type type = ((const excel_cell *)sheet->state)->type;
    char *value;
    size_t size;
    TARN_TRY(tarn_sheet_cell_text(sheet, &value, &size, error));
    *where = (tarn_cell_place){.begin = sheet->begin, .size = size};
    if (type == STRING || type == OTHER) {
        where->size = tarn_workbook_unescape(value, size);
        cell->kind = TARN_CELL_TEXT;
        return TARN_OK;
    }
    if (size == 0)
        return TARN_OK;
    switch (type) {
    case SHARED:
        return read_shared(sheet, value, error);
    case ERROR:
        cell->kind = TARN_CELL_ERROR;
        return TARN_OK;
    case ISO:
        cell->kind = tarn_sheet_read_iso(value, size, &cell->micros);
        return TARN_OK;
    case BOOLEAN:
        cell->kind = TARN_CELL_BOOLEAN;
        cell->number = tarn_xml_is_true(value);
        return TARN_OK;
    default:
        return tarn_sheet_settle_digits(sheet, value, size, format_of(sheet), error);
    }
}

static tarn_status end(void *context, int element, tarn_error *error) {
    tarn_sheet *sheet = context;
    excel_cell *cell = sheet->state;
    if (element == ROW)
        return tarn_sheet_end_row(sheet, error);
    if (element == VALUE || element == INLINE)
        cell->in_value = false;
    if (element != CELL)
        return TARN_OK;
    if (sheet->has_value)
        TARN_TRY(read_value(sheet, error));
    sheet->count++;
    return TARN_OK;
}

tarn_status tarn_sheet_open_excel(tarn_sheet *sheet, tarn_error *error) {
    tarn_part_handler handler = {rules, begin, end, text, sheet};
    sheet->state = calloc(1, sizeof(excel_cell));
    if (sheet->state == NULL)
        return tarn_fail_memory(error);
    return tarn_part_open(sheet->workbook->package, sheet->which->part, &handler, &sheet->reader, error);
}
