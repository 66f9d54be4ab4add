/* Why a sheet's columns became text. */
#include "io/sheet_why.h"

#include "base/text.h"
#include "io/why.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Kinds that make one type together, so that none of them is odd among the others. */
typedef enum family { TEXTS, NUMBERS, TRUTHS, DATES, TIMES, FAMILIES } family;

static const char *const family_names[] = {
    [NUMBERS] = "number", [TRUTHS] = "truth value", [DATES] = "date", [TIMES] = "time"};

enum { EXAMPLES = 3, EXAMPLE_BYTES = 48 };

typedef struct tally {
    uint64_t count[FAMILIES];
    uint8_t kept[FAMILIES]; /* examples */
    bool is_meant;          /* codes, or digits that are kept: text on purpose */
} tally;

typedef struct example {
    uint64_t row;
    uint32_t column;
    uint8_t family, size;
    bool is_cut;
    char text[EXAMPLE_BYTES];
} example;

struct tarn_sheet_why {
    const tarn_workbook *workbook;
    tally *tallies;
    size_t width;
    example *examples; /* in the order of the rows */
    size_t count, capacity;
    tarn_buffer text;
};

tarn_status tarn_sheet_why_new(const tarn_workbook *workbook, tarn_sheet_why **out, tarn_error *error) {
    *out = calloc(1, sizeof **out);
    if (*out == NULL)
        return tarn_fail_memory(error);
    (*out)->workbook = workbook;
    return TARN_OK;
}

void tarn_sheet_why_free(tarn_sheet_why *why) {
    if (why == NULL)
        return;
    free(why->tallies);
    free(why->examples);
    tarn_buffer_free(&why->text);
    free(why);
}

static family family_of(unsigned seen) {
    if ((seen & (TARN_SEEN_INTEGER | TARN_SEEN_FLOAT)) != 0)
        return NUMBERS;
    if ((seen & TARN_SEEN_BOOLEAN) != 0)
        return TRUTHS;
    if ((seen & (TARN_SEEN_DATE | TARN_SEEN_TIMESTAMP)) != 0)
        return DATES;
    return (seen & (TARN_SEEN_TIME | TARN_SEEN_DURATION)) != 0 ? TIMES : TEXTS;
}

static tarn_status widen(tarn_sheet_why *why, size_t width, tarn_error *error) {
    size_t capacity = why->width;
    if (width <= why->width)
        return TARN_OK;
    TARN_TRY(tarn_grow(&why->tallies, &capacity, width, sizeof *why->tallies, error));
    memset(why->tallies + why->width, 0, (capacity - why->width) * sizeof *why->tallies);
    why->width = capacity;
    return TARN_OK;
}

static bool is_meant_as_text(const tarn_sheet_cell *cell, const char *text, size_t size) {
    bool padded = cell->format != NULL && cell->format->show == TARN_SHOW_PADDED;
    return cell->kind == TARN_CELL_TEXT && (padded || cell->keeps_digits || tarn_why_is_code(text, size));
}

static tarn_status keep_example(tarn_sheet_why *why, uint64_t row, const tarn_sheet_cell *cell, family kind,
                                tarn_error *error) {
    tally *column = &why->tallies[cell->column];
    why->text.size = 0;
    TARN_TRY(tarn_sheet_cell_print(why->workbook, cell, &why->text, error));
    size_t size = why->text.size;
    if (is_meant_as_text(cell, (const char *)why->text.data, size))
        column->is_meant = true;
    TARN_TRY(tarn_grow(&why->examples, &why->capacity, why->count + 1, sizeof *why->examples, error));
    example *added = &why->examples[why->count++];
    *added = (example){.row = row, .column = (uint32_t)cell->column, .family = (uint8_t)kind};
    added->is_cut = size > sizeof added->text;
    added->size = (uint8_t)(added->is_cut ? sizeof added->text : size);
    memcpy(added->text, why->text.data, added->size);
    column->kept[kind]++;
    return TARN_OK;
}

tarn_status tarn_sheet_why_see(tarn_sheet_why *why, uint64_t row, const tarn_sheet_cell *cells, size_t count,
                               const tarn_import_options *options, tarn_error *error) {
    for (size_t i = 0; i < count; i++) {
        unsigned seen = tarn_sheet_seen(&cells[i], options) & TARN_SEEN_VALUES;
        if (seen == 0)
            continue;
        family kind = family_of(seen);
        TARN_TRY(widen(why, cells[i].column + 1, error));
        if (why->tallies[cells[i].column].kept[kind] < EXAMPLES)
            TARN_TRY(keep_example(why, row, &cells[i], kind, error));
    }
    return TARN_OK;
}

void tarn_sheet_why_count(tarn_sheet_why *why, const tarn_sheet_held_row *row) {
    for (size_t i = 0; i < row->count; i++) {
        unsigned seen = row->cells[i].seen & TARN_SEEN_VALUES;
        if (seen != 0)
            why->tallies[row->cells[i].column].count[family_of(seen)]++;
    }
}

/* ---- the note ------------------------------------------------------------------------------------------------------
 */

/* "Sheet1!B17", or "'Q1 sales'!B17" as a formula would have it; Excel's names have at most 31 characters. */
static void name_place(const char *sheet, const example *at, char *out, size_t size) {
    char cell[TARN_CELL_NAME_SIZE], quoted[200];
    size_t used = 0;
    bool is_plain = true;
    for (const char *c = sheet; *c != '\0' && used + 2 < sizeof quoted; c++) {
        is_plain = is_plain && ((*c >= '0' && *c <= '9') || ((*c | 32) >= 'a' && (*c | 32) <= 'z') || *c == '_' ||
                                (unsigned char)*c >= 0x80);
        quoted[used++] = *c;
        if (*c == '\'')
            quoted[used++] = *c;
    }
    int length = (int)tarn_utf8_valid_prefix(quoted, used);
    tarn_cell_name(at->column, at->row, cell);
    snprintf(out, size, is_plain ? "%.*s!%s" : "'%.*s'!%s", length, quoted, cell);
}

static family commonest(const tally *column) {
    family found = TEXTS;
    for (int kind = TEXTS; kind < FAMILIES; kind++)
        if (column->count[kind] > column->count[found])
            found = (family)kind;
    return found;
}

static tarn_status add_column(const tarn_sheet_why *sheet, const char *sheet_name, size_t at, const char *name,
                              size_t name_size, uint64_t last_row, tarn_why *why, tarn_error *error) {
    const tally *column = &sheet->tallies[at];
    family most = commonest(column);
    uint64_t values = 0;
    bool is_shown;
    for (int kind = 0; kind < FAMILIES; kind++)
        values += column->count[kind];
    uint64_t odd = values - column->count[most];
    if (most == TEXTS || column->is_meant || !tarn_why_is_told(odd, values))
        return TARN_OK;
    TARN_TRY(tarn_why_add_column(why, name, name_size, odd, values, family_names[most], &is_shown, error));
    for (size_t i = 0, shown = 0; is_shown && i < sheet->count && shown < EXAMPLES; i++) {
        const example *one = &sheet->examples[i];
        char place[256];
        if (one->column != at || one->family == most || one->row > last_row)
            continue;
        name_place(sheet_name, one, place, sizeof place);
        TARN_TRY(tarn_why_add_example(why, one->text, one->size, one->is_cut, place, error));
        shown++;
    }
    return is_shown ? tarn_why_end_column(why, error) : TARN_OK;
}

tarn_status tarn_sheet_why_note(const tarn_sheet_why *sheet, const char *sheet_name, const tarn_sheet_shape *shape,
                                uint64_t last_row, tarn_notes *notes, tarn_error *error) {
    tarn_why why = {0};
    tarn_buffer text = {0};
    tarn_status status = TARN_OK;
    size_t at = 0; /* of the table */
    for (size_t i = 0; i < shape->width && i < sheet->width && status == TARN_OK; i++) {
        char by_place[32];
        const tarn_buffer *name = &shape->names[i];
        at += shape->kept[i];
        int place = snprintf(by_place, sizeof by_place, "column_%zu", at);
        if (shape->types[i] == TARN_SHEET_TEXT)
            status = add_column(sheet, sheet_name, i, name->size > 0 ? (const char *)name->data : by_place,
                                name->size > 0 ? name->size : (size_t)place, last_row, &why, error);
    }
    if (status == TARN_OK)
        status = tarn_why_print(&why, &text, error);
    if (status == TARN_OK && text.size > 0)
        status = tarn_notes_add(notes, error, "%.*s", (int)text.size, (const char *)text.data);
    tarn_buffer_free(&text);
    tarn_why_clear(&why);
    return status;
}
