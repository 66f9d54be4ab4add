/**
 * @file detail.h
 * What changed between two versions of a table, row by row: chunks whose batch ids are equal are never read.
 */
#ifndef TARN_HISTORY_DETAIL_H
#define TARN_HISTORY_DETAIL_H

#include "store/store.h"
#include "tarn/audit.h"

/**
 * Fill in notes, rows and `complete` of a zeroed `out`: at most `limit` rows, by rising id. Either version may be NULL:
 * all rows of the other were added or removed. Versions that share no row space have no row in common.
 */
tarn_status tarn_detail_compare(tarn_version *before, tarn_version *after, size_t limit, tarn_task *task,
                                tarn_audit_detail *out, tarn_error *error);

void tarn_detail_clear(tarn_audit_detail *detail);

#endif
