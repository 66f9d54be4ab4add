/* Columns being filled: memory that grows, and arrays made of it. */
#include "io/json_column.h"

#include "arrow/array.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ROWS 64

tarn_status tarn_json_column_init(tarn_json_column *column, const tarn_json_shape *shape, tarn_error *error) {
    *column = (tarn_json_column){.shape = shape};
    bool list = shape->form == TARN_JSON_AS_LIST;
    size_t count = list ? 1 : shape->form == TARN_JSON_AS_STRUCT ? shape->count : 0;
    if (count == 0)
        return TARN_OK;
    column->children = calloc(count, sizeof *column->children);
    if (column->children == NULL)
        return tarn_fail_memory(error);
    for (; column->count < count; column->count++)
        TARN_TRY(tarn_json_column_init(&column->children[column->count],
                                       list ? shape->element : shape->fields[column->count].shape, error));
    return TARN_OK;
}

static void drop_values(tarn_json_column *column) {
    free(column->validity);
    free(column->values);
    tarn_buffer_free(&column->text);
    column->validity = column->values = NULL;
    column->rows = column->capacity = column->valid = column->items = 0;
}

void tarn_json_column_free(tarn_json_column *column) {
    drop_values(column);
    for (size_t i = 0; i < column->count; i++)
        tarn_json_column_free(&column->children[i]);
    free(column->children);
    column->children = NULL;
    column->count = 0;
}

static size_t value_bytes(const tarn_json_shape *shape, size_t rows) {
    if (tarn_json_has_offsets(shape))
        return (rows + 1) * sizeof(int32_t);
    if (shape->form == TARN_JSON_AS_STRUCT)
        return 0;
    return shape->type == TARN_CSV_TYPE_BOOL ? (rows + 7) / 8 : rows * tarn_csv_type_width(shape->type);
}

/* A larger copy, zeros behind it. */
static tarn_status enlarge(uint8_t **memory, size_t before, size_t after, tarn_error *error) {
    uint8_t *larger = tarn_aligned_alloc(after);
    if (larger == NULL)
        return tarn_fail_memory(error);
    if (*memory != NULL)
        memcpy(larger, *memory, before);
    memset(larger + (*memory != NULL ? before : 0), 0, after - (*memory != NULL ? before : 0));
    free(*memory);
    *memory = larger;
    return TARN_OK;
}

static tarn_status grow(tarn_json_builder *builder, tarn_json_column *column, size_t rows, tarn_error *error) {
    size_t capacity = column->capacity * 2 > FIRST_ROWS ? column->capacity * 2 : FIRST_ROWS;
    capacity = capacity > rows ? capacity : (rows + 7) & ~(size_t)7;
    size_t before = value_bytes(column->shape, column->capacity), after = value_bytes(column->shape, capacity);
    builder->bytes += after - before + (capacity - column->capacity) / 8;
    if (builder->bytes > builder->most) {
        tarn_json_fault(&builder->text, builder->text.at,
                        "what is nested in column \"%.60s\" unfolds to more than %llu MB: read the column as text",
                        builder->column, (unsigned long long)(builder->most >> 20));
        return TARN_E_FORMAT;
    }
    if (after > 0)
        TARN_TRY(enlarge(&column->values, before, after, error));
    TARN_TRY(enlarge(&column->validity, column->capacity / 8, capacity / 8, error));
    column->capacity = capacity;
    return TARN_OK;
}

tarn_status tarn_json_column_reach(tarn_json_builder *builder, tarn_json_column *column, size_t row,
                                   tarn_error *error) {
    if (row >= column->capacity)
        TARN_TRY(grow(builder, column, row + 1, error));
    if (tarn_json_has_offsets(column->shape)) {
        int32_t *offsets = (int32_t *)(void *)column->values;
        int32_t end = (int32_t)(column->shape->form == TARN_JSON_AS_LIST ? column->items : column->text.size);
        for (size_t i = column->rows; i <= row; i++)
            offsets[i + 1] = end;
    }
    column->rows = row + 1;
    return TARN_OK;
}

static tarn_status finish_children(tarn_json_builder *builder, tarn_json_column *column, size_t rows,
                                   struct ArrowArray *children, tarn_error *error) {
    size_t child_rows = column->shape->form == TARN_JSON_AS_LIST ? column->items : rows;
    for (size_t i = 0; i < column->count; i++) {
        tarn_status status = tarn_json_column_finish(builder, &column->children[i], child_rows, &children[i], error);
        if (status == TARN_OK)
            continue;
        while (i-- > 0)
            tarn_array_release(&children[i]);
        return status;
    }
    return TARN_OK;
}

tarn_status tarn_json_column_finish(tarn_json_builder *builder, tarn_json_column *column, size_t rows,
                                    struct ArrowArray *out, tarn_error *error) {
    bool text = tarn_json_has_offsets(column->shape) && column->shape->form != TARN_JSON_AS_LIST;
    if (rows > column->rows || column->capacity == 0)
        TARN_TRY(tarn_json_column_reach(builder, column, rows > 0 ? rows - 1 : 0, error));
    struct ArrowArray *children = calloc(column->count + 1, sizeof *children);
    tarn_status status = children == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK)
        status = finish_children(builder, column, rows, children, error);
    if (status == TARN_OK && text)
        status = tarn_buffer_reserve(&column->text, 0, error);
    if (status == TARN_OK) {
        int64_t nulls = (int64_t)(rows - column->valid);
        if (nulls == 0) {
            free(column->validity);
            column->validity = NULL;
        }
        void *buffers[3] = {column->validity, column->values, column->text.data};
        int64_t n_buffers = text ? 3 : column->shape->form == TARN_JSON_AS_STRUCT ? 1 : 2;
        column->validity = column->values = NULL; /* taken over, whether it succeeds or not */
        column->text = (tarn_buffer){0};
        status =
            tarn_array_make(out, (int64_t)rows, nulls, buffers, n_buffers, children, (int64_t)column->count, error);
    }
    free(children);
    drop_values(column);
    return status;
}
