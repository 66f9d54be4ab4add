/* What may run: one reading statement, judged on DuckDB's own parse of it. */
#include "engine/statement.h"

#include "base/asker.h"
#include "base/text.h"
#include "engine/duckdb/shim.h"
#include "engine/engine.h"
#include "engine/judge.h"
#include "engine/sql_error.h"

#include <stdlib.h>
#include <string.h>

/* ---- statements that do not read -----------------------------------------------------------------------------------
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
    {"FORCE CHECKPOINT", "committed work is on disk already; to check it use: " TARN_ASKER("tarn verify", "verify()")},
    {"CHECKPOINT", "committed work is on disk already; to check it use: " TARN_ASKER("tarn verify", "verify()")},
    {"ANALYZE", "there are no statistics to gather"},
    {"PREPARE", "write the query with its values"},
    {"EXECUTE", "write the query with its values"},
    {"DEALLOCATE", "write the query with its values"},
    {"COMMENT", "comments on tables are not kept"},
};

static tarn_status refuse_word(const char *word, tarn_error *error) {
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        if (strcmp(word, forbidden[i].word) == 0)
            return tarn_fail(error, TARN_E_FORBIDDEN, "%s is not allowed in a query, which only reads: %s",
                             forbidden[i].word, forbidden[i].instead);
    return TARN_OK;
}

/* The word for a kind of statement where the text does not begin with it (WITH … DELETE, EXPLAIN DROP). */
static const char *word_of(const tarn_parsed_kind *kind, bool is_forced) {
    switch (kind->type) {
    case DUCKDB_STATEMENT_TYPE_INSERT:
        return "INSERT";
    case DUCKDB_STATEMENT_TYPE_UPDATE:
        return "UPDATE";
    case DUCKDB_STATEMENT_TYPE_DELETE:
        return "DELETE";
    case DUCKDB_STATEMENT_TYPE_CREATE:
    case DUCKDB_STATEMENT_TYPE_CREATE_FUNC:
        return "CREATE";
    case DUCKDB_STATEMENT_TYPE_DROP:
        return "DROP";
    case DUCKDB_STATEMENT_TYPE_ALTER:
        return "ALTER";
    case DUCKDB_STATEMENT_TYPE_COPY:
        return "COPY";
    case DUCKDB_STATEMENT_TYPE_EXPORT:
        return "EXPORT";
    case DUCKDB_STATEMENT_TYPE_ATTACH:
        return "ATTACH";
    case DUCKDB_STATEMENT_TYPE_DETACH:
        return "DETACH";
    case DUCKDB_STATEMENT_TYPE_SET:
    case DUCKDB_STATEMENT_TYPE_VARIABLE_SET:
        return "SET";
    case DUCKDB_STATEMENT_TYPE_PRAGMA:
        return "PRAGMA";
    case DUCKDB_STATEMENT_TYPE_CALL:
        return is_forced ? "FORCE CHECKPOINT" : "CALL";
    case DUCKDB_STATEMENT_TYPE_LOAD:
        return kind->is_install ? "INSTALL" : "LOAD";
    case DUCKDB_STATEMENT_TYPE_TRANSACTION:
        return "BEGIN";
    case DUCKDB_STATEMENT_TYPE_VACUUM:
        return "VACUUM";
    case DUCKDB_STATEMENT_TYPE_ANALYZE:
        return "ANALYZE";
    case DUCKDB_STATEMENT_TYPE_PREPARE:
        return "PREPARE";
    case DUCKDB_STATEMENT_TYPE_EXECUTE:
        return "EXECUTE";
    default:
        return "";
    }
}

/* The text's own word says best what somebody wanted; whether it is refused depends on DuckDB's parse alone. */
static tarn_status refuse_text(const tarn_shim_statements *shim, const char *sql, const tarn_parsed_kind *kind,
                               tarn_error *error) {
    char word[32];
    shim->first_word(sql, strlen(sql), word, sizeof word);
    TARN_TRY(refuse_word(word, error));
    return kind ? refuse_word(word_of(kind, strcmp(word, "FORCE") == 0), error) : TARN_OK;
}

static tarn_status check_kind(const tarn_shim_statements *shim, const tarn_parsed *parsed, size_t index,
                              tarn_parsed_kind *kind, tarn_error *error) {
    if (!shim->kind(parsed, index, kind))
        return tarn_fail_sql(error, NULL);
    if (kind->type == DUCKDB_STATEMENT_TYPE_SELECT)
        return TARN_OK;
    TARN_TRY(refuse_text(shim, shim->text(parsed, index), kind, error));
    return tarn_fail(error, TARN_E_FORBIDDEN,
                     "only statements that read are allowed here: SELECT, FROM, WITH, VALUES, "
                     "PIVOT, DESCRIBE, SUMMARIZE, SHOW TABLES, EXPLAIN");
}

/* ---- reading -------------------------------------------------------------------------------------------------------
 */

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

tarn_status tarn_statement_read(const char *sql, size_t size, tarn_statement *out, tarn_error *error) {
    *out = (tarn_statement){0};
    if (size == SIZE_MAX)
        size = strlen(sql);
    TARN_TRY(check_text(sql, size, error));
    out->sql = tarn_strndup(sql, size);
    return out->sql ? TARN_OK : tarn_fail_memory(error);
}

void tarn_statement_clear(tarn_statement *statement) {
    if (statement->parsed)
        statement->shim->free(statement->parsed);
    free(statement->sql);
    *statement = (tarn_statement){0};
}

/* ---- judging -------------------------------------------------------------------------------------------------------
 */

/* What was meant by words that DuckDB cannot read is told before what is wrong with them. */
static tarn_status parse(tarn_statement *statement, tarn_connection *connection, const char *sql, tarn_error *error) {
    const tarn_shim_statements *shim = statement->shim;
    if (statement->parsed)
        shim->free(statement->parsed);
    statement->parsed = shim->parse(connection->handle, sql, strlen(sql));
    if (statement->parsed)
        return TARN_OK;
    tarn_status status = tarn_fail_sql(error, NULL);
    tarn_error meant = {0};
    if (status == TARN_E_SQL && refuse_text(shim, sql, NULL, &meant) != TARN_OK) {
        status = meant.code;
        if (error)
            *error = meant;
    }
    return status;
}

static tarn_status check_alone(const tarn_shim_statements *shim, const tarn_parsed *parsed, tarn_error *error) {
    size_t count = shim->count(parsed);
    tarn_parsed_kind kind;
    if (count == 0)
        return tarn_fail(error, TARN_E_INVALID, "there is no SQL to run");
    for (size_t i = 0; i < count; i++)
        TARN_TRY(check_kind(shim, parsed, i, &kind, error));
    if (count == 1)
        return TARN_OK;
    const char *second = shim->text(parsed, 1);
    second += strspn(second, " \t\r\n;");
    return tarn_fail(error, TARN_E_INVALID, "one statement at a time: there is a second one at: %.*s",
                     (int)tarn_utf8_valid_prefix(second, strnlen(second, 40)), second);
}

static tarn_status fill_in(tarn_statement *statement, tarn_error *error) {
    tarn_filled filled;
    for (size_t i = 0; i < statement->value_count; i++) {
        const tarn_sql_value *value = &statement->values[i];
        size_t size = value->kind == TARN_SQL_TEXT ? strlen(value->as.text) : 0;
        if (size > 0 && tarn_utf8_valid_prefix(value->as.text, size) < size)
            return tarn_fail(error, TARN_E_INVALID, "the value of parameter %zu is not valid UTF-8", i + 1);
    }
    if (!statement->shim->fill(statement->parsed, statement->values, statement->value_count, &filled))
        return tarn_fail_sql(error, NULL);
    if (filled.missing[0] != '\0')
        return tarn_fail(error, TARN_E_INVALID,
                         "the SQL has a parameter $%s, and %zu values were given: $1 is the first", filled.missing,
                         statement->value_count);
    if (filled.unused < statement->value_count)
        return tarn_fail(error, TARN_E_INVALID,
                         "value %zu has no parameter in the SQL: write ? or $%zu where it belongs", filled.unused + 1,
                         filled.unused + 1);
    return TARN_OK;
}

/* DuckDB would list its own tables, of which there are none. */
static const char *listing(const char *shown) {
    if (shown && strcmp(shown, "\"tables\"") == 0)
        return "SELECT name FROM tarn_tables()";
    if (shown && strcmp(shown, "__show_tables_expanded") == 0)
        return "SELECT * FROM tarn_tables()";
    return NULL;
}

tarn_status tarn_statement_judge(tarn_statement *statement, tarn_connection *connection, tarn_error *error) {
    tarn_parsed_kind kind;
    statement->shim = tarn_instance_duckdb(connection->instance)->shim->statements;
    const tarn_shim_statements *shim = statement->shim;
    TARN_TRY(parse(statement, connection, statement->sql, error));
    TARN_TRY(check_alone(shim, statement->parsed, error));
    TARN_TRY(check_kind(shim, statement->parsed, 0, &kind, error));
    if (statement->value_count > 0)
        TARN_TRY(fill_in(statement, error));
    const char *list = listing(kind.shown);
    if (list) {
        TARN_TRY(parse(statement, connection, list, error));
        TARN_TRY(check_kind(shim, statement->parsed, 0, &kind, error));
    }
    statement->is_explain = kind.is_explain;
    statement->is_expanding = kind.is_expanding;
    statement->shape.expressions = kind.expressions;
    return tarn_judge(shim, connection->handle, statement->parsed, &statement->shape, error);
}

/* ---- preparing -----------------------------------------------------------------------------------------------------
 */

static tarn_status prepare(const tarn_statement *statement, tarn_connection *connection, duckdb_prepared_statement *out,
                           tarn_error *error) {
    const tarn_duckdb *duckdb = tarn_instance_duckdb(connection->instance);
    if (statement->shim->prepare(connection->handle, statement->parsed, out) == DuckDBSuccess)
        return TARN_OK;
    tarn_status status = tarn_fail_sql(error, *out ? duckdb->prepare_error(*out) : NULL);
    duckdb->destroy_prepare(out);
    return status;
}

tarn_status tarn_statement_expand(tarn_statement *statement, tarn_connection *connection, tarn_error *error) {
    if (!statement->is_expanding || statement->shim->expand(connection->handle, statement->parsed))
        return TARN_OK;
    return tarn_fail_sql(error, NULL);
}

tarn_status tarn_statement_prepare(const tarn_statement *statement, tarn_connection *connection,
                                   duckdb_prepared_statement *out, tarn_error *error) {
    const tarn_duckdb *duckdb = tarn_instance_duckdb(connection->instance);
    TARN_TRY(prepare(statement, connection, out, error));
    duckdb_statement_type type = duckdb->prepared_statement_type(*out);
    if (type == DUCKDB_STATEMENT_TYPE_SELECT || type == DUCKDB_STATEMENT_TYPE_EXPLAIN)
        return TARN_OK;
    duckdb->destroy_prepare(out);
    return tarn_fail(error, TARN_E_FORBIDDEN, "DuckDB made something else than a query of this");
}
