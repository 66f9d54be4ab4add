/**
 * @file cast.h
 * Casting a column to another type without losing anything: what appending to a table needs.
 */
#ifndef TARN_ARROW_CAST_H
#define TARN_ARROW_CAST_H

#include "arrow/array.h"

/**
 * Values of type `from` as values of type `to`. Allowed: the same type; null to anything; integers to integers and
 * floats (each value must fit exactly), floats to integers and other floats (likewise), integers and decimals to
 * decimals, decimals to integers and floats (no digit lost), date32 to timestamps,
 * timestamps to other units of the same zone (exactly), dictionary text and everything else that can be printed to
 * utf8 (nested values as JSON). TARN_E_UNSUPPORTED: no such cast. TARN_E_INVALID: a value does not fit; `*failed` (may
 * be NULL) is its index and the message says what it is.
 */
tarn_status tarn_array_cast(const struct ArrowSchema *from, const struct ArrowArray *array,
                            const struct ArrowSchema *to, struct ArrowArray *out, int64_t *failed, tarn_error *error);

#endif
