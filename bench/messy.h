/**
 * @file messy.h
 * The table that people bring: ten columns of the kinds that a CSV file has, about 100 bytes a row, text with spaces
 * around it, commas inside quotes, letters beyond ASCII, and empty cells.
 */
#ifndef BENCH_MESSY_H
#define BENCH_MESSY_H

#include "columns.h"

/** The columns, by number. */
enum {
    MESSY_ID,       /**< 1, 2, 3 … */
    MESSY_CUSTOMER, /**< 1 to 50,000 */
    MESSY_QUANTITY, /**< 1 to 100 */
    MESSY_PRICE,    /**< two decimals */
    MESSY_SCORE,    /**< six decimals, one in fifty empty */
    MESSY_DAY,      /**< a date */
    MESSY_CREATED,  /**< a timestamp */
    MESSY_STATUS,   /**< six values */
    MESSY_CITY,     /**< forty values */
    MESSY_NAME,     /**< nearly unique, two in three with spaces around it */
    MESSY_COLUMNS
};

/** The table as a source of Arrow; `rows` is kept by address. */
bench_table bench_messy_table(const char *name, const int64_t *rows);

/** Write it as a CSV file with a header: `rows` rows, or as many as `bytes` take when that is not 0. Gives the rows. */
int64_t bench_messy_csv(const char *path, int64_t rows, int64_t bytes);

#endif
