/* Why a column became text: the few values among numbers, dates or truths that are none. */
#include "io/csv_observe.h"

#include "base/asker.h"
#include "base/text.h"
#include "io/names.h"

#include <stdio.h>
#include <string.h>

enum { COLUMNS_SHOWN = 4 };

/* What the other values of a column are; NULL when they are of no one type either. */
static const char *others(unsigned kinds) {
    switch (tarn_csv_type_of_kinds(kinds & ~(unsigned)TARN_CSV_TEXT)) {
    case TARN_CSV_TYPE_INT64:
    case TARN_CSV_TYPE_FLOAT64:
        return "number";
    case TARN_CSV_TYPE_DATE:
        return "date";
    case TARN_CSV_TYPE_TIMESTAMP:
    case TARN_CSV_TYPE_TIMESTAMPTZ:
    case TARN_CSV_TYPE_TIME:
        return "time";
    case TARN_CSV_TYPE_BOOL:
        return "truth value";
    default:
        return NULL;
    }
}

/* Digits with a leading zero: codes are text on purpose. */
static bool is_code(const tarn_csv_odd *odd) {
    size_t size = odd->size <= sizeof odd->text ? odd->size : sizeof odd->text;
    for (size_t i = 0; i < size; i++)
        if (odd->text[i] < '0' || odd->text[i] > '9')
            return false;
    return size > 1 && odd->text[0] == '0';
}

static bool is_told(const tarn_csv_reader *reader, size_t column) {
    const tarn_csv_tally *tally = &reader->tallies[column];
    if (column >= reader->width || reader->overridden[column] || reader->options.all_text)
        return false;
    if (reader->types[column] != TARN_CSV_TYPE_TEXT || tally->is_text || tally->odd == 0 ||
        others(reader->kinds[column]) == NULL)
        return false;
    return tally->values >= 4 && tally->odd * 4 <= tally->values;
}

/* 30,000 */
static void print_count(uint64_t count, char out[32]) {
    char digits[24];
    size_t size = (size_t)snprintf(digits, sizeof digits, "%llu", (unsigned long long)count), used = 0;
    for (size_t i = 0; i < size; i++) {
        if (i > 0 && (size - i) % 3 == 0)
            out[used++] = ',';
        out[used++] = digits[i];
    }
    out[used] = '\0';
}

static tarn_status print_example(const tarn_csv_reader *reader, const tarn_csv_odd *odd, bool first, tarn_buffer *out,
                                 tarn_error *error) {
    char text[3 * sizeof odd->text + 1];
    size_t size = odd->size <= sizeof odd->text ? odd->size : sizeof odd->text;
    size = tarn_csv_decode(reader, odd->text, size, text);
    return tarn_buffer_printf(out, error, "%s\"%.*s%s\" (line %llu)", first ? "" : ", ",
                              (int)tarn_utf8_valid_prefix(text, size), text, odd->size == 255 ? "…" : "",
                              (unsigned long long)odd->line + 1);
}

/* "amount: 2 of 30,000 are no numbers: "n/a" (line 17), "-" (line 90)" */
static tarn_status print_column(const tarn_csv_reader *reader, size_t column, tarn_buffer *out, tarn_error *error) {
    const tarn_csv_tally *tally = &reader->tallies[column];
    char odd[32], values[32];
    size_t shown = 0;
    print_count(tally->odd, odd);
    print_count(tally->values, values);
    TARN_TRY(tarn_buffer_printf(out, error, "%s%.60s: %s of %s %s no %s%s: ", out->size > 0 ? "; " : "",
                                reader->report.columns[column].name, odd, values, tally->odd == 1 ? "is" : "are",
                                others(reader->kinds[column]), tally->odd == 1 ? "" : "s"));
    for (size_t i = 0; i < reader->n_odd; i++)
        if (reader->odd[i].column == column)
            TARN_TRY(print_example(reader, &reader->odd[i], shown++ == 0, out, error));
    return tally->odd > shown ? tarn_buffer_printf(out, error, " and %llu more", (unsigned long long)tally->odd - shown)
                              : TARN_OK;
}

/* Numbers that stay text: those that may be codes, and those that a DOUBLE would change. */
static tarn_status warn_numbers(tarn_csv_reader *reader, tarn_error *error) {
    tarn_listing codes = {0}, fractions = {0};
    const unsigned numbers = TARN_CSV_INT | TARN_CSV_BIG_INT | TARN_CSV_FLOAT | TARN_CSV_EXPONENT;
    char text[700];
    for (size_t i = 0; i < reader->n_columns; i++) {
        unsigned kinds = reader->kinds[i] & ~(unsigned)TARN_CSV_BLANK;
        if (reader->types[i] != TARN_CSV_TYPE_TEXT || reader->overridden[i] || reader->options.all_text)
            continue;
        if (kinds == TARN_CSV_EXPONENT)
            tarn_listing_add(&codes, "%.60s", reader->report.columns[i].name);
        else if ((kinds & TARN_CSV_LONG) != 0 && (kinds & ~(numbers | TARN_CSV_LONG)) == 0)
            tarn_listing_add(&fractions, "%.60s", reader->report.columns[i].name);
    }
    if (codes.count > 0)
        TARN_TRY(tarn_csv_warn(&reader->report, error,
                               "values like 1E5 may be codes and stay text; numbers are made of them by " TARN_ASKER(
                                   "--type NAME=DOUBLE", "types: ['NAME=DOUBLE']") ": %s",
                               tarn_listing_text(&codes, text, sizeof text)));
    if (fractions.count > 0)
        TARN_TRY(
            tarn_csv_warn(&reader->report, error,
                          "numbers with more digits than a DOUBLE holds stay text; they can be read by " TARN_ASKER(
                              "--type NAME='DECIMAL(38,20)'", "types: ['NAME=DECIMAL(38,20)']") ": %s",
                          tarn_listing_text(&fractions, text, sizeof text)));
    return TARN_OK;
}

tarn_status tarn_csv_warn_odd(tarn_csv_reader *reader, tarn_error *error) {
    tarn_buffer text = {0};
    size_t told = 0;
    tarn_status status = TARN_OK;
    TARN_CHECK(warn_numbers(reader, error));
    for (size_t i = 0; i < reader->n_odd; i++)
        reader->tallies[reader->odd[i].column].is_text |= is_code(&reader->odd[i]);
    for (size_t column = 0; reader->n_odd > 0 && column < reader->width && column < reader->n_columns; column++) {
        if (reader->types[column] != TARN_CSV_TYPE_TEXT || reader->tallies[column].odd == 0 || !is_told(reader, column))
            continue;
        if (told++ < COLUMNS_SHOWN)
            TARN_CHECK(print_column(reader, column, &text, error));
    }
    if (told > COLUMNS_SHOWN)
        TARN_CHECK(tarn_buffer_printf(&text, error, "; and %zu more columns", told - COLUMNS_SHOWN));
    if (told > 0)
        status = tarn_csv_warn(&reader->report, error,
                               "became text, since not all values fit (name those that mean nothing by " TARN_ASKER(
                                   "--null", "nullText") "): %.*s",
                               (int)tarn_utf8_valid_prefix(text.data, text.size), (const char *)text.data);
cleanup:
    tarn_buffer_free(&text);
    return status;
}
