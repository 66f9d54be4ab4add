/* Many single edits: what they leave is folded in quiet moments, which shows nowhere but in the workspace's size. */
#include "support_api.h"

#include "jobs/jobs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 20000, EDITS = 3000 };

static void make_table(fixture *f) {
    tarn_change change = {0};
    assert_ok(f, tarn_query_into(f->workspace,
                                 "SELECT n, 'name ' || n AS name, NULL::INTEGER AS empty FROM range(20000) AS r(n)",
                                 "t", TARN_IF_EXISTS_FAIL, NULL, &change, &f->error));
    tarn_change_clear(&change);
}

static int64_t row_of(int i) {
    return (int64_t)i * 7919 % ROWS;
}

static void edit(fixture *f, int i) {
    static const char *const columns[] = {"n", "name", "empty"};
    char row[32], value[32];
    tarn_change change = {0};
    snprintf(row, sizeof row, "%lld", (long long)row_of(i));
    snprintf(value, sizeof value, "%d", 1000000 + i);
    assert_ok(f, apply(f, "t", "edit", &change, "column", columns[i % 3], "row", row, "value", value, NULL));
    assert_int_equal(change.after, (uint64_t)i + 2); /* folding makes no version */
    tarn_change_clear(&change);
}

/* The sums of what edits 0 … count - 1 leave. */
static void check_values(fixture *f, const char *version, int count) {
    char sql[160], wanted[160];
    int64_t *values[3], sums[3] = {0};
    int64_t names = 0;
    for (int column = 0; column < 3; column++)
        values[column] = calloc(ROWS, sizeof **values);
    for (int64_t row = 0; row < ROWS; row++)
        values[0][row] = row;
    for (int i = 0; i < count; i++)
        values[i % 3][row_of(i)] = 1000000 + i;
    for (int64_t row = 0; row < ROWS; row++) {
        for (int column = 0; column < 3; column++)
            sums[column] += values[column][row];
        names += values[1][row] == 0;
    }
    for (int column = 0; column < 3; column++)
        free(values[column]);
    snprintf(sql, sizeof sql,
             "SELECT sum(n), sum(try_cast(name AS BIGINT)), coalesce(sum(empty), 0), count_if(name LIKE 'name %%') "
             "FROM \"%s\"",
             version);
    snprintf(wanted, sizeof wanted, "%lld|%lld|%lld|%lld", (long long)sums[0], (long long)sums[1], (long long)sums[2],
             (long long)names);
    check_sql(f, sql, wanted);
}

static uint64_t folds(fixture *f) {
    tarn_workspace_info info;
    assert_ok(f, tarn_workspace_info_get(f->workspace, &info, &f->error));
    return info.folds;
}

static void check_sound(fixture *f) {
    tarn_verify_result verified = {0};
    tarn_workspace_close(f->workspace);
    f->workspace = NULL;
    assert_ok(f, tarn_verify(f->folder, false, NULL, &verified, &f->error));
    if (verified.problem_count > 0)
        fail_msg("%s", verified.problems[0].what);
    tarn_verify_result_clear(&verified);
    assert_ok(f, tarn_audit_verify(f->folder, NULL, NULL, NULL, &f->error));
    reopen(f, false);
}

static void test_many_edits(void **state) {
    fixture *f = *state;
    tarn_gc_result removed;
    tarn_freeze_result frozen;
    tarn_change change = {0};
    make_table(f);
    for (int i = 0; i < EDITS; i++)
        edit(f, i);
    reopen(f, false); /* closing waits for what was left to do */
    assert_true(folds(f) > 0);
    check_values(f, "t", EDITS);
    check_values(f, "t~1000", EDITS - 1000);
    check_sound(f);
    assert_ok(f, tarn_freeze(f->workspace, "t", NULL, &frozen, &f->error));
    check_values(f, "t", EDITS);
    assert_ok(f, tarn_undo(f->workspace, "t", 100, &change, &f->error));
    tarn_change_clear(&change);
    check_values(f, "t", EDITS - 100);
    tarn_gc_options options = {.keep_versions = 1};
    assert_ok(f, tarn_gc(f->workspace, &options, NULL, &removed, &f->error));
    check_values(f, "t", EDITS - 100);
    check_sound(f);
    check_values(f, "t", EDITS - 100);
}

/* Every process makes one edit, as a program on the command line does. */
static void test_short_lives(void **state) {
    fixture *f = *state;
    make_table(f);
    for (int i = 0; i < 120; i++) {
        edit(f, i);
        reopen(f, false);
    }
    assert_true(folds(f) >= 3);
    check_values(f, "t", 120);
    check_sound(f);
}

/* What was folded differs in nothing. */
static void test_no_difference(void **state) {
    fixture *f = *state;
    tarn_diff *diff = NULL;
    make_table(f);
    for (int i = 0; i < 100; i++)
        edit(f, i);
    reopen(f, false);
    assert_true(folds(f) > 0);
    assert_ok(f, tarn_diff_open(f->workspace, "t@100", "t@101", NULL, NULL, &diff, &f->error));
    assert_int_equal(tarn_diff_info_of(diff)->modified, 1);
    assert_int_equal(tarn_diff_info_of(diff)->cells, 1);
    tarn_diff_close(diff);
}

int main(void) {
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_many_edits),
        TEST(test_short_lives),
        TEST(test_no_difference),
    };
    return cmocka_run_group_tests_name("tidy", tests, NULL, NULL);
}
