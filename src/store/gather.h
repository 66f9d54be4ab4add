/**
 * @file gather.h
 * Values of rows that lie anywhere in a version, in any order.
 */
#ifndef TARN_STORE_GATHER_H
#define TARN_STORE_GATHER_H

#include "store/store.h"

/** A column's values at row numbers (-1: null), in that order. Chunk by chunk, however they are mixed. */
tarn_status tarn_gather(const tarn_version *version, size_t column, const int64_t *row_numbers, int64_t count,
                        struct ArrowArray *out, tarn_error *error);

/** All columns at row numbers as a struct array. */
tarn_status tarn_gather_rows(const tarn_version *version, const int64_t *row_numbers, int64_t count,
                             struct ArrowArray *out, tarn_error *error);

#endif
