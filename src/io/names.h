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

/** The columns of one finding, for one sentence about all of them: the first few, and how many more there are. Zeroed
 * is empty; owns nothing. */
typedef struct tarn_listing {
    char text[640];
    size_t used, shown, count;
} tarn_listing;

void tarn_listing_add(tarn_listing *listing, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** "a, b, c and 12 more"; `out` is given back. */
const char *tarn_listing_text(const tarn_listing *listing, char *out, size_t size);

/** `out` is `schema` with its columns' names made fit: empty ones become column_N, later ones of equal names name_2 and
 *  so on. Each change is noted. */
tarn_status tarn_fit_names(const struct ArrowSchema *schema, struct ArrowSchema *out, tarn_notes *notes,
                           tarn_error *error);

#endif
