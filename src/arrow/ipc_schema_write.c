// Writing a schema as a message's metadata.
#include "arrow/array_work.h"
#include "arrow/ipc_format.h"
#include "arrow/ipc_schema.h"

#include <stdlib.h>
#include <string.h>

static int unit_number(char unit) {
    return unit == 's'   ? UNIT_SECOND
           : unit == 'm' ? UNIT_MILLISECOND
           : unit == 'u' ? UNIT_MICROSECOND
                         : UNIT_NANOSECOND;
}

/* A type without parameters is an empty table. */
static fb_ref put_plain(fb_writer *writer) {
    fb_begin_table(writer);
    return fb_end_table(writer);
}

static fb_ref put_int(fb_writer *writer, size_t width, bool is_signed) {
    fb_begin_table(writer);
    fb_put_field(writer, INT_WIDTH, 8 * width, 4);
    fb_put_field(writer, INT_SIGNED, is_signed, 1);
    return fb_end_table(writer);
}

static bool is_signed_type(tarn_type type) {
    return type >= TARN_TYPE_INT8 && type <= TARN_TYPE_INT64;
}

/* A type whose only parameter is a number. */
static fb_ref put_one(fb_writer *writer, unsigned slot, int64_t value, size_t size) {
    fb_begin_table(writer);
    fb_put_field(writer, slot, (uint64_t)value, size);
    return fb_end_table(writer);
}

static fb_ref put_decimal(fb_writer *writer, const tarn_shape *shape) {
    fb_begin_table(writer);
    fb_put_field(writer, DECIMAL_PRECISION, (uint64_t)shape->precision, 4);
    fb_put_field(writer, DECIMAL_SCALE, (uint64_t)(int64_t)shape->scale, 4);
    fb_put_field(writer, DECIMAL_WIDTH, 8 * shape->width, 4);
    return fb_end_table(writer);
}

static fb_ref put_time(fb_writer *writer, const tarn_shape *shape) {
    fb_begin_table(writer);
    fb_put_field(writer, TIME_WIDTH, 8 * shape->width, 4);
    fb_put_field(writer, TIME_UNIT, (uint64_t)unit_number(shape->unit), 2);
    return fb_end_table(writer);
}

static fb_ref put_timestamp(fb_writer *writer, const tarn_shape *shape) {
    size_t size = strlen(shape->details);
    fb_ref zone = size == 0 ? 0 : fb_put_string(writer, shape->details, size);
    fb_begin_table(writer);
    fb_put_field_ref(writer, TIMESTAMP_ZONE, zone);
    fb_put_field(writer, TIMESTAMP_UNIT, (uint64_t)unit_number(shape->unit), 2);
    return fb_end_table(writer);
}

static ipc_type type_number(tarn_type type) {
    static const uint8_t numbers[] = {
        [TARN_TYPE_NULL] = IPC_NULL,
        [TARN_TYPE_BOOL] = IPC_BOOL,
        [TARN_TYPE_INT8] = IPC_INT,
        [TARN_TYPE_INT16] = IPC_INT,
        [TARN_TYPE_INT32] = IPC_INT,
        [TARN_TYPE_INT64] = IPC_INT,
        [TARN_TYPE_UINT8] = IPC_INT,
        [TARN_TYPE_UINT16] = IPC_INT,
        [TARN_TYPE_UINT32] = IPC_INT,
        [TARN_TYPE_UINT64] = IPC_INT,
        [TARN_TYPE_FLOAT16] = IPC_FLOAT,
        [TARN_TYPE_FLOAT32] = IPC_FLOAT,
        [TARN_TYPE_FLOAT64] = IPC_FLOAT,
        [TARN_TYPE_DECIMAL32] = IPC_DECIMAL,
        [TARN_TYPE_DECIMAL64] = IPC_DECIMAL,
        [TARN_TYPE_DECIMAL128] = IPC_DECIMAL,
        [TARN_TYPE_DECIMAL256] = IPC_DECIMAL,
        [TARN_TYPE_UTF8] = IPC_UTF8,
        [TARN_TYPE_LARGE_UTF8] = IPC_LARGE_UTF8,
        [TARN_TYPE_BINARY] = IPC_BINARY,
        [TARN_TYPE_LARGE_BINARY] = IPC_LARGE_BINARY,
        [TARN_TYPE_FIXED_BINARY] = IPC_FIXED_BINARY,
        [TARN_TYPE_DATE32] = IPC_DATE,
        [TARN_TYPE_DATE64] = IPC_DATE,
        [TARN_TYPE_TIME32] = IPC_TIME,
        [TARN_TYPE_TIME64] = IPC_TIME,
        [TARN_TYPE_TIMESTAMP] = IPC_TIMESTAMP,
        [TARN_TYPE_DURATION] = IPC_DURATION,
        [TARN_TYPE_INTERVAL_MONTHS] = IPC_INTERVAL,
        [TARN_TYPE_INTERVAL_DAY_TIME] = IPC_INTERVAL,
        [TARN_TYPE_INTERVAL_MONTH_DAY_NANO] = IPC_INTERVAL,
        [TARN_TYPE_LIST] = IPC_LIST,
        [TARN_TYPE_LARGE_LIST] = IPC_LARGE_LIST,
        [TARN_TYPE_FIXED_LIST] = IPC_FIXED_LIST,
        [TARN_TYPE_STRUCT] = IPC_STRUCT,
        [TARN_TYPE_MAP] = IPC_MAP,
    };
    return (size_t)type < sizeof numbers ? (ipc_type)numbers[type] : 0;
}

static fb_ref put_type(fb_writer *writer, const struct ArrowSchema *schema, const tarn_shape *shape) {
    switch (shape->type) {
    case TARN_TYPE_FLOAT16:
        return put_one(writer, FLOAT_PRECISION, FLOAT_HALF, 2);
    case TARN_TYPE_FLOAT32:
        return put_one(writer, FLOAT_PRECISION, FLOAT_SINGLE, 2);
    case TARN_TYPE_FLOAT64:
        return put_one(writer, FLOAT_PRECISION, FLOAT_DOUBLE, 2);
    case TARN_TYPE_DATE32:
        return put_one(writer, DATE_UNIT, DATE_DAY, 2);
    case TARN_TYPE_DATE64:
        return put_one(writer, DATE_UNIT, DATE_MILLISECOND, 2);
    case TARN_TYPE_TIMESTAMP:
        return put_timestamp(writer, shape);
    case TARN_TYPE_DURATION:
        return put_one(writer, DURATION_UNIT, unit_number(shape->unit), 2);
    case TARN_TYPE_INTERVAL_MONTHS:
        return put_one(writer, INTERVAL_UNIT, INTERVAL_YEAR_MONTH, 2);
    case TARN_TYPE_INTERVAL_DAY_TIME:
        return put_one(writer, INTERVAL_UNIT, INTERVAL_DAY_TIME, 2);
    case TARN_TYPE_INTERVAL_MONTH_DAY_NANO:
        return put_one(writer, INTERVAL_UNIT, INTERVAL_MONTH_DAY_NANO, 2);
    case TARN_TYPE_FIXED_BINARY:
        return put_one(writer, FIXED_BINARY_WIDTH, (int64_t)shape->width, 4);
    case TARN_TYPE_FIXED_LIST:
        return put_one(writer, FIXED_LIST_SIZE, shape->list_size, 4);
    case TARN_TYPE_MAP:
        return put_one(writer, MAP_SORTED, (schema->flags & ARROW_FLAG_MAP_KEYS_SORTED) != 0, 1);
    default:
        break;
    }
    switch (type_number(shape->type)) {
    case IPC_INT:
        return put_int(writer, shape->width, is_signed_type(shape->type));
    case IPC_DECIMAL:
        return put_decimal(writer, shape);
    case IPC_TIME:
        return put_time(writer, shape);
    default:
        return put_plain(writer);
    }
}

static tarn_status put_metadata(fb_writer *writer, const struct ArrowSchema *schema, fb_ref *out, tarn_error *error) {
    *out = 0;
    int32_t count = tarn_metadata_count(schema);
    if (count <= 0)
        return TARN_OK;
    fb_ref *pairs = calloc((size_t)count, sizeof *pairs);
    if (pairs == NULL)
        return tarn_fail_memory(error);
    const char *at = NULL, *key, *value;
    size_t key_size, value_size;
    for (int32_t i = 0; i < count && tarn_metadata_next(schema, &at, &key, &key_size, &value, &value_size); i++) {
        fb_ref key_ref = fb_put_string(writer, key, key_size);
        fb_ref value_ref = fb_put_string(writer, value, value_size);
        fb_begin_table(writer);
        fb_put_field_ref(writer, KEY_VALUE_VALUE, value_ref);
        fb_put_field_ref(writer, KEY_VALUE_KEY, key_ref);
        pairs[i] = fb_end_table(writer);
    }
    *out = fb_put_refs(writer, pairs, (size_t)count);
    free(pairs);
    return TARN_OK;
}

static fb_ref put_encoding(fb_writer *writer, const ipc_field *field, int64_t id) {
    fb_ref index = put_int(writer, field->shape.width, is_signed_type(field->shape.type));
    fb_begin_table(writer);
    fb_put_field(writer, ENCODING_ID, (uint64_t)id, 8);
    fb_put_field_ref(writer, ENCODING_INDEX_TYPE, index);
    fb_put_field(writer, ENCODING_ORDERED, (field->schema->flags & ARROW_FLAG_DICTIONARY_ORDERED) != 0, 1);
    return fb_end_table(writer);
}

static tarn_status put_fields(fb_writer *writer, const ipc_layout *layout, const ipc_field *parent,
                              const tarn_path *path, fb_ref *out, tarn_error *error);

/* A dictionary column is written as a field of the type of its values. */
static tarn_status put_field(fb_writer *writer, const ipc_layout *layout, const ipc_field *field,
                             const tarn_path *parent, fb_ref *out, tarn_error *error) {
    const struct ArrowSchema *schema = field->schema;
    const ipc_field *values = field->values != NULL ? field->values : field;
    tarn_path path = {parent, schema->name ? schema->name : ""};
    ipc_type type = type_number(values->shape.type);
    if (type == 0 || values->values != NULL) {
        char *name = tarn_schema_type_name(schema);
        tarn_fail_at(error, TARN_E_UNSUPPORTED, &path, "the type %s is not written: normalise the column first",
                     name ? name : schema->format);
        free(name);
        return TARN_E_UNSUPPORTED;
    }
    fb_ref metadata, children;
    TARN_TRY(put_fields(writer, layout, values, &path, &children, error));
    TARN_TRY(put_metadata(writer, schema, &metadata, error));
    fb_ref type_ref = put_type(writer, values->schema, &values->shape);
    fb_ref encoding =
        field->values == NULL ? 0 : put_encoding(writer, field, layout->dictionaries[field->dictionary].id);
    fb_ref name = fb_put_string(writer, path.name, strlen(path.name));
    fb_begin_table(writer);
    fb_put_field_ref(writer, FIELD_NAME, name);
    fb_put_field_ref(writer, FIELD_TYPE, type_ref);
    fb_put_field_ref(writer, FIELD_DICTIONARY, encoding);
    fb_put_field_ref(writer, FIELD_CHILDREN, children);
    fb_put_field_ref(writer, FIELD_METADATA, metadata);
    fb_put_field(writer, FIELD_TYPE_TYPE, type, 1);
    fb_put_field(writer, FIELD_NULLABLE, (schema->flags & ARROW_FLAG_NULLABLE) != 0, 1);
    *out = fb_end_table(writer);
    return TARN_OK;
}

static tarn_status put_fields(fb_writer *writer, const ipc_layout *layout, const ipc_field *parent,
                              const tarn_path *path, fb_ref *out, tarn_error *error) {
    fb_ref *fields = calloc(parent->count + 1, sizeof *fields);
    if (fields == NULL)
        return tarn_fail_memory(error);
    tarn_status status = TARN_OK;
    for (size_t i = 0; i < parent->count; i++)
        TARN_CHECK(put_field(writer, layout, &parent->children[i], path, &fields[i], error));
    *out = fb_put_refs(writer, fields, parent->count);
cleanup:
    free(fields);
    return status;
}

tarn_status ipc_schema_write(fb_writer *writer, const ipc_layout *layout, fb_ref *out, tarn_error *error) {
    fb_ref fields, metadata;
    TARN_TRY(put_fields(writer, layout, &layout->root, NULL, &fields, error));
    TARN_TRY(put_metadata(writer, layout->root.schema, &metadata, error));
    fb_begin_table(writer);
    fb_put_field_ref(writer, SCHEMA_FIELDS, fields);
    fb_put_field_ref(writer, SCHEMA_METADATA, metadata);
    fb_put_field(writer, SCHEMA_ENDIANNESS, 0, 2);
    *out = fb_end_table(writer);
    return TARN_OK;
}
