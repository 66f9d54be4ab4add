// Conditions that zones decide for whole stretches of rows are true for the same rows as those that are evaluated.
#include "support_engine.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 20000, CHUNK = 7000 };

/* Rising and shuffled numbers, few and many texts, NaN, zeros of both signs, nulls, dates, exact decimals, an ENUM. */
static const char rows[] =
    "SELECT i AS id, (i % 100)::TINYINT AS small, CASE WHEN i % 3 > 0 THEN i * 7919 % 20011 END AS many, "
    "CASE i % 5000 WHEN 7 THEN 'nan'::DOUBLE WHEN 8 THEN -0.0 ELSE i / 4 END AS x, (i / 8)::FLOAT AS f, "
    "'row ' || (i / 10)::INT AS name, CASE WHEN i < 9000 THEN 'a text that is long ' || i END AS long, "
    "DATE '2020-01-01' + (i // 100)::INT AS day, (i * 0.01)::DECIMAL(9, 2) AS money, (i % 2 = 0) AS flag, "
    "(CASE WHEN i < 100 THEN 'b' ELSE 'a' END)::ENUM('b', 'a') AS kind FROM range(20000) r(i)";

static const char *const conditions[] = {
    "id = 12345",
    "id < 3000",
    "3000 > id",
    "id <= 2047",
    "id >= 13999 AND id < 14001",
    "id BETWEEN 6999 AND 7000",
    "id <> 5",
    "id >= 0",
    "id > -1",
    "id = -1",
    "id > 1.5",
    "id < 99999999999999999999",
    "id = NULL",
    "id IS NULL",
    "id IS NOT NULL",
    "small = 100",
    "small < 100",
    "small > 3000",
    "many IS NULL AND id < 5000",
    "many IS NOT NULL AND many >= 20000",
    "many = 1 AND name::VARCHAR LIKE 'row%'",
    "x > 4990",
    "x > 1e9",
    "x = 0",
    "x <= 0.0",
    "x < 'nan'::DOUBLE",
    "x >= 1249.75 AND x <= 1250",
    "f > 2000",
    "f > 2000.125",
    "name = 'row 77'",
    "name >= 'row 99'",
    "name < 'row'",
    "NAME = 'row 77'",
    "\"name\" = 'row 1'",
    "name = 'row 1' COLLATE NOCASE",
    "name IS NULL",
    "long = 'a text that is long 8999'",
    "long > 'a text that is long'",
    "long < 'a text that is lonf'",
    "long IS NULL",
    "day = DATE '2020-03-01'",
    "day < DATE '2019-12-31'",
    "day >= '2020-05-01'",
    "money > 150",
    "money = 0.01",
    "flag",
    "NOT flag",
    "flag = true AND id < 10",
    "kind = 'a'",
    "kind < 'a'",
    "id < 10 OR id > 19990",
    "NOT (id < 10)",
    "(id < 10) = (small < 5)",
    "id IN (1, 2, 19999)",
    "_tarn_id = 7",
    "id % 7000 = 3",
    "id < 10 -- and a comment",
};

static void change_some(tarn_draft *draft, void *context) {
    (void)context;
    int64_t patched[] = {0, 6999, 7000, 15000}, dead[] = {1, 5000, 13999, 14000, 19999}, *values;
    struct ArrowArray array;
    values = tarn_aligned_alloc(4 * sizeof *values);
    memcpy(values, (int64_t[]){19000, 1, 12345, -7}, 4 * sizeof *values);
    void *buffers[] = {NULL, values};
    assert_ok(tarn_array_make(&array, 4, 0, buffers, 2, NULL, 0, error));
    assert_ok(tarn_draft_patch(draft, 0, patched, &array, NULL, error));
    assert_ok(tarn_draft_delete_rows(draft, dead, 5, NULL, error));
    tarn_array_release(&array);
}

static void compare_chunk(tarn_eval *eval, const tarn_version *version, size_t chunk, const char *condition) {
    struct ArrowArray values;
    uint8_t bits[CHUNK / 8 + 1];
    const struct ArrowSchema *type = tarn_eval_schema(eval)->children[0];
    int64_t count, wanted = 0;
    assert_ok(tarn_eval_chunk(eval, chunk, &values, error));
    assert_ok(tarn_eval_filter(eval, 0, chunk, bits, &count, error));
    const struct ArrowArray *truth = values.children[0];
    for (int64_t i = 0; i < tarn_version_chunk(version, chunk).rows; i++) {
        bool is_true = !tarn_array_is_null(type, truth, i) && tarn_bit_get(truth->buffers[1], truth->offset + i);
        if (is_true != tarn_bit_get(bits, i))
            fail_msg("%s: row %lld of chunk %zu", condition, (long long)i, chunk);
        wanted += is_true;
    }
    assert_int_equal(count, wanted);
    tarn_array_release(&values);
}

static void compare_all(fixture *f, uint64_t table) {
    tarn_version *version = head_of(f, table);
    for (size_t i = 0; i < sizeof conditions / sizeof conditions[0]; i++) {
        tarn_eval *eval;
        assert_ok(tarn_eval_open(f->engine, version, &conditions[i], 1, NULL, &eval, error));
        for (size_t chunk = 0; chunk < tarn_version_chunk_count(version); chunk++)
            compare_chunk(eval, version, chunk, conditions[i]);
        tarn_eval_close(eval);
    }
    tarn_version_release(version);
}

static void zones_decide_what_evaluating_gives(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f, "t", rows, CHUNK);
    compare_all(f, table);
    commit_change(f, table, change_some, NULL);
    compare_all(f, table);
}

/* A condition that may fail fails as ever, whatever else stands beside it. */
static void what_may_fail_is_evaluated(void **state) {
    fixture *f = *state;
    static const char *const may_fail = "id < 10 AND name::INT > 5";
    uint64_t table = make_table(f, "t", rows, CHUNK);
    tarn_version *version = head_of(f, table);
    tarn_eval *eval;
    uint8_t bits[CHUNK / 8 + 1];
    int64_t count;
    assert_ok(tarn_eval_open(f->engine, version, &may_fail, 1, NULL, &eval, error));
    assert_fails(tarn_eval_filter(eval, 0, 2, bits, &count, error), TARN_E_SQL, "row 14000");
    tarn_eval_close(eval);
    tarn_version_release(version);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(zones_decide_what_evaluating_gives, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(what_may_fail_is_evaluated, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests_name("conditions and zones", tests, NULL, NULL);
}
