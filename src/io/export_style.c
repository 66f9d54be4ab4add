/* Delimited text in other people's styles: quoting, decimal mark, line end, encoding, cells that spreadsheets would
 * run. */
#include "io/export_style.h"

#include "base/asker.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

bool tarn_export_is_styled(const tarn_export_options *options) {
    return options->byte_order_mark || options->crlf || options->decimal != '\0' || options->quote_all ||
           options->encoding != NULL || options->null_text != NULL || options->safe_for_spreadsheets;
}

static bool is_unicode(const tarn_text_encoding *encoding) {
    return encoding->kind != TARN_TEXT_SINGLE_BYTE && encoding->kind != TARN_TEXT_MULTI_BYTE;
}

static tarn_status check_encoding(const tarn_export_options *options, tarn_error *error) {
    if (options->encoding == NULL)
        return TARN_OK;
    const tarn_text_encoding *encoding = tarn_text_encoding_find(options->encoding);
    if (encoding == NULL)
        return tarn_fail(error, TARN_E_INVALID, "encoding %s is not known; use one of %s", options->encoding,
                         tarn_text_encoding_names());
    if (options->byte_order_mark && !is_unicode(encoding))
        return tarn_fail(error, TARN_E_INVALID, "%s has no byte order mark: leave it out, or choose UTF-8 or UTF-16",
                         encoding->name);
    return TARN_OK;
}

tarn_status tarn_export_check_style(const tarn_export_options *options, bool text, tarn_error *error) {
    char delimiter = tarn_export_delimiter(options, ',');
    const char *null_text = options->null_text;
    tarn_export_options others = *options;
    others.safe_for_spreadsheets = false; /* which other formats are by themselves */
    if (!text && tarn_export_is_styled(&others))
        return tarn_fail(
            error, TARN_E_INVALID,
            "byte order mark, line ends, decimal mark, quoting, encoding and the text for nulls are for csv "
            "and tsv: leave them out, or choose one of these formats");
    if (options->decimal != '\0' && options->decimal != '.' && options->decimal != ',')
        return tarn_fail(error, TARN_E_INVALID, "the decimal mark is a point or a comma, not \"%c\"", options->decimal);
    if (null_text != NULL && (strchr(null_text, delimiter) != NULL || strpbrk(null_text, "\"\r\n") != NULL))
        return tarn_fail(error, TARN_E_INVALID,
                         "the text for nulls must hold no delimiter, quote or line end: choose another than \"%s\"",
                         null_text);
    return check_encoding(options, error);
}

char tarn_export_delimiter(const tarn_export_options *options, char usual) {
    if (options->delimiter != '\0')
        return options->delimiter;
    return usual == ',' && options->decimal == ',' ? ';' : usual;
}

tarn_status tarn_export_mark(const tarn_export_options *options, tarn_buffer *out, tarn_error *error) {
    const tarn_text_encoding *encoding =
        tarn_text_encoding_find(options->encoding != NULL ? options->encoding : "UTF-8");
    bool wide = is_unicode(encoding) && encoding->kind != TARN_TEXT_UTF8; /* nobody knows those without their mark */
    tarn_text_encoder *encoder = NULL;
    size_t failed;
    if (!options->byte_order_mark && !wide)
        return TARN_OK;
    TARN_TRY(tarn_text_encoder_new(encoding, false, &encoder, error));
    tarn_status status = tarn_text_encoder_put(encoder, "\xEF\xBB\xBF", 3, out, &failed, error);
    tarn_text_encoder_free(encoder);
    return status;
}

/* ---- cells --------------------------------------------------------------------------------------------------------
 */

/* Digits with at most a sign in front, marks and an exponent: what a spreadsheet takes for a number, not a formula. */
static bool is_number_text(const char *text, size_t size) {
    size_t digits = 0;
    for (size_t i = 0; i < size; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        bool after_e = i > 0 && (text[i - 1] == 'e' || text[i - 1] == 'E');
        bool sign = (text[i] == '-' || text[i] == '+') && (i == 0 || after_e);
        bool mark = (text[i] == '.' || text[i] == ',') && i > 0;
        bool exponent = (text[i] == 'e' || text[i] == 'E') && digits > 0;
        if (!digit && !sign && !mark && !exponent)
            return false;
        digits += digit;
    }
    return digits > 0;
}

/* What spreadsheets take for the beginning of a formula, in full width too. */
static bool begins_formula(const char *text, size_t size) {
    static const char *const wide[] = {"\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"};
    if (size == 0)
        return false;
    for (size_t i = 0; i < 4 && size >= 3; i++) {
        if (memcmp(text, wide[i], 3) == 0)
            return true;
    }
    return memchr("=+-@\t\r\n", text[0], 7) != NULL && !is_number_text(text, size);
}

static bool must_be_quoted(const tarn_export_run *run, const tarn_printed *cell) {
    const char *null_text = run->options->null_text;
    if (run->options->quote_all)
        return true;
    if (cell->size == 0 ||
        (null_text != NULL && strlen(null_text) == cell->size && memcmp(null_text, cell->text, cell->size) == 0))
        return true; /* else it would read as null */
    for (size_t i = 0; i < cell->size; i++) {
        char c = cell->text[i];
        if (c == run->delimiter || c == '"' || c == '\n' || c == '\r')
            return true;
    }
    return false;
}

static tarn_status put_value(tarn_export_lines *lines, const tarn_printed *cell, bool is_number, tarn_error *error) {
    const tarn_export_options *options = lines->run->options;
    tarn_buffer *line = &lines->line;
    bool comma = is_number && options->decimal == ',' && memchr(cell->text, '.', cell->size) != NULL;
    bool quoted = must_be_quoted(lines->run, cell) || (comma && lines->run->delimiter == ',');
    TARN_TRY(tarn_buffer_reserve(line, 2 * cell->size + 4, error));
    if (quoted)
        line->data[line->size++] = '"';
    if (options->safe_for_spreadsheets && cell->kind == TARN_PRINTED_TEXT && begins_formula(cell->text, cell->size))
        line->data[line->size++] = '\'';
    for (size_t i = 0; i < cell->size; i++) {
        char c = cell->text[i];
        if (c == '"' && quoted)
            line->data[line->size++] = '"';
        line->data[line->size++] = (uint8_t)(comma && c == '.' ? ',' : c);
    }
    if (quoted)
        line->data[line->size++] = '"';
    return TARN_OK;
}

tarn_status tarn_export_lines_cell(tarn_export_lines *lines, const tarn_printed *cell, bool is_number,
                                   tarn_error *error) {
    const char *null_text = lines->run->options->null_text;
    if (lines->cells > 0)
        TARN_TRY(tarn_buffer_append(&lines->line, &lines->run->delimiter, 1, error));
    if (cell->kind != TARN_PRINTED_NULL)
        TARN_TRY(put_value(lines, cell, is_number, error));
    else if (null_text != NULL)
        TARN_TRY(tarn_buffer_append(&lines->line, null_text, strlen(null_text), error));
    lines->ends[lines->cells++] = lines->line.size;
    return TARN_OK;
}

/* ---- lines --------------------------------------------------------------------------------------------------------
 */

tarn_status tarn_export_lines_open(const tarn_export_run *run, tarn_export_lines *out, tarn_error *error) {
    const tarn_export_options *options = run->options;
    *out = (tarn_export_lines){.run = run, .ends = calloc((size_t)run->schema.n_children + 1, sizeof *out->ends)};
    if (out->ends == NULL)
        return tarn_fail_memory(error);
    if (options->encoding == NULL)
        return TARN_OK;
    return tarn_text_encoder_new(tarn_text_encoding_find(options->encoding), options->replace_unencodable,
                                 &out->encoder, error);
}

static tarn_status cannot_encode(const tarn_export_lines *lines, int64_t row, size_t at, tarn_error *error) {
    const char *name = tarn_text_encoding_find(lines->run->options->encoding)->name;
    const char *text = (const char *)lines->line.data + at;
    size_t size = 1;
    int64_t column = 0;
    while (at + size < lines->line.size && ((uint8_t)text[size] & 0xC0) == 0x80)
        size++;
    while (column + 1 < lines->cells && lines->ends[column] <= at)
        column++;
    const char *title = lines->cells > 0 ? lines->run->schema.children[column]->name : "";
    const char *advice =
        TARN_ASKER("say --replace-unencodable to have \"?\" instead", "say replaceUnencodable to have \"?\" instead");
    if (row == 0)
        return tarn_fail(error, TARN_E_INVALID,
                         "the name of column \"%s\": %s has no \"%.*s\": choose another encoding, or %s", title, name,
                         (int)size, text, advice);
    return tarn_fail(error, TARN_E_INVALID,
                     "row %lld, column \"%s\": %s has no \"%.*s\": choose another encoding, or %s", (long long)row,
                     title, name, (int)size, text, advice);
}

tarn_status tarn_export_lines_end(tarn_export_lines *lines, int64_t row, tarn_buffer *out, tarn_error *error) {
    bool crlf = lines->run->options->crlf;
    size_t failed = SIZE_MAX;
    tarn_status status = tarn_buffer_append(&lines->line, crlf ? "\r\n" : "\n", crlf ? 2 : 1, error);
    if (status == TARN_OK && lines->encoder == NULL)
        status = tarn_buffer_append(out, lines->line.data, lines->line.size, error);
    else if (status == TARN_OK)
        status = tarn_text_encoder_put(lines->encoder, (const char *)lines->line.data, lines->line.size, out, &failed,
                                       error);
    if (failed != SIZE_MAX)
        status = cannot_encode(lines, row, failed, error);
    lines->line.size = 0;
    lines->cells = 0;
    return status;
}

void tarn_export_lines_close(tarn_export_lines *lines) {
    tarn_text_encoder_free(lines->encoder);
    tarn_buffer_free(&lines->line);
    free(lines->ends);
}
