/* The sheets and styles of an OpenDocument spreadsheet (ISO/IEC 26300 parts 1 and 2). */
#include "io/workbook.h"
#include "io/xml_part.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define MOST_STYLES 200000

enum {
    DOCUMENT = 1,
    STYLES,
    STYLE,
    TABLE_PROPERTIES,
    TIME_STYLE,
    BODY,
    SPREADSHEET,
    TABLE,
};

static const tarn_xml_rule rules[] = {
    {0, TARN_XML_OFFICE, "document-content", DOCUMENT},
    {DOCUMENT, TARN_XML_OFFICE, "automatic-styles", STYLES},
    {DOCUMENT, TARN_XML_OFFICE, "body", BODY},
    {STYLES, TARN_XML_STYLE, "style", STYLE},
    {STYLES, TARN_XML_NUMBER, "time-style", TIME_STYLE},
    {STYLE, TARN_XML_STYLE, "table-properties", TABLE_PROPERTIES},
    {BODY, TARN_XML_OFFICE, "spreadsheet", SPREADSHEET},
    {SPREADSHEET, TARN_XML_TABLE, "table", TABLE},
    {0},
};

/* A style of cells, and the style of numbers that it uses. */
typedef struct cell_style {
    char *name, *data;
} cell_style;

typedef struct reading {
    tarn_workbook *book;
    char *style; /* the one that is open */
    cell_style *cells;
    size_t cell_count, cell_capacity;
    char **hidden, **durations; /* styles of hidden tables, of numbers shown as durations: sorted when used */
    size_t hidden_count, hidden_capacity, duration_count, duration_capacity;
    bool is_spreadsheet;
} reading;

static int compare_names(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_among(char *const *names, size_t count, const char *name) {
    return name != NULL && count > 0 && bsearch(&name, names, count, sizeof *names, compare_names) != NULL;
}

static void sort_names(char **names, size_t count) {
    if (count > 0)
        qsort(names, count, sizeof *names, compare_names);
}

static tarn_status add_name(char ***names, size_t *count, size_t *capacity, const char *name, tarn_error *error) {
    TARN_TRY(tarn_grow(names, capacity, *count + 1, sizeof **names, error));
    (*names)[*count] = tarn_strdup(name);
    return (*names)[(*count)++] == NULL ? tarn_fail_memory(error) : TARN_OK;
}

/* ---- styles --------------------------------------------------------------------------------------------------------
 */

static tarn_status begin_style(reading *r, const char **attributes, tarn_error *error) {
    const char *name = tarn_xml_attribute(attributes, TARN_XML_STYLE, "name");
    const char *data = tarn_xml_attribute(attributes, TARN_XML_STYLE, "data-style-name");
    free(r->style);
    r->style = name != NULL ? tarn_strdup(name) : NULL;
    if (name == NULL)
        return TARN_OK;
    if (r->style == NULL)
        return tarn_fail_memory(error);
    if (data == NULL)
        return TARN_OK;
    TARN_TRY(tarn_grow(&r->cells, &r->cell_capacity, r->cell_count + 1, sizeof *r->cells, error));
    cell_style *added = &r->cells[r->cell_count++];
    *added = (cell_style){tarn_strdup(name), tarn_strdup(data)};
    return added->name == NULL || added->data == NULL ? tarn_fail_memory(error) : TARN_OK;
}

static bool is_false(const char *value) {
    return value != NULL && strcmp(value, "false") == 0;
}

static tarn_status see_style(reading *r, int element, const char **attributes, tarn_error *error) {
    if (r->cell_count + r->hidden_count + r->duration_count > MOST_STYLES)
        return tarn_fail(error, TARN_E_UNSUPPORTED, "%s has more than %d styles", r->book->shown, MOST_STYLES);
    if (element == STYLE)
        return begin_style(r, attributes, error);
    if (element == TABLE_PROPERTIES && r->style != NULL &&
        is_false(tarn_xml_attribute(attributes, TARN_XML_TABLE, "display")))
        return add_name(&r->hidden, &r->hidden_count, &r->hidden_capacity, r->style, error);
    const char *name = tarn_xml_attribute(attributes, TARN_XML_STYLE, "name");
    if (element == TIME_STYLE && name != NULL &&
        is_false(tarn_xml_attribute(attributes, TARN_XML_NUMBER, "truncate-on-overflow")))
        return add_name(&r->durations, &r->duration_count, &r->duration_capacity, name, error);
    return TARN_OK;
}

/* ---- sheets --------------------------------------------------------------------------------------------------------
 */

static tarn_status see_table(reading *r, const char **attributes, tarn_error *error) {
    const char *name = tarn_xml_attribute(attributes, TARN_XML_TABLE, "name");
    tarn_workbook_sheet *sheet;
    TARN_TRY(tarn_workbook_add_sheet(r->book, name != NULL ? name : "", &sheet, error));
    sheet->hidden = is_among(r->hidden, r->hidden_count, tarn_xml_attribute(attributes, TARN_XML_TABLE, "style-name"));
    sheet->part = tarn_strdup("content.xml");
    return sheet->part == NULL ? tarn_fail_memory(error) : TARN_OK;
}

static tarn_status begin(void *context, int element, const char **attributes, tarn_error *error) {
    reading *r = context;
    switch (element) {
    case STYLE:
    case TABLE_PROPERTIES:
    case TIME_STYLE:
        return see_style(r, element, attributes, error);
    case BODY:
        sort_names(r->hidden, r->hidden_count);
        return TARN_OK;
    case SPREADSHEET:
        r->is_spreadsheet = true;
        return TARN_OK;
    case TABLE:
        return see_table(r, attributes, error);
    default:
        return TARN_OK;
    }
}

static tarn_status find_duration_styles(reading *r, tarn_error *error) {
    tarn_workbook *book = r->book;
    sort_names(r->durations, r->duration_count);
    for (size_t i = 0; i < r->cell_count; i++) {
        if (is_among(r->durations, r->duration_count, r->cells[i].data))
            TARN_TRY(add_name(&book->style_names, &book->style_name_count, &book->style_name_capacity, r->cells[i].name,
                              error));
    }
    sort_names(book->style_names, book->style_name_count);
    return TARN_OK;
}

/* ---- encryption ----------------------------------------------------------------------------------------------------
 */

enum { MANIFEST = 1, ENTRY, ENCRYPTION };

static tarn_status see_encryption(void *context, int element, const char **attributes, tarn_error *error) {
    (void)attributes;
    (void)error;
    *(bool *)context |= element == ENCRYPTION;
    return TARN_OK;
}

static tarn_status check_encryption(const tarn_workbook *book, tarn_error *error) {
    static const tarn_xml_rule manifest_rules[] = {
        {0, TARN_XML_MANIFEST, "manifest", MANIFEST},
        {MANIFEST, TARN_XML_MANIFEST, "file-entry", ENTRY},
        {ENTRY, TARN_XML_MANIFEST, "encryption-data", ENCRYPTION},
        {0},
    };
    bool is_encrypted = false;
    tarn_part_handler handler = {manifest_rules, see_encryption, NULL, NULL, &is_encrypted};
    if (tarn_package_has(book->package, "META-INF/manifest.xml"))
        TARN_TRY(tarn_package_read(book->package, "META-INF/manifest.xml", &handler, error));
    return is_encrypted ? tarn_fail(error, TARN_E_UNSUPPORTED,
                                    "%s is protected by a password: open it in a spreadsheet program and save it "
                                    "without one",
                                    book->shown)
                        : TARN_OK;
}

/* ---- all of it -----------------------------------------------------------------------------------------------------
 */

static void clear(reading *r) {
    for (size_t i = 0; i < r->cell_count; i++) {
        free(r->cells[i].name);
        free(r->cells[i].data);
    }
    for (size_t i = 0; i < r->hidden_count; i++)
        free(r->hidden[i]);
    for (size_t i = 0; i < r->duration_count; i++)
        free(r->durations[i]);
    free(r->cells);
    free(r->hidden);
    free(r->durations);
    free(r->style);
}

tarn_status tarn_workbook_read_open_document(tarn_workbook *book, tarn_error *error) {
    reading r = {.book = book};
    tarn_part_handler handler = {rules, begin, NULL, NULL, &r};
    tarn_status status = check_encryption(book, error);
    book->is_open_document = true;
    if (status == TARN_OK)
        status = tarn_package_read(book->package, "content.xml", &handler, error);
    if (status == TARN_OK && !r.is_spreadsheet)
        status = tarn_fail(error, TARN_E_FORMAT,
                           "%s cannot be imported: it is an OpenDocument file, but no spreadsheet; save its table as "
                           "ods or CSV",
                           book->shown);
    if (status == TARN_OK)
        status = find_duration_styles(&r, error);
    clear(&r);
    return status;
}
