#include "io/workbook.h"

#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MOST_SHARED_TEXT ((size_t)1 << 30) /* bytes of shared strings */

/* ---- the list of sheets --------------------------------------------------------------------------------------------
 */

static bool is_true(const char *value) {
    return value != NULL && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
}

static tarn_status begin_workbook(void *context, const char *element, const char **attributes, tarn_error *error) {
    tarn_workbook *book = context;
    if (strcmp(element, "workbookPr") == 0)
        book->epoch_1904 = is_true(tarn_part_attribute(attributes, "date1904"));
    if (strcmp(element, "sheet") != 0)
        return TARN_OK;
    const char *name = tarn_part_attribute(attributes, "name"), *state = tarn_part_attribute(attributes, "state");
    const char *relation = tarn_part_attribute(attributes, "id");
    if (name == NULL || relation == NULL)
        return TARN_OK;
    TARN_TRY(tarn_grow(&book->sheets, &book->sheet_capacity, book->sheet_count + 1, sizeof *book->sheets, error));
    tarn_workbook_sheet *sheet = &book->sheets[book->sheet_count++];
    *sheet = (tarn_workbook_sheet){.name = tarn_strdup(name),
                                   .relation = tarn_strdup(relation),
                                   .hidden = state != NULL && strcmp(state, "visible") != 0};
    return sheet->name == NULL || sheet->relation == NULL ? tarn_fail_memory(error) : TARN_OK;
}

static tarn_status end_nothing(void *context, const char *element, tarn_error *error) {
    (void)context;
    (void)element;
    (void)error;
    return TARN_OK;
}

/* Targets are relative to xl/, or absolute in the package. */
static tarn_status begin_relation(void *context, const char *element, const char **attributes, tarn_error *error) {
    tarn_workbook *book = context;
    const char *id = tarn_part_attribute(attributes, "Id"), *target = tarn_part_attribute(attributes, "Target");
    const char *type = tarn_part_attribute(attributes, "Type");
    const char *kind = type != NULL ? strrchr(type, '/') : NULL;
    if (strcmp(element, "Relationship") != 0 || id == NULL || target == NULL || kind == NULL ||
        strcmp(kind, "/worksheet") != 0)
        return TARN_OK;
    for (size_t i = 0; i < book->sheet_count; i++) {
        if (strcmp(book->sheets[i].relation, id) != 0)
            continue;
        free(book->sheets[i].part);
        book->sheets[i].part = target[0] == '/' ? tarn_strdup(target + 1) : tarn_format("xl/%s", target);
        if (book->sheets[i].part == NULL)
            return tarn_fail_memory(error);
    }
    return TARN_OK;
}

/* ---- styles --------------------------------------------------------------------------------------------------------
 */

tarn_number_show tarn_number_format_show(const char *code) {
    bool date = false, time = false, month = false;
    for (const char *c = code; *c != '\0' && *c != ';'; c++) {
        if (*c == '"') {
            c = strchr(c + 1, '"');
            if (c == NULL)
                break;
        } else if (*c == '\\' || *c == '_' || *c == '*') {
            if (*++c == '\0')
                break;
        } else if (*c == '[') {
            if (strchr("hHmMsS", c[1]) != NULL && c[1] != '\0')
                return TARN_SHOW_NUMBER; /* elapsed time is a count, not a moment */
            c = strchr(c, ']');
            if (c == NULL)
                break;
        } else if (strncasecmp(c, "General", 7) == 0) {
            c += 6;
        } else if (strncasecmp(c, "AM/PM", 5) == 0) {
            time = true;
            c += 4;
        } else {
            int letter = tolower((unsigned char)*c);
            date |= letter == 'y' || letter == 'd';
            time |= letter == 'h' || letter == 's';
            month |= letter == 'm';
        }
    }
    if (date || (month && !time))
        return time ? TARN_SHOW_DATE_TIME : TARN_SHOW_DATE;
    return time ? TARN_SHOW_TIME : TARN_SHOW_NUMBER;
}

/* Formats that every workbook has without saying so (ECMA-376 part 1, 18.8.30). */
static tarn_number_show built_in_show(long id) {
    if (id == 22)
        return TARN_SHOW_DATE_TIME;
    if ((id >= 18 && id <= 21) || id == 45 || id == 47 || (id >= 32 && id <= 35) || id == 55 || id == 56)
        return TARN_SHOW_TIME;
    if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 58))
        return TARN_SHOW_DATE;
    return TARN_SHOW_NUMBER;
}

typedef struct number_format {
    long id;
    tarn_number_show show;
} number_format;

typedef struct styles_reader {
    tarn_workbook *book;
    number_format *formats;
    size_t count, capacity;
    bool in_cell_formats;
} styles_reader;

static tarn_number_show show_of_format(const styles_reader *reader, long id) {
    for (size_t i = 0; i < reader->count; i++) {
        if (reader->formats[i].id == id)
            return reader->formats[i].show;
    }
    return built_in_show(id);
}

static tarn_status begin_style(void *context, const char *element, const char **attributes, tarn_error *error) {
    styles_reader *reader = context;
    tarn_workbook *book = reader->book;
    const char *id = tarn_part_attribute(attributes, "numFmtId"), *code = tarn_part_attribute(attributes, "formatCode");
    if (strcmp(element, "cellXfs") == 0)
        reader->in_cell_formats = true;
    if (strcmp(element, "numFmt") == 0 && id != NULL && code != NULL) {
        TARN_TRY(tarn_grow(&reader->formats, &reader->capacity, reader->count + 1, sizeof *reader->formats, error));
        reader->formats[reader->count++] = (number_format){strtol(id, NULL, 10), tarn_number_format_show(code)};
    }
    if (strcmp(element, "xf") == 0 && reader->in_cell_formats) {
        TARN_TRY(tarn_grow(&book->styles, &book->style_capacity, book->style_count + 1, sizeof *book->styles, error));
        book->styles[book->style_count++] = (uint8_t)show_of_format(reader, id != NULL ? strtol(id, NULL, 10) : 0);
    }
    return TARN_OK;
}

static tarn_status end_style(void *context, const char *element, tarn_error *error) {
    (void)error;
    if (strcmp(element, "cellXfs") == 0)
        ((styles_reader *)context)->in_cell_formats = false;
    return TARN_OK;
}

static tarn_status read_styles(tarn_workbook *book, tarn_error *error) {
    styles_reader reader = {.book = book};
    tarn_part_handler handler = {begin_style, end_style, NULL, &reader};
    tarn_status status = TARN_OK;
    if (tarn_package_has(book->package, "xl/styles.xml"))
        status = tarn_package_read(book->package, "xl/styles.xml", &handler, error);
    free(reader.formats);
    return status;
}

/* ---- shared strings ------------------------------------------------------------------------------------------------
 */

typedef struct strings_reader {
    tarn_workbook *book;
    bool in_text;
    size_t phonetic; /* depth of readings that are no part of the text */
} strings_reader;

static tarn_status begin_string(void *context, const char *element, const char **attributes, tarn_error *error) {
    (void)attributes;
    (void)error;
    strings_reader *reader = context;
    reader->phonetic += strcmp(element, "rPh") == 0;
    if (strcmp(element, "t") == 0)
        reader->in_text = reader->phonetic == 0;
    return TARN_OK;
}

static tarn_status string_text(void *context, const char *text, size_t size, tarn_error *error) {
    strings_reader *reader = context;
    if (!reader->in_text)
        return TARN_OK;
    if (reader->book->text.size + size > MOST_SHARED_TEXT)
        return tarn_fail(error, TARN_E_UNSUPPORTED, "%s: more than 1 GB of text: save the sheet as CSV",
                         reader->book->shown);
    return tarn_buffer_append(&reader->book->text, text, size, error);
}

static tarn_status end_string(void *context, const char *element, tarn_error *error) {
    strings_reader *reader = context;
    tarn_workbook *book = reader->book;
    if (strcmp(element, "rPh") == 0)
        reader->phonetic--;
    if (strcmp(element, "t") == 0)
        reader->in_text = false;
    if (strcmp(element, "si") != 0)
        return TARN_OK;
    uint64_t begin = book->string_count > 0 ? book->strings[book->string_count - 1] : 0;
    if (book->text.size > begin)
        book->text.size = begin + tarn_workbook_unescape((char *)book->text.data + begin, book->text.size - begin);
    TARN_TRY(tarn_grow(&book->strings, &book->string_capacity, book->string_count + 1, sizeof *book->strings, error));
    book->strings[book->string_count++] = book->text.size;
    return TARN_OK;
}

static bool is_escape(const char *text, size_t left) {
    if (left < 7 || text[0] != '_' || text[1] != 'x' || text[6] != '_')
        return false;
    for (int i = 2; i < 6; i++) {
        if (!isxdigit((unsigned char)text[i]))
            return false;
    }
    return true;
}

size_t tarn_workbook_unescape(char *text, size_t size) {
    if (size < 7 || memchr(text, '_', size) == NULL)
        return size;
    size_t to = 0;
    for (size_t from = 0; from < size;) {
        unsigned long c = 0;
        if (is_escape(text + from, size - from)) {
            char digits[5] = {text[from + 2], text[from + 3], text[from + 4], text[from + 5], '\0'};
            c = strtoul(digits, NULL, 16);
        }
        if (c == 0 || (c >= 0xD800 && c < 0xE000)) { /* no escape, or of what text cannot hold */
            text[to++] = text[from++];
            continue;
        }
        to += tarn_utf8_encode((uint32_t)c, text + to);
        from += 7;
    }
    return to;
}

tarn_status tarn_workbook_escape(const char *text, size_t size, tarn_buffer *out, tarn_error *error) {
    size_t from = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] != '_' || !is_escape(text + i, size - i))
            continue;
        TARN_TRY(tarn_buffer_append(out, text + from, i - from, error));
        TARN_TRY(tarn_buffer_append(out, "_x005F", 6, error));
        from = i;
    }
    return tarn_buffer_append(out, text + from, size - from, error);
}

/* ---- all of it -----------------------------------------------------------------------------------------------------
 */

static tarn_status read_parts(tarn_workbook *book, tarn_error *error) {
    tarn_part_handler sheets = {begin_workbook, end_nothing, NULL, book};
    tarn_part_handler relations = {begin_relation, end_nothing, NULL, book};
    strings_reader reader = {.book = book};
    tarn_part_handler strings = {begin_string, end_string, string_text, &reader};
    if (!tarn_package_has(book->package, "xl/workbook.xml"))
        return tarn_fail(error, TARN_E_FORMAT, "%s is no Excel workbook that can be read: it has no xl/workbook.xml",
                         book->shown);
    TARN_TRY(tarn_package_read(book->package, "xl/workbook.xml", &sheets, error));
    TARN_TRY(tarn_package_read(book->package, "xl/_rels/workbook.xml.rels", &relations, error));
    TARN_TRY(read_styles(book, error));
    return tarn_package_has(book->package, "xl/sharedStrings.xml")
               ? tarn_package_read(book->package, "xl/sharedStrings.xml", &strings, error)
               : TARN_OK;
}

tarn_status tarn_workbook_read(tarn_package *package, const char *shown, tarn_workbook *out, tarn_error *error) {
    tarn_workbook book = {.package = package, .shown = shown};
    tarn_status status = read_parts(&book, error);
    if (status != TARN_OK)
        tarn_workbook_clear(&book);
    else
        *out = book;
    return status;
}

void tarn_workbook_clear(tarn_workbook *workbook) {
    for (size_t i = 0; i < workbook->sheet_count; i++) {
        free(workbook->sheets[i].name);
        free(workbook->sheets[i].relation);
        free(workbook->sheets[i].part);
    }
    free(workbook->sheets);
    free(workbook->styles);
    free(workbook->strings);
    tarn_buffer_free(&workbook->text);
    *workbook = (tarn_workbook){0};
}

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
    return tarn_fail(error, TARN_E_FORMAT, "%s has no sheet of cells", workbook->shown);
}
