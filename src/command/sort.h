/**
 * @file sort.h
 * Rows in the order of some keys.
 */
#ifndef TARN_COMMAND_SORT_H
#define TARN_COMMAND_SORT_H

#include "command/command.h"

/** Row numbers of all live rows in the order of `keys` (SQL: the text behind ORDER BY); rows that the keys do not tell
 *  apart keep their present order. Heap; tarn_version_rows of them. */
tarn_status tarn_sort_rows(tarn_run *run, const char *keys, int64_t **out, tarn_error *error);

#endif
