#include "command/date_text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

typedef struct reader {
    const char *at, *end;
    int pivot;
} reader;

/* A number as written: how many digits matters. */
typedef struct number {
    int value, digits;
} number;

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_one_of(char c, const char *characters) {
    return c != '\0' && strchr(characters, c) != NULL;
}

static void skip(reader *r, const char *characters) {
    while (r->at < r->end && is_one_of(*r->at, characters))
        r->at++;
}

static bool take(reader *r, char c) {
    bool is_there = r->at < r->end && *r->at == c;
    r->at += is_there;
    return is_there;
}

static bool take_number(reader *r, int most_digits, number *out) {
    *out = (number){0};
    while (r->at < r->end && is_digit(*r->at) && out->digits < most_digits) {
        out->value = out->value * 10 + (*r->at++ - '0');
        out->digits++;
    }
    return out->digits > 0 && (r->at == r->end || !is_digit(*r->at));
}

/* ---- the calendar ------------------------------------------------------------------------------------------------ */

static bool is_leap(int year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Days before 1 March of a year are counted to the year before, so that a leap day is a year's last. */
static int32_t days_of(number year, int month, number day, int pivot) {
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int y = year.value;
    if ((year.digits != 4 && year.digits != 2) || day.digits > 2 || month < 1 || month > 12 || day.value < 1)
        return TARN_NO_DATE;
    if (year.digits == 2)
        y += y < pivot ? 2000 : 1900;
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

/* ---- names ------------------------------------------------------------------------------------------------------- */

static size_t word_length(const reader *r) {
    size_t length = 0;
    while (r->at + length < r->end && is_letter(r->at[length]))
        length++;
    return length;
}

/* The number of a name, from 1, that is written in full or by its first three letters; 0: none. */
static int find_name(const char *word, size_t length, const char *const *names, int count) {
    for (int i = 0; i < count; i++) {
        if ((length == 3 || length == strlen(names[i])) && strncasecmp(word, names[i], length) == 0)
            return i + 1;
    }
    return 0;
}

static bool take_month(reader *r, int *month) {
    static const char *const names[] = {"January", "February", "March",     "April",   "May",      "June",
                                        "July",    "August",   "September", "October", "November", "December"};
    size_t length = word_length(r);
    bool is_sept = length == 4 && strncasecmp(r->at, "Sept", 4) == 0;
    *month = is_sept ? 9 : find_name(r->at, length, names, 12);
    if (*month == 0)
        return false;
    r->at += length;
    take(r, '.');
    return true;
}

static void skip_weekday(reader *r) {
    static const char *const names[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
    size_t length = word_length(r);
    if (find_name(r->at, length, names, 7) != 0) {
        r->at += length;
        skip(r, "., ");
    }
}

/* 1st, 2nd, 3rd, 4th */
static void skip_ordinal(reader *r) {
    static const char *const endings[] = {"st", "nd", "rd", "th"};
    for (size_t i = 0; i < 4 && word_length(r) == 2; i++) {
        if (strncasecmp(r->at, endings[i], 2) == 0)
            r->at += 2;
    }
}

/* ---- a time of day ----------------------------------------------------------------------------------------------- */

static bool take_word(reader *r, const char *word) {
    size_t length = word_length(r);
    if (length != strlen(word) || strncasecmp(r->at, word, length) != 0)
        return false;
    r->at += length;
    return true;
}

static bool take_zone(reader *r) {
    number hours, minutes = {0};
    if (take_word(r, "Z") || take_word(r, "UTC") || take_word(r, "GMT"))
        return true;
    if (!take(r, '+') && !take(r, '-'))
        return true;
    if (!take_number(r, 4, &hours))
        return false;
    if (hours.digits == 4)
        return hours.value / 100 <= 15 && hours.value % 100 < 60;
    return hours.value <= 15 && (!take(r, ':') || (take_number(r, 2, &minutes) && minutes.value < 60));
}

/* Nothing, or h:mm with seconds, their fraction, AM or PM, and a zone if they like. */
static bool take_time(reader *r) {
    number hour, minute, second = {0};
    const char *from = r->at;
    skip(r, ", ");
    if (r->at == r->end)
        return true;
    if (!take_word(r, "T") && r->at == from)
        return false;
    if (!take_number(r, 2, &hour) || !take(r, ':') || !take_number(r, 2, &minute) || hour.value > 24 ||
        minute.value > 59)
        return false;
    if (take(r, ':') && (!take_number(r, 2, &second) || second.value > 60))
        return false;
    if (take(r, '.'))
        skip(r, "0123456789");
    skip(r, " ");
    if ((take_word(r, "AM") || take_word(r, "PM")) && (hour.value < 1 || hour.value > 12))
        return false;
    skip(r, " ");
    if (!take_zone(r))
        return false;
    skip(r, " ");
    return r->at == r->end;
}

/* ---- dates ------------------------------------------------------------------------------------------------------- */

static void be_certain(int32_t days, tarn_date_reading *out) {
    for (int i = 0; i < TARN_DATE_ORDERS; i++)
        out->days[i] = days;
}

/* Mon d, y */
static bool read_month_first(reader *r, int month, tarn_date_reading *out) {
    number day, year;
    skip(r, " -/");
    if (!take_number(r, 2, &day))
        return false;
    skip_ordinal(r);
    skip(r, ", -/");
    if (!take_number(r, 4, &year))
        return false;
    be_certain(days_of(year, month, day, r->pivot), out);
    return true;
}

/* d-Mon-y and y-Mon-d, behind the first number */
static bool read_month_second(reader *r, number first, tarn_date_reading *out) {
    number last;
    int month;
    skip_ordinal(r);
    skip(r, " -/.");
    if (!take_month(r, &month))
        return false;
    skip(r, ", -/");
    if (!take_number(r, 4, &last))
        return false;
    bool is_year_first = first.digits == 4;
    be_certain(days_of(is_year_first ? first : last, month, is_year_first ? last : first, r->pivot), out);
    return true;
}

static bool read_compact(number all, const reader *r, tarn_date_reading *out) {
    number year = {all.value / 10000, 4}, day = {all.value % 100, 2};
    be_certain(days_of(year, all.value / 100 % 100, day, r->pivot), out);
    return true;
}

static int month_of(number n) {
    return n.digits <= 2 ? n.value : 0;
}

/* Three numbers and the same sign between them, behind the first. */
static bool read_numbers(reader *r, number a, tarn_date_reading *out) {
    number b, c;
    char sign = *r->at++;
    if (!take_number(r, 2, &b) || !take(r, sign) || !take_number(r, 4, &c))
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
    return true;
}

static bool read_date(reader *r, tarn_date_reading *out) {
    number first;
    int month;
    skip_weekday(r);
    if (take_month(r, &month))
        return read_month_first(r, month, out);
    if (!take_number(r, 8, &first))
        return false;
    if (first.digits == 8)
        return read_compact(first, r, out);
    if (r->end - r->at >= 2 && is_one_of(*r->at, "-/.") && is_digit(r->at[1]))
        return read_numbers(r, first, out);
    return read_month_second(r, first, out);
}

unsigned tarn_date_reading_orders(const tarn_date_reading *reading) {
    unsigned orders = 0;
    for (int i = 0; i < TARN_DATE_ORDERS; i++)
        orders |= (reading->days[i] != TARN_NO_DATE ? 1u : 0u) << i;
    return orders;
}

bool tarn_date_read(const char *text, size_t size, int pivot, tarn_date_reading *out) {
    reader r = {.at = text, .end = text + size, .pivot = pivot};
    be_certain(TARN_NO_DATE, out);
    skip(&r, " \t\r\n");
    while (r.end > r.at && is_one_of(r.end[-1], " \t\r\n"))
        r.end--;
    return read_date(&r, out) && take_time(&r) && tarn_date_reading_orders(out) != 0;
}
