/**
 * @file statement.h
 * What may run: reading statements only, nothing that touches files, settings or the instance itself. Internal.
 *
 * Three gates, each of which would do alone for most of what people type: the words of the text (which give the
 * friendly messages), DuckDB's own parse tree (which sees every table function and every qualified name), and the type
 * of the prepared statement.
 */
#ifndef TARN_ENGINE_STATEMENT_H
#define TARN_ENGINE_STATEMENT_H

#include "engine/instance.h"

typedef struct tarn_statement {
    char *sql;        /**< what to run: one statement. Heap */
    const char *body; /**< inside it, behind EXPLAIN and its options: what must be a reading statement */
    bool is_explain;
    bool is_analyze; /**< EXPLAIN that runs the statement */
    bool has_pivot;  /**< has the word PIVOT, so that DuckDB may make several statements of it */
} tarn_statement;

/** The first gate. `size` SIZE_MAX: strlen. SHOW TABLES and DESCRIBE without a name become queries of tarn_tables(). */
tarn_status tarn_statement_read(const char *sql, size_t size, tarn_statement *out, tarn_error *error);
void tarn_statement_clear(tarn_statement *statement);

/** The second gate, on a connection whose transaction has begun. */
tarn_status tarn_statement_check(const tarn_statement *statement, tarn_connection *connection, tarn_error *error);

/** The third gate: prepare the statement, after running what PIVOT needs before it. */
tarn_status tarn_statement_prepare(const tarn_statement *statement, tarn_connection *connection,
                                   duckdb_prepared_statement *out, tarn_error *error);

/** DuckDB's parse tree of `sql` as JSON (heap), or TARN_E_UNSUPPORTED when DuckDB cannot write it down as such. */
tarn_status tarn_statement_tree(tarn_connection *connection, const char *sql, char **json, tarn_error *error);

#endif
