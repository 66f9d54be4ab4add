/**
 * @file print_time.h
 * Dates and times as text, written straight into memory. Every function returns where the text ends; nothing is
 * terminated. Units are 's', 'm', 'u' or 'n'. Private to src/arrow.
 */
#ifndef TARN_ARROW_PRINT_TIME_H
#define TARN_ARROW_PRINT_TIME_H

#include <stdbool.h>
#include <stdint.h>

/** 2026-01-02, 0044-03-15 (BC), infinity. At most 30 characters. */
char *tarn_write_date32(char *out, int64_t days);
/** The same from milliseconds, which know no infinity. */
char *tarn_write_date64(char *out, int64_t milliseconds);

/** A time of day or a duration of any number of hours: 03:04:05.5, -27:00:00. At most 32 characters. */
char *tarn_write_clock(char *out, int64_t units, char unit);

/** 2026-01-02 03:04:05.5, with +00 behind it when it has a zone. At most 56 characters. */
char *tarn_write_timestamp(char *out, int64_t value, char unit, bool zoned);

/** 1 year 2 months -3 days 04:05:06. At most 80 characters. */
char *tarn_write_interval(char *out, int32_t months, int32_t days, int64_t units, char unit);

#endif
