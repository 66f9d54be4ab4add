/**
 * @file date_text.h
 * Reading dates as people write them. A time of day behind a date is checked and not kept.
 *
 * Certain are: 2026-02-01, 2026/2/1, 2026.2.1, 20260201, 1.2.2026 (dots: day first), 1-Feb-2026, 1 February 2026,
 * 1st Feb 26, Feb 1, 2026, February 1 2026, 2026-Feb-1, each with a weekday's name before it or not. What 1/2/2026,
 * 1-2-2026 and 1/2/26 mean depends on the order. Names of months and weekdays are English.
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

/** No date by this order. */
#define TARN_NO_DATE INT32_MIN

/** What a text means by each order, in days since 1970-01-01; all the same when the text is certain. */
typedef struct tarn_date_reading {
    int32_t days[TARN_DATE_ORDERS];
} tarn_date_reading;

/** Two-digit years below `pivot` are 20yy, the others 19yy. False when no order makes a date of the text. */
bool tarn_date_read(const char *text, size_t size, int pivot, tarn_date_reading *out);

/** The orders by which the text is a date, as bits. */
unsigned tarn_date_reading_orders(const tarn_date_reading *reading);

/** "2026-02-01" and a NUL; the year has four digits at least. */
#define TARN_DATE_TEXT_SIZE 16
size_t tarn_date_print(int32_t days, char out[TARN_DATE_TEXT_SIZE]);

#endif
