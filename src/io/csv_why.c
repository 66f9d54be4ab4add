/* Why a column became text: the few values among numbers, dates or truths that are none. */
#include "io/csv_observe.h"

#include "base/asker.h"
#include "io/names.h"
#include "io/why.h"

#include <stdio.h>
#include <string.h>

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

static bool is_code(const tarn_csv_odd *odd) {
    return tarn_why_is_code((const char *)odd->text, odd->size <= sizeof odd->text ? odd->size : sizeof odd->text);
}

static bool is_told(const tarn_csv_reader *reader, size_t column) {
    const tarn_csv_tally *tally = &reader->tallies[column];
    if (column >= reader->width || reader->overridden[column] || reader->options.all_text)
        return false;
    if (reader->types[column] != TARN_CSV_TYPE_TEXT || tally->is_text || tally->odd == 0 ||
        others(reader->kinds[column]) == NULL)
        return false;
    return tarn_why_is_told(tally->odd, tally->values);
}

static tarn_status add_example(const tarn_csv_reader *reader, const tarn_csv_odd *odd, tarn_why *why,
                               tarn_error *error) {
    char text[3 * sizeof odd->text + 1], place[40];
    size_t size = odd->size <= sizeof odd->text ? odd->size : sizeof odd->text;
    size = tarn_csv_decode(reader, odd->text, size, text);
    snprintf(place, sizeof place, "line %llu", (unsigned long long)odd->line + 1);
    return tarn_why_add_example(why, text, size, odd->size == 255, place, error);
}

static tarn_status add_column(const tarn_csv_reader *reader, size_t column, tarn_why *why, tarn_error *error) {
    const tarn_csv_tally *tally = &reader->tallies[column];
    const char *name = reader->report.columns[column].name;
    bool is_shown;
    TARN_TRY(tarn_why_add_column(why, name, strlen(name), tally->odd, tally->values, others(reader->kinds[column]),
                                 &is_shown, error));
    for (size_t i = 0; is_shown && i < reader->n_odd; i++)
        if (reader->odd[i].column == column)
            TARN_TRY(add_example(reader, &reader->odd[i], why, error));
    return is_shown ? tarn_why_end_column(why, error) : TARN_OK;
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
    tarn_why why = {0};
    tarn_buffer text = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(warn_numbers(reader, error));
    for (size_t i = 0; i < reader->n_odd; i++)
        reader->tallies[reader->odd[i].column].is_text |= is_code(&reader->odd[i]);
    for (size_t column = 0; reader->n_odd > 0 && column < reader->width && column < reader->n_columns; column++) {
        if (is_told(reader, column))
            TARN_CHECK(add_column(reader, column, &why, error));
    }
    TARN_CHECK(tarn_why_print(&why, &text, error));
    if (text.size > 0)
        status = tarn_csv_warn(&reader->report, error, "%.*s", (int)text.size, (const char *)text.data);
cleanup:
    tarn_buffer_free(&text);
    tarn_why_clear(&why);
    return status;
}
