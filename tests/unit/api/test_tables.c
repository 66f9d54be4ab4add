/* Tables, their versions and their history through the public interface. */
#include "support_api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char numbers[] = "n,word\n1,one\n2,two\n3,three\n";

static tarn_change undone(fixture *f, const char *table, unsigned steps) {
    tarn_change change = {0};
    assert_ok(f, tarn_undo(f->workspace, table, steps, &change, &f->error));
    return change;
}

static void check_head(fixture *f, uint64_t version, bool can_undo, bool can_redo) {
    tarn_table_info info = {0};
    assert_ok(f, tarn_table_get(f->workspace, "numbers", &info, &f->error));
    assert_int_equal(info.version, version);
    assert_int_equal(info.can_undo, can_undo);
    assert_int_equal(info.can_redo, can_redo);
    tarn_table_info_clear(&info);
}

/* Versions 1 to 4: imported, n doubled, filtered, word dropped. */
static void make_versions(fixture *f) {
    import(f, "numbers", numbers);
    check_apply(f, "numbers", "set", 3, "column", "n", "expr", "n * 2");
    check_apply(f, "numbers", "filter", 0, "where", "n > 2");
    check_apply(f, "numbers", "drop", 0, "column", "word");
}

static void test_undo_and_redo(void **state) {
    fixture *f = *state;
    make_versions(f);
    check_rows(f, "numbers", "4;6");
    tarn_change change = undone(f, "numbers", 1);
    assert_int_equal(change.before, 4);
    assert_int_equal(change.after, 3);
    assert_string_equal(change.table, "numbers");
    tarn_change_clear(&change);
    check_rows(f, "numbers", "4|two;6|three");
    change = undone(f, "numbers", 2);
    tarn_change_clear(&change);
    check_rows(f, "numbers", "1|one;2|two;3|three");
    check_head(f, 1, false, true);
    assert_fails(f, tarn_undo(f->workspace, "numbers", 1, &change, &f->error), TARN_E_NOT_FOUND, "nothing to undo");
    assert_fails(f, tarn_redo(f->workspace, "numbers", 9, &change, &f->error), TARN_E_NOT_FOUND, "only 3 steps");
    assert_ok(f, tarn_redo(f->workspace, "numbers", 3, &change, &f->error));
    assert_int_equal(change.after, 4);
    tarn_change_clear(&change);
    check_head(f, 4, true, false);
    assert_fails(f, tarn_redo(f->workspace, "numbers", 1, &change, &f->error), TARN_E_NOT_FOUND, "nothing to redo");
    assert_fails(f, tarn_undo(f->workspace, "numbers", 7, &change, &f->error), TARN_E_NOT_FOUND, "only 3 steps");
    assert_fails(f, tarn_undo(f->workspace, "numbers", 0, &change, &f->error), TARN_E_INVALID, "1 or more");
    check_rows(f, "numbers", "4;6");
}

static void test_a_new_line(void **state) {
    fixture *f = *state;
    make_versions(f);
    tarn_change change = undone(f, "numbers", 2);
    tarn_change_clear(&change);
    check_apply(f, "numbers", "rename", 0, "column", "word", "to", "name");
    check_head(f, 5, true, false);
    check_rows(f, "numbers~1", "2|one;4|two;6|three");
    check_rows(f, "numbers@4", "4;6"); /* off the line, still there */
    tarn_log_entry *log;
    size_t count;
    assert_ok(f, tarn_log(f->workspace, "numbers", &log, &count, &f->error));
    assert_int_equal(count, 5);
    assert_int_equal(log[0].version, 5);
    assert_int_equal(log[0].parent, 2);
    assert_true(log[0].is_head && log[0].on_line);
    assert_false(log[1].on_line || log[2].on_line || log[1].is_head);
    assert_true(log[3].on_line && log[4].on_line);
    assert_string_equal(log[4].kind, "import");
    assert_string_equal(log[3].command, "set");
    assert_string_equal(log[3].user, "ana");
    assert_int_equal(log[3].cells, 3);
    assert_int_equal(log[2].table_rows, 2);
    tarn_log_free(log, count);
}

static void test_checkout(void **state) {
    fixture *f = *state;
    tarn_change change = {0};
    make_versions(f);
    assert_ok(f, tarn_checkout(f->workspace, "numbers@2", &change, &f->error));
    tarn_change_clear(&change);
    check_head(f, 2, true, true); /* still on the line, so redo goes on */
    check_apply(f, "numbers", "drop", 0, "column", "n");
    assert_ok(f, tarn_checkout(f->workspace, "numbers@4", &change, &f->error));
    tarn_change_clear(&change);
    check_head(f, 4, true, false);
    check_rows(f, "numbers", "4;6");
    assert_ok(f, tarn_checkout(f->workspace, "numbers@4", &change, &f->error));
    assert_false(change.changed);
    tarn_change_clear(&change);
    assert_fails(f, tarn_checkout(f->workspace, "numbers@9", &change, &f->error), TARN_E_NOT_FOUND, "9");
    assert_fails(f, tarn_checkout(f->workspace, "numbers~9", &change, &f->error), TARN_E_NOT_FOUND, "~9");
    assert_fails(f, tarn_checkout(f->workspace, "numbers@x", &change, &f->error), TARN_E_INVALID, "numbers@x");
    assert_fails(f, tarn_checkout(f->workspace, "numbers@0", &change, &f->error), TARN_E_NOT_FOUND, "version 0");
}

static void test_history_survives(void **state) {
    fixture *f = *state;
    make_versions(f);
    tarn_change change = undone(f, "numbers", 1);
    tarn_change_clear(&change);
    reopen(f, false);
    check_head(f, 3, true, true);
    check_rows(f, "numbers", "4|two;6|three");
    check_rows(f, "numbers@1", "1|one;2|two;3|three");
}

static void test_drop_and_back(void **state) {
    fixture *f = *state;
    tarn_table_info *tables;
    size_t count;
    import(f, "numbers", numbers);
    import(f, "Others", numbers);
    assert_ok(f, tarn_drop(f->workspace, "NUMBERS", &f->error));
    assert_fails(f, tarn_drop(f->workspace, "numbers", &f->error), TARN_E_NOT_FOUND, "numbers");
    assert_ok(f, tarn_tables(f->workspace, false, &tables, &count, &f->error));
    assert_int_equal(count, 1);
    assert_string_equal(tables[0].name, "Others");
    assert_int_equal(tables[0].rows, 3);
    assert_int_equal(tables[0].columns, 2);
    tarn_tables_free(tables, count);
    assert_ok(f, tarn_tables(f->workspace, true, &tables, &count, &f->error));
    assert_int_equal(count, 2);
    assert_true(tables[0].dropped);
    tarn_tables_free(tables, count);
    assert_ok(f, tarn_undrop(f->workspace, "numbers", &f->error));
    check_sql(f, "SELECT sum(n) FROM numbers", "6");
    assert_fails(f, tarn_undrop(f->workspace, "numbers", &f->error), TARN_E_NOT_FOUND, "numbers");
}

static void test_rename(void **state) {
    fixture *f = *state;
    import(f, "numbers", numbers);
    import(f, "others", numbers);
    assert_ok(f, tarn_rename(f->workspace, "numbers", "digits", &f->error));
    check_sql(f, "SELECT count(*) FROM digits", "3");
    assert_fails(f, tarn_rename(f->workspace, "digits", "Others", &f->error), TARN_E_EXISTS, "thers");
    assert_fails(f, tarn_rename(f->workspace, "digits", "a@b", &f->error), TARN_E_INVALID, "@");
    assert_fails(f, tarn_rename(f->workspace, "digits", "x.csv", &f->error), TARN_E_INVALID, "x.csv");
    assert_fails(f, tarn_rename(f->workspace, "numbers", "z", &f->error), TARN_E_NOT_FOUND, "numbers");
}

static void test_page(void **state) {
    fixture *f = *state;
    struct ArrowSchema schema = {0};
    struct ArrowArray rows = {0};
    const char *columns[] = {"WORD"};
    import(f, "numbers", numbers);
    check_apply(f, "numbers", "filter", 0, "where", "n <> 2");
    tarn_page_options options = {.offset = 1, .count = 5, .columns = columns, .column_count = 1, .ids = true};
    assert_ok(f, tarn_page(f->workspace, "numbers", &options, &schema, &rows, &f->error));
    assert_int_equal(schema.n_children, 2);
    assert_string_equal(schema.children[0]->name, "_tarn_id");
    assert_string_equal(schema.children[1]->name, "word");
    assert_int_equal(rows.length, 1);
    assert_int_equal(((const int64_t *)rows.children[0]->buffers[1])[0], 2);
    rows.release(&rows);
    schema.release(&schema);
    options.offset = 7;
    assert_ok(f, tarn_page(f->workspace, "numbers", &options, &schema, &rows, &f->error));
    assert_int_equal(rows.length, 0);
    rows.release(&rows);
    schema.release(&schema);
    options.offset = -1;
    assert_fails(f, tarn_page(f->workspace, "numbers", &options, &schema, &rows, &f->error), TARN_E_INVALID, "page");
    columns[0] = "wrd";
    options.offset = 0;
    assert_fails(f, tarn_page(f->workspace, "numbers", &options, &schema, &rows, &f->error), TARN_E_NOT_FOUND, "word");
}

/* A page of many columns is begun by who asks and shared with others when it takes long: each value in its place. */
static void test_wide_page(void **state) {
    enum { COLUMNS = 3000, ROWS = 3 };
    fixture *f = *state;
    char *content = malloc((size_t)(ROWS + 1) * COLUMNS * 12), *to = content;
    for (int row = 0; row <= ROWS; row++) {
        for (int i = 0; i < COLUMNS; i++)
            to += sprintf(to, "%s%d%c", row == 0 ? "c" : "", row * COLUMNS + i, i + 1 < COLUMNS ? ',' : '\n');
    }
    import(f, "wide", content);
    free(content);
    reopen(f, true);
    for (int turn = 0; turn < 2; turn++) { /* never read before, and read before */
        struct ArrowSchema schema = {0};
        struct ArrowArray rows = {0};
        tarn_page_options options = {.offset = 1, .count = 5, .ids = true};
        assert_ok(f, tarn_page(f->workspace, "wide", &options, &schema, &rows, &f->error));
        assert_int_equal(rows.n_children, COLUMNS + 1);
        assert_int_equal(rows.length, ROWS - 1);
        for (int i = 0; i < COLUMNS; i++) {
            const int64_t *values = rows.children[i + 1]->buffers[1];
            for (int row = 0; row < ROWS - 1; row++)
                assert_int_equal(values[row], (row + 2) * COLUMNS + i);
        }
        rows.release(&rows);
        schema.release(&schema);
    }
}

static void test_schema_and_types(void **state) {
    fixture *f = *state;
    struct ArrowSchema schema = {0};
    char *name;
    import(f, "numbers", numbers);
    assert_ok(f, tarn_schema(f->workspace, "numbers", &schema, &f->error));
    assert_int_equal(schema.n_children, 2);
    assert_ok(f, tarn_type_name(schema.children[0], &name, &f->error));
    assert_string_equal(name, "int64");
    tarn_free(name);
    assert_ok(f, tarn_type_sql(schema.children[1], &name, &f->error));
    assert_string_equal(name, "VARCHAR");
    tarn_free(name);
    schema.release(&schema);
    assert_fails(f, tarn_schema(f->workspace, "nmbers", &schema, &f->error), TARN_E_NOT_FOUND, "numbers");
}

static void test_scan(void **state) {
    fixture *f = *state;
    struct ArrowArrayStream stream = {0};
    struct ArrowArray batch = {0};
    tarn_change change = {0};
    import(f, "numbers", numbers);
    assert_ok(f, tarn_scan(f->workspace, "numbers", &stream, &f->error));
    assert_int_equal(stream.get_next(&stream, &batch), 0);
    assert_int_equal(batch.length, 3);
    batch.release(&batch);
    stream.release(&stream);
    /* and back in under another name */
    assert_ok(f, tarn_scan(f->workspace, "numbers", &stream, &f->error));
    assert_ok(f, tarn_import_stream(f->workspace, &stream, "copy", TARN_IF_EXISTS_FAIL, NULL, &change, &f->error));
    assert_int_equal(change.rows, 3);
    tarn_change_clear(&change);
    check_rows(f, "copy", "1|one;2|two;3|three");
}

static void test_a_second_process_reads(void **state) {
    fixture *f = *state;
    tarn_workspace *reader = NULL, *second = NULL;
    tarn_workspace_options options = {.read_only = true, .threads = 1};
    bool changed;
    struct ArrowSchema schema = {0};
    import(f, "numbers", numbers);
    assert_ok(f, tarn_workspace_open(f->folder, &options, &reader, &f->error));
    assert_int_equal(tarn_workspace_open(f->folder, NULL, &second, &f->error), TARN_E_LOCKED);
    assert_null(second);
    check_apply(f, "numbers", "drop", 0, "column", "word");
    assert_ok(f, tarn_schema(reader, "numbers", &schema, &f->error));
    assert_int_equal(schema.n_children, 2);
    schema.release(&schema);
    assert_ok(f, tarn_refresh(reader, &changed, &f->error));
    assert_true(changed);
    assert_ok(f, tarn_schema(reader, "numbers", &schema, &f->error));
    assert_int_equal(schema.n_children, 1);
    schema.release(&schema);
    tarn_workspace_close(reader);
}

static void test_housekeeping(void **state) {
    fixture *f = *state;
    tarn_gc_result gc;
    tarn_verify_result verified = {0};
    tarn_workspace_info info;
    make_versions(f);
    tarn_change change = undone(f, "numbers", 3);
    tarn_change_clear(&change);
    check_apply(f, "numbers", "drop", 0, "column", "n"); /* versions 2 to 4 are off the line now */
    assert_ok(f, tarn_gc(f->workspace, &(tarn_gc_options){.dry_run = true}, NULL, &gc, &f->error));
    assert_int_equal(gc.versions, 3);
    check_rows(f, "numbers@4", "4;6");
    assert_ok(f, tarn_gc(f->workspace, NULL, NULL, &gc, &f->error));
    assert_int_equal(gc.versions, 3);
    struct ArrowSchema schema;
    assert_fails(f, tarn_schema(f->workspace, "numbers@4", &schema, &f->error), TARN_E_NOT_FOUND, "4");
    check_rows(f, "numbers", "one;two;three");
    check_rows(f, "numbers@1", "1|one;2|two;3|three");
    assert_ok(f, tarn_workspace_info_get(f->workspace, &info, &f->error));
    assert_int_equal(info.tables, 1);
    assert_true(info.bytes_total > 0 && info.records >= 5);
    tarn_workspace_close(f->workspace);
    f->workspace = NULL;
    assert_ok(f, tarn_verify(f->folder, false, NULL, &verified, &f->error));
    assert_int_equal(verified.problem_count, 0);
    assert_true(verified.records >= 5);
    tarn_verify_result_clear(&verified);
}

static void test_find(void **state) {
    fixture *f = *state;
    char *found;
    assert_fails(f, tarn_workspace_init(f->folder, &f->error), TARN_E_EXISTS, ".tarn");
    assert_ok(f, tarn_workspace_find(in_folder(f, ".tarn"), &found, &f->error));
    assert_non_null(strstr(found, strrchr(f->folder, '/')));
    tarn_free(found);
    assert_fails(f, tarn_workspace_find("/", &found, &f->error), TARN_E_NOT_FOUND, "no workspace here");
    assert_fails(f, tarn_workspace_find(in_folder(f, "nosuch"), &found, &f->error), TARN_E_NOT_FOUND, "nosuch");
    tarn_workspace *workspace;
    assert_fails(f, tarn_workspace_open("/nosuch", NULL, &workspace, &f->error), TARN_E_NOT_FOUND, "");
    assert_null(tarn_workspace_notice(f->workspace));
}

int main(void) {
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_undo_and_redo),
        TEST(test_a_new_line),
        TEST(test_checkout),
        TEST(test_history_survives),
        TEST(test_drop_and_back),
        TEST(test_rename),
        TEST(test_page),
        TEST(test_wide_page),
        TEST(test_schema_and_types),
        TEST(test_scan),
        TEST(test_a_second_process_reads),
        TEST(test_housekeeping),
        TEST(test_find),
    };
    return cmocka_run_group_tests_name("tables", tests, NULL, NULL);
}
