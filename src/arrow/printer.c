// Many elements of one column as text.
#include "arrow/printer.h"

#include "arrow/array_node.h"
#include "arrow/builder.h"
#include "arrow/print_value.h"

#include <stdlib.h>

/* An array whose elements can be reached without looking at its schema again. */
typedef struct level {
    tarn_shape shape;
    const uint8_t *validity; /* NULL when nothing is null */
    const void *values;
    const char *bytes;
    int64_t offset;
} level;

struct tarn_printer {
    const struct ArrowSchema *schema;
    const struct ArrowArray *array;
    bool general;  /* dictionaries of dictionaries: every element takes the general way */
    bool json;     /* nested values are JSON */
    bool encoded;  /* by a dictionary: `indices` lead to `values` */
    level indices; /* when encoded */
    level values;
    tarn_buffer text; /* of what is printed the general way */
    char room[TARN_PRINT_ROOM];
};

static tarn_status open_level(const struct ArrowSchema *schema, const struct ArrowArray *array, level *out,
                              tarn_error *error) {
    TARN_TRY(tarn_shape_of(schema->format, &out->shape, error));
    if (!tarn_layout_is_plain(out->shape.layout))
        return tarn_fail_not_plain(error, schema);
    out->validity = tarn_layout_has_validity(out->shape.layout) ? tarn_validity_of(array) : NULL;
    out->offset = array->offset;
    if (out->shape.layout == TARN_LAYOUT_BITS || out->shape.layout == TARN_LAYOUT_FIXED ||
        out->shape.layout == TARN_LAYOUT_BYTES)
        out->values = array->buffers[1];
    if (out->shape.layout == TARN_LAYOUT_BYTES)
        out->bytes = array->buffers[2];
    return TARN_OK;
}

tarn_status tarn_printer_new(const struct ArrowSchema *schema, const struct ArrowArray *array, tarn_printer **out,
                             tarn_error *error) {
    tarn_printer *printer = calloc(1, sizeof *printer);
    if (printer == NULL)
        return tarn_fail_memory(error);
    printer->schema = schema;
    printer->array = array;
    printer->encoded = schema->dictionary != NULL;
    printer->general = printer->encoded && schema->dictionary->dictionary != NULL;
    tarn_status status = open_level(schema, array, printer->encoded ? &printer->indices : &printer->values, error);
    if (status == TARN_OK && printer->encoded)
        status = open_level(schema->dictionary, array->dictionary, &printer->values, error);
    if (status != TARN_OK) {
        tarn_printer_free(printer);
        return status;
    }
    *out = printer;
    return TARN_OK;
}

void tarn_printer_free(tarn_printer *printer) {
    if (printer != NULL)
        tarn_buffer_free(&printer->text);
    free(printer);
}

void tarn_printer_use_json(tarn_printer *printer) {
    printer->json = true;
}

static bool is_null_at(const level *l, int64_t at) {
    return l->shape.layout == TARN_LAYOUT_NULL || (l->validity != NULL && !tarn_bit_get(l->validity, at));
}

static tarn_status print_generally(tarn_printer *printer, int64_t i, tarn_printed *out, tarn_error *error) {
    bool is_null;
    printer->text.size = 0;
    TARN_TRY((printer->json ? tarn_array_print_cell : tarn_array_print)(printer->schema, printer->array, i,
                                                                        &printer->text, &is_null, error));
    *out = (tarn_printed){.kind = is_null ? TARN_PRINTED_NULL : TARN_PRINTED_TEXT,
                          .text = printer->text.size > 0 ? (const char *)printer->text.data : "",
                          .size = printer->text.size};
    return TARN_OK;
}

/* False when it takes the general way. */
static bool print_at(tarn_printer *printer, int64_t at, tarn_printed *out) {
    const level *l = &printer->values;
    const char *end;
    if (l->shape.layout == TARN_LAYOUT_BYTES && tarn_type_is_text(l->shape.type)) {
        int64_t start = tarn_offset_at(l->values, l->shape.wide, at);
        int64_t size = tarn_offset_at(l->values, l->shape.wide, at + 1) - start;
        *out = (tarn_printed){TARN_PRINTED_TEXT, size > 0 ? l->bytes + start : "", (size_t)size};
        return true;
    }
    if (l->shape.layout == TARN_LAYOUT_BITS) {
        bool bit = tarn_bit_get(l->values, at);
        *out = (tarn_printed){TARN_PRINTED_PLAIN, bit ? "true" : "false", bit ? 4 : 5};
        return true;
    }
    if (l->shape.layout != TARN_LAYOUT_FIXED)
        return false;
    end = tarn_write_fixed(&l->shape, (const uint8_t *)l->values + (size_t)at * l->shape.width, printer->room);
    if (end == NULL)
        return false;
    *out = (tarn_printed){TARN_PRINTED_PLAIN, printer->room, (size_t)(end - printer->room)};
    return true;
}

tarn_status tarn_printer_print(tarn_printer *printer, int64_t i, tarn_printed *out, tarn_error *error) {
    int64_t at = i;
    if (printer->general)
        return print_generally(printer, i, out, error);
    if (printer->encoded) {
        at += printer->indices.offset;
        if (is_null_at(&printer->indices, at)) {
            *out = (tarn_printed){.kind = TARN_PRINTED_NULL};
            return TARN_OK;
        }
        at = tarn_index_at(printer->indices.shape.type, printer->indices.values, at);
    }
    at += printer->values.offset;
    if (is_null_at(&printer->values, at)) {
        *out = (tarn_printed){.kind = TARN_PRINTED_NULL};
        return TARN_OK;
    }
    return print_at(printer, at, out) ? TARN_OK : print_generally(printer, i, out, error);
}
