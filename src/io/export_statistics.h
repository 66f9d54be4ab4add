/**
 * @file export_statistics.h
 * SPSS and Stata files are written by libreadstat, which wants to know the number of rows and the widest text of each
 * column first: the rows go through a scratch file. Private to src/io.
 */
#ifndef TARN_IO_EXPORT_STATISTICS_H
#define TARN_IO_EXPORT_STATISTICS_H

#include "io/export.h"
#include "io/format.h"

/** TARN_FORMAT_SAV or TARN_FORMAT_DTA to run->sink. What such a file cannot hold exactly is refused, naming row and
 * column: whole numbers beyond 2^53, decimals of more than 15 digits, infinity, text longer than 32,767 bytes (SPSS) or
 * 2,045 (Stata). Nested values are written as JSON. Names that these programs do not allow are changed; the name that
 * was is the variable's label then. */
tarn_status tarn_export_statistics(tarn_export_run *run, tarn_file_format format, tarn_error *error);

#endif
