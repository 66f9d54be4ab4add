/**
 * @file printer.h
 * Many elements of one column as text: the same texts as tarn_array_print gives, from a column that is taken apart
 * once. Not thread-safe; each thread has its own.
 */
#ifndef TARN_ARROW_PRINTER_H
#define TARN_ARROW_PRINTER_H

#include "arrow/array.h"

typedef struct tarn_printer tarn_printer;

/** What an element's text can hold. */
typedef enum tarn_printed_kind {
    TARN_PRINTED_NULL,
    TARN_PRINTED_PLAIN, /**< letters, digits, spaces and + - . : ( ) only: numbers, dates, times, booleans */
    TARN_PRINTED_TEXT,  /**< anything */
} tarn_printed_kind;

typedef struct tarn_printed {
    tarn_printed_kind kind;
    const char *text; /**< lives until the next element is printed, and as long as the array; not terminated */
    size_t size;
} tarn_printed;

/** Schema and array are borrowed. TARN_E_UNSUPPORTED for types that have to be normalised first. */
tarn_status tarn_printer_new(const struct ArrowSchema *schema, const struct ArrowArray *array, tarn_printer **out,
                             tarn_error *error);
/** From now on nested values are JSON, as tarn_array_print_cell writes them. */
void tarn_printer_use_json(tarn_printer *printer);
void tarn_printer_free(tarn_printer *printer);

/** Element i of the array, counted from its offset. */
tarn_status tarn_printer_print(tarn_printer *printer, int64_t i, tarn_printed *out, tarn_error *error);

#endif
