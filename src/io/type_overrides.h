/**
 * @file type_overrides.h
 * Types of columns that somebody asked for: the pairs "column=type" of an import. Private to src/io.
 */
#ifndef TARN_IO_TYPE_OVERRIDES_H
#define TARN_IO_TYPE_OVERRIDES_H

#include "io/csv.h"
#include "tarn/files.h"

/** A list that owns its texts. Zeroed is empty. */
typedef struct tarn_type_overrides {
    tarn_csv_override *list;
    char **owned;
    size_t count, capacity, owned_count, owned_capacity;
} tarn_type_overrides;

void tarn_type_overrides_clear(tarn_type_overrides *overrides);
/** Both texts are copied. */
tarn_status tarn_type_overrides_add(tarn_type_overrides *overrides, const char *column, const char *type,
                                    tarn_error *error);
/** Those of the options. TARN_E_INVALID for one that is no pair. */
tarn_status tarn_type_overrides_read(const tarn_import_options *options, tarn_type_overrides *out, tarn_error *error);

#endif
