/**
 * @file statement.h
 * SQL as DuckDB's own parser reads it: what a text says, and running exactly what was looked at. Internal to the
 * engine.
 *
 * Nothing here judges: `walk` tells everything that a statement names, and engine/judge.c decides.
 */
#ifndef TARN_ENGINE_DUCKDB_STATEMENT_H
#define TARN_ENGINE_DUCKDB_STATEMENT_H

#include "engine/duckdb_api.h"
#include "engine/sql_value.h"
#include "store/zones.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The statements of one text. Read by several threads at once, except while it is expanded. */
typedef struct tarn_parsed tarn_parsed;

typedef struct tarn_parsed_kind {
    duckdb_statement_type type; /**< of what EXPLAIN explains, where there is one; INVALID: DuckDB has it, we do not
                                   know it */
    bool is_explain;
    bool is_expanding; /**< has a PIVOT whose columns come from the data: `expand` must be called before `prepare` */
    bool is_install;   /**< of a LOAD statement: it is INSTALL */
    const char *shown; /**< SHOW of this and nothing else ("tables"; "__show_tables_expanded": DESCRIBE without a name);
                            NULL otherwise */
    size_t expressions; /**< in the outermost select list of a plain SELECT */
} tarn_parsed_kind;

/** What `walk` finds. A name is as it was written, without quotes. */
typedef enum tarn_found {
    TARN_FOUND_TABLE,          /**< a table by its name */
    TARN_FOUND_TABLE_FUNCTION, /**< in FROM */
    TARN_FOUND_FUNCTION,       /**< anywhere else: scalar, aggregate, operator, macro */
    TARN_FOUND_WINDOW,         /**< a function OVER a window */
    TARN_FOUND_SCHEMA,         /**< before a table's name */
    TARN_FOUND_SHOW,           /**< SHOW of something that DuckDB lists */
    TARN_FOUND_TIME_TRAVEL,    /**< AT (VERSION => …) */
    TARN_FOUND_SUBQUERY,
    TARN_FOUND_OTHER_SOURCE, /**< joins, VALUES, PIVOT: what a FROM may have beside tables and functions */
    TARN_FOUND_STAR,         /**< *, COLUMNS(…) */
    TARN_FOUND_PARAMETER,    /**< ?, $1 */
    TARN_FOUND_STRANGE,      /**< what we do not know, or a form that cannot be judged; the name says which */
} tarn_found;

/** What a column is compared with. */
typedef enum tarn_literal_kind {
    TARN_LITERAL_NONE, /**< IS NULL, IS NOT NULL */
    TARN_LITERAL_INTEGER,
    TARN_LITERAL_NUMBER, /**< with decimals */
    TARN_LITERAL_TEXT,
    TARN_LITERAL_DATE, /**< DATE '2024-01-31', as days in `integer` */
} tarn_literal_kind;

typedef struct tarn_literal {
    tarn_literal_kind kind;
    int64_t integer;
    double number;
    const char *text; /**< valid during the call */
    size_t size;
} tarn_literal;

/** False ends the walk. `column` is a name as it was written, without quotes. */
typedef bool (*tarn_comparison_visit)(void *context, const char *column, tarn_zone_operator compared,
                                      const tarn_literal *literal);

/** How values and parameters fitted. */
typedef struct tarn_filled {
    char missing[64]; /**< a parameter that has no value; "" when there is none */
    size_t unused;    /**< the first value that no parameter asks for; the count of values when there is none */
} tarn_filled;

/** False ends the walk. */
typedef bool (*tarn_found_visit)(void *context, tarn_found found, const char *name);

/** What could not be done; `thrown` of shim.h says why. */
typedef struct tarn_shim_statements {
    /** Read `sql` (`size` bytes). NULL when it cannot be read. */
    tarn_parsed *(*parse)(duckdb_connection connection, const char *sql, size_t size);
    void (*free)(tarn_parsed *parsed); /**< NULL is allowed */

    size_t (*count)(const tarn_parsed *parsed);
    bool (*kind)(const tarn_parsed *parsed, size_t index, tarn_parsed_kind *out);
    const char *(*text)(const tarn_parsed *parsed, size_t index); /**< as DuckDB cut it out */

    /** The first keyword or name of a text, also of one that cannot be read, in capitals; "" when there is none. Never
     * decides anything. */
    void (*first_word)(const char *sql, size_t size, char *out, size_t out_size);

    /** Write values in place of the first statement's parameters: constants, with the types of literals. False when
     * something was thrown. */
    bool (*fill)(tarn_parsed *parsed, const tarn_sql_value *values, size_t count, tarn_filled *out);

    /** Everything that the first statement names. False when `visit` ended it, or something was thrown. */
    bool (*walk)(const tarn_parsed *parsed, tarn_found_visit visit, void *context);

    /** When the first statement is a SELECT of one condition, of comparisons of columns with literals, joined by AND:
     *  all of these. False when anything else is in it, when `visit` ended it, or something was thrown; then what was
     *  told counts for nothing. */
    bool (*comparisons)(const tarn_parsed *parsed, tarn_comparison_visit visit, void *context);

    /** Whether DuckDB has a function of this name, in FROM or elsewhere. True also when that cannot be found out. */
    bool (*has_function)(duckdb_connection connection, bool is_table_function, const char *name);

    /** Find the columns of the first statement's PIVOTs by queries on `connection`, and write them into it. */
    bool (*expand)(duckdb_connection connection, tarn_parsed *parsed);

    /** Prepare the first statement. *out is to be destroyed in any case; where it is NULL, `thrown` says why, else
     *  prepare_error. */
    duckdb_state (*prepare)(duckdb_connection connection, const tarn_parsed *parsed, duckdb_prepared_statement *out);
} tarn_shim_statements;

#ifdef __cplusplus
}
#endif

#endif
