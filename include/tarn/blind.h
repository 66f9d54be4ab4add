/**
 * @file blind.h
 * Comparing tables whose values neither side shows. Part of tarn.h.
 *
 * Both sides know a secret. Each turns its table into a file of digests and gives only that away; two such files, or
 * one and a table, are compared: how many rows were added, removed, modified, and in which columns; never a value. See
 * tarn_blind_digests and tarn_blind_compare.
 *
 * Equal values have different digests in different rows, so that a file tells whoever has no secret nothing but the
 * names of the columns and how many rows there are. Who has the secret as well can try out guesses: two parties who do
 * not trust each other let a third one, without the secret, compare.
 */
#ifndef TARN_BLIND_H
#define TARN_BLIND_H

#include "tarn/arrow.h"
#include "tarn/diff.h"
#include "tarn/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Borrowed, and used for as long as a call takes: never written anywhere. */
typedef struct tarn_blind_secret {
    const void *bytes;
    size_t size;
} tarn_blind_secret;

/** A row of one side or both that is not the same on the other. */
typedef struct tarn_blind_row {
    tarn_diff_kind kind;
    int64_t row_before, row_after; /**< row numbers where that side is a table of this workspace, else -1 */
    uint8_t *columns;              /**< modified: bit i: column i of the info differs; else NULL */
} tarn_blind_row;

/** A blind comparison. Holds no values, and no secret. */
typedef struct tarn_blind tarn_blind;
TARN_API void tarn_blind_close(tarn_blind *blind); /**< NULL is allowed */

/** Counts, as of any comparison by key; types are not known. A file's side has its path and version 0. */
TARN_API const tarn_diff_info *tarn_blind_info(const tarn_blind *blind);
/** True when anything differs: a row, a column, a row that cannot be told from others. */
TARN_API bool tarn_blind_differs(const tarn_blind *blind);
/** The first of the changes, as many as were asked for, by rising digest: in no order that means anything. */
TARN_API const tarn_blind_row *tarn_blind_rows_of(const tarn_blind *blind, size_t *count);

#ifdef __cplusplus
}
#endif
#endif
