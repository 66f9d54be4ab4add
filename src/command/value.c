// Values of a column's type from text, as somebody types them into cells, and from JSON.
#include "command/value.h"

#include "arrow/builder.h"
#include "base/text.h"
#include "command/cast_rules.h"
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

static tarn_status parse_simple(const struct ArrowSchema *schema, const char *const *texts, int64_t count,
                                struct ArrowArray *out, bool *done, int64_t *bad, tarn_error *error) {
    tarn_type type;
    tarn_builder *builder = NULL;
    *done = false;
    TARN_TRY(tarn_type_of(schema->format, &type, error));
    if (schema->dictionary != NULL || schema->format[0] == '+' || tarn_builder_new(schema, &builder, NULL) != TARN_OK)
        return TARN_OK;
    tarn_status status = TARN_OK;
    *done = true;
    for (int64_t i = 0; i < count && *done && status == TARN_OK; i++) {
        *bad = i;
        status = add_simple(builder, schema, type, texts[i], done, error);
    }
    if (status == TARN_OK && *done)
        status = tarn_builder_finish(builder, out, error);
    tarn_builder_free(builder);
    return status;
}

/* ---- everything else --------------------------------------------------------------------------------------------- */

enum { AT_ONCE = 1024 };

static bool is_nothing(const char *text) {
    return text == NULL || text[0] == '\0';
}

/* What would lose something is no value of the type; Z behind a timestamp without time zone says only that it is in
 * UTC. */
static tarn_status write_casts(const struct ArrowSchema *type, const char *const *texts, int64_t count,
                               tarn_buffer *sql, tarn_error *error) {
    static const struct ArrowSchema text = {.format = "u"};
    tarn_buffer name = {0};
    tarn_status status = TARN_OK;
    bool is_timestamp = strncmp(type->format, "ts", 2) == 0 && type->format[3] == ':' && type->format[4] == '\0';
    TARN_CHECK(tarn_sql_type(type, &name, error));
    TARN_CHECK(tarn_buffer_append(&name, "", 1, error));
    tarn_cast_pair pair = {.from = &text, .to = type, .given = "x", .type = (const char *)name.data};
    TARN_CHECK(tarn_buffer_printf(sql, error, "SELECT CASE WHEN "));
    TARN_CHECK(tarn_cast_write_exact(&pair, sql, error));
    TARN_CHECK(tarn_buffer_printf(sql, error, " THEN "));
    TARN_CHECK(tarn_cast_write_value(&pair, sql, error));
    TARN_CHECK(
        tarn_buffer_printf(sql, error, " END FROM (SELECT %s(trim(unnest([", is_timestamp ? "regexp_replace" : ""));
    for (int64_t i = 0; i < count; i++) {
        TARN_CHECK(tarn_buffer_printf(sql, error, i == 0 ? "" : ", "));
        if (is_nothing(texts[i]))
            TARN_CHECK(tarn_buffer_printf(sql, error, "NULL::VARCHAR"));
        else
            TARN_CHECK(tarn_sql_literal(sql, texts[i], error));
    }
    TARN_CHECK(tarn_buffer_printf(sql, error, "]))%s) AS x)",
                                  is_timestamp ? ", '(:[0-9.:]*) ?(Z|\\+00(:?00)?)$', '\\1'" : ""));
    status = tarn_buffer_append(sql, "", 1, error); /* the NUL */
cleanup:
    tarn_buffer_free(&name);
    return status;
}

/* A value that does not fit came back as null. */
static tarn_status check_casts(const struct ArrowSchema *type, const char *const *texts, int64_t count,
                               const struct ArrowArray *values, int64_t *bad, tarn_error *error) {
    for (int64_t i = 0; i < count; i++) {
        *bad = i;
        if (i >= values->length || (!is_nothing(texts[i]) && tarn_array_is_null(type, values, i)))
            return refuse(type, texts[i], error);
    }
    return TARN_OK;
}

/* The cast's result has the column's type already. At most AT_ONCE values: one batch. */
static tarn_status parse_by_engine(tarn_engine *engine, const struct ArrowSchema *type, const char *const *texts,
                                   int64_t count, struct ArrowArray *out, int64_t *bad, tarn_error *error) {
    struct ArrowArrayStream stream = {0};
    struct ArrowSchema schema = {0};
    struct ArrowArray batch = {0};
    tarn_buffer sql = {0};
    tarn_status status = TARN_OK;
    *bad = 0;
    TARN_CHECK(write_casts(type, texts, count, &sql, error));
    status = tarn_engine_work_query(engine, (const char *)sql.data, NULL, 0, NULL, &stream, error);
    if (status == TARN_OK)
        status = tarn_stream_schema(&stream, &schema, error);
    if (status == TARN_OK)
        status = tarn_stream_next(&stream, &batch, error);
    if (status == TARN_E_SQL || (status == TARN_OK && !tarn_schema_same_type(schema.children[0], type)))
        status = refuse(type, texts[0] != NULL ? texts[0] : "", error);
    if (status == TARN_OK)
        status = check_casts(type, texts, count, batch.children[0], bad, error);
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

/* Pieces of values, one after the other. */
static tarn_status parse_pieces(tarn_engine *engine, const struct ArrowSchema *type, const char *const *texts,
                                int64_t count, struct ArrowArray *out, int64_t *bad, tarn_error *error) {
    int64_t step = type->dictionary != NULL ? 1 : AT_ONCE, used = 0, pieces = (count + step - 1) / step;
    struct ArrowArray *parts = calloc((size_t)pieces + 1, sizeof *parts);
    const struct ArrowArray **pointers = calloc((size_t)pieces + 1, sizeof *pointers);
    tarn_status status = parts == NULL || pointers == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (int64_t i = 0; i < count && status == TARN_OK; i += step) {
        int64_t some = count - i < step ? count - i : step, at = 0;
        status = type->dictionary != NULL ? parse_encoded(engine, type, texts[i], &parts[used], error)
                                          : parse_by_engine(engine, type, texts + i, some, &parts[used], &at, error);
        *bad = i + at;
        pointers[used] = &parts[used];
        used += status == TARN_OK;
    }
    if (status == TARN_OK)
        status = tarn_array_concat(type, pointers, (size_t)used, out, error);
    for (int64_t i = 0; parts != NULL && i < used; i++)
        tarn_array_release(&parts[i]);
    free(parts);
    free(pointers);
    return status;
}

tarn_status tarn_values_parse(tarn_engine *engine, const struct ArrowSchema *type, const char *const *texts,
                              int64_t count, struct ArrowArray *out, int64_t *bad, tarn_error *error) {
    bool done = false, nothing = type->dictionary == NULL;
    *bad = 0;
    if (type->dictionary == NULL)
        TARN_TRY(parse_simple(type, texts, count, out, &done, bad, error));
    if (done)
        return TARN_OK;
    for (int64_t i = 0; i < count && nothing; i++)
        nothing = is_nothing(texts[i]);
    return nothing || count == 0 ? tarn_array_nulls(type, count, out, error)
                                 : parse_pieces(engine, type, texts, count, out, bad, error);
}

tarn_status tarn_value_parse(tarn_engine *engine, const struct ArrowSchema *type, const char *text,
                             struct ArrowArray *out, tarn_error *error) {
    int64_t bad;
    return tarn_values_parse(engine, type, &text, 1, out, &bad, error);
}

/* ---- JSON -------------------------------------------------------------------------------------------------------- */

/* Numbers as short as they can be written without becoming others. */
static char *print_number(const json_t *value) {
    char *text = NULL;
    for (int digits = 15; digits <= 17; digits++) {
        free(text);
        text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(digits));
        if (text == NULL || strtod(text, NULL) == json_real_value(value))
            break;
    }
    return text;
}

tarn_status tarn_value_of_json(const json_t *value, char **out, tarn_error *error) {
    *out = NULL;
    if (json_is_null(value))
        return TARN_OK;
    if (json_is_string(value))
        *out = tarn_strdup(json_string_value(value));
    else
        *out = json_is_real(value) ? print_number(value) : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    return *out == NULL ? tarn_fail_memory(error) : TARN_OK;
}
