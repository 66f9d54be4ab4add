/**
 * @file scan_read.h
 * One scan of a version by DuckDB's threads: handing out units, filling vectors. Internal to the engine.
 */
#ifndef TARN_ENGINE_SCAN_READ_H
#define TARN_ENGINE_SCAN_READ_H

#include "engine/fill.h"
#include "engine/scan.h"

/** A version as a table of DuckDB's: what binding found out. */
typedef struct tarn_scan_table {
    const tarn_bound *bound;
    tarn_filler **fillers; /**< one per column of the version */
    size_t column_count;
    bool has_id; /**< DuckDB's first column is the row number; the version's follow */
} tarn_scan_table;

/** Shared by all threads of one scan. Borrows its arguments. */
typedef struct tarn_scan tarn_scan;
tarn_status tarn_scan_new(const tarn_duckdb *duckdb, tarn_session *session, const tarn_scan_table *table,
                          size_t column_count, bool scribble, tarn_scan **out, tarn_error *error);
void tarn_scan_free(tarn_scan *scan);
/** Output column `output` is DuckDB's column `index` (anything unknown stays unfilled: the query does not look at it).
 */
void tarn_scan_set_column(tarn_scan *scan, size_t output, idx_t index);
idx_t tarn_scan_most_threads(const tarn_scan *scan);
uint64_t tarn_scan_read_columns(const tarn_scan *scan);
tarn_session *tarn_scan_session_of(const tarn_scan *scan);

/** One thread's place in the scan. Keeps alive what the last vectors point to. */
typedef struct tarn_reader tarn_reader;
tarn_reader *tarn_reader_new(void); /**< NULL when out of memory */
void tarn_reader_free(tarn_reader *reader);

/** Fill the next vectors; a size of 0 is the end. */
tarn_status tarn_scan_fill(tarn_scan *scan, tarn_reader *reader, duckdb_data_chunk output, tarn_error *error);

#endif
