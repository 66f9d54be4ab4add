/* Expressions over the rows of a table, chunk by chunk. */
#include "support_engine.h"

#include "arrow/builder.h"

#include <stdlib.h>

#define CHUNK 1000
#define CHUNKS 5

static void kill_odd(tarn_draft *draft, void *context) {
    (void)context;
    for (size_t i = 0; i + 1 < tarn_draft_chunk_count(draft); i++) {
        uint8_t bits[CHUNK / 8];
        memset(bits, 0x55, sizeof bits);
        assert_ok(tarn_draft_set_live(draft, i, bits, error));
    }
}

static tarn_version *table(fixture *f) {
    uint64_t id = make_table(f, "orders",
                             "SELECT i AS id, CASE WHEN i % 10 = 0 THEN NULL ELSE 'name ' || i END AS name, i / 2.0 AS "
                             "price FROM range(5000) r(i)",
                             CHUNK);
    commit_change(f, id, kill_odd, NULL);
    return head_of(f, id);
}

static void test_values_per_row_of_the_chunk(void **state) {
    fixture *f = *state;
    tarn_version *version = table(f);
    static const char *const expressions[] = {"id * 2", "upper(name) -- with a comment", "_tarn_id", "[id, 1]", "7"};
    static const char *const names[] = {"twice", "upper", "number", "list", "seven"};
    tarn_eval_options options = {.names = names};
    tarn_eval *eval;
    assert_ok(tarn_eval_open(f->engine, version, expressions, 5, &options, &eval, error));
    const struct ArrowSchema *schema = tarn_eval_schema(eval);
    assert_int_equal(schema->n_children, 5);
    assert_string_equal(schema->children[0]->name, "twice");
    assert_string_equal(schema->children[0]->format, "l");
    assert_string_equal(schema->children[1]->format, "u");
    for (size_t c = 0; c < CHUNKS; c++) {
        struct ArrowArray values;
        assert_ok(tarn_eval_chunk(eval, c, &values, error));
        assert_ok(tarn_array_validate(schema, &values, error));
        assert_int_equal(values.length, CHUNK);
        for (int64_t i = 0; i < CHUNK; i++) {
            bool live = c == CHUNKS - 1 || i % 2 == 0;
            int64_t row = (int64_t)c * CHUNK + i;
            assert_int_equal(tarn_array_is_null(schema->children[0], values.children[0], i), !live);
            assert_int_equal(tarn_array_is_null(schema->children[1], values.children[1], i), !live || row % 10 == 0);
            assert_int_equal(tarn_array_is_null(schema->children[4], values.children[4], i), !live);
            if (live) {
                assert_int_equal(((const int64_t *)values.children[0]->buffers[1])[i], row * 2);
                assert_int_equal(((const int64_t *)values.children[2]->buffers[1])[i], row);
            }
        }
        tarn_array_release(&values);
    }
    tarn_eval_close(eval);
    tarn_version_release(version);
}

static void test_filters(void **state) {
    fixture *f = *state;
    tarn_version *version = table(f);
    static const char *const expressions[] = {"name LIKE '%2' OR name IS NULL", "id"};
    tarn_eval *eval;
    uint8_t bits[CHUNK / 8];
    int64_t count;
    assert_ok(tarn_eval_open(f->engine, version, expressions, 2, NULL, &eval, error));
    assert_ok(tarn_eval_filter(eval, 0, 0, bits, &count, error));
    assert_int_equal(count, 200); /* rows ending in 2 and in 0 */
    assert_true(tarn_bit_get(bits, 2) && tarn_bit_get(bits, 10) && !tarn_bit_get(bits, 4) && !tarn_bit_get(bits, 11));
    assert_fails(tarn_eval_filter(eval, 1, 0, bits, &count, error), TARN_E_INVALID, "not a condition");
    tarn_eval_close(eval);
    tarn_version_release(version);
}

typedef struct job {
    tarn_eval *eval;
    int64_t sums[CHUNKS];
} job;

static tarn_status sum_chunk(void *context, size_t index, tarn_error *error) {
    job *job = context;
    struct ArrowArray values;
    TARN_TRY(tarn_eval_chunk(job->eval, index, &values, error));
    for (int64_t i = 0; i < values.length; i++)
        if (!tarn_array_is_null(tarn_eval_schema(job->eval)->children[0], values.children[0], i))
            job->sums[index] += ((const int64_t *)values.children[0]->buffers[1])[i];
    tarn_array_release(&values);
    return TARN_OK;
}

static void test_many_threads(void **state) {
    fixture *f = *state;
    tarn_version *version = table(f);
    static const char *const expression = "id";
    tarn_pool *pool;
    assert_ok(tarn_pool_new(4, &pool, error));
    for (int round = 0; round < 5; round++) {
        job job = {0};
        assert_ok(tarn_eval_open(f->engine, version, &expression, 1, NULL, &job.eval, error));
        assert_ok(tarn_parallel_for(pool, TARN_PRIORITY_USER_VISIBLE, NULL, CHUNKS, sum_chunk, &job, error));
        for (int64_t c = 0; c < CHUNKS - 1; c++)
            assert_int_equal(job.sums[c], 500 * c * CHUNK + 249500);
        tarn_eval_close(job.eval);
    }
    tarn_pool_free(pool);
    tarn_version_release(version);
}

static void test_expressions_that_are_not_row_wise(void **state) {
    static const struct {
        const char *expression;
        tarn_status status;
        const char *text;
    } cases[] = {
        {"sum(id)", TARN_E_INVALID, "other rows"},
        {"count(*)", TARN_E_INVALID, "other rows"},
        {"row_number() OVER ()", TARN_E_INVALID, "window"},
        {"sum(id) OVER (ORDER BY id)", TARN_E_INVALID, "window"},
        {"lag(id) OVER ()", TARN_E_INVALID, "window"},
        {"(SELECT 1)", TARN_E_INVALID, "query inside"},
        {"id IN (SELECT 1)", TARN_E_INVALID, "query inside"},
        {"EXISTS (FROM range(3))", TARN_E_INVALID, "query inside"},
        {"unnest([1, 2])", TARN_E_INVALID, "other rows or gives several"},
        {"*", TARN_E_INVALID, "several columns"},
        {"COLUMNS(*)", TARN_E_INVALID, "several columns"},
        {"id, name", TARN_E_INVALID, "several columns"},
        {"id), (name", TARN_E_INVALID, "several columns"},
        {"id) FROM range(3) --", TARN_E_SQL, "syntax error"},
        {"1) IS NULL) OR ((2", TARN_E_SQL, "syntax error"},
        {"1; DROP TABLE orders", TARN_E_SQL, "syntax error"},
        {"1) FROM tarn_tables(); SELECT (1", TARN_E_INVALID, "one statement at a time"},
        {"$1", TARN_E_INVALID, "parameters"},
        {"?", TARN_E_INVALID, "parameters"},
        {"", TARN_E_INVALID, "empty"},
        {" -- nothing", TARN_E_INVALID, "empty"},
        {"nosuch + 1", TARN_E_SQL, "nosuch"},
        {"id + name", TARN_E_SQL, "in the expression"},
        {"write_log('x')", TARN_E_FORBIDDEN, "write_log"},
        {"(SELECT max(content) FROM read_text('/etc/passwd'))", TARN_E_FORBIDDEN, "read_text"},
        {"\xff", TARN_E_INVALID, "UTF-8"},
        {"5::BIGNUM", TARN_E_UNSUPPORTED, "5::BIGNUM"},
    };
    fixture *f = *state;
    tarn_version *version = table(f);
    tarn_eval *eval;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tarn_error failure = {0};
        tarn_status got = tarn_eval_open(f->engine, version, &cases[i].expression, 1, NULL, &eval, &failure);
        if (got != cases[i].status || !strstr(failure.message, cases[i].text))
            fail_msg("%s: got %s \"%s\"", cases[i].expression, tarn_status_name(got), failure.message);
        assert_null(eval);
    }
    assert_fails(tarn_eval_open(f->engine, version, NULL, 0, NULL, &eval, error), TARN_E_INVALID, "no expression");
    tarn_version_release(version);
}

/* Dead rows are never evaluated: those would fail here. */
static void test_the_first_row_that_fails_is_named(void **state) {
    fixture *f = *state;
    tarn_version *version = table(f);
    static const char *const dead = "CASE WHEN id % 2 = 1 AND id < 4000 THEN name::INT END";
    static const char *const live = "CASE WHEN id IN (1238, 1733, 1946) THEN name::INT ELSE 1 END";
    static const char *const first = "name::INT";
    struct ArrowArray values;
    tarn_eval *eval;
    assert_ok(tarn_eval_open(f->engine, version, &dead, 1, NULL, &eval, error));
    for (size_t c = 0; c < CHUNKS; c++) {
        assert_ok(tarn_eval_chunk(eval, c, &values, error));
        tarn_array_release(&values);
    }
    tarn_eval_close(eval);
    assert_ok(tarn_eval_open(f->engine, version, &live, 1, NULL, &eval, error));
    for (int round = 0; round < 3; round++) {
        assert_fails(tarn_eval_chunk(eval, 1, &values, error), TARN_E_SQL,
                     "row 1238, id = '1238', name = 'name 1238': ");
        assert_ok(tarn_eval_chunk(eval, 2, &values, error));
        tarn_array_release(&values);
    }
    tarn_eval_close(eval);
    assert_ok(tarn_eval_open(f->engine, version, &first, 1, NULL, &eval, error));
    assert_fails(tarn_eval_chunk(eval, 0, &values, error), TARN_E_SQL, "row 2, name = 'name 2': ");
    tarn_eval_close(eval);
    tarn_version_release(version);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_values_per_row_of_the_chunk),
        TEST(test_filters),
        TEST(test_many_threads),
        TEST(test_expressions_that_are_not_row_wise),
        TEST(test_the_first_row_that_fails_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
