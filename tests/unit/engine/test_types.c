/* Every type of DuckDB into a table and back: same type, same values. */
#include "support_engine.h"

#include "arrow/array.h"
#include "engine/types.h"

#include <stdio.h>
#include <stdlib.h>

static char *work_answer(fixture *f, const char *sql) {
    struct ArrowArrayStream stream;
    assert_ok(tarn_engine_work_query(f->engine, sql, NULL, 0, NULL, &stream, error));
    char *rows = rows_of(&stream);
    tarn_stream_release(&stream);
    return rows;
}

static void assert_same(char *a, char *b, const char *what) {
    size_t line = 0;
    for (size_t i = 0; a[i] && a[i] == b[i]; i++)
        if (a[i] == '\n')
            line = i + 1;
    if (strcmp(a, b) != 0)
        fail_msg("%s: %.200s and %.200s", what, a + line, b + line);
    free(a);
    free(b);
}

#define ALL_TYPES "SELECT * EXCLUDE (bignum, \"union\", hugeint, uhugeint, interval) FROM test_all_types()"

static void test_all_types_come_back(void **state) {
    fixture *f = *state;
    make_table(f, "kinds", ALL_TYPES, 2);
    assert_same(work_answer(f, ALL_TYPES), answer(f, "SELECT * FROM kinds", NULL), "values");
    assert_same(work_answer(f, "SELECT column_name, column_type FROM (DESCRIBE " ALL_TYPES ")"),
                answer(f, "SELECT column_name, column_type FROM (DESCRIBE kinds)", NULL), "types");
}

/* Text of every column as DuckDB itself casts it: catches a mistake that conversion and printing share. */
static void test_duckdb_sees_the_same_values(void **state) {
    fixture *f = *state;
    make_table(f, "kinds", ALL_TYPES, 2);
    assert_same(work_answer(f, "SELECT COLUMNS(*)::VARCHAR FROM (" ALL_TYPES ")"),
                answer(f, "SELECT COLUMNS(*)::VARCHAR FROM kinds", NULL), "values as text");
}

static void test_values_between_rows_without_any(void **state) {
    static const char *const columns[] = {
        "(i % 2 = 0)",
        "i::TINYINT",
        "i::USMALLINT",
        "i::HUGEINT * 1000000000000000000000",
        "(i - 50)::HUGEINT",
        "i::UHUGEINT",
        "(i * 1.5)::FLOAT",
        "(i / 4)::DECIMAL(4, 2)",
        "(i / 4)::DECIMAL(9, 2)",
        "(i / 4)::DECIMAL(18, 2)",
        "(i / 4 - 7)::DECIMAL(38, 10)",
        "'text ' || i",
        "repeat('long ', i::INT)",
        "('blob' || i)::BLOB",
        "DATE '2000-01-01' + i::INT",
        "TIME '01:02:03.456' + INTERVAL (i) MINUTE",
        "TIMESTAMP '2000-01-01 01:02:03.456' + INTERVAL (i) HOUR",
        "(TIMESTAMP '2000-01-01 01:02:03' + INTERVAL (i) HOUR)::TIMESTAMP_S",
        "(TIMESTAMP '2000-01-01 01:02:03' + INTERVAL (i) HOUR)::TIMESTAMP_MS",
        "(TIMESTAMP '2000-01-01 01:02:03' + INTERVAL (i) HOUR)::TIMESTAMP_NS",
        "(TIMESTAMP '2000-01-01 01:02:03' + INTERVAL (i) HOUR)::TIMESTAMPTZ",
        "INTERVAL (i) MONTH + INTERVAL (i) DAY + INTERVAL (i) SECOND",
        "('01:02:0' || (i % 10) || '+0' || (i % 10))::TIMETZ",
        "('10110' || (i % 2))::BIT",
        "md5(i::VARCHAR)::UUID",
        "('{\"a\": ' || i || '}')::JSON",
        "('v' || (i % 5))::ENUM ('v4', 'v3', 'v2', 'v1', 'v0', 'unused')",
        "[i, NULL, i + 1]",
        "range(i % 4)",
        "[[i], [], NULL, [i, i]]",
        "['text of some length ' || i, NULL]",
        "{'a': i, 'b': 'text of some length ' || i, 'c': [i]}",
        "{'a': CASE WHEN i % 2 = 0 THEN {'x': i} END}",
        "[{'a': i}, NULL, {'a': NULL}]",
        "MAP {'key ' || i: i, 'k': NULL}",
        "MAP {i: [i]}",
        "[i, i + 1, NULL]::BIGINT[3]",
        "[[i, 1], [2, NULL]]::BIGINT[2][2]",
        "{'a': [i, 2]::BIGINT[2]}",
        "[('v' || (i % 2))::ENUM ('v0', 'v1')]",
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        char sql[400], name[20], back[80];
        snprintf(name, sizeof name, "t%zu", i);
        /* DuckDB has no CASE for arrays */
        const char *pattern = strstr(columns[i], "BIGINT[") ? "SELECT i, %s AS v FROM range(100) r(i)"
                                                            : "SELECT i, CASE WHEN i %% 3 <> 1 THEN %s END AS v FROM "
                                                              "range(100) r(i)";
        snprintf(sql, sizeof sql, pattern, columns[i]);
        snprintf(back, sizeof back, "SELECT i, v FROM %s", name);
        make_table(f, name, sql, 33);
        assert_same(work_answer(f, sql), answer(f, back, NULL), columns[i]);
        char typed[500], typed_back[100];
        snprintf(typed, sizeof typed, "SELECT DISTINCT typeof(v) FROM (%s)", sql);
        snprintf(typed_back, sizeof typed_back, "SELECT DISTINCT typeof(v) FROM %s", name);
        if (!strstr(columns[i], "[("))
            assert_same(work_answer(f, typed), answer(f, typed_back, NULL), columns[i]);
    }
}

static void test_constant_and_dictionary_vectors_inside_nested_values(void **state) {
    fixture *f = *state;
    static const char *const queries[] = {
        "SELECT {'a': 1, 'b': i} FROM range(5) r(i)",
        "SELECT {'a': 'constant text of some length', 'b': {'c': 2, 'd': i}} FROM range(5) r(i)",
        "SELECT [1, 2, i] FROM range(5) r(i)",
        "SELECT [{'a': 1, 'b': i}] FROM range(5) r(i)",
        "SELECT {'a': NULL::INT, 'b': i} FROM range(5) r(i)",
        "SELECT {'a': s, 'b': i} FROM (SELECT i, 'some longer text ' || (i % 3) s FROM range(9) r(i)) WHERE i % 2 = 0",
        "SELECT p FROM (SELECT {'a': i, 'b': 'x' || i} p, i FROM range(9) r(i)) WHERE i % 2 = 1",
        "SELECT a.p, b.i FROM (SELECT {'a': i, 'b': 'x' || i} p, i FROM range(9) r(i)) a JOIN range(20) b(i) ON a.i = "
        "b.i % "
        "9 ORDER BY b.i",
        "SELECT MAP {'a': 1, 'b': i} FROM range(5) r(i)",
        "SELECT [1, 2]::INT[2] FROM range(5) r(i)",
        "SELECT CASE WHEN i % 2 = 0 THEN {'a': 7, 'b': i} END FROM range(5) r(i)",
    };
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        char text[600];
        snprintf(text, sizeof text, "SELECT replace(COLUMNS(*)::VARCHAR, 'NULL', 'NULL') FROM (%s)", queries[i]);
        char *plain = answer(f, queries[i], NULL), *cast = answer(f, text, NULL);
        for (char *at = plain; *at; at++) /* a null is ~ in one and may be NULL inside the other */
            if (*at == '~')
                *at = '~';
        assert_same(plain, cast, queries[i]);
    }
}

static void assert_format(fixture *f, const char *expression, const char *format, const char *extension) {
    struct ArrowSchema schema;
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT %s AS v", expression);
    assert_ok(tarn_engine_describe(f->engine, f->store, sql, SIZE_MAX, NULL, &schema, error));
    assert_string_equal(schema.children[0]->format, format);
    assert_string_equal(schema.children[0]->name, "v");
    const char *value;
    size_t size;
    bool has = tarn_schema_metadata_get(schema.children[0], TARN_EXTENSION_KEY, &value, &size);
    assert_int_equal(has, extension != NULL);
    if (has)
        assert_memory_equal(value, extension, size);
    tarn_schema_release(&schema);
}

static void test_arrow_types(void **state) {
    assert_format(*state, "sum(1)", "d:38,0", TARN_EXTENSION_HUGEINT);
    assert_format(*state, "1::UHUGEINT", "d:38,0", TARN_EXTENSION_UHUGEINT);
    assert_format(*state, "uuid()", "w:16", TARN_EXTENSION_UUID);
    assert_format(*state, "'{}'::JSON", "u", TARN_EXTENSION_JSON);
    assert_format(*state, "true", "b", NULL);
    assert_format(*state, "NULL", "i", NULL);
    assert_format(*state, "now()", "tsu:UTC", NULL);
    assert_format(*state, "'01:02:03+02'::TIMETZ", "u", TARN_EXTENSION_TIME_TZ);
    assert_format(*state, "'010'::BIT", "u", TARN_EXTENSION_BIT);
    assert_format(*state, "1.5", "d:2,1", NULL);
    assert_format(*state, "INTERVAL 1 DAY", "tin", NULL);
    assert_format(*state, "[1]", "+l", NULL);
    assert_format(*state, "MAP {1: 2}", "+m", NULL);
    assert_format(*state, "{'a': 1}", "+s", NULL);
    assert_format(*state, "[1, 2]::INT[2]", "+w:2", NULL);
    assert_format(*state, "'a'::ENUM ('a')", "C", NULL);
}

static void test_what_cannot_be_kept_names_the_column(void **state) {
    assert_refused(*state, "SELECT 1 AS a, 5::BIGNUM AS huge", TARN_E_UNSUPPORTED, "column huge");
    assert_refused(*state, "SELECT union_value(a := 1) AS u", TARN_E_UNSUPPORTED, "column u");
    assert_refused(*state, "SELECT [union_value(a := 1)] AS u", TARN_E_UNSUPPORTED, "column u");
    assert_refused(*state, "SELECT 170141183460469231731687303715884105727::HUGEINT AS h", TARN_E_UNSUPPORTED,
                   "column h");
    assert_refused(*state, "SELECT (-170141183460469231731687303715884105727)::HUGEINT AS h", TARN_E_UNSUPPORTED,
                   "column h");
    assert_refused(*state, "SELECT to_microseconds(9223372036854775807) AS far", TARN_E_UNSUPPORTED, "column far");
    assert_answer(*state, "SELECT 99999999999999999999999999999999999999::HUGEINT",
                  "99999999999999999999999999999999999999\n");
    assert_answer(*state, "SELECT (-99999999999999999999999999999999999999)::HUGEINT",
                  "-99999999999999999999999999999999999999\n");
}

/* ---- types that only other programs make ---------------------------------------------------------------------------
 */

static struct ArrowArray make_array(int64_t length, const void *values, size_t size) {
    struct ArrowArray array;
    void *buffers[2] = {NULL, tarn_aligned_alloc(size)};
    memcpy(buffers[1], values, size);
    assert_ok(tarn_array_make(&array, length, 0, buffers, 2, NULL, 0, error));
    return array;
}

/* A table with one column of a format. */
static void put_foreign(fixture *f, const char *name, const struct ArrowSchema *schema, struct ArrowArray *array) {
    static const tarn_event event = {.kind = "import"};
    tarn_transaction *transaction;
    tarn_draft *draft;
    tarn_batch_id id;
    assert_ok(tarn_transaction_begin(f->store, &transaction, error));
    assert_ok(tarn_draft_create(transaction, name, &draft, error));
    assert_ok(tarn_draft_add_column(draft, schema, SIZE_MAX, error));
    assert_ok(tarn_transaction_put(transaction, schema, array, &id, error));
    assert_ok(tarn_draft_append_chunk(draft, array->length, &id, error));
    assert_ok(tarn_transaction_commit(transaction, &event, NULL, error));
    tarn_array_release(array);
}

static void check_foreign(fixture *f, const char *name, const char *format, const void *values, size_t size,
                          const char *expected) {
    struct ArrowSchema schema;
    struct ArrowArray array = make_array(2, values, size);
    char sql[80];
    assert_ok(tarn_schema_make(&schema, format, "v", error));
    put_foreign(f, name, &schema, &array);
    snprintf(sql, sizeof sql, "SELECT typeof(v), v::VARCHAR FROM %s", name);
    assert_answer(f, sql, expected);
    tarn_schema_release(&schema);
}

static void test_foreign_types_are_read(void **state) {
    fixture *f = *state;
    check_foreign(f, "halves", "e", (uint16_t[]){0x3c00, 0xc100}, 4, "FLOAT|1.0\nFLOAT|-2.5\n");
    check_foreign(f, "dates", "tdm", (int64_t[]){86400000, -86400000}, 16, "DATE|1970-01-02\nDATE|1969-12-31\n");
    check_foreign(f, "times", "tts", (int32_t[]){1, 3600}, 8, "TIME|00:00:01\nTIME|01:00:00\n");
    check_foreign(f, "millis", "ttm", (int32_t[]){1, 3600000}, 8, "TIME|00:00:00.001\nTIME|01:00:00\n");
    check_foreign(f, "nanos", "ttn", (int64_t[]){1000, 3723123456789}, 16,
                  "TIME|00:00:00.000001\nTIME|01:02:03.123456\n");
    check_foreign(f, "zoned", "tss:Europe/Berlin", (int64_t[]){0, 86400}, 16,
                  "TIMESTAMP WITH TIME ZONE|1970-01-01 00:00:00+00\nTIMESTAMP WITH TIME ZONE|1970-01-02 00:00:00+00\n");
    check_foreign(f, "zonedns", "tsn:UTC", (int64_t[]){1000, -1}, 16,
                  "TIMESTAMP WITH TIME ZONE|1970-01-01 00:00:00.000001+00\nTIMESTAMP WITH TIME ZONE|1969-12-31 "
                  "23:59:59.999999+00\n");
    check_foreign(f, "spans", "tDs", (int64_t[]){1, 60}, 16, "INTERVAL|00:00:01\nINTERVAL|00:01:00\n");
    check_foreign(f, "months", "tiM", (int32_t[]){1, 14}, 8, "INTERVAL|1 month\nINTERVAL|1 year 2 months\n");
    check_foreign(f, "daytimes", "tiD", (int32_t[]){1, 0, 0, 1500}, 16, "INTERVAL|1 day\nINTERVAL|00:00:01.5\n");
    check_foreign(f, "narrow", "d:4,2", (int64_t[]){150, 0, -150, -1}, 32, "DECIMAL(4,2)|1.50\nDECIMAL(4,2)|-1.50\n");
    check_foreign(f, "fixed", "w:3", "abcdef", 6, "BLOB|abc\nBLOB|def\n");
}

static void release_nothing(struct ArrowSchema *schema) {
    (void)schema;
}

static void test_unordered_dictionaries_are_text(void **state) {
    fixture *f = *state;
    struct ArrowSchema text = {.format = "u", .name = "", .flags = ARROW_FLAG_NULLABLE, .release = release_nothing},
                       schema;
    struct ArrowSchema whole = {
        .format = "c", .name = "v", .flags = ARROW_FLAG_NULLABLE, .dictionary = &text, .release = release_nothing};
    int32_t offsets[] = {0, 1, 24};
    const void *text_buffers[] = {NULL, offsets, "bareally long text to see!"};
    struct ArrowArray words = {.length = 2, .n_buffers = 3, .buffers = text_buffers};
    uint8_t validity = 0x0d;
    int8_t indexes[] = {1, 0, 0, 1};
    const void *buffers[] = {&validity, indexes};
    struct ArrowArray array = {.length = 4, .null_count = 1, .n_buffers = 2, .buffers = buffers, .dictionary = &words};
    struct ArrowArray copy;
    const struct ArrowArray *parts[] = {&array};
    assert_ok(tarn_schema_copy(&whole, NULL, &schema, error));
    assert_ok(tarn_array_concat(&schema, parts, 1, &copy, error));
    put_foreign(f, "words", &schema, &copy);
    assert_answer(f, "SELECT typeof(v), v FROM words",
                  "VARCHAR|areally long text to se\nVARCHAR|~\nVARCHAR|b\nVARCHAR|areally long text to se\n");
    assert_answer(f, "SELECT v FROM words ORDER BY v NULLS FIRST LIMIT 2", "~\nareally long text to se\n");
    tarn_schema_release(&schema);
}

/* An ENUM of a table is made of the values in all of its chunks. */
static void test_enums_sort_by_their_values_order(void **state) {
    fixture *f = *state;
    make_table(f, "sizes",
               "SELECT CASE i % 3 WHEN 0 THEN 'small' WHEN 1 THEN 'large' ELSE 'middle' END::ENUM ('small', "
               "'middle', 'large') AS v FROM range(9) r(i)",
               2);
    assert_answer(f, "SELECT DISTINCT v FROM sizes ORDER BY v", "small\nmiddle\nlarge\n");
    assert_answer(f, "SELECT v FROM sizes LIMIT 4", "small\nlarge\nmiddle\nsmall\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_all_types_come_back, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_duckdb_sees_the_same_values, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_values_between_rows_without_any, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_constant_and_dictionary_vectors_inside_nested_values, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_arrow_types, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_kept_names_the_column, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_foreign_types_are_read, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_unordered_dictionaries_are_text, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_enums_sort_by_their_values_order, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
