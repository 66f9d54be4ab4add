/* Types as people write them. */
#include "arrow/layout.h"
#include "base/text.h"

#include <stdlib.h>

static const char *unit_name(char unit) {
    switch (unit) {
    case 's':
        return "s";
    case 'm':
        return "ms";
    case 'u':
        return "us";
    default:
        return "ns";
    }
}

static const char *plain_name(tarn_type type) {
    static const char *const names[] = {
        [TARN_TYPE_NULL] = "null",
        [TARN_TYPE_BOOL] = "bool",
        [TARN_TYPE_INT8] = "int8",
        [TARN_TYPE_INT16] = "int16",
        [TARN_TYPE_INT32] = "int32",
        [TARN_TYPE_INT64] = "int64",
        [TARN_TYPE_UINT8] = "uint8",
        [TARN_TYPE_UINT16] = "uint16",
        [TARN_TYPE_UINT32] = "uint32",
        [TARN_TYPE_UINT64] = "uint64",
        [TARN_TYPE_FLOAT16] = "float16",
        [TARN_TYPE_FLOAT32] = "float32",
        [TARN_TYPE_FLOAT64] = "float64",
        [TARN_TYPE_DECIMAL32] = "decimal32",
        [TARN_TYPE_DECIMAL64] = "decimal64",
        [TARN_TYPE_DECIMAL128] = "decimal128",
        [TARN_TYPE_DECIMAL256] = "decimal256",
        [TARN_TYPE_UTF8] = "utf8",
        [TARN_TYPE_LARGE_UTF8] = "large_utf8",
        [TARN_TYPE_BINARY] = "binary",
        [TARN_TYPE_LARGE_BINARY] = "large_binary",
        [TARN_TYPE_FIXED_BINARY] = "fixed_binary",
        [TARN_TYPE_UTF8_VIEW] = "utf8_view",
        [TARN_TYPE_BINARY_VIEW] = "binary_view",
        [TARN_TYPE_DATE32] = "date32",
        [TARN_TYPE_DATE64] = "date64",
        [TARN_TYPE_TIME32] = "time32",
        [TARN_TYPE_TIME64] = "time64",
        [TARN_TYPE_TIMESTAMP] = "timestamp",
        [TARN_TYPE_DURATION] = "duration",
        [TARN_TYPE_INTERVAL_MONTHS] = "interval[months]",
        [TARN_TYPE_INTERVAL_DAY_TIME] = "interval[day_time]",
        [TARN_TYPE_INTERVAL_MONTH_DAY_NANO] = "interval[month_day_nano]",
        [TARN_TYPE_LIST] = "list",
        [TARN_TYPE_LARGE_LIST] = "large_list",
        [TARN_TYPE_FIXED_LIST] = "fixed_list",
        [TARN_TYPE_LIST_VIEW] = "list_view",
        [TARN_TYPE_LARGE_LIST_VIEW] = "large_list_view",
        [TARN_TYPE_STRUCT] = "struct",
        [TARN_TYPE_MAP] = "map",
        [TARN_TYPE_SPARSE_UNION] = "sparse_union",
        [TARN_TYPE_DENSE_UNION] = "dense_union",
        [TARN_TYPE_RUN_END] = "run_end_encoded",
    };
    return names[type];
}

static tarn_status write_type(const struct ArrowSchema *schema, int depth, tarn_buffer *out, tarn_error *error);

static tarn_status write_children(const struct ArrowSchema *schema, bool names, int depth, tarn_buffer *out,
                                  tarn_error *error) {
    TARN_TRY(tarn_buffer_append(out, "<", 1, error));
    for (int64_t i = 0; i < schema->n_children; i++) {
        if (i > 0)
            TARN_TRY(tarn_buffer_append(out, ", ", 2, error));
        if (names)
            TARN_TRY(
                tarn_buffer_printf(out, error, "%s: ", schema->children[i]->name ? schema->children[i]->name : ""));
        TARN_TRY(write_type(schema->children[i], depth + 1, out, error));
    }
    return tarn_buffer_append(out, ">", 1, error);
}

static tarn_status write_details(const struct ArrowSchema *schema, const tarn_shape *shape, int depth, tarn_buffer *out,
                                 tarn_error *error) {
    switch (shape->type) {
    case TARN_TYPE_DECIMAL32:
    case TARN_TYPE_DECIMAL64:
    case TARN_TYPE_DECIMAL128:
    case TARN_TYPE_DECIMAL256:
        return tarn_buffer_printf(out, error, "(%d,%d)", shape->precision, shape->scale);
    case TARN_TYPE_FIXED_BINARY:
        return tarn_buffer_printf(out, error, "[%zu]", shape->width);
    case TARN_TYPE_TIMESTAMP:
        if (shape->details[0] != '\0')
            return tarn_buffer_printf(out, error, "[%s, %s]", unit_name(shape->unit), shape->details);
        return tarn_buffer_printf(out, error, "[%s]", unit_name(shape->unit));
    case TARN_TYPE_TIME32:
    case TARN_TYPE_TIME64:
    case TARN_TYPE_DURATION:
        return tarn_buffer_printf(out, error, "[%s]", unit_name(shape->unit));
    case TARN_TYPE_FIXED_LIST:
        TARN_TRY(write_children(schema, false, depth, out, error));
        return tarn_buffer_printf(out, error, "[%lld]", (long long)shape->list_size);
    case TARN_TYPE_MAP:
        if (schema->n_children == 1 && schema->children[0]->n_children == 2)
            return write_children(schema->children[0], false, depth + 1, out, error);
        return write_children(schema, false, depth, out, error);
    case TARN_TYPE_STRUCT:
    case TARN_TYPE_SPARSE_UNION:
    case TARN_TYPE_DENSE_UNION:
        return write_children(schema, true, depth, out, error);
    default:
        return schema->n_children == 0 ? TARN_OK : write_children(schema, false, depth, out, error);
    }
}

static tarn_status write_type(const struct ArrowSchema *schema, int depth, tarn_buffer *out, tarn_error *error) {
    tarn_shape shape;
    if (depth > TARN_MAX_DEPTH)
        return tarn_buffer_printf(out, error, "…");
    if (schema->dictionary != NULL) {
        TARN_TRY(tarn_buffer_printf(out, error, "dictionary<"));
        TARN_TRY(write_type(schema->dictionary, depth + 1, out, error));
        return tarn_buffer_append(out, ">", 1, error);
    }
    if (tarn_shape_of(schema->format, &shape, NULL) != TARN_OK)
        return tarn_buffer_printf(out, error, "unknown (%.60s)", schema->format ? schema->format : "no format");
    TARN_TRY(tarn_buffer_printf(out, error, "%s", plain_name(shape.type)));
    return write_details(schema, &shape, depth, out, error);
}

char *tarn_schema_type_name(const struct ArrowSchema *schema) {
    tarn_buffer text = {0};
    char *name = NULL;
    if (write_type(schema, 1, &text, NULL) == TARN_OK)
        name = tarn_strndup((const char *)text.data, text.size);
    tarn_buffer_free(&text);
    return name;
}
