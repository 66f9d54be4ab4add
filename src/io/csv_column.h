/**
 * @file csv_column.h
 * One column of a chunk being filled, batch by batch.
 */
#ifndef TARN_IO_CSV_COLUMN_H
#define TARN_IO_CSV_COLUMN_H

#include "io/csv_reader.h"

typedef struct tarn_csv_builder {
    tarn_csv_type type;
    tarn_csv_decimal decimal;
    size_t rows, capacity; /* filled, in total */
    int64_t null_count;
    uint8_t *validity;   /* owned; all ones to begin with */
    void *values;        /* owned; fixed-width values, or offsets of text */
    tarn_buffer text;    /* owned */
    tarn_buffer scratch; /* owned; unescaped cells */
} tarn_csv_builder;

/* Cells of a column in a batch. */
typedef struct tarn_csv_cells {
    const uint8_t *data;
    size_t size; /* of data */
    const tarn_csv_field *fields;
    size_t stride, rows;
} tarn_csv_cells;

/* `decimal` matters for decimals only. */
tarn_status tarn_csv_builder_init(tarn_csv_builder *builder, tarn_csv_type type, tarn_csv_decimal decimal,
                                  size_t capacity, tarn_error *error);

/* TARN_E_FORMAT when a cell is not of the type: `*bad` is its row in the batch. */
tarn_status tarn_csv_builder_add(tarn_csv_builder *builder, const tarn_csv_reader *reader, const tarn_csv_cells *cells,
                                 size_t *bad, tarn_error *error);

/* Read one value, not null, into builder->values at row `at`; false when it is not of the type. Of the builder only
 * `type`, `decimal` and `values` are used. Not for text and bytes. */
bool tarn_csv_builder_parse(tarn_csv_builder *builder, const uint8_t *text, size_t size, size_t at);

tarn_status tarn_csv_builder_finish(tarn_csv_builder *builder, struct ArrowArray *out, tarn_error *error);
void tarn_csv_builder_free(tarn_csv_builder *builder);

#endif
