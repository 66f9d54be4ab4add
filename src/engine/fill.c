// From Arrow arrays to DuckDB's vectors.
#include "engine/fill_internal.h"

#include "arrow/builder.h"

#include <string.h>

/* ---- nulls ---------------------------------------------------------------------------------------------------------
 */

static bool has_nulls(const struct ArrowArray *array) {
    return array->null_count != 0 && array->n_buffers > 0 && array->buffers[0];
}

static uint64_t *writable_validity(const tarn_filler *filler, duckdb_vector vector) {
    filler->duckdb->vector_ensure_validity_writable(vector);
    return filler->duckdb->vector_get_validity(vector);
}

/* 64 bits from bit `at` on, of which `count` (at most 64) exist. */
static uint64_t read_bits(const uint8_t *bits, int64_t at, int64_t count) {
    uint8_t bytes[9] = {0};
    int64_t first = at >> 3, last = (at + count - 1) >> 3;
    memcpy(bytes, bits + first, (size_t)(last - first + 1));
    uint64_t low;
    memcpy(&low, bytes, 8);
    int shift = (int)(at & 7);
    if (shift)
        low = low >> shift | (uint64_t)bytes[8] << (64 - shift);
    return count < 64 ? low | ~UINT64_C(0) << count : low;
}

/* A run of rows into a fresh vector's beginning, 64 at a time. */
static void copy_validity(const tarn_filler *filler, const uint8_t *bits, int64_t start, idx_t count,
                          duckdb_vector vector) {
    uint64_t *mask = NULL;
    for (idx_t i = 0; i < count; i += 64) {
        uint64_t word = read_bits(bits, start + (int64_t)i, (int64_t)(count - i < 64 ? count - i : 64));
        if (word == ~UINT64_C(0))
            continue;
        if (!mask)
            mask = writable_validity(filler, vector);
        mask[i / 64] &= word;
    }
}

static void fill_validity(const tarn_filler *filler, const struct ArrowArray *array, const tarn_rows *rows,
                          duckdb_vector vector) {
    if (!has_nulls(array))
        return;
    const uint8_t *bits = array->buffers[0];
    if (tarn_rows_is_run(rows) && rows->at == 0) {
        copy_validity(filler, bits, array->offset + rows->start, rows->count, vector);
        return;
    }
    uint64_t *mask = NULL;
    for (idx_t i = 0; i < rows->count; i++) {
        if (tarn_bit_get(bits, array->offset + tarn_rows_source(rows, i)))
            continue;
        if (!mask)
            mask = writable_validity(filler, vector);
        idx_t target = tarn_rows_target(rows, i);
        mask[target / 64] &= ~(UINT64_C(1) << (target % 64));
    }
}

static void fill_nulls(const tarn_filler *filler, const tarn_rows *rows, duckdb_vector vector) {
    uint64_t *mask = writable_validity(filler, vector);
    for (idx_t i = 0; i < rows->count; i++) {
        idx_t target = tarn_rows_target(rows, i);
        mask[target / 64] &= ~(UINT64_C(1) << (target % 64));
    }
}

/* ---- fixed-width values --------------------------------------------------------------------------------------------
 */

/* Index of row i in the array's buffers. */
static inline int64_t place(const struct ArrowArray *array, const tarn_rows *rows, idx_t i) {
    return array->offset + tarn_rows_source(rows, i);
}

#define GATHER(ctype)                                                                                                  \
    for (idx_t i = 0; i < rows->count; i++)                                                                            \
    ((ctype *)data)[tarn_rows_target(rows, i)] = ((const ctype *)array->buffers[1])[place(array, rows, i)]

typedef struct wide {
    uint64_t lower, upper;
} wide;

static void fill_copy(const tarn_filler *filler, const struct ArrowArray *array, const tarn_rows *rows, void *data) {
    size_t width = filler->source_width;
    if (tarn_rows_is_run(rows)) {
        memcpy((char *)data + rows->at * width,
               (const char *)array->buffers[1] + (size_t)(array->offset + rows->start) * width, rows->count * width);
        return;
    }
    switch (width) {
    case 1:
        GATHER(uint8_t);
        break;
    case 2:
        GATHER(uint16_t);
        break;
    case 4:
        GATHER(uint32_t);
        break;
    case 8:
        GATHER(uint64_t);
        break;
    default:
        GATHER(wide);
        break;
    }
}

static void fill_bool(const struct ArrowArray *array, const tarn_rows *rows, uint8_t *to) {
    const uint8_t *from = array->buffers[1];
    for (idx_t i = 0; i < rows->count; i++)
        to[tarn_rows_target(rows, i)] = tarn_bit_get(from, place(array, rows, i));
}

static float half_to_float(uint16_t half) {
    uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = half >> 10 & 31, fraction = half & 1023, bits;
    if (exponent == 31) {
        bits = sign | 0x7f800000 | fraction << 13;
    } else if (exponent) {
        bits = sign | (exponent + 112) << 23 | fraction << 13;
    } else {
        float value = (float)fraction / 16777216.0f;
        return sign ? -value : value;
    }
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void fill_half(const struct ArrowArray *array, const tarn_rows *rows, float *to) {
    const uint16_t *from = array->buffers[1];
    for (idx_t i = 0; i < rows->count; i++)
        to[tarn_rows_target(rows, i)] = half_to_float(from[place(array, rows, i)]);
}

static int64_t read_int(const void *buffer, size_t width, int64_t i) {
    switch (width) {
    case 1:
        return ((const int8_t *)buffer)[i];
    case 2:
        return ((const int16_t *)buffer)[i];
    case 4:
        return ((const int32_t *)buffer)[i];
    default:
        return ((const int64_t *)buffer)[i];
    }
}

static void write_int(void *buffer, size_t width, idx_t i, int64_t value) {
    switch (width) {
    case 2:
        ((int16_t *)buffer)[i] = (int16_t)value;
        break;
    case 4:
        ((int32_t *)buffer)[i] = (int32_t)value;
        break;
    default:
        ((int64_t *)buffer)[i] = value;
        break;
    }
}

/* Times and instants beyond what the target can hold are rarities from the ends of time: they stay at its ends. */
static int64_t scale_value(const tarn_filler *filler, int64_t value) {
    int64_t scaled;
    if (__builtin_mul_overflow(value, filler->multiply, &scaled))
        return value < 0 ? -INT64_MAX : INT64_MAX;
    int64_t quotient = scaled / filler->divide;
    return quotient - (scaled % filler->divide < 0);
}

static void fill_scaled(const tarn_filler *filler, const struct ArrowArray *array, const tarn_rows *rows, void *data) {
    for (idx_t i = 0; i < rows->count; i++) {
        int64_t value = read_int(array->buffers[1], filler->source_width, place(array, rows, i));
        write_int(data, filler->target_width, tarn_rows_target(rows, i), scale_value(filler, value));
    }
}

/* What money columns are: 16 bytes in Arrow of which DuckDB keeps 8. Memory's pace, where the general way has two
   decisions for each value. */
static void narrow_run(const void *words, idx_t count, int64_t *restrict to) {
    const int64_t *restrict from = words;
    for (idx_t i = 0; i < count; i++)
        to[i] = from[2 * i];
}

/* decimal128 is two 64-bit words, the lower first, on both sides; narrow ones are plain integers. */
static void fill_decimal(const tarn_filler *filler, const struct ArrowArray *array, const tarn_rows *rows, void *data) {
    const char *from = array->buffers[1];
    size_t width = filler->source_width;
    if (width == 16 && filler->target_width == 8 && tarn_rows_is_run(rows)) {
        narrow_run(from + (size_t)(array->offset + rows->start) * width, rows->count, (int64_t *)data + rows->at);
        return;
    }
    for (idx_t i = 0; i < rows->count; i++) {
        int64_t low = read_int(from + (size_t)place(array, rows, i) * width, width > 8 ? 8 : width, 0);
        idx_t t = tarn_rows_target(rows, i);
        if (filler->target_width == 16)
            ((duckdb_hugeint *)data)[t] = (duckdb_hugeint){.lower = (uint64_t)low, .upper = low < 0 ? -1 : 0};
        else
            write_int(data, filler->target_width, t, low);
    }
}

static duckdb_interval interval_at(const tarn_filler *filler, const char *value) {
    int32_t words[2] = {0};
    int64_t count = 0;
    memcpy(words, value, filler->source_width < 8 ? 4 : 8);
    switch (filler->kind) {
    case FILL_MONTHS:
        return (duckdb_interval){.months = words[0]};
    case FILL_DAY_TIME:
        return (duckdb_interval){.days = words[0], .micros = (int64_t)words[1] * 1000};
    case FILL_DURATION:
        memcpy(&count, value, 8);
        return (duckdb_interval){.micros = scale_value(filler, count)};
    default:
        memcpy(&count, value + 8, 8);
        return (duckdb_interval){.months = words[0], .days = words[1], .micros = count / 1000};
    }
}

static void fill_interval(const tarn_filler *filler, const struct ArrowArray *array, const tarn_rows *rows,
                          duckdb_interval *to) {
    const char *from = array->buffers[1];
    for (idx_t i = 0; i < rows->count; i++)
        to[tarn_rows_target(rows, i)] =
            interval_at(filler, from + (size_t)place(array, rows, i) * filler->source_width);
}

static uint64_t read_big_endian(const uint8_t *bytes) {
    uint64_t value = 0;
    for (int i = 0; i < 8; i++)
        value = value << 8 | bytes[i];
    return value;
}

static void fill_uuid(const struct ArrowArray *array, const tarn_rows *rows, duckdb_hugeint *to) {
    const uint8_t *from = array->buffers[1];
    for (idx_t i = 0; i < rows->count; i++) {
        const uint8_t *value = from + place(array, rows, i) * 16;
        duckdb_hugeint *target = &to[tarn_rows_target(rows, i)];
        target->upper = (int64_t)(read_big_endian(value) ^ UINT64_C(1) << 63);
        target->lower = read_big_endian(value + 8);
    }
}

/* ---- anything else, as text ----------------------------------------------------------------------------------------
 */

static tarn_status fill_print(const tarn_filler *filler, const struct ArrowArray *array, const tarn_rows *rows,
                              duckdb_vector vector, tarn_error *error) {
    tarn_buffer text = {0};
    tarn_status status = TARN_OK;
    for (idx_t i = 0; i < rows->count; i++) {
        bool is_null;
        text.size = 0;
        TARN_CHECK(tarn_array_print(&filler->schema, array, tarn_rows_source(rows, i), &text, &is_null, error));
        tarn_rows row = {.at = tarn_rows_target(rows, i), .count = 1};
        if (is_null)
            fill_nulls(filler, &row, vector);
        else
            filler->duckdb->vector_assign_string_element_len(vector, row.at, text.size ? (const char *)text.data : "",
                                                             text.size);
    }

cleanup:
    tarn_buffer_free(&text);
    return status;
}

/* ---- all kinds -----------------------------------------------------------------------------------------------------
 */

void tarn_fill_nulls(const tarn_filler *filler, const struct ArrowArray *array, const tarn_rows *rows,
                     duckdb_vector vector) {
    fill_validity(filler, array, rows, vector);
}

tarn_status tarn_fill(const tarn_filler *filler, const struct ArrowArray *array, const tarn_rows *rows,
                      duckdb_vector vector, tarn_error *error) {
    if (rows->count == 0)
        return TARN_OK;
    if (filler->kind == FILL_NULL) {
        fill_nulls(filler, rows, vector);
        return TARN_OK;
    }
    if (filler->kind == FILL_PRINT) /* a union has no bitmap of its own */
        return fill_print(filler, array, rows, vector, error);
    fill_validity(filler, array, rows, vector);
    void *data = filler->duckdb->vector_get_data(vector);
    switch (filler->kind) {
    case FILL_COPY:
        fill_copy(filler, array, rows, data);
        break;
    case FILL_BOOL:
        fill_bool(array, rows, data);
        break;
    case FILL_HALF:
        fill_half(array, rows, data);
        break;
    case FILL_SCALE:
        fill_scaled(filler, array, rows, data);
        break;
    case FILL_DECIMAL:
        fill_decimal(filler, array, rows, data);
        break;
    case FILL_INTERVAL:
    case FILL_MONTHS:
    case FILL_DAY_TIME:
    case FILL_DURATION:
        fill_interval(filler, array, rows, data);
        break;
    case FILL_UUID:
        fill_uuid(array, rows, data);
        break;
    case FILL_FIXED:
    case FILL_TEXT:
    case FILL_LARGE_TEXT:
    case FILL_TIME_TZ:
    case FILL_BIT:
        return tarn_fill_text(filler, array, rows, vector, error);
    case FILL_DICTIONARY:
    case FILL_ENUM:
        return tarn_fill_dictionary(filler, array, rows, vector, error);
    default:
        return tarn_fill_nested(filler, array, rows, vector, error);
    }
    return TARN_OK;
}
