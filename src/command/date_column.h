/**
 * @file date_column.h
 * A column of dates as people write them: what its values say together of the order of day, month and year, and of
 * time zones.
 */
#ifndef TARN_COMMAND_DATE_COLUMN_H
#define TARN_COMMAND_DATE_COLUMN_H

#include "command/command.h"
#include "command/date_text.h"

extern const char *const tarn_date_order_names[]; /**< dmy, mdy, ymd, NULL */

typedef struct tarn_date_column {
    const tarn_run *run;
    size_t column;
    tarn_date_options options;
    tarn_date_order order;
    bool is_concluded; /**< the order, from other values, and some would mean another day by another order */
    int64_t with_zone, without_zone; /**< values */
    int64_t first_without_zone;      /**< row number of one; -1: none */
} tarn_date_column;

/** Fill in `run`, `column` and `options`; the rest is found out. The parameter `order` decides if given; `zones` asks
 * for the last three, too. TARN_E_INVALID: no value tells the order. */
tarn_status tarn_date_column_look(tarn_date_column *column, bool zones, tarn_error *error);

/** Rows of a chunk as plain text, numbers too; released by the caller. */
tarn_status tarn_date_column_texts(const tarn_date_column *column, size_t chunk, int64_t from, int64_t to,
                                   struct ArrowSchema *type, struct ArrowArray *out, tarn_error *error);

/** The text of element i of these without the spaces behind it; false when there is none. */
bool tarn_date_text_at(const struct ArrowSchema *type, const struct ArrowArray *array, int64_t i, const char **text,
                       size_t *size);

#endif
