/**
 * @file take.h
 * Values of rows that were found. Private to src/diff.
 */
#ifndef TARN_DIFF_TAKE_H
#define TARN_DIFF_TAKE_H

#include "diff/internal.h"

/** One column's values of one side in the rows; null where a row is not on that side. */
tarn_status tarn_diff_take(const tarn_version *version, size_t column, const tarn_diff_row *rows, int64_t count,
                           bool before, struct ArrowArray *out, tarn_error *error);

#endif
