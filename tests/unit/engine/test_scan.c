/* What the scan tells DuckDB's planner, and what it is told: counts and bounds from zone maps, filters, an order. */
#include "support_engine.h"

#include <stdio.h>
#include <stdlib.h>

#define ROWS                                                                                                           \
    "SELECT i AS id, CASE WHEN i % 7 = 0 THEN NULL ELSE i * 31 % 10007 END AS number, 'text of some length ' || "      \
    "(i % 500) AS text, (i % 100) / 4.0 AS ratio, [i] AS list FROM range(20000) r(i)"

static int setup(void **state) {
    fixture_setup(state);
    make_table(*state, "t", ROWS, 6000);
    return 0;
}

static void assert_plan(fixture *f, const char *sql, const char *has, const char *lacks) {
    char text[400];
    snprintf(text, sizeof text, "EXPLAIN %s", sql);
    char *plan = answer(f, text, NULL);
    if ((has && !strstr(plan, has)) || (lacks && strstr(plan, lacks)))
        fail_msg("%s: %s", sql, plan);
    free(plan);
}

static void test_counts_and_bounds_need_no_scan(void **state) {
    fixture *f = *state;
    const char *sql = "SELECT count(*), count(number), min(id), max(id), min(number), max(text), max(ratio) FROM t";
    assert_plan(f, sql, NULL, "TARN_SCAN");
    assert_answer(f, sql, "20000|17142|0|19999|0|text of some length 99|24.75\n");
}

static void test_what_is_not_exact_is_computed(void **state) {
    fixture *f = *state;
    assert_plan(f, "SELECT min(id), count(DISTINCT id) FROM t", "TARN_SCAN", NULL);
    assert_plan(f, "SELECT max(list) FROM t", "TARN_SCAN", NULL);
    assert_plan(f, "SELECT max(id) FROM t WHERE number > 5", "TARN_SCAN", NULL);
    assert_plan(f, "SELECT max(id) FILTER (number > 5) FROM t", "TARN_SCAN", NULL);
}

static void delete_last_rows(tarn_draft *draft, void *context) {
    const int64_t rows[] = {19999, 19998, 0};
    (void)context;
    assert_ok(tarn_draft_delete_rows(draft, rows, 3, NULL, error));
}

static void test_dead_rows_count_for_nothing(void **state) {
    fixture *f = *state;
    tarn_table_state table;
    assert_ok(tarn_store_find(f->store, "t", &table, error));
    commit_change(f, table.id, delete_last_rows, NULL);
    tarn_table_state_clear(&table);
    assert_answer(f, "SELECT count(*), count(number), min(id), max(id) FROM t", "19997|17141|1|19997\n");
}

static void test_filters_are_tested_in_the_scan(void **state) {
    fixture *f = *state;
    assert_plan(f, "SELECT id FROM t WHERE number > 5 AND text LIKE '%99'", "Filters", "│           FILTER");
    assert_plan(f, "SELECT id FROM t WHERE id > 30000", "EMPTY_RESULT", NULL);
    assert_answer(f, "SELECT id FROM t WHERE number = 62 AND text LIKE '%2'", "2\n");
}

static void test_tops_fetch_other_columns_later(void **state) {
    fixture *f = *state;
    assert_plan(f, "SELECT * FROM t ORDER BY number DESC LIMIT 3", "HASH_JOIN", NULL);
    assert_answer(f, "SELECT id, text FROM t ORDER BY id DESC LIMIT 2",
                  "19999|text of some length 499\n19998|text of some length 498\n");
}

static void test_the_place_of_a_row_has_no_name(void **state) {
    assert_refused(*state, "SELECT rowid FROM t", TARN_E_SQL, "rowid");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_counts_and_bounds_need_no_scan, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_what_is_not_exact_is_computed, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_dead_rows_count_for_nothing, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_filters_are_tested_in_the_scan, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_tops_fetch_other_columns_later, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_the_place_of_a_row_has_no_name, setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
