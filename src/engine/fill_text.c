// Texts and dictionaries from Arrow to DuckDB's vectors.
#include "engine/fill_internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define INLINE_BYTES 12
_Static_assert(sizeof(duckdb_string_t) == 16, "a string is two words");

static uint32_t load32(const char *bytes) {
    uint32_t value;
    memcpy(&value, bytes, 4);
    return value;
}

static uint64_t load64(const char *bytes) {
    uint64_t value;
    memcpy(&value, bytes, 8);
    return value;
}

/* Up to 12 bytes inside the string itself, the rest zero. Reads nothing outside the text; the last word overlaps the
 * first. */
static inline void put_short(duckdb_string_t *to, const char *bytes, uint32_t length) {
    uint64_t low = 0;
    uint32_t high = 0;
    if (length >= 8) {
        low = load64(bytes);
        high = (uint32_t)((uint64_t)load32(bytes + length - 4) >> 8 * (INLINE_BYTES - length));
    } else if (length >= 4) {
        low = load32(bytes) | (uint64_t)load32(bytes + length - 4) >> 8 * (8 - length) << 32;
    } else if (length) {
        low = (uint8_t)bytes[0] | (uint64_t)(uint8_t)bytes[length / 2] << 8 * (length / 2) |
              (uint64_t)(uint8_t)bytes[length - 1] << 8 * (length - 1);
    }
    memcpy(to->value.inlined.inlined, &low, 8);
    memcpy(to->value.inlined.inlined + 8, &high, 4);
}

static inline void put(duckdb_string_t *to, const char *bytes, uint32_t length) {
    to->value.inlined.length = length;
    if (length <= INLINE_BYTES) {
        put_short(to, bytes, length);
    } else {
        memcpy(to->value.pointer.prefix, bytes, 4);
        to->value.pointer.ptr = (char *)bytes; /* DuckDB only reads it */
    }
}

/* One value as bytes, whatever its layout. */
static const char *value_at(const tarn_filler *filler, const struct ArrowArray *array, int64_t s, uint32_t *length) {
    if (filler->kind == FILL_FIXED) {
        *length = (uint32_t)filler->source_width;
        return (const char *)array->buffers[1] + (size_t)s * filler->source_width;
    }
    int64_t from, to;
    if (filler->source_width == 8) {
        const int64_t *offsets = array->buffers[1];
        from = offsets[s];
        to = offsets[s + 1];
    } else {
        const int32_t *offsets = array->buffers[1];
        from = offsets[s];
        to = offsets[s + 1];
    }
    *length = (uint32_t)(to - from);
    return (const char *)array->buffers[2] + from;
}

/* What of the 12 bytes behind a text's beginning belongs into the string itself, by length; the last entry is for all
 * that is longer: a prefix of 4 bytes. */
static const struct {
    uint64_t low;
    uint32_t high;
} inline_masks[INLINE_BYTES + 2] = {
    {0, 0},
    {UINT64_C(0xff), 0},
    {UINT64_C(0xffff), 0},
    {UINT64_C(0xffffff), 0},
    {UINT64_C(0xffffffff), 0},
    {UINT64_C(0xffffffffff), 0},
    {UINT64_C(0xffffffffffff), 0},
    {UINT64_C(0xffffffffffffff), 0},
    {UINT64_MAX, 0},
    {UINT64_MAX, 0xff},
    {UINT64_MAX, 0xffff},
    {UINT64_MAX, 0xffffff},
    {UINT64_MAX, UINT32_MAX},
    {UINT64_C(0xffffffff), 0},
};

/* The same as `put` without a decision, since lengths vary in a way that no processor foresees. Reads 12 bytes. */
static inline void put_amid(duckdb_string_t *to, const char *bytes, uint32_t length) {
    uint32_t kind = length <= INLINE_BYTES ? length : INLINE_BYTES + 1;
    uint64_t low = load64(bytes) & inline_masks[kind].low;
    uint64_t tail = low >> 32 | (uint64_t)(load32(bytes + 8) & inline_masks[kind].high) << 32;
    uint64_t words[2] = {length | low << 32, length <= INLINE_BYTES ? tail : (uint64_t)(uintptr_t)bytes};
    memcpy(to, words, sizeof words);
}

static void fill_run(const struct ArrowArray *array, const tarn_rows *rows, duckdb_string_t *to) {
    const int32_t *offsets = (const int32_t *)array->buffers[1] + array->offset + rows->start;
    const char *bytes = array->buffers[2];
    int32_t from = offsets[0], size = offsets[array->length - rows->start];
    idx_t i = 0;
    for (; i < rows->count && from <= size - INLINE_BYTES; i++) {
        int32_t end = offsets[i + 1];
        put_amid(&to[rows->at + i], bytes + from, (uint32_t)(end - from));
        from = end;
    }
    for (; i < rows->count; i++) {
        int32_t end = offsets[i + 1];
        put(&to[rows->at + i], bytes + from, (uint32_t)(end - from));
        from = end;
    }
}

static void fill_any(const tarn_filler *filler, const struct ArrowArray *array, const tarn_rows *rows,
                     duckdb_string_t *to) {
    for (idx_t i = 0; i < rows->count; i++) {
        uint32_t length;
        const char *bytes = value_at(filler, array, array->offset + tarn_rows_source(rows, i), &length);
        put(&to[tarn_rows_target(rows, i)], bytes, length);
    }
}

/* ---- types that travel as text -------------------------------------------------------------------------------------
 */

static bool read_two(const char **at, const char *end, int *out) {
    if (end - *at < 2 || !isdigit((unsigned char)(*at)[0]) || !isdigit((unsigned char)(*at)[1]))
        return false;
    *out = ((*at)[0] - '0') * 10 + (*at)[1] - '0';
    *at += 2;
    return true;
}

static bool read_mark(const char **at, const char *end, char mark) {
    if (*at == end || **at != mark)
        return false;
    (*at)++;
    return true;
}

/* 12:34:56[.789]+01[:30[:15]] */
static bool parse_time_tz(const char *text, uint32_t length, int64_t *micros, int32_t *offset) {
    const char *end = text + length;
    int hours, minutes, seconds, zone_hours, zone_minutes = 0, zone_seconds = 0;
    int64_t fraction = 0;
    if (!read_two(&text, end, &hours) || !read_mark(&text, end, ':') || !read_two(&text, end, &minutes) ||
        !read_mark(&text, end, ':') || !read_two(&text, end, &seconds))
        return false;
    if (read_mark(&text, end, '.'))
        for (int64_t unit = 100000; text < end && isdigit((unsigned char)*text); unit /= 10)
            fraction += (*text++ - '0') * unit;
    int sign = read_mark(&text, end, '-') ? -1 : 1;
    if (sign > 0 && !read_mark(&text, end, '+'))
        return false;
    if (!read_two(&text, end, &zone_hours) || (read_mark(&text, end, ':') && !read_two(&text, end, &zone_minutes)) ||
        (read_mark(&text, end, ':') && !read_two(&text, end, &zone_seconds)) || text != end)
        return false;
    *micros = ((int64_t)hours * 3600 + minutes * 60 + seconds) * 1000000 + fraction;
    *offset = sign * (zone_hours * 3600 + zone_minutes * 60 + zone_seconds);
    return hours <= 24 && minutes < 60 && seconds < 60 && zone_hours < 16;
}

/* DuckDB keeps a BIT as the number of padding bits, then the bits, padding (ones) first. */
static bool put_bits(const tarn_filler *filler, duckdb_vector vector, idx_t target, const char *text, uint32_t length) {
    size_t bytes = ((size_t)length + 7) / 8;
    size_t padding = bytes * 8 - length;
    uint8_t *value = calloc(1, bytes + 1);
    bool good = value && length > 0;
    if (good)
        value[0] = (uint8_t)padding;
    for (size_t i = 0; good && i < bytes * 8; i++) {
        char bit = i < padding ? '1' : text[i - padding];
        good = bit == '0' || bit == '1';
        if (bit == '1')
            value[1 + i / 8] |= (uint8_t)(0x80u >> (i & 7));
    }
    if (good)
        filler->duckdb->vector_assign_string_element_len(vector, target, (const char *)value, bytes + 1);
    free(value);
    return good;
}

static tarn_status fill_parsed(const tarn_filler *filler, const struct ArrowArray *array, const tarn_rows *rows,
                               duckdb_vector vector, tarn_error *error) {
    duckdb_time_tz *times = filler->duckdb->vector_get_data(vector);
    for (idx_t i = 0; i < rows->count; i++) {
        if (tarn_array_is_null(&filler->schema, array, tarn_rows_source(rows, i)))
            continue;
        uint32_t length;
        tarn_filler text = {.kind = FILL_TEXT, .source_width = filler->source_width};
        const char *value = value_at(&text, array, array->offset + tarn_rows_source(rows, i), &length);
        idx_t target = tarn_rows_target(rows, i);
        int64_t micros = 0;
        int32_t offset = 0;
        bool good = filler->kind == FILL_BIT ? put_bits(filler, vector, target, value, length)
                                             : parse_time_tz(value, length, &micros, &offset);
        if (!good)
            return tarn_fail(error, TARN_E_FORMAT, "'%.*s' is not a %s", (int)(length < 60 ? length : 60), value,
                             filler->kind == FILL_BIT ? "bit string" : "time with a time zone");
        if (filler->kind == FILL_TIME_TZ)
            times[target] = filler->duckdb->create_time_tz(micros, offset);
    }
    return TARN_OK;
}

tarn_status tarn_fill_text(const tarn_filler *filler, const struct ArrowArray *array, const tarn_rows *rows,
                           duckdb_vector vector, tarn_error *error) {
    if (filler->kind == FILL_TIME_TZ || filler->kind == FILL_BIT)
        return fill_parsed(filler, array, rows, vector, error);
    duckdb_string_t *to = filler->duckdb->vector_get_data(vector);
    if (filler->kind == FILL_TEXT && tarn_rows_is_run(rows))
        fill_run(array, rows, to);
    else
        fill_any(filler, array, rows, to);
    return TARN_OK;
}

/* ---- dictionaries --------------------------------------------------------------------------------------------------
 */

static uint32_t index_at(const tarn_filler *filler, const struct ArrowArray *array, int64_t s) {
    const void *buffer = array->buffers[1];
    switch (filler->source_width) {
    case 1:
        return ((const uint8_t *)buffer)[s];
    case 2:
        return ((const uint16_t *)buffer)[s];
    case 4:
        return ((const uint32_t *)buffer)[s];
    default:
        return (uint32_t)((const uint64_t *)buffer)[s];
    }
}

/* The rows that are not null, as rows of the dictionary. */
static tarn_status fill_values(const tarn_filler *filler, const struct ArrowArray *array, const tarn_rows *rows,
                               duckdb_vector vector, tarn_error *error) {
    uint32_t *source = malloc(2 * rows->count * sizeof *source);
    if (!source)
        return tarn_fail_memory(error);
    tarn_rows inner = {.source = source, .target = source + rows->count};
    uint32_t *target = source + rows->count;
    for (idx_t i = 0; i < rows->count; i++) {
        int64_t s = tarn_rows_source(rows, i);
        if (array->null_count != 0 && tarn_array_is_null(&filler->schema, array, s))
            continue;
        source[inner.count] = index_at(filler, array, array->offset + s);
        target[inner.count++] = (uint32_t)tarn_rows_target(rows, i);
    }
    tarn_status status = tarn_fill(filler->children[0], array->dictionary, &inner, vector, error);
    free(source);
    return status;
}

#define NO_CODE UINT32_MAX

static int compare_bytes(const char *a, size_t a_size, const char *b, size_t b_size) {
    int order = memcmp(a, b, a_size < b_size ? a_size : b_size);
    return order ? order : (a_size > b_size) - (a_size < b_size);
}

static uint32_t find_code(const tarn_filler *filler, const char *bytes, uint32_t length) {
    size_t low = 0, high = filler->value_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const char *value = filler->values[filler->sorted[middle]];
        int order = compare_bytes(value, strlen(value), bytes, length);
        if (order == 0)
            return filler->sorted[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NO_CODE;
}

/* The enum's code for entry `index` of this array's dictionary; mostly they are the same number. */
static uint32_t code_of(const tarn_filler *filler, const struct ArrowArray *dictionary, uint32_t index) {
    uint32_t length;
    const tarn_filler *values = filler->children[0];
    const char *bytes = value_at(values, dictionary, dictionary->offset + index, &length);
    if (index < filler->value_count &&
        compare_bytes(filler->values[index], strlen(filler->values[index]), bytes, length) == 0)
        return index;
    return find_code(filler, bytes, length);
}

static tarn_status fill_codes(const tarn_filler *filler, const struct ArrowArray *array, const tarn_rows *rows,
                              duckdb_vector vector, tarn_error *error) {
    const struct ArrowArray *dictionary = array->dictionary;
    void *data = filler->duckdb->vector_get_data(vector);
    size_t size = (size_t)dictionary->length;
    uint32_t *codes = malloc((size ? size : 1) * sizeof *codes);
    if (!codes)
        return tarn_fail_memory(error);
    memset(codes, 0xff, size * sizeof *codes);
    tarn_status status = TARN_OK;
    for (idx_t i = 0; i < rows->count && status == TARN_OK; i++) {
        int64_t s = tarn_rows_source(rows, i);
        if (array->null_count != 0 && tarn_array_is_null(&filler->schema, array, s))
            continue;
        uint32_t index = index_at(filler, array, array->offset + s);
        if (codes[index] == NO_CODE)
            codes[index] = code_of(filler, dictionary, index);
        uint32_t code = codes[index];
        idx_t target = tarn_rows_target(rows, i);
        if (code == NO_CODE)
            status = tarn_fail(error, TARN_E_INTERNAL, "a dictionary has a value that its column's type lacks");
        else if (filler->target_width == 1)
            ((uint8_t *)data)[target] = (uint8_t)code;
        else if (filler->target_width == 2)
            ((uint16_t *)data)[target] = (uint16_t)code;
        else
            ((uint32_t *)data)[target] = code;
    }
    free(codes);
    return status;
}

tarn_status tarn_fill_dictionary(const tarn_filler *filler, const struct ArrowArray *array, const tarn_rows *rows,
                                 duckdb_vector vector, tarn_error *error) {
    if (filler->kind == FILL_ENUM)
        return fill_codes(filler, array, rows, vector, error);
    return fill_values(filler, array, rows, vector, error);
}
