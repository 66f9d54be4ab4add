// Reading a schema from a message's metadata.
#include "arrow/array_work.h"
#include "arrow/ipc_format.h"
#include "arrow/ipc_schema.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT_SIZE 512 /* of a format string: room for any time zone that exists */

typedef struct schema_reader {
    int64_t *ids;
    size_t id_count, id_capacity;
    size_t fields_left; /* fewer than the message could hold: fields may refer to the same bytes many times over */
} schema_reader;

static tarn_status fail_schema(const tarn_path *path, tarn_error *error, const char *what) {
    return tarn_fail_at(error, TARN_E_FORMAT, path, "%s", what);
}

/* ---- types ------------------------------------------------------------------------------------------------------- */

static tarn_status set_format(char *out, const char *format) {
    snprintf(out, FORMAT_SIZE, "%s", format);
    return TARN_OK;
}

static tarn_status read_int_type(const fb_table *type, const tarn_path *path, char *out, tarn_error *error) {
    bool is_signed = fb_u8(type, INT_SIGNED, 0) != 0;
    switch (fb_i32(type, INT_WIDTH, 0)) {
    case 8:
        return set_format(out, is_signed ? "c" : "C");
    case 16:
        return set_format(out, is_signed ? "s" : "S");
    case 32:
        return set_format(out, is_signed ? "i" : "I");
    case 64:
        return set_format(out, is_signed ? "l" : "L");
    default:
        return fail_schema(path, error, "an integer type has an odd number of bits");
    }
}

static tarn_status read_float_type(const fb_table *type, const tarn_path *path, char *out, tarn_error *error) {
    static const char *const formats[] = {"e", "f", "g"};
    int precision = fb_i16(type, FLOAT_PRECISION, FLOAT_HALF);
    if (precision < FLOAT_HALF || precision > FLOAT_DOUBLE)
        return fail_schema(path, error, "a floating-point type has an unknown precision");
    return set_format(out, formats[precision]);
}

static tarn_status read_decimal_type(const fb_table *type, const tarn_path *path, char *out, tarn_error *error) {
    tarn_shape shape;
    int32_t bits = fb_i32(type, DECIMAL_WIDTH, 128);
    int32_t precision = fb_i32(type, DECIMAL_PRECISION, 0), scale = fb_i32(type, DECIMAL_SCALE, 0);
    if (bits == 128)
        snprintf(out, FORMAT_SIZE, "d:%d,%d", precision, scale);
    else
        snprintf(out, FORMAT_SIZE, "d:%d,%d,%d", precision, scale, bits);
    if (tarn_shape_of(out, &shape, NULL) != TARN_OK)
        return fail_schema(path, error, "a decimal type has an impossible width, precision or scale");
    return TARN_OK;
}

/* A unit of time as the letter of format strings; '?' when unknown. */
static char unit_letter(int unit) {
    return unit >= UNIT_SECOND && unit <= UNIT_NANOSECOND ? "smun"[unit] : '?';
}

static tarn_status read_time_type(const fb_table *type, const tarn_path *path, char *out, tarn_error *error) {
    int unit = fb_i16(type, TIME_UNIT, UNIT_MILLISECOND);
    int32_t bits = fb_i32(type, TIME_WIDTH, 32);
    bool narrow = unit == UNIT_SECOND || unit == UNIT_MILLISECOND;
    if (unit_letter(unit) == '?' || bits != (narrow ? 32 : 64))
        return fail_schema(path, error, "a time type has a unit and a width that do not fit together");
    snprintf(out, FORMAT_SIZE, "tt%c", unit_letter(unit));
    return TARN_OK;
}

static tarn_status read_timestamp_type(const fb_table *type, const tarn_path *path, char *out, tarn_error *error) {
    char unit = unit_letter(fb_i16(type, TIMESTAMP_UNIT, UNIT_SECOND));
    size_t size;
    const char *zone = fb_string(type, TIMESTAMP_ZONE, &size);
    if (unit == '?')
        return fail_schema(path, error, "a timestamp type has an unknown unit");
    if (size > 256 || !tarn_utf8_is_valid(zone, size) || (size > 0 && memchr(zone, '\0', size) != NULL))
        return fail_schema(path, error, "the time zone of a timestamp type is malformed");
    snprintf(out, FORMAT_SIZE, "ts%c:%.*s", unit, (int)size, zone ? zone : "");
    return TARN_OK;
}

static tarn_status read_interval_type(const fb_table *type, const tarn_path *path, char *out, tarn_error *error) {
    static const char *const formats[] = {"tiM", "tiD", "tin"};
    int unit = fb_i16(type, INTERVAL_UNIT, INTERVAL_YEAR_MONTH);
    if (unit < INTERVAL_YEAR_MONTH || unit > INTERVAL_MONTH_DAY_NANO)
        return fail_schema(path, error, "an interval type has an unknown unit");
    return set_format(out, formats[unit]);
}

static tarn_status read_sized_type(const fb_table *type, unsigned slot, const char *prefix, const tarn_path *path,
                                   char *out, tarn_error *error) {
    int32_t size = fb_i32(type, slot, 0);
    if (size < 0)
        return fail_schema(path, error, "a fixed-size type has a negative size");
    snprintf(out, FORMAT_SIZE, "%s%d", prefix, size);
    return TARN_OK;
}

static tarn_status read_unit_type(int unit, const char *prefix, const tarn_path *path, char *out, tarn_error *error) {
    if (unit_letter(unit) == '?')
        return fail_schema(path, error, "a duration type has an unknown unit");
    snprintf(out, FORMAT_SIZE, "%s%c", prefix, unit_letter(unit));
    return TARN_OK;
}

static const char *plain_format(ipc_type kind) {
    switch (kind) {
    case IPC_NULL:
        return "n";
    case IPC_BINARY:
        return "z";
    case IPC_UTF8:
        return "u";
    case IPC_BOOL:
        return "b";
    case IPC_LIST:
        return "+l";
    case IPC_STRUCT:
        return "+s";
    case IPC_MAP:
        return "+m";
    case IPC_LARGE_BINARY:
        return "Z";
    case IPC_LARGE_UTF8:
        return "U";
    case IPC_LARGE_LIST:
        return "+L";
    case IPC_RUN_END:
        return "+r";
    case IPC_BINARY_VIEW:
        return "vz";
    case IPC_UTF8_VIEW:
        return "vu";
    case IPC_LIST_VIEW:
        return "+vl";
    case IPC_LARGE_LIST_VIEW:
        return "+vL";
    default:
        return NULL;
    }
}

static tarn_status read_type(ipc_type kind, const fb_table *type, const tarn_path *path, char *out, tarn_error *error) {
    switch (kind) {
    case IPC_INT:
        return read_int_type(type, path, out, error);
    case IPC_FLOAT:
        return read_float_type(type, path, out, error);
    case IPC_DECIMAL:
        return read_decimal_type(type, path, out, error);
    case IPC_DATE:
        return set_format(out, fb_i16(type, DATE_UNIT, DATE_MILLISECOND) == DATE_DAY ? "tdD" : "tdm");
    case IPC_TIME:
        return read_time_type(type, path, out, error);
    case IPC_TIMESTAMP:
        return read_timestamp_type(type, path, out, error);
    case IPC_INTERVAL:
        return read_interval_type(type, path, out, error);
    case IPC_DURATION:
        return read_unit_type(fb_i16(type, DURATION_UNIT, UNIT_MILLISECOND), "tD", path, out, error);
    case IPC_FIXED_BINARY:
        return read_sized_type(type, FIXED_BINARY_WIDTH, "w:", path, out, error);
    case IPC_FIXED_LIST:
        return read_sized_type(type, FIXED_LIST_SIZE, "+w:", path, out, error);
    case IPC_UNION:
        return tarn_fail_at(error, TARN_E_UNSUPPORTED, path,
                            "the type %s_union cannot be kept: give each of its types a column of its own",
                            fb_i16(type, UNION_MODE, 0) == 0 ? "sparse" : "dense");
    default:
        break;
    }
    const char *format = plain_format(kind);
    if (format == NULL)
        return tarn_fail_at(error, TARN_E_UNSUPPORTED, path, "Arrow type number %d is not known", (int)kind);
    return set_format(out, format);
}

/* ---- fields ------------------------------------------------------------------------------------------------------ */

static tarn_status read_metadata(const fb_table *table, unsigned slot, struct ArrowSchema *out, tarn_error *error) {
    fb_vector pairs = fb_list(table, slot, 4);
    if (pairs.count == 0)
        return TARN_OK;
    tarn_buffer encoded = {0};
    tarn_status status = TARN_OK;
    int32_t count = (int32_t)pairs.count;
    size_t budget = table->buffer->size; /* pairs may refer to the same bytes again and again */
    TARN_CHECK(tarn_buffer_append(&encoded, &count, sizeof count, error));
    for (size_t i = 0; i < pairs.count; i++) {
        fb_table pair = fb_list_table(&pairs, i);
        size_t key_size, value_size;
        const char *key = fb_string(&pair, KEY_VALUE_KEY, &key_size);
        const char *value = fb_string(&pair, KEY_VALUE_VALUE, &value_size);
        if (key_size + value_size > budget) {
            status = tarn_fail(error, TARN_E_FORMAT, "the custom metadata of a schema is malformed");
            goto cleanup;
        }
        budget -= key_size + value_size;
        TARN_CHECK(tarn_metadata_append(&encoded, key, key_size, error));
        TARN_CHECK(tarn_metadata_append(&encoded, value, value_size, error));
    }
    TARN_CHECK(tarn_metadata_replace(out, &encoded, error));
cleanup:
    tarn_buffer_free(&encoded);
    return status;
}

static tarn_status read_field(schema_reader *reader, const fb_table *field, const tarn_path *parent, int depth,
                              struct ArrowSchema *out, tarn_error *error);

static tarn_status read_children(schema_reader *reader, const fb_vector *children, const tarn_path *path, int depth,
                                 struct ArrowSchema *out, tarn_error *error) {
    for (size_t i = 0; i < children->count; i++) {
        fb_table child = fb_list_table(children, i);
        TARN_TRY(read_field(reader, &child, path, depth + 1, out->children[i], error));
    }
    return TARN_OK;
}

static tarn_status check_child_count(const char *format, size_t count, const tarn_path *path, tarn_error *error) {
    tarn_shape shape;
    TARN_TRY(tarn_shape_of(format, &shape, error));
    int64_t wanted = tarn_layout_children(&shape);
    if (wanted >= 0 && (size_t)wanted != count)
        return fail_schema(path, error, "the type has a wrong number of children");
    return TARN_OK;
}

/* The schema of a field's own type: for a dictionary column that of its values. */
static tarn_status read_field_type(schema_reader *reader, const fb_table *field, const char *name,
                                   const tarn_path *path, int depth, struct ArrowSchema *out, tarn_error *error) {
    char format[FORMAT_SIZE];
    ipc_type kind = (ipc_type)fb_u8(field, FIELD_TYPE_TYPE, 0);
    fb_table type = fb_child(field, FIELD_TYPE);
    fb_vector children = fb_list(field, FIELD_CHILDREN, 4);
    if (field->buffer->bad)
        return fail_schema(path, error, "the schema is malformed");
    TARN_TRY(read_type(kind, &type, path, format, error));
    TARN_TRY(check_child_count(format, children.count, path, error));
    if (children.count > reader->fields_left)
        return fail_schema(path, error, "the schema has more fields than its size allows");
    reader->fields_left -= children.count;
    TARN_TRY(tarn_schema_make_nested(out, format, name, (int64_t)children.count, error));
    if (kind == IPC_MAP && fb_u8(&type, MAP_SORTED, 0) != 0)
        out->flags |= ARROW_FLAG_MAP_KEYS_SORTED;
    return read_children(reader, &children, path, depth, out, error);
}

static tarn_status note_id(schema_reader *reader, int64_t id, tarn_error *error) {
    TARN_TRY(tarn_grow(&reader->ids, &reader->id_capacity, reader->id_count + 1, sizeof *reader->ids, error));
    reader->ids[reader->id_count++] = id;
    return TARN_OK;
}

static tarn_status read_dictionary_field(schema_reader *reader, const fb_table *field, const fb_table *encoding,
                                         const char *name, const tarn_path *path, int depth, struct ArrowSchema *out,
                                         tarn_error *error) {
    char format[FORMAT_SIZE] = "i";
    fb_table index = fb_child(encoding, ENCODING_INDEX_TYPE);
    if (index.at != 0)
        TARN_TRY(read_int_type(&index, path, format, error));
    TARN_TRY(note_id(reader, fb_i64(encoding, ENCODING_ID, 0), error));
    TARN_TRY(tarn_schema_make(out, format, name, error));
    if (fb_u8(encoding, ENCODING_ORDERED, 0) != 0)
        out->flags |= ARROW_FLAG_DICTIONARY_ORDERED;
    TARN_TRY(tarn_schema_add_dictionary(out, error));
    return read_field_type(reader, field, "", path, depth + 1, out->dictionary, error);
}

static tarn_status read_name(const fb_table *field, const tarn_path *parent, char **out, tarn_error *error) {
    size_t size;
    const char *name = fb_string(field, FIELD_NAME, &size);
    if (!tarn_utf8_is_valid(name, size))
        return fail_schema(parent, error, "the name of a column is not valid UTF-8");
    if (size > 0 && memchr(name, '\0', size) != NULL)
        return fail_schema(parent, error, "the name of a column contains a NUL character");
    *out = tarn_strndup(name, size);
    return *out == NULL ? tarn_fail_memory(error) : TARN_OK;
}

static tarn_status read_field(schema_reader *reader, const fb_table *field, const tarn_path *parent, int depth,
                              struct ArrowSchema *out, tarn_error *error) {
    char *name = NULL;
    if (field->buffer->bad)
        return fail_schema(parent, error, "the schema is malformed");
    if (depth > TARN_MAX_DEPTH)
        return tarn_fail_at(error, TARN_E_FORMAT, parent, "nested more than %d levels deep", TARN_MAX_DEPTH);
    TARN_TRY(read_name(field, parent, &name, error));
    tarn_path path = {parent, name};
    fb_table encoding = fb_child(field, FIELD_DICTIONARY);
    tarn_status status;
    if (encoding.at != 0)
        TARN_CHECK(read_dictionary_field(reader, field, &encoding, name, &path, depth, out, error));
    else
        TARN_CHECK(read_field_type(reader, field, name, &path, depth, out, error));
    if (fb_u8(field, FIELD_NULLABLE, 0) == 0)
        out->flags &= ~(int64_t)ARROW_FLAG_NULLABLE;
    TARN_CHECK(read_metadata(field, FIELD_METADATA, out, error));
    if (field->buffer->bad)
        status = fail_schema(&path, error, "the schema is malformed");
cleanup:
    free(name);
    return status;
}

tarn_status ipc_schema_read(const fb_table *table, struct ArrowSchema *schema, bool *big_endian, int64_t **ids,
                            size_t *id_count, tarn_error *error) {
    schema_reader reader = {.fields_left = table->buffer->size / 8};
    struct ArrowSchema root = {0};
    tarn_status status = TARN_OK;
    *big_endian = fb_i16(table, SCHEMA_ENDIANNESS, 0) != 0;
    fb_vector fields = fb_list(table, SCHEMA_FIELDS, 4);
    if (table->buffer->bad || fields.count > reader.fields_left) {
        status = tarn_fail(error, TARN_E_FORMAT, "the Arrow schema is malformed");
        goto cleanup;
    }
    reader.fields_left -= fields.count;
    TARN_CHECK(tarn_schema_make_nested(&root, "+s", "", (int64_t)fields.count, error));
    TARN_CHECK(read_children(&reader, &fields, NULL, 0, &root, error));
    TARN_CHECK(read_metadata(table, SCHEMA_METADATA, &root, error));
    if (table->buffer->bad) {
        status = tarn_fail(error, TARN_E_FORMAT, "the Arrow schema is malformed");
        goto cleanup;
    }
    root.flags = 0;
    *schema = root;
    *ids = reader.ids;
    *id_count = reader.id_count;
cleanup:
    if (status != TARN_OK) {
        tarn_schema_release(&root);
        free(reader.ids);
    }
    return status;
}
