/* Seconds since 1970, and the days of spreadsheets. */
#include "command/date_number.h"

#define SECOND INT64_C(1000000)
#define DAY (86400 * SECOND)
enum { FIRST_DAY = -719162, LAST_DAY = 2932896 }; /* of the years 1 and 9999 */
enum { EXCEL_DAY_0 = -25569, EXCEL_1904_DAY_0 = -24107, EXCEL_NO_DAY = 60 };
enum { MOST_DIGITS = 17, MOST_FRACTION = 12 };

/* A decimal number: its whole part, and a millionth of a millionth of its fraction. */
typedef struct decimal {
    int64_t whole, fraction;
    bool negative;
} decimal;

static bool read_decimal(const char *text, size_t size, decimal *out) {
    size_t at = 0;
    int digits = 0, decimals = 0;
    *out = (decimal){0};
    if (size > 0 && (text[0] == '-' || text[0] == '+')) {
        out->negative = text[0] == '-';
        at++;
    }
    for (; at < size && text[at] >= '0' && text[at] <= '9'; at++) {
        out->whole = out->whole * 10 + (text[at] - '0');
        if (++digits > MOST_DIGITS)
            return false;
    }
    if (digits > 0 && at < size && (text[at] == '.' || text[at] == ',')) {
        for (at++; at < size && text[at] >= '0' && text[at] <= '9'; at++) {
            if (decimals++ < MOST_FRACTION)
                out->fraction = out->fraction * 10 + (text[at] - '0');
        }
    }
    for (; decimals < MOST_FRACTION; decimals++)
        out->fraction *= 10;
    return digits > 0 && at == size;
}

static bool set(int64_t micros, tarn_date_reading *out) {
    int64_t days = micros / DAY - (micros % DAY < 0);
    if (days < FIRST_DAY || days > LAST_DAY)
        return false;
    for (int i = 0; i < TARN_DATE_ORDERS; i++)
        out->days[i] = (int32_t)days;
    out->micros = micros - days * DAY;
    out->has_time = true;
    out->is_counted = true;
    return true;
}

/* The fraction of a day has 15 digits with the day at most, which is less than milliseconds need; so they are rounded
 * to. Day 60 is the 29 February 1900 that never was. */
static bool read_excel(const decimal *n, bool from_1904, tarn_date_reading *out) {
    const int64_t billion = INT64_C(1000000000);
    if (n->negative || n->whole > LAST_DAY - EXCEL_DAY_0 || (!from_1904 && (n->whole == 0 || n->whole == EXCEL_NO_DAY)))
        return false;
    int64_t millis = (n->fraction / 1000 * 86400 * 1000 + billion / 2) / billion;
    int64_t day = from_1904 ? n->whole + EXCEL_1904_DAY_0 : n->whole + EXCEL_DAY_0 + (n->whole < EXCEL_NO_DAY);
    bool is_read = set(day * DAY + millis * 1000, out);
    out->has_time = is_read && millis != 0;
    return is_read;
}

bool tarn_date_number_read(const char *text, size_t size, tarn_date_number_kind kind, tarn_date_reading *out) {
    decimal n;
    if (!read_decimal(text, size, &n))
        return false;
    if (kind == TARN_NUMBER_EXCEL || kind == TARN_NUMBER_EXCEL_1904)
        return read_excel(&n, kind == TARN_NUMBER_EXCEL_1904, out);
    int64_t unit = kind == TARN_NUMBER_SECONDS ? SECOND : kind == TARN_NUMBER_MILLISECONDS ? 1000 : 1;
    if (n.whole > LAST_DAY * (DAY / unit))
        return false;
    int64_t part = n.fraction / (SECOND * SECOND / unit);
    out->is_rounded = part * (SECOND * SECOND / unit) != n.fraction;
    int64_t micros = n.whole * unit + part;
    return set(n.negative ? -micros : micros, out);
}

tarn_date_number_kind tarn_date_number_guess(const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9')
            return TARN_NUMBER_DIGITS;
    }
    return size == 10   ? TARN_NUMBER_SECONDS
           : size == 13 ? TARN_NUMBER_MILLISECONDS
           : size == 16 ? TARN_NUMBER_MICROSECONDS
                        : TARN_NUMBER_DIGITS;
}
