// Reading both sides' values in a form in which they can be compared.
#include "diff/cells.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

static bool is_number(const struct ArrowSchema *schema) {
    tarn_type type;
    if (schema->dictionary != NULL || tarn_type_of(schema->format, &type, NULL) != TARN_OK)
        return false;
    return (type >= TARN_TYPE_INT8 && type <= TARN_TYPE_UINT64) || type == TARN_TYPE_FLOAT32 ||
           type == TARN_TYPE_FLOAT64 || type == TARN_TYPE_DECIMAL128;
}

tarn_diff_form tarn_diff_form_of(const struct ArrowSchema *a, const struct ArrowSchema *b) {
    if (!is_number(a) || !is_number(b))
        return TARN_FORM_TEXT;
    if (strcmp(a->format, "f") == 0 || strcmp(b->format, "f") == 0)
        return TARN_FORM_FLOAT;
    if (strcmp(a->format, "g") == 0 || strcmp(b->format, "g") == 0)
        return TARN_FORM_DOUBLE;
    return TARN_FORM_EXACT;
}

static bool is_text(const struct ArrowSchema *schema) {
    const char *format = (schema->dictionary != NULL ? schema->dictionary : schema)->format;
    return strcmp(format, "u") == 0 || strcmp(format, "U") == 0;
}

bool tarn_diff_same_family(const struct ArrowSchema *a, const struct ArrowSchema *b) {
    return (is_number(a) && is_number(b)) || (is_text(a) && is_text(b));
}

tarn_status tarn_diff_reader_open(tarn_diff_reader *reader, const struct ArrowSchema *schema,
                                  const struct ArrowArray *array, tarn_diff_form form, const tarn_diff_rules *rules,
                                  tarn_error *error) {
    *reader = (tarn_diff_reader){.schema = schema, .array = array, .form = form, .rules = rules};
    if (form == TARN_FORM_TEXT) {
        reader->folds = (rules->ignore_case || rules->ignore_space) && is_text(schema);
        return tarn_printer_new(schema, array, &reader->printer, error);
    }
    const char *comma = strchr(schema->format, ',');
    reader->scale = comma != NULL ? atoi(comma + 1) : 0;
    return tarn_type_of(schema->format, &reader->type, error);
}

void tarn_diff_reader_close(tarn_diff_reader *reader) {
    tarn_printer_free(reader->printer);
    free(reader->folded);
    *reader = (tarn_diff_reader){0};
}

/* ---- numbers ---- */

static tarn_int128 decimal_at(const void *values, int64_t at) {
    tarn_int128 value;
    memcpy(&value, (const uint8_t *)values + at * 16, sizeof value);
    return value;
}

static void read_value(tarn_type type, const void *values, int64_t at, tarn_diff_number *out) {
    switch (type) {
    case TARN_TYPE_INT8:
        out->value = (tarn_int128)((const int8_t *)values)[at];
        break;
    case TARN_TYPE_INT16:
        out->value = ((const int16_t *)values)[at];
        break;
    case TARN_TYPE_INT32:
        out->value = ((const int32_t *)values)[at];
        break;
    case TARN_TYPE_INT64:
        out->value = ((const int64_t *)values)[at];
        break;
    case TARN_TYPE_UINT8:
        out->value = ((const uint8_t *)values)[at];
        break;
    case TARN_TYPE_UINT16:
        out->value = ((const uint16_t *)values)[at];
        break;
    case TARN_TYPE_UINT32:
        out->value = ((const uint32_t *)values)[at];
        break;
    case TARN_TYPE_UINT64:
        out->value = ((const uint64_t *)values)[at];
        break;
    case TARN_TYPE_FLOAT32:
        out->real = (double)((const float *)values)[at];
        break;
    case TARN_TYPE_FLOAT64:
        out->real = ((const double *)values)[at];
        break;
    default:
        out->value = decimal_at(values, at);
        break;
    }
}

static double power_of_ten(int exponent) {
    double power = 1;
    for (int i = 0; i < exponent; i++)
        power *= 10;
    return power;
}

bool tarn_diff_read_number(const tarn_diff_reader *reader, int64_t i, tarn_diff_number *out) {
    if (tarn_array_is_null(reader->schema, reader->array, i))
        return false;
    *out = (tarn_diff_number){.scale = reader->scale};
    read_value(reader->type, reader->array->buffers[1], reader->array->offset + i, out);
    if (reader->type != TARN_TYPE_FLOAT32 && reader->type != TARN_TYPE_FLOAT64)
        out->real = reader->scale == 0 ? (double)out->value : (double)out->value / power_of_ten(reader->scale);
    if (reader->form == TARN_FORM_FLOAT)
        out->real = (double)(float)out->real;
    /* One form for each value, so that it can be hashed: no zeros at the end, no negative zero, one NaN. */
    if (reader->form != TARN_FORM_EXACT && out->real == 0)
        out->real = 0;
    if (reader->form != TARN_FORM_EXACT && isnan(out->real))
        out->real = (double)NAN;
    while (out->scale > 0 && out->value % 10 == 0) {
        out->value /= 10;
        out->scale--;
    }
    return true;
}

/* ---- texts ---- */

static bool is_space(uint8_t byte) {
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static bool is_wide_space(utf8proc_int32_t c) {
    utf8proc_category_t category = utf8proc_category(c);
    return c == 0x85 || category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
           category == UTF8PROC_CATEGORY_ZP;
}

static size_t space_at_start(const char *text, size_t size) {
    size_t at = 0;
    while (at < size) {
        utf8proc_int32_t c;
        utf8proc_ssize_t length = utf8proc_iterate((const uint8_t *)text + at, (utf8proc_ssize_t)(size - at), &c);
        if (!is_space((uint8_t)text[at]) && (length <= 1 || !is_wide_space(c)))
            break;
        at += length > 0 ? (size_t)length : 1;
    }
    return at;
}

static size_t trimmed_end(const char *text, size_t size) {
    while (size > 0) {
        size_t last = size - 1;
        while (last > 0 && ((uint8_t)text[last] & 0xC0) == 0x80)
            last--;
        if (space_at_start(text + last, size - last) == 0)
            break;
        size = last;
    }
    return size;
}

static tarn_status fold(tarn_diff_reader *reader, const char **text, size_t *size, tarn_error *error) {
    if (reader->rules->ignore_space) {
        *size = trimmed_end(*text, *size);
        size_t skipped = space_at_start(*text, *size);
        *text += skipped;
        *size -= skipped;
    }
    if (!reader->rules->ignore_case || *size == 0)
        return TARN_OK;
    utf8proc_uint8_t *folded = NULL;
    utf8proc_ssize_t length = utf8proc_map((const uint8_t *)*text, (utf8proc_ssize_t)*size, &folded,
                                           UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
    if (length < 0)
        return length == UTF8PROC_ERROR_NOMEM ? tarn_fail_memory(error) : TARN_OK;
    free(reader->folded);
    reader->folded = (char *)folded;
    *text = reader->folded;
    *size = (size_t)length;
    return TARN_OK;
}

tarn_status tarn_diff_read_text(tarn_diff_reader *reader, int64_t i, const char **text, size_t *size,
                                tarn_error *error) {
    tarn_printed printed;
    TARN_TRY(tarn_printer_print(reader->printer, i, &printed, error));
    *text = printed.kind == TARN_PRINTED_NULL ? NULL : printed.size > 0 ? printed.text : "";
    *size = printed.size;
    return reader->folds && *text != NULL ? fold(reader, text, size, error) : TARN_OK;
}
