/**
 * @file target.h
 * The table that an import goes to: made, replaced or appended to, in one transaction.
 */
#ifndef TARN_IO_TARGET_H
#define TARN_IO_TARGET_H

#include "io/io.h"
#include "io/widen.h"

typedef struct tarn_target {
    const tarn_io *io;
    tarn_transaction *transaction;
    tarn_draft *draft;
    tarn_version *base;        /* the head before; NULL for a new table */
    struct ArrowSchema source; /* what the import brings; names made fit for columns */
    size_t *source_of;         /* per column of the draft: which column of the source, SIZE_MAX for none */
    tarn_widening *widening;   /* borrowed; NULL: appending makes no column wider */
    int64_t rows;              /* imported so far */
    int64_t started;
} tarn_target;

/** Before any reading: TARN_E_EXISTS or TARN_E_NOT_FOUND when `if_exists` and the table do not agree, TARN_E_INVALID
 * for a name that cannot be a table's. `*base` (may be NULL) is the present head, to be released, or NULL. */
tarn_status tarn_target_check(const tarn_io *io, const char *table, tarn_if_exists if_exists, tarn_version **base,
                              tarn_error *error);

/** Begin: `schema` (a struct, canonical types) is copied. On failure nothing is left behind. With `widening`, values
 * that do not fit the table they are appended to are remembered there, where a wider type would do, and the commit
 * fails. */
tarn_status tarn_target_open(const tarn_io *io, const char *table, tarn_if_exists if_exists,
                             const struct ArrowSchema *schema, tarn_widening *widening, tarn_target *out,
                             tarn_error *error);

/** True when batches of the source can go in as they are (same columns, order and types). */
bool tarn_target_is_direct(const tarn_target *target);

/**
 * A batch of the source as the table's columns: put in order, cast without loss, nulls for absent ones. `first_row` is
 * the row of the import (from 1) that the batch begins with, for messages. Thread-safe. `batch` stays the caller's.
 */
tarn_status tarn_target_convert(const tarn_target *target, const struct ArrowArray *batch, int64_t first_row,
                                struct ArrowArray *out, tarn_error *error);

/** Commit and describe. `table` is the name that the target was opened with. */
tarn_status tarn_target_commit(tarn_target *target, const tarn_import_label *label, const char *table, tarn_change *out,
                               tarn_error *error);

/** Abort what was not committed, free. Fine on a zeroed one. */
void tarn_target_close(tarn_target *target);

#endif
