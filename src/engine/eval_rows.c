// Expressions over the rows of a chunk: their SQL, and evaluating it.
#include "engine/eval_internal.h"

#include "arrow/builder.h"
#include "base/text.h"
#include "engine/duckdb/shim.h"
#include "engine/produce.h"
#include "engine/statement.h"

#include <stdlib.h>
#include <string.h>

/* ---- the statement, and whether its expressions are row-wise -------------------------------------------------------
 */

/* The line break ends a comment that an expression may end in. */
tarn_status tarn_eval_write_sql(tarn_eval *eval, tarn_error *error) {
    tarn_buffer sql = {0};
    tarn_status status = TARN_OK;
    for (size_t i = 0; i < eval->count; i++)
        TARN_CHECK(tarn_buffer_printf(&sql, error, "%s(%s\n)", i ? ", " : "SELECT ", eval->expressions[i]));
    TARN_CHECK(tarn_buffer_printf(&sql, error, " FROM tarn_rows('" EVAL_TABLE "')"));
    if (sql.size > (size_t)TARN_SQL_BYTES) {
        status = tarn_fail(error, TARN_E_INVALID,
                           "the expressions are %zu bytes long, and %lld are the most that are "
                           "taken",
                           sql.size, (long long)TARN_SQL_BYTES);
        goto cleanup;
    }
    eval->sql = tarn_strndup((const char *)sql.data, sql.size);
    status = eval->sql ? TARN_OK : tarn_fail_memory(error);

cleanup:
    tarn_buffer_free(&sql);
    return status;
}

static tarn_status refuse(const char *expression, const char *why, tarn_error *error) {
    return tarn_fail(error, TARN_E_INVALID, "the expression %.200s %s", expression, why);
}

/* A statement that Tarn wrote around people's expressions, judged like one that they typed. */
static tarn_status judge(const char *sql, tarn_connection *connection, tarn_statement *out, tarn_error *error) {
    TARN_TRY(tarn_statement_read(sql, SIZE_MAX, out, error));
    tarn_status status = tarn_statement_judge(out, connection, error);
    if (status != TARN_OK)
        tarn_statement_clear(out);
    return status;
}

tarn_status tarn_eval_prepare(const char *sql, tarn_connection *connection, duckdb_prepared_statement *out,
                              tarn_error *error) {
    tarn_statement statement;
    TARN_TRY(judge(sql, connection, &statement, error));
    tarn_status status = tarn_statement_prepare(&statement, connection, out, error);
    tarn_statement_clear(&statement);
    return status;
}

static tarn_status check_shape(const char *expression, const char *sql, tarn_connection *connection,
                               tarn_error *error) {
    tarn_statement statement;
    TARN_TRY(judge(sql, connection, &statement, error));
    tarn_sql_shape shape = statement.shape;
    bool is_query = !statement.is_explain && !statement.is_expanding;
    tarn_statement_clear(&statement);
    if (!is_query || shape.has_subquery || shape.sources != 1)
        return refuse(expression, "has a query inside: it may only use the row's own columns", error);
    if (shape.expressions != 1 || shape.has_star)
        return refuse(expression, "gives several columns: write one expression", error);
    if (shape.has_window)
        return refuse(expression,
                      "uses a window function, which looks at other rows: it may only use the row's own columns",
                      error);
    return TARN_OK;
}

/* What the parse cannot tell: aggregates, UNNEST, unknown names. A condition may use none of them. */
static tarn_status probe(const char *expression, tarn_connection *connection, tarn_error *error) {
    const tarn_duckdb *duckdb = tarn_instance_duckdb(connection->instance);
    tarn_error inner = {0};
    duckdb_prepared_statement prepared = NULL;
    char *sql = tarn_format("SELECT 1 FROM tarn_rows('" EVAL_TABLE "') WHERE ((%s\n) IS NULL)", expression);
    if (!sql)
        return tarn_fail_memory(error);
    tarn_status status = tarn_eval_prepare(sql, connection, &prepared, &inner);
    duckdb->destroy_prepare(&prepared);
    free(sql);
    if (status == TARN_OK)
        return TARN_OK;
    if (strstr(inner.message, "cannot stand in WHERE") || strstr(inner.message, "UNNEST not supported"))
        return refuse(expression, "looks at other rows or gives several: it may only use the row's own columns", error);
    return tarn_fail(error, status, "in the expression %.200s: %s", expression, inner.message);
}

/* Nothing but spaces and comments, as DuckDB reads them. */
static tarn_status check_content(const char *expression, tarn_connection *connection, tarn_error *error) {
    const tarn_shim_statements *shim = tarn_instance_duckdb(connection->instance)->shim->statements;
    tarn_parsed *parsed = shim->parse(connection->handle, expression, strlen(expression));
    bool is_empty = parsed && shim->count(parsed) == 0;
    shim->free(parsed);
    return is_empty ? tarn_fail(error, TARN_E_INVALID, "the expression is empty") : TARN_OK;
}

/* In parentheses the text must be an expression whatever it contains; without them, "a, b" is seen to be two. */
static tarn_status check_one(const char *expression, tarn_connection *connection, tarn_error *error) {
    char *sql = NULL, *bare = NULL;
    tarn_status status = TARN_OK;
    if (!tarn_utf8_is_valid(expression, strlen(expression)))
        return tarn_fail(error, TARN_E_INVALID, "the expression is not valid UTF-8");
    TARN_TRY(check_content(expression, connection, error));
    sql = tarn_format("SELECT (%s\n) FROM " EVAL_TABLE, expression);
    bare = tarn_format("SELECT %s\n FROM " EVAL_TABLE, expression);
    if (!sql || !bare) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    TARN_CHECK(check_shape(expression, sql, connection, error));
    TARN_CHECK(check_shape(expression, bare, connection, error));
    TARN_CHECK(probe(expression, connection, error));

cleanup:
    free(bare);
    free(sql);
    return status;
}

tarn_status tarn_eval_check(const tarn_eval *eval, tarn_connection *connection, tarn_error *error) {
    for (size_t i = 0; i < eval->count; i++)
        TARN_TRY(check_one(eval->expressions[i], connection, error));
    return TARN_OK;
}

/* ---- rows ----------------------------------------------------------------------------------------------------------
 */

tarn_status tarn_eval_rows(tarn_eval *eval, eval_worker *worker, size_t chunk, int64_t from, int64_t to,
                           tarn_error *error) {
    worker->span = (tarn_span){.chunk = chunk, .from = from, .to = to};
    worker->unit = (tarn_unit){.span_count = 1, .rows = to - from};
    worker->bound = (tarn_bound){
        .version = eval->version, .spans = &worker->span, .units = &worker->unit, .span_count = 1, .unit_count = 1};
    worker->session.bound = &worker->bound;
    worker->session.unit = &worker->unit;
    tarn_status status = tarn_execute_into(worker->connection, worker->prepared, worker->collector, error);
    if (status != TARN_OK) { /* a failed transaction would refuse all that follows */
        (void)tarn_connection_run_usual(worker->connection, TARN_USUAL_ROLLBACK, NULL);
        (void)tarn_connection_run_usual(worker->connection, TARN_USUAL_BEGIN, NULL);
    }
    return tarn_session_outcome(&worker->session, status, error);
}

/* For each row of the span its place among the live ones, or -1. */
static int64_t *number_live(const uint8_t *bits, const tarn_span *span) {
    int64_t *places = malloc((size_t)(span->to - span->from) * sizeof *places);
    int64_t next = 0;
    for (int64_t i = span->from; places && i < span->to; i++)
        places[i - span->from] = tarn_bit_get(bits, i) ? next++ : -1;
    return places;
}

tarn_status tarn_eval_spread(const tarn_eval *eval, const tarn_span *span, struct ArrowArray *live,
                             struct ArrowArray *out, tarn_error *error) {
    const uint8_t *bits;
    tarn_status status = TARN_OK;
    int64_t rows = span->to - span->from;
    TARN_TRY(tarn_version_live(eval->version, span->chunk, &bits, error));
    if (live->length == rows) {
        *out = *live;
        live->release = NULL;
        return TARN_OK;
    }
    struct ArrowArray *columns = calloc(eval->count, sizeof *columns);
    int64_t *places = bits ? number_live(bits, span) : NULL;
    void *validity = NULL;
    if (!columns || !places) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    for (size_t i = 0; i < eval->count; i++)
        TARN_CHECK(tarn_array_take(eval->schema.children[i], live->children[i], places, rows, &columns[i], error));
    status = tarn_array_make(out, rows, 0, &validity, 1, columns, (int64_t)eval->count, error);

cleanup:
    for (size_t i = 0; columns && i < eval->count; i++)
        tarn_array_release(&columns[i]);
    free(columns);
    free(places);
    return status;
}

/* ---- naming the row that fails -------------------------------------------------------------------------------------
 */

/* Cells that are shown, and the bytes of each. */
#define SHOWN_COLUMNS 3
#define SHOWN_BYTES 60

static tarn_status print_cell(const tarn_eval *eval, size_t column, size_t chunk, int64_t row, tarn_buffer *out,
                              tarn_error *error) {
    tarn_batch *batch;
    bool is_null;
    tarn_buffer text = {0};
    TARN_TRY(tarn_version_read(eval->version, column, chunk, &batch, error));
    tarn_status status =
        tarn_array_print(tarn_batch_schema(batch), tarn_batch_array(batch), row, &text, &is_null, error);
    const char *name = tarn_version_column(eval->version, column)->name;
    size_t size = tarn_utf8_valid_prefix(text.data, text.size < SHOWN_BYTES ? text.size : SHOWN_BYTES);
    if (status == TARN_OK && is_null)
        status = tarn_buffer_printf(out, error, ", %s is null", name);
    else if (status == TARN_OK)
        status = tarn_buffer_printf(out, error, ", %s = '%.*s%s'", name, (int)size, (const char *)text.data,
                                    size < text.size ? "…" : "");
    tarn_buffer_free(&text);
    tarn_batch_release(batch);
    return status;
}

static tarn_status name_row(const tarn_eval *eval, const eval_worker *worker, size_t chunk, int64_t row,
                            const tarn_error *failure, tarn_error *error) {
    tarn_buffer cells = {0};
    size_t shown = 0;
    for (size_t i = 0; i < 64 && i < tarn_version_column_count(eval->version) && shown < SHOWN_COLUMNS; i++)
        if (worker->session.read_columns >> i & 1) {
            shown++;
            if (print_cell(eval, i, chunk, row, &cells, NULL) != TARN_OK)
                break; /* the failure itself matters more */
        }
    tarn_fail(error, failure->code, "row %lld%.*s: %s",
              (long long)(tarn_version_chunk(eval->version, chunk).first_row + row), (int)cells.size,
              cells.data ? (const char *)cells.data : "", failure->message);
    tarn_buffer_free(&cells);
    return failure->code;
}

tarn_status tarn_eval_locate_failure(tarn_eval *eval, eval_worker *worker, tarn_span span, tarn_error *error) {
    tarn_error failure = {0};
    size_t chunk = span.chunk;
    int64_t low = span.from, high = span.to;
    struct ArrowArray waste;
    if (error)
        failure = *error;
    while (high - low > 1) { /* the first failing row is in low … high - 1 */
        int64_t middle = low + (high - low) / 2;
        tarn_error inner = {0};
        tarn_status status = tarn_eval_rows(eval, worker, chunk, low, middle, &inner);
        TARN_TRY(tarn_collector_take(worker->collector, &waste, error));
        tarn_array_release(&waste);
        if (status != TARN_OK && status != TARN_E_SQL)
            return tarn_fail(error, status, "%s", inner.message);
        if (status == TARN_OK) {
            low = middle;
        } else {
            high = middle;
            failure = inner;
        }
    }
    tarn_error last = {0};
    if (tarn_eval_rows(eval, worker, chunk, low, low + 1, &last) == TARN_E_SQL)
        failure = last;
    return name_row(eval, worker, chunk, low, &failure, error);
}
