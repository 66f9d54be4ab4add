// The clock, in microseconds, and dates as numbers of days.
#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define MICROS_PER_SECOND INT64_C(1000000)
#define SECONDS_PER_DAY INT64_C(86400)

static int64_t read_clock(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (int64_t)time.tv_sec * MICROS_PER_SECOND + time.tv_nsec / 1000;
}

int64_t tarn_now(void) {
    return read_clock(CLOCK_REALTIME);
}

int64_t tarn_monotonic(void) {
    return read_clock(CLOCK_MONOTONIC);
}

int64_t tarn_days_from_civil(int64_t year, int month, int day) {
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

void tarn_civil_from_days(int64_t days, int64_t *year, int *month, int *day) {
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_index = (5 * day_of_year + 2) / 153;
    *day = (int)(day_of_year - (153 * month_index + 2) / 5 + 1);
    *month = (int)(month_index < 10 ? month_index + 3 : month_index - 9);
    *year = year_of_era + era * 400 + (*month <= 2);
}

void tarn_time_format(int64_t micros, char text[TARN_TIME_TEXT_SIZE]) {
    int64_t lowest = tarn_days_from_civil(0, 1, 1) * SECONDS_PER_DAY * MICROS_PER_SECOND;
    int64_t highest = tarn_days_from_civil(10000, 1, 1) * SECONDS_PER_DAY * MICROS_PER_SECOND - 1;
    micros = micros < lowest ? lowest : micros > highest ? highest : micros;
    int64_t micros_per_day = SECONDS_PER_DAY * MICROS_PER_SECOND;
    int64_t days = micros / micros_per_day - (micros % micros_per_day < 0);
    int64_t rest = micros - days * micros_per_day;
    int64_t year;
    int month, day;
    tarn_civil_from_days(days, &year, &month, &day);
    int seconds = (int)(rest / MICROS_PER_SECOND);
    char buffer[96]; /* larger than any value that the compiler can imagine for the fields */
    snprintf(buffer, sizeof buffer, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", (int)year, month, day, seconds / 3600,
             seconds / 60 % 60, seconds % 60, (int)(rest % MICROS_PER_SECOND));
    memcpy(text, buffer, TARN_TIME_TEXT_SIZE - 1);
    text[TARN_TIME_TEXT_SIZE - 1] = '\0';
}

static bool digits(const char *text, int count, int *out) {
    int value = 0;
    for (int i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + (text[i] - '0');
    }
    *out = value;
    return true;
}

bool tarn_time_parse(const char *text, size_t size, int64_t *out) {
    int year, month, day, hour, minute, second, fraction;
    if (size != TARN_TIME_TEXT_SIZE - 1 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
        text[16] != ':' || text[19] != '.' || text[26] != 'Z')
        return false;
    if (!digits(text, 4, &year) || !digits(text + 5, 2, &month) || !digits(text + 8, 2, &day) ||
        !digits(text + 11, 2, &hour) || !digits(text + 14, 2, &minute) || !digits(text + 17, 2, &second) ||
        !digits(text + 20, 6, &fraction))
        return false;
    if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59)
        return false;
    int64_t days = tarn_days_from_civil(year, month, day);
    int64_t same_year;
    int same_month, same_day;
    tarn_civil_from_days(days, &same_year, &same_month, &same_day);
    if (same_day != day) /* 31 April */
        return false;
    int64_t seconds = days * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second;
    *out = seconds * MICROS_PER_SECOND + fraction;
    return true;
}
