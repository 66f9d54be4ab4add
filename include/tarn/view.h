/**
 * @file view.h
 * A version as somebody wants to look at it: filtered and sorted, without making a version. Part of tarn.h.
 *
 * What a view keeps is which rows it has, in which order; values are fetched for the page that is looked at.
 */
#ifndef TARN_VIEW_H
#define TARN_VIEW_H

#include "tarn/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tarn_view_sort {
    const char *column;
    bool descending; /**< nulls come last either way */
} tarn_view_sort;

/** Zeroed: all rows as they are. */
typedef struct tarn_view_options {
    const char *where;          /**< an SQL condition over the row; NULL: all rows */
    const tarn_view_sort *sort; /**< the first counts most; equal rows stay as they are */
    size_t sort_count;
} tarn_view_options;

typedef struct tarn_view_info {
    char *table;      /**< owned by the view, as is what follows */
    uint64_t version; /**< that it is of, whatever becomes of the table */
    int64_t rows;     /**< that it has */
    int64_t of;       /**< that the version has */
    uint64_t bytes;   /**< of memory that it takes */
} tarn_view_info;

/** May be read from several threads. To be closed before its workspace. */
typedef struct tarn_view tarn_view;
TARN_API void tarn_view_close(tarn_view *view); /**< NULL is allowed */
TARN_API const tarn_view_info *tarn_view_info_of(const tarn_view *view);

#ifdef __cplusplus
}
#endif
#endif
