// One column of a chunk being filled, batch by batch.
#include "io/csv_column.h"

#include "arrow/array.h"
#include "io/csv_decimal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool has_offsets(tarn_csv_type type) {
    return type == TARN_CSV_TYPE_TEXT || type == TARN_CSV_TYPE_BLOB;
}

static size_t value_bytes(tarn_csv_type type, size_t rows) {
    if (has_offsets(type))
        return (rows + 1) * sizeof(int32_t);
    return type == TARN_CSV_TYPE_BOOL ? (rows + 7) / 8 : rows * tarn_csv_type_width(type);
}

tarn_status tarn_csv_builder_init(tarn_csv_builder *builder, tarn_csv_type type, tarn_csv_decimal decimal,
                                  size_t capacity, tarn_error *error) {
    *builder = (tarn_csv_builder){.type = type, .decimal = decimal, .capacity = capacity};
    size_t bytes = value_bytes(type, capacity);
    builder->validity = tarn_aligned_alloc((capacity + 7) / 8);
    builder->values = tarn_aligned_alloc(bytes);
    if (builder->validity == NULL || builder->values == NULL)
        return tarn_fail_memory(error);
    memset(builder->validity, 0xFF, (capacity + 7) / 8);
    if (type == TARN_CSV_TYPE_BOOL)
        memset(builder->values, 0, bytes);
    if (has_offsets(type))
        memset(builder->values, 0, sizeof(int32_t));
    return TARN_OK;
}

void tarn_csv_builder_free(tarn_csv_builder *builder) {
    free(builder->validity);
    free(builder->values);
    tarn_buffer_free(&builder->text);
    tarn_buffer_free(&builder->scratch);
    *builder = (tarn_csv_builder){0};
}

tarn_status tarn_csv_builder_finish(tarn_csv_builder *builder, struct ArrowArray *out, tarn_error *error) {
    bool text = has_offsets(builder->type);
    if (builder->null_count == 0) {
        free(builder->validity);
        builder->validity = NULL;
    } else if ((builder->capacity & 7) != 0) {
        builder->validity[builder->capacity / 8] &= (uint8_t)((1u << (builder->capacity & 7)) - 1);
    }
    if (text)
        TARN_TRY(tarn_buffer_reserve(&builder->text, 0, error));
    void *buffers[3] = {builder->validity, builder->values, builder->text.data};
    builder->validity = NULL; /* taken over, whether it succeeds or not */
    builder->values = NULL;
    builder->text = (tarn_buffer){0};
    return tarn_array_make(out, (int64_t)builder->rows, builder->null_count, buffers, text ? 3 : 2, NULL, 0, error);
}

static inline void set_null(tarn_csv_builder *builder, size_t row) {
    tarn_bit_clear(builder->validity, (int64_t)row);
    builder->null_count++;
}

/* ---- text ----------------------------------------------------------------------------------------------------------
 */

static tarn_status append_hard(tarn_csv_builder *builder, const tarn_csv_reader *reader, const uint8_t *data,
                               tarn_csv_field field, tarn_error *error) {
    size_t size = tarn_csv_field_size(field);
    const uint8_t *text = data + field.start;
    bool convert = reader->repair || reader->encoding->kind == TARN_TEXT_SINGLE_BYTE;
    if ((field.size_and_flags & TARN_CSV_ESCAPED) != 0) {
        builder->scratch.size = 0;
        TARN_TRY(tarn_buffer_reserve(&builder->scratch, size, error));
        size = tarn_csv_unescape(&reader->dialect, data, field, builder->scratch.data);
        text = builder->scratch.data;
    }
    if (!convert)
        return tarn_buffer_append(&builder->text, text, size, error);
    TARN_TRY(tarn_buffer_reserve(&builder->text, tarn_text_utf8_bound(size), error));
    builder->text.size += tarn_csv_decode(reader, text, size, (char *)builder->text.data + builder->text.size);
    return TARN_OK;
}

/* Room for the batch's plain cells, and for copying 16 bytes where fewer are meant. */
static tarn_status reserve_text(tarn_csv_builder *builder, const tarn_csv_cells *cells, tarn_error *error) {
    size_t sum = 16;
    for (size_t row = 0; row < cells->rows; row++)
        sum += tarn_csv_field_size(cells->fields[row * cells->stride]);
    if (builder->text.data == NULL && cells->rows > 0) { /* as long as the first cells are, so will the rest be */
        size_t guess = sum / cells->rows * builder->capacity;
        sum = guess + guess / 8 > sum ? guess + guess / 8 : sum;
    }
    return tarn_buffer_reserve(&builder->text, sum, error);
}

static tarn_status add_text(tarn_csv_builder *builder, const tarn_csv_reader *reader, const tarn_csv_cells *cells,
                            size_t *bad, tarn_error *error) {
    int32_t *offsets = builder->values;
    bool convert = reader->repair || reader->encoding->kind == TARN_TEXT_SINGLE_BYTE;
    bool empty_is_null = reader->nulls.empty;
    TARN_TRY(reserve_text(builder, cells, error));
    for (size_t row = 0; row < cells->rows; row++) {
        tarn_csv_field field = cells->fields[row * cells->stride];
        size_t size = tarn_csv_field_size(field);
        size_t at = builder->rows + row;
        if ((field.size_and_flags & TARN_CSV_MISSING) != 0 || (field.size_and_flags == 0 && empty_is_null)) {
            set_null(builder, at);
        } else if (convert || (field.size_and_flags & TARN_CSV_ESCAPED) != 0) {
            TARN_TRY(append_hard(builder, reader, cells->data, field, error));
            TARN_TRY(tarn_buffer_reserve(&builder->text, size + 16, error));
        } else {
            if (builder->text.capacity - builder->text.size < size + 16)
                TARN_TRY(tarn_buffer_reserve(&builder->text, size + 16, error));
            const uint8_t *text = cells->data + field.start;
            uint8_t *to = builder->text.data + builder->text.size;
            if (size <= 16 && cells->size - field.start >= 16)
                memcpy(to, text, 16);
            else
                memcpy(to, text, size);
            builder->text.size += size;
        }
        size_t written = builder->text.size - (size_t)offsets[at];
        if (builder->type == TARN_CSV_TYPE_BLOB && written > 0 &&
            !tarn_csv_parse_blob(builder->text.data + offsets[at], &written)) {
            *bad = row;
            return TARN_E_FORMAT;
        }
        builder->text.size = (size_t)offsets[at] + written;
        if (builder->text.size > INT32_MAX)
            return tarn_fail(error, TARN_E_UNSUPPORTED, "a column has more than 2 GB of text in one chunk");
        offsets[at + 1] = (int32_t)builder->text.size;
    }
    return TARN_OK;
}

/* ---- values ------------------------------------------------------------------------------------------------------ */

static inline bool parse_small(const uint8_t *text, size_t size, int64_t least, int64_t most, size_t width,
                               uint8_t *out) {
    int64_t value;
    if (!tarn_csv_parse_int(text, size, &value) || value < least || value > most)
        return false;
    memcpy(out, &value, width); /* little-endian hosts */
    return true;
}

/* The nearest float; numbers that no float is near to do not fit. */
static bool parse_float(const uint8_t *text, size_t size, uint8_t *out) {
    double value;
    if (!tarn_csv_parse_double(text, size, &value))
        return false;
    float narrow = (float)value;
    if (isinf(narrow) && !isinf(value))
        return false;
    memcpy(out, &narrow, sizeof narrow);
    return true;
}

/* A timestamp in other units, when it has no digits behind them. */
static bool parse_scaled_timestamp(const uint8_t *text, size_t size, int64_t divide_by, int64_t multiply_by,
                                   uint8_t *out) {
    int64_t value;
    if (!tarn_csv_parse_timestamp(text, size, false, &value) || value % divide_by != 0 ||
        __builtin_mul_overflow(value / divide_by, multiply_by, &value))
        return false;
    memcpy(out, &value, sizeof value);
    return true;
}

/* The types that are only asked for. */
static bool parse_wanted(const tarn_csv_builder *builder, const uint8_t *text, size_t size, size_t at) {
    uint8_t *out = (uint8_t *)builder->values + at * tarn_csv_type_width(builder->type);
    switch (builder->type) {
    case TARN_CSV_TYPE_INT8:
        return parse_small(text, size, INT8_MIN, INT8_MAX, 1, out);
    case TARN_CSV_TYPE_INT16:
        return parse_small(text, size, INT16_MIN, INT16_MAX, 2, out);
    case TARN_CSV_TYPE_INT32:
        return parse_small(text, size, INT32_MIN, INT32_MAX, 4, out);
    case TARN_CSV_TYPE_UINT8:
        return parse_small(text, size, 0, UINT8_MAX, 1, out);
    case TARN_CSV_TYPE_UINT16:
        return parse_small(text, size, 0, UINT16_MAX, 2, out);
    case TARN_CSV_TYPE_UINT32:
        return parse_small(text, size, 0, UINT32_MAX, 4, out);
    case TARN_CSV_TYPE_UINT64:
        return tarn_csv_parse_uint64(text, size, (uint64_t *)builder->values + at);
    case TARN_CSV_TYPE_HUGEINT:
        return tarn_csv_parse_hugeint(text, size, out);
    case TARN_CSV_TYPE_DECIMAL:
        return tarn_csv_parse_decimal(text, size, builder->decimal, out);
    case TARN_CSV_TYPE_FLOAT32:
        return parse_float(text, size, out);
    case TARN_CSV_TYPE_TIMESTAMP_S:
        return parse_scaled_timestamp(text, size, 1000000, 1, out);
    case TARN_CSV_TYPE_TIMESTAMP_MS:
        return parse_scaled_timestamp(text, size, 1000, 1, out);
    case TARN_CSV_TYPE_TIMESTAMP_NS:
        return parse_scaled_timestamp(text, size, 1, 1000, out);
    default:
        return tarn_csv_parse_uuid(text, size, out);
    }
}

static inline bool parse_one(tarn_csv_builder *builder, const uint8_t *text, size_t size, size_t at) {
    bool truth;
    switch (builder->type) {
    case TARN_CSV_TYPE_INT64:
        return tarn_csv_parse_int(text, size, (int64_t *)builder->values + at);
    case TARN_CSV_TYPE_FLOAT64:
        return tarn_csv_parse_double(text, size, (double *)builder->values + at);
    case TARN_CSV_TYPE_DATE:
        return tarn_csv_parse_date(text, size, (int32_t *)builder->values + at);
    case TARN_CSV_TYPE_TIMESTAMP:
        return tarn_csv_parse_timestamp(text, size, false, (int64_t *)builder->values + at);
    case TARN_CSV_TYPE_TIMESTAMPTZ:
        return tarn_csv_parse_timestamp(text, size, true, (int64_t *)builder->values + at);
    case TARN_CSV_TYPE_TIME:
        return tarn_csv_parse_time(text, size, (int64_t *)builder->values + at);
    case TARN_CSV_TYPE_BOOL:
        if (!tarn_csv_parse_bool(text, size, &truth))
            return false;
        if (truth)
            tarn_bit_set(builder->values, (int64_t)at);
        return true;
    default:
        return parse_wanted(builder, text, size, at);
    }
}

bool tarn_csv_builder_parse(tarn_csv_builder *builder, const uint8_t *text, size_t size, size_t at) {
    return parse_one(builder, text, size, at);
}

static void set_zero(tarn_csv_builder *builder, size_t at) {
    size_t width = tarn_csv_type_width(builder->type);
    memset((uint8_t *)builder->values + at * width, 0, width);
}

/* A number as it is written where the reader's text comes from, made plain in `number`. False: it is none. */
static __attribute__((noinline)) bool make_plain(const tarn_csv_reader *reader, tarn_csv_type type, uint8_t *number,
                                                 const uint8_t **text, size_t *size) {
    bool is_fraction = type == TARN_CSV_TYPE_FLOAT64 || type == TARN_CSV_TYPE_FLOAT32 || type == TARN_CSV_TYPE_DECIMAL;
    bool is_whole = type == TARN_CSV_TYPE_INT64 || type == TARN_CSV_TYPE_HUGEINT ||
                    (type >= TARN_CSV_TYPE_INT8 && type <= TARN_CSV_TYPE_UINT64);
    if (!is_fraction && !is_whole)
        return true;
    if (!tarn_csv_plain_number(reader->dialect.decimal, *text, *size, number, size))
        return is_fraction && memchr(*text, '.', *size) == NULL; /* nan and inf may be meant */
    *text = number;
    return true;
}

static tarn_status add_values(tarn_csv_builder *builder, const tarn_csv_reader *reader, const tarn_csv_cells *cells,
                              size_t *bad, tarn_error *error) {
    uint8_t number[TARN_CSV_LONGEST_NUMBER];
    bool is_local = reader->dialect.decimal != 0;
    for (size_t row = 0; row < cells->rows; row++) {
        tarn_csv_field field = cells->fields[row * cells->stride];
        size_t size = tarn_csv_field_size(field), at = builder->rows + row;
        const uint8_t *text = cells->data + field.start;
        if ((field.size_and_flags & TARN_CSV_ESCAPED) != 0) {
            builder->scratch.size = 0;
            TARN_TRY(tarn_buffer_reserve(&builder->scratch, size, error));
            size = tarn_csv_unescape(&reader->dialect, cells->data, field, builder->scratch.data);
            text = builder->scratch.data;
        }
        if ((field.size_and_flags & TARN_CSV_MISSING) != 0)
            size = 0;
        tarn_csv_trim(&text, &size);
        if (size == 0) {
            set_null(builder, at);
            set_zero(builder, at);
        } else if ((is_local && !make_plain(reader, builder->type, number, &text, &size)) ||
                   !parse_one(builder, text, size, at)) {
            *bad = row;
            return TARN_E_FORMAT;
        }
    }
    return TARN_OK;
}

tarn_status tarn_csv_builder_add(tarn_csv_builder *builder, const tarn_csv_reader *reader, const tarn_csv_cells *cells,
                                 size_t *bad, tarn_error *error) {
    *bad = SIZE_MAX;
    if (has_offsets(builder->type))
        TARN_TRY(add_text(builder, reader, cells, bad, error));
    else
        TARN_TRY(add_values(builder, reader, cells, bad, error));
    builder->rows += cells->rows;
    return TARN_OK;
}
