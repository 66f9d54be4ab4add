#include "columns.h"

#include "system.h"

#include <stdlib.h>
#include <string.h>

/* One growing buffer. */
typedef struct bytes {
    uint8_t *data;
    size_t size;
    size_t capacity;
} bytes;

typedef struct column {
    bench_type type;
    int64_t rows;
    int64_t nulls;
    bytes validity; /* empty until the first null */
    bytes offsets;  /* text only */
    bytes values;
} column;

struct bench_batch {
    bool double_money;
    size_t column_count;
    column columns[];
};

static void *grow(bytes *to, size_t extra) {
    if (to->data == NULL || to->size + extra > to->capacity) {
        to->capacity = to->capacity * 2 > to->size + extra ? to->capacity * 2 : to->size + extra + 4096;
        to->data = bench_realloc(to->data, to->capacity);
    }
    void *at = to->data + to->size;
    to->size += extra;
    return at;
}

/* ---- putting values ---------------------------------------------------------------------------------------------- */

static void set_valid(column *column, int64_t row, bool valid) {
    size_t needed = (size_t)row / 8 + 1;
    if (column->validity.size < needed) {
        size_t extra = needed - column->validity.size;
        memset(grow(&column->validity, extra), 0, extra);
    }
    if (valid)
        column->validity.data[row / 8] |= (uint8_t)(1u << (row % 8));
}

static void count_row(column *column, bool valid) {
    if (!valid && column->nulls == 0)
        for (int64_t row = 0; row < column->rows; row++)
            set_valid(column, row, true);
    column->nulls += !valid;
    if (column->nulls > 0)
        set_valid(column, column->rows, valid);
    column->rows++;
}

static void append_int(const bench_batch *batch, column *column, int64_t value) {
    switch (column->type) {
    case BENCH_INT32:
    case BENCH_DATE: {
        int32_t narrow = (int32_t)value;
        memcpy(grow(&column->values, sizeof narrow), &narrow, sizeof narrow);
        break;
    }
    case BENCH_MONEY:
        if (batch->double_money) {
            double amount = (double)value / 100;
            memcpy(grow(&column->values, sizeof amount), &amount, sizeof amount);
        } else {
            int64_t wide[2] = {value, value < 0 ? -1 : 0};
            memcpy(grow(&column->values, sizeof wide), wide, sizeof wide);
        }
        break;
    default:
        memcpy(grow(&column->values, sizeof value), &value, sizeof value);
    }
}

void bench_put_int(bench_batch *batch, size_t index, int64_t value) {
    column *column = &batch->columns[index];
    append_int(batch, column, value);
    count_row(column, true);
}

void bench_put_double(bench_batch *batch, size_t index, double value) {
    column *column = &batch->columns[index];
    memcpy(grow(&column->values, sizeof value), &value, sizeof value);
    count_row(column, true);
}

static void append_text(column *column, const char *text, size_t size) {
    memcpy(grow(&column->values, size), text, size);
    int32_t end = (int32_t)column->values.size;
    memcpy(grow(&column->offsets, sizeof end), &end, sizeof end);
}

void bench_put_text(bench_batch *batch, size_t index, const char *text, size_t size) {
    column *column = &batch->columns[index];
    append_text(column, text, size);
    count_row(column, true);
}

void bench_put_null(bench_batch *batch, size_t index) {
    column *column = &batch->columns[index];
    if (column->type == BENCH_TEXT)
        append_text(column, "", 0);
    else
        append_int(batch, column, 0);
    count_row(column, false);
}

/* ---- as Arrow ---------------------------------------------------------------------------------------------------- */

static void release_array(struct ArrowArray *array) {
    for (int64_t i = 0; i < array->n_children; i++) {
        if (array->children[i]->release != NULL)
            array->children[i]->release(array->children[i]);
        free(array->children[i]);
    }
    for (int64_t i = 0; i < array->n_buffers; i++)
        free((void *)array->buffers[i]);
    free(array->buffers);
    free(array->children);
    array->release = NULL;
}

/* Hand the column's buffers over. */
static struct ArrowArray *column_array(column *column) {
    bool text = column->type == BENCH_TEXT;
    struct ArrowArray *array = bench_alloc(sizeof *array);
    *array = (struct ArrowArray){
        .length = column->rows, .null_count = column->nulls, .n_buffers = text ? 3 : 2, .release = release_array};
    array->buffers = bench_alloc(3 * sizeof *array->buffers);
    array->buffers[0] = column->validity.data;
    array->buffers[1] = text ? column->offsets.data : column->values.data;
    array->buffers[2] = text ? column->values.data : NULL;
    return array;
}

static void batch_array(bench_batch *batch, struct ArrowArray *out) {
    *out = (struct ArrowArray){.length = batch->columns[0].rows,
                               .n_buffers = 1,
                               .n_children = (int64_t)batch->column_count,
                               .release = release_array};
    out->buffers = bench_alloc(sizeof *out->buffers);
    out->buffers[0] = NULL;
    out->children = bench_alloc(batch->column_count * sizeof(struct ArrowArray *));
    for (size_t i = 0; i < batch->column_count; i++)
        out->children[i] = column_array(&batch->columns[i]);
}

static void release_schema(struct ArrowSchema *schema) {
    for (int64_t i = 0; i < schema->n_children; i++) {
        if (schema->children[i]->release != NULL)
            schema->children[i]->release(schema->children[i]);
        free(schema->children[i]);
    }
    free(schema->children);
    free((char *)schema->name);
    schema->release = NULL;
}

static const char *type_format(bench_type type, bool double_money) {
    switch (type) {
    case BENCH_INT32:
        return "i";
    case BENCH_INT64:
        return "l";
    case BENCH_DOUBLE:
        return "g";
    case BENCH_MONEY:
        return double_money ? "g" : "d:15,2";
    case BENCH_DATE:
        return "tdD";
    case BENCH_TIMESTAMP:
        return "tsu:";
    case BENCH_TEXT:
        break;
    }
    return "u";
}

static void make_schema(struct ArrowSchema *schema, const char *format, const char *name, size_t children) {
    *schema = (struct ArrowSchema){.format = format,
                                   .name = bench_format("%s", name),
                                   .flags = ARROW_FLAG_NULLABLE,
                                   .n_children = (int64_t)children,
                                   .release = release_schema};
    if (children > 0)
        schema->children = bench_alloc(children * sizeof(struct ArrowSchema *));
}

/* ---- streams ----------------------------------------------------------------------------------------------------- */

bool bench_chunk(int64_t rows, int64_t chunk, int64_t *first, int64_t *last) {
    *first = chunk * BENCH_CHUNK_ROWS;
    *last = *first + BENCH_CHUNK_ROWS < rows ? *first + BENCH_CHUNK_ROWS : rows;
    return *first < rows;
}

typedef struct source {
    bench_table table;
    bool double_money;
    int64_t chunk;
} source;

static int source_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    const source *source = stream->private_data;
    make_schema(out, "+s", "", source->table.field_count);
    for (size_t i = 0; i < source->table.field_count; i++) {
        const bench_field *field = &source->table.fields[i];
        out->children[i] = bench_alloc(sizeof *out->children[i]);
        make_schema(out->children[i], type_format(field->type, source->double_money), field->name, 0);
    }
    return 0;
}

static bench_batch *new_batch(const bench_table *table, bool double_money) {
    bench_batch *batch = bench_alloc(sizeof *batch + table->field_count * sizeof(column));
    batch->double_money = double_money;
    batch->column_count = table->field_count;
    for (size_t i = 0; i < table->field_count; i++) {
        column *column = &batch->columns[i];
        *column = (struct column){.type = table->fields[i].type};
        if (column->type == BENCH_TEXT)
            memset(grow(&column->offsets, sizeof(int32_t)), 0, sizeof(int32_t));
    }
    return batch;
}

static int source_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    source *source = stream->private_data;
    bench_batch *batch = new_batch(&source->table, source->double_money);
    if (source->table.fill(source->table.context, source->chunk, batch)) {
        batch_array(batch, out);
        source->chunk++;
    } else {
        for (size_t i = 0; i < batch->column_count; i++)
            free(batch->columns[i].offsets.data);
        *out = (struct ArrowArray){0};
    }
    free(batch);
    return 0;
}

static const char *source_error(struct ArrowArrayStream *stream) {
    (void)stream;
    return NULL;
}

static void source_release(struct ArrowArrayStream *stream) {
    free(stream->private_data);
    stream->release = NULL;
}

void bench_table_stream(const bench_table *table, bool double_money, struct ArrowArrayStream *out) {
    source *source = bench_alloc(sizeof *source);
    *source = (struct source){.table = *table, .double_money = double_money};
    *out = (struct ArrowArrayStream){.get_schema = source_schema,
                                     .get_next = source_next,
                                     .get_last_error = source_error,
                                     .release = source_release,
                                     .private_data = source};
}
