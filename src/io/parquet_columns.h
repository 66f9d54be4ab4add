/**
 * @file parquet_columns.h
 * What a Parquet file's own schema says of its columns that DuckDB's reading of it does not: names that are there
 * twice, times of day, and digits that get lost. Private to src/io.
 */
#ifndef TARN_IO_PARQUET_COLUMNS_H
#define TARN_IO_PARQUET_COLUMNS_H

#include "engine/engine.h"
#include "io/names.h"

typedef struct tarn_parquet_column {
    char *name;
    bool is_utc_time; /**< a time of day whose writer calls it UTC, as most do for all of them */
} tarn_parquet_column;

typedef struct tarn_parquet_columns {
    tarn_parquet_column *columns; /**< of the table; what is nested in them counts as theirs */
    size_t count, capacity;
    tarn_listing cut;   /**< columns whose nanoseconds DuckDB reads as microseconds */
    char *wide_decimal; /**< a column with decimals of more than 38 digits, which DuckDB reads wrongly; NULL: none */
} tarn_parquet_columns;

/** `pattern` is what DuckDB is given as the file's path. */
tarn_status tarn_parquet_columns_read(tarn_engine *engine, const char *pattern, tarn_task *task,
                                      tarn_parquet_columns *out, tarn_error *error);
void tarn_parquet_columns_clear(tarn_parquet_columns *columns);

/** The same stream with the file's own names, equal ones too. `out` takes `given` over when this succeeds; `columns`
 * outlive it. */
tarn_status tarn_parquet_columns_name(const tarn_parquet_columns *columns, struct ArrowArrayStream *given,
                                      struct ArrowArrayStream *out, tarn_error *error);

#endif
