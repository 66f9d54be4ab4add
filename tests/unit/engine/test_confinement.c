/* What people may run, and what they are told when they may not. */
#include "support_engine.h"

#include "engine/engine_internal.h"
#include "engine/scan.h"
#include "engine/sql_error.h"

#include "base/asker.h"

#include "base/text.h"

#include <stdlib.h>

static int setup(void **state) {
    fixture_setup(state);
    make_table(*state, "orders", "SELECT i AS id, i % 3 AS kind, 'name ' || i AS name FROM range(10) r(i)", 1000);
    return 0;
}

static void test_statements_that_change_are_refused_with_the_command_to_use(void **state) {
    static const struct {
        const char *sql, *hint;
    } cases[] = {
        {"UPDATE orders SET id = 1", TARN_ASKER("tarn apply T set", "apply(T, 'set'")},
        {"/* c */ update orders set id = 1", TARN_ASKER("tarn apply T set", "apply(T, 'set'")},
        {"INSERT INTO orders VALUES (1)", TARN_ASKER("--append", "'append'")},
        {"DELETE FROM orders", TARN_ASKER("tarn apply T filter", "apply(T, 'filter'")},
        {"TRUNCATE orders", TARN_ASKER("tarn apply T filter", "apply(T, 'filter'")},
        {"MERGE INTO orders USING orders o ON false WHEN MATCHED THEN DELETE",
         TARN_ASKER("tarn apply T set", "apply(T, 'set'")},
        {"CREATE TABLE t AS SELECT 1", TARN_ASKER("--into T", "sqlInto(QUERY, T)")},
        {"CREATE VIEW v AS SELECT 1", TARN_ASKER("--into T", "sqlInto(QUERY, T)")},
        {"CREATE TEMP TABLE t (a INT)", TARN_ASKER("--into T", "sqlInto(QUERY, T)")},
        {"CREATE MACRO m(x) AS x", TARN_ASKER("--into T", "sqlInto(QUERY, T)")},
        {"DROP TABLE orders", TARN_ASKER("tarn drop T", "drop(T)")},
        {"ALTER TABLE orders ADD COLUMN x INT", TARN_ASKER("tarn apply T rename", "apply(T, 'rename'")},
        {"COPY orders TO 'x.csv'", TARN_ASKER("tarn export", "export(")},
        {"COPY orders FROM 'x.csv'", TARN_ASKER("tarn import", "import(")},
        {"COPY (SELECT 1) TO '/tmp/x'", TARN_ASKER("tarn export", "export(")},
        {"EXPORT DATABASE 'x'", TARN_ASKER("tarn export", "export(")},
        {"IMPORT DATABASE 'x'", TARN_ASKER("tarn import", "import(")},
        {"ATTACH ':memory:' AS m", TARN_ASKER("tarn import", "import(")},
        {"ATTACH 'x.db'", TARN_ASKER("tarn import", "import(")},
        {"DETACH m", "attached"},
        {"USE memory", TARN_ASKER("tarn -C", "workspace")},
        {"SET threads = 1", "settings"},
        {"SET VARIABLE x = 1", "settings"},
        {"RESET threads", "settings"},
        {"PRAGMA database_list", "settings"},
        {"PRAGMA enable_profiling", "settings"},
        {"CALL pragma_version()", "SELECT"},
        {"INSTALL httpfs", "extensions"},
        {"FORCE INSTALL httpfs", "extensions"},
        {"FORCE CHECKPOINT", TARN_ASKER("tarn verify", "verify()")},
        {"LOAD httpfs", "extensions"},
        {"BEGIN", TARN_ASKER("tarn undo", "undo(T)")},
        {"BEGIN TRANSACTION", TARN_ASKER("tarn undo", "undo(T)")},
        {"START TRANSACTION", TARN_ASKER("tarn undo", "undo(T)")},
        {"COMMIT", TARN_ASKER("tarn undo", "undo(T)")},
        {"ROLLBACK", TARN_ASKER("tarn undo", "undo(T)")},
        {"ABORT", TARN_ASKER("tarn undo", "undo(T)")},
        {"VACUUM", TARN_ASKER("tarn gc", "gc()")},
        {"CHECKPOINT", TARN_ASKER("tarn verify", "verify()")},
        {"ANALYZE", "statistics"},
        {"PREPARE p AS SELECT 1", "values"},
        {"EXECUTE p", "values"},
        {"DEALLOCATE p", "values"},
        {"COMMENT ON TABLE orders IS 'x'", "comments"},
        {"EXPLAIN DROP TABLE orders", TARN_ASKER("tarn drop", "drop(T)")},
        {"EXPLAIN ANALYZE DELETE FROM orders", TARN_ASKER("tarn apply T filter", "apply(T, 'filter'")},
        {"EXPLAIN (FORMAT json) CREATE TABLE t AS SELECT 1", TARN_ASKER("--into T", "sqlInto(QUERY, T)")},
        {"WITH q AS (SELECT 1) INSERT INTO orders SELECT * FROM q", TARN_ASKER("--append", "'append'")},
        {"WITH q AS (SELECT 1) DELETE FROM orders", TARN_ASKER("tarn apply T filter", "apply(T, 'filter'")},
        {"SELECT 1; DROP TABLE orders", TARN_ASKER("tarn drop", "drop(T)")},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_refused(*state, cases[i].sql, TARN_E_FORBIDDEN, cases[i].hint);
    assert_answer(*state, "SELECT count(*) FROM orders", "10\n");
}

static void test_files_cannot_be_read(void **state) {
    static const char *const cases[] = {
        "SELECT * FROM 'x.csv'",
        "SELECT * FROM \"x.csv\"",
        "FROM 'data/x.parquet'",
        "SELECT * FROM 'https://example.org/x.json'",
        "SELECT * FROM 's3://b/x.parquet'",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_csv('x')",
        "SELECT * FROM READ_CSV_AUTO('x')",
        "SELECT * FROM read_parquet('x')",
        "SELECT * FROM parquet_scan('x')",
        "SELECT * FROM read_json('x')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_blob('/etc/passwd')",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM sniff_csv('x')",
        "SELECT (SELECT max(content) FROM read_text('/etc/passwd'))",
        "SELECT * FROM orders WHERE name IN (SELECT content FROM read_text('/etc/passwd'))",
        "WITH q AS (SELECT * FROM read_csv('x')) SELECT * FROM q",
        "SELECT * FROM orders, LATERAL (SELECT * FROM read_csv('x'))",
        "EXPLAIN SELECT * FROM read_csv('x')",
        "DESCRIBE SELECT * FROM read_csv('x')",
        "SUMMARIZE SELECT * FROM read_csv('x')",
        "PIVOT (SELECT * FROM read_csv('x')) ON a USING count(*)",
        "SELECT * FROM system.main.read_csv('x')",
        "SELECT * FROM histogram('x.csv', a)",
        "SELECT * FROM histogram('/etc/passwd', a)",
        "SELECT * FROM orders UNION ALL SELECT 1, 2, content FROM read_text('x')",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tarn_error error = {0};
        tarn_status status = run_to_end(*state, cases[i], NULL, &error);
        if (status != TARN_E_FORBIDDEN && status != TARN_E_NOT_FOUND && status != TARN_E_SQL)
            fail_msg("%s: %s %s", cases[i], tarn_status_name(status), error.message);
    }
    assert_refused(*state, "SELECT * FROM 'x.csv'", TARN_E_FORBIDDEN,
                   TARN_ASKER("tarn import 'x.csv'", "import('x.csv')"));
    assert_refused(*state, "SELECT * FROM read_csv('x')", TARN_E_FORBIDDEN, TARN_ASKER("tarn import", "import("));
}

static void test_table_functions_are_on_a_list(void **state) {
    static const char *const denied[] = {
        "SELECT * FROM enable_logging('QueryLog', storage = 'file')",
        "SELECT * FROM enable_logging(storage='file')",
        "SELECT * FROM disable_logging()",
        "SELECT * FROM truncate_duckdb_logs()",
        "SELECT * FROM query('SELECT 1')",
        "SELECT * FROM query_table('orders')",
        "SELECT * FROM json_execute_serialized_sql('{}')",
        "SELECT * FROM arrow_scan(1, 2, 3)",
        "SELECT * FROM arrow_scan_dumb(1, 2, 3)",
        "SELECT * FROM seq_scan()",
        "SELECT * FROM duckdb_settings()",
        "SELECT * FROM duckdb_secrets()",
        "SELECT * FROM pragma_version()",
        "SELECT * FROM checkpoint()",
        "SELECT * FROM force_checkpoint()",
        "SELECT * FROM tarn_scan('orders')",
        "SELECT * FROM \"enable_logging\"()",
        "SELECT * FROM sql_auto_complete('sel')",
        "SELECT write_log('x')",
    };
    for (size_t i = 0; i < sizeof denied / sizeof *denied; i++)
        assert_refused(*state, denied[i], TARN_E_FORBIDDEN, "not available");
    assert_answer(*state, "SELECT sum(range) FROM range(5)", "10\n");
    assert_answer(*state, "SELECT * FROM unnest([1, 2])", "1\n2\n");
    assert_answer(*state, "SELECT value FROM json_each('[1]')", "1\n");
    assert_answer(*state, "SELECT count(*) > 10 FROM duckdb_functions()", "true\n");
    assert_answer(*state, "SELECT sum(count) FROM histogram('orders', id)", "10\n");
}

static void test_qualified_names_do_not_resolve(void **state) {
    assert_refused(*state, "SELECT * FROM nosuch.orders", TARN_E_SQL, "nosuch.");
    assert_refused(*state, "SELECT * FROM memory.main.orders", TARN_E_SQL, "before a table's name");
    assert_refused(*state, "SELECT * FROM information_schema.tables", TARN_E_SQL, "before a table's name");
    assert_refused(*state, "SELECT * FROM orders AT (VERSION => 1)", TARN_E_SQL, "orders@3");
}

static void test_odd_texts(void **state) {
    fixture *f = *state;
    struct ArrowArrayStream stream;
    assert_refused(f, "", TARN_E_INVALID, "no SQL");
    assert_refused(f, " ;; -- nothing\n/* at all */ ;", TARN_E_INVALID, "no SQL");
    assert_refused(f, "SELECT 1; SELECT 2", TARN_E_INVALID, "one statement at a time");
    assert_refused(f, "SELEC 1", TARN_E_SQL, "syntax error");
    assert_refused(f, "SELECT 'open", TARN_E_SQL, "unterminated");
    assert_refused(f, "SELECT \"open", TARN_E_SQL, "unterminated");
    assert_refused(f, "SELECT $1", TARN_E_INVALID, "parameters");
    assert_refused(f, "SELECT ?", TARN_E_INVALID, "parameters");
    assert_refused(f, "SELECT '\xff'", TARN_E_INVALID, "UTF-8");
    assert_refused(f, "EXPLAIN", TARN_E_SQL, "the query ends where");
    assert_fails(tarn_engine_query(f->engine, f->store, "SELECT\0 1", 9, NULL, &stream, error), TARN_E_INVALID, "NUL");
    assert_answer(f, ";; SELECT 1 ;; -- end", "1\n");
    assert_answer(f, "/* a /* b */ ; */ SELECT ';' -- ; x", ";\n");
    assert_answer(f, "SELECT $$a;b$$", "a;b\n");
    assert_answer(f, "SELECT E'a\\';b'", "a';b\n");
    assert_answer(f, "(SELECT 1)", "1\n");
    assert_refused(f, "SELECT 1 /* open", TARN_E_SQL, "unterminated");
    assert_answer(f, "VALUES (1, 'a'), (2, NULL)", "1|a\n2|~\n");
    assert_answer(f, "FROM orders SELECT max(id)", "9\n");
    assert_answer(f, "WITH orders AS (SELECT 1 AS a) SELECT * FROM orders", "1\n");
}

static char *repeated(const char *part, size_t count, const char *before, const char *after) {
    size_t size = strlen(part);
    char *text = malloc(strlen(before) + size * count + strlen(after) + 1);
    char *at = stpcpy(text, before);
    for (size_t i = 0; i < count; i++)
        at = stpcpy(at, part);
    strcpy(at, after);
    return text;
}

static void test_huge_and_deep_texts(void **state) {
    tarn_error error = {0};
    char *huge = repeated("1,", 5500000, "SELECT [", "1]");
    assert_refused(*state, huge, TARN_E_INVALID, "bytes long");
    free(huge);
    char *wide = repeated("1,", 400000, "SELECT len([", "1])");
    assert_answer(*state, wide, "400001\n");
    free(wide);
    char *deep = repeated("(", 100000, "SELECT ", "1");
    assert_int_equal(run_to_end(*state, deep, NULL, &error), TARN_E_SQL);
    free(deep);
    char *nested = repeated("abs(", 300, "SELECT ", "1");
    char *closed = repeated(")", 300, nested, "");
    assert_refused(*state, closed, TARN_E_SQL, "nested deeper");
    free(nested);
    free(closed);
}

static void test_messages_say_what_and_where(void **state) {
    assert_refused(*state, "SELECT nosuch FROM orders", TARN_E_SQL, "there is no column \"nosuch\"");
    assert_refused(*state, "SELECT id,\n nam FROM orders", TARN_E_SQL, "(line 2, at: nam FROM orders)");
    assert_refused(*state, "SELECT nam FROM orders", TARN_E_SQL, "\"name\"");
    assert_refused(*state, "SELECT * FROM order", TARN_E_SQL, "syntax error");
    assert_refused(*state, "SELECT * FROM ordrs", TARN_E_NOT_FOUND, "did you mean orders?");
    assert_refused(*state, "SELECT * FROM \"orders@9\"", TARN_E_NOT_FOUND, "9");
    assert_refused(*state, "SELECT * FROM \"orders~1\"", TARN_E_NOT_FOUND, "0 versions before its head");
    assert_refused(*state, "SELECT * FROM \"orders@x\"", TARN_E_NOT_FOUND, "orders@3");
    assert_refused(*state, "SELECT * FROM \"orders@0\"", TARN_E_NOT_FOUND, "orders@3");
    assert_refused(*state, "SELECT CAST(name AS INT) FROM orders", TARN_E_SQL, "'name 0'");
    assert_refused(*state, "SELECT error('boom')", TARN_E_SQL, "boom");
    assert_refused(*state, "SELECT upper()", TARN_E_SQL, "upper");
    assert_refused(*state, "SELECT * FROM orders WHERE name = \"Rome\"", TARN_E_SQL, "single quotes");
    assert_refused(*state, "SELECT \"Rome\"", TARN_E_SQL, "single quotes");
    assert_refused(*state, "SELECT \"name\" || nam FROM orders", TARN_E_SQL, "(line 1, at: nam FROM orders)");
}

static void assert_says(const char *message, tarn_status status, const char *expected) {
    tarn_error error = {0};
    assert_int_equal(tarn_fail_sql(&error, message), status);
    assert_string_equal(error.message, expected);
}

/* What DuckDB advises is not to be had here, and where in it something was thrown is nobody's business. */
static void test_messages_are_tarns_own(void **state) {
    assert_refused(*state, "SELECT st_point(1, 2)", TARN_E_SQL, "\"st_point\" is not in the catalog");
    assert_says(
        "Invalid Input Error: JSON transform error in line 7: too large.\nTry increasing sample_size, or setting "
        "union_by_name to true.",
        TARN_E_SQL, "JSON transform error in line 7: too large");
    assert_says(
        "Catalog Error: Scalar Function with name \"x\" is not in the catalog, but it exists in the spatial "
        "extension.\n\nPlease try installing and loading the spatial extension:\nINSTALL spatial;\nLOAD spatial;",
        TARN_E_SQL, "Scalar Function with name \"x\" is not in the catalog");
    assert_says("INTERNAL Error: Attempted to access index 1.\n\nStack Trace:\n\n./lib(_ZN6duckdb+0x10)\n",
                TARN_E_ENGINE_LOST, "INTERNAL Error: Attempted to access index 1");
    assert_says("Binder Error: Too many of them. Use SET pivot_limit=5 to increase the limit.", TARN_E_SQL,
                "Too many of them");
    assert_says("Binder Error: One thing.\nAnother thing!\n", TARN_E_SQL, "One thing; Another thing");
}

static void test_every_name_of_a_table_can_be_queried(void **state) {
    fixture *f = *state;
    make_table(f, "100% *new* x", "SELECT 7 AS a", 10);
    assert_answer(f, "SELECT a FROM \"100% *new* x\"", "7\n");
    assert_answer(f, "SELECT a FROM '100% *new* x'", "7\n");
    assert_answer(f, "SELECT a FROM \"100% *new* x@1\"", "7\n");
    assert_refused(f, "SELECT a FROM \"g.csv\"", TARN_E_FORBIDDEN, "g.csv");
}

static void test_show_and_describe(void **state) {
    fixture *f = *state;
    make_table(f, "Über uns", "SELECT DATE '2020-01-01' AS d, [1] AS l", 10);
    assert_answer(f, "SHOW TABLES", "orders\nÜber uns\n");
    assert_answer(f, "show tables;", "orders\nÜber uns\n");
    assert_answer(f, "SELECT name, rows, columns, version FROM tarn_tables()", "orders|10|3|1\nÜber uns|1|2|1\n");
    assert_answer(f, "SELECT column_name, column_type FROM (DESCRIBE orders)",
                  "id|BIGINT\nkind|BIGINT\nname|VARCHAR\n");
    assert_answer(f, "SELECT column_name, column_type FROM (DESCRIBE \"über uns\")", "d|DATE\nl|INTEGER[]\n");
    assert_answer(f, "SELECT column_name, min, max, count FROM (SUMMARIZE orders)",
                  "id|0|9|10\nkind|0|2|10\nname|name 0|name 9|10\n");
    assert_refused(f, "SHOW DATABASES", TARN_E_FORBIDDEN, "SHOW databases");
    assert_refused(f, "SELECT * FROM (SHOW TABLES)", TARN_E_FORBIDDEN, "tarn_tables()");
    assert_refused(f, "DESCRIBE nosuch", TARN_E_NOT_FOUND, "nosuch");
    char *all = answer(f, "SHOW ALL TABLES", NULL);
    assert_non_null(strstr(all, "orders|10|3|1|"));
    free(all);
    all = answer(f, "DESCRIBE", NULL);
    assert_non_null(strstr(all, "orders|10|3|1|"));
    free(all);
}

static void test_pivot(void **state) {
    assert_answer(*state, "PIVOT (SELECT kind, id FROM orders) ON kind USING sum(id)", "18|12|15\n");
    assert_answer(*state, "SELECT * FROM (PIVOT (SELECT kind FROM orders) ON kind USING count(*))", "4|3|3\n");
    assert_answer(*state, "SELECT count(*) FROM (UNPIVOT (SELECT id, kind FROM orders) ON id, kind)", "20\n");
    assert_answer(*state, "FROM orders PIVOT (count(*) FOR kind IN (0, 1)) SELECT count(*)", "10\n");
    assert_refused(*state, "PIVOT (SELECT * FROM query('SELECT 1')) ON a USING count(*)", TARN_E_FORBIDDEN, "query");
    /* the ENUM that it makes along the way is gone afterwards */
    assert_answer(*state, "PIVOT (SELECT kind, id FROM orders) ON kind USING sum(id)", "18|12|15\n");
}

/* What one text is on a confined instance, asked behind the judge's back. */
static void assert_inside(tarn_connection *connection, const char *sql, const char *expected) {
    const tarn_duckdb *duckdb = tarn_instance_duckdb(connection->instance);
    duckdb_result result = {0};
    if (duckdb->query(connection->handle, sql, &result) == DuckDBError)
        fail_msg("%s: %s", sql, duckdb->result_error(&result));
    duckdb_data_chunk chunk = duckdb->fetch_chunk(result);
    duckdb_string_t *text = duckdb->vector_get_data(duckdb->data_chunk_get_vector(chunk, 0));
    uint32_t length = text->value.inlined.length;
    char *found = tarn_strndup(length <= 12 ? text->value.inlined.inlined : text->value.pointer.ptr, length);
    assert_string_equal(found, expected);
    free(found);
    duckdb->destroy_data_chunk(&chunk);
    duckdb->destroy_result(&result);
}

static tarn_connection *connect_inside(fixture *f, tarn_session *session) {
    tarn_connection *connection;
    tarn_session_init(session, NULL, NULL);
    assert_ok(tarn_engine_connect(f->engine, TARN_INSTANCE_USER, session, &connection, error));
    return connection;
}

static void test_settings_are_those_of_the_design(void **state) {
    tarn_session session;
    tarn_connection *connection = connect_inside(*state, &session);
    assert_inside(connection,
                  "SELECT concat_ws(' ', current_setting('TimeZone'), current_setting('max_expression_depth'), "
                  "current_setting('enable_external_access'), current_setting('lock_configuration'), "
                  "current_setting('autoload_known_extensions'), current_setting('autoinstall_known_extensions'), "
                  "current_setting('allow_persistent_secrets'), current_setting('allow_community_extensions'), "
                  "current_setting('enable_logging')::BOOLEAN, current_setting('home_directory'), "
                  "current_setting('secret_directory'), current_setting('extension_directory'))",
                  "UTC 200 false true false false false false false /dev/null/nowhere /dev/null/nowhere "
                  "/dev/null/nowhere");
    tarn_connection_give(connection, TARN_OK);
    tarn_session_clear(&session);
    assert_answer(*state, "SELECT '2020-06-01 12:00:00+02'::TIMESTAMPTZ::DATE = '2020-06-01'", "true\n");
}

/* More queries at once than a locked instance has connections: another instance takes over. */
static void test_many_queries_at_once(void **state) {
    fixture *f = *state;
    struct ArrowArrayStream streams[40];
    for (size_t i = 0; i < 40; i++)
        assert_ok(
            tarn_engine_query(f->engine, f->store, "SELECT * FROM range(1000000)", SIZE_MAX, NULL, &streams[i], error));
    for (size_t i = 0; i < 40; i++) {
        struct ArrowArray batch;
        assert_ok(tarn_stream_next(&streams[i], &batch, error));
        assert_int_equal(((const int64_t *)batch.children[0]->buffers[1])[1], 1);
        tarn_array_release(&batch);
    }
    for (size_t i = 0; i < 40; i++)
        tarn_stream_release(&streams[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_statements_that_change_are_refused_with_the_command_to_use, setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_files_cannot_be_read, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_table_functions_are_on_a_list, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_qualified_names_do_not_resolve, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_odd_texts, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_huge_and_deep_texts, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_messages_say_what_and_where, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_messages_are_tarns_own, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_every_name_of_a_table_can_be_queried, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_show_and_describe, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_pivot, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_settings_are_those_of_the_design, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_many_queries_at_once, setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
