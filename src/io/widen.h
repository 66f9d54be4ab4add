/**
 * @file widen.h
 * Columns of a table that become wider, so that rows can be appended whose values do not fit. Private to src/io.
 *
 * An import is tried with the table's types first. Columns whose values do not fit are remembered, and the import is
 * tried again with wider ones: so nothing becomes wider that need not.
 */
#ifndef TARN_IO_WIDEN_H
#define TARN_IO_WIDEN_H

#include "io/io.h"
#include "io/names.h"

/** How values come into a column of the table. */
typedef enum tarn_widening_step {
    TARN_WIDEN_AS_IT_IS, /**< text is read as the table's type, other values are cast to it */
    TARN_WIDEN_BY_VALUE, /**< text is read as what it looks like, and cast */
    TARN_WIDEN_TYPE      /**< the column becomes wider first */
} tarn_widening_step;

/** What was learned in the attempts so far. Zeroed: nothing. */
typedef struct tarn_widening {
    uint64_t version; /**< of the table that this is about */
    size_t count;     /**< columns of it; 0 before the first attempt */
    unsigned char *steps;
    _Atomic(unsigned char) *wanted; /**< steps for the next attempt */
    size_t attempts;                /**< that did not do */
    tarn_listing became;            /**< what columns became, in this attempt */
} tarn_widening;

/** An attempt to append to `base` begins. What was learned of another version is forgotten. */
tarn_status tarn_widening_begin(tarn_widening *widening, const tarn_version *base, tarn_error *error);
/** The step of a column of the table. */
tarn_widening_step tarn_widening_step_of(const tarn_widening *widening, size_t column);
/** Have that step taken in the next attempt. From any thread. */
void tarn_widening_want(tarn_widening *widening, size_t column, tarn_widening_step step);
/** Whether this attempt will not do. */
bool tarn_widening_is_wanted(const tarn_widening *widening);
/** True when another attempt, with the steps that are wanted, can do better. */
bool tarn_widening_again(tarn_widening *widening);
void tarn_widening_clear(tarn_widening *widening);

#define TARN_WIDER_FORMAT_SIZE 48 /* the longest is a timestamp's with its zone */

/**
 * The format that a column of type `table` needs to take values of type `source` as well: integers become wider ones or
 * DOUBLE, REAL becomes DOUBLE, dates become timestamps, timestamps finer ones, and all but bytes and nested values text
 * where there are texts; decimals get as many digits as both need. False: there is no such type.
 */
bool tarn_wider_format(const struct ArrowSchema *table, const struct ArrowSchema *source,
                       char out[TARN_WIDER_FORMAT_SIZE]);

/** Give a column of the draft of `base` that type, with its values, each of which must be the same in it, or
 * TARN_E_INVALID; remember what it became. */
tarn_status tarn_widen_column(tarn_widening *widening, const tarn_io *io, tarn_transaction *transaction,
                              tarn_draft *draft, const tarn_version *base, size_t column, const char *format,
                              tarn_error *error);

#endif
