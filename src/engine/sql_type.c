// The SQL name of a column's type, as DuckDB writes it.
#include "engine/sql_type.h"

#include "arrow/array.h"
#include "engine/engine.h"
#include "engine/types.h"

#include <string.h>

static const struct {
    const char *format, *extension, *name;
} plain_types[] = {
    {"u", TARN_EXTENSION_JSON, "JSON"},
    {"u", TARN_EXTENSION_TIME_TZ, "TIME WITH TIME ZONE"},
    {"u", TARN_EXTENSION_BIT, "BIT"},
    {"d:38,0", TARN_EXTENSION_HUGEINT, "HUGEINT"},
    {"d:38,0", TARN_EXTENSION_UHUGEINT, "UHUGEINT"},
    {"w:16", TARN_EXTENSION_UUID, "UUID"},
    {"n", NULL, "\"NULL\""},
    {"b", NULL, "BOOLEAN"},
    {"c", NULL, "TINYINT"},
    {"C", NULL, "UTINYINT"},
    {"s", NULL, "SMALLINT"},
    {"S", NULL, "USMALLINT"},
    {"i", NULL, "INTEGER"},
    {"I", NULL, "UINTEGER"},
    {"l", NULL, "BIGINT"},
    {"L", NULL, "UBIGINT"},
    {"f", NULL, "FLOAT"},
    {"g", NULL, "DOUBLE"},
    {"u", NULL, "VARCHAR"},
    {"U", NULL, "VARCHAR"},
    {"z", NULL, "BLOB"},
    {"Z", NULL, "BLOB"},
    {"tdD", NULL, "DATE"},
    {"tin", NULL, "INTERVAL"},
};

/* Formats that carry parameters, by how they begin. */
static const struct {
    const char *prefix, *name;
} families[] = {
    {"w:", "BLOB"}, {"tts", "TIME"}, {"ttm", "TIME"}, {"ttu", "TIME"}, {"ttn", "TIME"}, {"tD", "INTERVAL"},
};

static tarn_status add(tarn_buffer *out, const char *text, tarn_error *error) {
    return tarn_buffer_append(out, text, strlen(text), error);
}

static bool has_extension(const struct ArrowSchema *schema, const char *extension) {
    const char *value;
    size_t size;
    return tarn_schema_metadata_get(schema, TARN_EXTENSION_KEY, &value, &size) && size == strlen(extension) &&
           memcmp(value, extension, size) == 0;
}

static const char *plain_name(const struct ArrowSchema *schema) {
    for (size_t i = 0; i < sizeof plain_types / sizeof plain_types[0]; i++) {
        if (strcmp(schema->format, plain_types[i].format) == 0 &&
            (plain_types[i].extension == NULL || has_extension(schema, plain_types[i].extension)))
            return plain_types[i].name;
    }
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        if (strncmp(schema->format, families[i].prefix, strlen(families[i].prefix)) == 0)
            return families[i].name;
    }
    return NULL;
}

static const char *timestamp_name(const char *format) {
    if (format[4] != '\0')
        return "TIMESTAMP WITH TIME ZONE";
    switch (format[2]) {
    case 's':
        return "TIMESTAMP_S";
    case 'm':
        return "TIMESTAMP_MS";
    case 'n':
        return "TIMESTAMP_NS";
    default:
        return "TIMESTAMP";
    }
}

static tarn_status struct_name(const struct ArrowSchema *schema, tarn_buffer *out, tarn_error *error) {
    TARN_TRY(add(out, "STRUCT(", error));
    for (int64_t i = 0; i < schema->n_children; i++) {
        if (i > 0)
            TARN_TRY(add(out, ", ", error));
        TARN_TRY(tarn_sql_identifier(out, schema->children[i]->name, error));
        TARN_TRY(add(out, " ", error));
        TARN_TRY(tarn_sql_type(schema->children[i], out, error));
    }
    return add(out, ")", error);
}

static tarn_status nested_name(const struct ArrowSchema *schema, tarn_buffer *out, tarn_error *error) {
    switch (schema->format[1]) {
    case 'l':
    case 'L':
        TARN_TRY(tarn_sql_type(schema->children[0], out, error));
        return add(out, "[]", error);
    case 'w':
        TARN_TRY(tarn_sql_type(schema->children[0], out, error));
        return tarn_buffer_printf(out, error, "[%s]", schema->format + 3);
    case 's':
        return struct_name(schema, out, error);
    case 'm':
        TARN_TRY(add(out, "MAP(", error));
        TARN_TRY(tarn_sql_type(schema->children[0]->children[0], out, error));
        TARN_TRY(add(out, ", ", error));
        TARN_TRY(tarn_sql_type(schema->children[0]->children[1], out, error));
        return add(out, ")", error);
    default:
        return tarn_fail(error, TARN_E_UNSUPPORTED, "the type %s has no name in SQL", schema->format);
    }
}

tarn_status tarn_sql_type(const struct ArrowSchema *schema, tarn_buffer *out, tarn_error *error) {
    if (schema->dictionary != NULL)
        return add(out, "ENUM", error);
    const char *name = plain_name(schema);
    if (name != NULL)
        return add(out, name, error);
    if (schema->format[0] == '+')
        return nested_name(schema, out, error);
    if (strncmp(schema->format, "d:", 2) == 0)
        return tarn_buffer_printf(out, error, "DECIMAL(%s)", schema->format + 2);
    if (strncmp(schema->format, "ts", 2) == 0)
        return add(out, timestamp_name(schema->format), error);
    return tarn_fail(error, TARN_E_UNSUPPORTED, "the type %s has no name in SQL", schema->format);
}
