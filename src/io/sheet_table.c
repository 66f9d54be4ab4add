/* Sheets of OpenDocument spreadsheets: tables, one after the other in one part. Cells and rows say how often they are
 * repeated; what is empty is often repeated to the edge of the sheet. */
#include "io/sheet_reader.h"
#include "io/sheet_value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_SPACES 32767
#define MOST_REPEATS ((uint64_t)1 << 30)

enum {
    DOCUMENT = 1,
    BODY,
    SPREADSHEET,
    TABLE,
    COLUMNS,
    COLUMN,
    ROWS,
    ROW,
    CELL,
    PARAGRAPH,
    SPAN,
    SPACES,
    TAB,
    BREAK,
};

/* Comments (office:annotation), drawings and tables within cells have no rule. */
static const tarn_xml_rule rules[] = {
    {0, TARN_XML_OFFICE, "document-content", DOCUMENT},
    {DOCUMENT, TARN_XML_OFFICE, "body", BODY},
    {BODY, TARN_XML_OFFICE, "spreadsheet", SPREADSHEET},
    {SPREADSHEET, TARN_XML_TABLE, "table", TABLE},
    {TABLE, TARN_XML_TABLE, "table-row", ROW},
    {TABLE, TARN_XML_TABLE, "table-rows", ROWS},
    {TABLE, TARN_XML_TABLE, "table-header-rows", ROWS},
    {TABLE, TARN_XML_TABLE, "table-row-group", ROWS},
    {TABLE, TARN_XML_TABLE, "table-column", COLUMN},
    {TABLE, TARN_XML_TABLE, "table-columns", COLUMNS},
    {TABLE, TARN_XML_TABLE, "table-header-columns", COLUMNS},
    {TABLE, TARN_XML_TABLE, "table-column-group", COLUMNS},
    {COLUMNS, TARN_XML_TABLE, "table-column", COLUMN},
    {COLUMNS, TARN_XML_TABLE, "table-columns", COLUMNS},
    {COLUMNS, TARN_XML_TABLE, "table-header-columns", COLUMNS},
    {COLUMNS, TARN_XML_TABLE, "table-column-group", COLUMNS},
    {ROWS, TARN_XML_TABLE, "table-row", ROW},
    {ROWS, TARN_XML_TABLE, "table-rows", ROWS},
    {ROWS, TARN_XML_TABLE, "table-header-rows", ROWS},
    {ROWS, TARN_XML_TABLE, "table-row-group", ROWS},
    {ROW, TARN_XML_TABLE, "table-cell", CELL},
    {ROW, TARN_XML_TABLE, "covered-table-cell", CELL},
    {CELL, TARN_XML_TEXT, "p", PARAGRAPH},
    {PARAGRAPH, TARN_XML_TEXT, "span", SPAN},
    {PARAGRAPH, TARN_XML_TEXT, "a", SPAN},
    {PARAGRAPH, TARN_XML_TEXT, "s", SPACES},
    {PARAGRAPH, TARN_XML_TEXT, "tab", TAB},
    {PARAGRAPH, TARN_XML_TEXT, "line-break", BREAK},
    {SPAN, TARN_XML_TEXT, "span", SPAN},
    {SPAN, TARN_XML_TEXT, "a", SPAN},
    {SPAN, TARN_XML_TEXT, "s", SPACES},
    {SPAN, TARN_XML_TEXT, "tab", TAB},
    {SPAN, TARN_XML_TEXT, "line-break", BREAK},
    {0},
};

typedef enum value_type { NONE, NUMBER, PERCENTAGE, CURRENCY, DATE, TIME, BOOLEAN, STRING, ERROR } value_type;

typedef struct table_state {
    size_t tables, wanted; /* tables that began; the one that is read, from 1 */
    bool inside;
    uint64_t rows;     /* that were given or passed */
    uint64_t repeated; /* of the row that is open */
    size_t next_column;
    size_t columns;                            /* that were declared */
    uint8_t durations[TARN_SHEET_COLUMNS / 8]; /* per declared column: its cells show durations */
    tarn_number_format percent, unit[8];       /* of numbers */
    size_t unit_count;

    /* the cell that is open */
    value_type type;
    uint64_t cell_repeated;
    bool truth;
    int64_t micros;
    tarn_sheet_kind moment; /* of dates and times that could be read */
    bool text_given;        /* as an attribute, or it is not the value */
    bool shows_duration;
    char currency[24];
    size_t paragraphs;
    bool after_space;   /* a further space counts for nothing */
    bool space_is_last; /* what was added last, and it counts for nothing should the paragraph end */
} table_state;

static uint64_t count_of(const char **attributes, tarn_xml_space space, const char *name) {
    const char *text = tarn_xml_attribute(attributes, space, name);
    uint64_t count = text != NULL && *text != '-' ? strtoull(text, NULL, 10) : 1;
    return count < 1 ? 1 : count > MOST_REPEATS ? MOST_REPEATS : count;
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_duration_style(const tarn_workbook *book, const char *name) {
    return name != NULL && book->style_name_count > 0 &&
           bsearch(&name, book->style_names, book->style_name_count, sizeof *book->style_names, compare_names) != NULL;
}

static bool is_hidden(const char **attributes) {
    const char *visibility = tarn_xml_attribute(attributes, TARN_XML_TABLE, "visibility");
    return visibility != NULL && (strcmp(visibility, "collapse") == 0 || strcmp(visibility, "filter") == 0);
}

/* ---- columns and rows ----------------------------------------------------------------------------------------------
 */

static tarn_status see_column(tarn_sheet *sheet, const char **attributes, tarn_error *error) {
    table_state *state = sheet->state;
    uint64_t count = count_of(attributes, TARN_XML_TABLE, "number-columns-repeated");
    size_t begin = state->columns, end = begin + (size_t)count;
    end = end < TARN_SHEET_COLUMNS ? end : TARN_SHEET_COLUMNS;
    state->columns = end;
    if (is_duration_style(sheet->workbook, tarn_xml_attribute(attributes, TARN_XML_TABLE, "default-cell-style-name"))) {
        for (size_t i = begin; i < end; i++)
            state->durations[i / 8] |= (uint8_t)(1 << (i % 8));
    }
    if (!is_hidden(attributes) || begin == end || end == TARN_SHEET_COLUMNS)
        return TARN_OK;
    return tarn_sheet_runs_add(&sheet->hidden_columns, begin + 1, end, true, error);
}

static tarn_status begin_row(tarn_sheet *sheet, const char **attributes) {
    table_state *state = sheet->state;
    state->repeated = count_of(attributes, TARN_XML_TABLE, "number-rows-repeated");
    state->next_column = 0;
    tarn_sheet_begin_row(sheet, state->rows + 1, is_hidden(attributes));
    return TARN_OK;
}

/* Rows without a value are only counted. */
static tarn_status end_row(tarn_sheet *sheet, tarn_error *error) {
    table_state *state = sheet->state;
    uint64_t last = state->rows + state->repeated;
    state->rows = last;
    if (sheet->count == 0)
        return TARN_OK;
    if (last > TARN_SHEET_ROWS)
        return tarn_fail(error, TARN_E_FORMAT, "%s is damaged: the sheet \"%s\" has more than 1,048,576 rows",
                         sheet->workbook->shown, sheet->which->name);
    for (; sheet->number <= last; sheet->number++) {
        if (sheet->number % 64 == 0)
            TARN_TRY(tarn_package_check(sheet->workbook->package, error));
        TARN_TRY(tarn_sheet_end_row(sheet, error));
    }
    return TARN_OK;
}

/* ---- cells ---------------------------------------------------------------------------------------------------------
 */

static value_type type_of(const char **attributes) {
    static const struct {
        const char *name;
        value_type type;
    } types[] = {{"float", NUMBER}, {"percentage", PERCENTAGE}, {"currency", CURRENCY}, {"date", DATE},
                 {"time", TIME},    {"boolean", BOOLEAN},       {"string", STRING}};
    const char *type = tarn_xml_attribute(attributes, TARN_XML_OFFICE, "value-type");
    const char *shown = tarn_xml_attribute(attributes, TARN_XML_CALC, "value-type");
    if (shown != NULL && strcmp(shown, "error") == 0)
        return ERROR;
    for (size_t i = 0; type != NULL && i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(type, types[i].name) == 0)
            return types[i].type;
    }
    return NONE;
}

/* A date or time that cannot be read stays the text that it is. */
static void read_moment(table_state *state, const char **attributes) {
    const char *text;
    state->moment = TARN_CELL_TEXT;
    if (state->type == DATE && (text = tarn_xml_attribute(attributes, TARN_XML_OFFICE, "date-value")) != NULL) {
        state->moment = tarn_sheet_read_iso(text, strlen(text), &state->micros);
    } else if (state->type == TIME && (text = tarn_xml_attribute(attributes, TARN_XML_OFFICE, "time-value")) != NULL &&
               tarn_sheet_read_duration(text, &state->micros)) {
        bool of_day = state->micros >= 0 && state->micros < INT64_C(86400000000) && !state->shows_duration;
        state->moment = of_day ? TARN_CELL_TIME : TARN_CELL_DURATION;
    }
    state->text_given = state->moment != TARN_CELL_TEXT;
}

static bool is_number(const char *text) {
    char *end;
    return text != NULL && isfinite(strtod(text, &end)) && end != text && *end == '\0';
}

/* What a number is written as becomes the cell's text; what is none keeps the text that it shows. */
static tarn_status read_number(tarn_sheet *sheet, const char **attributes, tarn_error *error) {
    table_state *state = sheet->state;
    const char *text = tarn_xml_attribute(attributes, TARN_XML_OFFICE, "value"),
               *currency = tarn_xml_attribute(attributes, TARN_XML_OFFICE, "currency");
    size_t size = state->type == CURRENCY && currency != NULL ? strlen(currency) : 0;
    if (!is_number(text)) {
        state->type = STRING;
        return TARN_OK;
    }
    size = size < sizeof state->currency ? size : 0;
    if (size > 0)
        memcpy(state->currency, currency, size);
    state->currency[size] = '\0';
    state->text_given = true;
    return tarn_sheet_add_text(sheet, text, strlen(text), error);
}

static tarn_status read_value(tarn_sheet *sheet, const char **attributes, tarn_error *error) {
    table_state *state = sheet->state;
    const char *text;
    switch (state->type) {
    case DATE:
    case TIME:
        read_moment(state, attributes);
        return TARN_OK;
    case NUMBER:
    case PERCENTAGE:
    case CURRENCY:
        return read_number(sheet, attributes, error);
    case BOOLEAN:
        state->truth = tarn_xml_is_true(tarn_xml_attribute(attributes, TARN_XML_OFFICE, "boolean-value"));
        state->text_given = true;
        return TARN_OK;
    case STRING:
        if ((text = tarn_xml_attribute(attributes, TARN_XML_OFFICE, "string-value")) == NULL)
            return TARN_OK;
        state->text_given = sheet->has_value = true;
        return tarn_sheet_add_text(sheet, text, strlen(text), error);
    case NONE:
    case ERROR:
        break;
    }
    return TARN_OK;
}

static tarn_status begin_cell(tarn_sheet *sheet, const char **attributes, tarn_error *error) {
    table_state *state = sheet->state;
    const char *style = tarn_xml_attribute(attributes, TARN_XML_TABLE, "style-name");
    size_t column = state->next_column < TARN_SHEET_COLUMNS ? state->next_column : 0;
    state->cell_repeated = count_of(attributes, TARN_XML_TABLE, "number-columns-repeated");
    state->type = type_of(attributes);
    state->paragraphs = 0;
    state->text_given = false;
    state->shows_duration =
        style != NULL ? is_duration_style(sheet->workbook, style) : state->durations[column / 8] >> (column % 8) & 1;
    TARN_TRY(tarn_sheet_begin_cell(sheet, state->next_column, error));
    sheet->cells[sheet->count].is_formula = tarn_xml_attribute(attributes, TARN_XML_TABLE, "formula") != NULL;
    return read_value(sheet, attributes, error);
}

static tarn_status see_merge(tarn_sheet *sheet, const char **attributes, tarn_error *error) {
    table_state *state = sheet->state;
    uint64_t columns = count_of(attributes, TARN_XML_TABLE, "number-columns-spanned");
    uint64_t rows = count_of(attributes, TARN_XML_TABLE, "number-rows-spanned");
    tarn_sheet_range range = {sheet->number, sheet->number + rows - 1, state->next_column,
                              state->next_column + (size_t)columns - 1};
    if (columns * rows == 1 || range.last_row > TARN_SHEET_ROWS || range.last_column >= TARN_SHEET_COLUMNS)
        return TARN_OK;
    return tarn_sheet_add_merge(sheet, &range, error);
}

/* What a currency's numbers are given as their format; few are in one sheet, the rest goes without. */
static const tarn_number_format *currency_format(table_state *state) {
    for (size_t i = 0; i < state->unit_count; i++) {
        if (strcmp(state->unit[i].unit, state->currency) == 0)
            return &state->unit[i];
    }
    if (state->unit_count == sizeof state->unit / sizeof state->unit[0])
        return NULL;
    tarn_number_format *added = &state->unit[state->unit_count++];
    memcpy(added->unit, state->currency, sizeof added->unit);
    return added;
}

static tarn_status settle_number(tarn_sheet *sheet, const tarn_number_format *format, tarn_error *error) {
    char *digits;
    size_t size;
    TARN_TRY(tarn_sheet_cell_text(sheet, &digits, &size, error));
    return tarn_sheet_settle_digits(sheet, digits, size, format, error);
}

static tarn_status settle(tarn_sheet *sheet, tarn_error *error) {
    table_state *state = sheet->state;
    tarn_sheet_cell *cell = &sheet->cells[sheet->count];
    size_t size = sheet->text.size - sheet->begin;
    sheet->places[sheet->count] = (tarn_cell_place){.begin = sheet->begin, .size = size};
    switch (state->type) {
    case NUMBER:
        return settle_number(sheet, NULL, error);
    case PERCENTAGE:
        return settle_number(sheet, &state->percent, error);
    case CURRENCY:
        return settle_number(sheet, currency_format(state), error);
    case BOOLEAN:
        cell->kind = TARN_CELL_BOOLEAN;
        cell->number = state->truth;
        return TARN_OK;
    case DATE:
    case TIME:
        cell->kind = state->moment;
        cell->micros = state->micros;
        return TARN_OK;
    case ERROR:
        cell->kind = TARN_CELL_ERROR;
        return TARN_OK;
    case STRING:
        cell->kind = TARN_CELL_TEXT;
        return TARN_OK;
    case NONE:
        cell->kind = size > 0 ? TARN_CELL_TEXT : TARN_CELL_EMPTY;
    }
    return TARN_OK;
}

/* Empty cells are passed over; others are given as often as they are repeated. */
static tarn_status end_cell(tarn_sheet *sheet, tarn_error *error) {
    table_state *state = sheet->state;
    TARN_TRY(settle(sheet, error));
    tarn_sheet_cell cell = sheet->cells[sheet->count];
    tarn_cell_place place = sheet->places[sheet->count];
    size_t first = state->next_column;
    bool is_empty = cell.kind == TARN_CELL_EMPTY && !cell.is_formula;
    uint64_t last = first + state->cell_repeated;
    state->next_column = last < 2 * (size_t)TARN_SHEET_COLUMNS ? (size_t)last : 2 * (size_t)TARN_SHEET_COLUMNS;
    if (is_empty)
        return TARN_OK;
    if (last > TARN_SHEET_COLUMNS)
        return tarn_fail(error, TARN_E_FORMAT, "%s is damaged: row %llu has values in more than 16,384 columns",
                         sheet->workbook->shown, (unsigned long long)sheet->number);
    for (size_t column = first; column < last; column++) {
        TARN_TRY(tarn_sheet_begin_cell(sheet, column, error));
        sheet->cells[sheet->count] = cell;
        sheet->cells[sheet->count].column = column;
        sheet->places[sheet->count++] = place;
    }
    return TARN_OK;
}

/* ---- text ----------------------------------------------------------------------------------------------------------
 */

static bool wants_text(const tarn_sheet *sheet) {
    const table_state *state = sheet->state;
    return state->inside && !state->text_given;
}

static tarn_status see_text_element(tarn_sheet *sheet, int element, const char **attributes, tarn_error *error) {
    table_state *state = sheet->state;
    if (!wants_text(sheet))
        return TARN_OK;
    state->after_space = element == PARAGRAPH;
    state->space_is_last = false;
    if (element == PARAGRAPH)
        return state->paragraphs++ > 0 ? tarn_sheet_add_text(sheet, "\n", 1, error) : TARN_OK;
    if (element == TAB)
        return tarn_sheet_add_text(sheet, "\t", 1, error);
    if (element == BREAK)
        return tarn_sheet_add_text(sheet, "\n", 1, error);
    uint64_t count = element == SPACES ? count_of(attributes, TARN_XML_TEXT, "c") : 0;
    if (count > MOST_SPACES)
        count = MOST_SPACES;
    for (; count > 0; count--)
        TARN_TRY(tarn_sheet_add_text(sheet, " ", 1, error));
    return TARN_OK;
}

static tarn_status begin(void *context, int element, const char **attributes, tarn_error *error) {
    tarn_sheet *sheet = context;
    table_state *state = sheet->state;
    if (element == TABLE)
        state->inside = ++state->tables == state->wanted;
    if (!state->inside)
        return TARN_OK;
    switch (element) {
    case COLUMN:
        return see_column(sheet, attributes, error);
    case ROW:
        return begin_row(sheet, attributes);
    case CELL:
        TARN_TRY(see_merge(sheet, attributes, error));
        return begin_cell(sheet, attributes, error);
    case PARAGRAPH:
    case SPACES:
    case TAB:
    case BREAK:
        return see_text_element(sheet, element, attributes, error);
    default:
        return TARN_OK;
    }
}

/* Of white space that is typed, one space counts, and none at either end of a paragraph. */
static tarn_status text(void *context, int element, const char *piece, size_t size, tarn_error *error) {
    tarn_sheet *sheet = context;
    table_state *state = sheet->state;
    if ((element != PARAGRAPH && element != SPAN) || !wants_text(sheet))
        return TARN_OK;
    for (size_t i = 0; i < size;) {
        size_t word = 0;
        while (i + word < size && memchr(" \n\r\t", piece[i + word], 4) == NULL)
            word++;
        if (word > 0) {
            TARN_TRY(tarn_sheet_add_text(sheet, piece + i, word, error));
            state->after_space = false;
        } else if (!state->after_space) {
            TARN_TRY(tarn_sheet_add_text(sheet, " ", 1, error));
            state->after_space = state->space_is_last = true;
        }
        state->space_is_last = word == 0 && state->space_is_last;
        i += word > 0 ? word : 1;
    }
    return TARN_OK;
}

static void end_paragraph(tarn_sheet *sheet) {
    const table_state *state = sheet->state;
    if (wants_text(sheet) && state->space_is_last && sheet->text.size > sheet->begin)
        sheet->text.size--;
}

static tarn_status end(void *context, int element, tarn_error *error) {
    tarn_sheet *sheet = context;
    table_state *state = sheet->state;
    if (!state->inside)
        return TARN_OK;
    if (element == PARAGRAPH)
        end_paragraph(sheet);
    if (element == CELL)
        return end_cell(sheet, error);
    if (element == ROW)
        return end_row(sheet, error);
    if (element == TABLE) {
        state->inside = false;
        sheet->is_finished = true;
    }
    return TARN_OK;
}

tarn_status tarn_sheet_open_table(tarn_sheet *sheet, tarn_error *error) {
    tarn_part_handler handler = {rules, begin, end, text, sheet};
    table_state *state = calloc(1, sizeof *state);
    if (state == NULL)
        return tarn_fail_memory(error);
    sheet->state = state;
    state->wanted = (size_t)(sheet->which - sheet->workbook->sheets) + 1;
    state->percent = (tarn_number_format){.show = TARN_SHOW_PERCENT};
    return tarn_part_open(sheet->workbook->package, sheet->which->part, &handler, &sheet->reader, error);
}
