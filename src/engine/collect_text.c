// Gathering text from result chunks.
#include "engine/collect_internal.h"

#include <stdio.h>
#include <string.h>

static const char *bytes_of(const duckdb_string_t *text) {
    return text->value.inlined.length <= 12 ? text->value.inlined.inlined : text->value.pointer.ptr;
}

/* The sum of the lengths first, so that the loop that copies need not grow anything. */
static tarn_status add_strings(tarn_gathered *gathered, const duckdb_string_t *from, const uint64_t *validity,
                               idx_t first, idx_t count, tarn_error *error) {
    size_t total = 0;
    for (idx_t i = 0; i < count; i++)
        total += tarn_entry_is_valid(validity, first + i) ? from[i].value.inlined.length : 0;
    if (gathered->bytes.size + total > INT32_MAX)
        return tarn_fail(error, TARN_E_UNSUPPORTED, "column %s has a text of more than 2 GB, which cannot be kept",
                         gathered->column);
    TARN_TRY(tarn_buffer_reserve(&gathered->bytes, total, error));
    TARN_TRY(tarn_buffer_reserve(&gathered->values, count * sizeof(int32_t), error));
    int32_t *offsets = (int32_t *)(gathered->values.data + gathered->values.size);
    uint8_t *to = gathered->bytes.data + gathered->bytes.size;
    int32_t end = (int32_t)gathered->bytes.size;
    for (idx_t i = 0; i < count; i++) {
        uint32_t length = tarn_entry_is_valid(validity, first + i) ? from[i].value.inlined.length : 0;
        if (length)
            memcpy(to, bytes_of(&from[i]), length);
        to += length;
        end += (int32_t)length;
        offsets[i] = end;
    }
    gathered->bytes.size = (size_t)end;
    gathered->values.size += count * sizeof(int32_t);
    return TARN_OK;
}

/* ---- types that travel as text -------------------------------------------------------------------------------------
 */

static tarn_status add_bits(tarn_gathered *gathered, const duckdb_string_t *value, tarn_error *error) {
    const uint8_t *bytes = (const uint8_t *)bytes_of(value);
    size_t count = (size_t)(value->value.inlined.length - 1) * 8, padding = bytes[0];
    for (size_t i = padding; i < count; i++) {
        char bit = bytes[1 + i / 8] >> (7 - (i & 7)) & 1 ? '1' : '0';
        TARN_TRY(tarn_buffer_append(&gathered->bytes, &bit, 1, error));
    }
    return TARN_OK;
}

/* 12:34:56.789+02:00, seconds of the zone only where there are some. */
static tarn_status add_time_tz(tarn_gathered *gathered, duckdb_time_tz value, tarn_error *error) {
    duckdb_time_tz_struct parts = gathered->duckdb->from_time_tz(value);
    char text[48];
    int32_t zone = parts.offset < 0 ? -parts.offset : parts.offset;
    int size = snprintf(text, sizeof text, "%02d:%02d:%02d", parts.time.hour, parts.time.min, parts.time.sec);
    if (parts.time.micros)
        size += snprintf(text + size, sizeof text - (size_t)size, ".%06d", parts.time.micros);
    size += snprintf(text + size, sizeof text - (size_t)size, "%c%02d:%02d", parts.offset < 0 ? '-' : '+', zone / 3600,
                     zone / 60 % 60);
    if (zone % 60)
        size += snprintf(text + size, sizeof text - (size_t)size, ":%02d", zone % 60);
    return tarn_buffer_append(&gathered->bytes, text, (size_t)size, error);
}

static tarn_status add_printed(tarn_gathered *gathered, duckdb_vector vector, idx_t from, idx_t count,
                               tarn_error *error) {
    const uint64_t *validity = gathered->duckdb->vector_get_validity(vector);
    void *data = gathered->duckdb->vector_get_data(vector);
    for (idx_t i = from; i < from + count; i++) {
        if (tarn_entry_is_valid(validity, i) && gathered->kind == COLLECT_BIT)
            TARN_TRY(add_bits(gathered, (duckdb_string_t *)data + i, error));
        else if (tarn_entry_is_valid(validity, i))
            TARN_TRY(add_time_tz(gathered, ((duckdb_time_tz *)data)[i], error));
        if (gathered->bytes.size > INT32_MAX)
            return tarn_fail(error, TARN_E_UNSUPPORTED, "column %s has a bit string too long to be kept",
                             gathered->column);
        int32_t end = (int32_t)gathered->bytes.size;
        TARN_TRY(tarn_buffer_append(&gathered->values, &end, sizeof end, error));
    }
    return TARN_OK;
}

tarn_status tarn_gathered_add_text(tarn_gathered *gathered, duckdb_vector vector, idx_t from, idx_t count,
                                   tarn_error *error) {
    if (gathered->kind != COLLECT_TEXT)
        return add_printed(gathered, vector, from, count, error);
    const duckdb_string_t *data = gathered->duckdb->vector_get_data(vector);
    return add_strings(gathered, data + from, gathered->duckdb->vector_get_validity(vector), from, count, error);
}
