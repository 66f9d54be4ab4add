/* Grows workbooks from bytes. */
#include "support_workbook.h"

#include <stdlib.h>
#include <string.h>

#define MOST_DEPTH 24
#define MOST_TEXT ((size_t)1 << 20)

/* What usually stands in an element, and its attributes. Lists are separated by
 * spaces. */
typedef struct element {
    const char *name, *children, *attributes;
} element;

static const element elements[] = {
    {"workbook", "workbookPr sheets extLst", ""},
    {"workbookPr", "", "date1904"},
    {"sheets", "sheet", ""},
    {"sheet", "", "name sheetId state r:id"},
    {"extLst", "ext", ""},
    {"ext", "workbookPr z:workbookPr row", "uri"},
    {"z:workbookPr", "", "date1904"},
    {"styleSheet", "numFmts cellXfs mc:AlternateContent", ""},
    {"numFmts", "numFmt mc:AlternateContent", "count"},
    {"mc:AlternateContent", "mc:Choice mc:Fallback", ""},
    {"mc:Choice", "numFmt row c", ""},
    {"mc:Fallback", "numFmt row c", ""},
    {"numFmt", "", "numFmtId formatCode"},
    {"cellXfs", "xf", "count"},
    {"xf", "", "numFmtId"},
    {"sst", "si", "count"},
    {"si", "t r rPh", ""},
    {"r", "t", ""},
    {"rPh", "t", "sb eb"},
    {"t", "", "xml:space"},
    {"worksheet", "cols sheetData mergeCells", ""},
    {"cols", "col", ""},
    {"col", "", "min max hidden"},
    {"sheetData", "row row row", ""},
    {"row", "c c c c", "r hidden"},
    {"c", "v v is f", "r s t"},
    {"v", "", ""},
    {"f", "", ""},
    {"is", "t r rPh", ""},
    {"mergeCells", "mergeCell", ""},
    {"mergeCell", "", "ref"},
    {"office:document-content", "office:automatic-styles office:body", ""},
    {"office:automatic-styles", "style:style number:time-style", ""},
    {"style:style", "style:table-properties", "style:name style:data-style-name"},
    {"style:table-properties", "", "table:display"},
    {"number:time-style", "", "style:name number:truncate-on-overflow"},
    {"office:body", "office:spreadsheet", ""},
    {"office:spreadsheet", "table:table", ""},
    {"table:table", "table:table-column table:table-row table:table-row table:table-row-group",
     "table:name table:style-name"},
    {"table:table-column", "",
     "table:number-columns-repeated table:visibility "
     "table:default-cell-style-name"},
    {"table:table-row-group", "table:table-row table:table-row-group", ""},
    {"table:table-row", "table:table-cell table:table-cell table:covered-table-cell",
     "table:number-rows-repeated table:visibility"},
    {"table:table-cell", "text:p office:annotation",
     "table:number-columns-repeated table:number-columns-spanned "
     "table:number-rows-spanned office:value-type office:value "
     "office:date-value office:time-value office:boolean-value "
     "office:string-value office:currency table:style-name "
     "table:formula"},
    {"table:covered-table-cell", "text:p", "table:number-columns-repeated"},
    {"office:annotation", "text:p", ""},
    {"text:p", "text:span text:s text:tab text:line-break", ""},
    {"text:span", "text:span text:s", ""},
    {"text:s", "", "text:c"},
    {"text:tab", "", ""},
    {"text:line-break", "", ""},
};
#define ELEMENTS (sizeof elements / sizeof elements[0])

static const char *const values[] = {
    "1",
    "0",
    "2",
    "3",
    "-1",
    "true",
    "false",
    "s",
    "str",
    "inlineStr",
    "b",
    "d",
    "e",
    "n",
    "A1",
    "B2",
    "C1",
    "XFD1048576",
    "XFE1",
    "ZZZZZZZ9",
    "a1",
    "300",
    "1048577",
    "16384",
    "16385",
    "18446744073709551616",
    "1e308",
    "1e999",
    "nan",
    "0x10",
    "-0",
    "0.5",
    "60",
    "45352.75",
    "9007199254740993",
    "12345678901234567890123456789012345678901234567890",
    "164",
    "165",
    "14",
    "22",
    "46",
    "9",
    "00000",
    "[h]:mm:ss",
    "yyyy-mm-dd",
    "0.0%",
    "#,##0.00 [$€-407]",
    "\\",
    "[",
    "[$",
    "00_",
    "000\\-0",
    "A1:C1",
    "A1:A2",
    "B1:XFD1048576",
    "C3:A1",
    "A1:",
    ":",
    "hidden",
    "veryHidden",
    "visible",
    "a",
    "b",
    "One",
    "collapse",
    "float",
    "percentage",
    "currency",
    "date",
    "time",
    "boolean",
    "string",
    "EUR",
    "2024-02-29",
    "2024-02-29T23:59:59.999999999",
    "2023-02-29",
    "PT30H05M00.5S",
    "-PT1S",
    "P1DT1H",
    "PT",
    "P1000000000D",
    "N1",
    "ce1",
    "preserve",
    "_x000D_",
    "_x0000_",
    "_xD800_",
    "_x005F_x000D_",
    "",
    " ",
    "ąę 東京 🎉",
    "#DIV/0!",
    "text",
    "12:30:00",
};
#define VALUES (sizeof values / sizeof values[0])

static const char spaces[] = " xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" "
                             "xmlns:z=\"urn:z\""
                             " xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/"
                             "relationships\""
                             " xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\""
                             " xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\""
                             " xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\""
                             " xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\""
                             " xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\""
                             " xmlns:number=\"urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0\"";

typedef struct growth {
    const uint8_t *data;
    size_t size;
    tarn_buffer *out;
} growth;

/* The next decision, below `count`; 0 when the bytes are used up, which ends
 * everything. */
static size_t decide(growth *g, size_t count) {
    if (g->size == 0)
        return 0;
    g->size--;
    return *g->data++ % count;
}

static void put(growth *g, const char *text, size_t size) {
    if (g->out->size < MOST_TEXT && tarn_buffer_append(g->out, text, size, NULL) != TARN_OK)
        abort();
}

static void put_text(growth *g, const char *text) {
    put(g, text, strlen(text));
}

/* The n-th of a list; its size. */
static size_t word_of(const char *list, size_t n, const char **word) {
    for (;; n--) {
        size_t size = strcspn(list, " ");
        if (n == 0 || list[size] == '\0') {
            *word = list;
            return size;
        }
        list += size + 1;
    }
}

static size_t count_words(const char *list) {
    size_t count = *list != '\0';
    for (; *list != '\0'; list++)
        count += *list == ' ';
    return count;
}

static void put_value(growth *g) {
    const char *value = values[decide(g, VALUES)];
    for (const char *c = value; *c != '\0'; c++) {
        if (*c == '&' || *c == '<' || *c == '"')
            put_text(g, "&#34;");
        else
            put(g, c, 1);
    }
}

static const element *find_element(const char *name, size_t size) {
    for (size_t i = 0; i < ELEMENTS; i++) {
        if (strlen(elements[i].name) == size && memcmp(elements[i].name, name, size) == 0)
            return &elements[i];
    }
    abort();
}

/* Every attribute at most once, as XML wants it. */
static void put_attributes(growth *g, const element *e) {
    const char *name;
    for (size_t i = 0; i < count_words(e->attributes); i++) {
        if (decide(g, 4) != 3)
            continue;
        size_t size = word_of(e->attributes, i, &name);
        put_text(g, " ");
        put(g, name, size);
        put_text(g, "=\"");
        put_value(g);
        put_text(g, "\"");
    }
}

static void grow(growth *g, const element *e, size_t depth) {
    const char *name;
    put_text(g, "<");
    put_text(g, e->name);
    if (depth == 0)
        put_text(g, spaces);
    put_attributes(g, e);
    put_text(g, ">");
    size_t usual = count_words(e->children);
    for (size_t choice; depth < MOST_DEPTH && (choice = decide(g, 10)) != 0;) {
        if (choice == 9)
            grow(g, &elements[decide(g, ELEMENTS)], depth + 1);
        else if (choice >= 7 || usual == 0)
            put_value(g);
        else {
            size_t size = word_of(e->children, decide(g, usual), &name);
            grow(g, find_element(name, size), depth + 1);
        }
    }
    put_text(g, "</");
    put_text(g, e->name);
    put_text(g, ">");
}

static void add_grown(growth *g, workbook_part *part, const char *name, const char *root) {
    *part = (workbook_part){.name = name};
    g->out = &part->text;
    grow(g, find_element(root, strlen(root)), 0);
}

static void add_given(growth *g, workbook_part *part, const char *name, const char *text) {
    *part = (workbook_part){.name = name};
    g->out = &part->text;
    put_text(g, text);
}

static const char relations[] = "<Relationships "
                                "xmlns=\"http://schemas.openxmlformats.org/package/2006/"
                                "relationships\"><Relationship Id=\"a\" "
                                "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/"
                                "relationships/worksheet\" "
                                "Target=\"worksheets/sheet1.xml\"/></Relationships>";

static const char one_sheet[] = "<workbook "
                                "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" "
                                "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/"
                                "relationships\"><sheets>"
                                "<sheet name=\"One\" r:id=\"a\"/></sheets></workbook>";

size_t grow_workbook(const uint8_t *data, size_t size, workbook_part parts[MOST_WORKBOOK_PARTS]) {
    growth g = {.data = data, .size = size};
    size_t count = 0, kind = decide(&g, 8);
    if (kind > 5) {
        add_grown(&g, &parts[count++], "content.xml", "office:document-content");
        return count;
    }
    add_given(&g, &parts[count++], "xl/_rels/workbook.xml.rels", relations);
    if (kind == 0)
        add_grown(&g, &parts[count++], "xl/workbook.xml", "workbook");
    else
        add_given(&g, &parts[count++], "xl/workbook.xml", one_sheet);
    add_grown(&g, &parts[count++], "xl/worksheets/sheet1.xml", "worksheet");
    if (kind > 1) {
        add_grown(&g, &parts[count++], "xl/styles.xml", "styleSheet");
        add_grown(&g, &parts[count++], "xl/sharedStrings.xml", "sst");
    }
    return count;
}
