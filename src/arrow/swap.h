/**
 * @file swap.h
 * Turning values of the other endianness round. Private to src/arrow.
 */
#ifndef TARN_ARROW_SWAP_H
#define TARN_ARROW_SWAP_H

#include "arrow/layout.h"

typedef enum tarn_swap {
    TARN_SWAP_NONE,   /**< bytes */
    TARN_SWAP_WHOLE,  /**< numbers as wide as the value */
    TARN_SWAP_HALVES, /**< two numbers of half the width: day-time intervals */
    TARN_SWAP_MONTHS, /**< two of 4 bytes and one of 8: month-day-nanosecond intervals */
    TARN_SWAP_VIEW,   /**< views: a length, and for long ones a buffer and an offset */
} tarn_swap;

tarn_swap tarn_swap_of(const tarn_shape *shape);

/** Turn `count` values of `width` bytes round in place. */
void tarn_swap_values(void *values, tarn_swap swap, size_t width, size_t count);

#endif
