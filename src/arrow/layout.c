// What a format string says, taken apart once; and where in a nested schema something went wrong.
#include "arrow/layout.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Formats that are spelled out in full. */
static const struct {
    const char *format;
    tarn_shape shape;
} plain_formats[] = {
    {"n", {.type = TARN_TYPE_NULL, .layout = TARN_LAYOUT_NULL}},
    {"b", {.type = TARN_TYPE_BOOL, .layout = TARN_LAYOUT_BITS}},
    {"c", {.type = TARN_TYPE_INT8, .layout = TARN_LAYOUT_FIXED, .width = 1}},
    {"C", {.type = TARN_TYPE_UINT8, .layout = TARN_LAYOUT_FIXED, .width = 1}},
    {"s", {.type = TARN_TYPE_INT16, .layout = TARN_LAYOUT_FIXED, .width = 2}},
    {"S", {.type = TARN_TYPE_UINT16, .layout = TARN_LAYOUT_FIXED, .width = 2}},
    {"i", {.type = TARN_TYPE_INT32, .layout = TARN_LAYOUT_FIXED, .width = 4}},
    {"I", {.type = TARN_TYPE_UINT32, .layout = TARN_LAYOUT_FIXED, .width = 4}},
    {"l", {.type = TARN_TYPE_INT64, .layout = TARN_LAYOUT_FIXED, .width = 8}},
    {"L", {.type = TARN_TYPE_UINT64, .layout = TARN_LAYOUT_FIXED, .width = 8}},
    {"e", {.type = TARN_TYPE_FLOAT16, .layout = TARN_LAYOUT_FIXED, .width = 2}},
    {"f", {.type = TARN_TYPE_FLOAT32, .layout = TARN_LAYOUT_FIXED, .width = 4}},
    {"g", {.type = TARN_TYPE_FLOAT64, .layout = TARN_LAYOUT_FIXED, .width = 8}},
    {"u", {.type = TARN_TYPE_UTF8, .layout = TARN_LAYOUT_BYTES}},
    {"U", {.type = TARN_TYPE_LARGE_UTF8, .layout = TARN_LAYOUT_BYTES, .wide = true}},
    {"z", {.type = TARN_TYPE_BINARY, .layout = TARN_LAYOUT_BYTES}},
    {"Z", {.type = TARN_TYPE_LARGE_BINARY, .layout = TARN_LAYOUT_BYTES, .wide = true}},
    {"vu", {.type = TARN_TYPE_UTF8_VIEW, .layout = TARN_LAYOUT_VIEW, .width = 16}},
    {"vz", {.type = TARN_TYPE_BINARY_VIEW, .layout = TARN_LAYOUT_VIEW, .width = 16}},
    {"tdD", {.type = TARN_TYPE_DATE32, .layout = TARN_LAYOUT_FIXED, .width = 4}},
    {"tdm", {.type = TARN_TYPE_DATE64, .layout = TARN_LAYOUT_FIXED, .width = 8, .unit = 'm'}},
    {"tts", {.type = TARN_TYPE_TIME32, .layout = TARN_LAYOUT_FIXED, .width = 4, .unit = 's'}},
    {"ttm", {.type = TARN_TYPE_TIME32, .layout = TARN_LAYOUT_FIXED, .width = 4, .unit = 'm'}},
    {"ttu", {.type = TARN_TYPE_TIME64, .layout = TARN_LAYOUT_FIXED, .width = 8, .unit = 'u'}},
    {"ttn", {.type = TARN_TYPE_TIME64, .layout = TARN_LAYOUT_FIXED, .width = 8, .unit = 'n'}},
    {"tDs", {.type = TARN_TYPE_DURATION, .layout = TARN_LAYOUT_FIXED, .width = 8, .unit = 's'}},
    {"tDm", {.type = TARN_TYPE_DURATION, .layout = TARN_LAYOUT_FIXED, .width = 8, .unit = 'm'}},
    {"tDu", {.type = TARN_TYPE_DURATION, .layout = TARN_LAYOUT_FIXED, .width = 8, .unit = 'u'}},
    {"tDn", {.type = TARN_TYPE_DURATION, .layout = TARN_LAYOUT_FIXED, .width = 8, .unit = 'n'}},
    {"tiM", {.type = TARN_TYPE_INTERVAL_MONTHS, .layout = TARN_LAYOUT_FIXED, .width = 4}},
    {"tiD", {.type = TARN_TYPE_INTERVAL_DAY_TIME, .layout = TARN_LAYOUT_FIXED, .width = 8}},
    {"tin", {.type = TARN_TYPE_INTERVAL_MONTH_DAY_NANO, .layout = TARN_LAYOUT_FIXED, .width = 16}},
    {"+l", {.type = TARN_TYPE_LIST, .layout = TARN_LAYOUT_LIST}},
    {"+L", {.type = TARN_TYPE_LARGE_LIST, .layout = TARN_LAYOUT_LIST, .wide = true}},
    {"+vl", {.type = TARN_TYPE_LIST_VIEW, .layout = TARN_LAYOUT_LIST_VIEW}},
    {"+vL", {.type = TARN_TYPE_LARGE_LIST_VIEW, .layout = TARN_LAYOUT_LIST_VIEW, .wide = true}},
    {"+s", {.type = TARN_TYPE_STRUCT, .layout = TARN_LAYOUT_STRUCT}},
    {"+m", {.type = TARN_TYPE_MAP, .layout = TARN_LAYOUT_LIST}},
    {"+r", {.type = TARN_TYPE_RUN_END, .layout = TARN_LAYOUT_RUN_END}},
};

static tarn_status fail_format(const char *format, tarn_error *error) {
    return tarn_fail(error, TARN_E_FORMAT, "unknown Arrow format string \"%.60s\"", format);
}

static bool parse_size(const char *text, int64_t *out) {
    if (text[0] < '0' || text[0] > '9')
        return false;
    char *end;
    long long value = strtoll(text, &end, 10);
    *out = value;
    return *end == '\0' && value <= INT32_MAX;
}

/* "d:precision,scale" or "d:precision,scale,bits" */
static bool parse_decimal(const char *format, tarn_shape *out) {
    int precision, scale, bits = 128, used = 0;
    if (sscanf(format, "d:%9d,%9d%n", &precision, &scale, &used) != 2)
        return false;
    if (format[used] == ',') {
        const char *rest = format + used + 1;
        used = 0;
        if (sscanf(rest, "%9d%n", &bits, &used) != 1 || rest[used] != '\0')
            return false;
    } else if (format[used] != '\0') {
        return false;
    }
    static const struct {
        int bits, digits;
        tarn_type type;
    } kinds[] = {{32, 9, TARN_TYPE_DECIMAL32},
                 {64, 18, TARN_TYPE_DECIMAL64},
                 {128, 38, TARN_TYPE_DECIMAL128},
                 {256, 76, TARN_TYPE_DECIMAL256}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (kinds[i].bits != bits)
            continue;
        *out = (tarn_shape){.type = kinds[i].type,
                            .layout = TARN_LAYOUT_FIXED,
                            .width = (size_t)bits / 8,
                            .precision = precision,
                            .scale = scale};
        return precision >= 1 && precision <= kinds[i].digits && abs(scale) <= kinds[i].digits;
    }
    return false;
}

static bool parse_parameterised(const char *format, tarn_shape *out) {
    int64_t size;
    if (strncmp(format, "w:", 2) == 0) {
        if (!parse_size(format + 2, &size))
            return false;
        *out = (tarn_shape){.type = TARN_TYPE_FIXED_BINARY, .layout = TARN_LAYOUT_FIXED, .width = (size_t)size};
        return true;
    }
    if (strncmp(format, "+w:", 3) == 0) {
        if (!parse_size(format + 3, &size))
            return false;
        *out = (tarn_shape){.type = TARN_TYPE_FIXED_LIST, .layout = TARN_LAYOUT_FIXED_LIST, .list_size = size};
        return true;
    }
    if (strncmp(format, "ts", 2) == 0 && format[2] != '\0' && strchr("smun", format[2]) && format[3] == ':') {
        *out = (tarn_shape){.type = TARN_TYPE_TIMESTAMP,
                            .layout = TARN_LAYOUT_FIXED,
                            .width = 8,
                            .unit = format[2],
                            .details = format + 4};
        return true;
    }
    if (strncmp(format, "+ud:", 4) == 0 || strncmp(format, "+us:", 4) == 0) {
        bool dense = format[2] == 'd';
        *out = (tarn_shape){.type = dense ? TARN_TYPE_DENSE_UNION : TARN_TYPE_SPARSE_UNION,
                            .layout = TARN_LAYOUT_UNION,
                            .details = format + 4};
        return true;
    }
    return strncmp(format, "d:", 2) == 0 && parse_decimal(format, out);
}

tarn_status tarn_shape_of(const char *format, tarn_shape *out, tarn_error *error) {
    if (format == NULL)
        return tarn_fail(error, TARN_E_INVALID, "an Arrow schema has no format string");
    for (size_t i = 0; i < sizeof plain_formats / sizeof *plain_formats; i++) {
        if (plain_formats[i].format[0] == format[0] && strcmp(plain_formats[i].format, format) == 0) {
            *out = plain_formats[i].shape;
            return TARN_OK;
        }
    }
    return parse_parameterised(format, out) ? TARN_OK : fail_format(format, error);
}

tarn_status tarn_type_of(const char *format, tarn_type *out, tarn_error *error) {
    tarn_shape shape;
    TARN_TRY(tarn_shape_of(format, &shape, error));
    *out = shape.type;
    return TARN_OK;
}

size_t tarn_type_width(tarn_type type, const char *format) {
    tarn_shape shape;
    if (tarn_shape_of(format, &shape, NULL) != TARN_OK || shape.type != type)
        return 0;
    return shape.layout == TARN_LAYOUT_FIXED ? shape.width : 0;
}

int64_t tarn_layout_buffers(const tarn_shape *shape) {
    switch (shape->layout) {
    case TARN_LAYOUT_NULL:
    case TARN_LAYOUT_RUN_END:
        return 0;
    case TARN_LAYOUT_FIXED_LIST:
    case TARN_LAYOUT_STRUCT:
        return 1;
    case TARN_LAYOUT_BITS:
    case TARN_LAYOUT_FIXED:
    case TARN_LAYOUT_LIST:
        return 2;
    case TARN_LAYOUT_BYTES:
    case TARN_LAYOUT_VIEW: /* validity, views and the sizes of the data buffers */
    case TARN_LAYOUT_LIST_VIEW:
        return 3;
    case TARN_LAYOUT_UNION:
        return shape->type == TARN_TYPE_DENSE_UNION ? 2 : 1;
    }
    return 0;
}

int64_t tarn_layout_children(const tarn_shape *shape) {
    switch (shape->layout) {
    case TARN_LAYOUT_LIST:
    case TARN_LAYOUT_LIST_VIEW:
    case TARN_LAYOUT_FIXED_LIST:
        return 1;
    case TARN_LAYOUT_RUN_END:
        return 2;
    case TARN_LAYOUT_STRUCT:
    case TARN_LAYOUT_UNION:
        return -1;
    default:
        return 0;
    }
}

int64_t tarn_index_at(tarn_type type, const void *indices, int64_t i) {
    switch (type) {
    case TARN_TYPE_INT8:
        return ((const int8_t *)indices)[i];
    case TARN_TYPE_UINT8:
        return ((const uint8_t *)indices)[i];
    case TARN_TYPE_INT16:
        return ((const int16_t *)indices)[i];
    case TARN_TYPE_UINT16:
        return ((const uint16_t *)indices)[i];
    case TARN_TYPE_INT32:
        return ((const int32_t *)indices)[i];
    case TARN_TYPE_UINT32:
        return ((const uint32_t *)indices)[i];
    default:
        return ((const int64_t *)indices)[i];
    }
}

/* Write the path, outermost name first, into `text` from `used` on; gives the new end. */
static size_t write_path(const tarn_path *path, char *text, size_t size, size_t used) {
    if (path->parent != NULL)
        used = write_path(path->parent, text, size, used);
    if (used + 1 >= size)
        return used;
    int written = snprintf(text + used, size - used, "%s%.100s", used == 0 ? "" : ".", path->name ? path->name : "");
    size_t end = used + (written > 0 ? (size_t)written : 0);
    return end < size ? end : size - 1;
}

tarn_status tarn_fail_at(tarn_error *error, tarn_status code, const tarn_path *path, const char *format, ...) {
    if (error == NULL)
        return code;
    char message[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (path == NULL)
        return tarn_fail(error, code, "%s", message);
    char names[512] = "";
    write_path(path, names, sizeof names, 0);
    return tarn_fail(error, code, "column '%s': %s", names, message);
}

tarn_status tarn_fail_not_plain(tarn_error *error, const struct ArrowSchema *schema) {
    char *name = tarn_schema_type_name(schema);
    tarn_fail(error, TARN_E_UNSUPPORTED, "column '%s' of type %s has to be normalised before it can be worked on",
              schema->name ? schema->name : "", name ? name : schema->format);
    free(name);
    return TARN_E_UNSUPPORTED;
}
