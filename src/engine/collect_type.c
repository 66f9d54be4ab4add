/* Arrow's type for each of DuckDB's. */
#include "engine/collect_internal.h"

#include "base/text.h"
#include "engine/types.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct plain_type {
    duckdb_type type;
    collect_kind kind;
    size_t source_width, target_width;
    const char *format, *extension;
} plain_types[] = {
    {DUCKDB_TYPE_BOOLEAN, COLLECT_BOOL, 1, 0, "b", NULL},
    {DUCKDB_TYPE_TINYINT, COLLECT_COPY, 1, 1, "c", NULL},
    {DUCKDB_TYPE_SMALLINT, COLLECT_COPY, 2, 2, "s", NULL},
    {DUCKDB_TYPE_INTEGER, COLLECT_COPY, 4, 4, "i", NULL},
    {DUCKDB_TYPE_BIGINT, COLLECT_COPY, 8, 8, "l", NULL},
    {DUCKDB_TYPE_UTINYINT, COLLECT_COPY, 1, 1, "C", NULL},
    {DUCKDB_TYPE_USMALLINT, COLLECT_COPY, 2, 2, "S", NULL},
    {DUCKDB_TYPE_UINTEGER, COLLECT_COPY, 4, 4, "I", NULL},
    {DUCKDB_TYPE_UBIGINT, COLLECT_COPY, 8, 8, "L", NULL},
    {DUCKDB_TYPE_FLOAT, COLLECT_COPY, 4, 4, "f", NULL},
    {DUCKDB_TYPE_DOUBLE, COLLECT_COPY, 8, 8, "g", NULL},
    {DUCKDB_TYPE_TIMESTAMP, COLLECT_COPY, 8, 8, "tsu:", NULL},
    {DUCKDB_TYPE_TIMESTAMP_S, COLLECT_COPY, 8, 8, "tss:", NULL},
    {DUCKDB_TYPE_TIMESTAMP_MS, COLLECT_COPY, 8, 8, "tsm:", NULL},
    {DUCKDB_TYPE_TIMESTAMP_NS, COLLECT_COPY, 8, 8, "tsn:", NULL},
    {DUCKDB_TYPE_TIMESTAMP_TZ, COLLECT_COPY, 8, 8, "tsu:UTC", NULL},
    {DUCKDB_TYPE_DATE, COLLECT_COPY, 4, 4, "tdD", NULL},
    {DUCKDB_TYPE_TIME, COLLECT_COPY, 8, 8, "ttu", NULL},
    {DUCKDB_TYPE_TIME_NS, COLLECT_COPY, 8, 8, "ttn", NULL},
    {DUCKDB_TYPE_TIME_TZ, COLLECT_TIME_TZ, 8, 0, "u", TARN_EXTENSION_TIME_TZ},
    {DUCKDB_TYPE_INTERVAL, COLLECT_INTERVAL, 16, 16, "tin", NULL},
    {DUCKDB_TYPE_HUGEINT, COLLECT_HUGEINT, 16, 16, "d:38,0", TARN_EXTENSION_HUGEINT},
    {DUCKDB_TYPE_UHUGEINT, COLLECT_UHUGEINT, 16, 16, "d:38,0", TARN_EXTENSION_UHUGEINT},
    {DUCKDB_TYPE_UUID, COLLECT_UUID, 16, 16, "w:16", TARN_EXTENSION_UUID},
    {DUCKDB_TYPE_VARCHAR, COLLECT_TEXT, 16, 0, "u", NULL},
    {DUCKDB_TYPE_BLOB, COLLECT_TEXT, 16, 0, "z", NULL},
    {DUCKDB_TYPE_BIT, COLLECT_BIT, 16, 0, "u", TARN_EXTENSION_BIT},
    {DUCKDB_TYPE_SQLNULL, COLLECT_COPY, 4, 4, "i", NULL}, /* a bare NULL: DuckDB itself makes it INTEGER */
};

static tarn_status make_plain(tarn_gathered *out, const struct plain_type *plain, duckdb_logical_type type,
                              const char *name, struct ArrowSchema *schema, tarn_error *error) {
    const char *extension = plain->extension;
    out->kind = plain->kind;
    out->source_width = plain->source_width;
    out->target_width = plain->target_width;
    TARN_TRY(tarn_schema_make(schema, plain->format, name, error));
    if (plain->type == DUCKDB_TYPE_VARCHAR) {
        char *alias = out->duckdb->logical_type_get_alias(type);
        if (alias && strcmp(alias, "JSON") == 0)
            extension = TARN_EXTENSION_JSON;
        out->duckdb->free(alias);
    }
    return extension ? tarn_schema_metadata_set(schema, TARN_EXTENSION_KEY, extension, error) : TARN_OK;
}

static tarn_status make_decimal(tarn_gathered *out, duckdb_logical_type type, const char *name,
                                struct ArrowSchema *schema, tarn_error *error) {
    char format[16];
    const tarn_duckdb *duckdb = out->duckdb;
    snprintf(format, sizeof format, "d:%u,%u", duckdb->decimal_width(type), duckdb->decimal_scale(type));
    duckdb_type internal = duckdb->decimal_internal_type(type);
    out->source_width = internal == DUCKDB_TYPE_SMALLINT  ? 2
                        : internal == DUCKDB_TYPE_INTEGER ? 4
                        : internal == DUCKDB_TYPE_BIGINT  ? 8
                                                          : 16;
    out->target_width = 16;
    out->kind = out->source_width == 16 ? COLLECT_COPY : COLLECT_DECIMAL;
    return tarn_schema_make(schema, format, name, error);
}

/* ---- ENUM ----------------------------------------------------------------------------------------------------------
 */

static tarn_status make_values(const tarn_duckdb *duckdb, duckdb_logical_type type, struct ArrowArray *out,
                               tarn_error *error) {
    tarn_gathered values = {.duckdb = duckdb, .kind = COLLECT_TEXT};
    tarn_status status = TARN_OK;
    idx_t count = duckdb->enum_dictionary_size(type);
    int32_t end = 0;
    for (idx_t i = 0; i < count && status == TARN_OK; i++) {
        char *value = duckdb->enum_dictionary_value(type, i);
        size_t size = strlen(value);
        status = tarn_buffer_append(&values.values, &end, sizeof end, error);
        if (status == TARN_OK)
            status = tarn_buffer_append(&values.bytes, value, size, error);
        end += (int32_t)size;
        duckdb->free(value);
    }
    if (status == TARN_OK)
        status = tarn_buffer_append(&values.values, &end, sizeof end, error);
    values.length = (int64_t)count;
    if (status == TARN_OK)
        status = tarn_gathered_take(&values, out, error);
    tarn_gathered_clear(&values);
    return status;
}

/* Of a schema on the stack, which is only copied. */
static void release_nothing(struct ArrowSchema *schema) {
    (void)schema;
}

static tarn_status make_enum(tarn_gathered *out, duckdb_logical_type type, const char *name, struct ArrowSchema *schema,
                             tarn_error *error) {
    duckdb_type internal = out->duckdb->enum_internal_type(type);
    out->kind = COLLECT_ENUM;
    out->source_width = internal == DUCKDB_TYPE_UTINYINT ? 1 : internal == DUCKDB_TYPE_USMALLINT ? 2 : 4;
    out->target_width = out->source_width;
    struct ArrowSchema text = {.format = "u", .name = "", .flags = ARROW_FLAG_NULLABLE, .release = release_nothing};
    struct ArrowSchema whole = {.format = out->source_width == 1   ? "C"
                                          : out->source_width == 2 ? "S"
                                                                   : "I",
                                .name = name,
                                .flags = ARROW_FLAG_NULLABLE | ARROW_FLAG_DICTIONARY_ORDERED,
                                .dictionary = &text,
                                .release = release_nothing};
    out->dictionary = calloc(1, sizeof *out->dictionary);
    if (!out->dictionary)
        return tarn_fail_memory(error);
    TARN_TRY(make_values(out->duckdb, type, out->dictionary, error));
    return tarn_schema_copy(&whole, NULL, schema, error);
}

/* ---- nested types --------------------------------------------------------------------------------------------------
 */

static tarn_status make_children(tarn_gathered *out, size_t count, const char *format, const char *name,
                                 struct ArrowSchema *schema, tarn_error *error) {
    out->children = calloc(count ? count : 1, sizeof *out->children);
    if (!out->children)
        return tarn_fail_memory(error);
    out->child_count = count;
    return tarn_schema_make_nested(schema, format, name, (int64_t)count, error);
}

/* Makes child `index`; destroys `type`. */
static tarn_status make_child(tarn_gathered *out, size_t index, duckdb_logical_type type, const char *name,
                              struct ArrowSchema *schema, tarn_error *error) {
    tarn_status status =
        tarn_gathered_make(&out->children[index], out->duckdb, type, out->column, name, schema->children[index], error);
    out->duckdb->destroy_logical_type(&type);
    return status;
}

static tarn_status make_struct(tarn_gathered *out, duckdb_logical_type type, const char *name,
                               struct ArrowSchema *schema, tarn_error *error) {
    const tarn_duckdb *duckdb = out->duckdb;
    idx_t count = duckdb->struct_type_child_count(type);
    out->kind = COLLECT_STRUCT;
    TARN_TRY(make_children(out, count, "+s", name, schema, error));
    for (idx_t i = 0; i < count; i++) {
        char *field = duckdb->struct_type_child_name(type, i);
        tarn_status status = make_child(out, i, duckdb->struct_type_child_type(type, i), field, schema, error);
        duckdb->free(field);
        if (status != TARN_OK)
            return status;
    }
    return TARN_OK;
}

/* A MAP is a list of structs whose keys are never null. */
static tarn_status make_map(tarn_gathered *out, duckdb_logical_type type, const char *name, struct ArrowSchema *schema,
                            tarn_error *error) {
    const tarn_duckdb *duckdb = out->duckdb;
    out->kind = COLLECT_LIST;
    TARN_TRY(make_children(out, 1, "+m", name, schema, error));
    tarn_gathered *entries = &out->children[0];
    struct ArrowSchema *inner = schema->children[0];
    *entries = (tarn_gathered){.duckdb = duckdb, .kind = COLLECT_STRUCT, .column = out->column};
    TARN_TRY(make_children(entries, 2, "+s", "entries", inner, error));
    TARN_TRY(make_child(entries, 0, duckdb->map_type_key_type(type), "key", inner, error));
    TARN_TRY(make_child(entries, 1, duckdb->map_type_value_type(type), "value", inner, error));
    inner->flags &= ~ARROW_FLAG_NULLABLE;
    inner->children[0]->flags &= ~ARROW_FLAG_NULLABLE;
    return TARN_OK;
}

static tarn_status make_array(tarn_gathered *out, duckdb_logical_type type, const char *name,
                              struct ArrowSchema *schema, tarn_error *error) {
    char format[32];
    out->kind = COLLECT_ARRAY;
    out->list_size = (int64_t)out->duckdb->array_type_array_size(type);
    snprintf(format, sizeof format, "+w:%lld", (long long)out->list_size);
    TARN_TRY(make_children(out, 1, format, name, schema, error));
    return make_child(out, 0, out->duckdb->array_type_child_type(type), "item", schema, error);
}

tarn_status tarn_gathered_make(tarn_gathered *out, const tarn_duckdb *duckdb, duckdb_logical_type type,
                               const char *column, const char *name, struct ArrowSchema *schema, tarn_error *error) {
    *out = (tarn_gathered){.duckdb = duckdb, .column = column};
    duckdb_type id = duckdb->get_type_id(type);
    switch (id) {
    case DUCKDB_TYPE_DECIMAL:
        return make_decimal(out, type, name, schema, error);
    case DUCKDB_TYPE_ENUM:
        return make_enum(out, type, name, schema, error);
    case DUCKDB_TYPE_STRUCT:
        return make_struct(out, type, name, schema, error);
    case DUCKDB_TYPE_MAP:
        return make_map(out, type, name, schema, error);
    case DUCKDB_TYPE_ARRAY:
        return make_array(out, type, name, schema, error);
    case DUCKDB_TYPE_LIST:
        out->kind = COLLECT_LIST;
        TARN_TRY(make_children(out, 1, "+l", name, schema, error));
        return make_child(out, 0, duckdb->list_type_child_type(type), "item", schema, error);
    default:
        break;
    }
    for (size_t i = 0; i < sizeof plain_types / sizeof *plain_types; i++)
        if (plain_types[i].type == id)
            return make_plain(out, &plain_types[i], type, name, schema, error);
    return tarn_fail(error, TARN_E_UNSUPPORTED,
                     "column %s has a type that cannot be kept (%s): cast it to VARCHAR, or leave it out", column,
                     id == DUCKDB_TYPE_UNION    ? "UNION"
                     : id == DUCKDB_TYPE_BIGNUM ? "BIGNUM"
                                                : "not known here");
}
