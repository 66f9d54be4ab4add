/**
 * @file json_column.h
 * Memory of the columns that json_build.c fills.
 */
#ifndef TARN_IO_JSON_COLUMN_H
#define TARN_IO_JSON_COLUMN_H

#include "io/json_build.h"

tarn_status tarn_json_column_init(tarn_json_column *column, const tarn_json_shape *shape, tarn_error *error);
void tarn_json_column_free(tarn_json_column *column);

/* Make `row` the last one: there is memory for it, and rows before it without a value are null. It has no value yet. */
tarn_status tarn_json_column_reach(tarn_json_builder *builder, tarn_json_column *column, size_t row, tarn_error *error);

/* Give `rows` rows as an array and begin anew. */
tarn_status tarn_json_column_finish(tarn_json_builder *builder, tarn_json_column *column, size_t rows,
                                    struct ArrowArray *out, tarn_error *error);

static inline bool tarn_json_has_offsets(const tarn_json_shape *shape) {
    return shape->form == TARN_JSON_AS_LIST || shape->form == TARN_JSON_AS_TEXT || shape->type == TARN_CSV_TYPE_BLOB;
}

#endif
