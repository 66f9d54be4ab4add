/**
 * @file statement.h
 * What may run: reading statements only, nothing that touches files, settings or the instance itself. Internal.
 *
 * A statement is judged on what DuckDB's parser made of its text, and what was judged is what is prepared: the text is
 * not read a second time. Behind that stand the instance (instance.h), whose file system refuses everything and whose
 * plans are looked at once more, and the type of the prepared statement.
 */
#ifndef TARN_ENGINE_STATEMENT_H
#define TARN_ENGINE_STATEMENT_H

#include "engine/instance.h"
#include "engine/judge.h"

typedef struct tarn_statement {
    char *sql;                    /**< as it was given. Heap */
    const tarn_sql_value *values; /**< for its parameters; whoever judges it sees to it that they are there */
    size_t value_count;
    /* Of a judged one: */
    const tarn_shim_statements *shim;
    tarn_parsed *parsed;
    tarn_sql_shape shape;
    bool is_explain;
    bool is_expanding; /**< PIVOT: to be expanded before it is prepared */
} tarn_statement;

/** Take the text over: valid, and not too long. `size` SIZE_MAX: strlen. DuckDB is not needed yet. */
tarn_status tarn_statement_read(const char *sql, size_t size, tarn_statement *out, tarn_error *error);
void tarn_statement_clear(tarn_statement *statement);

/** Parse it and see whether it may run. SHOW TABLES and DESCRIBE without a name become queries of tarn_tables(). */
tarn_status tarn_statement_judge(tarn_statement *statement, tarn_connection *connection, tarn_error *error);

/** Find what PIVOT needs to know of the data, on a connection whose transaction has begun. */
tarn_status tarn_statement_expand(tarn_statement *statement, tarn_connection *connection, tarn_error *error);

/** Prepare a judged and expanded statement; several threads may, each on its connection. */
tarn_status tarn_statement_prepare(const tarn_statement *statement, tarn_connection *connection,
                                   duckdb_prepared_statement *out, tarn_error *error);

#endif
