/* Files by the work instance, and versions as streams. */
#include "support_engine.h"

#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define ROWS 150000

static int setup(void **state) {
    fixture_setup(state);
    make_table(
        *state, "orders",
        "SELECT i AS id, CASE WHEN i % 9 = 0 THEN NULL ELSE 'customer number ' || i END AS name, [i, i + 1] AS list, "
        "uuid() AS u FROM range(150000) r(i)",
        60000);
    return 0;
}

static uint64_t orders(fixture *f) {
    tarn_table_state table;
    assert_ok(tarn_store_find(f->store, "orders", &table, error));
    uint64_t id = table.id;
    tarn_table_state_clear(&table);
    return id;
}

static void mix_order(tarn_draft *draft, void *context) {
    (void)context;
    int64_t *rows = malloc(ROWS * sizeof *rows);
    for (int64_t i = 0; i < ROWS; i++)
        rows[i] = i * 7919 % ROWS;
    assert_ok(tarn_draft_set_permutation(draft, rows, ROWS, error));
    free(rows);
}

static void drop_some(tarn_draft *draft, void *context) {
    (void)context;
    int64_t rows[1000], changed;
    for (int64_t i = 0; i < 1000; i++)
        rows[i] = i * 50;
    assert_ok(tarn_draft_delete_rows(draft, rows, 1000, &changed, error));
}

static void move_blocks(tarn_draft *draft, void *context) {
    (void)context;
    const int64_t runs[] = {100000, 50000, 0, 10, 20, 99980, 10, 10};
    assert_ok(tarn_draft_set_runs(draft, runs, 4, error));
}

static char *work_answer(fixture *f, const char *sql) {
    struct ArrowArrayStream stream;
    assert_ok(tarn_engine_work_query(f->engine, sql, NULL, 0, NULL, &stream, error));
    char *rows = rows_of(&stream);
    tarn_stream_release(&stream);
    return rows;
}

static char *version_rows(tarn_version *version) {
    struct ArrowArrayStream stream;
    assert_ok(tarn_version_stream(version, NULL, 0, NULL, &stream, error));
    char *rows = rows_of(&stream);
    tarn_stream_release(&stream);
    return rows;
}

static const draft_change changes[] = {NULL, mix_order, drop_some, move_blocks};

/* A version as a stream, and out to Parquet and back, is what SQL shows of it. */
static void test_versions_as_streams_and_files(void **state) {
    fixture *f = *state;
    char *path = tarn_path_join(f->folder, "it's.parquet");
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        if (changes[i] == drop_some || changes[i] == move_blocks) { /* from the natural order */
            tarn_store_drop_table(f->store, orders(f), &(tarn_event){.kind = "drop"}, NULL);
            make_table(f, "orders", "SELECT i AS id, 'customer number ' || i AS name FROM range(150000) r(i)", 60000);
        }
        if (changes[i])
            commit_change(f, orders(f), changes[i], NULL);
        tarn_version *version = head_of(f, orders(f));
        char *expected = answer(f, "SELECT * FROM orders", NULL), *streamed = version_rows(version);
        if (strcmp(expected, streamed) != 0)
            fail_msg("the stream differs after change %zu", i);
        tarn_copy_source source = {.version = version};
        int64_t rows;
        assert_ok(tarn_engine_copy(f->engine, &source, path, "FORMAT parquet, COMPRESSION zstd", NULL, &rows, error));
        assert_int_equal(rows, tarn_version_rows(version));
        tarn_buffer sql = {0};
        assert_ok(tarn_buffer_printf(&sql, error, "SELECT * FROM read_parquet("));
        assert_ok(tarn_sql_literal(&sql, path, error));
        assert_ok(tarn_buffer_printf(&sql, error, ")%c", 0));
        char *back = work_answer(f, (const char *)sql.data);
        if (strcmp(expected, back) != 0)
            fail_msg("the file differs after change %zu", i);
        tarn_buffer_free(&sql);
        free(expected);
        free(streamed);
        free(back);
        tarn_version_release(version);
    }
    free(path);
}

static void test_queries_into_files(void **state) {
    fixture *f = *state;
    struct ArrowArrayStream stream;
    tarn_task *task;
    tarn_progress_state progress;
    char *path = tarn_path_join(f->folder, "out.json");
    int64_t rows;
    assert_ok(tarn_engine_query(f->engine, f->store, "SELECT id, name FROM orders WHERE id % 50000 = 1", SIZE_MAX, NULL,
                                &stream, error));
    tarn_copy_source source = {.stream = &stream};
    assert_ok(tarn_task_new(&task, error));
    assert_ok(tarn_engine_copy(f->engine, &source, path, "FORMAT json", task, &rows, error));
    assert_int_equal(rows, 3);
    tarn_task_progress(task, &progress);
    assert_string_equal(progress.phase, "writing");
    assert_int_equal(progress.done, 3);
    tarn_stream_release(&stream);
    tarn_task_release(task);
    char *sql = tarn_format("SELECT id, name FROM read_json('%s')", path);
    char *back = work_answer(f, sql);
    assert_string_equal(back, "1|customer number 1\n50001|customer number 50001\n100001|customer number 100001\n");
    free(back);
    free(sql);
    free(path);
}

static void test_columns_of_a_version(void **state) {
    fixture *f = *state;
    tarn_version *version = head_of(f, orders(f));
    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    struct ArrowArray batch;
    const size_t columns[] = {1, 0};
    assert_ok(tarn_version_stream(version, columns, 2, NULL, &stream, error));
    tarn_version_release(version);
    assert_ok(tarn_stream_schema(&stream, &schema, error));
    assert_int_equal(schema.n_children, 2);
    assert_string_equal(schema.children[0]->name, "name");
    assert_ok(tarn_stream_next(&stream, &batch, error));
    assert_int_equal(batch.length, 60000);
    assert_int_equal(((const int64_t *)batch.children[1]->buffers[1])[59999], 59999);
    tarn_schema_release(&schema);
    tarn_stream_release(&stream);
    assert_int_equal(((const int64_t *)batch.children[1]->buffers[1])[0], 0); /* lives on */
    tarn_array_release(&batch);
}

static int broken_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    (void)stream;
    struct ArrowSchema *child;
    if (tarn_schema_make_nested(out, "+s", "", 1, NULL) != TARN_OK)
        return ENOMEM;
    child = out->children[0];
    return tarn_schema_make(child, "l", "a", NULL) == TARN_OK ? 0 : ENOMEM;
}

static int broken_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    (void)stream;
    (void)out;
    return EIO;
}

static const char *broken_error(struct ArrowArrayStream *stream) {
    return stream->private_data;
}

static void broken_release(struct ArrowArrayStream *stream) {
    stream->release = NULL;
}

static void test_failures(void **state) {
    fixture *f = *state;
    tarn_version *version = head_of(f, orders(f));
    tarn_copy_source source = {.version = version};
    struct ArrowArrayStream stream;
    char *path = tarn_path_join(f->folder, "x.parquet"), *nowhere = tarn_path_join(f->folder, "no/such/x.parquet");
    assert_fails(tarn_engine_copy(f->engine, &source, nowhere, "FORMAT parquet", NULL, NULL, error), TARN_E_IO,
                 "x.parquet");
    assert_fails(tarn_engine_copy(f->engine, &source, path, "FORMAT nosuch", NULL, NULL, error), TARN_E_SQL, "nosuch");
    struct ArrowArrayStream broken = {.get_schema = broken_schema,
                                      .get_next = broken_next,
                                      .get_last_error = broken_error,
                                      .release = broken_release,
                                      .private_data = "the well is dry"};
    tarn_copy_source dry = {.stream = &broken};
    assert_fails(tarn_engine_copy(f->engine, &dry, path, "FORMAT parquet", NULL, NULL, error), TARN_E_IO,
                 "well is dry");
    broken.private_data = NULL;
    assert_fails(tarn_engine_copy(f->engine, &dry, path, "FORMAT parquet", NULL, NULL, error), TARN_E_IO,
                 "stream of data");
    assert_ok(
        tarn_engine_query(f->engine, f->store, "SELECT error('boom') FROM orders", SIZE_MAX, NULL, &stream, error));
    tarn_copy_source failing = {.stream = &stream};
    assert_fails(tarn_engine_copy(f->engine, &failing, path, "FORMAT parquet", NULL, NULL, error), TARN_E_SQL, "boom");
    tarn_stream_release(&stream);
    assert_fails(
        tarn_engine_work_query(f->engine, "SELECT * FROM read_parquet('/no/such')", NULL, 0, NULL, &stream, error),
        TARN_E_IO, "/no/such");
    assert_fails(tarn_engine_work_query(f->engine, "SELEC", NULL, 0, NULL, &stream, error), TARN_E_SQL, "syntax");
    free(path);
    free(nowhere);
    tarn_version_release(version);
}

static void test_cancelled_copies(void **state) {
    fixture *f = *state;
    tarn_version *version = head_of(f, orders(f));
    tarn_copy_source source = {.version = version};
    char *path = tarn_path_join(f->folder, "x.parquet");
    tarn_task *task;
    assert_ok(tarn_task_new(&task, error));
    tarn_task_cancel(task);
    assert_fails(tarn_engine_copy(f->engine, &source, path, "FORMAT parquet", task, NULL, error), TARN_E_CANCELLED, "");
    struct ArrowArrayStream stream;
    struct ArrowArray batch;
    assert_ok(tarn_version_stream(version, NULL, 0, task, &stream, error));
    assert_fails(tarn_stream_next(&stream, &batch, error), TARN_E_CANCELLED, "cancelled");
    assert_int_equal(stream.get_next(&stream, &batch), ECANCELED);
    tarn_stream_release(&stream);
    tarn_task_release(task);
    tarn_version_release(version);
    free(path);
}

static void test_parameters(void **state) {
    fixture *f = *state;
    struct ArrowArrayStream stream;
    tarn_sql_value values[] = {
        {.kind = TARN_SQL_BOOL, .as.boolean = true},
        {.kind = TARN_SQL_INT, .as.integer = -7},
        {.kind = TARN_SQL_DOUBLE, .as.number = 2.5},
        {.kind = TARN_SQL_TEXT, .as.text = "it's"},
        {.kind = TARN_SQL_NULL},
    };
    assert_ok(tarn_engine_work_query(f->engine, "SELECT $1::BOOL, $2::BIGINT, $3::DOUBLE, $4::VARCHAR, $5::INT", values,
                                     5, NULL, &stream, error));
    char *rows = rows_of(&stream);
    assert_string_equal(rows, "true|-7|2.5|it's|~\n");
    free(rows);
    tarn_stream_release(&stream);
    assert_fails(tarn_engine_work_query(f->engine, "SELECT 1", values, 1, NULL, &stream, error), TARN_E_INTERNAL,
                 "parameter 1");
}

static void test_quoting(void **state) {
    (void)state;
    tarn_buffer out = {0};
    assert_ok(tarn_sql_literal(&out, "it''s", error));
    assert_ok(tarn_sql_identifier(&out, "a \"b\"", error));
    assert_ok(tarn_sql_literal(&out, "", error));
    assert_int_equal(out.size, 20);
    assert_memory_equal(out.data, "'it''''s'\"a \"\"b\"\"\"''", 20);
    tarn_buffer_free(&out);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_versions_as_streams_and_files),
        TEST(test_queries_into_files),
        TEST(test_columns_of_a_version),
        TEST(test_failures),
        TEST(test_cancelled_copies),
        TEST(test_parameters),
        cmocka_unit_test(test_quoting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
