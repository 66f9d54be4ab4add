// What there is to say of delimited text that was read.
#include "io/csv_reader.h"

#include "base/asker.h"
#include "base/text.h"
#include "io/names.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

tarn_status tarn_csv_warn(tarn_csv_report *report, tarn_error *error, const char *format, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    char **grown = realloc(report->warnings, (report->n_warnings + 1) * sizeof *grown);
    if (grown == NULL)
        return tarn_fail_memory(error);
    report->warnings = grown;
    /* vsnprintf may have cut a character in two. */
    report->warnings[report->n_warnings] = tarn_strndup(text, tarn_utf8_valid_prefix(text, strlen(text)));
    if (report->warnings[report->n_warnings] == NULL)
        return tarn_fail_memory(error);
    report->n_warnings++;
    return TARN_OK;
}

/* "lines 3, 17 and 2,000 more", or with what was found there: "line 3 (12), …". */
static void list_lines(const tarn_csv_places *places, char *text, size_t size) {
    enum { SHOWN = 10 };
    size_t used = 0, shown = places->count < SHOWN ? places->count : SHOWN;
    used += (size_t)snprintf(text, size, "%s ", places->total == 1 ? "line" : "lines");
    for (size_t i = 0; i < shown; i++) {
        used += (size_t)snprintf(text + used, size - used, "%s%llu", i == 0 ? "" : ", ",
                                 (unsigned long long)places->first[i].line);
        if (places->first[i].found > 0)
            used += (size_t)snprintf(text + used, size - used, " (%llu)", (unsigned long long)places->first[i].found);
    }
    if (places->total > shown)
        snprintf(text + used, size - used, " and %llu more", (unsigned long long)(places->total - shown));
}

/* Each line once, however many bytes of it are not valid. */
static void list_invalid_lines(const tarn_csv_places *places, char *text, size_t size) {
    enum { SHOWN = 10 };
    size_t used = 0, shown = 0;
    bool several = places->count > 0 && places->first[places->count - 1].line != places->first[0].line;
    used += (size_t)snprintf(text, size, "%s ", several ? "lines" : "line");
    for (size_t i = 0; i < places->count; i++) {
        if (i > 0 && places->first[i].line == places->first[i - 1].line)
            continue;
        if (shown++ == SHOWN) {
            snprintf(text + used, size - used, " and more");
            return;
        }
        used += (size_t)snprintf(text + used, size - used, "%s%llu", shown == 1 ? "" : ", ",
                                 (unsigned long long)places->first[i].line);
    }
    if (places->count < places->total)
        snprintf(text + used, size - used, " and perhaps more");
}

tarn_status tarn_csv_warn_invalid(tarn_csv_report *report, tarn_error *error) {
    char lines[512];
    unsigned long long total = report->invalid_bytes.total;
    if (total == 0)
        return TARN_OK;
    if (report->invalid_bytes.count == 0)
        return tarn_csv_warn(report, error, "%llu character%s not valid %s, replaced by U+FFFD", total,
                             total == 1 ? " is" : "s are", report->encoding);
    list_invalid_lines(&report->invalid_bytes, lines, sizeof lines);
    if (report->fallback != NULL)
        return tarn_csv_warn(report, error, "%llu byte%s not UTF-8, and %s read as %s: %s", total,
                             total == 1 ? " is" : "s are", total == 1 ? "its cell was" : "their cells were",
                             report->fallback, lines);
    return tarn_csv_warn(report, error,
                         "%llu byte%s not valid %s, replaced by U+FFFD: %s; if it is another encoding, name it", total,
                         total == 1 ? " is" : "s are", report->encoding, lines);
}

tarn_status tarn_csv_warn_guess(tarn_csv_report *report, const tarn_text_guess *guess, bool is_mixed,
                                tarn_error *error) {
    const char *what = is_mixed ? "the encoding of the lines that are not UTF-8" : "the encoding";
    const char *sure = tarn_text_sureness_name(guess->sureness);
    unsigned long long count = guess->characters;
    if (guess->encoding == NULL)
        return TARN_OK;
    if (guess->sureness == TARN_TEXT_ALMOST_CERTAIN || guess->next == NULL)
        return tarn_csv_warn(
            report, error,
            "%s was guessed: %s, which is %s (%llu character%s outside ASCII decided); if letters look "
            "wrong, say which it is " TARN_ASKER("(--encoding)", "(encoding)"),
            what, guess->encoding->name, sure, count, count == 1 ? "" : "s");
    return tarn_csv_warn(report, error,
                         "%s was guessed: %s, which is %s (%llu character%s outside ASCII decided; %s comes next); if "
                         "letters look wrong, say which it is " TARN_ASKER("(--encoding)", "(encoding)"),
                         what, guess->encoding->name, sure, count, count == 1 ? "" : "s", guess->next->name);
}

static tarn_status warn_places(tarn_csv_report *report, tarn_error *error) {
    char lines[512];
    unsigned long long total;
    if ((total = report->ragged.total) > 0) {
        list_lines(&report->ragged, lines, sizeof lines);
        TARN_TRY(tarn_csv_warn(report, error,
                               "%llu row%s not %zu cells wide (found in brackets): %s; short rows were filled with "
                               "nulls, surplus cells kept in columns of their own",
                               total, total == 1 ? " is" : "s are", report->regular_width, lines));
    }
    if (report->stray_quotes.total > 0) {
        list_lines(&report->stray_quotes, lines, sizeof lines);
        TARN_TRY(tarn_csv_warn(report, error,
                               "a quote at the beginning of a cell is never properly closed and was kept as text: %s",
                               lines));
    }
    if (report->after_quote.total > 0) {
        list_lines(&report->after_quote, lines, sizeof lines);
        TARN_TRY(
            tarn_csv_warn(report, error, "text follows a closing quote and was kept as part of the cell: %s", lines));
    }
    TARN_TRY(tarn_csv_warn_invalid(report, error));
    if (report->nul_bytes > 0)
        TARN_TRY(tarn_csv_warn(report, error, "the text contains %llu NUL byte%s, kept",
                               (unsigned long long)report->nul_bytes, report->nul_bytes == 1 ? "" : "s"));
    return TARN_OK;
}

static tarn_status warn_list(tarn_csv_report *report, const tarn_listing *list, const char *one, const char *several,
                             tarn_error *error) {
    char text[900];
    return list->count == 0 ? TARN_OK
                            : tarn_csv_warn(report, error, "%s: %s", list->count == 1 ? one : several,
                                            tarn_listing_text(list, text, sizeof text));
}

static tarn_status warn_names(tarn_csv_reader *reader, tarn_error *error) {
    tarn_csv_report *report = &reader->report;
    tarn_listing nameless = {0}, renamed = {0};
    for (size_t i = 0; i < report->n_columns; i++) {
        const tarn_csv_column *column = &report->columns[i];
        if (column->raw != NULL && column->raw[0] == '\0')
            tarn_listing_add(&nameless, "%s", column->name);
        else if (column->raw != NULL)
            tarn_listing_add(&renamed, "\"%.60s\" (column %zu) is now %.60s", column->raw, i + 1, column->name);
    }
    TARN_TRY(warn_list(report, &nameless, "a column has no name and is called by its place",
                       "columns without a name are called by their places", error));
    return warn_list(report, &renamed,
                     "a name was changed, since names are unique, without spaces around or control characters, at most "
                     "255 bytes long, and never _tarn_id",
                     "names were changed, since they are unique, without spaces around or control characters, at most "
                     "255 bytes long, and never _tarn_id",
                     error);
}

/* "line 4" or "lines 4 to 6" */
static void name_lines(uint64_t first, uint64_t last, char *text, size_t size) {
    if (first == last)
        snprintf(text, size, "line %llu", (unsigned long long)first);
    else
        snprintf(text, size, "lines %llu to %llu", (unsigned long long)first, (unsigned long long)last);
}

static tarn_status warn_preamble(tarn_csv_reader *reader, tarn_error *error) {
    const tarn_csv_header *header = &reader->header;
    char lines[64];
    name_lines(header->first_line, header->row > 0 ? header->row - 1 : header->data_line, lines, sizeof lines);
    if (header->row == 0)
        return tarn_csv_warn(&reader->report, error, "%s above the values left out", lines);
    return tarn_csv_warn(&reader->report, error, "%s above the names (line %llu) left out", lines,
                         (unsigned long long)header->row);
}

static tarn_status warn_units(tarn_csv_reader *reader, tarn_error *error) {
    const tarn_csv_header *header = &reader->header;
    char text[3 * 320 + 1];
    size_t size = header->units.size < 320 ? header->units.size : 320;
    size = tarn_text_to_utf8(reader->encoding, header->units.data, size, text);
    text[tarn_utf8_valid_prefix(text, size)] = '\0';
    return tarn_csv_warn(&reader->report, error,
                         "line %llu below the names holds units, not values, and was left out: %s",
                         (unsigned long long)header->unit_line, text);
}

static tarn_status warn_shape(tarn_csv_reader *reader, tarn_error *error) {
    tarn_csv_report *report = &reader->report;
    const tarn_csv_header *header = &reader->header;
    if (header->preamble > 0)
        TARN_TRY(warn_preamble(reader, error));
    if (header->unit_rows > 0)
        TARN_TRY(warn_units(reader, error));
    if (header->rows > 1)
        TARN_TRY(tarn_csv_warn(report, error,
                               "the names were made of %llu header rows, from line %llu on; name the header row to "
                               "use one only",
                               (unsigned long long)header->rows, (unsigned long long)header->row));
    if (header->row > 0 && header->n_names != report->regular_width)
        TARN_TRY(tarn_csv_warn(report, error, "the header has %zu names, the rows have %zu cells", header->n_names,
                               report->regular_width));
    if (reader->dropped_columns > 0)
        TARN_TRY(tarn_csv_warn(report, error, "%zu empty column%s without a name at the end of the rows %s left out",
                               reader->dropped_columns, reader->dropped_columns == 1 ? "" : "s",
                               reader->dropped_columns == 1 ? "was" : "were"));
    if (reader->extra_joined)
        TARN_TRY(tarn_csv_warn(report, error,
                               "rows have up to %zu cells; those past the %zuth are together in the column %s",
                               reader->widest, reader->width, report->columns[report->n_columns - 1].name));
    return TARN_OK;
}

static tarn_status warn_comments(tarn_csv_report *report, tarn_error *error) {
    char lines[512];
    if (report->comments.total == 0)
        return TARN_OK;
    list_lines(&report->comments, lines, sizeof lines);
    return tarn_csv_warn(report, error, "%s left out as %s", lines,
                         report->comments.total == 1 ? "a comment" : "comments");
}

static tarn_status warn_footer(tarn_csv_reader *reader, tarn_error *error) {
    tarn_csv_report *report = &reader->report;
    char lines[64];
    if (reader->footers > 0) {
        name_lines(report->footer_line, report->footer_line + reader->footers - 1, lines, sizeof lines);
        TARN_TRY(tarn_csv_warn(report, error,
                               reader->footer_found ? "%s below the table left out as notes; keep them by " TARN_ASKER(
                                                          "--skip-footer 0", "skipFooter: -1")
                                                    : "%s at the end left out",
                               lines));
    }
    if (reader->total_word[0] != '\0')
        TARN_TRY(
            tarn_csv_warn(report, error,
                          "line %llu (\"%s\") looks like totals and was kept as a row; leave it out by " TARN_ASKER(
                              "--skip-footer %llu", "skipFooter: %llu"),
                          (unsigned long long)(report->lines - reader->total_line + 1), reader->total_word,
                          (unsigned long long)reader->footers + 1));
    return TARN_OK;
}

static tarn_status warn_dialect(tarn_csv_reader *reader, tarn_error *error) {
    tarn_csv_report *report = &reader->report;
    if (reader->sep_line)
        TARN_TRY(tarn_csv_warn(report, error, "line %llu, which tells the delimiter, left out",
                               (unsigned long long)reader->options.skip_rows + 1));
    if (reader->dialect.escape != 0 && reader->options.escape == 0 && reader->dialect.escapes_plain)
        TARN_TRY(tarn_csv_warn(report, error, "a backslash is taken to escape the character behind it"));
    if (reader->guess_widths.size > 0)
        TARN_TRY(tarn_csv_warn(
            report, error,
            "the lines look like columns of fixed width; cut them by " TARN_ASKER("--widths %.*s", "widths: '%.*s'"),
            (int)(reader->guess_widths.size < 600 ? reader->guess_widths.size : 600),
            (const char *)reader->guess_widths.data));
    return TARN_OK;
}

tarn_status tarn_csv_write_warnings(tarn_csv_reader *reader, tarn_error *error) {
    TARN_TRY(warn_dialect(reader, error));
    TARN_TRY(warn_comments(&reader->report, error));
    TARN_TRY(warn_footer(reader, error));
    TARN_TRY(warn_shape(reader, error));
    TARN_TRY(warn_names(reader, error));
    TARN_TRY(tarn_csv_warn_guess(&reader->report, &reader->guess, reader->is_mixed, error));
    TARN_TRY(tarn_csv_warn_odd(reader, error));
    return warn_places(&reader->report, error);
}
