/* Making a filler from an Arrow schema, and the DuckDB type that goes with it. */
#include "engine/fill_internal.h"

#include "base/text.h"
#include "engine/types.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_ARRAY_VALUES 100000 /* DuckDB's limit for ARRAY */
#define MICROS_PER_SECOND 1000000
#define MILLIS_PER_DAY 86400000

static bool has_extension(const struct ArrowSchema *schema, const char *name) {
    const char *value;
    size_t size;
    return tarn_schema_metadata_get(schema, TARN_EXTENSION_KEY, &value, &size) && size == strlen(name) &&
           memcmp(value, name, size) == 0;
}

static void set(tarn_filler *filler, fill_kind kind, duckdb_type simple, size_t target_width) {
    filler->kind = kind;
    filler->simple = simple;
    filler->target_width = target_width;
}

static void set_copy(tarn_filler *filler, duckdb_type simple) {
    set(filler, FILL_COPY, simple, filler->source_width);
}

/* Multiply and divide to get from a unit ('s', 'm', 'u', 'n') to microseconds. */
static void set_unit(tarn_filler *filler, char unit) {
    filler->multiply = unit == 's' ? MICROS_PER_SECOND : unit == 'm' ? 1000 : 1;
    filler->divide = unit == 'n' ? 1000 : 1;
}

static void set_timestamp(tarn_filler *filler) {
    const char *format = filler->schema.format; /* tsu:ZONE */
    char unit = format[2];
    if (format[4]) {
        set(filler, unit == 'u' ? FILL_COPY : FILL_SCALE, DUCKDB_TYPE_TIMESTAMP_TZ, 8);
        set_unit(filler, unit);
        return;
    }
    set_copy(filler, unit == 's'   ? DUCKDB_TYPE_TIMESTAMP_S
                     : unit == 'm' ? DUCKDB_TYPE_TIMESTAMP_MS
                     : unit == 'n' ? DUCKDB_TYPE_TIMESTAMP_NS
                                   : DUCKDB_TYPE_TIMESTAMP);
}

/* Nanoseconds become microseconds: the C API can make no TIME_NS. */
static void set_time(tarn_filler *filler) {
    char unit = filler->schema.format[2];
    set(filler, unit == 'u' ? FILL_COPY : FILL_SCALE, DUCKDB_TYPE_TIME, 8);
    set_unit(filler, unit);
}

static void set_decimal(tarn_filler *filler) {
    const struct ArrowSchema *schema = &filler->schema;
    if (sscanf(schema->format, "d:%d,%d", &filler->precision, &filler->scale) != 2 || filler->precision > 38 ||
        filler->precision < 1 || filler->scale < 0 || filler->scale > filler->precision ||
        filler->type == TARN_TYPE_DECIMAL256)
        return;
    if (has_extension(schema, TARN_EXTENSION_HUGEINT) || has_extension(schema, TARN_EXTENSION_UHUGEINT)) {
        set_copy(filler, has_extension(schema, TARN_EXTENSION_HUGEINT) ? DUCKDB_TYPE_HUGEINT : DUCKDB_TYPE_UHUGEINT);
        return;
    }
    size_t width = filler->precision <= 4 ? 2 : filler->precision <= 9 ? 4 : filler->precision <= 18 ? 8 : 16;
    set(filler, width == filler->source_width ? FILL_COPY : FILL_DECIMAL, DUCKDB_TYPE_DECIMAL, width);
}

static void set_text(tarn_filler *filler) {
    const struct ArrowSchema *schema = &filler->schema;
    bool large = filler->type == TARN_TYPE_LARGE_UTF8 || filler->type == TARN_TYPE_LARGE_BINARY;
    bool is_text = filler->type == TARN_TYPE_UTF8 || filler->type == TARN_TYPE_LARGE_UTF8;
    set(filler, large ? FILL_LARGE_TEXT : FILL_TEXT, is_text ? DUCKDB_TYPE_VARCHAR : DUCKDB_TYPE_BLOB, 16);
    filler->source_width = large ? 8 : 4;
    if (is_text && has_extension(schema, TARN_EXTENSION_TIME_TZ))
        set(filler, FILL_TIME_TZ, DUCKDB_TYPE_TIME_TZ, 8);
    if (is_text && has_extension(schema, TARN_EXTENSION_BIT))
        set(filler, FILL_BIT, DUCKDB_TYPE_BIT, 16);
    filler->is_json = is_text && has_extension(schema, TARN_EXTENSION_JSON);
}

static void set_fixed_binary(tarn_filler *filler) {
    if (filler->source_width == 16 && has_extension(&filler->schema, TARN_EXTENSION_UUID))
        set(filler, FILL_UUID, DUCKDB_TYPE_UUID, 16);
    else
        set(filler, FILL_FIXED, DUCKDB_TYPE_BLOB, 16);
}

/* Types without children. Leaves FILL_PRINT where DuckDB has nothing like it. */
static void set_flat(tarn_filler *filler) {
    static const duckdb_type numbers[] = {
        [TARN_TYPE_INT8] = DUCKDB_TYPE_TINYINT,    [TARN_TYPE_INT16] = DUCKDB_TYPE_SMALLINT,
        [TARN_TYPE_INT32] = DUCKDB_TYPE_INTEGER,   [TARN_TYPE_INT64] = DUCKDB_TYPE_BIGINT,
        [TARN_TYPE_UINT8] = DUCKDB_TYPE_UTINYINT,  [TARN_TYPE_UINT16] = DUCKDB_TYPE_USMALLINT,
        [TARN_TYPE_UINT32] = DUCKDB_TYPE_UINTEGER, [TARN_TYPE_UINT64] = DUCKDB_TYPE_UBIGINT,
        [TARN_TYPE_FLOAT32] = DUCKDB_TYPE_FLOAT,   [TARN_TYPE_FLOAT64] = DUCKDB_TYPE_DOUBLE,
        [TARN_TYPE_DATE32] = DUCKDB_TYPE_DATE,
    };
    switch (filler->type) {
    case TARN_TYPE_NULL:
        set(filler, FILL_NULL, DUCKDB_TYPE_INTEGER, 4);
        break;
    case TARN_TYPE_BOOL:
        set(filler, FILL_BOOL, DUCKDB_TYPE_BOOLEAN, 1);
        break;
    case TARN_TYPE_FLOAT16:
        set(filler, FILL_HALF, DUCKDB_TYPE_FLOAT, 4);
        break;
    case TARN_TYPE_DATE64:
        set(filler, FILL_SCALE, DUCKDB_TYPE_DATE, 4);
        filler->divide = MILLIS_PER_DAY;
        break;
    case TARN_TYPE_TIME32:
    case TARN_TYPE_TIME64:
        set_time(filler);
        break;
    case TARN_TYPE_TIMESTAMP:
        set_timestamp(filler);
        break;
    case TARN_TYPE_DURATION:
        set(filler, FILL_DURATION, DUCKDB_TYPE_INTERVAL, 16);
        set_unit(filler, filler->schema.format[2]);
        break;
    case TARN_TYPE_INTERVAL_MONTHS:
        set(filler, FILL_MONTHS, DUCKDB_TYPE_INTERVAL, 16);
        break;
    case TARN_TYPE_INTERVAL_DAY_TIME:
        set(filler, FILL_DAY_TIME, DUCKDB_TYPE_INTERVAL, 16);
        break;
    case TARN_TYPE_INTERVAL_MONTH_DAY_NANO:
        set(filler, FILL_INTERVAL, DUCKDB_TYPE_INTERVAL, 16);
        break;
    case TARN_TYPE_DECIMAL32:
    case TARN_TYPE_DECIMAL64:
    case TARN_TYPE_DECIMAL128:
    case TARN_TYPE_DECIMAL256:
        set_decimal(filler);
        break;
    case TARN_TYPE_UTF8:
    case TARN_TYPE_LARGE_UTF8:
    case TARN_TYPE_BINARY:
    case TARN_TYPE_LARGE_BINARY:
        set_text(filler);
        break;
    case TARN_TYPE_FIXED_BINARY:
        set_fixed_binary(filler);
        break;
    default:
        if ((size_t)filler->type < sizeof numbers / sizeof *numbers && numbers[filler->type])
            set_copy(filler, numbers[filler->type]);
        break;
    }
}

static tarn_status add_child(tarn_filler *filler, size_t index, const struct ArrowSchema *schema, tarn_error *error) {
    return tarn_filler_new(filler->duckdb, schema, NULL, &filler->children[index], error);
}

static tarn_status make_children(tarn_filler *filler, tarn_error *error) {
    const struct ArrowSchema *schema = &filler->schema;
    size_t count = schema->dictionary ? 1 : (size_t)schema->n_children;
    filler->children = calloc(count, sizeof(tarn_filler *));
    if (!filler->children)
        return tarn_fail_memory(error);
    filler->child_count = count;
    if (schema->dictionary)
        return add_child(filler, 0, schema->dictionary, error);
    for (size_t i = 0; i < count; i++)
        TARN_TRY(add_child(filler, i, schema->children[i], error));
    return TARN_OK;
}

/* A struct of DuckDB has fields, and their names are unique and not empty. */
static bool is_good_struct(const struct ArrowSchema *schema) {
    for (int64_t i = 0; i < schema->n_children; i++) {
        const char *name = schema->children[i]->name;
        if (!name || !*name)
            return false;
        for (int64_t k = 0; k < i; k++)
            if (tarn_name_equal(name, schema->children[k]->name))
                return false;
    }
    return schema->n_children > 0;
}

static tarn_status set_nested(tarn_filler *filler, tarn_error *error) {
    const struct ArrowSchema *schema = &filler->schema;
    switch (filler->type) {
    case TARN_TYPE_LIST:
    case TARN_TYPE_LARGE_LIST:
    case TARN_TYPE_MAP:
        filler->kind = FILL_LIST;
        filler->is_map = filler->type == TARN_TYPE_MAP;
        filler->source_width = filler->type == TARN_TYPE_LARGE_LIST ? 8 : 4;
        if (filler->is_map && !is_good_struct(schema->children[0]))
            filler->kind = FILL_PRINT;
        break;
    case TARN_TYPE_FIXED_LIST:
        filler->list_size = strtoll(schema->format + 3, NULL, 10);
        if (filler->list_size > 0 && filler->list_size <= MOST_ARRAY_VALUES)
            filler->kind = FILL_ARRAY;
        break;
    case TARN_TYPE_STRUCT:
        if (is_good_struct(schema))
            filler->kind = FILL_STRUCT;
        break;
    default:
        return TARN_OK;
    }
    return filler->kind == FILL_PRINT ? TARN_OK : make_children(filler, error);
}

/* Unordered dictionaries are only a way of storing text; ordered ones are ENUMs, which sort by their values' order. */
static tarn_status set_dictionary(tarn_filler *filler, const tarn_fill_source *source, tarn_error *error) {
    TARN_TRY(make_children(filler, error));
    fill_kind values = filler->children[0]->kind;
    filler->kind = FILL_DICTIONARY;
    if (!source || !(filler->schema.flags & ARROW_FLAG_DICTIONARY_ORDERED) ||
        (values != FILL_TEXT && values != FILL_LARGE_TEXT) || filler->children[0]->simple != DUCKDB_TYPE_VARCHAR)
        return TARN_OK;
    TARN_TRY(tarn_filler_gather_values(filler, source, error));
    if (filler->value_count == 0)
        return TARN_OK;
    set(filler, FILL_ENUM, DUCKDB_TYPE_ENUM, filler->value_count <= 255 ? 1 : filler->value_count <= 65535 ? 2 : 4);
    return TARN_OK;
}

tarn_status tarn_filler_new(const tarn_duckdb *duckdb, const struct ArrowSchema *schema, const tarn_fill_source *source,
                            tarn_filler **out, tarn_error *error) {
    tarn_status status = TARN_OK;
    tarn_filler *filler = calloc(1, sizeof *filler);
    if (!filler)
        return tarn_fail_memory(error);
    *filler = (tarn_filler){.duckdb = duckdb,
                            .kind = FILL_PRINT,
                            .simple = DUCKDB_TYPE_VARCHAR,
                            .target_width = 16,
                            .multiply = 1,
                            .divide = 1};
    TARN_CHECK(tarn_schema_copy(schema, NULL, &filler->schema, error));
    TARN_CHECK(tarn_type_of(schema->format, &filler->type, error));
    filler->source_width = tarn_type_width(filler->type, schema->format);
    if (schema->dictionary)
        TARN_CHECK(set_dictionary(filler, source, error));
    else if (schema->n_children)
        TARN_CHECK(set_nested(filler, error));
    else
        set_flat(filler);
    *out = filler;
    filler = NULL;

cleanup:
    tarn_filler_free(filler);
    return status;
}

void tarn_filler_free(tarn_filler *filler) {
    if (!filler)
        return;
    for (size_t i = 0; i < filler->child_count; i++)
        tarn_filler_free(filler->children[i]);
    free(filler->children);
    for (size_t i = 0; i < filler->value_count; i++)
        free(filler->values[i]);
    free(filler->values);
    free(filler->sorted);
    tarn_schema_release(&filler->schema);
    free(filler);
}

tarn_plain tarn_filler_plain(const tarn_filler *filler) {
    switch (filler->kind) {
    case FILL_COPY: /* unsigned ones of 128 bits lie in signed ones */
        return (tarn_plain){filler->source_width, true, filler->simple != DUCKDB_TYPE_UHUGEINT};
    case FILL_DECIMAL:
        return (tarn_plain){filler->target_width <= 8 ? filler->source_width : 0, false, true};
    case FILL_BOOL:
    case FILL_TEXT:
    case FILL_LARGE_TEXT:
    case FILL_FIXED:
        return (tarn_plain){.is_ordered = true};
    default:
        return (tarn_plain){0};
    }
}

/* ---- the values of an ENUM -----------------------------------------------------------------------------------------
 */

typedef struct gathering {
    tarn_filler *filler;
    size_t values_capacity, sorted_capacity;
    bool unfit; /* a value that an ENUM cannot hold */
} gathering;

/* Place of `value` among the sorted codes; `*found` when it is there already. */
static size_t find_place(const tarn_filler *filler, const char *value, bool *found) {
    size_t low = 0, high = filler->value_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(filler->values[filler->sorted[middle]], value);
        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *found = false;
    return low;
}

static tarn_status add_value(gathering *gathering, const char *bytes, size_t size, tarn_error *error) {
    tarn_filler *filler = gathering->filler;
    size_t count = filler->value_count;
    if (memchr(bytes, 0, size)) {
        gathering->unfit = true;
        return TARN_OK;
    }
    TARN_TRY(tarn_grow(&filler->sorted, &gathering->sorted_capacity, count + 1, sizeof *filler->sorted, error));
    TARN_TRY(tarn_grow(&filler->values, &gathering->values_capacity, count + 1, sizeof *filler->values, error));
    char *value = tarn_strndup(bytes, size);
    if (!value)
        return tarn_fail_memory(error);
    bool found;
    size_t place = find_place(filler, value, &found);
    if (found) {
        free(value);
        return TARN_OK;
    }
    memmove(filler->sorted + place + 1, filler->sorted + place, (count - place) * sizeof *filler->sorted);
    filler->sorted[place] = (uint32_t)count;
    filler->values[count] = value;
    filler->value_count++;
    return TARN_OK;
}

static tarn_status gather_from(void *context, const struct ArrowArray *array, tarn_error *error) {
    gathering *gathering = context;
    const struct ArrowArray *dictionary = array->dictionary;
    const struct ArrowSchema *type = gathering->filler->schema.dictionary;
    bool large = gathering->filler->children[0]->kind == FILL_LARGE_TEXT;
    for (int64_t i = 0; i < dictionary->length; i++) {
        int64_t s = dictionary->offset + i;
        if (tarn_array_is_null(type, dictionary, i))
            continue;
        int64_t from =
            large ? ((const int64_t *)dictionary->buffers[1])[s] : ((const int32_t *)dictionary->buffers[1])[s];
        int64_t to =
            large ? ((const int64_t *)dictionary->buffers[1])[s + 1] : ((const int32_t *)dictionary->buffers[1])[s + 1];
        const char *bytes = dictionary->buffers[2];
        TARN_TRY(add_value(gathering, bytes ? bytes + from : "", (size_t)(to - from), error));
    }
    return TARN_OK;
}

tarn_status tarn_filler_gather_values(tarn_filler *filler, const tarn_fill_source *source, tarn_error *error) {
    gathering gathering = {.filler = filler};
    for (size_t i = 0; i < source->count; i++)
        TARN_TRY(source->visit(source->context, i, gather_from, &gathering, error));
    if (gathering.unfit) {
        for (size_t i = 0; i < filler->value_count; i++)
            free(filler->values[i]);
        filler->value_count = 0;
    }
    return TARN_OK;
}

/* ---- DuckDB's type -------------------------------------------------------------------------------------------------
 */

static tarn_status child_type(const tarn_filler *filler, size_t index, duckdb_logical_type *out, tarn_error *error) {
    return tarn_filler_type(filler->children[index], out, error);
}

static tarn_status list_type(const tarn_filler *filler, duckdb_logical_type *out, tarn_error *error) {
    const tarn_duckdb *duckdb = filler->duckdb;
    duckdb_logical_type first = NULL, second = NULL;
    tarn_status status = TARN_OK;
    if (filler->is_map) {
        TARN_CHECK(child_type(filler->children[0], 0, &first, error));
        TARN_CHECK(child_type(filler->children[0], 1, &second, error));
        *out = duckdb->create_map_type(first, second);
    } else {
        TARN_CHECK(child_type(filler, 0, &first, error));
        *out = filler->kind == FILL_ARRAY ? duckdb->create_array_type(first, (idx_t)filler->list_size)
                                          : duckdb->create_list_type(first);
    }

cleanup:
    duckdb->destroy_logical_type(&first);
    duckdb->destroy_logical_type(&second);
    return status;
}

static tarn_status struct_type(const tarn_filler *filler, duckdb_logical_type *out, tarn_error *error) {
    tarn_status status = TARN_OK;
    size_t count = filler->child_count;
    duckdb_logical_type *types = calloc(count, sizeof *types);
    const char **names = calloc(count, sizeof *names);
    if (!types || !names) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    for (size_t i = 0; i < count; i++) {
        names[i] = filler->schema.children[i]->name;
        TARN_CHECK(child_type(filler, i, &types[i], error));
    }
    *out = filler->duckdb->create_struct_type(types, names, count);

cleanup:
    for (size_t i = 0; types && i < count; i++)
        filler->duckdb->destroy_logical_type(&types[i]);
    free(types);
    free(names);
    return status;
}

tarn_status tarn_filler_type(const tarn_filler *filler, duckdb_logical_type *out, tarn_error *error) {
    const tarn_duckdb *duckdb = filler->duckdb;
    *out = NULL;
    switch (filler->kind) {
    case FILL_LIST:
    case FILL_ARRAY:
        TARN_TRY(list_type(filler, out, error));
        break;
    case FILL_STRUCT:
        TARN_TRY(struct_type(filler, out, error));
        break;
    case FILL_DICTIONARY:
        return child_type(filler, 0, out, error);
    case FILL_ENUM:
        *out = duckdb->create_enum_type((const char **)filler->values, filler->value_count);
        break;
    default:
        *out = filler->simple == DUCKDB_TYPE_DECIMAL
                   ? duckdb->create_decimal_type((uint8_t)filler->precision, (uint8_t)filler->scale)
                   : duckdb->create_logical_type(filler->simple);
        break;
    }
    /* A column of an invalid type would be left out without a word, and those behind it would take its values. */
    if (!*out || duckdb->get_type_id(*out) == DUCKDB_TYPE_INVALID) {
        duckdb->destroy_logical_type(out);
        return tarn_fail(error, TARN_E_UNSUPPORTED, "DuckDB has no type for this");
    }
    if (filler->is_json)
        duckdb->logical_type_set_alias(*out, "JSON");
    return TARN_OK;
}
