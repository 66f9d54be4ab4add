/**
 * @file statistics_names.h
 * Names of variables, as SPSS and Stata allow them. Private to src/io.
 */
#ifndef TARN_IO_STATISTICS_NAMES_H
#define TARN_IO_STATISTICS_NAMES_H

#include <stddef.h>

#define TARN_STATISTICS_NAME 32 /**< bytes that a name may have */

/** A name like `wanted` that none of `names` has, whatever the case. Heap; NULL when out of memory. */
char *tarn_statistics_name(char *const *names, size_t count, const char *wanted);

#endif
