// Dates and times as text, written straight into memory.
#include "arrow/print_time.h"

#include "arrow/print_number.h"
#include "base/clock.h"

#include <string.h>

static char *put(char *out, const char *text) {
    size_t size = strlen(text);
    memcpy(out, text, size);
    return out + size;
}

static int64_t units_per_second(char unit) {
    return unit == 's' ? 1 : unit == 'm' ? 1000 : unit == 'u' ? 1000000 : 1000000000;
}

static int digits_of_unit(char unit) {
    return unit == 's' ? 0 : unit == 'm' ? 3 : unit == 'u' ? 6 : 9;
}

/* Division that rounds down, and the rest, which is not negative. */
static int64_t divide_down(int64_t value, int64_t by, int64_t *rest) {
    *rest = value % by;
    if (*rest >= 0)
        return value / by;
    *rest += by;
    return value / by - 1;
}

static char *write_fraction(char *out, int64_t fraction, int digits) {
    if (fraction == 0)
        return out;
    for (; fraction % 10 == 0; fraction /= 10)
        digits--;
    *out++ = '.';
    return tarn_write_padded(out, (uint64_t)fraction, digits);
}

/* Not negative. */
static char *write_units(char *out, int64_t units, char unit) {
    int64_t fraction;
    int64_t seconds = divide_down(units, units_per_second(unit), &fraction);
    out = tarn_write_padded(out, (uint64_t)(seconds / 3600), 2);
    *out++ = ':';
    out = tarn_write_padded(out, (uint64_t)(seconds / 60 % 60), 2);
    *out++ = ':';
    out = tarn_write_padded(out, (uint64_t)(seconds % 60), 2);
    return write_fraction(out, fraction, digits_of_unit(unit));
}

static char *write_date(char *out, int64_t days) {
    int64_t year;
    int month, day;
    tarn_civil_from_days(days, &year, &month, &day);
    bool before_christ = year <= 0;
    out = tarn_write_padded(out, (uint64_t)(before_christ ? 1 - year : year), 4);
    *out++ = '-';
    out = tarn_write_padded(out, (uint64_t)month, 2);
    *out++ = '-';
    out = tarn_write_padded(out, (uint64_t)day, 2);
    return before_christ ? put(out, " (BC)") : out;
}

static char *write_infinity(char *out, bool negative) {
    return put(out, negative ? "-infinity" : "infinity");
}

char *tarn_write_date32(char *out, int64_t days) {
    return days == INT32_MAX || days == -INT32_MAX ? write_infinity(out, days < 0) : write_date(out, days);
}

char *tarn_write_date64(char *out, int64_t milliseconds) {
    return write_date(out, divide_down(milliseconds, 86400000, &(int64_t){0}));
}

char *tarn_write_clock(char *out, int64_t units, char unit) {
    if (units >= 0)
        return write_units(out, units, unit);
    *out++ = '-';
    return write_units(out, units == INT64_MIN ? INT64_MAX : -units, unit);
}

char *tarn_write_timestamp(char *out, int64_t value, char unit, bool zoned) {
    int64_t rest;
    if (value == INT64_MAX || value == -INT64_MAX)
        return write_infinity(out, value < 0);
    out = write_date(out, divide_down(value, 86400 * units_per_second(unit), &rest));
    *out++ = ' ';
    out = write_units(out, rest, unit);
    return zoned ? put(out, "+00") : out;
}

/* "2 years ", "-1 day " …; nothing for 0. */
static char *write_part(char *out, int32_t count, const char *name) {
    if (count == 0)
        return out;
    out = tarn_write_signed(out, count);
    *out++ = ' ';
    out = put(out, name);
    return put(out, count == 1 || count == -1 ? " " : "s ");
}

char *tarn_write_interval(char *out, int32_t months, int32_t days, int64_t units, char unit) {
    const char *start = out;
    out = write_part(out, months / 12, "year");
    out = write_part(out, months % 12, "month");
    out = write_part(out, days, "day");
    if (units != 0 || out == start)
        return tarn_write_clock(out, units, unit);
    return out - 1; /* the last space */
}
