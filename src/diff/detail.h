/**
 * @file detail.h
 * What changed between two versions of a table, row by row and as text: for the audit log.
 */
#ifndef TARN_DIFF_DETAIL_H
#define TARN_DIFF_DETAIL_H

#include "jobs/jobs.h"
#include "store/store.h"
#include "tarn/audit.h"

/**
 * Fill in notes, rows and `complete` of a zeroed `out`: at most `limit` rows, by rising id. Either version may be NULL:
 * all rows of the other were added or removed. Versions that share no row space have no row in common. Rows with values
 * in columns that were added or dropped have changed. `pool` and `task` may be NULL. To be cleared in any case.
 */
tarn_status tarn_detail_compare(tarn_version *before, tarn_version *after, size_t limit, tarn_pool *pool,
                                tarn_task *task, tarn_audit_detail *out, tarn_error *error);

void tarn_detail_clear(tarn_audit_detail *detail);

#endif
