/**
 * @file clock.h
 * Time. Microseconds everywhere.
 */
#ifndef TARN_BASE_CLOCK_H
#define TARN_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Microseconds since 1970-01-01T00:00:00Z. */
int64_t tarn_now(void);

/** Microseconds on a clock that never goes backwards, for durations. */
int64_t tarn_monotonic(void);

#define TARN_TIME_TEXT_SIZE 28 /* 2026-01-02T03:04:05.678901Z and a NUL */

/** ISO 8601 in UTC with microseconds. Years outside 0 to 9999 are clamped. */
void tarn_time_format(int64_t micros, char text[TARN_TIME_TEXT_SIZE]);

/** The reverse; false when `text` is anything else. */
bool tarn_time_parse(const char *text, size_t size, int64_t *out);

/** Days since 1970-01-01 of a proleptic Gregorian date, and back (Howard Hinnant, "chrono-compatible algorithms"). */
int64_t tarn_days_from_civil(int64_t year, int month, int day);
void tarn_civil_from_days(int64_t days, int64_t *year, int *month, int *day);

#endif
