/* Single values of sheets: as text, and from text. */
#include "io/sheet_value.h"

#include "arrow/print_number.h"
#include "base/clock.h"
#include "io/csv_value.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define EXACT_INTEGER 9007199254740992.0 /* 2^53 */
#define DAY_MICROS 86400000000LL

static bool is_text(const tarn_sheet_cell *cell, const char *text) {
    return text != NULL && strlen(text) == cell->size && memcmp(cell->text, text, cell->size) == 0;
}

bool tarn_sheet_cell_is_null(const tarn_sheet_cell *cell, const tarn_import_options *options) {
    if (cell->kind == TARN_CELL_TEXT && is_text(cell, options->null_text))
        return true;
    for (size_t i = 0; cell->kind == TARN_CELL_TEXT && i < options->null_text_count; i++)
        if (is_text(cell, options->null_texts[i]))
            return true;
    return cell->kind == TARN_CELL_EMPTY || cell->kind == TARN_CELL_ERROR;
}

unsigned tarn_sheet_cell_csv_kind(const tarn_sheet_cell *cell) {
    switch (cell->kind) {
    case TARN_CELL_NUMBER:
        return cell->number == trunc(cell->number) ? TARN_CSV_INT : TARN_CSV_FLOAT;
    case TARN_CELL_BOOLEAN:
        return TARN_CSV_BOOL;
    case TARN_CELL_DATE:
        return TARN_CSV_DATE;
    case TARN_CELL_DATE_TIME:
        return TARN_CSV_TIMESTAMP;
    case TARN_CELL_TIME:
    case TARN_CELL_DURATION:
        return TARN_CSV_TIME;
    default:
        return cell->size > 0 ? TARN_CSV_TEXT : 0;
    }
}

/* ---- as text -------------------------------------------------------------------------------------------------------
 */

static tarn_status print_clock(int64_t micros, tarn_buffer *out, tarn_error *error) {
    int64_t seconds = micros / 1000000;
    int fraction = (int)(micros % 1000000);
    TARN_TRY(tarn_buffer_printf(out, error, "%02" PRId64 ":%02d:%02d", seconds / 3600, (int)(seconds / 60 % 60),
                                (int)(seconds % 60)));
    if (fraction == 0)
        return TARN_OK;
    return fraction % 1000 == 0 ? tarn_buffer_printf(out, error, ".%03d", fraction / 1000)
                                : tarn_buffer_printf(out, error, ".%06d", fraction);
}

static tarn_status print_moment(const tarn_sheet_cell *cell, tarn_buffer *out, tarn_error *error) {
    int64_t year, days = cell->micros / DAY_MICROS - (cell->micros % DAY_MICROS < 0);
    int month, day;
    tarn_civil_from_days(days, &year, &month, &day);
    TARN_TRY(tarn_buffer_printf(out, error, "%04" PRId64 "-%02d-%02d", year, month, day));
    if (cell->kind == TARN_CELL_DATE)
        return TARN_OK;
    TARN_TRY(tarn_buffer_append(out, " ", 1, error));
    return print_clock(cell->micros - days * DAY_MICROS, out, error);
}

static tarn_status print_number(double number, tarn_buffer *out, tarn_error *error) {
    char digits[64];
    if (number == trunc(number) && fabs(number) < 10 * EXACT_INTEGER)
        return tarn_buffer_printf(out, error, "%.0f", number == 0 ? 0 : number);
    return tarn_buffer_append(out, digits, (size_t)(tarn_write_float(digits, number, false) - digits), error);
}

tarn_status tarn_sheet_cell_print(const tarn_workbook *workbook, const tarn_sheet_cell *cell, tarn_buffer *out,
                                  tarn_error *error) {
    (void)workbook;
    switch (cell->kind) {
    case TARN_CELL_EMPTY:
        return TARN_OK;
    case TARN_CELL_NUMBER:
        return print_number(cell->number, out, error);
    case TARN_CELL_BOOLEAN:
        return tarn_buffer_printf(out, error, "%s", cell->number != 0 ? "true" : "false");
    case TARN_CELL_DATE:
    case TARN_CELL_DATE_TIME:
        return print_moment(cell, out, error);
    case TARN_CELL_DURATION:
        if (cell->micros < 0)
            TARN_TRY(tarn_buffer_append(out, "-", 1, error));
        return print_clock(cell->micros < 0 ? -cell->micros : cell->micros, out, error);
    case TARN_CELL_TIME:
        return print_clock(cell->micros, out, error);
    case TARN_CELL_TEXT:
    case TARN_CELL_ERROR:
        break;
    }
    return tarn_buffer_append(out, cell->text, cell->size, error);
}

/* ---- from text -----------------------------------------------------------------------------------------------------
 */

/* Exactly `count` digits. */
static bool take_digits(const char **at, const char *end, int count, int64_t *out) {
    *out = 0;
    for (; count > 0; count--, (*at)++) {
        if (*at == end || **at < '0' || **at > '9')
            return false;
        *out = *out * 10 + (**at - '0');
    }
    return true;
}

static bool take(const char **at, const char *end, char c) {
    if (*at == end || **at != c)
        return false;
    (*at)++;
    return true;
}

static bool take_date(const char **at, const char *end, int64_t *days) {
    int64_t year, month, day, year_back;
    int month_back, day_back;
    if (!take_digits(at, end, 4, &year) || !take(at, end, '-') || !take_digits(at, end, 2, &month) ||
        !take(at, end, '-') || !take_digits(at, end, 2, &day) || month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    *days = tarn_days_from_civil(year, (int)month, (int)day);
    tarn_civil_from_days(*days, &year_back, &month_back, &day_back);
    return day_back == day; /* no 30 February */
}

static bool take_clock(const char **at, const char *end, int64_t *micros) {
    int64_t hour, minute, second = 0, scale = 100000, digit;
    if (!take_digits(at, end, 2, &hour) || !take(at, end, ':') || !take_digits(at, end, 2, &minute) ||
        (take(at, end, ':') && !take_digits(at, end, 2, &second)) || hour > 23 || minute > 59 || second > 59)
        return false;
    *micros = ((hour * 60 + minute) * 60 + second) * 1000000;
    if (!take(at, end, '.') && !take(at, end, ','))
        return true;
    for (; *at < end && take_digits(at, end, 1, &digit); scale /= 10)
        *micros += digit * scale;
    return true;
}

tarn_sheet_kind tarn_sheet_read_iso(const char *text, size_t size, int64_t *micros) {
    const char *at = text, *end = text + size;
    int64_t days = 0, clock = 0;
    *micros = 0;
    if (take_date(&at, end, &days)) {
        *micros = days * DAY_MICROS;
        if (at == end)
            return TARN_CELL_DATE;
        if ((take(&at, end, 'T') || take(&at, end, ' ')) && take_clock(&at, end, &clock) &&
            (at == end || (take(&at, end, 'Z') && at == end))) {
            *micros += clock;
            return TARN_CELL_DATE_TIME;
        }
        return TARN_CELL_TEXT;
    }
    at = text;
    if (!take_clock(&at, end, micros) || at != end)
        return TARN_CELL_TEXT;
    return TARN_CELL_TIME;
}

bool tarn_sheet_read_duration(const char *text, int64_t *micros) {
    double total = 0;
    bool negative = *text == '-', in_time = false;
    const char *c = text + negative;
    if (*c++ != 'P')
        return false;
    while (*c != '\0') {
        if (*c == 'T' && !in_time) {
            in_time = true;
            c++;
            continue;
        }
        char *end;
        double value = *c >= '0' && *c <= '9' ? strtod(c, &end) : -1;
        if (!(value >= 0 && value < 1e9))
            return false;
        double unit = !in_time && *end == 'D'  ? 86400
                      : in_time && *end == 'H' ? 3600
                      : in_time && *end == 'M' ? 60
                      : in_time && *end == 'S' ? 1
                                               : 0;
        if (unit == 0)
            return false;
        total += value * unit;
        c = end + 1;
    }
    *micros = llround(total * 1000) * (negative ? -1000 : 1000);
    return total < 3e11;
}
