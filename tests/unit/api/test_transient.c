/* Tables that are only passing through. */
#include "support_api.h"

#include "arrow/ipc.h"
#include "engine/engine.h"

#include <stdlib.h>
#include <string.h>

static tarn_status append(void *context, const void *data, size_t size, tarn_error *error) {
    return tarn_buffer_append(context, data, size, error);
}

/* A query's rows as Arrow IPC. */
static tarn_buffer ipc_of(fixture *f, const char *sql, bool file) {
    struct ArrowArrayStream stream = {0};
    struct ArrowSchema schema = {0};
    tarn_buffer out = {0};
    tarn_ipc_writer *writer = NULL;
    tarn_ipc_write_options options = {.file = file};
    assert_ok(f, tarn_query(f->workspace, sql, NULL, &stream, &f->error));
    assert_ok(f, tarn_stream_schema(&stream, &schema, &f->error));
    assert_ok(f, tarn_ipc_writer_new(&schema, append, &out, &options, &writer, &f->error));
    for (;;) {
        struct ArrowArray batch = {0};
        assert_ok(f, tarn_stream_next(&stream, &batch, &f->error));
        if (batch.release == NULL)
            break;
        assert_ok(f, tarn_ipc_writer_batch(writer, &batch, &f->error));
        batch.release(&batch);
    }
    assert_ok(f, tarn_ipc_writer_finish(writer, &f->error));
    tarn_ipc_writer_free(writer);
    schema.release(&schema);
    tarn_stream_release(&stream);
    return out;
}

static void put(fixture *f, const char *name, const tarn_buffer *ipc, size_t size, int64_t wanted) {
    int64_t rows = -1;
    assert_ok(f, tarn_transient_put_ipc(f->workspace, name, ipc->data, size, NULL, &rows, &f->error));
    assert_int_equal(rows, wanted);
}

static void queries_see_them_beside_the_workspaces_tables(void **state) {
    fixture *f = *state;
    import(f, "t", "id,city\n1,Oslo\n2,Rome\n");
    tarn_buffer ipc = ipc_of(f, "select i as id, i * 10 as k from range(5) r(i)", false);
    put(f, "R", &ipc, ipc.size, 5);
    check_sql(f, "select city, k from t join r on t.id = r.id order by 1", "Oslo|10;Rome|20");
    check_sql(f, "select sum(k) over (order by id rows 1 preceding) s from r order by id limit 3", "0;10;30");
    check_sql(f, "SHOW TABLES", "t;R");
    check_sql(f, "select name, rows, columns, version, created is null from tarn_tables() order by 1",
              "R|5|2|NULL|true;t|2|2|1|false");
    struct ArrowArrayStream stream = {0};
    assert_fails(f, tarn_query(f->workspace, "select * from \"r@1\"", NULL, &stream, &f->error), TARN_E_NOT_FOUND, "r");
    check_sql(f, "select l.a from (select [{'a': max(id)}] as x from r), unnest(x) u(l)", "4");
    tarn_buffer_free(&ipc);
}

static void nothing_of_them_is_kept(void **state) {
    fixture *f = *state;
    tarn_table_info *tables = NULL;
    tarn_audit_event *events = NULL;
    size_t count = 0;
    tarn_buffer ipc = ipc_of(f, "select 1 as n", false);
    put(f, "r", &ipc, ipc.size, 1);
    assert_ok(f, tarn_tables(f->workspace, true, &tables, &count, &f->error));
    assert_int_equal(count, 0);
    tarn_tables_free(tables, count);
    assert_ok(f, tarn_audit(f->workspace, NULL, &events, &count, &f->error));
    assert_int_equal(count, 0);
    tarn_audit_free(events, count);
    reopen(f, false);
    struct ArrowArrayStream stream = {0};
    assert_fails(f, tarn_query(f->workspace, "select * from r", NULL, &stream, &f->error), TARN_E_NOT_FOUND, "r");
    tarn_buffer_free(&ipc);
}

static void one_is_replaced_wholly_or_not_at_all(void **state) {
    fixture *f = *state;
    int64_t rows;
    tarn_buffer first = ipc_of(f, "select i from range(300000) r(i)", false),
                second = ipc_of(f, "select 7 as i", false);
    put(f, "r", &first, first.size, 300000);
    assert_fails(f, tarn_transient_put_ipc(f->workspace, "r", second.data, second.size / 2, NULL, &rows, &f->error),
                 TARN_E_FORMAT, "cut off");
    check_sql(f, "select count(*) from r", "300000");
    /* A query that began with the old one goes on with it. */
    struct ArrowArrayStream stream = {0};
    struct ArrowArray batch = {0};
    int64_t seen = 0;
    assert_ok(f, tarn_query(f->workspace, "select i from r", NULL, &stream, &f->error));
    put(f, "r", &second, second.size, 1);
    check_sql(f, "select i from r", "7");
    for (;;) {
        assert_ok(f, tarn_stream_next(&stream, &batch, &f->error));
        if (batch.release == NULL)
            break;
        seen += batch.length;
        batch.release(&batch);
    }
    assert_int_equal(seen, 300000);
    tarn_stream_release(&stream);
    tarn_buffer_free(&first);
    tarn_buffer_free(&second);
}

/* Streams, files, streams that were cut at a message's end, and a file's magic before a stream. */
static void every_form_of_ipc_is_taken(void **state) {
    fixture *f = *state;
    tarn_buffer stream = ipc_of(f, "select i, 'v' || i as v from range(3) r(i)", false);
    tarn_buffer file = ipc_of(f, "select i, 'v' || i as v from range(3) r(i)", true), both = {0};
    put(f, "a", &stream, stream.size, 3);
    put(f, "b", &file, file.size, 3);
    put(f, "c", &stream, stream.size - 8, 3);
    assert_ok(f, tarn_buffer_append(&both, "ARROW1\0\0", 8, &f->error));
    assert_ok(f, tarn_buffer_append(&both, stream.data, stream.size, &f->error));
    put(f, "d", &both, both.size, 3);
    check_sql(f, "select count(*) from a natural join b natural join c natural join d", "3");
    int64_t rows;
    assert_fails(f, tarn_transient_put_ipc(f->workspace, "e", "nonsense", 8, NULL, &rows, &f->error), TARN_E_FORMAT,
                 "");
    assert_fails(f, tarn_transient_put_ipc(f->workspace, "e", "", 0, NULL, &rows, &f->error), TARN_E_FORMAT, "");
    assert_fails(f, tarn_transient_put_ipc(f->workspace, "e", "ARROW1\0\0nonsense", 16, NULL, &rows, &f->error),
                 TARN_E_FORMAT, "");
    tarn_buffer_free(&stream);
    tarn_buffer_free(&file);
    tarn_buffer_free(&both);
}

static void results_are_kept_under_names_that_are_free(void **state) {
    fixture *f = *state;
    int64_t rows;
    import(f, "t", "id\n1\n2\n");
    assert_ok(f, tarn_transient_query_into(f->workspace, "select id * 2 as id from t", "r", NULL, &rows, &f->error));
    assert_int_equal(rows, 2);
    assert_ok(f, tarn_transient_query_into(f->workspace, "select sum(id) as id from r", "r", NULL, &rows, &f->error));
    check_sql(f, "select id from r", "6");
    assert_fails(f, tarn_transient_query_into(f->workspace, "select 1", "T", NULL, &rows, &f->error), TARN_E_EXISTS,
                 "is a table of the workspace");
    assert_fails(f, tarn_transient_query_into(f->workspace, "select 1", "a@b", NULL, &rows, &f->error), TARN_E_INVALID,
                 "@");
    assert_fails(f, tarn_transient_query_into(f->workspace, "select nosuch", "r", NULL, &rows, &f->error), TARN_E_SQL,
                 "nosuch");
    check_sql(f, "select id from r", "6");
}

static void they_are_listed_and_removed(void **state) {
    fixture *f = *state;
    int64_t rows;
    tarn_transient_info *tables = NULL;
    size_t count = 0;
    assert_ok(f, tarn_transient_query_into(f->workspace, "select 1 as a, 2 as b", "r", NULL, &rows, &f->error));
    assert_ok(f, tarn_transient_query_into(f->workspace, "select 1 as a", "s", NULL, &rows, &f->error));
    assert_ok(f, tarn_transient_list(f->workspace, &tables, &count, &f->error));
    assert_int_equal(count, 2);
    assert_string_equal(tables[0].name, "r");
    assert_int_equal(tables[0].rows, 1);
    assert_int_equal(tables[0].columns, 2);
    tarn_transient_list_free(tables, count);
    assert_ok(f, tarn_transient_drop(f->workspace, "R", &f->error));
    assert_fails(f, tarn_transient_drop(f->workspace, "r", &f->error), TARN_E_NOT_FOUND, "no transient table");
    check_sql(f, "select a from s", "1");
    tarn_transient_clear(f->workspace);
    assert_ok(f, tarn_transient_list(f->workspace, &tables, &count, &f->error));
    assert_int_equal(count, 0);
    tarn_transient_list_free(tables, count);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(queries_see_them_beside_the_workspaces_tables, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_of_them_is_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(one_is_replaced_wholly_or_not_at_all, setup, teardown),
        cmocka_unit_test_setup_teardown(every_form_of_ipc_is_taken, setup, teardown),
        cmocka_unit_test_setup_teardown(results_are_kept_under_names_that_are_free, setup, teardown),
        cmocka_unit_test_setup_teardown(they_are_listed_and_removed, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
