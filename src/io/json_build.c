/* Values into the columns that were decided for them. */
#include "io/json_build.h"

#include "arrow/array.h"
#include "base/text.h"
#include "io/json_column.h"
#include "io/json_fields.h"

#include <stdlib.h>
#include <string.h>

#define CHECK_EVERY 4096 /* values, between looks at whether the work is still wanted */

tarn_status tarn_json_builder_init(tarn_json_builder *builder, const tarn_json_shape *shape, tarn_error *error) {
    *builder = (tarn_json_builder){.column = "value"};
    return tarn_json_column_init(&builder->root, shape, error);
}

void tarn_json_builder_free(tarn_json_builder *builder) {
    tarn_json_column_free(&builder->root);
    free(builder->scratch);
    builder->scratch = NULL;
}

static tarn_status as_status(bool good) {
    return good ? TARN_OK : TARN_E_FORMAT;
}

/* Only where a type was asked for, or when the file has changed since it was looked at. */
static tarn_status misfit(tarn_json_builder *builder, const tarn_json_shape *shape, const uint8_t *value, size_t size) {
    const char *type = shape->form == TARN_JSON_AS_SCALAR ? tarn_csv_type_name(shape->type)
                       : shape->form == TARN_JSON_AS_LIST ? "list"
                                                          : "object";
    size_t shown = tarn_utf8_valid_prefix(value, size < 40 ? size : 40);
    for (size_t i = 0; i < shown; i++)
        shown = value[i] < 0x20 ? i : shown;
    tarn_json_fault(&builder->text, builder->text.at,
                    "column \"%.60s\": \"%.*s%s\" is not of type %s: import the column as text, into a table of its "
                    "own when there is one to append to, and put that below by the command stack",
                    builder->column, (int)shown, (const char *)value, shown < size ? "…" : "", type);
    return TARN_E_FORMAT;
}

/* The next row of a column that is to have a value. */
static tarn_status claim(tarn_json_builder *builder, tarn_json_column *column, size_t row, tarn_error *error) {
    if (row < column->rows)
        return as_status(tarn_json_fault(&builder->text, builder->text.at, "the file was changed while it was read"));
    TARN_TRY(tarn_json_column_reach(builder, column, row, error));
    tarn_bit_set(column->validity, (int64_t)row);
    column->valid++;
    return TARN_OK;
}

/* ---- single values ----------------------------------------------------------------------------------------------- */

/* The text of the value at text.at: a string's characters, anything else as it is there. */
static tarn_status take_text(tarn_json_builder *builder, const tarn_json_shape *shape, const uint8_t **value,
                             size_t *size, tarn_error *error) {
    tarn_json_text *text = &builder->text;
    tarn_json_string string;
    if (*text->at != '"') {
        *value = text->at;
        if (!tarn_json_skip_value(text, shape->level))
            return TARN_E_FORMAT;
        *size = (size_t)(text->at - *value);
        return TARN_OK;
    }
    if (!tarn_json_take_string(text, &string))
        return TARN_E_FORMAT;
    *value = string.raw;
    *size = string.size;
    if (!string.escaped)
        return TARN_OK;
    TARN_TRY(tarn_grow(&builder->scratch, &builder->scratch_size, string.size + 1, 1, error));
    *value = builder->scratch;
    *size = tarn_json_unescape(&string, builder->scratch);
    return TARN_OK;
}

static tarn_status add_text(tarn_json_builder *builder, tarn_json_column *column, size_t row, tarn_error *error) {
    const uint8_t *value, first = *builder->text.at;
    size_t size;
    TARN_TRY(take_text(builder, column->shape, &value, &size, error));
    if (size > builder->most_text) {
        tarn_json_fault(&builder->text, builder->text.at, "a text of column \"%.60s\" has more than %zu MB",
                        builder->column, builder->most_text >> 20);
        return TARN_E_FORMAT;
    }
    TARN_TRY(claim(builder, column, row, error));
    size_t before = column->text.capacity;
    TARN_TRY(tarn_buffer_reserve(&column->text, size, error));
    builder->bytes += column->text.capacity - before;
    uint8_t *to = column->text.data + column->text.size;
    if (first == '{' || first == '[')
        size = tarn_json_compact(value, size, to);
    else if (size > 0)
        memcpy(to, value, size);
    if (column->shape->type == TARN_CSV_TYPE_BLOB && !tarn_csv_parse_blob(to, &size))
        return misfit(builder, column->shape, value, size);
    column->text.size += size;
    if (column->text.size > INT32_MAX)
        return tarn_fail(error, TARN_E_UNSUPPORTED, "a column has more than 2 GB of text in one piece");
    ((int32_t *)(void *)column->values)[row + 1] = (int32_t)column->text.size;
    return TARN_OK;
}

static tarn_status add_scalar(tarn_json_builder *builder, tarn_json_column *column, size_t row, tarn_error *error) {
    const tarn_json_shape *shape = column->shape;
    const uint8_t *value;
    size_t size;
    if (shape->type == TARN_CSV_TYPE_BLOB)
        return add_text(builder, column, row, error);
    TARN_TRY(take_text(builder, shape, &value, &size, error));
    tarn_csv_trim(&value, &size);
    if (size == 0) /* an empty text where a type was asked for */
        return TARN_OK;
    TARN_TRY(claim(builder, column, row, error));
    tarn_csv_builder target = {.type = shape->type, .decimal = shape->decimal, .values = column->values};
    return tarn_csv_builder_parse(&target, value, size, row) ? TARN_OK : misfit(builder, shape, value, size);
}

/* ---- nested values ----------------------------------------------------------------------------------------------- */

static tarn_status build_value(tarn_json_builder *builder, tarn_json_column *column, size_t row, tarn_error *error);

static tarn_status add_member(tarn_json_builder *builder, tarn_json_column *column, size_t row, size_t *next,
                              tarn_error *error) {
    const tarn_json_shape *shape = column->shape;
    tarn_json_string key;
    TARN_TRY(tarn_json_key(&builder->text, &builder->scratch, &builder->scratch_size, &key, error));
    const tarn_json_field *field = tarn_json_shape_find(shape, key.raw, key.size, next);
    tarn_json_skip_space(&builder->text);
    if (field == NULL)
        return as_status(tarn_json_fault(&builder->text, builder->text.at, "the file was changed while it was read"));
    if (shape->level == 0)
        builder->column = field->name;
    return build_value(builder, &column->children[field - shape->fields], row, error);
}

static tarn_status add_object(tarn_json_builder *builder, tarn_json_column *column, size_t row, tarn_error *error) {
    size_t next = 0;
    bool more = true;
    if (*builder->text.at != '{')
        return misfit(builder, column->shape, builder->text.at, 0);
    TARN_TRY(claim(builder, column, row, error));
    builder->text.at++;
    if (tarn_json_is_empty(&builder->text, '}'))
        return TARN_OK;
    while (more) {
        TARN_TRY(add_member(builder, column, row, &next, error));
        TARN_TRY(tarn_json_more(&builder->text, '}', &more));
    }
    return TARN_OK;
}

static tarn_status add_list(tarn_json_builder *builder, tarn_json_column *column, size_t row, tarn_error *error) {
    bool more = true;
    if (*builder->text.at != '[')
        return misfit(builder, column->shape, builder->text.at, 0);
    TARN_TRY(claim(builder, column, row, error));
    builder->text.at++;
    if (tarn_json_is_empty(&builder->text, ']'))
        return TARN_OK;
    while (more) {
        tarn_json_skip_space(&builder->text);
        TARN_TRY(build_value(builder, &column->children[0], column->items, error));
        column->items++;
        TARN_TRY(tarn_json_more(&builder->text, ']', &more));
    }
    if (column->items > INT32_MAX)
        return tarn_fail(error, TARN_E_UNSUPPORTED, "a column has more than 2,147,483,647 list elements in one piece");
    ((int32_t *)(void *)column->values)[row + 1] = (int32_t)column->items;
    return TARN_OK;
}

static tarn_status build_value(tarn_json_builder *builder, tarn_json_column *column, size_t row, tarn_error *error) {
    if (++builder->values % CHECK_EVERY == 0)
        TARN_TRY(tarn_task_check(builder->task, error));
    if (*builder->text.at == 'n')
        return as_status(tarn_json_take_word(&builder->text, "null", 4));
    switch (column->shape->form) {
    case TARN_JSON_AS_TEXT:
        return add_text(builder, column, row, error);
    case TARN_JSON_AS_STRUCT:
        return add_object(builder, column, row, error);
    case TARN_JSON_AS_LIST:
        return add_list(builder, column, row, error);
    default:
        return add_scalar(builder, column, row, error);
    }
}

tarn_status tarn_json_build(tarn_json_builder *builder, tarn_error *error) {
    TARN_TRY(build_value(builder, &builder->root, builder->rows, error));
    builder->rows++;
    return TARN_OK;
}

/* ---- batches ----------------------------------------------------------------------------------------------------- */

/* A struct whose null records are rows of nulls: a table has no null rows. */
static tarn_status finish_struct(tarn_json_builder *builder, struct ArrowArray *out, tarn_error *error) {
    builder->root.valid = builder->rows; /* fields of null records are null by themselves */
    return tarn_json_column_finish(builder, &builder->root, builder->rows, out, error);
}

/* Values that are no objects are the one column of a struct. */
static tarn_status finish_value(tarn_json_builder *builder, struct ArrowArray *out, tarn_error *error) {
    struct ArrowArray column = {0};
    void *no_validity[1] = {NULL};
    TARN_TRY(tarn_json_column_finish(builder, &builder->root, builder->rows, &column, error));
    tarn_status status = tarn_array_make(out, (int64_t)builder->rows, 0, no_validity, 1, &column, 1, error);
    if (status != TARN_OK)
        tarn_array_release(&column);
    return status;
}

tarn_status tarn_json_builder_finish_column(tarn_json_builder *builder, struct ArrowArray *out, tarn_error *error) {
    tarn_status status = tarn_json_column_finish(builder, &builder->root, builder->rows, out, error);
    builder->rows = 0;
    builder->bytes = 0;
    return status;
}

tarn_status tarn_json_builder_finish(tarn_json_builder *builder, struct ArrowArray *out, tarn_error *error) {
    tarn_status status = builder->root.shape->form == TARN_JSON_AS_STRUCT ? finish_struct(builder, out, error)
                                                                          : finish_value(builder, out, error);
    builder->rows = 0;
    builder->bytes = 0;
    return status;
}
