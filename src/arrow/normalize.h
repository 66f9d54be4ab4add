/**
 * @file normalize.h
 * From the many types of Arrow to the few that the store keeps: null, bool, integers, float32 and float64, utf8,
 * binary, fixed binary, date32, time32 and time64, timestamp, duration, interval[month_day_nano], decimal128, list,
 * fixed list, struct, map, and dictionaries of utf8 with int32 indices.
 *
 *   large_utf8, utf8_view → utf8            float16 → float32
 *   large_binary, binary_view → binary      decimal32, decimal64 → decimal128
 *   large_list, list views → list           decimal256 → decimal128, when its precision is at most 38
 *   run ends → their values                 date64 → date32
 *   dictionaries of other values → values   interval[months], interval[day_time] → interval[month_day_nano]
 *   other dictionary indices → int32
 *
 * What cannot be kept (unions, decimal256 of more digits) gives TARN_E_UNSUPPORTED naming type and column.
 */
#ifndef TARN_ARROW_NORMALIZE_H
#define TARN_ARROW_NORMALIZE_H

#include "arrow/array.h"

/** True when normalising would change nothing. */
bool tarn_schema_is_normal(const struct ArrowSchema *schema);

/** The schema that tarn_array_normalize gives arrays of `schema`. Names, nullability and metadata are kept. */
tarn_status tarn_schema_normalize(const struct ArrowSchema *schema, struct ArrowSchema *out, tarn_error *error);

/**
 * The same values in the type that tarn_schema_normalize gives. `array` was validated and stays the caller's; what
 * needs no change is shared with it, not copied (see tarn_array_share). Text and lists of more than 2 GiB in one array,
 * lists or runs that unfold to more than 134,217,728 elements, and views, runs or dictionaries of several values whose
 * text unfolds to more than 256 MiB, give TARN_E_UNSUPPORTED: normalise a part of the array, or read smaller batches.
 */
tarn_status tarn_array_normalize(const struct ArrowSchema *schema, struct ArrowArray *array, struct ArrowArray *out,
                                 tarn_error *error);

#endif
