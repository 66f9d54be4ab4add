/* What the styles of an Excel workbook say about the numbers in its cells. */
#include "io/workbook.h"
#include "io/xml_part.h"

#include <stdlib.h>
#include <string.h>

#define MOST_STYLES 1000000

enum { STYLES = 1, FORMATS, FORMAT, CELLS, CELL };

static const tarn_xml_rule rules[] = {
    {0, TARN_XML_SHEET, "styleSheet", STYLES},  {STYLES, TARN_XML_SHEET, "numFmts", FORMATS},
    {STYLES, TARN_XML_SHEET, "cellXfs", CELLS}, {FORMATS, TARN_XML_SHEET, "numFmt", FORMAT},
    {CELLS, TARN_XML_SHEET, "xf", CELL},        {0},
};

typedef struct named_format {
    long id;
    uint32_t index; /* among the workbook's formats */
} named_format;

typedef struct styles_reader {
    tarn_workbook *book;
    named_format *named;
    size_t count, capacity;
    long *styles; /* the formats' ids, by style */
    size_t style_count, style_capacity;
} styles_reader;

static tarn_status add_format(tarn_workbook *book, const tarn_number_format *format, tarn_error *error) {
    TARN_TRY(tarn_grow(&book->formats, &book->format_capacity, book->format_count + 1, sizeof *book->formats, error));
    book->formats[book->format_count++] = *format;
    return TARN_OK;
}

/* The built-in formats lie first, in the order of what they show; behind them an amount of the reader's currency. */
#define LOCAL_CURRENCY (TARN_SHOW_PADDED + 1)

static tarn_status add_built_in(tarn_workbook *book, tarn_error *error) {
    for (int show = TARN_SHOW_NUMBER; show <= TARN_SHOW_PADDED; show++)
        TARN_TRY(add_format(book, &(tarn_number_format){.show = (tarn_number_show)show}, error));
    return add_format(book, &(tarn_number_format){.unit = "currency"}, error);
}

static tarn_status begin(void *context, int element, const char **attributes, tarn_error *error) {
    styles_reader *reader = context;
    const char *id = tarn_part_attribute(attributes, "numFmtId"), *code = tarn_part_attribute(attributes, "formatCode");
    if (reader->count + reader->style_count > MOST_STYLES)
        return tarn_fail(error, TARN_E_UNSUPPORTED, "%s has more than %d styles", reader->book->shown, MOST_STYLES);
    if (element == FORMAT && id != NULL && code != NULL) {
        tarn_number_format format;
        TARN_TRY(tarn_grow(&reader->named, &reader->capacity, reader->count + 1, sizeof *reader->named, error));
        TARN_TRY(tarn_number_format_read(code, &format, error));
        tarn_status status = add_format(reader->book, &format, error);
        if (status != TARN_OK) {
            tarn_number_format_clear(&format);
            return status;
        }
        reader->named[reader->count++] =
            (named_format){strtol(id, NULL, 10), (uint32_t)(reader->book->format_count - 1)};
    }
    if (element == CELL) {
        TARN_TRY(tarn_grow(&reader->styles, &reader->style_capacity, reader->style_count + 1, sizeof(long), error));
        reader->styles[reader->style_count++] = id != NULL ? strtol(id, NULL, 10) : 0;
    }
    return TARN_OK;
}

static int compare_named(const void *a, const void *b) {
    const named_format *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

static uint32_t find_format(const styles_reader *reader, long id) {
    const named_format *found = reader->count > 0 ? bsearch(&(named_format){.id = id}, reader->named, reader->count,
                                                            sizeof *reader->named, compare_named)
                                                  : NULL;
    if (found != NULL)
        return found->index;
    return (id >= 5 && id <= 8) || id == 42 || id == 44 ? LOCAL_CURRENCY : tarn_number_format_built_in(id);
}

static tarn_status resolve(styles_reader *reader, tarn_error *error) {
    tarn_workbook *book = reader->book;
    TARN_TRY(tarn_grow(&book->styles, &book->style_capacity, reader->style_count, sizeof *book->styles, error));
    if (reader->count > 0)
        qsort(reader->named, reader->count, sizeof *reader->named, compare_named);
    for (size_t i = 0; i < reader->style_count; i++)
        book->styles[i] = find_format(reader, reader->styles[i]);
    book->style_count = reader->style_count;
    return TARN_OK;
}

tarn_status tarn_workbook_read_styles(tarn_workbook *book, const char *part, tarn_error *error) {
    styles_reader reader = {.book = book};
    tarn_part_handler handler = {rules, begin, NULL, NULL, &reader};
    tarn_status status = add_built_in(book, error);
    if (status == TARN_OK)
        status = tarn_package_read(book->package, part, &handler, error);
    if (status == TARN_OK)
        status = resolve(&reader, error);
    free(reader.named);
    free(reader.styles);
    return status;
}
