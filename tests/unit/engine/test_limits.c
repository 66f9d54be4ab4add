/* Cancelling, memory, spilling, and an instance that broke. */
#include "support_engine.h"

#include "base/text.h"
#include "engine/instance.h"
#include "engine/scan.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#define SLOW_CALL "levenshtein(repeat('a', 8000), repeat('b', 8000 + (%s)::INT))"

static int setup(void **state) {
    fixture_setup(state);
    make_table(*state, "orders", "SELECT i AS id, 'customer number ' || i AS name FROM range(80000) r(i)", 50000);
    return 0;
}

/* Cancels as soon as the work has begun to report. */
static void *cancel_when_running(void *argument) {
    tarn_task *task = argument;
    tarn_progress_state progress = {0};
    while (!progress.phase) {
        sched_yield();
        tarn_task_progress(task, &progress);
    }
    tarn_task_cancel(task);
    return NULL;
}

static void run_and_cancel(fixture *f, const char *sql) {
    tarn_task *task;
    pthread_t thread;
    tarn_error failure = {0};
    assert_ok(tarn_task_new(&task, error));
    tarn_query_options options = {.task = task};
    assert_int_equal(pthread_create(&thread, NULL, cancel_when_running, task), 0);
    assert_int_equal(run_to_end(f, sql, &options, &failure), TARN_E_CANCELLED);
    assert_string_equal(failure.message, "cancelled");
    pthread_join(thread, NULL);
    tarn_task_release(task);
}

static void test_queries_stop_when_cancelled(void **state) {
    fixture *f = *state;
    run_and_cancel(f, "SELECT count(*) FROM orders a, orders b, orders c WHERE a.id + b.id + c.id = 7");
    run_and_cancel(f, "SELECT a.name || b.name AS n FROM orders a, orders b ORDER BY n");
    run_and_cancel(f, "SELECT levenshtein(repeat(name, 20), repeat(name, 21)) FROM orders");
    run_and_cancel(f, "SELECT sum(levenshtein(repeat(name, 20), repeat(name, 21))) FROM orders");
    assert_answer(f, "SELECT count(*) FROM orders", "80000\n");
}

static void test_a_task_cancelled_before_the_query(void **state) {
    fixture *f = *state;
    tarn_task *task;
    tarn_error failure = {0};
    assert_ok(tarn_task_new(&task, error));
    tarn_task_cancel(task);
    tarn_query_options options = {.task = task};
    assert_int_equal(run_to_end(f, "SELECT 1", &options, &failure), TARN_E_CANCELLED);
    tarn_task_release(task);
}

static void test_streams_stop_in_the_middle(void **state) {
    fixture *f = *state;
    static const char *const queries[] = {"SELECT * FROM range(1000000000000)", "SELECT * FROM orders a, orders b",
                                          "SELECT * FROM orders WHERE id >= 0"};
    for (size_t i = 0; i < 3; i++) {
        struct ArrowArrayStream stream;
        struct ArrowArray batch;
        tarn_task *task;
        tarn_status status = TARN_OK;
        assert_ok(tarn_task_new(&task, error));
        tarn_query_options options = {.task = task};
        assert_ok(tarn_engine_query(f->engine, f->store, queries[i], SIZE_MAX, &options, &stream, error));
        assert_ok(tarn_stream_next(&stream, &batch, error));
        tarn_array_release(&batch);
        tarn_task_cancel(task);
        while (status == TARN_OK) { /* what was ready may still come, but not the end */
            status = tarn_stream_next(&stream, &batch, NULL);
            if (status == TARN_OK && !batch.release)
                break;
            tarn_array_release(&batch);
        }
        assert_true(status == TARN_E_CANCELLED || i == 2);
        tarn_stream_release(&stream);
        tarn_task_release(task);
    }
}

/* Nobody waits for a call that cannot be stopped: neither here nor for what comes after it. */
static void *cancel_now(void *argument) {
    tarn_task_cancel(argument);
    return NULL;
}

static void test_calls_that_cannot_be_stopped_are_left_behind(void **state) {
    fixture *f = *state;
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT " SLOW_CALL, "0");
    for (int i = 0; i < 3; i++) {
        tarn_task *task;
        pthread_t thread;
        tarn_error failure = {0};
        assert_ok(tarn_task_new(&task, error));
        tarn_query_options options = {.task = task};
        assert_int_equal(pthread_create(&thread, NULL, cancel_now, task), 0);
        assert_int_equal(run_to_end(f, sql, &options, &failure), TARN_E_CANCELLED);
        pthread_join(thread, NULL);
        tarn_task_release(task);
        assert_answer(f, "SELECT count(*) FROM orders", "80000\n");
    }
}

static void test_expressions_stop_when_cancelled(void **state) {
    fixture *f = *state;
    tarn_table_state table;
    struct ArrowArray values;
    tarn_task *task;
    tarn_eval *eval;
    static const char *const expression = "levenshtein(repeat(name, 20), repeat(name, 21))";
    assert_ok(tarn_store_find(f->store, "orders", &table, error));
    tarn_version *version = head_of(f, table.id);
    tarn_table_state_clear(&table);
    assert_ok(tarn_task_new(&task, error));
    tarn_eval_options options = {.task = task};
    assert_ok(tarn_eval_open(f->engine, version, &expression, 1, &options, &eval, error));
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, cancel_now, task), 0);
    assert_fails(tarn_eval_chunk(eval, 0, &values, error), TARN_E_CANCELLED, "cancelled");
    pthread_join(thread, NULL);
    assert_fails(tarn_eval_chunk(eval, 1, &values, error), TARN_E_CANCELLED, "cancelled");
    tarn_eval_close(eval);
    tarn_engine_free(f->engine); /* waits for what was left behind, and only that holds the version now */
    f->engine = NULL;
    tarn_version_release(version);
    tarn_task_release(task);
}

/* ---- memory --------------------------------------------------------------------------------------------------------
 */

#define BIG_SORT                                                                                                       \
    "SELECT max(length(t)), count(*) FROM (SELECT repeat('x', 100) || i AS t FROM range(1500000) r(i) ORDER BY "       \
    "hash(i) LIMIT 1499999)"

static void use_engine(fixture *f, uint64_t memory, const char *spill) {
    tarn_engine_options options = {.threads = 2, .memory_limit = memory, .temp_directory = spill};
    tarn_engine_free(f->engine);
    assert_ok(tarn_engine_new(&options, &f->engine, error));
}

static void test_memory_is_limited(void **state) {
    fixture *f = *state;
    use_engine(f, UINT64_C(80) << 20, NULL);
    assert_refused(f, BIG_SORT, TARN_E_MEMORY, "");
    assert_answer(f, "SELECT count(*) FROM orders", "80000\n");
}

/* With external access off, as everywhere here: the folder was set before that. */
/* Each in a column too, where nothing is known before the query runs. */
static void test_one_value_cannot_be_too_much(void **state) {
    static const char *const deep[] = {"json_structure(%s)", "json_contains(%s, '1')", "json_merge_patch(%s, %s)",
                                       "json_transform(%s, '[\"JSON\"]')", "json_pretty(%s)"};
    static const char *const large[] = {"repeat('xy', 1000000 * n)", "len(range(n * 100000000))",
                                        "length(lpad('x', (n * 1000000)::INT, 'y'))",
                                        "len(list_resize([n], n * 1000000000))"};
    fixture *f = *state;
    use_engine(f, UINT64_C(80) << 20, NULL);
    const char *nested = "repeat('[', 5000 * n) || repeat(']', 5000 * n)";
    for (size_t i = 0; i < sizeof deep / sizeof *deep; i++) {
        char *call = tarn_format(deep[i], nested, nested), *sql = tarn_format("SELECT %s FROM range(1, 3) r(n)", call);
        assert_refused(f, sql, TARN_E_SQL, "nested deeper than 1000 levels");
        free(sql);
        free(call);
    }
    for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
        char *sql = tarn_format("SELECT max(%s) FROM range(100, 102) r(n)", large[i]);
        assert_refused(f, sql, TARN_E_MEMORY, "does not fit into the memory limit");
        free(sql);
    }
    assert_refused(f, "SELECT ('[' || n || ']')::JSON::VARIANT FROM range(3) r(n)", TARN_E_SQL, "VARIANT");
    assert_answer(f,
                  "SELECT json_structure(repeat('[', 900) || repeat(']', 900)) IS NOT NULL, length(repeat('ab', 3)), "
                  "range(1, 3), list_resize([1], 2)",
                  "true|6|[1, 2]|[1, NULL]\n");
}

/* Nobody could end them: a call for one row goes on to its end. */
static void test_one_call_cannot_take_for_ever(void **state) {
    static const char *const endless[] = {
        "levenshtein(repeat('a', n), repeat('b', n))",
        "jaro_similarity(repeat('a', n), repeat('b', n))",
        "contains(repeat('a', n), repeat('a', n // 2) || 'b')",
        "instr(repeat('a', n), repeat('a', n // 2) || 'b')",
        "replace(repeat('a', n), repeat('a', n // 2) || 'b', '')",
        "string_split(repeat('a', n), repeat('a', n // 2) || 'b')",
        "repeat('a', n) ILIKE '%a%a%b'",
        "repeat('a', n) LIKE '%_a%_a%_a%b'",
        "repeat('a', n) LIKE '%!%%_a%_a%_a%b' ESCAPE '!'",
        "repeat('a', n) GLOB '*a*a*a*b'",
        "repeat('a', n) LIKE repeat('%_a', 20)",
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof endless / sizeof *endless; i++) {
        char *sql = tarn_format("SELECT %s FROM range(1000000, 1000002) r(n)", endless[i]);
        assert_refused(f, sql, TARN_E_SQL, "would take too long");
        free(sql);
    }
    assert_refused(f, "SELECT repeat('a', 30000) ILIKE '%a%a%b'", TARN_E_SQL, "would take too long");
}

static void test_long_texts_are_searched_all_the_same(void **state) {
    fixture *f = *state;
    assert_answer(
        f,
        "SELECT contains(t, 'needle'), t ILIKE '%pear%NEEDLE%fig%', t LIKE '%p_ar%n__dle%', t GLOB '*pear*need*', "
        "length(replace(t, 'needle', '')), t LIKE '%a%b%c%d%e%' "
        "FROM (SELECT repeat('some words ', 100000) || 'pear needle fig' AS t)",
        "true|true|true|true|1100009|false\n");
}

/* Rows that take long together are called for in pieces, whose results are put together. */
static void test_pieces_of_a_call_make_a_whole(void **state) {
    fixture *f = *state;
    assert_answer(
        f,
        "SELECT sum(levenshtein(a, b)), count(levenshtein(a, b)), bool_and(levenshtein(a, b) = n) FROM (SELECT n, "
        "repeat('x', 4000) AS a, CASE WHEN n % 10 > 0 THEN repeat('x', 4000 + n) END AS b FROM range(100) r(n))",
        "4500|90|true\n");
    assert_answer(
        f,
        "SELECT sum(len(string_split(a, b))), min(string_split(a, b)[2][1:2]) FROM (SELECT repeat('ab', 200000) || "
        "'c' AS a, repeat('ab', 10000 + n) AS b FROM range(10) r(n))",
        "201|\n");
}

static void test_queries_spill(void **state) {
    fixture *f = *state;
    char *spill = tarn_path_join(f->folder, "spilled here");
    use_engine(f, UINT64_C(80) << 20, spill);
    assert_answer(f, BIG_SORT, "107|1499999\n");
    free(spill);
}

/* ---- an instance that broke ----------------------------------------------------------------------------------------
 */

#define BREAKING "SELECT * FROM enable_logging('QueryLog', storage = 'file')"

/* What a confined DuckDB still accepts: the reason for judging statements. */
static void check_instance(bool confined) {
    const tarn_duckdb *duckdb;
    tarn_instance_settings settings = {.confined = confined, .threads = 2};
    tarn_instance *instance;
    tarn_connection *connection;
    tarn_session session;
    tarn_catalog *catalog;
    assert_ok(tarn_duckdb_load(NULL, &duckdb, error));
    assert_ok(tarn_catalog_new(NULL, NULL, NULL, 0, &catalog, error));
    tarn_session_init(&session, catalog, NULL);
    assert_ok(tarn_instance_open(duckdb, &settings, &instance, error));
    assert_ok(tarn_instance_take(instance, &session, &connection, error));
    assert_ok(tarn_connection_run(connection, "SELECT 1", error));
    assert_ok(tarn_connection_run(connection, "CREATE TABLE t AS SELECT 1", error));
    assert_ok(tarn_connection_run(connection, "ATTACH ':memory:' AS m", error));
    if (confined) {
        assert_fails(tarn_connection_run(connection, "SET threads = 1", error), TARN_E_SQL, "locked");
        assert_fails(tarn_connection_run(connection, "ATTACH 'x.db'", error), TARN_E_FORBIDDEN, "queries cannot read");
    }
    tarn_connection_give(connection, TARN_E_SQL);
    assert_true(tarn_instance_is_usable(instance));
    assert_ok(tarn_instance_take(instance, &session, &connection, error));
    (void)tarn_connection_run(connection, BREAKING, NULL);
    tarn_connection_give(connection, TARN_E_SQL);
    assert_true(tarn_instance_is_usable(instance) == confined);
    tarn_instance_release(instance);
    tarn_session_clear(&session);
    tarn_catalog_release(catalog);
}

/* The confined one survives: it cannot open the log that would break it. */
static void test_a_broken_instance_is_noticed(void **state) {
    (void)state;
    check_instance(true);
    check_instance(false);
}

#ifdef __GLIBC__ /* elsewhere nobody tells */
static void query_often(fixture *f, int times) {
    for (int i = 0; i < times; i++)
        assert_answer(f, "SELECT 1", "1\n");
}

static void test_many_queries_hold_no_more_memory(void **state) {
    fixture *f = *state;
    query_often(f, 200);
    size_t before = mallinfo2().uordblks;
    query_often(f, 1000);
    size_t after = mallinfo2().uordblks;
    assert_true(after < before + (256 << 10));
}
#endif

/* One query on a connection: a second one ends the first one's stream silently, so every query has its own. */
static void test_queries_do_not_disturb_each_other(void **state) {
    fixture *f = *state;
    struct ArrowArrayStream first;
    tarn_query_options whole = {.no_parallel = true};
    assert_ok(tarn_engine_query(f->engine, f->store, "SELECT id FROM orders", SIZE_MAX, &whole, &first, error));
    assert_answer(f, "SELECT count(*) FROM orders", "80000\n");
    char *rows = rows_of(&first);
    assert_non_null(strstr(rows, "\n79999\n"));
    free(rows);
    tarn_stream_release(&first);
}

static void test_functions_need_a_query_of_ours(void **state) {
    (void)state;
    const tarn_duckdb *duckdb;
    tarn_instance_settings settings = {.threads = 1};
    tarn_instance *instance;
    tarn_connection *connection;
    assert_ok(tarn_duckdb_load(NULL, &duckdb, error));
    assert_ok(tarn_instance_open(duckdb, &settings, &instance, error));
    assert_ok(tarn_instance_take(instance, NULL, &connection, error));
    assert_fails(tarn_connection_run(connection, "SELECT * FROM orders", error), TARN_E_SQL, "no query of Tarn");
    assert_fails(tarn_connection_run(connection, "SELECT * FROM tarn_tables()", error), TARN_E_SQL, "no query of Tarn");
    assert_fails(tarn_connection_run(connection, "SELECT * FROM tarn_rows('x')", error), TARN_E_SQL,
                 "no query of Tarn");
    tarn_connection_give(connection, TARN_E_SQL);
    tarn_instance_release(instance);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_queries_stop_when_cancelled),
        TEST(test_a_task_cancelled_before_the_query),
        TEST(test_streams_stop_in_the_middle),
        TEST(test_calls_that_cannot_be_stopped_are_left_behind),
        TEST(test_expressions_stop_when_cancelled),
        TEST(test_memory_is_limited),
        TEST(test_one_value_cannot_be_too_much),
        TEST(test_one_call_cannot_take_for_ever),
        TEST(test_long_texts_are_searched_all_the_same),
        TEST(test_pieces_of_a_call_make_a_whole),
        TEST(test_queries_spill),
        TEST(test_a_broken_instance_is_noticed),
#ifdef __GLIBC__
        TEST(test_many_queries_hold_no_more_memory),
#endif
        TEST(test_queries_do_not_disturb_each_other),
        TEST(test_functions_need_a_query_of_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
