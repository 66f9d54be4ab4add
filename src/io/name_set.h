/**
 * @file name_set.h
 * Names that are taken, and names made unique among them, in time that does not depend on how many there are or on how
 * often the same one comes again.
 */
#ifndef TARN_IO_NAME_SET_H
#define TARN_IO_NAME_SET_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

#define TARN_LONGEST_NAME 255 /* bytes of a column's name */

/** Zeroed is empty. Private but for being declared here. */
typedef struct tarn_name_set {
    struct tarn_taken_name *slots; /* an open table by hash; owns its keys */
    size_t capacity, count;
} tarn_name_set;

/** `base` (cut to 255 bytes between characters) when no name of the set equals it, ignoring case; else the first of
 *  base_2, base_3 … that is free. It joins the set; `out` is heap text. */
tarn_status tarn_name_set_make(tarn_name_set *set, const char *base, char **out, tarn_error *error);

void tarn_name_set_clear(tarn_name_set *set);

#endif
