/* The judge of what a statement names. */
#include "engine/judge.h"

#include "base/asker.h"
#include "base/text.h"
#include "engine/sql_error.h"
#include "engine/sql_functions.h"

#include <string.h>
#include <strings.h>

/* Names are shown up to here. */
#define NAME_BYTES 100

typedef struct judging {
    const tarn_shim_statements *shim;
    duckdb_connection connection;
    tarn_sql_shape *shape;
    tarn_status status;
    tarn_error *error;
} judging;

static int shown_bytes(const char *name) {
    return (int)tarn_utf8_valid_prefix(name, strnlen(name, NAME_BYTES));
}

static tarn_status refuse_function(const char *what, const char *name, tarn_error *error) {
    return tarn_fail(error, TARN_E_FORBIDDEN, "the %s %.*s is not available in queries", what, shown_bytes(name), name);
}

static bool reads_files(const char *name) {
    return strncasecmp(name, "read_", 5) == 0 || strcasecmp(name, "parquet_scan") == 0 ||
           strcasecmp(name, "glob") == 0 || strcasecmp(name, "sniff_csv") == 0;
}

/* What DuckDB does not have it will say itself, with the names that are near. */
static tarn_status check_table_function(const judging *judging, const char *name, tarn_error *error) {
    tarn_judgement judgement = tarn_judge_table_function(name);
    if (judgement == TARN_HARMLESS)
        return TARN_OK;
    if (reads_files(name))
        return tarn_fail(error, TARN_E_FORBIDDEN,
                         "%.*s is not available: queries cannot read files; import the file first " TARN_ASKER(
                             "(tarn import FILE)", "(import(FILE))"),
                         shown_bytes(name), name);
    if (judgement == TARN_REFUSED || judging->shim->has_function(judging->connection, true, name))
        return refuse_function("table function", name, error);
    return TARN_OK;
}

/* Some functions are called in FROM and elsewhere: only the place says which is meant. */
static tarn_status check_function(const judging *judging, const char *name, tarn_error *error) {
    tarn_judgement judgement = tarn_judge_function(name);
    if (judgement == TARN_HARMLESS)
        return TARN_OK;
    if (judgement == TARN_REFUSED || judging->shim->has_function(judging->connection, false, name))
        return refuse_function("function", name, error);
    return TARN_OK;
}

static tarn_status check_table(const char *name, tarn_error *error) {
    if (tarn_judge_view(name) != TARN_REFUSED)
        return TARN_OK;
    return tarn_fail(
        error, TARN_E_FORBIDDEN,
        "%s is a name of DuckDB's own, which is not available in queries; a table that is called so has to "
        "be renamed first: " TARN_ASKER("tarn rename T NEW", "rename(T, NEW)"),
        name);
}

static tarn_status refuse_show(const char *name, tarn_error *error) {
    size_t quotes = *name == '"'; /* DuckDB keeps its own words in quotes here */
    size_t size = strnlen(name, NAME_BYTES);
    return tarn_fail(error, TARN_E_FORBIDDEN,
                     "SHOW %.*s is not available here: SHOW TABLES and tarn_tables() list the tables, DESCRIBE T a "
                     "table's columns",
                     (int)(size > 2 * quotes ? size - 2 * quotes : 0), name + quotes);
}

static tarn_status judge_found(judging *judging, tarn_found found, const char *name, tarn_error *error) {
    tarn_sql_shape *shape = judging->shape;
    switch (found) {
    case TARN_FOUND_TABLE:
        shape->sources++;
        return check_table(name, error);
    case TARN_FOUND_TABLE_FUNCTION:
        shape->sources++;
        return check_table_function(judging, name, error);
    case TARN_FOUND_WINDOW:
        shape->has_window = true;
        shape->is_doubling |= tarn_is_doubling(name);
        return check_function(judging, name, error);
    case TARN_FOUND_FUNCTION:
        shape->is_doubling |= tarn_is_doubling(name);
        return check_function(judging, name, error);
    case TARN_FOUND_SCHEMA:
        return tarn_fail(error, TARN_E_SQL, "\"%.*s.\" before a table's name means nothing here: tables have no schema",
                         shown_bytes(name), name);
    case TARN_FOUND_SHOW:
        return refuse_show(name, error);
    case TARN_FOUND_TIME_TRAVEL:
        return tarn_fail(error, TARN_E_SQL,
                         "versions are named in the table's name here: write \"orders@3\" or "
                         "\"orders~1\"");
    case TARN_FOUND_SUBQUERY:
        shape->has_subquery = true;
        return TARN_OK;
    case TARN_FOUND_OTHER_SOURCE:
        shape->sources++;
        return TARN_OK;
    case TARN_FOUND_STAR:
        shape->has_star = true;
        return TARN_OK;
    case TARN_FOUND_PARAMETER:
        return tarn_fail(error, TARN_E_INVALID, "the SQL has parameters (?, $1), and no values for them were given");
    default:
        return tarn_fail(error, TARN_E_FORBIDDEN, "%s cannot be judged, and is not available in queries", name);
    }
}

static bool visit(void *context, tarn_found found, const char *name) {
    judging *judging = context;
    judging->status = judge_found(judging, found, name, judging->error);
    return judging->status == TARN_OK;
}

tarn_status tarn_judge(const tarn_shim_statements *shim, duckdb_connection connection, const tarn_parsed *parsed,
                       tarn_sql_shape *shape, tarn_error *error) {
    judging judging = {.shim = shim, .connection = connection, .shape = shape, .error = error};
    if (shim->walk(parsed, visit, &judging))
        return TARN_OK;
    return judging.status == TARN_OK ? tarn_fail_sql(error, NULL) : judging.status;
}
