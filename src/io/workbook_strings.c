/* The texts that the cells of an Excel workbook share, and the escapes in them. */
#include "io/workbook.h"
#include "io/xml_part.h"

#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define MOST_SHARED_TEXT ((size_t)1 << 30)
#define LEAST_SHARED_TEXT ((size_t)64 << 20) /* which any workbook may have */
#define MOST_RATIO 100                       /* bytes of memory to a byte in the file, beyond that */

/* Readings (rPh) are no part of a text and have no rule. */
enum { STRINGS = 1, STRING, RUN, TEXT };

static const tarn_xml_rule rules[] = {
    {0, TARN_XML_SHEET, "sst", STRINGS}, {STRINGS, TARN_XML_SHEET, "si", STRING}, {STRING, TARN_XML_SHEET, "t", TEXT},
    {STRING, TARN_XML_SHEET, "r", RUN},  {RUN, TARN_XML_SHEET, "t", TEXT},        {0},
};

static uint64_t begin_of_last(const tarn_workbook *book) {
    return book->string_count > 0 ? book->strings[book->string_count - 1] : 0;
}

static tarn_status check_room(const tarn_workbook *book, size_t more, tarn_error *error) {
    size_t size = book->text.size + more, all = size + book->string_count * sizeof *book->strings;
    if (size - begin_of_last(book) > TARN_MOST_CELL_TEXT)
        return tarn_fail(error, TARN_E_UNSUPPORTED, "%s: its shared text %zu has more than 16 MB, which no cell can",
                         book->shown, book->string_count);
    if (all > MOST_SHARED_TEXT)
        return tarn_fail(error, TARN_E_UNSUPPORTED, "%s: more than 1 GB of text: save the sheet as CSV", book->shown);
    if (all > LEAST_SHARED_TEXT && (all - LEAST_SHARED_TEXT) / MOST_RATIO > tarn_package_packed(book->package))
        return tarn_fail(error, TARN_E_UNSUPPORTED,
                         "%s: its shared texts take more than %d times their size in the file: save the sheet as CSV",
                         book->shown, MOST_RATIO);
    return TARN_OK;
}

static tarn_status text(void *context, int element, const char *piece, size_t size, tarn_error *error) {
    tarn_workbook *book = context;
    if (element != TEXT)
        return TARN_OK;
    TARN_TRY(check_room(book, size, error));
    return tarn_buffer_append(&book->text, piece, size, error);
}

static tarn_status end(void *context, int element, tarn_error *error) {
    tarn_workbook *book = context;
    if (element != STRING)
        return TARN_OK;
    uint64_t begin = begin_of_last(book);
    if (book->text.size > begin)
        book->text.size = begin + tarn_workbook_unescape((char *)book->text.data + begin, book->text.size - begin);
    TARN_TRY(check_room(book, 0, error));
    TARN_TRY(tarn_grow(&book->strings, &book->string_capacity, book->string_count + 1, sizeof *book->strings, error));
    book->strings[book->string_count++] = book->text.size;
    return TARN_OK;
}

tarn_status tarn_workbook_read_strings(tarn_workbook *book, const char *part, tarn_error *error) {
    tarn_part_handler handler = {rules, NULL, end, text, book};
    return tarn_package_read(book->package, part, &handler, error);
}

/* ---- escapes -------------------------------------------------------------------------------------------------------
 */

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
