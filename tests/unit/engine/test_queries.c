/* Tables as queries see them: versions, order, live rows, patches, row numbers; one snapshot per query; progress. */
#include "support_engine.h"

#include "arrow/builder.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

#define ROWS 200000

static int setup(void **state) {
    fixture_setup(state);
    make_table(*state, "orders",
               "SELECT i AS id, 'customer number ' || i AS name, i % 7 AS kind FROM range(200000) r(i)", 122880);
    return 0;
}

static uint64_t orders(fixture *f) {
    tarn_table_state table;
    assert_ok(tarn_store_find(f->store, "orders", &table, error));
    uint64_t id = table.id;
    tarn_table_state_clear(&table);
    return id;
}

/* ---- changes -------------------------------------------------------------------------------------------------------
 */

static void keep_every_fifth(tarn_draft *draft, void *context) {
    (void)context;
    for (size_t i = 0; i < tarn_draft_chunk_count(draft); i++) {
        tarn_chunk chunk = tarn_draft_chunk(draft, i);
        uint8_t *bits = calloc(1, (size_t)(chunk.rows + 7) / 8);
        for (int64_t row = 0; row < chunk.rows; row++)
            if ((chunk.first_row + row) % 5 == 0)
                tarn_bit_set(bits, row);
        assert_ok(tarn_draft_set_live(draft, i, bits, error));
        free(bits);
    }
}

static void reverse_order(tarn_draft *draft, void *context) {
    (void)context;
    int64_t *rows = malloc(ROWS * sizeof *rows);
    for (int64_t i = 0; i < ROWS; i++)
        rows[i] = ROWS - 1 - i;
    assert_ok(tarn_draft_set_permutation(draft, rows, ROWS, error));
    free(rows);
}

static void mix_order(tarn_draft *draft, void *context) {
    (void)context;
    int64_t *rows = malloc(ROWS * sizeof *rows);
    for (int64_t i = 0; i < ROWS; i++)
        rows[i] = i * 7919 % ROWS;
    assert_ok(tarn_draft_set_permutation(draft, rows, ROWS, error));
    free(rows);
}

static void patch_some(tarn_draft *draft, void *context) {
    (void)context;
    const int64_t rows[] = {3, 130000};
    struct ArrowArray values;
    int64_t changed;
    tarn_builder *builder;
    assert_ok(tarn_builder_new(tarn_draft_column(draft, 1)->type, &builder, error));
    assert_ok(tarn_builder_bytes(builder, "patched over with a long text", 29, error));
    assert_ok(tarn_builder_null(builder, error));
    assert_ok(tarn_builder_finish(builder, &values, error));
    tarn_builder_free(builder);
    assert_ok(tarn_draft_patch(draft, 1, rows, &values, &changed, error));
    assert_int_equal(changed, 2);
    tarn_array_release(&values);
}

static void move_a_block(tarn_draft *draft, void *context) {
    (void)context;
    const int64_t runs[] = {150000, 50000, 0, 100, 140000, 10000, 100, 139900};
    assert_ok(tarn_draft_set_runs(draft, runs, 4, error));
}

/* ---- tests ---------------------------------------------------------------------------------------------------------
 */

static void test_plain_queries_keep_the_order(void **state) {
    fixture *f = *state;
    assert_answer(f, "SELECT count(*) FROM (SELECT id, row_number() OVER () - 1 AS n FROM orders) WHERE id <> n",
                  "0\n");
    assert_answer(f, "SELECT id FROM orders LIMIT 2 OFFSET 122879", "122879\n122880\n");
    commit_change(f, orders(f), mix_order, NULL);
    assert_answer(
        f,
        "SELECT count(*), sum(id) FROM (SELECT id, row_number() OVER () - 1 AS n FROM orders) WHERE id <> n * "
        "7919 % 200000",
        "0|~\n");
    assert_answer(f, "SELECT id, name FROM orders LIMIT 3",
                  "0|customer number 0\n7919|customer number 7919\n15838|customer number 15838\n");
    assert_answer(f, "SELECT count(*), count(DISTINCT name) FROM orders", "200000|200000\n");
    commit_change(f, orders(f), reverse_order, NULL);
    assert_answer(f, "SELECT id FROM orders WHERE id % 50000 = 1", "150001\n100001\n50001\n1\n");
    assert_answer(f, "SELECT id FROM \"orders~1\" LIMIT 2", "0\n7919\n");
    commit_change(f, orders(f), move_a_block, NULL);
    assert_answer(f, "SELECT id FROM orders WHERE id IN (0, 99, 100, 139999, 140000, 149999, 150000, 199999)",
                  "150000\n199999\n0\n99\n140000\n149999\n100\n139999\n");
}

/* The two ways of running a row-wise query give the same rows in the same order. */
static void test_split_queries_equal_whole_ones(void **state) {
    static const char *const queries[] = {
        "SELECT * FROM orders",
        "SELECT id FROM orders WHERE kind = 3",
        "SELECT upper(name) AS n, id + 1 FROM orders WHERE id % 1000 = 0",
        "SELECT * FROM (SELECT id AS a, name FROM orders WHERE kind > 2) WHERE a % 7 < 4",
        "WITH q AS (SELECT id, kind FROM orders) SELECT kind, id FROM q WHERE id > 199000",
        "SELECT id FROM orders WHERE false",
        "SELECT id FROM orders WHERE id < 0",
        "SELECT _tarn_id FROM tarn_rows('orders') WHERE _tarn_id % 999 = 0",
        "SELECT id FROM \"orders@1\" WHERE name LIKE '%99'",
        "SELECT 1 FROM orders",
    };
    fixture *f = *state;
    tarn_query_options whole = {.no_parallel = true};
    for (int change = 0; change < 3; change++) {
        for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
            char *a = answer(f, queries[i], NULL), *b = answer(f, queries[i], &whole);
            if (strcmp(a, b) != 0)
                fail_msg("%s gives other rows when it is split", queries[i]);
            free(a);
            free(b);
        }
        if (change < 2)
            commit_change(f, orders(f), change == 0 ? keep_every_fifth : patch_some, NULL);
    }
}

/* What looks row-wise and is not: every one of these would be wrong if it were run unit by unit. */
static void test_queries_that_must_not_be_split(void **state) {
    fixture *f = *state;
    assert_answer(f, "SELECT max(n) FROM (SELECT row_number() OVER () AS n FROM orders)", "200000\n");
    assert_answer(f, "SELECT count(*) FROM (SELECT id FROM orders LIMIT 70000)", "70000\n");
    assert_answer(f, "SELECT count(*) FROM orders", "200000\n");
    assert_answer(f, "SELECT count(*) FROM (SELECT DISTINCT kind FROM orders)", "7\n");
    static const struct {
        const char *sql;
        size_t rows;
    } cases[] = {
        {"SELECT id FROM orders LIMIT 70000", 70000},
        {"SELECT id FROM orders LIMIT 70000 OFFSET 190000", 10000},
        {"SELECT DISTINCT kind FROM orders", 7},
        {"SELECT DISTINCT ON (kind) kind, id FROM orders", 7},
        {"SELECT kind, count(*) FROM orders GROUP BY kind", 7},
        {"SELECT sum(id) FROM orders", 1},
        {"SELECT id FROM orders UNION ALL SELECT id FROM orders WHERE false", 200000},
        {"SELECT id FROM orders WHERE id < 5 UNION SELECT id FROM orders WHERE id < 3", 5},
        {"SELECT id FROM orders WHERE id = (SELECT max(id) FROM orders)", 1},
        {"SELECT id, row_number() OVER () AS n FROM orders QUALIFY n > 199999", 1},
        {"SELECT id FROM orders USING SAMPLE 10 ROWS", 10},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *rows = answer(f, cases[i].sql, NULL);
        size_t count = 0;
        for (char *at = rows; *at; at++)
            count += *at == '\n';
        if (count != cases[i].rows)
            fail_msg("%s gives %zu rows, not %zu", cases[i].sql, count, cases[i].rows);
        free(rows);
    }
}

static void test_dead_rows_patches_and_numbers(void **state) {
    fixture *f = *state;
    commit_change(f, orders(f), patch_some, NULL);
    assert_answer(f, "SELECT id, name FROM orders WHERE id IN (2, 3, 130000)",
                  "2|customer number 2\n3|patched over with a long text\n130000|~\n");
    commit_change(f, orders(f), keep_every_fifth, NULL);
    assert_answer(f, "SELECT count(*), min(id), max(id), count(name) FROM orders", "40000|0|199995|39999\n");
    assert_answer(f, "SELECT id FROM orders LIMIT 3 OFFSET 24575", "122875\n122880\n122885\n");
    assert_answer(f, "SELECT _tarn_id, id FROM tarn_rows('orders') LIMIT 2", "0|0\n5|5\n");
    assert_answer(f, "SELECT count(*) FROM tarn_rows('orders') WHERE _tarn_id <> id", "0\n");
    assert_answer(f, "SELECT count(*) FROM tarn_rows('orders@1')", "200000\n");
    assert_answer(f, "SELECT name FROM \"orders@1\" WHERE id = 3", "customer number 3\n");
    assert_answer(f, "SELECT count(*) FROM \"orders~1\" WHERE name LIKE 'patched%'", "1\n");
    assert_answer(f, "SELECT count(*) FROM (SELECT * FROM orders)", "40000\n");
    assert_refused(f, "SELECT _tarn_id FROM orders", TARN_E_SQL, "_tarn_id");
    assert_refused(f, "SELECT * FROM tarn_rows('nosuch')", TARN_E_NOT_FOUND, "nosuch");
    assert_refused(f, "SELECT * FROM tarn_rows(NULL)", TARN_E_NOT_FOUND, "no table");
    assert_refused(f, "SELECT * FROM tarn_rows(1, 2)", TARN_E_SQL, "tarn_rows");
}

static void test_several_versions_in_one_query(void **state) {
    fixture *f = *state;
    commit_change(f, orders(f), keep_every_fifth, NULL);
    commit_change(f, orders(f), patch_some, NULL);
    assert_answer(f, "SELECT count(*) FROM \"orders@1\" a LEFT JOIN orders b ON a.id = b.id WHERE b.id IS NULL",
                  "160000\n");
    assert_answer(f,
                  "SELECT count(*) FROM \"orders@2\" a JOIN \"ORDERS@3\" b USING (id) WHERE a.name IS DISTINCT FROM "
                  "b.name",
                  "1\n");
    assert_answer(f, "SELECT (SELECT count(*) FROM \"orders~2\"), (SELECT count(*) FROM Orders)", "200000|40000\n");
    assert_answer(f, "SELECT count(*) FROM orders a JOIN orders b ON a.id = b.id + 5", "39999\n");
}

static void test_names_of_all_kinds(void **state) {
    fixture *f = *state;
    make_table(f, "two words", "SELECT 1 AS \"a b\", 2 AS \"select\", 3 AS \"q\"\"q\"", 10);
    make_table(f, "select", "SELECT 4 AS v", 10);
    make_table(f, "naïve 表", "SELECT 5 AS \"größe\"", 10);
    make_table(f, "it's", "SELECT 6 AS v", 10);
    assert_answer(f, "SELECT * FROM \"two words\"", "1|2|3\n");
    assert_answer(f, "SELECT \"select\", \"q\"\"q\" FROM \"TWO WORDS\"", "2|3\n");
    assert_answer(f, "SELECT * FROM \"select\"", "4\n");
    assert_answer(f, "SELECT größe FROM \"NAÏVE 表\"", "5\n");
    assert_answer(f, "SELECT v, _tarn_id FROM tarn_rows('it''s')", "6|0\n");
}

static void test_given_tables_come_first(void **state) {
    fixture *f = *state;
    tarn_version *first;
    commit_change(f, orders(f), keep_every_fifth, NULL);
    assert_ok(tarn_store_version(f->store, orders(f), 1, &first, error));
    tarn_query_table tables[] = {{"orders", first}, {"old", first}};
    tarn_query_options options = {.tables = tables, .table_count = 2};
    char *rows = answer(f, "SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM old)", &options);
    assert_string_equal(rows, "200000|200000\n");
    free(rows);
    struct ArrowSchema schema;
    assert_ok(tarn_engine_describe(f->engine, NULL, "SELECT * FROM old", SIZE_MAX, &options, &schema, error));
    assert_int_equal(schema.n_children, 3);
    tarn_schema_release(&schema);
    assert_fails(tarn_engine_describe(f->engine, NULL, "SELECT * FROM nosuch", SIZE_MAX, &options, &schema, error),
                 TARN_E_NOT_FOUND, "SHOW TABLES lists");
    rows = answer(f, "SHOW TABLES", &options);
    assert_string_equal(rows, "orders\nold\n");
    free(rows);
    tarn_version_release(first);
}

/* A query goes on with the versions that it began with. */
static void test_a_query_sees_one_snapshot(void **state) {
    fixture *f = *state;
    struct ArrowArrayStream stream;
    assert_ok(
        tarn_engine_query(f->engine, f->store, "SELECT * FROM orders ORDER BY id", SIZE_MAX, NULL, &stream, error));
    commit_change(f, orders(f), keep_every_fifth, NULL);
    char *rows = rows_of(&stream);
    assert_non_null(strstr(rows, "\n199999|customer number 199999|"));
    free(rows);
    tarn_stream_release(&stream);
}

static void test_tables_without_rows_or_with_few(void **state) {
    fixture *f = *state;
    make_table(f, "empty", "SELECT 1 AS a, 'x' AS b WHERE false", 10);
    make_table(f, "crumbs", "SELECT i AS a FROM range(500) r(i)", 1);
    assert_answer(f, "SELECT * FROM empty", "");
    assert_answer(f, "SELECT count(*), max(a) FROM empty", "0|~\n");
    assert_answer(f, "SELECT count(*), sum(a) FROM crumbs", "500|124750\n");
    assert_answer(f, "SELECT a FROM crumbs WHERE a % 100 = 0", "0\n100\n200\n300\n400\n");
    assert_answer(f, "SELECT count(*) FROM crumbs a, empty b", "0\n");
}

static void test_batches_grow_and_stop(void **state) {
    fixture *f = *state;
    struct ArrowArrayStream stream;
    struct ArrowArray batch;
    tarn_query_options whole = {.no_parallel = true};
    assert_ok(tarn_engine_query(f->engine, f->store, "SELECT id FROM orders", SIZE_MAX, &whole, &stream, error));
    assert_ok(tarn_stream_next(&stream, &batch, error));
    assert_int_equal(batch.length, 2048);
    tarn_array_release(&batch);
    assert_ok(tarn_stream_next(&stream, &batch, error));
    assert_true(batch.length > 2048);
    tarn_array_release(&batch);
    tarn_stream_release(&stream); /* in the middle */
    assert_answer(f, "SELECT count(*) FROM orders", "200000\n");
}

static void test_progress_counts_rows(void **state) {
    fixture *f = *state;
    static const char *const queries[] = {"SELECT count(*) FROM orders WHERE id > 3", "SELECT * FROM orders"};
    for (size_t i = 0; i < 2; i++) {
        tarn_task *task;
        tarn_progress_state progress;
        tarn_error error = {0};
        assert_ok(tarn_task_new(&task, error));
        tarn_query_options options = {.task = task};
        assert_int_equal(run_to_end(f, queries[i], &options, &error), TARN_OK);
        tarn_task_progress(task, &progress);
        assert_string_equal(progress.phase, "querying");
        assert_string_equal(progress.unit, "rows");
        assert_int_equal(progress.total, ROWS);
        assert_int_equal(progress.done, ROWS);
        tarn_task_release(task);
    }
}

static void test_c_streams_tell_their_errors_in_the_arrow_way(void **state) {
    fixture *f = *state;
    struct ArrowArrayStream stream;
    struct ArrowArray batch;
    assert_ok(tarn_engine_query(f->engine, f->store, "SELECT error('boom')", SIZE_MAX, NULL, &stream, error));
    assert_null(stream.get_last_error(&stream));
    assert_int_not_equal(stream.get_next(&stream, &batch), 0);
    assert_non_null(strstr(stream.get_last_error(&stream), "boom"));
    stream.release(&stream);
    assert_null(stream.release);
    tarn_stream_release(&stream);
    tarn_stream_release(NULL);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_plain_queries_keep_the_order),
        TEST(test_split_queries_equal_whole_ones),
        TEST(test_queries_that_must_not_be_split),
        TEST(test_dead_rows_patches_and_numbers),
        TEST(test_several_versions_in_one_query),
        TEST(test_names_of_all_kinds),
        TEST(test_given_tables_come_first),
        TEST(test_a_query_sees_one_snapshot),
        TEST(test_tables_without_rows_or_with_few),
        TEST(test_batches_grow_and_stop),
        TEST(test_progress_counts_rows),
        TEST(test_c_streams_tell_their_errors_in_the_arrow_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
