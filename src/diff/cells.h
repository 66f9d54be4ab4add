/**
 * @file cells.h
 * When two cells are the same, whatever their types. Private to src/diff.
 *
 * Values of one type are compared as tarn_array_differ does it. Numbers of different types are compared as numbers:
 * exactly, or as doubles (floats when one is a float32) where one side has fractions in binary. All else is compared as
 * text.
 */
#ifndef TARN_DIFF_CELLS_H
#define TARN_DIFF_CELLS_H

#include "arrow/array.h"
#include "arrow/printer.h"

typedef struct tarn_diff_rules {
    bool ignore_case, ignore_space;
    double tolerance;
} tarn_diff_rules;

/** As what two columns are compared. */
typedef enum tarn_diff_form {
    TARN_FORM_EXACT, /**< integers and decimals */
    TARN_FORM_DOUBLE,
    TARN_FORM_FLOAT,
    TARN_FORM_TEXT,
} tarn_diff_form;

tarn_diff_form tarn_diff_form_of(const struct ArrowSchema *a, const struct ArrowSchema *b);
/** Both are numbers or both are text: what differs in width or encoding only. */
bool tarn_diff_same_family(const struct ArrowSchema *a, const struct ArrowSchema *b);

__extension__ typedef __int128 tarn_int128;

/** A number: `value` / 10^`scale`, or `real`. */
typedef struct tarn_diff_number {
    tarn_int128 value;
    int scale;
    double real;
} tarn_diff_number;

/** Reads one column's elements in a form. Schema and array are borrowed. Not thread-safe. Zeroed is closed. */
typedef struct tarn_diff_reader {
    const struct ArrowSchema *schema;
    const struct ArrowArray *array;
    tarn_diff_form form;
    const tarn_diff_rules *rules;
    tarn_type type;
    int scale;
    tarn_printer *printer; /**< of text */
    bool folds;            /**< the rules change texts of this column */
    char *folded;
} tarn_diff_reader;

tarn_status tarn_diff_reader_open(tarn_diff_reader *reader, const struct ArrowSchema *schema,
                                  const struct ArrowArray *array, tarn_diff_form form, const tarn_diff_rules *rules,
                                  tarn_error *error);
void tarn_diff_reader_close(tarn_diff_reader *reader);

/** A number; false when element i is null. */
bool tarn_diff_read_number(const tarn_diff_reader *reader, int64_t i, tarn_diff_number *out);
/** A text, valid until the next; `*text` NULL when element i is null. */
tarn_status tarn_diff_read_text(tarn_diff_reader *reader, int64_t i, const char **text, size_t *size,
                                tarn_error *error);

/**
 * Which of `length` elements differ: bit i of `differing` ((length + 7) / 8 bytes, all written). `live` NULL, or which
 * to look at. `*count`: how many.
 */
tarn_status tarn_diff_cells(const tarn_diff_rules *rules, const struct ArrowSchema *before_type,
                            const struct ArrowArray *before, const struct ArrowSchema *after_type,
                            const struct ArrowArray *after, const uint8_t *live, uint8_t *differing, int64_t *count,
                            tarn_error *error);

#endif
