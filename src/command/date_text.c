/* Dates as people write them. */
#include "command/date_text.h"

#include "command/date_number.h"
#include "command/date_reader.h"

#include <stdio.h>
#include <utf8proc.h>

/* ---- the calendar ------------------------------------------------------------------------------------------------ */

static bool is_leap(int year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int full_year(date_number year, int pivot) {
    return year.digits != 2 ? year.value : year.value + (year.value < pivot ? 2000 : 1900);
}

/* Days before 1 March of a year are counted to the year before, so that a leap day is a year's last. */
static int32_t days_of(date_number year, int month, date_number day, int pivot) {
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int y = full_year(year, pivot);
    if ((year.digits != 4 && year.digits != 2) || day.digits > 2 || month < 1 || month > 12 || day.value < 1)
        return TARN_NO_DATE;
    if (y < 1 || day.value > lengths[month - 1] + (month == 2 && is_leap(y)))
        return TARN_NO_DATE;
    y -= month <= 2;
    int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day.value - 1;
    return y * 365 + y / 4 - y / 100 + y / 400 + day_of_year - 719468;
}

size_t tarn_date_print(int32_t days, char out[TARN_DATE_TEXT_SIZE]) {
    int32_t z = days + 719468, era = z / 146097, of_era = z % 146097;
    int32_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int32_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int32_t month = (5 * of_year + 2) / 153, day = of_year - (153 * month + 2) / 5 + 1;
    month += month < 10 ? 3 : -9;
    return (size_t)snprintf(out, TARN_DATE_TEXT_SIZE, "%04d-%02d-%02d",
                            (int)(year_of_era + era * 400 + (month <= 2)) % 10000, (int)month % 100, (int)day % 100);
}

size_t tarn_timestamp_print(int64_t micros, char out[TARN_TIMESTAMP_TEXT_SIZE]) {
    const int64_t day = INT64_C(86400000000);
    int64_t days = micros / day - (micros % day < 0), rest = micros - days * day;
    int seconds = (int)(rest / 1000000), fraction = (int)(rest % 1000000);
    size_t size = tarn_date_print((int32_t)days, out);
    size += (size_t)snprintf(out + size, TARN_TIMESTAMP_TEXT_SIZE - size, " %02d:%02d:%02d", seconds / 3600,
                             seconds / 60 % 60, seconds % 60);
    if (fraction == 0)
        return size;
    size += (size_t)snprintf(out + size, TARN_TIMESTAMP_TEXT_SIZE - size, ".%06d", fraction);
    while (out[size - 1] == '0')
        out[--size] = '\0';
    return size;
}

/* ---- parts of dates ---------------------------------------------------------------------------------------------- */

static void be_certain(int32_t days, tarn_date_reading *out) {
    for (int i = 0; i < TARN_DATE_ORDERS; i++)
        out->days[i] = days;
}

static const date_number first = {1, 2};

/* A month, which nothing may follow. */
static bool be_month(const date_reader *r, date_number year, int month, tarn_date_reading *out) {
    out->is_partial = true;
    be_certain(year.digits == 4 ? days_of(year, month, first, r->pivot) : TARN_NO_DATE, out);
    return r->at == r->end;
}

/* 1st, 2nd, 3rd, 4th, 1er, 1º */
static void skip_ordinal(date_reader *r) {
    if (date_word_length(r) <= 2)
        date_take_listed(r, " st nd rd th er o a re ");
}

static void skip_connectors(date_reader *r, const char *signs) {
    date_skip(r, signs);
    while (date_take_listed(r, " de del of den d "))
        date_skip(r, signs);
}

/* ---- with a month's name ----------------------------------------------------------------------------------------- */

static bool is_clock_ahead(const date_reader *r) {
    size_t digits = 0, left = (size_t)(r->end - r->at);
    while (digits < left && digits < 3 && date_is_digit(r->at[digits]))
        digits++;
    return digits > 0 && digits < 3 && digits < left && r->at[digits] == ':';
}

/* Mon d, y and Mon y; Dec 31 23:59:00 2024, as C's library writes it */
static bool read_month_first(date_reader *r, int month, tarn_date_reading *out) {
    date_number day, year;
    skip_connectors(r, " -/,");
    if (!date_take_number(r, 4, &day))
        return false;
    if (day.digits == 4)
        return be_month(r, day, month, out);
    skip_ordinal(r);
    skip_connectors(r, ", -/");
    if (is_clock_ahead(r)) {
        if (!date_take_clock(r, out) || !date_take_zone(r, out))
            return false;
        date_skip(r, " ");
    }
    if (!date_take_number(r, 4, &year))
        return false;
    be_certain(days_of(year, month, day, r->pivot), out);
    return true;
}

/* Russian and Polish may put the first letter of their word for year behind it. */
static void skip_year_letter(date_reader *r) {
    date_reader tried = *r;
    date_skip(&tried, " ");
    if (date_take_listed(&tried, " г r "))
        *r = tried;
}

/* d-Mon-y, y-Mon-d and y Mon, behind the first number */
static bool read_month_second(date_reader *r, date_number number, tarn_date_reading *out) {
    date_number last;
    int month;
    skip_ordinal(r);
    skip_connectors(r, " -/.");
    if (!date_take_month(r, &month))
        return false;
    bool is_year_first = number.digits == 4;
    if (is_year_first && r->at == r->end)
        return be_month(r, number, month, out);
    skip_connectors(r, ", -/");
    if (!date_take_number(r, 4, &last))
        return false;
    if (is_year_first)
        date_take(r, '.'); /* 2024. december 31. */
    else
        skip_year_letter(r);
    be_certain(days_of(is_year_first ? number : last, month, is_year_first ? last : number, r->pivot), out);
    return true;
}

/* ---- in numbers -------------------------------------------------------------------------------------------------- */

/* yyyymmdd, perhaps with hhmm or hhmmss directly behind it */
static bool read_compact(date_reader *r, const char *digits, size_t count, tarn_date_reading *out) {
    date_number year, month, day;
    date_reader part = {.at = digits, .end = digits + 4};
    date_take_number(&part, 4, &year);
    part = (date_reader){.at = digits + 4, .end = digits + 6};
    date_take_number(&part, 2, &month);
    part = (date_reader){.at = digits + 6, .end = digits + 8};
    date_take_number(&part, 2, &day);
    be_certain(days_of(year, month.value, day, r->pivot), out);
    r->is_compact = true;
    if (count == 8)
        return true;
    part = (date_reader){.at = digits + 8, .end = digits + count, .is_compact = true};
    return (count == 12 || count == 14) && date_take_clock(&part, out) && part.at == part.end;
}

static int month_of(date_number n) {
    return n.digits <= 2 ? n.value : 0;
}

/* A month and a year: 2024-12, 12/2024; 2024/2 could have lost its day. */
static bool read_two(const date_reader *r, date_number a, date_number b, char sign, tarn_date_reading *out) {
    if (a.digits == 4 && b.digits == 2 && sign != ' ')
        return be_month(r, a, b.value, out);
    return b.digits == 4 && (a.digits == 2 || (a.digits == 1 && sign == '/')) && sign != ' ' &&
           be_month(r, b, a.value, out);
}

/* Day number n of a year. */
static bool read_day_of_year(date_number year, int n, int pivot, tarn_date_reading *out) {
    int32_t begin = days_of(year, 1, first, pivot);
    bool is_day = begin != TARN_NO_DATE && n >= 1 && n <= 365 + is_leap(full_year(year, pivot));
    be_certain(is_day ? begin + n - 1 : TARN_NO_DATE, out);
    return is_day;
}

/* Three numbers and the same sign between them, behind the first, or two. */
static bool read_numbers(date_reader *r, date_number a, tarn_date_reading *out) {
    date_number b, c;
    char sign = *r->at++;
    date_skip(r, " ");
    if (!date_take_number(r, 4, &b))
        return false;
    if (a.digits == 4 && b.digits == 3 && sign == '-')
        return read_day_of_year(a, b.value, r->pivot, out);
    bool has_more = r->end - r->at > 1 && *r->at == sign && (date_is_digit(r->at[1]) || r->at[1] == ' ');
    if (!has_more)
        return read_two(r, a, b, sign, out);
    r->at++;
    date_skip(r, " ");
    if (!date_take_number(r, 4, &c))
        return false;
    if (a.digits == 4) {
        be_certain(days_of(a, month_of(b), c, r->pivot), out);
    } else if (sign == '.') {
        be_certain(days_of(c, month_of(b), a, r->pivot), out);
    } else {
        out->days[TARN_DATE_DMY] = days_of(c, month_of(b), a, r->pivot);
        out->days[TARN_DATE_MDY] = days_of(c, month_of(a), b, r->pivot);
        out->days[TARN_DATE_YMD] = days_of(a, month_of(b), c, r->pivot);
    }
    if (sign == '.' && r->at < r->end && *r->at == '.' && (r->at + 1 == r->end || !date_is_digit(r->at[1])))
        r->at++; /* 2024.12.31. */
    return true;
}

/* ---- weeks and quarters ------------------------------------------------------------------------------------------ */

/* 1970-01-01 was a Thursday; weekdays count from Monday, 0. */
static int weekday_of(int32_t days) {
    return (int)(((days + 3) % 7 + 7) % 7);
}

/* The Monday of a year's first week, which is that of 4 January. */
static int32_t first_monday(date_number year, int pivot) {
    int32_t day = days_of(year, 1, (date_number){4, 2}, pivot);
    return day - weekday_of(day);
}

/* Behind the year: W05-1, W051, W05 */
static bool read_week(date_reader *r, date_number year, tarn_date_reading *out) {
    date_number week = {0}, day = {1, 1};
    r->at++; /* W */
    while (week.digits < 2 && r->at < r->end && date_is_digit(*r->at)) {
        week.value = week.value * 10 + (*r->at++ - '0');
        week.digits++;
    }
    bool has_sign = date_take(r, '-');
    bool has_day = r->at < r->end && date_is_digit(*r->at);
    if (week.digits != 2 || has_sign != (has_sign && has_day) || (has_day && !date_take_number(r, 1, &day)))
        return false;
    if (year.value < 1 || year.value > 9998 || week.value < 1 || day.value < 1 || day.value > 7)
        return false;
    int32_t monday = first_monday(year, r->pivot) + (week.value - 1) * 7;
    date_number next = {year.value + 1, 4};
    if (monday >= first_monday(next, r->pivot))
        return false;
    out->is_partial = !has_day;
    be_certain(monday + day.value - 1, out);
    return has_day || r->at == r->end;
}

static bool be_quarter(const date_reader *r, date_number year, date_number quarter, tarn_date_reading *out) {
    out->is_partial = true;
    if (year.digits != 4 || quarter.digits != 1 || quarter.value < 1 || quarter.value > 4)
        return false;
    be_certain(days_of(year, quarter.value * 3 - 2, first, r->pivot), out);
    return r->at == r->end;
}

/* Q1 2024, Q1/2024 */
static bool read_quarter_first(date_reader *r, tarn_date_reading *out) {
    date_number quarter, year;
    r->at++;
    if (!date_take_number(r, 1, &quarter))
        return false;
    date_skip(r, " -/");
    return date_take_number(r, 4, &year) && be_quarter(r, year, quarter, out);
}

static bool is_letter_ahead(const date_reader *r, char small) {
    return r->end - r->at >= 2 && (*r->at | 0x20) == small && date_is_digit(r->at[1]);
}

/* 2024-Q1, 2024 Q1, 2024Q1 and 2024-W05-1; true when it is such a thing, read or not. */
static bool read_year_part(date_reader *r, date_number year, tarn_date_reading *out, bool *is_read) {
    date_reader tried = *r;
    date_number quarter;
    if (year.digits != 4)
        return false;
    date_skip(&tried, " -/");
    if (is_letter_ahead(&tried, 'w')) {
        *is_read = read_week(&tried, year, out);
    } else if (is_letter_ahead(&tried, 'q')) {
        tried.at++;
        *is_read = date_take_number(&tried, 1, &quarter) && be_quarter(&tried, year, quarter, out);
    } else {
        return false;
    }
    *r = tried;
    return true;
}

/* ---- whole texts ------------------------------------------------------------------------------------------------- */

static bool read_date(date_reader *r, tarn_date_reading *out) {
    date_number number;
    int month;
    bool is_read;
    if (date_take_month(r, &month))
        return read_month_first(r, month, out);
    if (is_letter_ahead(r, 'q'))
        return read_quarter_first(r, out);
    const char *digits = r->at;
    size_t count = 0;
    while (digits + count < r->end && date_is_digit(digits[count]))
        count++;
    if (count >= 8) {
        r->at += count;
        return read_compact(r, digits, count, out);
    }
    if (!date_take_number(r, 4, &number))
        return false;
    if (read_year_part(r, number, out, &is_read))
        return is_read;
    bool is_number_next = r->end - r->at >= 2 && date_is_one_of(*r->at, "-/. ") &&
                          (date_is_digit(r->at[1]) ||
                           (*r->at != ' ' && r->end - r->at >= 3 && r->at[1] == ' ' && date_is_digit(r->at[2])));
    return is_number_next ? read_numbers(r, number, out) : read_month_second(r, number, out);
}

static bool read_whole(date_reader r, tarn_date_reading *out) {
    *out = (tarn_date_reading){0};
    be_certain(TARN_NO_DATE, out);
    if (!read_date(&r, out))
        return false;
    if (out->has_time) { /* is behind the digits, or before the year */
        date_skip(&r, " ");
        if (!out->has_zone && !date_take_zone(&r, out))
            return false;
        date_skip(&r, " ");
        return r.at == r.end && tarn_date_reading_orders(out) != 0;
    }
    return date_take_time(&r, out) && tarn_date_reading_orders(out) != 0;
}

unsigned tarn_date_reading_orders(const tarn_date_reading *reading) {
    unsigned orders = 0;
    for (int i = 0; i < TARN_DATE_ORDERS; i++)
        orders |= (reading->days[i] != TARN_NO_DATE ? 1u : 0u) << i;
    return orders;
}

/* Some names are of a month in one language and of a weekday in another. */
static bool read_text(const char *text, size_t size, const tarn_date_options *options, tarn_date_reading *out) {
    date_reader r = {.at = text, .end = text + size, .pivot = options->pivot};
    if (read_whole(r, out))
        return true;
    return date_take_weekday(&r) && read_whole(r, out);
}

enum { MOST_BYTES = 128 };

static bool is_plain(const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)text[i] >= 0x80)
            return false;
    }
    return true;
}

/* Plain spaces and dashes, small letters without accents, and 年月日 as signs. The size; 0: it is too long. */
static size_t fold(const char *text, size_t size, char out[MOST_BYTES]) {
    utf8proc_int32_t points[MOST_BYTES];
    utf8proc_ssize_t count =
        utf8proc_decompose((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size, points, MOST_BYTES,
                           UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK);
    size_t length = 0;
    if (count < 0 || count > MOST_BYTES)
        return 0;
    for (utf8proc_ssize_t i = 0; i < count && length + 4 < MOST_BYTES; i++) {
        utf8proc_int32_t c = points[i];
        if (c == 0x2010 || c == 0x2011 || c == 0x2013 || c == 0x2212 || c == 0x5E74 || c == 0x6708)
            c = '-';
        else if (c == 0x65E5 || c == 0x3000)
            c = ' ';
        length += (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)out + length);
    }
    return length;
}

static bool is_number(const char *text, size_t size) {
    bool has_digit = false;
    for (size_t i = 0; i < size; i++) {
        if (!date_is_digit(text[i]) && !(text[i] == '-' && i == 0) && text[i] != '.')
            return false;
        has_digit = has_digit || date_is_digit(text[i]);
    }
    return has_digit;
}

static size_t count_points(const char *text, size_t size) {
    size_t count = 0;
    for (size_t i = 0; i < size; i++)
        count += text[i] == '.';
    return count;
}

/* The text folded (in `folded`, if that is needed) and without spaces around it; its size. */
static size_t prepare(const char **text, size_t size, char folded[MOST_BYTES]) {
    if (size > 0 && !is_plain(*text, size)) {
        size = size < MOST_BYTES ? fold(*text, size, folded) : 0;
        *text = folded;
    }
    while (size > 0 && date_is_one_of((*text)[size - 1], " \t\r\n"))
        size--;
    while (size > 0 && date_is_one_of(**text, " \t\r\n")) {
        (*text)++;
        size--;
    }
    return size;
}

bool tarn_clock_read(const char *text, size_t size, int64_t *micros, bool *is_rounded) {
    char folded[MOST_BYTES];
    tarn_date_reading reading = {0};
    size = prepare(&text, size, folded);
    date_reader r = {.at = text, .end = text + size};
    r.is_compact = date_take(&r, 'T');
    bool is_read = date_take_clock(&r, &reading) && r.at == r.end && reading.micros < INT64_C(86400000000);
    *micros = reading.micros;
    *is_rounded = reading.is_rounded;
    return is_read;
}

bool tarn_date_read(const char *text, size_t size, const tarn_date_options *options, tarn_date_reading *out) {
    char folded[MOST_BYTES];
    size = prepare(&text, size, folded);
    *out = (tarn_date_reading){0};
    be_certain(TARN_NO_DATE, out);
    if (size == 0)
        return false;
    if (size > 2 && memcmp(text + size - 2, ".0", 2) == 0 && count_points(text, size) == 1 && is_number(text, size))
        size -= 2; /* a whole number in a column of floats */
    tarn_date_number_kind kind = options->number;
    if (kind == TARN_NUMBER_AUTO)
        kind = tarn_date_number_guess(text, size);
    if (kind != TARN_NUMBER_DIGITS && is_number(text, size) && count_points(text, size) <= 1)
        return tarn_date_number_read(text, size, kind, out);
    return read_text(text, size, options, out);
}

bool tarn_zone_read(const char *text, int32_t *out) {
    date_reader r = {.at = text, .end = text + strlen(text)};
    tarn_date_reading reading = {0};
    bool is_zone = date_take_zone(&r, &reading) && reading.has_zone && r.at == r.end;
    *out = reading.offset;
    return is_zone;
}
