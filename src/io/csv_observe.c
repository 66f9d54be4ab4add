// What kinds of values a column's cells are, many at a time.
#include "io/csv_observe.h"

#include "io/csv_decimal.h"

#include <string.h>

void tarn_csv_mark_nulls(const tarn_csv_nulls *nulls, const uint8_t *data, tarn_csv_field *fields, size_t stride,
                         size_t rows) {
    for (size_t row = 0; row < rows; row++) {
        tarn_csv_field *field = &fields[row * stride];
        uint32_t size = tarn_csv_field_size(*field);
        if ((field->size_and_flags & (TARN_CSV_MISSING | TARN_CSV_QUOTED)) != 0)
            continue;
        if (size == 0) {
            if (nulls->empty)
                field->size_and_flags |= TARN_CSV_MISSING;
            continue;
        }
        for (size_t i = 0; i < nulls->n_texts; i++) {
            if (strlen(nulls->texts[i]) == size && memcmp(nulls->texts[i], data + field->start, size) == 0)
                field->size_and_flags |= TARN_CSV_MISSING;
        }
    }
}

unsigned tarn_csv_kind_in(const tarn_csv_dialect *dialect, const uint8_t *text, size_t size) {
    uint8_t number[TARN_CSV_LONGEST_NUMBER];
    size_t length;
    if (dialect->decimal == 0)
        return (unsigned)tarn_csv_kind_of(text, size);
    if (tarn_csv_plain_number(dialect->decimal, text, size, number, &length))
        return (unsigned)tarn_csv_kind_of(number, length);
    unsigned kind = (unsigned)tarn_csv_kind_of(text, size);
    return kind == TARN_CSV_FLOAT || kind == TARN_CSV_LONG ? TARN_CSV_TEXT
                                                           : kind; /* 1.5 is no number where it would be 1,5 */
}

/* The kinds of a cell that is there. */
static unsigned kind_of_field(const tarn_csv_dialect *dialect, const uint8_t *data, tarn_csv_field field) {
    enum { LONGEST_VALUE = 256 };
    uint8_t plain[LONGEST_VALUE];
    size_t size = tarn_csv_field_size(field);
    const uint8_t *text = data + field.start;
    if ((field.size_and_flags & TARN_CSV_ESCAPED) != 0) {
        if (size > LONGEST_VALUE)
            return TARN_CSV_TEXT;
        size = tarn_csv_unescape(dialect, data, field, plain);
        text = plain;
    }
    tarn_csv_trim(&text, &size);
    return size == 0 ? TARN_CSV_BLANK : tarn_csv_kind_in(dialect, text, size);
}

/* An integer without sign or leading zero that is exact in a double: the commonest value, told quickest. */
static inline bool is_short_int(const uint8_t *text, uint32_t size) {
    if (size > 15 || (uint8_t)(text[0] - '1') > 8)
        return size == 1 && text[0] == '0';
    uint8_t wrong = 0;
    for (uint32_t i = 1; i < size; i++)
        wrong |= (uint8_t)(text[i] - '0') > 9;
    return wrong == 0;
}

/* One more text among values; false when there are too many of them. */
static bool count_odd(tarn_csv_tally *tally, uint64_t values, size_t row, tarn_csv_odd_rows *odd) {
    tally->odd++;
    if (tally->odd > 8 + (tally->values + values) / 4) {
        tally->is_text = true;
        return false;
    }
    if (tally->shown < TARN_CSV_ODD_SHOWN) {
        tally->shown++;
        odd->row[odd->count++] = row;
    }
    return true;
}

unsigned tarn_csv_observe(unsigned kinds, const tarn_csv_dialect *dialect, const tarn_csv_nulls *nulls,
                          const uint8_t *data, tarn_csv_field *fields, size_t stride, size_t rows,
                          tarn_csv_tally *tally, tarn_csv_odd_rows *odd) {
    size_t row = 0, empty = 0;
    odd->count = 0;
    if (tally->is_text)
        return kinds;
    if (nulls->n_texts > 0)
        tarn_csv_mark_nulls(nulls, data, fields, stride, rows);
    for (; row < rows; row++) {
        tarn_csv_field field = fields[row * stride];
        uint32_t size = field.size_and_flags & (TARN_CSV_SIZE_MASK | TARN_CSV_ESCAPED | TARN_CSV_MISSING);
        if (size == 0) {
            empty++;
            if ((field.size_and_flags & TARN_CSV_QUOTED) != 0 || !nulls->empty)
                kinds |= TARN_CSV_BLANK;
            continue;
        }
        if ((size & TARN_CSV_MISSING) != 0) {
            empty++;
            continue;
        }
        if (size <= 15 && is_short_int(data + field.start, size)) {
            kinds |= TARN_CSV_INT;
            continue;
        }
        unsigned kind = kind_of_field(dialect, data, field);
        kinds |= kind;
        if (kind == TARN_CSV_TEXT && !count_odd(tally, row - empty, row, odd))
            break;
    }
    tally->values += row - empty;
    return kinds;
}
