#include "command/value.h"

#include "arrow/builder.h"
#include "engine/sql_type.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static tarn_status refuse(const struct ArrowSchema *type, const char *text, tarn_error *error) {
    char *name = tarn_schema_type_name(type);
    tarn_fail(error, TARN_E_INVALID, "\"%s\" is not a value of column \"%s\", which has type %s", text, type->name,
              name != NULL ? name : type->format);
    free(name);
    return TARN_E_INVALID;
}

static tarn_status add_bool(tarn_builder *builder, const struct ArrowSchema *type, const char *text,
                            tarn_error *error) {
    bool value = strcasecmp(text, "true") == 0;
    if (!value && strcasecmp(text, "false") != 0)
        return refuse(type, text, error);
    return tarn_builder_bool(builder, value, error);
}

static tarn_status add_int(tarn_builder *builder, const struct ArrowSchema *type, const char *text, tarn_error *error) {
    char *end = NULL;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (*end != '\0' || errno != 0 || tarn_builder_int(builder, value, NULL) != TARN_OK)
        return refuse(type, text, error);
    return TARN_OK;
}

static tarn_status add_double(tarn_builder *builder, const struct ArrowSchema *type, const char *text,
                              tarn_error *error) {
    char *end = NULL;
    double value = strtod(text, &end);
    if (*end != '\0')
        return refuse(type, text, error);
    return tarn_builder_double(builder, value, error);
}

/* Whether the value can be read without the engine, whose loading costs more than everything else here. */
static tarn_status add_simple(tarn_builder *builder, const struct ArrowSchema *schema, tarn_type type, const char *text,
                              bool *done, tarn_error *error) {
    *done = true;
    if (text == NULL || (text[0] == '\0' && type != TARN_TYPE_UTF8))
        return tarn_builder_null(builder, error);
    switch (type) {
    case TARN_TYPE_BOOL:
        return add_bool(builder, schema, text, error);
    case TARN_TYPE_INT8:
    case TARN_TYPE_INT16:
    case TARN_TYPE_INT32:
    case TARN_TYPE_INT64:
    case TARN_TYPE_UINT8:
    case TARN_TYPE_UINT16:
    case TARN_TYPE_UINT32:
        return add_int(builder, schema, text, error);
    case TARN_TYPE_FLOAT32:
    case TARN_TYPE_FLOAT64:
        return add_double(builder, schema, text, error);
    case TARN_TYPE_UTF8:
        *done = schema->metadata == NULL; /* JSON and others are checked by the engine */
        return *done ? tarn_builder_bytes(builder, text, strlen(text), error) : TARN_OK;
    default:
        *done = false;
        return TARN_OK;
    }
}

static tarn_status parse_simple(const struct ArrowSchema *schema, const char *text, struct ArrowArray *out, bool *done,
                                tarn_error *error) {
    tarn_type type;
    tarn_builder *builder = NULL;
    *done = false;
    TARN_TRY(tarn_type_of(schema->format, &type, error));
    if (schema->format[0] == '+' || tarn_builder_new(schema, &builder, NULL) != TARN_OK)
        return TARN_OK;
    tarn_status status = add_simple(builder, schema, type, text, done, error);
    if (status == TARN_OK && *done)
        status = tarn_builder_finish(builder, out, error);
    tarn_builder_free(builder);
    return status;
}

/* The cast's result has the column's type already. */
static tarn_status parse_by_engine(tarn_engine *engine, const struct ArrowSchema *type, const char *text,
                                   struct ArrowArray *out, tarn_error *error) {
    struct ArrowArrayStream stream = {0};
    struct ArrowSchema schema = {0};
    struct ArrowArray batch = {0};
    tarn_buffer sql = {0};
    tarn_sql_value parameter = {.kind = TARN_SQL_TEXT, .as.text = text};
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_buffer_printf(&sql, error, "SELECT CAST($1 AS "));
    TARN_CHECK(tarn_sql_type(type, &sql, error));
    TARN_CHECK(tarn_buffer_append(&sql, ")", 2, error)); /* with the NUL */
    status = tarn_engine_work_query(engine, (const char *)sql.data, &parameter, 1, NULL, &stream, error);
    if (status == TARN_OK)
        status = tarn_stream_schema(&stream, &schema, error);
    if (status == TARN_OK)
        status = tarn_stream_next(&stream, &batch, error);
    if (status == TARN_E_SQL || (status == TARN_OK && !tarn_schema_same_type(schema.children[0], type)))
        status = refuse(type, text, error);
    if (status == TARN_OK) {
        *out = *batch.children[0];
        batch.children[0]->release = NULL; /* moved */
    }
cleanup:
    tarn_array_release(&batch);
    tarn_schema_release(&schema);
    tarn_stream_release(&stream);
    tarn_buffer_free(&sql);
    return status;
}

/* A dictionary of that one value, which joins those of the column. */
static tarn_status parse_encoded(tarn_engine *engine, const struct ArrowSchema *type, const char *text,
                                 struct ArrowArray *out, tarn_error *error) {
    struct ArrowSchema values = {0};
    struct ArrowArray value = {0};
    tarn_status status = tarn_schema_copy(type->dictionary, type->name, &values, error);
    if (status == TARN_OK)
        status = tarn_value_parse(engine, &values, text, &value, error);
    if (status == TARN_OK && tarn_array_is_null(&values, &value, 0))
        status = tarn_array_nulls(type, 1, out, error);
    else if (status == TARN_OK)
        status = tarn_array_encode_one(type, &value, out, error);
    tarn_array_release(&value);
    tarn_schema_release(&values);
    return status;
}

tarn_status tarn_value_parse(tarn_engine *engine, const struct ArrowSchema *type, const char *text,
                             struct ArrowArray *out, tarn_error *error) {
    bool done;
    if (type->dictionary != NULL)
        return parse_encoded(engine, type, text, out, error);
    TARN_TRY(parse_simple(type, text, out, &done, error));
    if (done)
        return TARN_OK;
    if (text == NULL || text[0] == '\0')
        return tarn_array_nulls(type, 1, out, error);
    return parse_by_engine(engine, type, text, out, error);
}
