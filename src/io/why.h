/**
 * @file why.h
 * Why columns became text: one sentence about those of which a few values only are none of the others' type, with some
 * of them and their places: "amount: 2 of 30,000 are no numbers: "n/a" (line 17), "-" (line 90)".
 */
#ifndef TARN_IO_WHY_H
#define TARN_IO_WHY_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stdint.h>

/** The sentence as it grows; zeroed is empty. */
typedef struct tarn_why {
    tarn_buffer text;
    size_t columns; /* told or counted */
    uint64_t left;  /* odd values of the last column that no example was given of */
    bool has_example;
} tarn_why;

/** Are so few of a column's values odd that it is worth telling? */
bool tarn_why_is_told(uint64_t odd, uint64_t values);

/** Digits with a leading zero: codes are text on purpose. */
bool tarn_why_is_code(const char *text, size_t size);

/** Begin a column. `others`: what the other values are ("number"). False: it is only counted, since enough are told,
 * and gets no examples. */
tarn_status tarn_why_add_column(tarn_why *why, const char *name, size_t name_size, uint64_t odd, uint64_t values,
                                const char *others, bool *is_shown, tarn_error *error);
/** One of the odd values, in UTF-8, and where it stands ("line 17", "Sheet1!B17"). `is_cut`: it goes on. */
tarn_status tarn_why_add_example(tarn_why *why, const char *text, size_t size, bool is_cut, const char *place,
                                 tarn_error *error);
/** The column that is shown is complete. */
tarn_status tarn_why_end_column(tarn_why *why, tarn_error *error);

/** Append the whole sentence, when there is one. */
tarn_status tarn_why_print(const tarn_why *why, tarn_buffer *out, tarn_error *error);
void tarn_why_clear(tarn_why *why);

#endif
