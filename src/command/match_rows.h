/**
 * @file match_rows.h
 * Rows as texts, and rows that are equal.
 */
#ifndef TARN_COMMAND_MATCH_ROWS_H
#define TARN_COMMAND_MATCH_ROWS_H

#include "cluster/match.h"
#include "engine/engine.h"
#include "store/store.h"

typedef struct tarn_text_rows {
    int64_t *ids;             /**< row numbers, in the order in which people see the rows */
    tarn_match_value *values; /**< row after row, `width` each */
    size_t width, count;
    tarn_buffer text; /**< what the values point into */
} tarn_text_rows;

/** The values of `width` columns of all live rows. Clear also when this failed. */
tarn_status tarn_text_rows_read(tarn_engine *engine, tarn_version *version, const size_t *columns, size_t width,
                                tarn_task *task, tarn_text_rows *out, tarn_error *error);
void tarn_text_rows_clear(tarn_text_rows *rows);

/** Rows whose values are all equal are one record. */
typedef struct tarn_records {
    size_t *first; /**< per record: its first row */
    size_t *of;    /**< per row: its record */
    size_t count;
} tarn_records;

/** Clear also when this failed. */
tarn_status tarn_records_make(const tarn_text_rows *rows, tarn_records *out, tarn_error *error);
void tarn_records_clear(tarn_records *records);

#endif
