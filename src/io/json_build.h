/**
 * @file json_build.h
 * Records into Arrow arrays of a decided shape (see json_shape.h). A builder belongs to one thread.
 */
#ifndef TARN_IO_JSON_BUILD_H
#define TARN_IO_JSON_BUILD_H

#include "base/buffer.h"
#include "io/csv_column.h"
#include "io/json_shape.h"

/* One place of the records, for as many rows as came so far. Rows that were passed over are null. */
typedef struct tarn_json_column {
    const tarn_json_shape *shape;
    size_t rows;     /* behind the last one that has a value */
    size_t capacity; /* rows that there is memory for */
    size_t valid;    /* rows with a value */
    size_t items;    /* of lists: elements so far */
    uint8_t *validity;
    uint8_t *values; /* fixed-width values, bits, or int32 offsets */
    tarn_buffer text;
    struct tarn_json_column *children;
    size_t count;
} tarn_json_column;

typedef struct tarn_json_builder {
    tarn_json_text text;
    tarn_task *task;
    const char *column; /* that is being read, for messages */
    tarn_json_column root;
    size_t rows;      /* of the batch so far */
    uint64_t bytes;   /* that its columns take */
    uint64_t most;    /* that they may take */
    size_t most_text; /* bytes of one text */
    uint64_t values;
    uint8_t *scratch; /* owned */
    size_t scratch_size;
} tarn_json_builder;

/* `shape` is that of the records and stays the caller's. */
tarn_status tarn_json_builder_init(tarn_json_builder *builder, const tarn_json_shape *shape, tarn_error *error);
void tarn_json_builder_free(tarn_json_builder *builder);

/* Add the record at text.at and pass over it. TARN_E_FORMAT: builder->text has the fault. */
tarn_status tarn_json_build(tarn_json_builder *builder, tarn_error *error);

/* The records so far as a struct array with a child per column, and begin anew. */
tarn_status tarn_json_builder_finish(tarn_json_builder *builder, struct ArrowArray *out, tarn_error *error);

/* The values so far as a column of their own, and begin anew. */
tarn_status tarn_json_builder_finish_column(tarn_json_builder *builder, struct ArrowArray *out, tarn_error *error);

#endif
