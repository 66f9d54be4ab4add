/**
 * @file tree.h
 * Walking the parse tree that DuckDB writes as JSON, without building it again: it can be a hundred times as long as
 * the statement. Internal.
 */
#ifndef TARN_ENGINE_TREE_H
#define TARN_ENGINE_TREE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/** TARN_E_FORBIDDEN or TARN_E_SQL for a table function that is not on the list, a qualified table name, a file's name,
 * a SHOW that DuckDB would answer wrongly, a function that leaves traces, time travel in DuckDB's manner. */
tarn_status tarn_tree_check(const char *json, tarn_error *error);

/** True when `name` is a table function that people may use (size bytes, any case). */
bool tarn_tree_allows_function(const char *name, size_t size);

/** What stands in the select list of the one plain SELECT that `json` must be. */
typedef struct tarn_tree_shape {
    size_t statements;  /**< in the text */
    size_t expressions; /**< in its outermost select list */
    size_t tables;      /**< tables, table functions, subqueries … anywhere */
    bool has_subquery, has_window, has_star, has_parameter;
} tarn_tree_shape;
tarn_status tarn_tree_examine(const char *json, tarn_tree_shape *out, tarn_error *error);

#endif
