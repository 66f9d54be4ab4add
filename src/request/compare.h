/**
 * @file compare.h
 * What comparisons are made by, as requests say it. For src/request only.
 */
#ifndef TARN_REQUEST_COMPARE_H
#define TARN_REQUEST_COMPARE_H

#include "request/call.h"

#define TARN_COMPARE_BY                                                                                                \
    TARN_PARAMETER(TEXT, "keys", "columns that tell rows apart; else row numbers, or a column that is chosen",         \
                   .is_list = true, .may_be_one = true),                                                               \
        TARN_PARAMETER(FLAG, "ignore_case", "in texts, keys included", .otherwise = "false"),                          \
        TARN_PARAMETER(FLAG, "ignore_space", "white space at both ends of texts, keys included",                       \
                       .otherwise = "false"),                                                                          \
        TARN_PARAMETER(TEXT, "leave_out", "columns that are not compared", .is_list = true, .may_be_one = true),       \
        TARN_PARAMETER(OBJECT, "map", "columns that belong together: the one before to the one after")

/** Zeroed, then read; what the options point to is freed by tarn_compare_clear. */
typedef struct tarn_compare {
    tarn_diff_options options;
    const char **keys, **leave_out;
    tarn_parameter *map;
    tarn_diff_mapping *mappings;
    size_t map_count;
} tarn_compare;

tarn_status tarn_compare_read(const tarn_call *call, tarn_compare *out, tarn_error *error);
void tarn_compare_clear(tarn_compare *compare);

#endif
