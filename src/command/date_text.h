/**
 * @file date_text.h
 * Reading dates and times as people write them.
 *
 * Certain are: 2026-02-01, 2026/2/1, 2026.2.1, 20260201, 1.2.2026 and 1. 2. 2026 (points: day first), 2026-032 (day of
 * the year), 2026-W05-7 (week), 2026年2月1日, and with a month's name 1-Feb-2026, 1 February 2026, 1. Februar 2026, 1er
 * février 2026, 1 de febrero de 2026, 1st Feb 26, Feb 1, 2026, 2026-Feb-1, each with a weekday's name before it or not;
 * in the languages of date_names.c. What 1/2/2026, 1-2-2026 and 1/2/26 mean depends on the order. Months and quarters
 * (2026-02, 02/2026, Feb 2026, 2026-Q1, Q1 2026) and weeks (2026-W05) stand for their first day, which is told.
 *
 * Behind a date may be a time of day (23:59, 23:59:59.5, 11:59 PM, 23.59 Uhr, 23h59, T235959) and a zone (Z, UTC,
 * CET, PDT, +02:00, -0530).
 */
#ifndef TARN_COMMAND_DATE_TEXT_H
#define TARN_COMMAND_DATE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum tarn_date_order {
    TARN_DATE_DMY,
    TARN_DATE_MDY,
    TARN_DATE_YMD,
    TARN_DATE_ORDERS, /**< how many there are */
} tarn_date_order;

/** What a number is that has no signs in it. */
typedef enum tarn_date_number_kind {
    TARN_NUMBER_AUTO, /**< by its digits: 8 and 14 are 20260201 and 20260201235959; 10, 13 and 16 seconds, milli- and
                           microseconds since 1970 */
    TARN_NUMBER_DIGITS,
    TARN_NUMBER_SECONDS,
    TARN_NUMBER_MILLISECONDS,
    TARN_NUMBER_MICROSECONDS,
    TARN_NUMBER_EXCEL,      /**< days since 1899-12-30, with the day that Excel has too many */
    TARN_NUMBER_EXCEL_1904, /**< days since 1904-01-01 */
} tarn_date_number_kind;

/** No date by this order. */
#define TARN_NO_DATE INT32_MIN

/** What a text means by each order, in days since 1970-01-01; all the same when the text is certain. */
typedef struct tarn_date_reading {
    int32_t days[TARN_DATE_ORDERS];
    int64_t micros; /**< of the day; a whole day for 24:00 */
    int32_t offset; /**< seconds east of UTC */
    bool has_time, has_zone;
    bool is_partial; /**< names a month, quarter or week, of which this is the first day */
    bool is_counted; /**< a number that counts from some day on */
    bool is_rounded; /**< has more digits than microseconds need */
} tarn_date_reading;

typedef struct tarn_date_options {
    int pivot; /**< two-digit years below it are 20yy, the others 19yy */
    tarn_date_number_kind number;
} tarn_date_options;

/** False when no order makes a date of the text (valid UTF-8). */
bool tarn_date_read(const char *text, size_t size, const tarn_date_options *options, tarn_date_reading *out);

/** A time of day alone, in microseconds: 23:59, 11:59 PM, 23h59. False when it is none, or has a date or a zone. 24:00
 * is no time of a day. */
bool tarn_clock_read(const char *text, size_t size, int64_t *micros, bool *is_rounded);

/** The orders by which the text is a date, as bits. */
unsigned tarn_date_reading_orders(const tarn_date_reading *reading);

/** Seconds east of UTC of Z, UTC, CET, +02:00, -0530; false when it is no zone. */
bool tarn_zone_read(const char *text, int32_t *out);

/** Why the zone at the end of a text is not read. */
typedef enum tarn_zone_trouble {
    TARN_ZONE_NONE,
    TARN_ZONE_AMBIGUOUS, /**< CST and the like name zones in several parts of the world */
    TARN_ZONE_REGION,    /**< Europe/Berlin and the like: its offset depends on the day */
} tarn_zone_trouble;
tarn_zone_trouble tarn_zone_trouble_of(const char *text, size_t size);

/** "2026-02-01" and a NUL; the year has four digits at least. */
#define TARN_DATE_TEXT_SIZE 16
size_t tarn_date_print(int32_t days, char out[TARN_DATE_TEXT_SIZE]);

/** "2026-02-01 23:59:59", with a fraction when it has one; microseconds since 1970. */
#define TARN_TIMESTAMP_TEXT_SIZE 40
size_t tarn_timestamp_print(int64_t micros, char out[TARN_TIMESTAMP_TEXT_SIZE]);

#endif
