/**
 * @file columns.h
 * Tables made row by row and handed out as Arrow, so that one generator feeds every engine without a file in between.
 */
#ifndef BENCH_COLUMNS_H
#define BENCH_COLUMNS_H

#include "tarn/arrow.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum bench_type {
    BENCH_INT32,
    BENCH_INT64,
    BENCH_DOUBLE,
    BENCH_MONEY,     /**< cents: DECIMAL(15,2), or DOUBLE when the batch was made so */
    BENCH_DATE,      /**< days since 1970-01-01 */
    BENCH_TIMESTAMP, /**< microseconds since 1970-01-01 */
    BENCH_TEXT,
} bench_type;

typedef struct bench_field {
    const char *name;
    bench_type type;
} bench_field;

/** A batch under construction. Values go to columns by number; every column gets one value for each row. */
typedef struct bench_batch bench_batch;

void bench_put_int(bench_batch *batch, size_t column, int64_t value);
void bench_put_double(bench_batch *batch, size_t column, double value);
void bench_put_text(bench_batch *batch, size_t column, const char *text, size_t size);
void bench_put_null(bench_batch *batch, size_t column);

/** A table that makes its chunks in order. */
typedef struct bench_table {
    const char *name;
    const bench_field *fields;
    size_t field_count;
    /** Put the rows of chunk `chunk` into the batch; false, and nothing put, after the last one. */
    bool (*fill)(const void *context, int64_t chunk, bench_batch *batch);
    const void *context; /**< outlives every stream over the table */
} bench_table;

enum { BENCH_CHUNK_ROWS = 122880 };

/** The rows of chunk `chunk` of a table of `rows` rows: [*first, *last); false when there are none. */
bool bench_chunk(int64_t rows, int64_t chunk, int64_t *first, int64_t *last);

/** A stream over the table; the consumer releases it. `table` is copied. */
void bench_table_stream(const bench_table *table, bool double_money, struct ArrowArrayStream *out);

#endif
