/* Workbooks: what kind a package is, its list of sheets, and choosing one of them. */
#include "io/workbook.h"

#include "base/text.h"
#include "io/relations.h"
#include "io/xml_part.h"

#include <stdlib.h>
#include <string.h>

#define MOST_SHEETS 20000

tarn_status tarn_workbook_add_sheet(tarn_workbook *book, const char *name, tarn_workbook_sheet **out,
                                    tarn_error *error) {
    if (book->sheet_count == MOST_SHEETS)
        return tarn_fail(error, TARN_E_UNSUPPORTED, "%s has more than %d sheets", book->shown, MOST_SHEETS);
    TARN_TRY(tarn_grow(&book->sheets, &book->sheet_capacity, book->sheet_count + 1, sizeof *book->sheets, error));
    *out = &book->sheets[book->sheet_count++];
    **out = (tarn_workbook_sheet){.name = tarn_strdup(name)};
    return (*out)->name == NULL ? tarn_fail_memory(error) : TARN_OK;
}

/* ---- the list of sheets --------------------------------------------------------------------------------------------
 */

enum { WORKBOOK = 1, PROPERTIES, SHEETS, SHEET };

static const tarn_xml_rule rules[] = {
    {0, TARN_XML_SHEET, "workbook", WORKBOOK},
    {WORKBOOK, TARN_XML_SHEET, "workbookPr", PROPERTIES},
    {WORKBOOK, TARN_XML_SHEET, "sheets", SHEETS},
    {SHEETS, TARN_XML_SHEET, "sheet", SHEET},
    {0},
};

typedef struct list_reader {
    tarn_workbook *book;
    tarn_relations relations;
} list_reader;

static tarn_status begin(void *context, int element, const char **attributes, tarn_error *error) {
    list_reader *reader = context;
    tarn_workbook_sheet *sheet;
    if (element == PROPERTIES)
        reader->book->epoch_1904 = tarn_xml_is_true(tarn_part_attribute(attributes, "date1904"));
    if (element != SHEET)
        return TARN_OK;
    const char *name = tarn_part_attribute(attributes, "name"), *state = tarn_part_attribute(attributes, "state");
    const char *id = tarn_xml_attribute(attributes, TARN_XML_RELATION, "id");
    if (name == NULL || id == NULL)
        return TARN_OK;
    TARN_TRY(tarn_workbook_add_sheet(reader->book, name, &sheet, error));
    sheet->hidden = state != NULL && strcmp(state, "visible") != 0;
    const tarn_relation *relation = tarn_relation_of_id(&reader->relations, id);
    if (relation == NULL || strcmp(relation->kind, "worksheet") != 0)
        return TARN_OK;
    sheet->part = tarn_strdup(relation->part);
    return sheet->part == NULL ? tarn_fail_memory(error) : TARN_OK;
}

/* ---- what the package is -------------------------------------------------------------------------------------------
 */

static bool begins_with(const char *text, const char *beginning) {
    return strncmp(text, beginning, strlen(beginning)) == 0;
}

static bool ends_with(const char *text, const char *ending) {
    size_t size = strlen(text), length = strlen(ending);
    return size >= length && strcmp(text + size - length, ending) == 0;
}

static bool has_part_like(const tarn_package *package, const char *beginning, const char *ending) {
    const char *name;
    for (size_t i = 0; (name = tarn_package_part(package, i)) != NULL; i++) {
        if (begins_with(name, beginning) && ends_with(name, ending))
            return true;
    }
    return false;
}

/* A package without a workbook that can be read. */
static tarn_status refuse(const tarn_workbook *book, tarn_error *error) {
    static const struct {
        const char *beginning, *ending, *what;
    } kinds[] = {
        {"xl/workbook.bin", "", "a binary workbook (xlsb): open it in a spreadsheet program and save it as xlsx"},
        {"word/", ".xml", "a Word document; save its table as a workbook (xlsx) or CSV"},
        {"ppt/", ".xml", "a PowerPoint presentation; save its table as a workbook (xlsx) or CSV"},
        {"visio/", ".xml", "a Visio drawing"},
        {"index/", ".iwa", "an Apple iWork document: export it as xlsx or CSV"},
        {"index.zip", "", "an Apple iWork document: export it as xlsx or CSV"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (has_part_like(book->package, kinds[i].beginning, kinds[i].ending))
            return tarn_fail(error, TARN_E_FORMAT, "%s cannot be imported: it is %s", book->shown, kinds[i].what);
    }
    if (tarn_package_has(book->package, "[Content_Types].xml") || has_part_like(book->package, "xl/", ""))
        return tarn_fail(
            error, TARN_E_FORMAT,
            "%s is damaged, or no Excel workbook: it has no xl/workbook.xml, and names no other part as it",
            book->shown);
    return tarn_fail(error, TARN_E_FORMAT, "%s cannot be imported: it is a ZIP archive; unpack it first", book->shown);
}

/* Where the package says that its document is, or where it usually is; NULL: nowhere. Heap. */
static tarn_status find_document(tarn_workbook *book, char **part, tarn_error *error) {
    static const char usual[] = "xl/workbook.xml";
    tarn_relations relations;
    TARN_TRY(tarn_relations_read(book->package, "", &relations, error));
    const tarn_relation *document = tarn_relation_of_kind(&relations, "officeDocument");
    const char *found = document != NULL && tarn_package_has(book->package, document->part) ? document->part : NULL;
    if (found == NULL && tarn_package_has(book->package, usual))
        found = usual;
    *part = NULL;
    if (found != NULL && !ends_with(found, ".bin") && !begins_with(found, "word/") && !begins_with(found, "ppt/"))
        *part = tarn_strdup(found);
    bool lost = found == NULL;
    tarn_relations_clear(&relations);
    return *part != NULL || lost ? TARN_OK : refuse(book, error);
}

/* A part that the workbook says belongs to it, or that lies beside it under its usual name. Heap; NULL: none. */
static char *companion(const tarn_workbook *book, const tarn_relations *relations, const char *document,
                       const char *kind) {
    const tarn_relation *relation = tarn_relation_of_kind(relations, kind);
    if (relation != NULL)
        return tarn_package_has(book->package, relation->part) ? tarn_strdup(relation->part) : NULL;
    const char *slash = strrchr(document, '/');
    char *usual = tarn_format("%.*s%s.xml", slash != NULL ? (int)(slash + 1 - document) : 0, document, kind);
    if (usual != NULL && tarn_package_has(book->package, usual))
        return usual;
    free(usual);
    return NULL;
}

static tarn_status read_excel(tarn_workbook *book, const char *document, tarn_error *error) {
    list_reader reader = {.book = book};
    tarn_part_handler handler = {rules, begin, NULL, NULL, &reader};
    char *styles = NULL, *strings = NULL;
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_relations_read(book->package, document, &reader.relations, error));
    TARN_CHECK(tarn_package_read(book->package, document, &handler, error));
    styles = companion(book, &reader.relations, document, "styles");
    strings = companion(book, &reader.relations, document, "sharedStrings");
    if (styles != NULL)
        TARN_CHECK(tarn_workbook_read_styles(book, styles, error));
    if (strings != NULL)
        TARN_CHECK(tarn_workbook_read_strings(book, strings, error));
cleanup:
    free(styles);
    free(strings);
    tarn_relations_clear(&reader.relations);
    return status;
}

static tarn_status read_any(tarn_workbook *book, tarn_error *error) {
    char *document = NULL;
    bool office = tarn_package_has(book->package, "[Content_Types].xml");
    if (!office && tarn_package_has(book->package, "content.xml"))
        return tarn_workbook_read_open_document(book, error);
    TARN_TRY(find_document(book, &document, error));
    tarn_status status = document != NULL ? read_excel(book, document, error) : refuse(book, error);
    free(document);
    return status;
}

tarn_status tarn_workbook_read(tarn_package *package, const char *shown, tarn_workbook *out, tarn_error *error) {
    tarn_workbook book = {.package = package, .shown = shown};
    tarn_status status = read_any(&book, error);
    if (status != TARN_OK)
        tarn_workbook_clear(&book);
    else
        *out = book;
    return status;
}

void tarn_workbook_clear(tarn_workbook *workbook) {
    for (size_t i = 0; i < workbook->sheet_count; i++) {
        free(workbook->sheets[i].name);
        free(workbook->sheets[i].part);
    }
    for (size_t i = 0; i < workbook->format_count; i++)
        tarn_number_format_clear(&workbook->formats[i]);
    for (size_t i = 0; i < workbook->style_name_count; i++)
        free(workbook->style_names[i]);
    free(workbook->sheets);
    free(workbook->formats);
    free(workbook->styles);
    free(workbook->style_names);
    free(workbook->strings);
    tarn_buffer_free(&workbook->text);
    *workbook = (tarn_workbook){0};
}

/* ---- choosing a sheet ----------------------------------------------------------------------------------------------
 */

static tarn_status no_such_sheet(const tarn_workbook *workbook, const char *choice, tarn_error *error) {
    tarn_buffer list = {0};
    tarn_status status = TARN_OK;
    for (size_t i = 0; i < workbook->sheet_count && status == TARN_OK; i++) {
        if (workbook->sheets[i].part != NULL)
            status = tarn_buffer_printf(&list, error, "%s\"%s\"", list.size > 0 ? ", " : "", workbook->sheets[i].name);
    }
    if (status == TARN_OK)
        status = tarn_fail(error, TARN_E_NOT_FOUND, "%s has no sheet \"%s\": it has %.*s", workbook->shown, choice,
                           (int)list.size, list.size > 0 ? (const char *)list.data : "");
    tarn_buffer_free(&list);
    return status;
}

tarn_status tarn_workbook_find(const tarn_workbook *workbook, const char *choice, const tarn_workbook_sheet **out,
                               tarn_error *error) {
    unsigned long wanted = 0, number = 0;
    char *end = NULL;
    *out = NULL;
    if (choice != NULL)
        wanted = strtoul(choice, &end, 10);
    bool by_number = choice != NULL && end != choice && *end == '\0';
    for (size_t i = 0; i < workbook->sheet_count; i++) {
        const tarn_workbook_sheet *sheet = &workbook->sheets[i];
        if (sheet->part == NULL)
            continue;
        number++;
        if (choice != NULL && tarn_name_equal(sheet->name, choice)) {
            *out = sheet;
            return TARN_OK;
        }
        bool fits = choice == NULL ? !sheet->hidden : by_number && number == wanted;
        if (fits && *out == NULL)
            *out = sheet;
    }
    if (*out != NULL)
        return TARN_OK;
    if (choice != NULL)
        return no_such_sheet(workbook, choice, error);
    return tarn_fail(error, TARN_E_FORMAT, "%s has no sheet of cells%s", workbook->shown,
                     number > 0 ? " that is not hidden: choose one by its name" : "");
}
