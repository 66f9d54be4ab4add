/**
 * @file judge.h
 * Whether what a statement names may be used in a query. Internal to the engine.
 */
#ifndef TARN_ENGINE_JUDGE_H
#define TARN_ENGINE_JUDGE_H

#include "base/error.h"
#include "engine/duckdb/statement.h"

/** What a statement is made of. */
typedef struct tarn_sql_shape {
    size_t expressions; /**< in its outermost select list */
    size_t sources;     /**< tables, functions, joins … in every FROM */
    bool has_subquery, has_window, has_star;
    bool is_doubling; /**< has a function of tarn_is_doubling */
} tarn_sql_shape;

/** TARN_E_FORBIDDEN or TARN_E_SQL for a function that is not harmless or that nobody judged, a qualified table name, a
 * view of DuckDB's, a SHOW that DuckDB would answer wrongly, time travel in DuckDB's manner; TARN_E_INVALID for
 * parameters. Fills in `shape`, except for its expressions. */
tarn_status tarn_judge(const tarn_shim_statements *shim, duckdb_connection connection, const tarn_parsed *parsed,
                       tarn_sql_shape *shape, tarn_error *error);

#endif
