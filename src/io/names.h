/**
 * @file names.h
 * Column names from outside, made fit for a table: not empty, unique ignoring case, without control characters.
 */
#ifndef TARN_IO_NAMES_H
#define TARN_IO_NAMES_H

#include "base/error.h"
#include "tarn/arrow.h"

#include <stddef.h>

/** Sentences for people; owned. Zeroed is empty. */
typedef struct tarn_notes {
    char **lines;
    size_t count, capacity;
} tarn_notes;

tarn_status tarn_notes_add(tarn_notes *notes, tarn_error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void tarn_notes_clear(tarn_notes *notes);

/** `out` is `schema` with its columns' names made fit: empty ones become column_N, later ones of equal names name_2 and
 *  so on. Each change is noted. */
tarn_status tarn_fit_names(const struct ArrowSchema *schema, struct ArrowSchema *out, tarn_notes *notes,
                           tarn_error *error);

#endif
