/**
 * @file page.h
 * Pages of rows that are located by position, or listed. For src/api only.
 */
#ifndef TARN_API_PAGE_H
#define TARN_API_PAGE_H

#include "api/workspace.h"

/** Rows in an order of their own: row numbers of a version. */
typedef struct tarn_listed_rows {
    const int64_t *numbers;
    int64_t count;
} tarn_listed_rows;

/** As tarn_page; `listed` NULL: the version's rows as people see them. */
tarn_status tarn_page_of(tarn_pool *pool, const tarn_version *version, const tarn_listed_rows *listed,
                         const tarn_page_options *options, struct ArrowSchema *schema, struct ArrowArray *rows,
                         tarn_error *error);

#endif
