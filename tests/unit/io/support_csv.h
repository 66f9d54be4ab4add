/* What the tests of the text reader share: reading a whole text from memory, and a slow reader to compare it with. */
#ifndef SUPPORT_CSV_H
#define SUPPORT_CSV_H

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "arrow/array.h"
#include "io/csv.h"

/* A text read to its end. */
typedef struct csv_table {
    tarn_csv_reader *reader;
    const tarn_csv_report *report;
    struct ArrowSchema schema;
    struct ArrowArray array; /* all chunks as one; released when there are no rows */
} csv_table;

/* TARN_OK, or the status with its text in `error`; nothing to free then. */
tarn_status csv_read(const void *data, size_t size, const tarn_csv_options *options, tarn_pool *pool, csv_table *out,
                     tarn_error *error);
void csv_free(csv_table *table);

/* A cell as text ("NULL" for nulls); numbers as C prints them. Valid until the next four calls. */
const char *csv_cell(const csv_table *table, int64_t row, size_t column);

/* Everything that must not depend on the size of the blocks; `why` names the first difference. */
bool csv_same(const csv_table *a, const csv_table *b, const char **why);

#endif
