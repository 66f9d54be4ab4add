#include "engine/statement.h"

#include "base/asker.h"
#include "base/text.h"
#include "engine/engine.h"
#include "engine/sql_error.h"
#include "engine/tokens.h"
#include "engine/tree.h"
#include "engine/tsan.h"

#include <stdlib.h>
#include <string.h>

/* ---- the first gate: words -----------------------------------------------------------------------------------------
 */

static const struct {
    const char *word;
    const char *instead;
} forbidden[] = {
    {"UPDATE", "to change values use: " TARN_ASKER("tarn apply T set --column C --set expr=…",
                                                   "apply(T, 'set', { column, expr })")},
    {"INSERT", "to add rows use: " TARN_ASKER("tarn import FILE --name T --append",
                                              "import(FILE, { table: T, ifExists: 'append' })")},
    {"DELETE", "to remove rows use: " TARN_ASKER("tarn apply T filter --set where=…",
                                                 "apply(T, 'filter', { where })") " (the rows to keep)"},
    {"TRUNCATE", "to remove rows use: " TARN_ASKER("tarn apply T filter --set where=…",
                                                   "apply(T, 'filter', { where })") " (the rows to keep)"},
    {"MERGE", "to change values use: " TARN_ASKER("tarn apply T set, to replace a table: tarn sql QUERY --into T",
                                                  "apply(T, 'set', …), to replace a table: sqlInto(QUERY, T)")},
    {"CREATE", "to make a table use: " TARN_ASKER("tarn sql QUERY --into T, or tarn import FILE",
                                                  "sqlInto(QUERY, T), or import(FILE)")},
    {"DROP", "to drop a table use: " TARN_ASKER("tarn drop T", "drop(T)")},
    {"ALTER", "to change a table use: " TARN_ASKER("tarn rename T NEW, or tarn apply T rename or drop --column C",
                                                   "rename(T, NEW), or apply(T, 'rename' or 'drop', { column })")},
    {"COPY",
     "to write a file use: " TARN_ASKER("tarn export T FILE, or tarn sql QUERY -o FILE; to read one: tarn import FILE",
                                        "export(T), or exportSql(QUERY); to read one: import(FILE)")},
    {"EXPORT", "to write files use: " TARN_ASKER("tarn export T FILE", "export(T)")},
    {"IMPORT", "to read files use: " TARN_ASKER("tarn import FILE", "import(FILE)")},
    {"ATTACH", "to bring in data use: " TARN_ASKER("tarn import FILE", "import(FILE)")},
    {"DETACH", "nothing is ever attached"},
    {"USE", "there is one workspace; choose it with: " TARN_ASKER("tarn -C DIR", "new TarnEngine({ workspace })")},
    {"SET", "settings cannot be changed in queries"},
    {"RESET", "settings cannot be changed in queries"},
    {"PRAGMA",
     "settings cannot be changed in queries; for a table's columns use: " TARN_ASKER("tarn schema T", "schema(T)")},
    {"CALL", "write SELECT * FROM the function, where it is available"},
    {"INSTALL", "extensions cannot be installed"},
    {"LOAD", "extensions cannot be loaded"},
    {"BEGIN", "every command is a transaction of its own; step back with: " TARN_ASKER("tarn undo T", "undo(T)")},
    {"START", "every command is a transaction of its own; step back with: " TARN_ASKER("tarn undo T", "undo(T)")},
    {"COMMIT", "every command is a transaction of its own; step back with: " TARN_ASKER("tarn undo T", "undo(T)")},
    {"END", "every command is a transaction of its own; step back with: " TARN_ASKER("tarn undo T", "undo(T)")},
    {"ROLLBACK", "every command is a transaction of its own; step back with: " TARN_ASKER("tarn undo T", "undo(T)")},
    {"ABORT", "every command is a transaction of its own; step back with: " TARN_ASKER("tarn undo T", "undo(T)")},
    {"VACUUM", "to give back space use: " TARN_ASKER("tarn gc", "gc()")},
    {"CHECKPOINT", "committed work is on disk already; to check it use: " TARN_ASKER("tarn verify", "verify()")},
    {"FORCE", "committed work is on disk already; to check it use: " TARN_ASKER("tarn verify", "verify()")},
    {"ANALYZE", "there are no statistics to gather"},
    {"PREPARE", "write the query with its values"},
    {"EXECUTE", "write the query with its values"},
    {"DEALLOCATE", "write the query with its values"},
    {"COMMENT", "comments on tables are not kept"},
};

static tarn_status refuse_word(const tarn_token *token, tarn_error *error) {
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        if (tarn_token_is(token, forbidden[i].word))
            return tarn_fail(error, TARN_E_FORBIDDEN, "%s is not allowed in a query, which only reads: %s",
                             forbidden[i].word, forbidden[i].instead);
    return TARN_OK;
}

static tarn_status check_text(const char *sql, size_t size, tarn_error *error) {
    if (size > (size_t)TARN_SQL_BYTES)
        return tarn_fail(error, TARN_E_INVALID, "the SQL is %zu bytes long, and %lld are the most that are taken", size,
                         (long long)TARN_SQL_BYTES);
    const char *zero = memchr(sql, 0, size);
    if (zero)
        return tarn_fail(error, TARN_E_INVALID, "the SQL has a NUL byte at offset %zu", (size_t)(zero - sql));
    size_t valid = tarn_utf8_valid_prefix(sql, size);
    if (valid < size)
        return tarn_fail(error, TARN_E_INVALID, "the SQL is not valid UTF-8 at offset %zu", valid);
    return TARN_OK;
}

/* Where the one statement ends; an error when another follows it. */
static tarn_status find_end(const char *start, const char *end, const char **out, bool *has_pivot, tarn_error *error) {
    const char *at = start;
    *out = start;
    bool closed = false;
    for (tarn_token token = tarn_token_next(&at, end); token.kind != TARN_TOKEN_END;
         token = tarn_token_next(&at, end)) {
        if (tarn_token_is_mark(&token, ';')) {
            closed = *out != start;
            continue;
        }
        if (closed) {
            TARN_TRY(refuse_word(&token, error));
            return tarn_fail(error, TARN_E_INVALID, "one statement at a time: there is a second one at: %.*s",
                             (int)tarn_utf8_valid_prefix(
                                 token.text, (size_t)(end - token.text) < 40 ? (size_t)(end - token.text) : 40),
                             token.text);
        }
        *has_pivot |= tarn_token_is(&token, "PIVOT") || tarn_token_is(&token, "PIVOT_WIDER");
        *out = at;
    }
    return TARN_OK;
}

/* Behind EXPLAIN, ANALYZE and a parenthesis with options (one that does not begin a query). */
static void skip_explain(tarn_statement *statement, const char *at, const char *end) {
    statement->is_explain = true;
    const char *next = at;
    tarn_token token = tarn_token_next(&next, end);
    if (tarn_token_is(&token, "ANALYZE") || tarn_token_is(&token, "VERBOSE")) {
        statement->is_analyze |= tarn_token_is(&token, "ANALYZE");
        at = next;
        token = tarn_token_next(&next, end);
    }
    const char *inside = next;
    tarn_token option = tarn_token_next(&inside, end);
    bool has_options =
        tarn_token_is_mark(&token, '(') &&
        (tarn_token_is(&option, "FORMAT") || tarn_token_is(&option, "ANALYZE") || tarn_token_is(&option, "VERBOSE"));
    for (; has_options && !tarn_token_is_mark(&option, ')') && option.kind != TARN_TOKEN_END;
         option = tarn_token_next(&inside, end))
        statement->is_analyze |= tarn_token_is(&option, "ANALYZE");
    statement->body = has_options ? inside : at;
}

static bool is_sequence(const char *at, const char *end, const char *first, const char *second, const char *third) {
    const char *words[] = {first, second, third};
    for (size_t i = 0; i < 3 && words[i]; i++) {
        tarn_token token = tarn_token_next(&at, end);
        if (!tarn_token_is(&token, words[i]))
            return false;
    }
    return tarn_token_next(&at, end).kind == TARN_TOKEN_END;
}

/* DuckDB would list its own tables, of which there are none. */
static const char *listing(const char *at, const char *end) {
    if (is_sequence(at, end, "SHOW", "TABLES", NULL))
        return "SELECT name FROM tarn_tables()";
    if (is_sequence(at, end, "SHOW", "ALL", "TABLES") || is_sequence(at, end, "DESCRIBE", NULL, NULL) ||
        is_sequence(at, end, "DESC", NULL, NULL) || is_sequence(at, end, "SHOW", NULL, NULL))
        return "SELECT * FROM tarn_tables()";
    return NULL;
}

tarn_status tarn_statement_read(const char *sql, size_t size, tarn_statement *out, tarn_error *error) {
    tarn_statement statement = {0};
    if (size == SIZE_MAX)
        size = strlen(sql);
    TARN_TRY(check_text(sql, size, error));
    const char *at = sql, *end = sql + size, *stop;
    tarn_token first = tarn_token_next(&at, end);
    while (tarn_token_is_mark(&first, ';'))
        first = tarn_token_next(&at, end);
    if (first.kind == TARN_TOKEN_END)
        return tarn_fail(error, TARN_E_INVALID, "there is no SQL to run");
    TARN_TRY(refuse_word(&first, error));
    TARN_TRY(find_end(first.text, end, &stop, &statement.has_pivot, error));
    const char *list = listing(first.text, stop);
    statement.body = first.text;
    if (tarn_token_is(&first, "EXPLAIN")) {
        skip_explain(&statement, at, stop);
        const char *body = statement.body;
        tarn_token token = tarn_token_next(&body, stop);
        TARN_TRY(refuse_word(&token, error));
    }
    statement.sql = list ? tarn_strdup(list) : tarn_strndup(first.text, (size_t)(stop - first.text));
    if (!statement.sql)
        return tarn_fail_memory(error);
    statement.body = statement.sql + (statement.body - first.text);
    *out = statement;
    return TARN_OK;
}

void tarn_statement_clear(tarn_statement *statement) {
    free(statement->sql);
    *statement = (tarn_statement){0};
}

/* ---- the second gate: the parse tree -------------------------------------------------------------------------------
 */

#define TREE_ERROR "{\"error\":true,\"error_type\":\"not implemented\""

static tarn_status fetch_text(const tarn_duckdb *duckdb, duckdb_result result, char **out, tarn_error *error) {
    duckdb_data_chunk chunk = duckdb->fetch_chunk(result);
    if (!chunk || duckdb->data_chunk_get_size(chunk) == 0) {
        duckdb->destroy_data_chunk(&chunk);
        return tarn_fail(error, TARN_E_SQL, "DuckDB gave no parse tree");
    }
    tarn_after_duckdb();
    duckdb_string_t *text = duckdb->vector_get_data(duckdb->data_chunk_get_vector(chunk, 0));
    uint32_t length = text->value.inlined.length;
    *out = tarn_strndup(length <= 12 ? text->value.inlined.inlined : text->value.pointer.ptr, length);
    duckdb->destroy_data_chunk(&chunk);
    return *out ? TARN_OK : tarn_fail_memory(error);
}

/* Run a one-parameter query that gives one text. */
static tarn_status ask(const tarn_duckdb *duckdb, duckdb_prepared_statement prepared, const char *argument, size_t size,
                       char **out, tarn_error *error) {
    duckdb_result result = {0};
    tarn_status status = TARN_OK;
    if (duckdb->bind_varchar_length(prepared, 1, argument, size) == DuckDBError)
        status = tarn_fail_memory(error);
    else if (duckdb->execute_prepared(prepared, &result) == DuckDBError)
        status = tarn_fail_sql(error, duckdb->result_error(&result));
    else
        status = fetch_text(duckdb, result, out, error);
    duckdb->destroy_result(&result);
    return status;
}

tarn_status tarn_statement_tree(tarn_connection *connection, const char *sql, char **json, tarn_error *error) {
    duckdb_prepared_statement tree;
    TARN_TRY(tarn_connection_usual(connection, TARN_USUAL_TREE, &tree, error));
    TARN_TRY(ask(tarn_instance_duckdb(connection->instance), tree, sql, strlen(sql), json, error));
    if (strncmp(*json, TREE_ERROR, strlen(TREE_ERROR)) != 0)
        return TARN_OK;
    free(*json);
    *json = NULL;
    return tarn_fail(error, TARN_E_UNSUPPORTED, "DuckDB has no tree for this statement");
}

#define COUNT_TABLE_FUNCTIONS                                                                                          \
    "SELECT count(*)::VARCHAR FROM duckdb_functions() WHERE function_type IN ('table', 'table_macro') "                \
    "AND lower(function_name) = lower($1)"

static tarn_status is_table_function(tarn_connection *connection, const tarn_token *name, bool *out,
                                     tarn_error *error) {
    const tarn_duckdb *duckdb = tarn_instance_duckdb(connection->instance);
    duckdb_prepared_statement count = NULL;
    char *answer = NULL;
    size_t quotes = name->kind == TARN_TOKEN_QUOTED;
    tarn_status status = TARN_OK;
    if (duckdb->prepare(connection->handle, COUNT_TABLE_FUNCTIONS, &count) == DuckDBError)
        status = tarn_fail_sql(error, duckdb->prepare_error(count));
    else
        status = ask(duckdb, count, name->text + quotes, name->size - 2 * quotes, &answer, error);
    duckdb->destroy_prepare(&count);
    *out = status == TARN_OK && strcmp(answer, "0") != 0;
    free(answer);
    return status;
}

/* PIVOT has no tree. Whatever could be a call of a table function is looked up by its name; a scalar function that
 * shares its name with one is refused too. */
static tarn_status check_calls(const tarn_statement *statement, tarn_connection *connection, tarn_error *error) {
    const char *at = statement->body, *end = statement->sql + strlen(statement->sql);
    tarn_token before = {0};
    for (tarn_token token = tarn_token_next(&at, end); token.kind != TARN_TOKEN_END;
         token = tarn_token_next(&at, end)) {
        bool is_name = before.kind == TARN_TOKEN_WORD || before.kind == TARN_TOKEN_QUOTED;
        size_t quotes = before.kind == TARN_TOKEN_QUOTED;
        bool is_denied = false;
        if (is_name && tarn_token_is_mark(&token, '(') &&
            !tarn_tree_allows_function(before.text + quotes, before.size - 2 * quotes))
            TARN_TRY(is_table_function(connection, &before, &is_denied, error));
        if (is_denied)
            return tarn_fail(error, TARN_E_FORBIDDEN, "the table function %.*s is not available in queries",
                             (int)before.size, before.text);
        before = token;
    }
    return TARN_OK;
}

static tarn_status refuse_unknown(const tarn_statement *statement, tarn_error *error) {
    const char *at = statement->body, *end = statement->sql + strlen(statement->sql);
    for (tarn_token token = tarn_token_next(&at, end); token.kind != TARN_TOKEN_END; token = tarn_token_next(&at, end))
        TARN_TRY(refuse_word(&token, error)); /* WITH … DELETE and the like */
    return tarn_fail(error, TARN_E_FORBIDDEN,
                     "only statements that read are allowed here: SELECT, FROM, WITH, VALUES, "
                     "PIVOT, DESCRIBE, SUMMARIZE, SHOW TABLES, EXPLAIN");
}

/* DuckDB reports syntax errors best when it extracts the statements. */
static tarn_status check_syntax(const tarn_statement *statement, tarn_connection *connection, tarn_error *error) {
    const tarn_duckdb *duckdb = tarn_instance_duckdb(connection->instance);
    duckdb_extracted_statements extracted = NULL;
    tarn_status status = TARN_OK;
    if (duckdb->extract_statements(connection->handle, statement->sql, &extracted) == 0)
        status = tarn_fail_sql(error, duckdb->extract_statements_error(extracted));
    duckdb->destroy_extracted(&extracted);
    return status;
}

tarn_status tarn_statement_check(const tarn_statement *statement, tarn_connection *connection, tarn_error *error) {
    char *json = NULL;
    tarn_error ignored;
    TARN_TRY(check_syntax(statement, connection, error));
    tarn_status status = tarn_statement_tree(connection, statement->body, &json, &ignored);
    if (status == TARN_OK)
        status = tarn_tree_check(json, error);
    else if (status != TARN_E_UNSUPPORTED)
        status = tarn_fail(error, ignored.code, "%s", ignored.message);
    else if (statement->has_pivot)
        status = check_calls(statement, connection, error);
    else
        status = refuse_unknown(statement, error);
    free(json);
    return status;
}

/* ---- the third gate: the prepared statement ------------------------------------------------------------------------
 */

static tarn_status prepare_one(tarn_connection *connection, duckdb_extracted_statements extracted, idx_t index,
                               duckdb_prepared_statement *out, tarn_error *error) {
    const tarn_duckdb *duckdb = tarn_instance_duckdb(connection->instance);
    if (duckdb->prepare_extracted_statement(connection->handle, extracted, index, out) == DuckDBSuccess)
        return TARN_OK;
    tarn_status status = tarn_fail_sql(error, duckdb->prepare_error(*out));
    duckdb->destroy_prepare(out);
    return status;
}

/* PIVOT without a list of values first makes an ENUM of those there are, in the connection's temporary schema. */
static tarn_status run_expansion(const tarn_statement *statement, tarn_connection *connection,
                                 duckdb_extracted_statements extracted, idx_t index, tarn_error *error) {
    const tarn_duckdb *duckdb = tarn_instance_duckdb(connection->instance);
    duckdb_prepared_statement prepared = NULL;
    duckdb_result result = {0};
    tarn_status status = TARN_OK;
    TARN_TRY(prepare_one(connection, extracted, index, &prepared, error));
    if (!statement->has_pivot || duckdb->prepared_statement_type(prepared) != DUCKDB_STATEMENT_TYPE_CREATE)
        status = refuse_unknown(statement, error);
    else if (duckdb->execute_prepared(prepared, &result) == DuckDBError)
        status = tarn_fail_sql(error, duckdb->result_error(&result));
    duckdb->destroy_result(&result);
    duckdb->destroy_prepare(&prepared);
    return status;
}

static tarn_status check_prepared(const tarn_statement *statement, const tarn_duckdb *duckdb,
                                  duckdb_prepared_statement prepared, tarn_error *error) {
    duckdb_statement_type type = duckdb->prepared_statement_type(prepared);
    if (type != DUCKDB_STATEMENT_TYPE_SELECT && type != DUCKDB_STATEMENT_TYPE_EXPLAIN)
        return refuse_unknown(statement, error);
    if (duckdb->nparams(prepared))
        return tarn_fail(error, TARN_E_INVALID, "the SQL has parameters (?, $1): write the values instead");
    return TARN_OK;
}

tarn_status tarn_statement_prepare(const tarn_statement *statement, tarn_connection *connection,
                                   duckdb_prepared_statement *out, tarn_error *error) {
    const tarn_duckdb *duckdb = tarn_instance_duckdb(connection->instance);
    duckdb_extracted_statements extracted = NULL;
    tarn_status status = TARN_OK;
    *out = NULL;
    idx_t count = duckdb->extract_statements(connection->handle, statement->sql, &extracted);
    if (count == 0)
        status = tarn_fail_sql(error, duckdb->extract_statements_error(extracted));
    for (idx_t i = 0; i + 1 < count && status == TARN_OK; i++)
        status = run_expansion(statement, connection, extracted, i, error);
    if (status == TARN_OK)
        status = prepare_one(connection, extracted, count - 1, out, error);
    if (status == TARN_OK)
        status = check_prepared(statement, duckdb, *out, error);
    if (status != TARN_OK && *out)
        duckdb->destroy_prepare(out);
    duckdb->destroy_extracted(&extracted);
    return status;
}
